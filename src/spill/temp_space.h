// temp_space: all temp files of a database. Keeps: the bytes of all of them together never pass temp_file_limit, and are
// given back when a file is destroyed.
//
// Thread-safe. Temp files have no name, are gone when closed or after a crash, and are never synced.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "base/assert.h"
#include "base/status.h"
#include "vfs/vfs.h"

namespace ddb {

class TempSpace {
 public:
  // `vfs` (which outlives this) null or `limit_bytes` 0: no temp files, whatever asks for one gets 53200. `directory`
  // empty: the system's.
  TempSpace(Vfs* vfs, std::string directory, uint64_t limit_bytes)
      : vfs_(vfs), directory_(std::move(directory)), limit_(limit_bytes) {}
  ~TempSpace() { DDB_ASSERT(used() == 0 && files() == 0); }
  TempSpace(const TempSpace&) = delete;
  TempSpace& operator=(const TempSpace&) = delete;

  bool allowed() const { return vfs_ != nullptr && limit_ != 0; }
  uint64_t limit() const { return limit_; }
  uint64_t used() const { return used_.load(std::memory_order_relaxed); }
  // The most that was ever in use at once.
  uint64_t most() const { return most_.load(std::memory_order_relaxed); }
  // Open temp files, and bytes that were ever written to them.
  uint64_t files() const { return files_.load(std::memory_order_relaxed); }
  uint64_t written() const { return written_.load(std::memory_order_relaxed); }

 private:
  friend class SpillFile;
  // 53200 not allowed; 58030, 53100 from the file system.
  Result<std::unique_ptr<File>> open();
  void close(uint64_t taken_bytes);  // of a file that open() gave
  // 53400: temp_file_limit.
  Status take(uint64_t bytes);
  // Tells the files of this space apart, so that an old block of another file is not taken for one of this.
  uint32_t new_serial() { return serials_.fetch_add(1, std::memory_order_relaxed) + 1; }
  void count_written(uint64_t bytes) { written_.fetch_add(bytes, std::memory_order_relaxed); }

  Vfs* const vfs_;
  const std::string directory_;
  const uint64_t limit_;
  std::atomic<uint64_t> used_{0};
  std::atomic<uint64_t> most_{0};
  std::atomic<uint64_t> files_{0};
  std::atomic<uint64_t> written_{0};
  std::atomic<uint32_t> serials_{0};
};

}  // namespace ddb
