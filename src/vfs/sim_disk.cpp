// sim_disk: names, and crashes as a whole. What happens inside a file is in sim_inode.cpp.
#include "vfs/sim_disk.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "base/seeded_random.h"
#include "vfs/sim_inode.h"
#include "vfs/vfs_path.h"

namespace ddb {
namespace {

uint64_t rounded(uint64_t bytes) { return (bytes + kSimChunkBytes - 1) / kSimChunkBytes * kSimChunkBytes; }

CrashMode draw_mode(uint64_t random, bool per_file_too) {
  static constexpr CrashMode kModes[] = {
      CrashMode::kAllLost,  CrashMode::kAllKept, CrashMode::kSectors, CrashMode::kSectors,
      CrashMode::kSectors,  CrashMode::kGarble,  CrashMode::kGarble,  CrashMode::kPrefix,
      CrashMode::kPrefix,   CrashMode::kPrefix,  CrashMode::kPrefix,  CrashMode::kSizesOnly,
      CrashMode::kDataOnly, CrashMode::kPerFile, CrashMode::kPerFile, CrashMode::kPerFile};
  const size_t count = std::size(kModes) - (per_file_too ? 0 : 3);
  return kModes[random % count];
}

}  // namespace

SimDisk::SimDisk(uint32_t sector_bytes, uint64_t capacity_bytes)
    : sector_bytes_(sector_bytes), capacity_bytes_(capacity_bytes) {}

SimDisk::~SimDisk() = default;

void SimDisk::apply(Names& names, const DirectoryChange& change) {
  switch (change.kind) {
    case DirectoryChange::Kind::kCreate:
      names[change.name] = change.inode;
      break;
    case DirectoryChange::Kind::kUnlink:
      names.erase(change.name);
      break;
    case DirectoryChange::Kind::kRename: {
      auto from = names.find(change.name);
      if (from == names.end()) break;
      auto inode = from->second;
      names[change.to] = std::move(inode);
      names.erase(change.name);
      break;
    }
  }
}

std::unique_ptr<SimDisk> SimDisk::crash(uint64_t seed) const {
  return crash(seed, draw_mode(mix64(seed ^ 0xC4A5Bull), true));
}

uint64_t SimDisk::first_pending() const {
  uint64_t first = next_change_;
  for (const DirectoryChange& change : directory_changes_) {
    first = std::min(first, change.change);
    if (change.inode != nullptr) first = std::min(first, change.inode->first_pending());
  }
  for (const auto& [name, inode] : durable_names_) first = std::min(first, inode->first_pending());
  return first;
}

// The names a crash leaves. A change whose name was touched by a lost change is lost as well: never an impossible state.
SimDisk::Names SimDisk::names_after_crash(uint64_t seed, CrashMode mode, uint64_t cut) const {
  Names names = durable_names_;
  if (mode == CrashMode::kAllLost) return names;
  SeededRandom random(seed ^ 0xD14EC7);
  const uint64_t leaning = random.below(4);  // 0: keep all, 1: lose all, else a coin for each
  std::set<std::string_view> lost;
  for (const DirectoryChange& change : directory_changes_) {
    bool keep = leaning == 0 || (leaning > 1 && random.chance(500));
    if (mode == CrashMode::kAllKept) keep = true;
    if (mode == CrashMode::kPrefix) keep = change.change < cut;
    if (!lost.empty() && (lost.contains(change.name) || lost.contains(change.to))) keep = false;
    if (keep) {
      apply(names, change);
      continue;
    }
    lost.insert(change.name);
    if (!change.to.empty()) lost.insert(change.to);
  }
  return names;
}

std::unique_ptr<SimDisk> SimDisk::crash(uint64_t seed, CrashMode mode) const {
  auto after = std::make_unique<SimDisk>(sector_bytes_, capacity_bytes_);
  const uint64_t first = first_pending();
  const uint64_t cut = first + SeededRandom(seed ^ 0xC07).below(next_change_ - first + 1);
  after->next_change_ = next_change_;
  for (const auto& [name, inode] : names_after_crash(seed, mode, cut)) {
    SimCrashPlan plan{seed, mode, cut, sector_bytes_};
    if (mode == CrashMode::kPerFile) plan.mode = draw_mode(mix64(seed ^ inode->number()), false);
    after->names_.emplace_hint(after->names_.end(), name, inode->crash(plan));
  }
  after->durable_names_ = after->names_;
  return after;
}

std::unique_ptr<SimDisk> SimDisk::clone_as_is() const {
  auto clone = std::make_unique<SimDisk>(sector_bytes_, capacity_bytes_);
  clone->next_change_ = next_change_;
  std::map<const SimInode*, std::shared_ptr<SimInode>> copies;
  auto copy_of = [&](const std::shared_ptr<SimInode>& inode) {
    if (inode == nullptr) return inode;
    auto& copy = copies[inode.get()];
    if (copy == nullptr) copy = std::make_shared<SimInode>(*inode);
    return copy;
  };
  for (const auto& [name, inode] : names_)
    clone->names_.emplace_hint(clone->names_.end(), name, copy_of(inode));
  for (const auto& [name, inode] : durable_names_) clone->durable_names_.emplace(name, copy_of(inode));
  clone->directory_changes_.reserve(directory_changes_.size());
  for (const DirectoryChange& change : directory_changes_) {
    clone->directory_changes_.push_back(change);
    clone->directory_changes_.back().inode = copy_of(change.inode);
  }
  return clone;
}

void SimDisk::put_file(const std::string& path, std::span<const std::byte> content) {
  const std::string name = lexically_absolute(path);
  auto inode = std::make_shared<SimInode>(take_change());
  inode->set_durable_content(content);
  names_[name] = inode;
  durable_names_[name] = inode;
  std::erase_if(directory_changes_,
                [&](const DirectoryChange& change) { return change.name == name || change.to == name; });
}

std::optional<std::string> SimDisk::visible_content(const std::string& path) const {
  auto inode = find(lexically_absolute(path));
  if (inode == nullptr) return std::nullopt;
  return inode->visible().to_string();
}

std::optional<std::string> SimDisk::durable_content(const std::string& path) const {
  auto found = durable_names_.find(lexically_absolute(path));
  if (found == durable_names_.end()) return std::nullopt;
  return found->second->durable().to_string();
}

std::vector<std::string> SimDisk::file_names() const {
  std::vector<std::string> names;
  for (const auto& [name, inode] : names_) names.push_back(name);
  return names;
}

uint64_t SimDisk::visible_bytes() const {
  uint64_t bytes = 0;
  for (const auto& [name, inode] : names_) bytes += inode->visible().size();
  return bytes;
}

size_t SimDisk::pending_changes() const {
  size_t count = directory_changes_.size();
  for (const auto& [name, inode] : names_) count += inode->pending();
  return count;
}

uint64_t SimDisk::used_bytes() const {
  uint64_t bytes = 0;
  for (const auto& [name, inode] : names_) bytes += rounded(inode->visible().size());
  for (const auto& weak : nameless_) {
    if (auto inode = weak.lock()) bytes += rounded(inode->visible().size());
  }
  return bytes;
}

bool SimDisk::has_room(const SimInode& inode, uint64_t new_size) const {
  const uint64_t old_bytes = rounded(inode.visible().size());
  const uint64_t new_bytes = rounded(new_size);
  return capacity_bytes_ == 0 || new_bytes <= old_bytes ||
         used_bytes() - old_bytes + new_bytes <= capacity_bytes_;
}

std::shared_ptr<SimInode> SimDisk::find(const std::string& path) const {
  auto found = names_.find(path);
  return found == names_.end() ? nullptr : found->second;
}

std::shared_ptr<SimInode> SimDisk::create(const std::string& path) {
  const uint64_t change = take_change();
  auto inode = std::make_shared<SimInode>(change);
  directory_changes_.push_back({DirectoryChange::Kind::kCreate, change, path, {}, inode});
  try {
    names_.emplace(path, inode);
  } catch (...) {
    directory_changes_.pop_back();
    throw;
  }
  return inode;
}

void SimDisk::remember_nameless(const std::shared_ptr<SimInode>& inode) {
  std::erase_if(nameless_, [](const auto& weak) { return weak.expired(); });
  nameless_.push_back(inode);
}

std::shared_ptr<SimInode> SimDisk::create_nameless() {
  auto inode = std::make_shared<SimInode>(take_change());
  remember_nameless(inode);
  return inode;
}

bool SimDisk::unlink(const std::string& path) {
  auto found = names_.find(path);
  if (found == names_.end()) return false;
  remember_nameless(found->second);
  directory_changes_.push_back({DirectoryChange::Kind::kUnlink, take_change(), path, {}, nullptr});
  names_.erase(found);
  return true;
}

bool SimDisk::rename(const std::string& from, const std::string& to) {
  auto found = names_.find(from);
  if (found == names_.end()) return false;
  if (from == to) return true;
  if (auto replaced = find(to)) remember_nameless(replaced);
  directory_changes_.push_back({DirectoryChange::Kind::kRename, take_change(), from, to, nullptr});
  try {
    names_[to] = found->second;
  } catch (...) {
    directory_changes_.pop_back();
    throw;
  }
  names_.erase(found);
  return true;
}

void SimDisk::sync_directory(const std::string& directory, uint64_t before_change) {
  // Backwards: a change becomes durable if it is in this directory, or touches a name that a later such change needs.
  std::set<std::string_view> needed;
  std::vector<bool> durable(directory_changes_.size());
  for (size_t i = directory_changes_.size(); i-- > 0;) {
    const DirectoryChange& change = directory_changes_[i];
    if (change.change >= before_change) continue;
    const bool two_names = change.kind == DirectoryChange::Kind::kRename;
    if (parent_directory(change.name) != directory && !needed.contains(change.name) &&
        !(two_names && (parent_directory(change.to) == directory || needed.contains(change.to)))) {
      continue;
    }
    durable[i] = true;
    needed.insert(change.name);
    if (two_names) needed.insert(change.to);
  }
  Names names = durable_names_;
  std::vector<DirectoryChange> pending;
  for (size_t i = 0; i < directory_changes_.size(); ++i) {
    if (durable[i]) {
      apply(names, directory_changes_[i]);
    } else {
      pending.push_back(directory_changes_[i]);
    }
  }
  durable_names_.swap(names);
  directory_changes_.swap(pending);
  take_change();
}

}  // namespace ddb
