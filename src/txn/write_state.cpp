// write_state: entries, levels, spilling of private pages.
#include "txn/write_state.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "base/faults.h"

namespace ddb {

WriteState::WriteState(PageCache& cache, ReaderSlot& slot) : cache_(cache), slot_(slot) {
  levels_.emplace_back();
  scratch.resize(cache.page_bytes());
}

WriteState::~WriteState() {
  clear();
  drop_chunks();
}

void WriteState::begin(uint64_t base_lsn, uint32_t alloc_hint) {
  base_lsn_ = base_lsn;
  lowest_hint_ = alloc_hint;
  any_direct_ = false;
  resident_max_ = cache_.frames().frames_affordable() / 2;
}

void WriteState::clear() {
  for (Level& level : levels_) {
    while (level.first != nullptr) drop(level.first);
  }
  levels_.resize(1);
  map_.clear();
  published.clear();
  if (published.capacity() > 4096) std::vector<PublishedPage>().swap(published);
  if (chunks_.size() > 8) drop_chunks();  // a large transaction's entries are not kept
}

void WriteState::drop_chunks() {
  cache_.budget().give_back(chunks_.size() * kChunk * sizeof(PrivatePage));
  chunks_.clear();
  free_ = nullptr;
}

PrivatePage* WriteState::take_entry() {
  if (free_ == nullptr) {
    chunks_.reserve(chunks_.size() + 1);
    chunks_.push_back(std::make_unique<PrivatePage[]>(kChunk));
    cache_.budget().take(kChunk * sizeof(PrivatePage));
    for (size_t i = kChunk; i-- > 0;) {
      chunks_.back()[i].next = free_;
      free_ = &chunks_.back()[i];
    }
  }
  PrivatePage* entry = free_;
  free_ = entry->next;
  *entry = PrivatePage{};
  entry->in_use = true;
  return entry;
}

void WriteState::link(PrivatePage* entry, uint32_t level) {
  entry->level = level;
  entry->previous = nullptr;
  entry->next = levels_[level].first;
  if (entry->next != nullptr) entry->next->previous = entry;
  levels_[level].first = entry;
}

void WriteState::unlink(PrivatePage* entry) {
  (entry->previous != nullptr ? entry->previous->next : levels_[entry->level].first) = entry->next;
  if (entry->next != nullptr) entry->next->previous = entry->previous;
}

void WriteState::release_frame(PrivatePage* entry) {
  if (entry->data == nullptr) return;
  bool by_reader = false;
  bool by_writer = false;
  if (slot_.pins_frame(entry->data, &by_reader, &by_writer)) {
    cache_.retire_private_frame(entry->data);
  } else {
    cache_.frames().free(entry->data);
  }
  entry->data = nullptr;
  --resident_;
}

void WriteState::drop(PrivatePage* entry) {
  unlink(entry);
  release_frame(entry);
  if (entry->temp_slot != kNoTempSlot) cache_.temp().release(entry->temp_slot);
  if (entry->version != nullptr) cache_.drop_prepared_version(entry->version);
  entry->in_use = false;
  entry->next = free_;
  free_ = entry;
}

// Private pages may take half of the frames there is memory for; beyond that the oldest go to the temp file, if there is one.
Result<std::byte*> WriteState::take_frame() {
  if (resident_ >= resident_max_ && cache_.temp().allowed()) DDB_RETURN_IF_ERROR(spill_some());
  return cache_.allocate_frame(FrameUse::kWriter);
}

Status WriteState::spill_some() {
  resident_max_ = std::max(cache_.frames().frames_affordable() / 2, 8u);
  int wanted = 8;
  const size_t entries = chunks_.size() * kChunk;
  for (size_t step = 0; step < entries && wanted > 0; ++step) {
    spill_hand_ = (spill_hand_ + 1) % entries;
    PrivatePage& entry = chunks_[spill_hand_ / kChunk][spill_hand_ % kChunk];
    bool by_reader = false;
    bool by_writer = false;
    if (!entry.in_use || entry.data == nullptr || slot_.pins_frame(entry.data, &by_reader, &by_writer))
      continue;
    DDB_TRY(entry.temp_slot, cache_.temp().write(entry.data));
    release_frame(&entry);
    ++spilled_;
    --wanted;
  }
  return Status::ok();
}

Result<PrivatePage*> WriteState::add(PageNo page, bool with_frame) {
  PrivatePage* entry = nullptr;
  try {
    map_.reserve_one();
    entry = take_entry();
  } catch (const std::bad_alloc&) {
    return Status::out_of_memory();
  }
  entry->page = page;
  entry->outer = map_.find(page);
  link(entry, depth());
  Result<Version*> version = cache_.prepare_version(page);
  if (version.is_ok()) entry->version = *version;
  Result<std::byte*> frame = nullptr;
  if (version.is_ok() && with_frame) frame = take_frame();
  if (!version.is_ok() || !frame.is_ok()) {
    drop(entry);
    return version.is_ok() ? frame.status() : version.status();
  }
  entry->data = *frame;
  if (entry->data != nullptr) ++resident_;
  map_.insert(page, entry);
  return entry;
}

Status WriteState::make_resident(PrivatePage* entry, PageFile* file) {
  if (entry->data != nullptr) return Status::ok();
  DDB_TRY(std::byte * frame, take_frame());
  Status read;
  if (entry->direct) {
    bool present = false;
    read = file->read(entry->page, frame, &present);
    if (read.is_ok() && (!present || !page_valid(frame, cache_.page_bytes(), entry->page))) {
      read = Status::corruption("page " + std::to_string(entry->page.value) +
                                " written directly came back damaged");
    }
  } else {
    read = cache_.temp().read(entry->temp_slot, frame);
  }
  if (!read.is_ok()) {
    cache_.frames().free(frame);
    return read;
  }
  if (entry->temp_slot != kNoTempSlot) {
    cache_.temp().release(entry->temp_slot);
    entry->temp_slot = kNoTempSlot;
  }
  entry->direct = false;
  entry->data = frame;
  ++resident_;
  return Status::ok();
}

Result<PrivatePage*> WriteState::at_current_level(PrivatePage* entry, PageFile* file) {
  DDB_RETURN_IF_ERROR(make_resident(entry, file));
  if (entry->level == depth()) return entry;
  const uint32_t pin = slot_.pin(entry->data, kWriterPin);  // taking the next frame must not spill this one
  if (pin == kNoPin) return Status::error(sqlstate::kProgramLimit, "too many pages are held by this session");
  Result<PrivatePage*> copy = add(entry->page, true);
  slot_.unpin(pin);
  if (!copy.is_ok()) return copy;
  std::memcpy((*copy)->data, entry->data, cache_.page_bytes());
  cache_.frames().copy_checked(entry->data, (*copy)->data);
  (*copy)->base_lsn = entry->base_lsn;
  (*copy)->is_new = entry->is_new;
  (*copy)->marks = entry->marks;
  return copy;
}

Status WriteState::move_frame(PrivatePage* entry) {
  DDB_TRY(std::byte * frame, take_frame());
  std::memcpy(frame, entry->data, cache_.page_bytes());
  cache_.frames().copy_checked(entry->data, frame);
  release_frame(entry);
  entry->data = frame;
  ++resident_;
  return Status::ok();
}

Status WriteState::give_frame(PrivatePage* entry) {
  if (entry->data != nullptr) return Status::ok();
  DDB_TRY(entry->data, take_frame());
  ++resident_;
  return Status::ok();
}

void WriteState::detach(PrivatePage* entry) {
  if (entry->data != nullptr) --resident_;
  entry->data = nullptr;
  entry->temp_slot = kNoTempSlot;
  entry->version = nullptr;
}

void WriteState::mark_freed(PrivatePage* entry) {
  release_frame(entry);
  if (entry->temp_slot != kNoTempSlot) {
    cache_.temp().release(entry->temp_slot);
    entry->temp_slot = kNoTempSlot;
  }
  entry->freed = true;
  entry->direct = false;
}

Status WriteState::push_savepoint() {
  try {
    levels_.emplace_back();
  } catch (const std::bad_alloc&) {
    return Status::out_of_memory();
  }
  return Status::ok();
}

void WriteState::rollback_to(uint32_t target) {
  while (depth() >= target) {
    while (PrivatePage* entry = levels_.back().first) {
      PrivatePage* outer = entry->outer;
      const PageNo page = entry->page;
      if (DDB_FAULT(kRollbackKeepsPage) && outer != nullptr && outer->data != nullptr &&
          entry->data != nullptr)
        std::memcpy(outer->data, entry->data, cache_.page_bytes());
      drop(entry);
      if (outer != nullptr) {
        map_.insert(page, outer);  // the cell exists: no memory needed
      } else {
        map_.erase(page);
      }
    }
    if (depth() == target) break;
    levels_.pop_back();
  }
}

void WriteState::release(uint32_t target) {
  while (depth() >= target) {
    const uint32_t into = depth() - 1;
    while (PrivatePage* entry = levels_.back().first) {
      unlink(entry);
      if (PrivatePage* outer = entry->outer; outer != nullptr && outer->level == into) {
        entry->outer = outer->outer;
        if (!entry->is_new && !outer->freed) {
          for (size_t i = 0; i < kMarkWords; ++i) entry->marks[i] |= outer->marks[i];
        }
        drop(outer);
      }
      link(entry, into);
    }
    levels_.pop_back();
  }
}

}  // namespace ddb
