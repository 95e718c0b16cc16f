// index_load: each level keeps the page that is being filled; a full one is written, and its parent's level gets an entry.
#include "btree/index_load.h"

#include <algorithm>

namespace ddb {

IndexLoader::IndexLoader(Session& session, const IndexTree& tree, bool payloads,
                         const IndexLoadOptions& options)
    : session_(session),
      tree_(tree),
      options_(options),
      payload_(payloads ? kVariablePayload : uint16_t{0}) {}

// Bytes of the page with one more entry.
uint64_t IndexLoader::bytes_with(const Pending& pending, const IndexEntry& entry, size_t prefix,
                                 uint16_t payload) const {
  const uint64_t keys = pending.size + entry.key.size() + entry.payload.size() +
                        (payload == kVariablePayload ? 2 : 0) + kIndexSlotBytes;
  // Each key stores neither the prefix nor its head; of short ones there is less to save.
  const auto saves = [&](size_t bytes) { return std::min<uint64_t>(bytes, prefix + kIndexHeadBytes); };
  uint64_t saved = saves(entry.key.size());
  if (pending.shortest >= prefix + kIndexHeadBytes) {
    saved += pending.key_bytes.size() * (prefix + kIndexHeadBytes);
  } else {
    for (const uint32_t bytes : pending.key_bytes) saved += saves(bytes);
  }
  return keys - saved + index_prefix_room(prefix);
}

Status IndexLoader::add(const IndexEntry& entry) {
  const uint32_t most = index_entry_max(session_.content_bytes());
  const size_t bytes = kIndexSlotBytes + entry.key.size() + entry.payload.size() + 2;
  if (bytes > most) {
    return fail(
        Status::error(sqlstate::kProgramLimit, "an index entry takes " + std::to_string(bytes) +
                                                   " bytes, at most " + std::to_string(most) +
                                                   " are possible: index a shorter value or a hash of it"));
  }
  if (payload_ == 0 && !entry.payload.empty())
    return fail(Status::corruption("a payload for an index tree that has none"));
  if (entries_ > 0 && entry.key <= levels_[0]->last)
    return fail(Status::corruption("index entries do not ascend"));
  ++entries_;
  return add_to(0, entry);
}

Status IndexLoader::add_to(uint32_t level, const IndexEntry& entry) {
  if (level >= kTreeLevelsMax - 1) return fail(Status::corruption("an index tree is too deep"));
  if (level >= levels_.size()) levels_.push_back(std::make_unique<Pending>());
  const uint16_t payload = level == 0 ? payload_ : uint16_t{kIndexChildBytes};
  const uint64_t room = uint64_t{index_room(session_.content_bytes())};
  const uint64_t target = room * std::clamp<uint32_t>(options_.fill_percent, 50, 100) / 100;
  Pending* pending = levels_[level].get();
  const auto prefix_with = [&] {
    // As build_index_node() has it: of one key nothing is shared.
    if (pending->key_bytes.empty()) return entry.key.size();
    return std::min(pending->prefix, shared_bytes(pending->last, entry.key));
  };
  // Four entries fit any page.
  if (pending->key_bytes.size() >= 4 && bytes_with(*pending, entry, prefix_with(), payload) > target) {
    std::string bound(level == 0 ? shortest_separator(pending->last, entry.key) : entry.key);
    DDB_RETURN_IF_ERROR(flush(level, false));
    pending = levels_[level].get();
    pending->bound = std::move(bound);
    pending->is_first = false;
  }
  pending->prefix = prefix_with();
  pending->bytes.append(entry.key).append(entry.payload);
  pending->key_bytes.push_back(static_cast<uint32_t>(entry.key.size()));
  pending->payload_bytes.push_back(static_cast<uint32_t>(entry.payload.size()));
  pending->size +=
      entry.key.size() + entry.payload.size() + (payload == kVariablePayload ? 2 : 0) + kIndexSlotBytes;
  pending->shortest = std::min(pending->shortest, pending->key_bytes.back());
  pending->last.assign(entry.key);
  return Status::ok();
}

// Writes the page of a level and begins the next one.
Status IndexLoader::flush(uint32_t level, bool to_root) {
  Pending& pending = *levels_[level];
  views_.clear();
  size_t at = 0;
  const std::string_view bytes = pending.bytes;
  for (size_t i = 0; i < pending.key_bytes.size(); ++i) {
    const std::string_view key = bytes.substr(at, pending.key_bytes[i]);
    at += key.size();
    const std::string_view payload = bytes.substr(at, pending.payload_bytes[i]);
    at += payload.size();
    views_.push_back({key, payload});
  }
  const IndexPageKind kind{level, level == 0 ? payload_ : uint16_t{kIndexChildBytes}};
  PageNo page = tree_.root;
  {
    PageWriter writer;
    if (to_root) {
      DDB_TRY(writer, change_index_page(session_, tree_.tree, page, 0));
      *writer.change(20, 1) = static_cast<std::byte>(level == 0 ? kIndexLeaf : kIndexInner);
    } else {
      DDB_TRY(writer, session_.allocate(tree_.tree, level == 0 ? kIndexLeaf : kIndexInner, &page));
    }
    build_index_node(writer, session_.content_bytes(), kind, views_);
    session_.note_checked(writer.data());
  }
  if (to_root) return Status::ok();
  if (options_.direct && level == 0) DDB_RETURN_IF_ERROR(session_.write_direct(page).status());
  char number[kIndexChildBytes];
  store_le<uint32_t>(number, page.value);
  const std::string bound = pending.is_first ? std::string() : std::move(pending.bound);
  pending.bytes.clear();
  pending.key_bytes.clear();
  pending.payload_bytes.clear();
  pending.size = 0;
  pending.shortest = ~uint32_t{0};
  return add_to(level + 1, {bound, {number, kIndexChildBytes}});
}

Status IndexLoader::finish() {
  if (entries_ == 0) return Status::ok();
  for (uint32_t level = 0; level < levels_.size(); ++level) {
    DDB_RETURN_IF_ERROR(flush(level, level + 1 == levels_.size()));
  }
  return Status::ok();
}

}  // namespace ddb
