// sim_vfs: I/O points, faults and locks over the simulated disk. An effect happens in one step after its I/O point, so
// that each state of the disk is seen by the hook of the next point.
#include "vfs/sim_vfs.h"

#include <cerrno>

#include "base/seeded_random.h"
#include "vfs/file_error.h"
#include "vfs/sim_inode.h"
#include "vfs/vfs_path.h"

namespace ddb {
namespace {

constexpr uint64_t kFileBytesMax = uint64_t{1} << 36;  // the table of chunks is dense

Status io_error(IoCall call, const std::string& path) {
  return file_error(sqlstate::kIoError, EIO, io_call_name(call), path, "failed: simulated");
}

Status no_space(IoCall call, const std::string& path) {
  return file_error(sqlstate::kDiskFull, ENOSPC, io_call_name(call), path,
                    "failed: the simulated disk is full");
}

Status too_large(const std::string& path) {
  return file_error(sqlstate::kIoError, EFBIG, "file", path, "is too large for the simulated disk");
}

Status missing(const std::string& path) {
  return file_error(sqlstate::kUndefinedFile, ENOENT, "file", path, "does not exist");
}

Status injected(InjectedFault fault, IoCall call, const std::string& path) {
  switch (fault) {
    case InjectedFault::kNone:
      return Status::ok();
    case InjectedFault::kIoError:
    case InjectedFault::kShortIoError:
      return io_error(call, path);
    default:
      return no_space(call, path);
  }
}

}  // namespace

const char* io_call_name(IoCall call) {
  static constexpr const char* kNames[] = {"read", "write",  "sync",   "truncate", "allocate",
                                           "open", "unlink", "rename", "sync_dir"};
  return kNames[static_cast<int>(call)];
}

class SimFile final : public File {
 public:
  SimFile(SimVfs& vfs, std::string path, std::shared_ptr<SimInode> inode, bool writable)
      : vfs_(vfs),
        path_(std::move(path)),
        inode_(std::move(inode)),
        writable_(writable),
        reported_failures_(inode_->failed_syncs()) {}

  ~SimFile() override { vfs_.unlock(inode_.get(), lock_); }

  Result<size_t> read(uint64_t offset, std::span<std::byte> into) override {
    DDB_RETURN_IF_ERROR(vfs_.point_and_fault(IoCall::kRead, path_));
    return inode_->visible().read(offset, into);
  }

  Status write(uint64_t offset, std::span<const std::byte> bytes) override {
    DDB_RETURN_IF_ERROR(check_writable());
    const uint64_t index = vfs_.io_point();
    const InjectedFault fault = vfs_.fault_at(IoCall::kWrite, path_, index);
    if (offset > kFileBytesMax || bytes.size() > kFileBytesMax - offset) return too_large(path_);
    return without_bad_alloc([&]() -> Status {
      if (!vfs_.disk_.has_room(*inode_, offset + bytes.size())) return no_space(IoCall::kWrite, path_);
      if (fault == InjectedFault::kShortIoError || fault == InjectedFault::kShortNoSpace) {
        const size_t part = bytes.empty() ? 0 : static_cast<size_t>(mix64(index) % bytes.size());
        inode_->write(vfs_.disk_.take_change(), offset, bytes.first(part), vfs_.disk_.sector_bytes());
      }
      if (fault != InjectedFault::kNone) return injected(fault, IoCall::kWrite, path_);
      inode_->write(vfs_.disk_.take_change(), offset, bytes, vfs_.disk_.sector_bytes());
      return Status::ok();
    });
  }

  Status sync() override {
    vfs_.io_point();
    // Begin: what is written from here on is not covered.
    const uint64_t before_change = vfs_.disk_.take_change();
    const uint64_t failures = inode_->failed_syncs();
    const uint64_t index = vfs_.io_point();
    const InjectedFault fault = vfs_.fault_at(IoCall::kSync, path_, index);
    return without_bad_alloc([&]() -> Status {
      vfs_.disk_.take_change();
      if (fault != InjectedFault::kNone) {
        inode_->fail_sync(before_change);
        reported_failures_ = inode_->failed_syncs();
        return injected(fault, IoCall::kSync, path_);
      }
      inode_->sync(before_change);
      // Another open's sync failed since this open last looked, or beside this one: each open is told once.
      if (inode_->failed_syncs() != reported_failures_ || inode_->failed_syncs() != failures) {
        reported_failures_ = inode_->failed_syncs();
        return io_error(IoCall::kSync, path_).with_detail("an earlier write-back of this file failed");
      }
      return Status::ok();
    });
  }

  Result<uint64_t> size() override { return inode_->visible().size(); }

  Status truncate(uint64_t size) override {
    DDB_RETURN_IF_ERROR(check_writable());
    DDB_RETURN_IF_ERROR(vfs_.point_and_fault(IoCall::kTruncate, path_));
    return set_size(IoCall::kTruncate, size);
  }

  Status allocate(uint64_t offset, uint64_t length) override {
    DDB_RETURN_IF_ERROR(check_writable());
    DDB_RETURN_IF_ERROR(vfs_.point_and_fault(IoCall::kAllocate, path_));
    if (offset > kFileBytesMax || length > kFileBytesMax - offset) return too_large(path_);
    if (offset + length <= inode_->visible().size()) return Status::ok();
    return set_size(IoCall::kAllocate, offset + length);
  }

