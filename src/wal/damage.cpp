// damage: telling a torn tail from damaged committed bytes. A block behind the stop that validates alone and says that a
// newer LSN than the log reaches was synced proves that committed bytes are missing. Read once, at the end of a scan.
#include <algorithm>
#include <cstring>
#include <vector>

#include "base/byte_order.h"
#include "wal/recovery_impl.h"

namespace ddb {
namespace {

// The first place in [from, segment end) of a block with a known salt that names an LSN beyond `reached` as synced.
std::optional<size_t> find_proof(std::span<const std::byte> segment, size_t from,
                                 const std::vector<uint64_t>& salts, Lsn reached) {
  from = (from + kBlockAlign - 1) / kBlockAlign * kBlockAlign;
  const uint64_t first_salt = salts.front();
  for (size_t at = from; at + kBlockHeaderBytes <= segment.size(); at += kBlockAlign) {
    const auto salt = load_le<uint64_t>(segment.data() + at + 16);
    if (salt != first_salt &&
        (salts.size() == 1 || std::find(salts.begin(), salts.end(), salt) == salts.end())) {
      continue;
    }
    BlockHeader header = peek_block(segment.subspan(at));
    if (header.synced_lsn > reached && block_valid(segment.subspan(at), &header)) return at;
  }
  return std::nullopt;
}

}  // namespace

Status probe_behind_stop(const RecoveredLog::Impl& log, std::optional<uint64_t>* proof) {
  const Lsn reached = std::max(log.end_lsn, log.request.checkpoint_lsn);
  if (log.synced > reached) {
    *proof = log.stop_offset;
    return Status::ok();
  }
  // What was put to use before the last segment of the chain holds older blocks only.
  enum : uint8_t { kProbe, kSkip };
  std::vector<uint8_t> plan(log.segment_count, kProbe);
  const uint64_t last_sequence = log.chain.back().header.sequence;
  for (const KnownSegment& segment : log.known) {
    if (segment.header.sequence < last_sequence) plan[segment.index] = kSkip;
  }
  for (const ChainSegment& segment : log.chain) plan[segment.index] = kSkip;
  std::vector<std::byte> buffer;
  const uint32_t stop_segment = log.chain.back().index;
  DDB_RETURN_IF_ERROR(log.read_segment(stop_segment, &buffer));
  std::optional<size_t> found = find_proof(buffer, log.chain.back().end, log.salts, reached);
  uint64_t base = uint64_t{stop_segment} * log.segment_bytes;
  for (uint32_t i = 0; i < log.segment_count && !found.has_value(); ++i) {
    if (plan[i] == kSkip) continue;
    DDB_RETURN_IF_ERROR(log.read_segment(i, &buffer));
    base = uint64_t{i} * log.segment_bytes;
    found = find_proof(buffer, 0, log.salts, reached);
  }
  if (found.has_value()) *proof = base + *found;
  return Status::ok();
}

}  // namespace ddb
