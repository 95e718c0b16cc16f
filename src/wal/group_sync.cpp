// group_sync: leaders, waiters and the horizon.
//
// A flight (one of two) goes kIdle → kStarting (slot taken; waits for an append that shares a sector) → kRunning (target
// taken, mutex released, file synced) → kIdle (result applied, waiters woken). Its target is taken when it starts to run,
// so it covers every LSN registered while it was idle or starting.
//
// Grouping: whoever commits alone leads at once. Where several commit, a leader first lets those who committed last time
// append (gather), for a part of a sync's duration at most, and a second sync starts beside a running one only for a
// share of them: at two threads one sync for both beats two syncs that the disk runs one after the other (journal).
#include "wal/group_sync.h"

#include <algorithm>

#include "base/assert.h"
#include "base/faults.h"
#include "format/log_format.h"

namespace ddb {
namespace {
constexpr uint64_t kGatherNsMax = 50'000;
constexpr uint64_t kGatherShare = 4;  // of the last sync's duration
}  // namespace

GroupSync::GroupSync(Runtime& runtime, Poison& poison, std::atomic<uint64_t>& horizon, Lsn synced,
                     uint32_t unsynced_commits_max)
    : runtime_(runtime),
      poison_(poison),
      horizon_(horizon),
      mutex_(runtime),
      appended_(synced.value),
      synced_(synced.value),
      append_done_(runtime),
      full_(std::max<uint32_t>(unsynced_commits_max, 1)) {}

void GroupSync::set_files(File* first, File* second) {
  MutexLock lock(mutex_);
  flights_[0].file = first;
  flights_[1].file = second;
}

uint64_t GroupSync::begin_append(uint64_t offset, uint64_t length, uint64_t end) {
  MutexLock lock(mutex_);
  uint64_t place = offset;
  if (sync_began_ && !DDB_FAULT(kNoFreshSector))
    place = (place + kSectorBytes - 1) / kSectorBytes * kSectorBytes;
  if (place > end || end - place < length) return kNoPlace;
  sync_began_ = false;
  append_in_flight_ = true;
  append_shares_sector_ = place % kSectorBytes != 0;
  return place;
}

void GroupSync::end_append(uint64_t length) {
  MutexLock lock(mutex_);
  append_in_flight_ = false;
  written_bytes_ += length;
  if (append_shares_sector_) {
    append_shares_sector_ = false;
    for (const Flight& flight : flights_) {
      if (flight.state == FlightState::kStarting) {
        append_done_.notify_all();
        break;
      }
    }
  }
}

bool GroupSync::register_commit(Lsn lsn, bool full) {
  MutexLock lock(mutex_);
  DDB_ASSERT(lsn.value == appended_.load(std::memory_order_relaxed) + 1);
  appended_.store(lsn.value, std::memory_order_release);
  bool wake_keeper = false;
  if (full) {
    ++counters_.commits_full;
    DDB_ASSERT(full_count_ < full_.size());
    full_[(full_begin_ + full_count_++) % full_.size()] = lsn.value;
  } else {
    ++counters_.commits_relaxed;
    newest_relaxed_ = lsn;
    if (relaxed_since_ns_ == kNoDeadline) {
      relaxed_since_ns_ = runtime_.now_ns();
      wake_keeper = true;
    }
  }
  DDB_SWITCH_POINT(runtime_);
  advance_horizon();
  return wake_keeper;
}

// In log order: up to before the first full LSN that is not synced.
void GroupSync::advance_horizon() {
  if (sync_failed_.load(std::memory_order_relaxed)) return;
  uint64_t covered = appended_.load(std::memory_order_relaxed);
  if (full_count_ > 0 && !DDB_FAULT(kPublishBeforeDurable)) covered = full_[full_begin_] - 1;
  if (covered > horizon_.load(std::memory_order_relaxed)) horizon_.store(covered, std::memory_order_release);
}

bool GroupSync::full_commits_at_limit() const {
  MutexLock lock(mutex_);
  return full_count_ >= full_.size();
}

uint64_t GroupSync::unsynced_bytes() const {
  MutexLock lock(mutex_);
  return written_bytes_ - synced_bytes_;
}

void GroupSync::forget_sync_began() {
  MutexLock lock(mutex_);
  sync_began_ = false;
}

bool GroupSync::is_synced(const Need& need) const {
  return synced_.load(std::memory_order_relaxed) >= need.lsn.value && synced_bytes_ >= need.bytes;
}

bool GroupSync::running_sync_covers(const Need& need) const {
  for (const Flight& flight : flights_) {
    // One that is starting takes its target later: whatever anybody can wait for now is below it.
    if (flight.state == FlightState::kStarting) return true;
    if (flight.state == FlightState::kRunning && flight.target >= need.lsn && flight.bytes >= need.bytes)
      return true;
  }
  return false;
}

GroupSync::Flight* GroupSync::idle_flight() {
  for (Flight& flight : flights_) {
    if (flight.state == FlightState::kIdle) return &flight;
  }
  return nullptr;
}

// Whether a sync beside the one that runs is worth it: not for a lone commit that can go with the next ones.
bool GroupSync::worth_a_second(const Need& need) const {
  if (!need.commit) return true;
  uint64_t covered = 0;
  bool any = false;
  for (const Flight& flight : flights_) {
    if (flight.state != FlightState::kRunning || flight.target <= synced_lsn()) continue;
    any = true;
    covered = std::max(covered, flight.target.value);
  }
  if (!any) return true;
  size_t uncovered = 0;
  while (uncovered < full_count_ &&
         full_[(full_begin_ + full_count_ - 1 - uncovered) % full_.size()] > covered)
    ++uncovered;
  return uncovered >= std::max<size_t>(2, committers_ / 2);
}

// Others who committed last time are likely about to do so again. Yields to them; never sleeps.
void GroupSync::gather() {
  if (full_count_ >= committers_) return;
  const uint64_t deadline = runtime_.now_ns() + std::min(kGatherNsMax, sync_ns_ / kGatherShare);
  while (full_count_ < committers_ && !poison_.is_set() && runtime_.now_ns() < deadline) {
    mutex_.unlock();
    runtime_.let_others_run();
    mutex_.lock();
  }
}

void GroupSync::lead(Flight& flight, const Need& need) {
  flight.state = FlightState::kStarting;
  if (need.commit) gather();
  // Set before waiting, so that the writer's next append is on a fresh sector and the wait is for one append at most.
  sync_began_ = true;
  while (append_shares_sector_) append_done_.wait(mutex_);
  flight.state = FlightState::kRunning;
  flight.target = appended_lsn();
  flight.bytes = written_bytes_;
  flight.begun_ns = runtime_.now_ns();
  sync_began_ = true;  // an append may have begun and ended meanwhile, and is covered
  mutex_.unlock();
  DDB_SWITCH_POINT(runtime_);
  const Status outcome = DDB_FAULT(kSkipSync) ? Status::ok() : flight.file->sync();
  if (!outcome.is_ok()) {
    // The cause first: whoever sees that a sync failed finds it.
    poison_.set(Status(outcome).with_prefix("the log could not be synced: "));
    sync_failed_.store(true, std::memory_order_seq_cst);
  }
  DDB_SWITCH_POINT(runtime_);
  mutex_.lock();
  finish(flight, outcome);
}

// The later of two syncs may end first. It then acknowledges what the earlier one covers too: a sync of a file waits for
// all of its dirty pages. Should the earlier one still fail, the log is poisoned, what was acknowledged stays so.
void GroupSync::finish(Flight& flight, const Status& outcome) {
  flight.state = FlightState::kIdle;
  if (outcome.is_ok() && !sync_failed_.load(std::memory_order_seq_cst)) {
    sync_count_.fetch_add(1, std::memory_order_relaxed);
    ++counters_.syncs;
    uint64_t target = flight.target.value;
    if (DDB_FAULT(kAcknowledgeOutOfOrder)) target = appended_.load(std::memory_order_relaxed);
    if (target > synced_.load(std::memory_order_relaxed)) synced_.store(target, std::memory_order_release);
    synced_bytes_ = std::max(synced_bytes_, flight.bytes);
    sync_ns_ = runtime_.now_ns() - flight.begun_ns;
    committers_ = std::max<size_t>(1, full_count_);
    uint64_t group = 0;
    while (full_count_ > 0 && full_[full_begin_] <= synced_.load(std::memory_order_relaxed)) {
      full_begin_ = (full_begin_ + 1) % full_.size();
      --full_count_;
      ++group;
    }
    counters_.synced_commits += group;
    counters_.largest_group = std::max(counters_.largest_group, group);
    if (newest_relaxed_.value <= synced_.load(std::memory_order_relaxed)) {
      relaxed_since_ns_ = kNoDeadline;
    } else {
      relaxed_since_ns_ = std::max(relaxed_since_ns_, flight.begun_ns);
    }
    DDB_SWITCH_POINT(runtime_);
    advance_horizon();
  }
  wake_waiters();
}

// Wakes the covered ones, and of the rest the first that no running sync covers, as next leader. On an error: everybody.
void GroupSync::wake_waiters() {
  const bool all = sync_failed_.load(std::memory_order_relaxed) || poison_.is_set();
  bool leader_woken = false;
  for (Waiter* waiter = first_waiter_; waiter != nullptr; waiter = waiter->next) {
    if (all || is_synced(waiter->need)) {
      waiter->wake.notify_one();
    } else if (!leader_woken && !running_sync_covers(waiter->need)) {
      waiter->wake.notify_one();
      leader_woken = true;
    }
  }
}

void GroupSync::link(Waiter& waiter) {
  Waiter* before = last_waiter_;
  while (before != nullptr && before->need.lsn > waiter.need.lsn) before = before->previous;
  waiter.previous = before;
  waiter.next = before == nullptr ? first_waiter_ : before->next;
  (before == nullptr ? first_waiter_ : before->next) = &waiter;
  (waiter.next == nullptr ? last_waiter_ : waiter.next->previous) = &waiter;
  waiter.linked = true;
}

void GroupSync::unlink(Waiter& waiter) {
  if (!waiter.linked) return;
  (waiter.previous == nullptr ? first_waiter_ : waiter.previous->next) = waiter.next;
  (waiter.next == nullptr ? last_waiter_ : waiter.next->previous) = waiter.previous;
  waiter.linked = false;
}

// A waiter that was woken as next leader and does not lead leaves nobody behind: a sync runs, and its end wakes again, or
// the log is poisoned and it wakes everybody.
Status GroupSync::await(Need need) {
  Waiter waiter(runtime_);
  waiter.need = need;
  while (!is_synced(need)) {
    const bool covered = running_sync_covers(need);
    if (sync_failed_.load(std::memory_order_relaxed) || (!covered && poison_.is_set())) {
      unlink(waiter);
      wake_waiters();
      return outcome_unknown();
    }
    Flight* flight = covered ? nullptr : idle_flight();
    if (flight != nullptr && worth_a_second(need)) {
      unlink(waiter);
      lead(*flight, need);
      continue;
    }
    if (!waiter.linked) link(waiter);
    waiter.wake.wait(mutex_);
  }
  unlink(waiter);
  return Status::ok();
}

Lsn GroupSync::newest_full_up_to(Lsn lsn) const {
  for (size_t i = full_count_; i > 0; --i) {
    const uint64_t full = full_[(full_begin_ + i - 1) % full_.size()];
    if (full <= lsn.value) return Lsn(full);
  }
  return kNoLsn;
}

Status GroupSync::wait_visible(Lsn lsn) {
  if (horizon_.load(std::memory_order_acquire) >= lsn.value) return Status::ok();
  if (DDB_FAULT(kAcknowledgeEarly)) return Status::ok();
  DDB_SWITCH_POINT(runtime_);
  MutexLock lock(mutex_);
  while (horizon_.load(std::memory_order_relaxed) < lsn.value) {
    const Lsn need = newest_full_up_to(lsn);
    if (need == kNoLsn) {
      // Nothing to wait for, so the horizon stands still because a sync failed.
      if (sync_failed_.load(std::memory_order_relaxed)) return outcome_unknown();
      DDB_CHECK(lsn <= appended_lsn());
      advance_horizon();
      continue;
    }
    DDB_RETURN_IF_ERROR(await({need, 0, true}));
  }
  return Status::ok();
}

Status GroupSync::wait_durable(Lsn lsn) {
  if (synced_lsn() >= lsn) return Status::ok();
  DDB_SWITCH_POINT(runtime_);
  MutexLock lock(mutex_);
  DDB_CHECK(lsn <= appended_lsn());
  return await({lsn, 0});
}

Status GroupSync::sync_written() {
  MutexLock lock(mutex_);
  return await({appended_lsn(), written_bytes_});
}

void GroupSync::fail(const Status& cause, bool sync_failed) {
  poison_.set(cause);
  if (sync_failed) sync_failed_.store(true, std::memory_order_seq_cst);
  MutexLock lock(mutex_);
  wake_waiters();
}

bool GroupSync::commits_in_flight() const {
  MutexLock lock(mutex_);
  return append_in_flight_ || full_count_ > 0;
}

uint64_t GroupSync::relaxed_since_ns() const {
  MutexLock lock(mutex_);
  return relaxed_since_ns_;
}

GroupSync::Counters GroupSync::counters() const {
  MutexLock lock(mutex_);
  return counters_;
}

Status GroupSync::outcome_unknown() const {
  const Status cause = poison_.cause();
  Status unknown = Status::error(sqlstate::kOutcomeUnknown,
                                 "the outcome of the commit is unknown until the database is reopened");
  return std::move(unknown).with_detail(cause.message());
}

}  // namespace ddb
