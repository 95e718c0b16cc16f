// group_commit_loop: the bare loops that group commit is judged by: a log without content that appends under a mutex and
// lets one of the waiting threads sync for all, and threads that each sync a descriptor of their own.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>

#include "support/raw_file.h"
#include "support/thread_rate.h"

namespace bench {

struct GroupCommitShape {
  size_t record_bytes = 176;
  unsigned syncs_in_flight_max = 2;  // 1 or 2
  bool packed = true;                // false: every record starts on a 4 KiB boundary
  // A leader lets other threads run for up to this long, until as many records are appended as the batch before it had.
  uint64_t gather_ns_max = 0;
};

// Thread-safe. Batches are numbered by generation: who is not covered by a running sync waits in the generation that is
// gathering; its leader closes it. A finished sync wakes those it covered and one of the gathering generation.
class BareGroupCommit {
 public:
  static constexpr uint64_t kSpan = 16 << 20;

  BareGroupCommit(const std::string& path, const GroupCommitShape& shape)
      : shape_(shape), buffer_(aligned_buffer(shape.record_bytes)) {
    make_written_file(path, kSpan);
    append_file_ = Descriptor(path, O_RDWR);
    for (Descriptor& file : sync_files_) file = Descriptor(path, O_RDWR);
  }

  // Returns when the record is durable.
  void commit() {
    const uint64_t mine = append();
    std::unique_lock lock(state_mutex_);
    while (synced_ < mine) {
      if (const Batch* batch = covering(mine)) {
        wait(lock, batch->generation);
      } else if (running_ < shape_.syncs_in_flight_max && !collecting_) {
        lead(lock);
      } else {
        wait(lock, gathering_);
      }
    }
  }

 private:
  struct Batch {
    bool active = false;
    uint64_t target = 0;
    uint64_t generation = 0;
  };
  static constexpr size_t kRing = 8;  // more generations than can have waiters at once

  uint64_t append() {
    std::lock_guard lock(append_mutex_);
    const size_t stride =
        shape_.packed ? (shape_.record_bytes + 15) / 16 * 16 : sector_ceil(shape_.record_bytes);
    if (offset_ + stride > kSpan) offset_ = 0;
    write_all(append_file_.fd(), buffer_.get(), shape_.record_bytes, offset_);
    offset_ += stride;
    return appended_.fetch_add(1, std::memory_order_relaxed) + 1;
  }
  static uint64_t sector_ceil(uint64_t offset) { return (offset + 4095) / 4096 * 4096; }

  // The running sync with the smallest target that covers the record.
  const Batch* covering(uint64_t record) const {
    const Batch* found = nullptr;
    for (const Batch& batch : batches_) {
      if (!batch.active || batch.target < record) continue;
      if (found == nullptr || batch.target < found->target) found = &batch;
    }
    return found;
  }
  void wait(std::unique_lock<std::mutex>& lock, uint64_t generation) {
    ++waiting_[generation % kRing];
    wake_[generation % kRing].wait(lock);
    --waiting_[generation % kRing];
  }
  void lead(std::unique_lock<std::mutex>& lock) {
    const size_t index = batches_[0].active ? 1 : 0;
    Batch& mine = batches_[index];
    mine.active = true;
    mine.target = 0;  // covers nobody yet
    ++running_;
    if (shape_.gather_ns_max > 0 && last_batch_ > 1) collect(lock);
    mine.generation = gathering_++;
    {
      // Whatever was appended is covered; the next append takes a fresh sector.
      std::lock_guard append_lock(append_mutex_);
      mine.target = appended_.load(std::memory_order_relaxed);
      offset_ = sector_ceil(offset_);
    }
    last_batch_ = mine.target - last_target_;
    last_target_ = mine.target;
    lock.unlock();
    sync_data(sync_files_[index].fd());
    lock.lock();
    synced_ = std::max(synced_, mine.target);
    mine.active = false;
    --running_;
    wake_[mine.generation % kRing].notify_all();
    for (const Batch& other : batches_) {
      if (other.active && other.target <= synced_) wake_[other.generation % kRing].notify_all();
    }
    if (waiting_[gathering_ % kRing] > 0 && !collecting_) wake_[gathering_ % kRing].notify_one();
  }
  void collect(std::unique_lock<std::mutex>& lock) {
    collecting_ = true;
    const uint64_t enough = last_target_ + last_batch_;
    lock.unlock();
    const uint64_t deadline = now_ns() + shape_.gather_ns_max;
    while (appended_.load(std::memory_order_relaxed) < enough && now_ns() < deadline)
      std::this_thread::yield();
    lock.lock();
    collecting_ = false;
  }

  const GroupCommitShape shape_;
  AlignedBuffer buffer_;
  Descriptor append_file_;
  std::array<Descriptor, 2> sync_files_;

  std::mutex append_mutex_;  // inside state_mutex_
  uint64_t offset_ = 0;
  std::atomic<uint64_t> appended_{0};  // written under append_mutex_

  std::mutex state_mutex_;
  uint64_t synced_ = 0, gathering_ = 0, last_target_ = 0, last_batch_ = 0;
  bool collecting_ = false;
  unsigned running_ = 0;
  std::array<Batch, 2> batches_;
  std::array<unsigned, kRing> waiting_{};
  std::array<std::condition_variable, kRing> wake_;
};

inline double bare_group_commit_rate(BareGroupCommit& log, unsigned threads, double seconds) {
  return thread_rate(threads, seconds, Placement::kAnywhere, [&](unsigned, const std::atomic<bool>& stop) {
    uint64_t done = 0;
    for (; !stop.load(std::memory_order_relaxed); ++done) log.commit();
    return done;
  });
}

// Each thread writes and syncs through a descriptor of its own in its own part of one preallocated file.
class IndependentSyncs {
 public:
  static constexpr uint64_t kPart = 1 << 20;

  IndependentSyncs(const std::string& path, unsigned threads_max, size_t record_bytes)
      : record_bytes_(record_bytes), buffer_(aligned_buffer(record_bytes)) {
    make_written_file(path, kPart * threads_max);
    for (unsigned i = 0; i < threads_max; ++i) files_.emplace_back(path, O_RDWR);
  }
  // REQUIRES: threads ≤ threads_max.
  double rate(unsigned threads, double seconds) {
    return thread_rate(
        threads, seconds, Placement::kAnywhere, [&](unsigned i, const std::atomic<bool>& stop) {
          const uint64_t stride = (record_bytes_ + 4095) / 4096 * 4096;
          uint64_t done = 0;
          for (; !stop.load(std::memory_order_relaxed); ++done) {
            write_all(files_[i].fd(), buffer_.get(), record_bytes_, i * kPart + done * stride % kPart);
            sync_data(files_[i].fd());
          }
          return done;
        });
  }

 private:
  const size_t record_bytes_;
  AlignedBuffer buffer_;
  std::vector<Descriptor> files_;
};

}  // namespace bench
