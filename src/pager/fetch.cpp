// fetch: the miss path. A page is loaded by one thread at a time; others wait for it. The chain mutex is not held while
// a file is read.
#include <algorithm>
#include <new>
#include <string>

#include "base/assert.h"
#include "pager/page_cache.h"

namespace ddb {
namespace {

Status too_many_pins() {
  return Status::error(sqlstate::kProgramLimit,
                       "a session may hold " + std::to_string(kPinsPerSlot) + " pages at a time")
      .with_hint("release page guards before reading further pages");
}

Status reader_ended() {
  return Status::error(sqlstate::kSnapshotTooOld,
                       "this snapshot was ended: its old page versions reached temp_file_limit")
      .with_hint("use shorter read transactions, raise temp_file_limit, or set spill_policy to fail_writes");
}

}  // namespace

bool PageCache::is_loading(PageNo page) const {
  return std::find(loading_.begin(), loading_.end(), page) != loading_.end();
}

bool PageCache::is_marked(PageNo page) const {
  return std::find(marked_.begin(), marked_.end(), page) != marked_.end();
}

// Reads the page as the files have it and brings it to the newest recovered state.
Status PageCache::load_main(PageNo page, std::byte* into) try {
  if (file_ == nullptr) return Status::corruption("page " + std::to_string(page.value) + " does not exist");
  bool redo = false;
  {
    MutexLock lock(chain_mutex_);
    redo = recovered_ != nullptr && recovered_->has(page);
  }
  bool present = false;
  DDB_RETURN_IF_ERROR(file_->read(page, into, &present));
  const bool valid = present && page_valid(into, config_.page_bytes, page);
  if (redo) {  // stays indexed: whoever erases the entry waits for loads of this page
    counters_.redone.fetch_add(1, std::memory_order_relaxed);
    return recovered_->redo(page, std::span(into, config_.page_bytes), valid);
  }
  if (!present) {
    return Status::corruption("page " + std::to_string(page.value) +
                              " lies past the end of the database file");
  }
  if (!valid) {
    return Status::corruption("page " + std::to_string(page.value) +
                              " is damaged: bad checksum or page number")
        .with_hint("restore from a backup");
  }
  return Status::ok();
} catch (const std::bad_alloc&) {  // making the text of an error
  return Status::out_of_memory();
}

Status PageCache::link_loaded(PageNo page, std::byte* data, Version* version, uint64_t snapshot) {
  const Lsn lsn = page_lsn(data);
  std::atomic<Version*>* head = table_.find(page);
  Version* tail = nullptr;
  for (Version* v = head->load(std::memory_order_relaxed); v != nullptr;
       v = v->older.load(std::memory_order_relaxed)) {
    tail = v;
  }
  if (lsn.value > snapshot || (tail != nullptr && tail->lsn <= lsn.value)) {
    return Status::corruption("page " + std::to_string(page.value) + " in the database file has LSN " +
                              std::to_string(lsn.value) + ", newer than snapshot " +
                              std::to_string(snapshot));
  }
  version->lsn = lsn.value;
  version->backed = true;
  version->newer = tail;
  version->referenced.store(1, std::memory_order_relaxed);
  version->data.store(data, std::memory_order_relaxed);
  pool_->info_of(data).owner = version;
  if (tail != nullptr) {
    tail->older.store(version, std::memory_order_release);
    note_superseded(version);
  } else {
    head->store(version, std::memory_order_release);
  }
  return Status::ok();
}

// Puts what was read into its place. Keeps *spare and *fresh if they were not used: then the state that was asked for is
// gone (fetches for another session's snapshot do not keep it), and so may be the version that was to be filled.
Status PageCache::finish_load(PageNo page, uint64_t snapshot, const LoadPlan& plan, Status loaded,
                              std::byte** spare, Version** fresh) try {
  Version* v = find_locked(page, snapshot);
  const bool unchanged =
      v == plan.version && (v == nullptr || (v->lsn == plan.lsn && v->temp_slot == plan.temp_slot &&
                                             v->data.load(std::memory_order_relaxed) == nullptr));
  if (!unchanged) return Status::ok();
  if (!loaded.is_ok()) return loaded;
  if (v == nullptr) {
    DDB_RETURN_IF_ERROR(link_loaded(page, *spare, *fresh, snapshot));
    *spare = nullptr;
    *fresh = nullptr;
    return Status::ok();
  }
  if (plan.temp_slot != kNoTempSlot) {
    set_page_lsn(*spare, Lsn(v->lsn));  // a spilled private page did not know its LSN yet
  } else if (page_lsn(*spare).value != v->lsn) {
    return Status::corruption("page " + std::to_string(page.value) + " in the database file has LSN " +
                              std::to_string(page_lsn(*spare).value) + " instead of " +
                              std::to_string(v->lsn));
  }
  v->referenced.store(1, std::memory_order_relaxed);
  pool_->info_of(*spare).owner = v;
  v->data.store(*spare, std::memory_order_release);
  *spare = nullptr;
  return Status::ok();
} catch (const std::bad_alloc&) {  // making the text of an error
  return Status::out_of_memory();
}

Result<std::byte*> PageCache::fetch(ReaderSlot& slot, PageNo page, uint64_t snapshot, FrameUse use,
                                    uint32_t* pin) {
  std::byte* spare = nullptr;
  Version* fresh = nullptr;
  Status failure;
  std::byte* found = nullptr;
  while (failure.is_ok() && found == nullptr) {
    MutexLock lock(chain_mutex_);
    if (slot.ended.load(std::memory_order_acquire) != 0) {
      failure = reader_ended();
      break;
    }
    Version* v = find_locked(page, snapshot);
    if (v != nullptr && (found = v->data.load(std::memory_order_relaxed)) != nullptr) {
      v->referenced.store(1, std::memory_order_relaxed);
      *pin = slot.pin(found);
      if (*pin == kNoPin) failure = too_many_pins();
      break;
    }
    const bool from_temp = v != nullptr && v->temp_slot != kNoTempSlot;
    if (is_loading(page) || (!from_temp && is_marked(page))) {
      loading_changed_.wait(chain_mutex_);
      continue;
    }
    if (fresh == nullptr && v == nullptr) {
      if (table_.ensure(page) != nullptr) fresh = slab_.take();
      if (fresh == nullptr) {
        failure = Status::out_of_memory();
        break;
      }
      fresh->page = page.value;
    }
    if (spare == nullptr) {
      lock.unlock();
      Result<std::byte*> frame = Status::out_of_memory();
      try {
        frame = allocate_frame(use);
      } catch (const std::bad_alloc&) {
      }
      if (frame.is_ok()) {
        spare = *frame;
      } else {
        failure = frame.status();
      }
      lock.lock();
      continue;
    }
    counters_.misses.fetch_add(1, std::memory_order_relaxed);
    const LoadPlan plan{v, v != nullptr ? v->lsn : 0, v != nullptr ? v->temp_slot : kNoTempSlot};
    loading_.push_back(page);
    lock.unlock();
    Status loaded = from_temp ? temp_->read(plan.temp_slot, spare) : load_main(page, spare);
    lock.lock();
    loading_.erase(std::find(loading_.begin(), loading_.end(), page));
    loading_changed_.notify_all();
    failure = finish_load(page, snapshot, plan, std::move(loaded), &spare, &fresh);
  }
  if (spare != nullptr) pool_->free(spare);
  if (fresh != nullptr) drop_prepared_version(fresh);
  if (!failure.is_ok()) {
    // What an ended reader meets on the way is no news about the file.
    if (slot.ended.load(std::memory_order_acquire) != 0) return reader_ended();
    return failure;
  }
  return found;
}

}  // namespace ddb
