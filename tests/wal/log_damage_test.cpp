// log_damage: torn and garbage tails are no error, damage before them is refused with its place, and no bytes whatever
// crash the scan or make it return what never was.
#include <algorithm>

#include "log_world.h"

namespace ddb {
namespace {

constexpr uint32_t kSegment = 16 * 1024;

struct BlockAt {
  size_t offset;
  BlockHeader header;
};

// A finished log and the model of it.
class DamagedLog {
 public:
  explicit DamagedLog(uint64_t seed, int commits = 25, bool all_full = true)
      : runtime_(seed), vfs_(disk_, runtime_), world_(vfs_, runtime_, seed) {
    world_.set_direct_per_mille(0);  // the main file may be newer than what damage leaves of the log
    EXPECT_TRUE(world_.create().is_ok());
    for (int i = 0; i < commits; ++i) {
      EXPECT_TRUE(world_.commit_run(world_.random().below(4), all_full || i % 3 == 0).is_ok());
    }
    content_ = *disk_.visible_content(world_.config().path);
  }
  LogWorld& world() { return world_; }
  const std::string& content() const { return content_; }

  // Blocks of the log in order, by LSN.
  std::vector<BlockAt> blocks() const {
    std::vector<BlockAt> found;
    const auto bytes = std::as_bytes(std::span(content_));
    for (size_t at = 0; at + kBlockHeaderBytes <= bytes.size(); at += kBlockAlign) {
      BlockHeader header;
      if (block_valid(bytes.subspan(at), &header)) found.push_back({at, header});
    }
    std::sort(found.begin(), found.end(), [](const BlockAt& a, const BlockAt& b) {
      return std::pair(a.header.lsn, a.header.run_index) < std::pair(b.header.lsn, b.header.run_index);
    });
    return found;
  }

  Result<std::unique_ptr<RecoveredLog>> scan(const std::string& content, bool salvage = false) {
    SimDisk disk;
    disk.put_file(world_.config().path, std::as_bytes(std::span(content)));
    disk_of_scan_ = disk.clone_as_is();
    vfs_of_scan_ = std::make_unique<SimVfs>(*disk_of_scan_, runtime_);
    return world_.scan_on(*vfs_of_scan_, salvage);
  }

