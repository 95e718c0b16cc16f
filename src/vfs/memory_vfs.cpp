// memory_vfs: a file is a vector of 64 KiB chunks. Calls inside the chunks that exist share a reader lock; only growth
// and truncation exclude others.
#include "vfs/memory_vfs.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <shared_mutex>
#include <vector>

#include "vfs/file_error.h"
#include "vfs/fork_generation.h"
#include "vfs/in_process_lock.h"
#include "vfs/vfs_path.h"

namespace ddb {

namespace {
constexpr size_t kChunkBytes = 64 * 1024;
constexpr uint64_t kFileBytesMax = uint64_t{1} << 44;

Status memory_file_missing(const std::string& path) {
  return file_error(sqlstate::kUndefinedFile, ENOENT, "file", path, "does not exist in memory");
}
}  // namespace

struct MemoryFileLimit {
  const uint64_t limit_bytes;
  std::atomic<uint64_t> used_bytes{0};

  explicit MemoryFileLimit(uint64_t limit) : limit_bytes(limit) {}
  bool try_take(uint64_t bytes) {
    if (used_bytes.fetch_add(bytes, std::memory_order_relaxed) + bytes <= limit_bytes) return true;
    give_back(bytes);
    return false;
  }
  void give_back(uint64_t bytes) { used_bytes.fetch_sub(bytes, std::memory_order_relaxed); }
};

class MemoryFileData {
 public:
  explicit MemoryFileData(std::shared_ptr<MemoryFileLimit> limit) : limit_(std::move(limit)) {}
  ~MemoryFileData() {
    for (auto& chunk : chunks_) drop(chunk);
  }

  size_t read(uint64_t offset, std::span<std::byte> into) {
    std::shared_lock lock(mutex_);
    if (offset >= size_) return 0;
    const size_t total = static_cast<size_t>(std::min<uint64_t>(into.size(), size_ - offset));
    for_chunks(offset, total, [&](size_t done, size_t index, size_t inside, size_t step) {
      const std::byte* from = index < chunks_.size() ? chunks_[index].get() : nullptr;
      if (from != nullptr) {
        std::memcpy(into.data() + done, from + inside, step);
      } else {
        std::memset(into.data() + done, 0, step);
      }
    });
    return total;
  }

  Status write(uint64_t offset, std::span<const std::byte> bytes) {
    if (bytes.empty()) return Status::ok();
    const uint64_t end = offset + bytes.size();
    {
      std::shared_lock lock(mutex_);
      if (end <= size_ && has_chunks(offset, bytes.size())) {
        copy_in(offset, bytes);
        return Status::ok();
      }
    }
    std::unique_lock lock(mutex_);
    DDB_RETURN_IF_ERROR(take_chunks(offset, bytes.size()));
    copy_in(offset, bytes);
    size_ = std::max(size_, end);
    return Status::ok();
  }

  uint64_t size() {
    std::shared_lock lock(mutex_);
    return size_;
  }

  void truncate(uint64_t size) {
    std::unique_lock lock(mutex_);
    const size_t whole = static_cast<size_t>(size / kChunkBytes);
    const size_t inside = static_cast<size_t>(size % kChunkBytes);
    if (size < size_ && whole < chunks_.size()) {
      const size_t keep = inside == 0 ? whole : whole + 1;
      for (size_t i = keep; i < chunks_.size(); ++i) drop(chunks_[i]);
      chunks_.resize(keep);
      if (inside != 0 && chunks_[whole] != nullptr) {
        std::memset(chunks_[whole].get() + inside, 0, kChunkBytes - inside);
      }
    }
    size_ = size;
  }

  Status allocate(uint64_t offset, uint64_t length) {
    if (length == 0) return Status::ok();
    std::unique_lock lock(mutex_);
    DDB_RETURN_IF_ERROR(take_chunks(offset, length));
    size_ = std::max(size_, offset + length);
    return Status::ok();
  }

