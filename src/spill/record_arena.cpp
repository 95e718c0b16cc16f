// record_arena: chunks, and what is charged for them.
#include "spill/record_arena.h"

#include <algorithm>
#include <new>

namespace ddb {

namespace {
constexpr uint64_t kChunkBytesMin = 256, kChunkBytesMax = 1 << 20;
constexpr uint64_t kEntryStepMin = 16, kEntryStepMax = 16384;
}  // namespace

RecordArena::RecordArena(MemoryTracker& memory) : memory_(memory) {
  const uint64_t limit = memory.reachable_limit();
  chunk_bytes_ = static_cast<size_t>(std::clamp(limit / 32, kChunkBytesMin, kChunkBytesMax));
  entry_step_ = std::clamp(limit / 64 / sizeof(SortEntry), kEntryStepMin, kEntryStepMax);
}

bool RecordArena::make_room(uint64_t record_bytes) {
  if (count_ == entries_room_ && !make_entry_room()) return false;
  return record_bytes <= room_ || next_chunk(record_bytes);
}

bool RecordArena::make_entry_room() {
  if (!take(entry_step_ * sizeof(SortEntry))) return false;
  entries_room_ += entry_step_;
  return true;
}

// What an earlier run needed as chunks, this one may need in another shape: spare chunks go first.
bool RecordArena::take(uint64_t bytes) {
  while (!memory_.try_take(bytes)) {
    if (!free_spare_chunk()) return false;
  }
  return true;
}

bool RecordArena::free_spare_chunk() {
  if (chunks_.empty() || chunks_.size() - 1 <= current_) return false;
  const uint64_t bytes = chunks_.back().bytes;
  chunks_.pop_back();
  bases_.pop_back();
  memory_.give_back(bytes + kChunkCharge);
  return true;
}

void RecordArena::leave_chunk() {
  if (current_ < chunks_.size())
    chunks_[current_].used = static_cast<size_t>(at_ - chunks_[current_].data.get());
}

bool RecordArena::next_chunk(uint64_t record_bytes) {
  // A chunk nothing lies in yet is current only at the begin of a run.
  const bool unused = current_ < chunks_.size() && at_ == chunks_[current_].data.get();
  const size_t wanted = unused || chunks_.empty() ? current_ : current_ + 1;
  if (wanted < chunks_.size() && wanted != current_ && record_bytes <= chunks_[wanted].bytes) {
    leave_chunk();
    current_ = wanted;
    at_ = chunks_[wanted].data.get();
    room_ = chunks_[wanted].bytes;
    return true;
  }
  const auto bytes = static_cast<size_t>(std::max<uint64_t>(chunk_bytes_, record_bytes));
  if (!take(bytes + kChunkCharge)) return false;
  Chunk fresh;
  fresh.data.reset(new (std::nothrow) char[bytes]);
  fresh.bytes = bytes;
  if (fresh.data == nullptr) {
    memory_.give_back(bytes + kChunkCharge);
    return false;
  }
  const char* base = fresh.data.get();
  try {
    if (chunks_.size() == chunks_.capacity()) chunks_.reserve(2 * chunks_.size() + 1);
    if (bases_.size() == bases_.capacity()) bases_.reserve(2 * bases_.size() + 1);
  } catch (const std::bad_alloc&) {
    fresh.data.reset();
    memory_.give_back(bytes + kChunkCharge);
    return false;
  }
  leave_chunk();
  // Spare chunks that were too small stay behind it.
  const size_t place = std::min(wanted, chunks_.size());
  chunks_.insert(chunks_.begin() + static_cast<std::ptrdiff_t>(place), std::move(fresh));
  bases_.insert(bases_.begin() + static_cast<std::ptrdiff_t>(place), base);
  current_ = place;
  at_ = chunks_[place].data.get();
  room_ = bytes;
  return true;
}

Result<std::span<SortEntry>> RecordArena::entries(WorkWatch& watch) {
  leave_chunk();
  room_ = 0;
  entries_.reset(new (std::nothrow) SortEntry[static_cast<size_t>(count_)]);
  if (entries_ == nullptr) return Status::out_of_memory();
  SortEntry* entry = entries_.get();
  for (size_t c = 0; c < chunks_.size() && c <= current_; ++c) {
    const char* const base = chunks_[c].data.get();
    const char* const end = base + chunks_[c].used;
    DDB_RETURN_IF_ERROR(watch.spent(chunks_[c].used));
    for (const char* at = base; at != end;) {
      const SortRecord record = sort_record_at(at);
      *entry++ = {key_head(record.key), uint64_t{c} << 32 | static_cast<uint64_t>(at - base)};
      at = record.payload.data() + record.payload.size();
    }
  }
  DDB_ASSERT(entry == entries_.get() + count_);
  return std::span<SortEntry>(entries_.get(), static_cast<size_t>(count_));
}

void RecordArena::clear() {
  entries_.reset();
  memory_.give_back(entries_room_ * sizeof(SortEntry));
  entries_room_ = 0;
  count_ = 0;
  longest_ = 0;
  // Chunks of a size of their own would be spare for ever.
  for (size_t c = chunks_.size(); c-- > 0;) {
    if (chunks_[c].bytes == chunk_bytes_) continue;
    memory_.give_back(chunks_[c].bytes + kChunkCharge);
    chunks_.erase(chunks_.begin() + static_cast<std::ptrdiff_t>(c));
    bases_.erase(bases_.begin() + static_cast<std::ptrdiff_t>(c));
  }
  for (Chunk& chunk : chunks_) chunk.used = 0;
  current_ = 0;
  at_ = chunks_.empty() ? nullptr : chunks_[0].data.get();
  room_ = chunks_.empty() ? 0 : chunks_[0].bytes;
}

void RecordArena::release() {
  clear();
  for (const Chunk& chunk : chunks_) memory_.give_back(chunk.bytes + kChunkCharge);
  std::vector<Chunk>().swap(chunks_);
  std::vector<const char*>().swap(bases_);
  at_ = nullptr;
  room_ = 0;
}

}  // namespace ddb
