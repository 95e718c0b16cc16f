// catalog_cache: the catalogs of one database that are in use, by schema version, and the counters that never go back.
//
// A schema version comes from the counter here and names one content, rolled back or not: so a catalog is found by comparing the
// session's version (in its root page) with those kept, whether the session reads an old snapshot, the newest state or its own changes.
// A version that was rolled back is never looked for again and falls out.
//
// Thread-safe. One per Database, beside it; REQUIRES: nobody else counts schema versions of that database.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/ids.h"
#include "base/mutex.h"
#include "base/status.h"
#include "catalog/catalog.h"
#include "txn/session.h"

namespace ddb {

class CatalogCache {
 public:
  // Catalogs kept although nobody uses them. They share what they have in common.
  static constexpr size_t kKeptMax = 8;

  explicit CatalogCache(Runtime& runtime) : mutex_(runtime) {}

  // The catalog of the session's state: its snapshot, or its write transaction. REQUIRES a transaction (25000). Loads it if it is not
  // there: XX001, 0A000, 54000, 53200; the session's errors.
  Result<std::shared_ptr<const Catalog>> get(Session& session);

  // --- For CatalogWriter, under the write lock.
  // The next schema version, above everything stored or handed out, rolled back or not.
  uint64_t next_version(uint64_t stored);
  // The next ids likewise: a rolled-back object leaves its id unused, so that whoever remembers it finds nothing.
  uint64_t next_object_id(uint64_t stored);
  // 54000 when there are none left.
  Result<TreeId> next_tree_id(uint32_t stored);
  void keep(std::shared_ptr<const Catalog> catalog);

 private:
  void keep_locked(std::shared_ptr<const Catalog> catalog) DDB_REQUIRES(mutex_);

  Mutex mutex_;
  std::vector<std::shared_ptr<const Catalog>> kept_ DDB_GUARDED_BY(mutex_);  // last used first
  uint64_t version_ DDB_GUARDED_BY(mutex_) = 0;
  uint64_t object_ DDB_GUARDED_BY(mutex_) = 0;
  uint32_t tree_ DDB_GUARDED_BY(mutex_) = 0;
};

}  // namespace ddb
