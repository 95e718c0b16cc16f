// overflow: writing, reading and freeing chains.
#include "btree/overflow.h"

#include <algorithm>
#include <cstring>

#include "btree/leaf_read.h"

namespace ddb {
namespace {

constexpr size_t kOverflowHeader = 56;

Status bad_chain(PageNo page, const std::string& what) {
  return Status::corruption("page " + std::to_string(page.value) + ": overflow page: " + what);
}

// Calls visit(page, what it holds) for each page of the chain, in order, judging each. An error of `visit` ends the walk.
template <typename Visit>
Status walk_chain(Session& session, TreeId tree, const OverflowRef& ref, Visit&& visit) {
  uint32_t left = ref.stored;
  PageNo page = ref.first;
  for (uint32_t number = 0; left > 0; ++number) {
    PageNo next = kNoPage;
    {
      DDB_TRY(const PageRef held, session.read(page));
      DDB_TRY(const OverflowPage found,
              judge_overflow_page(held.data(), page, tree, number, left, session.content_bytes()));
      DDB_RETURN_IF_ERROR(visit(page, found));
      left -= static_cast<uint32_t>(found.bytes.size());
      next = found.next;
    }
    page = next;
  }
  return Status::ok();
}

}  // namespace

Result<OverflowPage> judge_overflow_page(const std::byte* data, PageNo page, TreeId tree, uint32_t number,
                                         uint32_t left, uint32_t content_bytes) {
  if (page_owner(data) != tree) {
    return bad_chain(page, "belongs to tree " + std::to_string(page_owner(data).value));
  }
  if (page_type(data) != kOverflow) {
    return bad_chain(page, "has type " + std::to_string(static_cast<int>(page_type(data))));
  }
  if (load_le<uint32_t>(data + 52) != number) return bad_chain(page, "is out of order in its chain");
  const uint32_t bytes = load_le<uint32_t>(data + 36);
  if (bytes != std::min(left, overflow_page_room(content_bytes))) {
    return bad_chain(page, "holds " + std::to_string(bytes) + " bytes");
  }
  OverflowPage found;
  found.next = PageNo(load_le<uint32_t>(data + 32));
  if ((left == bytes) != (found.next == kRootPage)) {
    return bad_chain(page, "the chain does not end where its bytes do");
  }
  found.row_id = static_cast<int64_t>(load_le<uint64_t>(data + 40));
  found.column_id = load_le<uint16_t>(data + 48);
  found.bytes = std::string_view(reinterpret_cast<const char*>(data) + kOverflowHeader, bytes);
  return found;
}

Status check_overflow_owner(Session& session, TreeId tree, const OverflowRef& ref, int64_t row_id,
                            uint16_t column_id) {
  return walk_chain(session, tree, ref, [&](PageNo page, const OverflowPage& found) {
    if (found.row_id == row_id && found.column_id == column_id) return Status::ok();
    return bad_chain(page, "belongs to row " + std::to_string(found.row_id) + ", column " +
                               std::to_string(found.column_id));
  });
}

void OverflowRef::encode(char* out) const {
  auto* data = reinterpret_cast<std::byte*>(out);
  std::memset(out, 0, kOverflowRefBytes);
  store_le<uint32_t>(data, first.value);
  store_le<uint32_t>(data + 4, stored);
  store_le<uint32_t>(data + 8, bytes);
  data[12] = static_cast<std::byte>(compression);
}

Result<OverflowRef> OverflowRef::decode(std::string_view bytes) {
  if (bytes.size() != kOverflowRefBytes)
    return Status::corruption("a reference to overflow pages has the wrong length");
  const auto* data = reinterpret_cast<const std::byte*>(bytes.data());
  OverflowRef ref;
  ref.first = PageNo(load_le<uint32_t>(data));
  ref.stored = load_le<uint32_t>(data + 4);
  ref.bytes = load_le<uint32_t>(data + 8);
  const auto how = static_cast<uint8_t>(data[12]);
  const bool zeros = data[13] == std::byte{0} && data[14] == std::byte{0} && data[15] == std::byte{0};
  const bool sizes = ref.stored > 0 && ref.stored <= kValueBytesMax && ref.bytes > 0 &&
                     ref.bytes <= kValueBytesMax &&
                     (how == 0 ? ref.stored == ref.bytes : ref.stored < ref.bytes);
  if (!zeros || how > 2 || !sizes || ref.first.value <= 1 || ref.first == kNoPage) {
    return Status::corruption("a reference to overflow pages is damaged");
  }
  ref.compression = static_cast<Compression>(how);
  return ref;
}

Result<OverflowRef> write_overflow(Session& session, TreeId tree, int64_t row_id, uint16_t column_id,
                                   std::string_view value, std::string& scratch) {
  if (value.size() > kValueBytesMax) {
    return Status::error(sqlstate::kProgramLimit,
                         "a value of " + std::to_string(value.size()) + " bytes is too long: at most " +
                             std::to_string(kValueBytesMax) + " bytes can be stored");
  }
  OverflowRef ref;
  ref.bytes = static_cast<uint32_t>(value.size());
  ref.compression = compress(value, scratch);
  const std::string_view stored = ref.compression == Compression::kNone ? value : std::string_view(scratch);
  ref.stored = static_cast<uint32_t>(stored.size());
  const uint32_t room = overflow_page_room(session.content_bytes());
  PageWriter before;
  uint32_t number = 0;
  for (size_t at = 0; at < stored.size(); ++number) {
    const size_t bytes = std::min<size_t>(room, stored.size() - at);
    PageNo page = kNoPage;
    DDB_TRY(PageWriter writer, session.allocate(tree, kOverflow, &page));
    std::byte* data =
        writer.change(kPageHeaderBytes, kOverflowHeader - kPageHeaderBytes + bytes) - kPageHeaderBytes;
    store_le<uint32_t>(data + 36, static_cast<uint32_t>(bytes));
    store_le<uint64_t>(data + 40, static_cast<uint64_t>(row_id));
    store_le<uint16_t>(data + 48, column_id);
    store_le<uint32_t>(data + 52, number);
    std::memcpy(data + kOverflowHeader, stored.data() + at, bytes);
    if (number == 0) {
      ref.first = page;
    } else {
      store_le<uint32_t>(before.change(32, 4), page.value);
    }
    before = std::move(writer);
    at += bytes;
  }
  return ref;
}

Status read_overflow(Session& session, TreeId tree, const OverflowRef& ref, std::string& out,
                     std::string& scratch) {
  const bool plain = ref.compression == Compression::kNone;
  std::string& stored = plain ? out : scratch;
  // Memory is taken as pages turn up: a reference that lies costs nothing.
  stored.clear();
  DDB_RETURN_IF_ERROR(walk_chain(session, tree, ref, [&](PageNo, const OverflowPage& found) {
    stored.append(found.bytes);
    return Status::ok();
  }));
  if (plain) return Status::ok();
  if (!may_decompress_to(ref.compression, stored, ref.bytes))
    return bad_chain(ref.first, "holds another length");
  out.resize(ref.bytes);
  Status done = decompress(ref.compression, stored, ref.bytes, out.data());
  return done.is_ok() ? done : bad_chain(ref.first, std::string(done.message()));
}

Status list_overflow_pages(Session& session, TreeId tree, const OverflowRef& ref,
                           std::vector<PageNo>* pages) {
  return walk_chain(session, tree, ref, [&](PageNo page, const OverflowPage&) {
    pages->push_back(page);
    return Status::ok();
  });
}

Status free_overflow(Session& session, TreeId tree, const OverflowRef& ref) {
  std::vector<PageNo> pages;
  DDB_RETURN_IF_ERROR(list_overflow_pages(session, tree, ref, &pages));
  for (const PageNo page : pages) DDB_RETURN_IF_ERROR(session.free(page));
  return Status::ok();
}

Result<OverflowRef> overflow_ref_at(const TableLeaf& leaf, const LeafEntry& entry, uint32_t slot) {
  const std::byte* cell = leaf.page() + entry.offset + size_t{4} * slot;
  const auto* bytes = reinterpret_cast<const char*>(leaf.page()) + load_le<uint16_t>(cell);
  return OverflowRef::decode(std::string_view(bytes, kOverflowRefBytes));
}

Status free_overflow_cell(Session& session, TreeId tree, const TableLeaf& leaf, const LeafEntry& entry,
                          uint32_t slot) {
  if (!is_overflow_cell(leaf, entry, slot)) return Status::ok();
  DDB_TRY(const OverflowRef ref, overflow_ref_at(leaf, entry, slot));
  return free_overflow(session, tree, ref);
}

}  // namespace ddb
