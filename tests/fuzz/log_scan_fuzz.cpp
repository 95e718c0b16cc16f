// log_scan_fuzz: log files of any content. A scan gives an error or a log that can be redone; never a crash, an endless
// loop, or memory beyond reason. The input writes segments and blocks whose checksums are put right, then raw bytes.
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "base/inline_runtime.h"
#include "format/page.h"
#include "vfs/memory_vfs.h"
#include "wal/log.h"
#include "wal/recovery.h"

using namespace ddb;

namespace {

constexpr uint32_t kPage = 4096;
constexpr uint32_t kSegment = 12 * 1024;
constexpr size_t kSegments = 5;

// Numbers out of the input; zeros behind its end.
class Input {
 public:
  Input(const uint8_t* data, size_t size) : data_(data), size_(size) {}
  bool empty() const { return at_ >= size_; }
  uint8_t byte() { return at_ < size_ ? data_[at_++] : 0; }
  uint32_t below(uint32_t bound) { return static_cast<uint32_t>(byte() | byte() << 8) % bound; }
  // Mostly small, sometimes extreme.
  uint64_t number() {
    const uint8_t b = byte();
    if (b < 240) return b % 16;
    return ~uint64_t{0} - (b - 240) * (uint64_t{1} << (byte() % 64));
  }
  void copy(std::byte* to, size_t bytes) {
    for (size_t i = 0; i < bytes; ++i) to[i] = static_cast<std::byte>(byte());
  }

 private:
  const uint8_t* data_;
  size_t size_;
  size_t at_ = 0;
};

size_t write_frames(Input& input, std::byte* to, size_t room, uint16_t* count) {
  size_t used = 0;
  const uint32_t frames = input.byte() % 4;
  for (uint32_t i = 0; i < frames; ++i) {
    const uint16_t length = static_cast<uint16_t>(input.below(200));
    const size_t bytes = kFrameHeaderBytes + kRangeHeaderBytes + length;
    if (used + bytes > room) break;
    store_le<uint32_t>(to + used, input.byte() % 6);
    to[used + 4] = static_cast<std::byte>(1 + input.byte() % 3);
    store_le<uint16_t>(to + used + 6, 1);
    store_le<uint64_t>(to + used + 8, input.number());
    store_le<uint16_t>(to + used + 16, static_cast<uint16_t>(16 + input.below(4300)));
    store_le<uint16_t>(to + used + 18, length);
    input.copy(to + used + 20, std::min<size_t>(length, 8));
    used += bytes;
    ++*count;
  }
  if (input.byte() == 7) ++*count;
  return used;
}

std::vector<std::byte> make_file(Input& input, const FileUuid& uuid) {
  std::vector<std::byte> file(kSegments * kSegment);
  uint32_t crc = 0;
  uint64_t lsn = 2;
  uint64_t closed = 1;
  uint32_t index = 0;
  uint64_t run_position = 1;
  for (size_t i = 0; i < kSegments && !input.empty(); ++i) {
    const uint8_t odd = input.byte();
    const size_t base = (odd & 64) != 0 ? input.below(kSegments) * kSegment : i * kSegment;
    SegmentHeader header;
    header.uuid = uuid;
    header.sequence = (odd & 1) != 0 ? input.number() : i + 1;
    header.position = (odd & 2) != 0 ? input.number() : i + 1;
    header.prior_lsn = Lsn((odd & 4) != 0 ? input.number() : closed);
    header.run_position = (odd & 8) != 0 ? input.number() : index > 0 ? run_position : header.position;
    header.salt = (odd & 16) != 0 ? 2 : 1;
    header.previous_crc = crc;
    header.segment_bytes = (odd & 32) != 0 ? input.below(16) * 4096 : kSegment;
    header.page_bytes = kPage;
    encode_segment_header(header, file.data() + base);
    size_t at = kSegmentHeaderBytes;
    const uint32_t blocks = input.byte() % 8;
    for (uint32_t b = 0; b < blocks; ++b) {
      const uint8_t twist = input.byte();
      if ((twist & 1) != 0) at = (at + kSectorBytes - 1) / kSectorBytes * kSectorBytes;
      if (at + 1024 > kSegment) break;
      BlockHeader block;
      uint16_t frames = 0;
      const size_t bytes = write_frames(input, file.data() + base + at + kBlockHeaderBytes, 900, &frames);
      block.length = static_cast<uint32_t>(kBlockHeaderBytes + bytes);
      block.lsn = Lsn((twist & 2) != 0 ? input.number() : lsn);
      block.salt = header.salt;
      block.previous_crc = crc;
      block.frame_count = frames;
      const bool ends = (twist & 4) == 0;
      block.flags = static_cast<uint8_t>((index == 0 ? kBlockFirst : 0) |
                                         (ends ? (twist & 8) != 0 ? kBlockAbort : kBlockCommit : 0));
      block.synced_lsn = Lsn((twist & 16) != 0 ? input.number() : closed);
      block.run_index = index;
      if (index == 0) run_position = header.position;
      crc = seal_block(block, std::span(file).subspan(base + at, block_padded(block.length)));
      at += block_padded(block.length);
      index = ends ? 0 : index + 1;
      if (ends) closed = lsn++;
    }
  }
  while (!input.empty()) {
    const size_t at = input.byte() % kSegments * kSegment + input.below(kSegment);
    file[at] = static_cast<std::byte>(input.byte());
  }
  return file;
}

void use(RecoveredLog& log) {
  std::vector<std::byte> page(kPage);
  for (auto number = log.pages_from(PageNo(0)); number.has_value(); number = log.pages_from(number->next())) {
    format_page(page.data(), kPage, *number, TreeId(1), PageType::kFirstTree);
    set_page_lsn(page.data(), Lsn(1));
    (void)log.redo(*number, page, true).is_ok();
    (void)log.starts_at_image(*number);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  FileUuid uuid{};
  uuid[0] = 1;
  Input input(data, size);
  ScanRequest request;
  request.path = "/log";
  request.uuid = uuid;
  request.checkpoint_lsn = Lsn(1 + input.byte() % 3);
  request.page_bytes = kPage;
  const std::vector<std::byte> content = make_file(input, uuid);
  MemoryVfs vfs;
  {
    auto file = vfs.open(request.path, OpenMode::kCreateNew);
    if (!file.is_ok() || !(*file)->write(0, content).is_ok()) __builtin_trap();
  }
  MemoryBudget budget(1 << 20);
  request.salvage = true;
  if (auto log = RecoveredLog::scan(vfs, request, budget); log.is_ok()) use(**log);
  request.salvage = false;
  auto log = RecoveredLog::scan(vfs, request, budget);
  if (!log.is_ok() || (*log)->presence() != LogPresence::kPresent) return 0;
  use(**log);
  // A hostile log may be taken for damaged once it goes on; no more is asked of it than to give an error then.
  InlineRuntime runtime(1);
  Poison poison(runtime);
  std::atomic<uint64_t> horizon{0};
  LogConfig config;
  config.path = request.path;
  config.uuid = uuid;
  config.page_bytes = kPage;
  config.bytes_max = 1 << 20;
  if (!Log::take_over(vfs, runtime, poison, horizon, config, **log).is_ok()) return 0;
  if (auto again = RecoveredLog::scan(vfs, request, budget); again.is_ok()) use(**again);
  return 0;
}