 private:
  SimDisk disk_{512};
  InlineRuntime runtime_;
  SimVfs vfs_;
  LogWorld world_;
  std::string content_;
  std::unique_ptr<SimDisk> disk_of_scan_;
  std::unique_ptr<SimVfs> vfs_of_scan_;
};

TEST(LogDamage, ATailTornAtAnyByteIsNoError) {
  for (const bool garbage : {false, true}) {
    DamagedLog log(garbage ? 3 : 4);
    const std::vector<BlockAt> blocks = log.blocks();
    ASSERT_GT(blocks.size(), 4u);
    SeededRandom random(9);
    for (size_t b = blocks.size() - 3; b < blocks.size(); ++b) {
      const BlockAt& block = blocks[b];
      const bool last = b + 1 == blocks.size();
      for (size_t at = 0; at < block.header.length; ++at) {
        std::string content = log.content();
        // Everything from this byte on never reached the disk.
        for (size_t i = b; i < blocks.size(); ++i) {
          const size_t from = blocks[i].offset + (i == b ? at : 0);
          for (size_t k = from; k < blocks[i].offset + blocks[i].header.length; ++k) {
            content[k] = garbage ? static_cast<char>(random.next()) : '\0';
          }
        }
        if (content == log.content()) continue;
        auto recovered = log.scan(content);
        ASSERT_OK(recovered.status());
        const bool torn = content.compare(block.offset, block.header.length, log.content(), block.offset,
                                          block.header.length) != 0;
        ASSERT_EQ((*recovered)->last_lsn().value, block.header.lsn.value - (torn ? 1 : 0)) << "byte " << at;
        if (at % 16 == 0 || last) log.world().check(**recovered);
      }
    }
  }
}

TEST(LogDamage, DamageBeforeTheLastBatchIsRefusedWithItsPlace) {
  DamagedLog log(5);
  const std::vector<BlockAt> blocks = log.blocks();
  SeededRandom random(1);
  for (size_t b = 0; b + 1 < blocks.size(); ++b) {
    const BlockAt& block = blocks[b];
    SCOPED_TRACE("block at " + std::to_string(block.offset));
    std::string content = log.content();
    content[block.offset + random.below(block.header.length)] ^= static_cast<char>(1 + random.below(255));
    auto refused = log.scan(content);
    ASSERT_TRUE(refused.status().is(sqlstate::kCorrupted)) << refused.status().to_string();
    auto salvaged = log.scan(content, true);
    ASSERT_OK(salvaged.status());
    EXPECT_TRUE((*salvaged)->stopped_at_damage());
    EXPECT_EQ((*salvaged)->last_lsn().value, block.header.lsn.value - 1);
    log.world().check(**salvaged);
    // The place is where the damaged block was expected: before it at most the padding to a fresh sector.
    const uint64_t stop = (*salvaged)->stop_offset();
    EXPECT_NE(refused.status().message().find("byte offset " + std::to_string(stop)), std::string_view::npos);
    const bool in_place = stop <= block.offset && block.offset - stop < kSectorBytes;
    const bool next_segment = block.offset % kSegment == kSegmentHeaderBytes;
    EXPECT_TRUE(in_place || next_segment) << stop << " " << block.offset;
  }
}

TEST(LogDamage, ADamagedSegmentHeaderIsRefused) {
  DamagedLog log(6, 60);
  const size_t segments = log.content().size() / kSegment;
  ASSERT_GE(segments, 3u);
  int refused = 0;
  for (size_t i = 0; i < segments; ++i) {
    SegmentHeader header;
    if (!decode_segment_header(
            std::as_bytes(std::span(log.content())).subspan(i * kSegment, kSegmentHeaderBytes), &header)) {
      continue;
    }
    std::string content = log.content();
    content[i * kSegment + 30] ^= 1;
    auto outcome = log.scan(content);
    if (outcome.is_ok()) {
      // Only the newest segment can be taken for a torn tail: its blocks may all be of the last batch.
      EXPECT_EQ(header.prior_lsn, (*outcome)->last_lsn());
      log.world().check(**outcome);
    } else {
      ++refused;
      EXPECT_TRUE(outcome.status().is(sqlstate::kCorrupted)) << outcome.status().to_string();
    }
  }
  EXPECT_GE(refused, 2);
}

TEST(LogDamage, WhateverIsReturnedIsAPrefix) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    DamagedLog log(seed, 20, seed % 2 == 0);
    SeededRandom random(seed);
    for (int round = 0; round < 60; ++round) {
      std::string content = log.content();
      const uint64_t hits = 1 + random.below(3);
      for (uint64_t hit = 0; hit < hits; ++hit) {
        const size_t at = random.below(content.size());
        const size_t from = at / 512 * 512;
        const size_t other = random.below(content.size()) / 512 * 512;
        switch (random.below(5)) {
          case 0:
            content[at] ^= static_cast<char>(1 << random.below(8));
            break;
          case 1:
            std::fill_n(content.begin() + static_cast<std::ptrdiff_t>(from), 512, '\0');
            break;
          case 2:
            content.replace(from, 512, log.content(), other, 512);
            break;
          case 3:
            content.resize(at);
            content.resize(std::max<size_t>(at, 1));
            break;
          default:
            content.replace(at / kSegment * kSegment, kSegment, log.content(), other / kSegment * kSegment,
                            kSegment);
        }
      }
      for (const bool salvage : {false, true}) {
        auto outcome = log.scan(content, salvage);
        if (!outcome.is_ok()) {
          ASSERT_TRUE(outcome.status().is(sqlstate::kCorrupted)) << outcome.status().to_string();
          continue;
        }
        ASSERT_LE((*outcome)->last_lsn(), log.world().log().appended_lsn());
        log.world().check(**outcome);
        ASSERT_FALSE(testing::Test::HasFatalFailure());
      }
    }
  }
}

