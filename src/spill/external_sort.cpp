// external_sort: forms runs, merges them, delivers.
#include "spill/external_sort.h"

#include <algorithm>
#include <bit>
#include <new>
#include <string>
#include <utility>

#include "base/prefetch.h"
#include "spill/entry_sort.h"

namespace ddb {

namespace {

constexpr uint64_t kBlockBytesMin = 1024, kBlockBytesMax = 256 * 1024;
constexpr uint64_t kRunListMin = 16, kRunListMax = 4096;
constexpr size_t kPrefetchAhead = 8;

// A merge holds a block of each run: 64 of them, less what long records take.
uint32_t block_bytes_of(uint64_t limit) {
  return static_cast<uint32_t>(std::clamp(std::bit_floor(limit / 64), kBlockBytesMin, kBlockBytesMax));
}

// What a record costs, in nanoseconds: fresh memory takes about one a byte.
uint64_t cost_of(uint64_t record_bytes) { return 60 + record_bytes; }

}  // namespace

ExternalSort::ExternalSort(MemoryTracker& memory, TempSpace& temp, WorkWatch watch)
    : memory_(memory),
      temp_(temp),
      watch_(std::move(watch)),
      limit_(memory.reachable_limit()),
      block_bytes_(block_bytes_of(limit_)),
      runs_max_(static_cast<size_t>(std::clamp(limit_ / 64 / sizeof(SortRun), kRunListMin, kRunListMax))),
      arena_(memory) {}

template <typename F>
Status ExternalSort::guarded(F&& step) {
  if (state_ == State::kFailed) return error_;
  Status outcome;
  try {
    outcome = step();
  } catch (const std::bad_alloc&) {
    outcome = Status::out_of_memory();
  }
  if (!outcome.is_ok()) [[unlikely]] {
    release();
    state_ = State::kFailed;
    error_ = outcome;
  }
  return outcome;
}

Status ExternalSort::add(std::string_view key, std::string_view payload) {
  DDB_ASSERT(state_ == State::kAdding || state_ == State::kFailed);
  return guarded([&] { return add_to_run(key, payload); });
}

Status ExternalSort::add_to_run(std::string_view key, std::string_view payload) {
  DDB_RETURN_IF_ERROR(watch_.spent(cost_of(key.size() + payload.size())));
  if (!reserved_ && spill_memory_.empty()) {
    DDB_RETURN_IF_ERROR(memory_.take(spill_bytes()));
    reserved_ = true;
  }
  if (key.size() > kSortPartBytesMax || payload.size() > kSortPartBytesMax)
    return Status::error(sqlstate::kProgramLimit, "a row to be sorted has 4 GiB or more");
  if (!arena_.add(key, payload)) [[unlikely]] {
    if (arena_.count() != 0) DDB_RETURN_IF_ERROR(write_run());
    if (!arena_.add(key, payload)) {
      const uint64_t bytes = sort_record_bytes(key, payload);
      // Tells who is full, unless it was the allocator.
      DDB_RETURN_IF_ERROR(memory_.take(bytes));
      memory_.give_back(bytes);
      return Status::out_of_memory();
    }
  }
  ++statistics_.records;
  watch_.progress.records_added = statistics_.records;
  return Status::ok();
}

Status ExternalSort::sort_run() {
  DDB_TRY(entries_, arena_.entries(watch_));
  return sort_entries(arena_, entries_, watch_);
}

Status ExternalSort::prepare_spill() {
  if (file_ != nullptr) return Status::ok();
  DDB_TRY(file_, SpillFile::open(temp_, memory_, block_bytes_));
  reserved_ = false;
  return spill_memory_.allocate_taken(memory_, spill_bytes()) ? Status::ok() : Status::out_of_memory();
}

// A merge of two runs must hold a record of each beside what spilling holds.
Status ExternalSort::check_longest() const {
  const uint64_t needed = 2 * RunMerge::bytes_per_run(*file_, arena_.longest()) + spill_bytes();
  if (needed <= limit_) return Status::ok();
  return Status::error(sqlstate::kOutOfMemory, "a row of " + std::to_string(arena_.longest()) +
                                                   " bytes is too long to be sorted in " +
                                                   std::to_string(limit_) + " bytes of memory, it takes " +
                                                   std::to_string(needed))
      .with_hint("raise " +
                 std::string(memory_.level().setting.empty() ? "work_mem" : memory_.level().setting));
}

Status ExternalSort::write_run() {
  DDB_RETURN_IF_ERROR(sort_run());
  DDB_RETURN_IF_ERROR(prepare_spill());
  DDB_RETURN_IF_ERROR(check_longest());
  ChainWriter writer(*file_, spill_memory_.data());
  for (size_t i = 0; i < entries_.size(); ++i) {
    if (i + kPrefetchAhead < entries_.size()) prefetch(arena_.address(entries_[i + kPrefetchAhead].ref));
    const char* const begin = arena_.address(entries_[i].ref);
    const SortRecord record = sort_record_at(begin);
    const auto bytes = static_cast<size_t>(record.payload.data() + record.payload.size() - begin);
    DDB_RETURN_IF_ERROR(writer.append(begin, bytes));
    DDB_RETURN_IF_ERROR(watch_.spent(cost_of(bytes)));
  }
  SortRun run;
  run.longest = arena_.longest();
  DDB_TRY(run.chain, writer.finish());
  runs()[run_count_++] = run;
  ++statistics_.runs;
  statistics_.bytes_written = file_->bytes_written();
  entries_ = {};
  arena_.clear();
  if (run_count_ < runs_max_) return Status::ok();
  // The list is full: the newest, shortest runs make room. The arena's memory is what merges need.
  arena_.release();
  return reduce_runs(runs_max_ / 4);
}

Status ExternalSort::finish() {
  DDB_ASSERT(state_ == State::kAdding || state_ == State::kFailed);
  return guarded([&]() -> Status {
    DDB_RETURN_IF_ERROR(watch_.poll());
    if (file_ == nullptr) {
      DDB_RETURN_IF_ERROR(sort_run());
    } else {
      DDB_RETURN_IF_ERROR(finish_runs());
    }
    state_ = State::kDelivering;
    return Status::ok();
  });
}

Status ExternalSort::finish_runs() {
  if (arena_.count() != 0) DDB_RETURN_IF_ERROR(write_run());
  arena_.release();
  for (;;) {
    size_t count = run_count_;
    DDB_TRY(TrackedBytes slab, merge_slab(run_count_, count));
    if (count == run_count_) return merge_.begin(*file_, {runs(), count}, std::move(slab), false);
    slab.release();
    DDB_RETURN_IF_ERROR(reduce_runs(count));
  }
}

// Merges from the end of the list, where the shorter runs are, until no more than `target` runs are left.
// REQUIRES: target > 0.
Status ExternalSort::reduce_runs(size_t target) {
  size_t end = run_count_;
  while (run_count_ > target) {
    if (end < 2) end = run_count_;
    DDB_TRY(end, merge_before(end, std::min(end, run_count_ - target + 1)));
  }
  return Status::ok();
}

// Merges up to `wanted` (2 at least) runs that lie before `end` in the list into one, which takes their place. Returns its
// position.
Result<size_t> ExternalSort::merge_before(size_t end, size_t wanted) {
  size_t count = wanted;
  DDB_TRY(TrackedBytes slab, merge_slab(end, count));
  const size_t first = end - count;
  RunMerge merge;
  DDB_RETURN_IF_ERROR(merge.begin(*file_, {runs() + first, count}, std::move(slab), true));
  ChainWriter writer(*file_, spill_memory_.data());
  SortRun merged;
  for (;;) {
    DDB_TRY(const SortRecord* record, merge.next());
    if (record == nullptr) break;
    char header[kSortRecordHeaderMax];
    const char* const header_end =
        put_sort_length(put_sort_length(header, record->key.size()), record->payload.size());
    DDB_RETURN_IF_ERROR(writer.append(header, static_cast<size_t>(header_end - header)));
    DDB_RETURN_IF_ERROR(writer.append(record->key.data(), record->key.size()));
    DDB_RETURN_IF_ERROR(writer.append(record->payload.data(), record->payload.size()));
    ++watch_.progress.records_merged;
    DDB_RETURN_IF_ERROR(watch_.spent(cost_of(record->key.size() + record->payload.size())));
  }
  DDB_TRY(merged.chain, writer.finish());
  for (size_t i = first; i < end; ++i) merged.longest = std::max(merged.longest, runs()[i].longest);
  runs()[first] = merged;
  std::copy(runs() + end, runs() + run_count_, runs() + first + 1);
  run_count_ -= count - 1;
  ++statistics_.merges;
  statistics_.bytes_written = file_->bytes_written();
  return first;
}

// Memory to merge `count` runs before `end`; lowers count, to two at least, to what there is memory for.
Result<TrackedBytes> ExternalSort::merge_slab(size_t end, size_t& count) {
  const size_t least = std::min<size_t>(count, 2);
  const uint64_t held = std::min(memory_.used(), limit_);
  TrackedBytes slab;
  for (count = std::min(count, RunMerge::kRunsMax);; count = std::max(least, count * 3 / 4)) {
    uint64_t longest = 0;
    for (size_t i = end - count; i < end; ++i) longest = std::max(longest, runs()[i].longest);
    const uint64_t each = RunMerge::bytes_per_run(*file_, longest);
    if (count > least && count * each > limit_ - held) {
      count = std::max<size_t>(least, static_cast<size_t>((limit_ - held) / each));
    }
    if (count > least) {
      if (slab.try_allocate(memory_, count * each)) return slab;
      continue;
    }
    DDB_RETURN_IF_ERROR(slab.allocate(memory_, count * each));
    return slab;
  }
}

Status ExternalSort::deliver(const SortRecord*& record) {
  if (file_ == nullptr) {
    if (delivered_ == entries_.size()) return Status::ok();
    if (delivered_ + kPrefetchAhead < entries_.size())
      prefetch(arena_.address(entries_[delivered_ + kPrefetchAhead].ref));
    record_ = arena_.record(entries_[delivered_++].ref);
    record = &record_;
  } else {
    DDB_TRY(record, merge_.next());
    if (record == nullptr) return Status::ok();
  }
  ++watch_.progress.records_merged;
  return watch_.spent(cost_of(record->key.size() + record->payload.size()));
}

Result<const SortRecord*> ExternalSort::next() {
  DDB_ASSERT(state_ != State::kAdding);
  if (state_ == State::kEnded) return nullptr;
  const SortRecord* record = nullptr;
  DDB_RETURN_IF_ERROR(guarded([&] { return deliver(record); }));
  if (record == nullptr) {
    release();
    state_ = State::kEnded;
  }
  return record;
}

void ExternalSort::reset() {
  release();
  state_ = State::kAdding;
  error_ = Status::ok();
  statistics_ = {};
  watch_.progress = {};
}

void ExternalSort::release() {
  merge_.release();
  entries_ = {};
  delivered_ = 0;
  arena_.release();
  file_.reset();
  run_count_ = 0;
  spill_memory_.release();
  if (reserved_) memory_.give_back(spill_bytes());
  reserved_ = false;
}

}  // namespace ddb
