// commit: from private pages to the log to visible versions (ADR 0003). After begin_run nothing allocates, and every
// failure poisons; before it every failure is a clean rollback.
#include <algorithm>
#include <string>

#include "base/assert.h"
#include "base/faults.h"
#include "txn/database.h"
#include "txn/delta.h"
#include "txn/session.h"
#include "txn/store.h"
#include "txn/write_state.h"

namespace ddb {

Result<Lsn> Session::commit(Durability durability) {
  DDB_RETURN_IF_ERROR(check_usable());
  if (state_ == State::kIdle)
    return Status::error(sqlstate::kInvalidState, "no transaction is open in this session");
  if (state_ == State::kReading) {
    end_snapshot();
    return snapshot_;
  }
  if (failed_) {
    DDB_RETURN_IF_ERROR(rollback());
    return Status::error(sqlstate::kFailedTransaction, "the transaction had failed and was rolled back");
  }
  if (write_->page_count() == 0) {
    const Lsn base(write_->base_lsn());
    DDB_RETURN_IF_ERROR(end_write(false));
    return base;
  }
  Result<Lsn> appended = Status::out_of_memory();
  try {
    appended = append_commit(durability);
  } catch (const std::bad_alloc&) {  // only before the first append
  }
  if (!appended.is_ok()) {
    store_.rollbacks.fetch_add(1, std::memory_order_relaxed);
    (void)end_write(false)
        .is_ok();  // whatever became of its base: this one has no commit record, or said 08007 itself
    return appended.status();
  }
  (void)end_write(true).is_ok();
  store_.commits.fetch_add(1, std::memory_order_relaxed);
  store_.cache->reclaim_if_due();
  if (store_.in_memory()) {
    last_commit_ = *appended;
    return *appended;
  }
  store_.checkpointer.kick_if_due();
  DDB_RETURN_IF_ERROR(store_.log.load(std::memory_order_acquire)->wait_visible(*appended));
  last_commit_ = *appended;  // only now: after 08007 this session reads on at the horizon
  return *appended;
}

// Room in the log for all frames, waiting for the checkpoint where only it can make some.
Status Session::reserve_log(uint64_t* frame_bytes, uint64_t* frames) {
  const size_t page_bytes = store_.cache->page_bytes();
  *frame_bytes = *frames = 0;
  DDB_RETURN_IF_ERROR(write_->for_each_live([&](PrivatePage& entry) {
    if (entry.freed) return Status::ok();
    ++*frames;
    *frame_bytes += entry.direct ? kFrameHeaderBytes : frame_bytes_max(page_bytes, entry.marks, entry.is_new);
    return Status::ok();
  }));
  if (*frame_bytes >
      std::min(store_.options.wal_limit / 8,
               store_.options.transaction_bytes_max)) {  // worth a closer look: new pages may be nearly empty
    *frame_bytes = 0;
    DDB_RETURN_IF_ERROR(write_->for_each_live([&](PrivatePage& entry) {
      if (entry.freed) return Status::ok();
      *frame_bytes += entry.direct ? kFrameHeaderBytes
                      : entry.is_new && entry.data != nullptr
                          ? kFrameHeaderBytes + image_ranges(entry.data, page_bytes, &write_->ranges)
                          : frame_bytes_max(page_bytes, entry.marks, entry.is_new);
      return Status::ok();
    }));
  }
  if (*frame_bytes > store_.options.transaction_bytes_max) {
    return Status::error(sqlstate::kProgramLimit, "the transaction needs up to " +
                                                      std::to_string(*frame_bytes) +
                                                      " bytes of log, transaction_bytes_max is " +
                                                      std::to_string(store_.options.transaction_bytes_max))
        .with_hint("split the transaction or raise transaction_bytes_max");
  }
  Log* log = store_.log.load(std::memory_order_acquire);
  const Lsn base(write_->base_lsn());
  bool settled =
      false;  // everything appended before is durable and visible, so that a checkpoint can take it
  bool beyond_limit = false;  // everything is checkpointed: this run alone is too large for the limit
  for (;;) {
    DDB_TRY(const Space space, log->reserve(*frame_bytes, *frames, beyond_limit));
    if (space == Space::kReady) return Status::ok();
    DDB_CHECK(!beyond_limit);
    DDB_TRY(const bool progress, store_.checkpointer.await_progress());
    if (progress) continue;
    beyond_limit = settled;
    if (settled) continue;
    // Not their 08007: nothing of this transaction is in the log.
    if (!log->wait_durable(base).is_ok() || !log->wait_visible(base).is_ok()) return store_.poison.cause();
    settled = true;
  }
}

// Serialises one private page into the running log run.
Status Session::log_page(PrivatePage& entry, Lsn lsn) {
  Log* log = store_.log.load(std::memory_order_acquire);
  const size_t page_bytes = store_.cache->page_bytes();
  if (entry.freed) return Status::ok();
  if (entry.direct) return log->add_frame(FrameKind::kDirect, entry.page, entry.direct_crc, {}, nullptr);
  std::byte* page = entry.data;
  if (page == nullptr) {
    page = write_->scratch.data();
    if (Status read = store_.cache->temp().read(entry.temp_slot, page); !read.is_ok()) return read;
  }
  std::vector<PageRange>& ranges = write_->ranges;
  FrameKind kind = FrameKind::kImage;
  if (!entry.is_new) {
    uint32_t pin = kNoPin;
    const std::byte* base = store_.cache->find_cached(*slot_, entry.page, write_->base_lsn(), &pin);
    const bool same = base != nullptr && page_lsn(base).value == entry.base_lsn;
    const size_t bytes = delta_ranges(same ? base : nullptr, page, page_bytes, entry.marks, &ranges);
    if (base != nullptr) slot_->unpin(pin);
    if (bytes <= page_bytes / 2) kind = FrameKind::kDelta;
  }
  if (kind == FrameKind::kImage) image_ranges(page, page_bytes, &ranges);
  DDB_RETURN_IF_ERROR(
      log->add_frame(kind, entry.page, kind == FrameKind::kDelta ? entry.base_lsn : 0, ranges, page));
  if (entry.data != nullptr) set_page_lsn(entry.data, lsn);
  write_->published.push_back({entry.page, entry.version, entry.data, entry.temp_slot});
  return Status::ok();
}

Status Session::log_pages(Lsn lsn) {
  Log* log = store_.log.load(std::memory_order_acquire);
  log->begin_run(lsn);
  Status logged = write_->for_each_live([&](PrivatePage& entry) { return log_page(entry, lsn); });
  if (logged.is_ok() || store_.poison.is_set()) return logged;
  // The temp file failed in the middle of the run: close it without effect. Its LSN is an empty transaction.
  write_->published.clear();
  DDB_RETURN_IF_ERROR(log->write_abort());
  store_.appended.store(lsn.value, std::memory_order_release);
  log->register_commit(lsn, false);
  return logged;
}

// Links the versions (visible only once the horizon covers them) and tells the store what the root page says.
void Session::publish_pages(Lsn lsn) {
  if (const PrivatePage* root = write_->find(kRootPage); root != nullptr && root->data != nullptr) {
    const uint32_t count = load_le<uint32_t>(root->data + kRootPageCount);
    if (count < store_.page_count.load(std::memory_order_relaxed)) {
      store_.shrink_lsn.store(lsn.value, std::memory_order_release);
    }
    store_.page_count.store(count, std::memory_order_release);
  }
  store_.cache->publish(write_->published, lsn.value);
  for (const PublishedPage& page : write_->published) write_->detach(write_->find(page.page));
  write_->published.clear();
}

Result<Lsn> Session::append_commit(Durability durability) {
  const Lsn lsn(write_->base_lsn() + 1);
  const bool full = durability == Durability::kFull;
  if (PrivatePage* root = write_->find(kRootPage); root != nullptr) {  // publish_pages reads it
    DDB_RETURN_IF_ERROR(write_->make_resident(root, store_.file.get()));
  }
  write_->published.reserve(write_->page_count());
  write_->ranges.reserve(kRangesMax);
  if (store_.in_memory()) {
    DDB_RETURN_IF_ERROR(write_->for_each_live([&](PrivatePage& entry) {
      if (entry.freed) return Status::ok();
      if (entry.data != nullptr) set_page_lsn(entry.data, lsn);
      write_->published.push_back({entry.page, entry.version, entry.data, entry.temp_slot});
      return Status::ok();
    }));
    publish_pages(lsn);
    store_.appended.store(lsn.value, std::memory_order_release);
    store_.horizon.store(lsn.value, std::memory_order_release);
    return lsn;
  }
  uint64_t frame_bytes = 0;
  uint64_t frames = 0;
  DDB_RETURN_IF_ERROR(reserve_log(&frame_bytes, &frames));
  if (write_->any_direct()) {
    if (Status synced = store_.file->sync_direct(); !synced.is_ok()) {
      store_.poison.set(synced);
      return std::move(synced).with_prefix("syncing pages written directly: ");
    }
  }
  DDB_RETURN_IF_ERROR(log_pages(lsn));
  Log* log = store_.log.load(std::memory_order_acquire);
  DDB_RETURN_IF_ERROR(log->write_commit(full));
  publish_pages(lsn);
  DDB_SWITCH_POINT(store_.runtime);
  store_.appended.store(lsn.value, std::memory_order_release);
  log->register_commit(lsn, full);
  return lsn;
}

}  // namespace ddb