  bool try_lock(LockMode mode, std::optional<LockMode>& held) {
    std::unique_lock lock(mutex_);
    return opens_.try_take(mode, held);
  }
  void unlock(std::optional<LockMode>& held) {
    std::unique_lock lock(mutex_);
    opens_.release(held);
  }

 private:
  template <typename F>
  static void for_chunks(uint64_t offset, size_t total, F&& each) {
    for (size_t done = 0; done < total;) {
      const uint64_t at = offset + done;
      const size_t inside = static_cast<size_t>(at % kChunkBytes);
      const size_t step = std::min(total - done, kChunkBytes - inside);
      each(done, static_cast<size_t>(at / kChunkBytes), inside, step);
      done += step;
    }
  }

  bool has_chunks(uint64_t offset, uint64_t length) const {
    const size_t last = static_cast<size_t>((offset + length - 1) / kChunkBytes);
    if (last >= chunks_.size()) return false;
    for (size_t i = static_cast<size_t>(offset / kChunkBytes); i <= last; ++i) {
      if (chunks_[i] == nullptr) return false;
    }
    return true;
  }

  Status take_chunks(uint64_t offset, uint64_t length) {
    const size_t last = static_cast<size_t>((offset + length - 1) / kChunkBytes);
    if (last >= chunks_.size()) chunks_.resize(last + 1);
    for (size_t i = static_cast<size_t>(offset / kChunkBytes); i <= last; ++i) {
      if (chunks_[i] != nullptr) continue;
      if (!limit_->try_take(kChunkBytes)) {
        return Status::error(
            sqlstate::kDiskFull,
            "the limit of " + std::to_string(limit_->limit_bytes) + " bytes for files in memory is reached",
            ENOSPC);
      }
      chunks_[i].reset(new (std::nothrow) std::byte[kChunkBytes]());
      if (chunks_[i] != nullptr) continue;
      limit_->give_back(kChunkBytes);
      return Status::out_of_memory();
    }
    return Status::ok();
  }

  void copy_in(uint64_t offset, std::span<const std::byte> bytes) {
    for_chunks(offset, bytes.size(), [&](size_t done, size_t index, size_t inside, size_t step) {
      std::memcpy(chunks_[index].get() + inside, bytes.data() + done, step);
    });
  }

  void drop(std::unique_ptr<std::byte[]>& chunk) {
    if (chunk != nullptr) limit_->give_back(kChunkBytes);
    chunk.reset();
  }

  const std::shared_ptr<MemoryFileLimit> limit_;
  std::shared_mutex mutex_;  // guards all below; the bytes inside chunks are ordered by the callers
  std::vector<std::unique_ptr<std::byte[]>> chunks_;  // null, or missing at the end: zeros
  uint64_t size_ = 0;
  InProcessLock opens_;
};

namespace {

class MemoryFile final : public File {
 public:
  MemoryFile(std::string path, std::shared_ptr<MemoryFileData> data, bool writable)
      : path_(std::move(path)), data_(std::move(data)), writable_(writable) {}
  ~MemoryFile() override { data_->unlock(lock_); }

  Result<size_t> read(uint64_t offset, std::span<std::byte> into) override {
    return data_->read(offset, into);
  }

  Status write(uint64_t offset, std::span<const std::byte> bytes) override {
    DDB_RETURN_IF_ERROR(check(offset, bytes.size()));
    return without_bad_alloc([&] { return data_->write(offset, bytes); });
  }

  Status sync() override { return Status::ok(); }
  Result<uint64_t> size() override { return data_->size(); }

  Status truncate(uint64_t size) override {
    DDB_RETURN_IF_ERROR(check(size, 0));
    return without_bad_alloc([&] {
      data_->truncate(size);
      return Status::ok();
    });
  }

  Status allocate(uint64_t offset, uint64_t length) override {
    DDB_RETURN_IF_ERROR(check(offset, length));
    return without_bad_alloc([&] { return data_->allocate(offset, length); });
  }

