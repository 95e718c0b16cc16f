// database_verify: everything that verification knows, over one database: its catalog, every page of it against the catalog's trees, and
// each table against its constraints.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "access/access_verify.h"
#include "access/expression_source.h"
#include "base/status.h"
#include "btree/verify.h"
#include "catalog/catalog_verify.h"
#include "txn/session.h"

namespace ddb {

struct TableFinding {
  TableId table;
  std::string name;
  AccessFinding finding;
};

struct DatabaseReport {
  uint64_t findings_count = 0;  // of all parts
  CatalogReport catalog;
  VerifyReport pages;
  std::vector<TableFinding> rows;  // the first ones
  uint64_t tables = 0, rows_count = 0, entries_count = 0;
  // What kept the tables from being judged: a catalog that does not load, or a table whose rules or pages cannot be read. A finding too.
  std::vector<Status> unread;
};

// Judges the session's snapshot (or write transaction, between statements). `source`: for conditions and expressions. Ok also when there
// are findings, of which each part keeps at most `findings_max`; the session's errors other than those that damage gives. Works on damaged
// files. Throws std::bad_alloc.
Status verify_database(Session& session, ExpressionSource& source, size_t findings_max,
                       DatabaseReport* report);

}  // namespace ddb
