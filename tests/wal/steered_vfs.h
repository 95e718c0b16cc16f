// steered_vfs: a memory Vfs whose syncs and writes the test steers: hold, fail, count. Thread-safe.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "vfs/memory_vfs.h"

namespace ddb {

class SteeredVfs final : public Vfs {
 public:
  // Called at the begin of each sync with the number of the open (1 = first opened); its status is the outcome.
  std::function<Status(int open)> on_sync;
  // Called before each write; an error is its outcome.
  std::function<Status(uint64_t offset, size_t bytes)> on_write;
  std::function<Status(uint64_t offset, uint64_t length)> on_allocate;
  std::atomic<int> syncs{0};
  std::atomic<int> syncs_running{0};
  std::atomic<int> syncs_running_max{0};

  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override {
    DDB_TRY(auto file, memory_.open(path, mode));
    return std::unique_ptr<File>(new Steered(*this, std::move(file), ++opens_));
  }
  Result<std::unique_ptr<File>> open_temp(const std::string& directory) override {
    return memory_.open_temp(directory);
  }
  Result<bool> exists(const std::string& path) override { return memory_.exists(path); }
  Status unlink(const std::string& path) override { return memory_.unlink(path); }
  Status rename(const std::string& from, const std::string& to) override { return memory_.rename(from, to); }
  Status sync_dir(const std::string& path) override { return memory_.sync_dir(path); }
  Result<std::string> resolve(const std::string& path) override { return memory_.resolve(path); }
  const std::atomic<uint32_t>& fork_generation() const override { return memory_.fork_generation(); }

 private:
  class Steered final : public File {
   public:
    Steered(SteeredVfs& vfs, std::unique_ptr<File> file, int open)
        : vfs_(vfs), file_(std::move(file)), open_(open) {}
    Result<size_t> read(uint64_t offset, std::span<std::byte> into) override {
      return file_->read(offset, into);
    }
    Status write(uint64_t offset, std::span<const std::byte> bytes) override {
      if (vfs_.on_write) DDB_RETURN_IF_ERROR(vfs_.on_write(offset, bytes.size()));
      return file_->write(offset, bytes);
    }
    Status sync() override {
      ++vfs_.syncs;
      const int running = ++vfs_.syncs_running;
      int most = vfs_.syncs_running_max;
      while (most < running && !vfs_.syncs_running_max.compare_exchange_weak(most, running)) {
      }
      Status outcome = vfs_.on_sync ? vfs_.on_sync(open_) : Status::ok();
      --vfs_.syncs_running;
      return outcome;
    }
    Result<uint64_t> size() override { return file_->size(); }
    Status truncate(uint64_t size) override { return file_->truncate(size); }
    Status allocate(uint64_t offset, uint64_t length) override {
      if (vfs_.on_allocate) DDB_RETURN_IF_ERROR(vfs_.on_allocate(offset, length));
      return file_->allocate(offset, length);
    }
    Status try_lock(LockMode mode) override { return file_->try_lock(mode); }

   private:
    SteeredVfs& vfs_;
    std::unique_ptr<File> file_;
    const int open_;
  };

  MemoryVfs memory_;
  std::atomic<int> opens_{0};
};

}  // namespace ddb
