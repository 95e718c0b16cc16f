// rule_cache: looked up under the lock, resolved outside of it.
#include "access/rule_cache.h"

namespace ddb {

std::shared_ptr<const RuleSet> RuleCache::find_locked(const Key& key) {
  const auto found = kept_.find(key);
  return found == kept_.end() ? nullptr : found->second;
}

Result<std::shared_ptr<const RuleSet>> RuleCache::get(Session& session, const Catalog& catalog,
                                                      TableId table) {
  const Key key(catalog.version(), table);
  {
    const MutexLock lock(mutex_);
    if (std::shared_ptr<const RuleSet> kept = find_locked(key); kept != nullptr) return kept;
  }
  DDB_TRY(std::shared_ptr<const RuleSet> made, RuleSet::resolve(session, catalog, table, source_));
  const MutexLock lock(mutex_);
  // Somebody else may have been faster; one object serves all.
  if (std::shared_ptr<const RuleSet> kept = find_locked(key); kept != nullptr) return kept;
  make_room_locked(made->tables().size(), catalog.version());
  for (const auto& [id, rules] : made->tables()) kept_.insert_or_assign(Key(catalog.version(), id), made);
  return made;
}

// A set larger than everything allowed is kept alone.
void RuleCache::make_room_locked(size_t tables, uint64_t version) {
  if (kept_.size() + tables <= tables_max_) return;
  kept_.erase(kept_.begin(), kept_.lower_bound(Key(version, TableId())));
  if (kept_.size() + tables > tables_max_) kept_.clear();
}

size_t RuleCache::tables() {
  const MutexLock lock(mutex_);
  return kept_.size();
}

}  // namespace ddb
