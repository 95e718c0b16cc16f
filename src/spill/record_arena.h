// record_arena: the records of one sorted run, in the order in which they came, within a tracker's limit. Keeps: nothing
// is held that is not charged, room for the sort's entries included; a reference of a later record is greater.
//
// For one thread. A record that does not fit leaves everything as it was: the caller writes the run out, clears, and adds
// it again. A record never spans chunks; one that is larger than a chunk gets its own, so that less than half is wasted.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "spill/memory_tracker.h"
#include "spill/sort_record.h"
#include "spill/work_watch.h"

namespace ddb {

// What is sorted instead of the records: eight bytes of the key, and where the record is.
struct SortEntry {
  uint64_t head;
  uint64_t ref;  // chunk << 32 | offset
  bool operator<(const SortEntry& other) const {
    return head != other.head ? head < other.head : ref < other.ref;
  }
};
static_assert(sizeof(SortEntry) == 16);

class RecordArena {
 public:
  // `memory` outlives the arena.
  explicit RecordArena(MemoryTracker& memory);
  ~RecordArena() { release(); }
  RecordArena(const RecordArena&) = delete;
  RecordArena& operator=(const RecordArena&) = delete;

  // False when the tracker or the allocator has no room for it. REQUIRES: entries() was not called since clear().
  bool add(std::string_view key, std::string_view payload) {
    const uint64_t bytes = sort_record_bytes(key, payload);
    if (bytes > room_ || count_ == entries_room_) [[unlikely]] {
      if (!make_room(bytes)) return false;
    }
    put_sort_record(at_, key, payload);
    at_ += bytes;
    room_ -= bytes;
    ++count_;
    if (bytes > longest_) longest_ = bytes;
    return true;
  }

  uint64_t count() const { return count_; }
  uint64_t longest() const { return longest_; }  // bytes of the longest record
  SortRecord record(uint64_t ref) const { return sort_record_at(address(ref)); }
  const char* address(uint64_t ref) const { return bases_[ref >> 32] + static_cast<uint32_t>(ref); }

  // One entry per record with the head of its key, in order of arrival; lives until clear(). Called once per run.
  // Errors: 53200 when the allocator has nothing left, those of `watch`.
  Result<std::span<SortEntry>> entries(WorkWatch& watch);

  // Forgets the records and keeps the chunks for the next run.
  void clear();
  // Gives everything back.
  void release();

 private:
  struct Chunk {
    std::unique_ptr<char[]> data;
    size_t bytes = 0;
    size_t used = 0;
  };
  bool make_room(uint64_t record_bytes);
  bool make_entry_room();
  bool next_chunk(uint64_t record_bytes);
  bool take(uint64_t bytes);
  bool free_spare_chunk();
  void leave_chunk();

  // Beside each chunk: its place in both lists while they double.
  static constexpr uint64_t kChunkCharge = 3 * (sizeof(Chunk) + sizeof(char*));

  MemoryTracker& memory_;
  size_t chunk_bytes_;
  uint64_t entry_step_;  // entries that are charged at once
  std::vector<Chunk> chunks_;
  std::vector<const char*> bases_;
  size_t current_ = 0;  // chunks before it are full, those behind it spare; size() when there is none
  char* at_ = nullptr;
  uint64_t room_ = 0;
  uint64_t count_ = 0;
  uint64_t entries_room_ = 0;  // charged, allocated only in entries()
  uint64_t longest_ = 0;
  std::unique_ptr<SortEntry[]> entries_;
};

}  // namespace ddb
