// options: how a database is opened. All limits are bytes unless the name says otherwise (ADR 0006).
#pragma once

#include <cstdint>
#include <string>

#include "base/runtime.h"
#include "format/file_header.h"
#include "format/log_format.h"
#include "vfs/vfs.h"

namespace ddb {

enum class SpillPolicy {
  kEndReader,   // at the spill limit the oldest reader ends with 72000
  kFailWrites,  // at the spill limit writes fail with 53100
};

struct Options {
  bool read_only = false;
  bool create_if_missing = true;
  bool salvage = false;            // read-only, at the last good commit before damage in the log
  bool background_threads = true;  // false: checkpoint and log growth run inline in the calls that need them

  uint64_t memory_limit = 64ull << 20;  // page frames, versions, page table, redo index, private pages
  uint64_t wal_limit = 64ull << 20;
  uint64_t temp_file_limit = 4ull << 30;         // 0: no temp file
  uint64_t transaction_bytes_max = 16ull << 30;  // of log
  std::string temp_directory;                    // empty: the system's
  SpillPolicy spill_policy = SpillPolicy::kEndReader;
  uint32_t write_queue_max = 1024;
  uint32_t savepoint_depth_max = 1000;
  uint32_t sessions_max = 1024;

  // Constants of a new file; ignored when it exists.
  uint32_t page_bytes = kDefaultPageBytes;
  uint32_t reserved_bytes = 0;
  uint32_t double_write_slots = 0;  // 0: as many as fill 256 KiB

  uint32_t wal_segment_bytes = kDefaultSegmentBytes;
  uint32_t wal_initial_segments = 4;
  uint64_t relaxed_tail_bytes_max = 1 << 20;

  Vfs* vfs = nullptr;          // null: POSIX; must outlive the database
  Runtime* runtime = nullptr;  // null: the operating system's; must outlive the database
};

}  // namespace ddb