  Status try_lock(LockMode mode) override {
    if (mode == LockMode::kExclusive) DDB_RETURN_IF_ERROR(check_writable());
    return without_bad_alloc([&] { return vfs_.try_lock(inode_.get(), path_, mode, lock_); });
  }

 private:
  Status check_writable() const { return writable_ ? Status::ok() : file_is_read_only(path_); }

  Status set_size(IoCall call, uint64_t size) {
    if (size > kFileBytesMax) return too_large(path_);
    return without_bad_alloc([&]() -> Status {
      if (!vfs_.disk_.has_room(*inode_, size)) return no_space(call, path_);
      inode_->resize(vfs_.disk_.take_change(), size);
      return Status::ok();
    });
  }

  SimVfs& vfs_;
  const std::string path_;
  const std::shared_ptr<SimInode> inode_;
  const bool writable_;
  uint64_t reported_failures_;  // of syncs of this file
  std::optional<LockMode> lock_;
};

SimVfs::SimVfs(SimDisk& disk, Runtime& runtime) : disk_(disk), runtime_(runtime) {}

SimVfs::~SimVfs() = default;

uint64_t SimVfs::io_point() {
  const uint64_t index = ++io_count_;
  if (hook_) hook_(index);
  if (CoopScheduler* coop = runtime_.coop()) coop->yield();
  return index;
}

InjectedFault SimVfs::fault_at(IoCall call, const std::string& path, uint64_t io_index) {
  return faults_ ? faults_(call, path, io_index) : InjectedFault::kNone;
}

Status SimVfs::point_and_fault(IoCall call, const std::string& path) {
  const uint64_t index = io_point();
  return injected(fault_at(call, path, index), call, path);
}

Status SimVfs::try_lock(const SimInode* inode, const std::string& path, LockMode mode,
                        std::optional<LockMode>& held) {
  if (locks_[inode].try_take(mode, held)) return Status::ok();
  return file_error(sqlstate::kObjectInUse, 0, "database", path, "is in use by process 1 (this process)");
}

void SimVfs::unlock(const SimInode* inode, std::optional<LockMode>& held) {
  auto found = locks_.find(inode);
  if (found == locks_.end()) return;
  found->second.release(held);
  if (found->second.is_free()) locks_.erase(found);
}

Result<std::unique_ptr<File>> SimVfs::open(const std::string& path, OpenMode mode) {
  DDB_RETURN_IF_ERROR(point_and_fault(IoCall::kOpen, path));
  return without_bad_alloc([&]() -> Result<std::unique_ptr<File>> {
    const std::string name = lexically_absolute(path);
    std::shared_ptr<SimInode> inode = disk_.find(name);
    if (inode != nullptr && mode == OpenMode::kCreateNew) {
      return file_error(sqlstate::kDuplicateFile, EEXIST, "file", path, "exists already");
    }
    if (inode == nullptr && (mode == OpenMode::kReadOnly || mode == OpenMode::kReadWrite))
      return missing(path);
    if (inode == nullptr) inode = disk_.create(name);
    return std::unique_ptr<File>(new SimFile(*this, name, std::move(inode), mode != OpenMode::kReadOnly));
  });
}

Result<std::unique_ptr<File>> SimVfs::open_temp(const std::string& directory) {
  static const std::string kName = "(temporary)";
  DDB_RETURN_IF_ERROR(point_and_fault(IoCall::kOpen, kName));
  return without_bad_alloc([&]() -> Result<std::unique_ptr<File>> {
    return std::unique_ptr<File>(new SimFile(*this, directory + "/" + kName, disk_.create_nameless(), true));
  });
}

Result<bool> SimVfs::exists(const std::string& path) {
  return without_bad_alloc([&]() -> Result<bool> { return disk_.find(lexically_absolute(path)) != nullptr; });
}

Status SimVfs::unlink(const std::string& path) {
  DDB_RETURN_IF_ERROR(point_and_fault(IoCall::kUnlink, path));
  return without_bad_alloc(
      [&]() -> Status { return disk_.unlink(lexically_absolute(path)) ? Status::ok() : missing(path); });
}

Status SimVfs::rename(const std::string& from, const std::string& to) {
  DDB_RETURN_IF_ERROR(point_and_fault(IoCall::kRename, from));
  return without_bad_alloc([&]() -> Status {
    return disk_.rename(lexically_absolute(from), lexically_absolute(to)) ? Status::ok() : missing(from);
  });
}

Status SimVfs::sync_dir(const std::string& path) {
  io_point();
  const uint64_t before_change = disk_.take_change();
  DDB_RETURN_IF_ERROR(point_and_fault(IoCall::kSyncDir, path));
  return without_bad_alloc([&]() -> Status {
    disk_.sync_directory(parent_directory(lexically_absolute(path)), before_change);
    return Status::ok();
  });
}

Result<std::string> SimVfs::resolve(const std::string& path) {
  return without_bad_alloc([&]() -> Result<std::string> { return lexically_absolute(path); });
}

}  // namespace ddb
