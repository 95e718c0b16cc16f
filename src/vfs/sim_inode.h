// sim_inode: one file of the simulated disk: visible content, durable content, and the changes between them in order.
// Keeps: durable content plus all pending images and sizes, applied in order, is the visible content (doomed bytes of a
// failed sync apart).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "vfs/sim_chunk.h"
#include "vfs/sim_disk.h"

namespace ddb {

// How sectors looked right after a write: a real disk gets whole sectors, whatever part of them was written.
struct SimImages {
  uint64_t change;  // the write, in the order of all changes of the disk
  uint32_t chunk;   // number of the chunk in the file
  uint8_t sectors;  // bit i: sector i of the chunk (of 512 bytes; a 4,096-byte sector has all bits)
  SimChunk image;
};

// A change of size by write, truncate or allocate.
struct SimResize {
  uint64_t change;
  uint64_t size;
};

// What a crash does to the changes of one file. `cut`: of kPrefix, the change during which the power failed.
struct SimCrashPlan {
  uint64_t seed;
  CrashMode mode;
  uint64_t cut;
  uint32_t sector_bytes;
};

class SimInode {
 public:
  explicit SimInode(uint64_t number) : number_(number) {}

  uint64_t number() const { return number_; }  // the same in all clones
  const SimContent& visible() const { return visible_; }
  const SimContent& durable() const { return durable_; }
  size_t pending() const { return images_.size() + resizes_.size(); }
  uint64_t first_pending() const;  // ~0 when none
  // Counts failed syncs; each open reports one once.
  uint64_t failed_syncs() const { return failed_syncs_; }

  // All throw std::bad_alloc and have changed nothing of meaning then.
  void write(uint64_t change, uint64_t offset, std::span<const std::byte> bytes, uint32_t sector_bytes);
  void resize(uint64_t change, uint64_t size);
  // Everything changed before `before_change` becomes durable.
  void sync(uint64_t before_change);
  // The write-back of it failed: its bytes will never become durable, unless a later write rewrites their sector.
  void fail_sync(uint64_t before_change);
  // Content that is durable at once.
  void set_durable_content(std::span<const std::byte> bytes);
  std::shared_ptr<SimInode> crash(const SimCrashPlan& plan) const;

 private:
  size_t resizes_that_survive(const SimCrashPlan& plan, uint64_t random) const;

  uint64_t number_;
  SimContent visible_;
  SimContent durable_;
  std::vector<SimImages> images_;
  std::vector<SimResize> resizes_;
  uint64_t failed_syncs_ = 0;
};

}  // namespace ddb
