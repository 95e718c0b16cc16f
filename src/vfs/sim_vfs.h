// sim_vfs: the Vfs over a simulated disk. Every call that reaches the disk is a numbered I/O point: hook, switch of
// fibers, injected fault, effect. Deterministic: no clock, no system call.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/runtime.h"
#include "vfs/in_process_lock.h"
#include "vfs/sim_disk.h"
#include "vfs/vfs.h"

namespace ddb {

enum class IoCall { kRead, kWrite, kSync, kTruncate, kAllocate, kOpen, kUnlink, kRename, kSyncDir };
const char* io_call_name(IoCall call);

enum class InjectedFault {
  kNone,
  kIoError,       // 58030 (EIO), nothing done. A sync that fails dooms what it covered.
  kNoSpace,       // 53100 (ENOSPC), nothing done
  kShortIoError,  // a write does its first part, then 58030; other calls as kIoError
  kShortNoSpace,  // a write does its first part, then 53100; other calls as kNoSpace
};

// One process over one disk. Not thread-safe: one thread, whose fibers may interleave at the I/O points. The disk, the
// runtime and then this Vfs outlive the files opened here. Locks live here: a new SimVfs over a disk has none.
class SimVfs final : public Vfs {
 public:
  using Hook = std::function<void(uint64_t io_index)>;
  using FaultSource = std::function<InjectedFault(IoCall call, const std::string& path, uint64_t io_index)>;

  SimVfs(SimDisk& disk, Runtime& runtime);
  ~SimVfs() override;

  // Called before the effect of each I/O point; a sync has two points, before it begins and between begin and end. The
  // hook may clone the disk. It must not use this Vfs. I/O points inside the hook are impossible, elsewhere count from 1.
  void set_hook(Hook hook) { hook_ = std::move(hook); }
  // Asked once per call (a sync at its second point), after hook and switch. Must not use this Vfs.
  void set_faults(FaultSource faults) { faults_ = std::move(faults); }
  uint64_t io_count() const { return io_count_; }
  SimDisk& disk() { return disk_; }

  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override;
  Result<std::unique_ptr<File>> open_temp(const std::string& directory) override;
  Result<bool> exists(const std::string& path) override;  // no I/O point
  Status unlink(const std::string& path) override;
  Status rename(const std::string& from, const std::string& to) override;
  Status sync_dir(const std::string& path) override;
  Result<std::string> resolve(const std::string& path) override;  // no I/O point; lexical, below "/"
  const std::atomic<uint32_t>& fork_generation() const override { return generation_; }

 private:
  friend class SimFile;
  // Counts an I/O point, calls the hook and lets other fibers run. Returns the point's number.
  uint64_t io_point();
  InjectedFault fault_at(IoCall call, const std::string& path, uint64_t io_index);
  Status point_and_fault(IoCall call, const std::string& path);
  // `held` is what the open has now; a lock may be changed to the other mode.
  Status try_lock(const SimInode* inode, const std::string& path, LockMode mode,
                  std::optional<LockMode>& held);
  void unlock(const SimInode* inode, std::optional<LockMode>& held);

  SimDisk& disk_;
  Runtime& runtime_;
  Hook hook_;
  FaultSource faults_;
  uint64_t io_count_ = 0;
  std::map<const SimInode*, InProcessLock> locks_;
  const std::atomic<uint32_t> generation_{0};
};

}  // namespace ddb
