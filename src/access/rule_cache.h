// rule_cache: the rule sets of one database that are in use, by schema version and table. Keeps: bounded by tables; those of older schema
// versions go first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "access/expression_source.h"
#include "access/rule_set.h"
#include "base/mutex.h"
#include "base/status.h"
#include "catalog/catalog.h"
#include "txn/session.h"

namespace ddb {

// Thread-safe. One per Database, beside its CatalogCache.
class RuleCache {
 public:
  // Tables whose rules are kept although nobody uses them.
  static constexpr size_t kTablesMax = 4096;

  // `source` outlives it.
  RuleCache(Runtime& runtime, ExpressionSource& source, size_t tables_max = kTablesMax)
      : source_(source), tables_max_(tables_max), mutex_(runtime) {}

  // The rules of a table in the catalog, which the session sees; the same object for every table that its foreign keys lead to, until it
  // falls out. As RuleSet::resolve.
  Result<std::shared_ptr<const RuleSet>> get(Session& session, const Catalog& catalog, TableId table);

  // Tables kept at present.
  size_t tables();

 private:
  using Key = std::pair<uint64_t, TableId>;  // schema version first

  std::shared_ptr<const RuleSet> find_locked(const Key& key) DDB_REQUIRES(mutex_);
  void make_room_locked(size_t tables, uint64_t version) DDB_REQUIRES(mutex_);

  ExpressionSource& source_;
  const size_t tables_max_;
  Mutex mutex_;
  std::map<Key, std::shared_ptr<const RuleSet>> kept_ DDB_GUARDED_BY(mutex_);
};

}  // namespace ddb