TEST(LogDamage, StaleBytesBehindTheEndAreIgnored) {
  DamagedLog log(11);
  // Copies of old blocks at every free place behind the newest block of each segment.
  const std::vector<BlockAt> blocks = log.blocks();
  std::string content = log.content();
  size_t end = blocks.back().offset + block_padded(blocks.back().header.length);
  for (size_t i = 0; i + 1 < blocks.size(); ++i) {
    const size_t length = block_padded(blocks[i].header.length);
    if (end % kSegment + length > kSegment || end + length > content.size()) break;
    content.replace(end, length, log.content(), blocks[i].offset, length);
    end += length;
  }
  auto recovered = log.scan(content);
  ASSERT_OK(recovered.status());
  EXPECT_EQ((*recovered)->last_lsn(), log.world().log().appended_lsn());
  log.world().check(**recovered);
}

TEST(LogDamage, MissingForeignAndUnfitLogsAreToldApart) {
  DamagedLog log(12);
  auto presence = [&](const std::string& content) {
    auto outcome = log.scan(content);
    EXPECT_TRUE(outcome.is_ok()) << outcome.status().to_string();
    return (*outcome)->presence();
  };
  EXPECT_EQ(presence(""), LogPresence::kMissing);
  EXPECT_EQ(presence(std::string(100, '\0')), LogPresence::kMissing);
  EXPECT_EQ(presence(std::string(5 * kSegment, 'x')), LogPresence::kMissing);
  EXPECT_EQ(presence(log.content()), LogPresence::kPresent);
  ScanRequest request;
  request.path = "/nowhere";
  InlineRuntime runtime(1);
  SimDisk disk;
  SimVfs vfs(disk, runtime);
  auto missing = RecoveredLog::scan(vfs, request, log.world().budget());
  ASSERT_OK(missing.status());
  EXPECT_EQ((*missing)->presence(), LogPresence::kMissing);

  disk.put_file("/log", std::as_bytes(std::span(log.content())));
  request.path = "/log";
  request.uuid = test_uuid();
  request.uuid[3] ^= 1;
  request.checkpoint_lsn = Lsn(1);
  request.page_bytes = 4096;
  auto foreign = RecoveredLog::scan(vfs, request, log.world().budget());
  ASSERT_OK(foreign.status());
  EXPECT_EQ((*foreign)->presence(), LogPresence::kForeign);
  request.uuid = test_uuid();
  request.page_bytes = 8192;
  EXPECT_TRUE(RecoveredLog::scan(vfs, request, log.world().budget()).status().is(sqlstate::kCorrupted));
  request.page_bytes = 4096;
  request.checkpoint_lsn = Lsn(0);
  auto after = RecoveredLog::scan(vfs, request, log.world().budget());
  EXPECT_TRUE(after.status().is(sqlstate::kCorrupted));
  EXPECT_NE(after.status().message().find("starts after the checkpoint LSN"), std::string_view::npos);
}

TEST(LogDamage, ATornFirstSegmentDoesNotHideTheOthers) {
  InlineRuntime runtime(5);
  SimDisk disk;
  SimVfs vfs(disk, runtime);
  LogWorld world(vfs, runtime, 5, small_config(kSegment, 64 * 1024));
  ASSERT_OK(world.create());
  // Until the log has come round to segment 0 again and left it.
  while (world.log().stats().recycled_segments < 12) ASSERT_OK(world.commit_run(3, true));
  ASSERT_OK(world.checkpoint(world.log().appended_lsn()));
  SegmentHeader header;
  std::string content = *disk.visible_content(world.config().path);
  const auto bytes = std::as_bytes(std::span(content));
  size_t used = 0;
  for (size_t i = 0; i * kSegment < content.size(); ++i) {
    if (decode_segment_header(bytes.subspan(i * kSegment, kSegmentHeaderBytes), &header) &&
        header.prior_lsn <= world.checkpoint_lsn()) {
      used = i;
    }
  }
  if (used != 0) content[3] ^= 1;
  disk.put_file(world.config().path, std::as_bytes(std::span(content)));
  auto recovered = world.scan();
  ASSERT_OK(recovered.status());
  EXPECT_EQ((*recovered)->presence(), LogPresence::kPresent);
  EXPECT_EQ((*recovered)->last_lsn(), world.log().appended_lsn());
}

}  // namespace
}  // namespace ddb
