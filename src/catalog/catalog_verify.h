// catalog_verify: judges the catalog of a session's state. Works on damaged files: nothing is trusted before it was checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/status.h"
#include "catalog/object_id.h"
#include "txn/session.h"

namespace ddb {

struct CatalogFinding {
  ObjectId object;  // 0: the catalog as a whole
  std::string text;
};

struct CatalogReport {
  uint64_t findings_count = 0;           // of all
  std::vector<CatalogFinding> findings;  // the first ones
  uint64_t objects = 0, dependencies = 0;
};

// Every row is an object, every record decodes, and there are no records, marks or statistics of nobody; schemas, parents, targets, columns,
// sequences and what expressions name exist; names, tree ids and root pages are unique and roots belong to their trees; stored
// dependencies are those of the definitions; counters are above all ids. What lies inside the trees is verify_pages()'s. Ok also when
// there are findings, of which it keeps at most `findings_max`; errors of the session other than XX001 and 0A000. Memory: about 200
// bytes an object. Throws std::bad_alloc.
Status verify_catalog(Session& session, size_t findings_max, CatalogReport* report);

}  // namespace ddb
