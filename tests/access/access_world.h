// access_world: three tables with every kind of constraint, in a database on a memory file system, and a naive model of them: vectors of rows,
// statements row by row.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "access/change_set.h"
#include "base/seeded_random.h"
#include "btree/verify.h"
#include "txn/database.h"
#include "vfs/memory_vfs.h"

namespace ddb::access_world {

// A number, or the text "t<number>" in columns of text.
using Cell = std::optional<int64_t>;
using Row = std::vector<Cell>;        // by column; column 0 is the id
using Rows = std::map<int64_t, Row>;  // by id

enum TableName : uint32_t { kParent, kChild, kTree, kTables };

struct Error {
  std::string state;
  std::string name;  // of the constraint or the column
  bool operator==(const Error&) const = default;
};
using Outcome = std::optional<Error>;

// Holds where a column is above (or not above) a bound; NULL: `unknown`.
class Above : public RowCondition {
 public:
  Above(uint32_t column, int64_t bound, bool wanted, bool unknown)
      : column_(column), bound_(bound), wanted_(wanted), unknown_(unknown) {}
  bool holds(const Cell& cell) const { return cell ? (*cell > bound_) == wanted_ : unknown_; }
  uint32_t column() const { return column_; }
  Status evaluate(const RowBatch& rows, uint64_t* holds) const override;

 private:
  const uint32_t column_;
  const int64_t bound_;
  const bool wanted_, unknown_;
};

struct World {
  explicit World(uint64_t seed);

  std::unique_ptr<TableRules> tables[kTables];
  std::vector<std::unique_ptr<ForeignKeyRules>> foreign_keys;
  Above check{2, 900, false, true};    // parent.a <= 900
  Above partial{2, 500, true, false};  // parent.a > 500
  bool is_text(uint32_t table, uint32_t column) const {
    return tables[table]->schema.columns[column].kind == PhysicalKind::kString;
  }

  // Makes the trees in a write transaction of the session.
  void create(Session& session);
  std::vector<VerifiedTable> verified_tables() const;
  std::vector<VerifiedIndex> verified_indexes() const;
};

// The model: what has been said above, row by row.
class Model {
 public:
  explicit Model(const World& world) : world_(&world) {}

  Outcome insert(uint32_t table, const std::vector<Row>& rows);
  // columns[i] of row ids[j] becomes values[j][i].
  Outcome update(uint32_t table, const std::vector<int64_t>& ids, const std::vector<uint32_t>& columns,
                 const std::vector<Row>& values);
  Outcome erase(uint32_t table, const std::vector<int64_t>& ids);
  Outcome end_statement();
  Outcome before_commit();

  Rows rows[kTables];

 private:
  struct Event {
    const ForeignKeyRules* key;
    bool is_update;
    std::vector<Cell> old_key, new_key;
    uint32_t depth = 0;
  };
  struct Touched {
    const ForeignKeyRules* key;
    int64_t id;
  };
  struct Later {
    uint32_t table, index;
    int64_t id;
  };
  uint32_t number_of(const TableRules* table) const;
  Outcome judge(uint32_t table, const Row& row, std::optional<int64_t> except) const;
  bool same_key(const IndexRules& index, const Row& a, const Row& b) const;
  bool in_index(const IndexRules& index, const Row& row) const;
  std::vector<Cell> key_of(const std::vector<uint32_t>& columns, const Row& row) const;
  std::vector<int64_t> children_of(const ForeignKeyRules& key, const std::vector<Cell>& wanted) const;
  bool has_parent(const ForeignKeyRules& key, const std::vector<Cell>& wanted) const;
  bool is_orphan(const ForeignKeyRules& key, int64_t id) const;
  void touch(uint32_t table, int64_t id, const std::vector<uint32_t>* columns);
  Outcome update_at(uint32_t table, const std::vector<int64_t>& ids, const std::vector<uint32_t>& columns,
                    const std::vector<Row>& values, uint32_t depth);
  void erase_at(uint32_t table, const std::vector<int64_t>& ids, uint32_t depth);
  Outcome run(const Event& event);
  Outcome judge_waiting(bool at_commit);

  const World* world_;
  std::vector<Event> events_;     // of the statement
  std::vector<Touched> touched_;  // rows whose parents are to be judged
  std::vector<Event> no_action_;
  std::vector<Later> later_;
};

// Rows as a batch of vectors.
class Batch {
 public:
  Batch(const World& world, uint32_t table) : world_(world), table_(table), memory_(uint64_t{64} << 20) {}
  RowBatch rows(const std::vector<Row>& rows);
  // One vector per column of `columns`.
  std::vector<const Vector*> values(const std::vector<uint32_t>& columns, const std::vector<Row>& values);

 private:
  void set(Vector& vector, uint32_t row, const Cell& cell);
  const World& world_;
  const uint32_t table_;
  BatchArena memory_;
  std::unique_ptr<Vector[]> vectors_;
  std::vector<const Vector*> pointers_;
  std::vector<int64_t> ids_;
};

Outcome outcome_of(const Status& status);
// Everything in the trees is what the model says, and every index holds exactly its rows; empty if so.
std::string differs(Session& session, const World& world, const Model& model);

}  // namespace ddb::access_world
