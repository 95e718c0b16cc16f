// memory_vfs: files in memory, for :memory: databases and benchmarks. Keeps: a write is a copy of its bytes, growth
// copies nothing, sync does nothing, and the bytes of all files together never pass the limit (53100).
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>

#include "base/mutex.h"
#include "vfs/vfs.h"

namespace ddb {

class MemoryFileData;
struct MemoryFileLimit;

// Thread-safe. Paths are plain names made absolute below "/"; every directory exists. Files may outlive the Vfs.
class MemoryVfs final : public Vfs {
 public:
  // Space is taken in chunks of 64 KiB.
  explicit MemoryVfs(uint64_t byte_limit = ~uint64_t{0});
  ~MemoryVfs() override;

  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override;
  Result<std::unique_ptr<File>> open_temp(const std::string& directory) override;
  Result<bool> exists(const std::string& path) override;
  Status unlink(const std::string& path) override;
  Status rename(const std::string& from, const std::string& to) override;
  Status sync_dir(const std::string& path) override;
  Result<std::string> resolve(const std::string& path) override;
  const std::atomic<uint32_t>& fork_generation() const override;

  uint64_t used_bytes() const;

 private:
  Mutex mutex_;
  std::map<std::string, std::shared_ptr<MemoryFileData>> names_ DDB_GUARDED_BY(mutex_);
  std::shared_ptr<MemoryFileLimit> limit_;
};

}  // namespace ddb
