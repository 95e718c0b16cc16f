// sim_disk: the disk of the simulation: what the operating system shows, what is durable, and what lies between.
// Keeps: crash() leaves every byte that a successful sync covered, and of the rest only states a real disk could leave.
//
// Of each file it holds the visible content, the durable content, and in order the changes since: sector images (the
// sector as it looked after a write) and size changes. Content is shared between clones in chunks of 4 KiB that are
// copied when changed, so a clone costs a few microseconds.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "vfs/sim_chunk.h"

namespace ddb {

class SimInode;

// What a power loss does to changes that no sync covered. crash() draws it from the seed; tests may name it.
enum class CrashMode {
  kAllLost,
  kAllKept,
  kSectors,    // each sector independently in any of its versions since the last sync; sizes likewise
  kPrefix,     // the changes up to some moment, the last write torn between sectors or inside one
  kGarble,     // as kSectors, and some unsynced sectors hold random bytes
  kSizesOnly,  // sizes are kept, data is lost
  kDataOnly,   // data is kept, sizes are lost
  kPerFile,    // another of these for each file
};

// Not thread-safe; distinct disks may be used by distinct threads although they share chunks.
class SimDisk {
 public:
  static constexpr uint32_t kDefaultSectorBytes = 512;
  // sector_bytes is 512 or 4096; capacity in bytes, 0 = no limit.
  explicit SimDisk(uint32_t sector_bytes = kDefaultSectorBytes, uint64_t capacity_bytes = 0);
  ~SimDisk();
  SimDisk(const SimDisk&) = delete;
  SimDisk& operator=(const SimDisk&) = delete;

  // What a power loss leaves; the same seed gives the same disk. This disk is not changed. Throws std::bad_alloc.
  std::unique_ptr<SimDisk> crash(uint64_t seed) const;
  std::unique_ptr<SimDisk> crash(uint64_t seed, CrashMode mode) const;
  // What kill -9 leaves: all that was handed to the operating system, still unsynced where it was, without nameless
  // files and locks.
  std::unique_ptr<SimDisk> clone_as_is() const;

  // For tests and campaigns: direct access, durable at once.
  void put_file(const std::string& path, std::span<const std::byte> content);
  std::optional<std::string> visible_content(const std::string& path) const;
  std::optional<std::string> durable_content(const std::string& path) const;
  std::vector<std::string> file_names() const;
  uint64_t visible_bytes() const;  // of all named files
  size_t pending_changes() const;  // unsynced sector images, sizes and directory operations
  uint64_t version() const {
    return next_change_;
  }  // changes with every change of any state: equal = nothing to re-check
  uint32_t sector_bytes() const { return sector_bytes_; }
  void set_capacity(uint64_t bytes) { capacity_bytes_ = bytes; }
  uint64_t used_bytes() const;

 private:
  friend class SimVfs;
  friend class SimFile;
  struct DirectoryChange {
    enum class Kind { kCreate, kUnlink, kRename } kind;
    uint64_t change;  // its place in the order of all changes of the disk
    std::string name;
    std::string to;                   // of kRename
    std::shared_ptr<SimInode> inode;  // of kCreate
  };
  using Names = std::map<std::string, std::shared_ptr<SimInode>>;

  static void apply(Names& names, const DirectoryChange& change);
  uint64_t take_change() { return next_change_++; }
  bool has_room(const SimInode& inode, uint64_t new_size) const;
  uint64_t first_pending() const;
  Names names_after_crash(uint64_t seed, CrashMode mode, uint64_t cut) const;
  void remember_nameless(const std::shared_ptr<SimInode>& inode);
  // The calls of SimVfs, on resolved paths.
  std::shared_ptr<SimInode> find(const std::string& path) const;
  std::shared_ptr<SimInode> create(const std::string& path);
  std::shared_ptr<SimInode> create_nameless();
  bool unlink(const std::string& path);
  bool rename(const std::string& from, const std::string& to);
  void sync_directory(const std::string& directory, uint64_t before_change);

  uint32_t sector_bytes_;
  uint64_t capacity_bytes_;
  uint64_t next_change_ = 1;
  Names names_;
  Names durable_names_;
  std::vector<DirectoryChange> directory_changes_;
  std::vector<std::weak_ptr<SimInode>>
      nameless_;  // temp files, and unlinked ones that are still open: for used_bytes
};

}  // namespace ddb
