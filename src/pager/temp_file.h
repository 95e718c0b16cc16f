// temp_file: page-sized slots of an unlinked file for versions and private pages that memory cannot hold.
// Never synced. Thread-safe. Keeps: bytes in use never pass the limit; a page read back has its checksum verified.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/status.h"
#include "pager/version.h"
#include "vfs/vfs.h"

namespace ddb {

class TempFile {
 public:
  // `vfs` null or limit 0: no temp file, every write is 53200 "not allowed".
  TempFile(Runtime& runtime, Vfs* vfs, std::string directory, uint64_t limit_bytes, size_t page_bytes)
      : mutex_(runtime),
        vfs_(vfs),
        directory_(std::move(directory)),
        limit_bytes_(limit_bytes),
        page_bytes_(page_bytes) {}

  bool allowed() const { return vfs_ != nullptr && limit_bytes_ >= page_bytes_; }
  bool full() const { return bytes_in_use() + page_bytes_ > limit_bytes_; }
  // Writes a copy of the page with its checksum. Errors: 53100 limit or disk, 53200 not allowed, 58030.
  Result<uint32_t> write(const std::byte* page);
  // Reads into page_bytes. Errors: 58030, XX001 (the temp file was damaged).
  Status read(uint32_t slot, std::byte* page);
  void release(uint32_t slot);

  uint64_t bytes_in_use() const { return in_use_.load(std::memory_order_relaxed) * page_bytes_; }
  uint64_t bytes_most() const { return most_.load(std::memory_order_relaxed) * page_bytes_; }
  uint64_t writes() const { return writes_.load(std::memory_order_relaxed); }

 private:
  Mutex mutex_;
  Vfs* vfs_;
  const std::string directory_;
  const uint64_t limit_bytes_;
  const size_t page_bytes_;
  std::unique_ptr<File> file_;  // made at the first write, then fixed
  std::vector<std::byte> scratch_ DDB_GUARDED_BY(mutex_);
  std::vector<uint32_t> free_ DDB_GUARDED_BY(mutex_);
  uint32_t slots_ DDB_GUARDED_BY(mutex_) = 0;
  std::atomic<uint64_t> in_use_{0};
  std::atomic<uint64_t> most_{0};
  std::atomic<uint64_t> writes_{0};
};

}  // namespace ddb
