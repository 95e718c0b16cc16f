// run_merge: the reader of a run and the tree of losers.
#include "spill/run_merge.h"

#include <algorithm>
#include <new>
#include <utility>

namespace ddb {

Status RunReader::advance() {
  if (chain_.ready().empty()) {
    if (chain_.left() == 0) {
      ended_ = true;
      head_ = UINT64_MAX;
      record_ = {};
      return Status::ok();
    }
    DDB_RETURN_IF_ERROR(chain_.read_block());
  }
  const std::span<const std::byte> ready = chain_.ready();
  const char* const begin = reinterpret_cast<const char*>(ready.data());
  const char* const end = begin + ready.size();
  uint64_t key = 0, payload = 0;
  const char* at = get_sort_length(begin, end, key);
  if (at != nullptr) at = get_sort_length(at, end, payload);
  if (at == nullptr || key + payload > static_cast<uint64_t>(end - at)) return advance_slow();
  record_ = {{at, static_cast<size_t>(key)}, {at + key, static_cast<size_t>(payload)}};
  head_ = key_head(record_.key);
  chain_.consume(static_cast<size_t>(at - begin + static_cast<std::ptrdiff_t>(key + payload)));
  return Status::ok();
}

Result<uint64_t> RunReader::read_length() {
  char bytes[kSortLengthBytesMax];
  for (size_t i = 0; i < kSortLengthBytesMax; ++i) {
    DDB_RETURN_IF_ERROR(chain_.read(&bytes[i], 1));
    if ((bytes[i] & 0x80) != 0) continue;
    uint64_t length = 0;
    get_sort_length(bytes, bytes + i + 1, length);
    return length;
  }
  return Status::corruption("temp file: a sorted run has a record without a length");
}

Status RunReader::advance_slow() {
  DDB_TRY(const uint64_t key, read_length());
  DDB_TRY(const uint64_t payload, read_length());
  if (key + payload > longest_)
    return Status::corruption("temp file: a sorted run has a longer record than was written");
  DDB_RETURN_IF_ERROR(chain_.read(whole_, static_cast<size_t>(key + payload)));
  const char* const begin = reinterpret_cast<const char*>(whole_);
  record_ = {{begin, static_cast<size_t>(key)}, {begin + key, static_cast<size_t>(payload)}};
  head_ = key_head(record_.key);
  return Status::ok();
}

namespace {
uint64_t whole_bytes(uint64_t longest_record) { return (longest_record + 15) / 16 * 16; }
}  // namespace

uint64_t RunMerge::bytes_per_run(const SpillFile& file, uint64_t longest_record) {
  return file.block_bytes() + whole_bytes(longest_record) + sizeof(RunReader);
}

Status RunMerge::begin(SpillFile& file, std::span<const SortRun> runs, TrackedBytes slab, bool recycle) {
  DDB_ASSERT(!runs.empty() && runs.size() <= kRunsMax && readers_ == nullptr);
  uint64_t longest = 0;
  for (const SortRun& run : runs) longest = std::max(longest, run.longest);
  DDB_ASSERT(slab.size() >= runs.size() * bytes_per_run(file, longest));
  slab_ = std::move(slab);
  readers_ = reinterpret_cast<RunReader*>(slab_.data());
  count_ = static_cast<uint32_t>(runs.size());
  delivered_ = false;
  std::byte* at = slab_.data() + runs.size() * sizeof(RunReader);
  Status outcome;
  for (size_t i = 0; i < runs.size(); ++i) {
    new (readers_ + i) RunReader(file, runs[i], at, at + file.block_bytes(), recycle);
    at += file.block_bytes() + whole_bytes(longest);
    if (outcome.is_ok()) outcome = readers_[i].advance();
  }
  if (!outcome.is_ok()) {
    release();
    return outcome;
  }
  play_all();
  return Status::ok();
}

bool RunMerge::before_slow(uint32_t a, uint32_t b) const {
  const RunReader& x = readers_[a];
  const RunReader& y = readers_[b];
  if (x.ended() || y.ended()) return x.ended() == y.ended() ? a < b : y.ended();
  const int order = compare_keys(x.record().key, y.record().key);
  return order != 0 ? order < 0 : a < b;
}

// Inner nodes are 1 to count - 1, the leaf of reader r is count + r, the parent of a node n is n / 2.
void RunMerge::play_all() {
  uint32_t winners[2 * kRunsMax];
  for (uint32_t r = 0; r < count_; ++r) winners[count_ + r] = r;
  for (uint32_t node = count_ - 1; node > 0; --node) {
    const uint32_t left = winners[2 * node], right = winners[2 * node + 1];
    const bool left_wins = before(left, right);
    winners[node] = left_wins ? left : right;
    losers_[node] = left_wins ? right : left;
  }
  losers_[0] = winners[1];
}

void RunMerge::replay(uint32_t reader) {
  uint32_t winner = reader;
  for (uint32_t node = (count_ + reader) / 2; node > 0; node /= 2) {
    if (before(losers_[node], winner)) std::swap(losers_[node], winner);
  }
  losers_[0] = winner;
}

Result<const SortRecord*> RunMerge::next() {
  DDB_ASSERT(readers_ != nullptr);
  if (delivered_) {
    const uint32_t reader = losers_[0];
    DDB_RETURN_IF_ERROR(readers_[reader].advance());
    replay(reader);
  }
  const RunReader& winner = readers_[losers_[0]];
  delivered_ = !winner.ended();
  return winner.ended() ? nullptr : &winner.record();
}

void RunMerge::release() {
  readers_ = nullptr;
  count_ = 0;
  slab_.release();
}

}  // namespace ddb
