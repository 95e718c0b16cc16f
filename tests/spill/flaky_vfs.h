// flaky_vfs: a memory Vfs for temp files, each of whose calls the test can let fail, and whose blocks it can damage.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "vfs/memory_vfs.h"

namespace ddb {

class FlakyVfs final : public Vfs {
 public:
  uint64_t calls = 0;
  uint64_t fail_at = 0;  // the call that fails, 1 = the first; 0: none
  SqlState fail_with = sqlstate::kIoError;
  bool short_write = false;  // a write that fails writes its first half
  uint64_t open_files = 0;
  // Called with what a read gave; may change bytes and length.
  std::function<void(uint64_t offset, std::span<std::byte> bytes, size_t& got)> on_read;

  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override {
    return memory_.open(path, mode);
  }
  Result<std::unique_ptr<File>> open_temp(const std::string& directory) override {
    DDB_RETURN_IF_ERROR(call());
    DDB_TRY(auto file, memory_.open_temp(directory));
    return std::unique_ptr<File>(new Flaky(*this, std::move(file)));
  }
  Result<bool> exists(const std::string& path) override { return memory_.exists(path); }
  Status unlink(const std::string& path) override { return memory_.unlink(path); }
  Status rename(const std::string& from, const std::string& to) override { return memory_.rename(from, to); }
  Status sync_dir(const std::string& path) override { return memory_.sync_dir(path); }
  Result<std::string> resolve(const std::string& path) override { return memory_.resolve(path); }
  const std::atomic<uint32_t>& fork_generation() const override { return memory_.fork_generation(); }

 private:
  Status call() {
    if (++calls != fail_at) return Status::ok();
    return Status::error(fail_with, "injected", 5);
  }

  class Flaky final : public File {
   public:
    Flaky(FlakyVfs& vfs, std::unique_ptr<File> file) : vfs_(vfs), file_(std::move(file)) {
      ++vfs_.open_files;
    }
    ~Flaky() override { --vfs_.open_files; }
    Result<size_t> read(uint64_t offset, std::span<std::byte> into) override {
      DDB_RETURN_IF_ERROR(vfs_.call());
      DDB_TRY(size_t got, file_->read(offset, into));
      if (vfs_.on_read) vfs_.on_read(offset, into, got);
      return got;
    }
    Status write(uint64_t offset, std::span<const std::byte> bytes) override {
      if (Status fault = vfs_.call(); !fault.is_ok()) {
        if (vfs_.short_write) DDB_RETURN_IF_ERROR(file_->write(offset, bytes.first(bytes.size() / 2)));
        return fault;
      }
      return file_->write(offset, bytes);
    }
    Status sync() override { return Status::error(sqlstate::kInternal, "a temp file is never synced"); }
    Result<uint64_t> size() override { return file_->size(); }
    Status truncate(uint64_t size) override { return file_->truncate(size); }
    Status allocate(uint64_t offset, uint64_t length) override { return file_->allocate(offset, length); }
    Status try_lock(LockMode mode) override { return file_->try_lock(mode); }

   private:
    FlakyVfs& vfs_;
    std::unique_ptr<File> file_;
  };

  MemoryVfs memory_;
};

}  // namespace ddb
