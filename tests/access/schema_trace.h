// schema_trace: random changes of a catalog with tables that have rows: tables, columns, indexes built over rows, keys, views, sequences, with
// savepoints and rollbacks. The first difference between the database and the model ends a trace.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "access/change_set.h"
#include "access/database_verify.h"
#include "access/rule_cache.h"
#include "base/seeded_random.h"
#include "catalog/catalog_cache.h"
#include "catalog/catalog_writer.h"
#include "catalog/sequences.h"
#include "schema_state.h"
#include "txn/database.h"

namespace ddb::schema_world {

// No object of these traces has an expression that runs over rows.
class NoExpressions final : public ExpressionSource {
 public:
  Result<std::unique_ptr<RowCondition>> condition(const BoundExpression&, ConditionUse, const TableDef&,
                                                  const TableSchema&) override {
    return Status::error(sqlstate::kFeatureNotSupported, "no conditions");
  }
  Result<TypedExpression> expression(const BoundExpression&, const TableDef&, const TableSchema&) override {
    return Status::error(sqlstate::kFeatureNotSupported, "no expressions");
  }
  Result<std::unique_ptr<RowExpression>> column_default(const TableDef&, const ColumnDef&) override {
    return Status::error(sqlstate::kFeatureNotSupported, "no defaults");
  }
};

// One open database with what a host keeps beside it.
struct SchemaHost {
  SchemaHost(std::unique_ptr<Database> opened, Runtime& runtime);
  ~SchemaHost();

  std::shared_ptr<const Catalog> catalog();  // of the session's transaction; null after an error
  // The rules of a table; null after an error. Kept until the host goes.
  const TableRules* rules(TableId table);

  NoExpressions source;
  std::unique_ptr<Database> database;
  CatalogCache cache;
  Sequences sequences;
  RuleCache rule_cache;
  SequenceValues values;
  std::unique_ptr<Session> session;
  CatalogWriter writer;
  std::unique_ptr<ChangeSet> changes;
  std::vector<std::shared_ptr<const RuleSet>> held;
};

// Whether the database, in its session's transaction, is the state, sound in every respect that verification knows; empty if so. Values of
// sequences are asked for last: they move.
std::string differs(SchemaHost& host, const State& state);

class SchemaTrace {
 public:
  explicit SchemaTrace(uint64_t seed) : random_(seed) {}

  // Called around each commit that has succeeded so far: with the state that it makes, then with its LSN.
  struct Watch {
    std::function<void(const State&)> before_commit;
    std::function<void(uint64_t)> after_commit;
  };
  // From an empty database, or on from `state`. Empty if all agreed.
  std::string run(SchemaHost& host, const State* state, uint32_t transactions, Watch watch);

  uint64_t statements() const { return statements_; }
  const State& committed() const { return committed_; }

 private:
  bool good(const Status& status, const char* what);
  void transaction();
  void statement();
  void compare_catalogs(const char* when);
  bool commit();

  void create_table();
  void create_index();
  void create_key();
  void create_view();
  void create_sequence();
  void add_column();
  void drop_column();
  void rename();
  void drop();
  void insert();
  void update();
  void erase();
  void next_values();

  void free_trees(const std::vector<CatalogObject>& objects);
  std::string new_name();
  template <typename Def>
  std::optional<Def> any();
  TableId any_table();
  Cell value_of(uint16_t column, int64_t id);

  SeededRandom random_;
  SchemaHost* host_ = nullptr;
  Watch watch_;
  State now_, committed_;
  std::string wrong_;
  uint64_t statements_ = 0;
  uint64_t names_ = 0;
};

}  // namespace ddb::schema_world