  Status try_lock(LockMode mode) override {
    if (mode == LockMode::kExclusive) DDB_RETURN_IF_ERROR(check(0, 0));
    if (data_->try_lock(mode, lock_)) return Status::ok();
    return without_bad_alloc([&] {
      const std::string who = "is in use by process " + std::to_string(::getpid()) + " (this process)";
      return file_error(sqlstate::kObjectInUse, 0, "database", path_, who);
    });
  }

 private:
  Status check(uint64_t offset, uint64_t length) const {
    if (!writable_) return file_is_read_only(path_);
    if (offset > kFileBytesMax || length > kFileBytesMax - offset) {
      return file_error(sqlstate::kIoError, EFBIG, "file", path_, "would be too large");
    }
    return Status::ok();
  }

  const std::string path_;
  const std::shared_ptr<MemoryFileData> data_;
  const bool writable_;
  std::optional<LockMode> lock_;
};

}  // namespace

MemoryVfs::MemoryVfs(uint64_t byte_limit)
    : mutex_(Runtime::native()), limit_(std::make_shared<MemoryFileLimit>(byte_limit)) {}

MemoryVfs::~MemoryVfs() = default;

Result<std::unique_ptr<File>> MemoryVfs::open(const std::string& path, OpenMode mode) {
  return without_bad_alloc([&]() -> Result<std::unique_ptr<File>> {
    const std::string name = lexically_absolute(path);
    MutexLock lock(mutex_);
    auto found = names_.find(name);
    if (found != names_.end() && mode == OpenMode::kCreateNew) {
      return file_error(sqlstate::kDuplicateFile, EEXIST, "file", path, "exists already in memory");
    }
    if (found == names_.end()) {
      if (mode == OpenMode::kReadOnly || mode == OpenMode::kReadWrite) return memory_file_missing(path);
      found = names_.emplace(name, std::make_shared<MemoryFileData>(limit_)).first;
    }
    return std::unique_ptr<File>(new MemoryFile(name, found->second, mode != OpenMode::kReadOnly));
  });
}

Result<std::unique_ptr<File>> MemoryVfs::open_temp(const std::string& directory) {
  return without_bad_alloc([&]() -> Result<std::unique_ptr<File>> {
    return std::unique_ptr<File>(
        new MemoryFile(directory + "/(temporary)", std::make_shared<MemoryFileData>(limit_), true));
  });
}

Result<bool> MemoryVfs::exists(const std::string& path) {
  return without_bad_alloc([&]() -> Result<bool> {
    const std::string name = lexically_absolute(path);
    MutexLock lock(mutex_);
    return names_.contains(name);
  });
}

Status MemoryVfs::unlink(const std::string& path) {
  return without_bad_alloc([&]() -> Status {
    const std::string name = lexically_absolute(path);
    MutexLock lock(mutex_);
    return names_.erase(name) != 0 ? Status::ok() : memory_file_missing(path);
  });
}

Status MemoryVfs::rename(const std::string& from, const std::string& to) {
  return without_bad_alloc([&]() -> Status {
    const std::string old_name = lexically_absolute(from);
    const std::string new_name = lexically_absolute(to);
    MutexLock lock(mutex_);
    auto found = names_.find(old_name);
    if (found == names_.end()) return memory_file_missing(from);
    if (old_name == new_name) return Status::ok();
    names_[new_name] = found->second;
    names_.erase(found);
    return Status::ok();
  });
}

Status MemoryVfs::sync_dir(const std::string&) { return Status::ok(); }

Result<std::string> MemoryVfs::resolve(const std::string& path) {
  return without_bad_alloc([&]() -> Result<std::string> { return lexically_absolute(path); });
}

const std::atomic<uint32_t>& MemoryVfs::fork_generation() const { return process_fork_generation(); }

uint64_t MemoryVfs::used_bytes() const { return limit_->used_bytes.load(std::memory_order_relaxed); }

}  // namespace ddb
