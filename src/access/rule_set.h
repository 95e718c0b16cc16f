// rule_set: the rules of tables as the catalog has them: one table and every table that foreign keys connect it with, directly or not.
// Keeps: immutable; one object per table, so that pointers between tables and keys hold.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "access/expression_source.h"
#include "access/table_rules.h"
#include "base/status.h"
#include "catalog/catalog.h"
#include "txn/session.h"

namespace ddb {

// May be shared between threads and sessions.
class RuleSet {
 public:
  // The rules of `table` in the catalog, which the session sees. 42P01 if there is no such table; 42804 a foreign key between types that do
  // not compare; 0A000 one between types that PostgreSQL compares and this does not, or actions on generated columns' tables; XX001 a
  // catalog that contradicts itself; errors of the source and of the session. Memory: some hundred bytes a column, index and constraint.
  // Throws std::bad_alloc.
  static Result<std::shared_ptr<const RuleSet>> resolve(Session& session, const Catalog& catalog,
                                                        TableId table, ExpressionSource& source);

  // Null: foreign keys do not lead there.
  const TableRules* find(TableId table) const;
  const std::map<TableId, std::unique_ptr<TableRules>>& tables() const { return tables_; }
  // Of the catalog it was made from.
  uint64_t version() const { return version_; }

 private:
  friend class RuleResolver;
  RuleSet() = default;

  uint64_t version_ = 0;
  std::map<TableId, std::unique_ptr<TableRules>> tables_;
  std::vector<std::unique_ptr<ForeignKeyRules>> foreign_keys_;
  std::vector<std::unique_ptr<RowCondition>> conditions_;
  std::vector<std::unique_ptr<RowExpression>> expressions_;
};

}  // namespace ddb
