// catalog_cache: finding and keeping catalogs.
#include "catalog/catalog_cache.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "base/faults.h"

namespace ddb {

Result<std::shared_ptr<const Catalog>> CatalogCache::get(Session& session) {
  DDB_TRY(const uint64_t version, session.schema_version());
  {
    MutexLock lock(mutex_);
    for (size_t i = 0; i < kept_.size(); ++i) {
      if (kept_[i]->version() != version) continue;
      std::rotate(kept_.begin(), kept_.begin() + static_cast<ptrdiff_t>(i),
                  kept_.begin() + static_cast<ptrdiff_t>(i) + 1);
      return kept_.front();
    }
  }
  // Not under the lock, because it reads pages. Two sessions may both load; the second one's is kept instead.
  DDB_TRY(std::shared_ptr<const Catalog> loaded, Catalog::load(session));
  // A database without a catalog may get one at any version: nothing to keep.
  if (loaded->exists()) keep(loaded);
  return loaded;
}

void CatalogCache::keep(std::shared_ptr<const Catalog> catalog) {
  MutexLock lock(mutex_);
  keep_locked(std::move(catalog));
}

void CatalogCache::keep_locked(std::shared_ptr<const Catalog> catalog) {
  const auto same = [&](const auto& kept) { return kept->version() == catalog->version(); };
  kept_.erase(std::remove_if(kept_.begin(), kept_.end(), same), kept_.end());
  kept_.insert(kept_.begin(), std::move(catalog));
  if (kept_.size() > kKeptMax) kept_.pop_back();
}

uint64_t CatalogCache::next_version(uint64_t stored) {
  MutexLock lock(mutex_);
  version_ = (DDB_FAULT(kVersionGoesBack) ? stored : std::max(version_, stored)) + 1;
  return version_;
}

uint64_t CatalogCache::next_object_id(uint64_t stored) {
  MutexLock lock(mutex_);
  const uint64_t id = std::max(object_, stored);
  object_ = id + 1;
  return id;
}

Result<TreeId> CatalogCache::next_tree_id(uint32_t stored) {
  MutexLock lock(mutex_);
  const uint32_t id = std::max(tree_, stored);
  if (id == std::numeric_limits<uint32_t>::max()) {
    return Status::error(sqlstate::kProgramLimit, "the database has had all of its " + std::to_string(id) +
                                                      " trees; copy it into a new file");
  }
  tree_ = id + 1;
  return TreeId(id);
}

}  // namespace ddb
