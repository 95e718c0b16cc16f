// stats: counters of one database, a consistent copy is not promised. Times in nanoseconds.
#pragma once

#include <cstdint>

#include "wal/log.h"

namespace ddb {

struct CacheStats {
  uint64_t misses = 0;          // fetches that read a file; hits are counted per session
  uint64_t evictions = 0;       // backed versions dropped
  uint64_t versions_alive = 0;  // in memory and in the temp file
  uint64_t versions_reclaimed = 0;
  uint64_t reclaim_passes = 0;
  uint64_t redone_pages = 0;
  uint64_t preserved_pages = 0;  // main copies that joined a chain before being overwritten
  uint64_t spilled_pages = 0;    // writes to the temp file
  uint64_t spill_bytes = 0;      // in the temp file now
  uint64_t spill_bytes_max = 0;  // most so far
  uint64_t dirty_pages = 0;      // newest version not in the main file
  uint64_t frames_used = 0;
  uint64_t memory_used = 0;    // bytes charged to memory_limit
  uint64_t readers_ended = 0;  // 72000
};

struct CheckpointStats {
  uint64_t completed = 0;
  uint64_t slices = 0;
  uint64_t pages_written = 0;
  uint64_t total_ns = 0;
  uint64_t last_ns = 0;
  uint64_t retries_no_space = 0;
  bool running = false;
};

struct Stats {
  LogStats log;
  CacheStats cache;
  CheckpointStats checkpoint;
  uint64_t commits = 0;
  uint64_t rollbacks = 0;
  uint64_t serialization_failures = 0;
  uint64_t throttled_commits = 0;
  uint64_t throttle_ns = 0;
  uint64_t write_queue_length = 0;
  uint64_t sessions = 0;
  uint64_t horizon = 0;
  uint64_t appended_lsn = 0;
  uint64_t synced_lsn = 0;
  uint64_t checkpoint_lsn = 0;
  uint64_t oldest_snapshot = 0;  // 0: none
  bool poisoned = false;
};

}  // namespace ddb
