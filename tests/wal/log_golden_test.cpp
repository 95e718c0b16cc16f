// log_golden: the bytes of format version 1, written out. A change of the format must not go unnoticed.
#include <string>

#include "log_world.h"

namespace ddb {
namespace {

std::string hex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text += kDigits[static_cast<unsigned char>(c) >> 4];
    text += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

std::string unhex(std::string_view text) {
  std::string bytes;
  for (size_t i = 0; i < text.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

constexpr std::string_view kSegmentHeader =
    "4444444cdefec5d3031425364758697a8b9cadbecfe0f102010000000000000001000000000000000700000000000000"
    "01000000000000005e176f1abe55914e00000000004000000010000000000000";
constexpr std::string_view kDeltaBlock =
    "8fca03735100000008000000000000005e176f1abe55914e000000000100030007000000000000000000000000000000"
    "090000000100020005000000000000002800030028292afa0f0600fafbfcfdfeff000000000000000000000000000000";
constexpr std::string_view kMixedBlock =
    "86b340f95c00000009000000000000005e176f1abe55914e8fca03730200030007000000000000000000000000000000"
    "040302010200010000000000000000001000080010111213141516170a00000003000000d4c3b2a10000000000000000";
constexpr std::string_view kAbortBlock =
    "73e62804300000000a000000000000005e176f1abe55914e86b340f90000050007000000000000000000000000000000";

TEST(LogGolden, WritesTheBytesOfVersionOne) {
  InlineRuntime runtime(2024);
  SimDisk disk;
  SimVfs vfs(disk, runtime);
  Poison poison(runtime);
  std::atomic<uint64_t> horizon{7};
  LogConfig config = small_config();
  auto created = Log::create(vfs, runtime, poison, horizon, config, Lsn(7));
  ASSERT_OK(created.status());
  Log& log = **created;
  PageBytes page(4096);
  for (size_t i = 0; i < page.size(); ++i) page[i] = static_cast<std::byte>(i);
  auto begin = [&] {
    ASSERT_OK(log.reserve(1000, 3, false).status());
    log.begin_run(log.appended_lsn().next());
  };
  begin();
  const PageRange ranges[] = {{40, 3}, {4090, 6}};
  ASSERT_OK(log.add_frame(FrameKind::kDelta, PageNo(9), 5, ranges, page.data()));
  ASSERT_OK(log.write_commit(false));
  log.register_commit(Lsn(8), false);
  begin();
  const PageRange image[] = {{16, 8}};
  ASSERT_OK(log.add_frame(FrameKind::kImage, PageNo(0x01020304), 0, image, page.data()));
  ASSERT_OK(log.add_frame(FrameKind::kDirect, PageNo(10), 0xA1B2C3D4, {}, nullptr));
  ASSERT_OK(log.write_commit(false));
  log.register_commit(Lsn(9), false);
  begin();
  ASSERT_OK(log.write_abort());
  log.register_commit(Lsn(10), false);

  const std::string content = *disk.visible_content(config.path);
  EXPECT_EQ(hex(content.substr(0, kSegmentHeaderBytes)), kSegmentHeader);
  EXPECT_EQ(hex(content.substr(4096, 96)), kDeltaBlock);
  EXPECT_EQ(hex(content.substr(4096 + 96, 96)), kMixedBlock);
  EXPECT_EQ(hex(content.substr(4096 + 192, 48)), kAbortBlock);
  EXPECT_EQ(content.find_first_not_of('\0', 4096 + 240), std::string::npos);
}

TEST(LogGolden, ReadsTheBytesOfVersionOne) {
  std::string content(3 * 16 * 1024, '\0');
  content.replace(0, kSegmentHeaderBytes, unhex(kSegmentHeader));
  content.replace(4096, 240,
                  unhex(std::string(kDeltaBlock) + std::string(kMixedBlock) + std::string(kAbortBlock)));
  SimDisk disk;
  InlineRuntime runtime(1);
  SimVfs vfs(disk, runtime);
  disk.put_file("/log", std::as_bytes(std::span(content)));
  MemoryBudget budget(1 << 20);
  ScanRequest request;
  request.path = "/log";
  request.uuid = test_uuid();
  request.checkpoint_lsn = Lsn(7);
  request.page_bytes = 4096;
  auto recovered = RecoveredLog::scan(vfs, request, budget);
  ASSERT_OK(recovered.status());
  EXPECT_EQ((*recovered)->last_lsn(), Lsn(10));
  EXPECT_EQ((*recovered)->page_count(), 3u);
  EXPECT_EQ((*recovered)->stop_offset(), 4096u + 240);
  PageBytes page(4096);
  format_page(page.data(), page.size(), PageNo(9), TreeId(1), PageType::kFirstTree);
  set_page_lsn(page.data(), Lsn(5));
  ASSERT_OK((*recovered)->redo(PageNo(9), page, true));
  EXPECT_EQ(page_lsn(page.data()), Lsn(8));
  EXPECT_EQ(page[41], std::byte{41});
  EXPECT_EQ(page[4095], std::byte{0xFF});
}

}  // namespace
}  // namespace ddb
