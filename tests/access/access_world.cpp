// access_world: the rules of the three tables, and the comparison of trees with the model.
#include "access_world.h"

#include <algorithm>

#include "access/access_verify.h"
#include "btree/index_cursor.h"
#include "btree/table_cursor.h"
#include "record/key_encode.h"
#include "record/key_row_id.h"
#include "record/vector_value.h"

namespace ddb::access_world {
namespace {

TableColumn column_of(uint16_t id, SqlTypeId type) {
  TableColumn column;
  column.id = id;
  column.type = {type, kNoTypmod};
  column.kind = physical_kind(column.type);
  column.missing = {column.type, Null{}};
  return column;
}

std::unique_ptr<TableRules> table_of(uint64_t id, const std::string& name,
                                     const std::vector<std::pair<std::string, SqlTypeId>>& columns) {
  auto table = std::make_unique<TableRules>();
  table->id = id;
  table->schema_name = "public";
  table->name = name;
  for (size_t i = 0; i < columns.size(); ++i) {
    table->schema.columns.push_back(column_of(static_cast<uint16_t>(i + 1), columns[i].second));
    table->columns.push_back({columns[i].first, i == 0, nullptr, {table->schema.columns[i].type, Null{}}});
  }
  table->schema.row_id_column = 0;
  table->row_id_constraint = name + "_pkey";
  return table;
}

IndexRules index_of(const TableRules& table, uint64_t id, const std::string& name,
                    const std::vector<uint32_t>& columns, bool unique) {
  IndexRules index;
  index.id = id;
  index.name = name;
  index.unique = unique;
  for (const uint32_t column : columns)
    index.key.push_back({column, nullptr, {}, {table.schema.columns[column].type, false, false}});
  return index;
}

std::string text_of(int64_t number) {
  return "t" + std::to_string(number) + (number % 5 == 0 ? " and something longer" : "");
}

}  // namespace

Status Above::evaluate(const RowBatch& rows, uint64_t* bits) const {
  for (uint32_t row = 0; row < rows.rows; ++row) {
    const Vector& vector = *rows.columns[column_];
    const Cell cell = vector.is_null(row) ? Cell() : Cell(vector.value<int32_t>(row));
    const uint64_t bit = uint64_t{1} << (row % 64);
    bits[row / 64] = holds(cell) ? bits[row / 64] | bit : bits[row / 64] & ~bit;
  }
  return Status::ok();
}

World::World(uint64_t seed) {
  SeededRandom random(seed * 131 + 7);
  using enum SqlTypeId;
  tables[kParent] = table_of(1, "parent", {{"id", kBigint}, {"u", kInteger}, {"a", kInteger}, {"s", kText}});
  tables[kChild] = table_of(
      2, "child", {{"id", kBigint}, {"p", kBigint}, {"u", kInteger}, {"x", kSmallint}, {"s", kText}});
  tables[kTree] = table_of(3, "tree", {{"id", kInteger}, {"up", kBigint}, {"r", kInteger}});
  TableRules& parent = *tables[kParent];
  TableRules& child = *tables[kChild];
  TableRules& tree = *tables[kTree];
  parent.columns[2].not_null = true;
  parent.checks.push_back({"parent_a_check", &check});
  parent.indexes.push_back(index_of(parent, 11, "parent_u_key", {1}, true));
  parent.indexes.push_back(index_of(parent, 12, "parent_s", {3}, false));
  parent.indexes[1].stored = {1, 3};
  parent.indexes.push_back(index_of(parent, 13, "parent_a_high", {2, 0}, false));
  parent.indexes[2].where = &partial;
  parent.indexes[2].key[0].order.descending = true;
  child.indexes.push_back(index_of(child, 21, "child_xs_key", {3, 4}, true));
  child.indexes[0].nulls_distinct = random.chance(500);
  child.indexes[0].deferral = static_cast<Deferral>(random.below(3));
  tree.indexes.push_back(index_of(tree, 31, "tree_r_key", {2}, true));
  tree.row_id_age = static_cast<uint32_t>(random.below(2));
  // Defaults of foreign keys: sometimes a row that may be there.
  for (TableRules* table : {&child, &tree}) {
    for (uint32_t column = 1; column < 3; ++column) {
      if (random.chance(500))
        table->columns[column].default_value = integer_value(table->schema.columns[column].type, 7);
    }
  }
  const auto add_key = [&](const char* name, uint64_t id, TableRules& from, uint32_t column, TableRules& to,
                           uint32_t to_column, uint32_t to_index) {
    auto key = std::make_unique<ForeignKeyRules>();
    key->id = id;
    key->name = name;
    key->child = &from;
    key->columns = {column};
    key->parent = &to;
    key->parent_columns = {to_column};
    key->parent_index = to_index;
    key->on_delete = static_cast<KeyAction>(random.below(5));
    key->on_update = static_cast<KeyAction>(random.below(5));
    key->deferral = static_cast<Deferral>(random.below(3));
    if (random.chance(500)) {
      key->child_index = static_cast<uint32_t>(from.indexes.size());
      IndexRules index = index_of(from, id + 100, std::string(name) + "_index", {column}, false);
      index.key[0].order.descending = random.chance(500);
      from.indexes.push_back(index);
    }
    from.foreign_keys.push_back(key.get());
    to.referenced_by.push_back(key.get());
    foreign_keys.push_back(std::move(key));
  };
  add_key("child_p_fkey", 41, child, 1, parent, 0, ForeignKeyRules::kNoIndex);
  add_key("child_u_fkey", 42, child, 2, parent, 1, 0);
  add_key("tree_up_fkey", 43, tree, 1, tree, 0, ForeignKeyRules::kNoIndex);
}

void World::create(Session& session) {
  uint32_t next = 10;
  for (const auto& table : tables) {
    table->tree = create_table_tree(session, TreeId(next++), table->schema).value();
    for (IndexRules& index : table->indexes)
      index.tree = create_index_tree(session, TreeId(next++), !index.stored.empty()).value();
  }
}

std::vector<VerifiedTable> World::verified_tables() const {
  std::vector<VerifiedTable> verified;
  for (const auto& table : tables) verified.push_back({table->tree, &table->schema});
  return verified;
}
std::vector<VerifiedIndex> World::verified_indexes() const {
  std::vector<VerifiedIndex> verified;
  for (const auto& table : tables) {
    for (const IndexRules& index : table->indexes) verified.push_back({index.tree, !index.stored.empty()});
  }
  return verified;
}

void Batch::set(Vector& vector, uint32_t row, const Cell& cell) {
  if (!cell) return vector.set_null(row);
  vector.set_valid(row);
  switch (vector.kind()) {
    case PhysicalKind::kInt16:
      return vector.set(row, static_cast<int16_t>(*cell));
    case PhysicalKind::kInt32:
      return vector.set(row, static_cast<int32_t>(*cell));
    case PhysicalKind::kInt64:
      return vector.set(row, *cell);
    default:
      ASSERT_TRUE(vector.set_string(row, text_of(*cell), memory_).is_ok());
  }
}

RowBatch Batch::rows(const std::vector<Row>& rows) {
  std::vector<uint32_t> columns;
  for (uint32_t c = 0; c < world_.tables[table_]->schema.columns.size(); ++c) columns.push_back(c);
  values(columns, rows);
  ids_.clear();
  for (const Row& row : rows) ids_.push_back(*row[0]);
  return {static_cast<uint32_t>(rows.size()), ids_.data(), pointers_};
}

std::vector<const Vector*> Batch::values(const std::vector<uint32_t>& columns,
                                         const std::vector<Row>& values) {
  const TableSchema& schema = world_.tables[table_]->schema;
  vectors_ = std::make_unique<Vector[]>(columns.size());
  pointers_.clear();
  for (size_t c = 0; c < columns.size(); ++c) {
    EXPECT_TRUE(vectors_[c]
                    .allocate(schema.columns[columns[c]].kind, static_cast<uint32_t>(values.size()), memory_)
                    .is_ok());
    for (uint32_t row = 0; row < values.size(); ++row) set(vectors_[c], row, values[row][c]);
    pointers_.push_back(&vectors_[c]);
  }
  return pointers_;
}

Outcome outcome_of(const Status& status) {
  if (status.is_ok()) return {};
  const ErrorObject object = status.object();
  return Error{std::string(status.sqlstate().view()),
               std::string(object.constraint.empty() ? object.column : object.constraint)};
}

std::string differs(Session& session, const World& world, const Model& model) {
  for (uint32_t t = 0; t < kTables; ++t) {
    const TableRules& table = *world.tables[t];
    // All rows, as the table has them.
    std::vector<Row> expected;
    for (const auto& [id, row] : model.rows[t]) expected.push_back(row);
    std::vector<uint32_t> columns;
    for (uint32_t c = 0; c < table.schema.columns.size(); ++c) columns.push_back(c);
    TableCursor cursor(table.tree, table.schema);
    ScanRequest request;
    request.columns = columns;
    request.row_ids = true;
    if (!cursor.open(session, request).is_ok()) return "open";
    size_t at = 0;
    for (;;) {
      Result<uint32_t> rows = cursor.next_batch();
      if (!rows.is_ok()) return rows.status().to_string();
      if (*rows == 0) break;
      for (uint32_t i = 0; i < *rows; ++i, ++at) {
        if (at >= expected.size()) return table.name + " has too many rows";
        for (uint32_t c = 0; c < columns.size(); ++c) {
          const Vector& vector = cursor.column(c);
          const Cell& cell = expected[at][c];
          const std::string where =
              table.name + " row " + std::to_string(*expected[at][0]) + " column " + std::to_string(c);
          if (vector.is_null(i) == cell.has_value()) return where + ": NULL or not";
          if (!cell) continue;
          std::string text;
          if (!append_value_text(value_at(vector, table.schema.columns[c].type, i).value(), text).is_ok())
            return "text";
          if (text != (world.is_text(t, c) ? text_of(*cell) : std::to_string(*cell)))
            return where + " is " + text;
        }
      }
    }
    cursor.release();
    if (at != expected.size()) return table.name + " lacks rows";
    // Each index: exactly the entries of the rows.
    for (size_t number = 0; number < table.indexes.size(); ++number) {
      const IndexRules& index = table.indexes[number];
      std::vector<std::string> keys;
      for (const Row& row : expected) {
        if (index.where != nullptr && !world.partial.holds(row[world.partial.column()])) continue;
        ByteBuffer key;
        for (const IndexKeyPart& part : index.key) {
          const SqlType& type = table.schema.columns[part.column].type;
          const Cell& cell = row[part.column];
          if (!cell) {
            append_key_null(part.order, key);
          } else if (world.is_text(t, part.column)) {
            append_key(part.order, Value{type, text_of(*cell)}, key);
          } else {
            append_key(part.order, integer_value(type, *cell), key);
          }
        }
        append_key_row_id(static_cast<uint64_t>(*row[0]), key);
        keys.emplace_back(key.view());
      }
      std::sort(keys.begin(), keys.end());
      IndexCursor entries(index.tree);
      IndexCursor::Want want;
      want.keys = true;
      entries.open(session, {}, want);
      size_t seen = 0;
      for (;;) {
        Result<uint32_t> rows = entries.next_batch();
        if (!rows.is_ok()) return rows.status().to_string();
        if (*rows == 0) break;
        for (uint32_t i = 0; i < *rows; ++i, ++seen) {
          if (seen >= keys.size() || entries.key(i) != keys[seen]) return index.name + " has another entry";
        }
      }
      if (seen != keys.size()) return index.name + " lacks entries";
    }
  }
  VerifyReport report;
  const std::vector<VerifiedTable> tables = world.verified_tables();
  const std::vector<VerifiedIndex> indexes = world.verified_indexes();
  const Status verified = verify_pages(session, {tables, indexes, {}}, 3, &report);
  if (!verified.is_ok()) return verified.to_string();
  if (report.findings_count > 0) return "verify: " + report.findings[0].text;
  for (const auto& table : world.tables) {
    AccessReport access;
    const Status judged = verify_table(session, *table, 3, &access);
    if (!judged.is_ok()) return judged.to_string();
    for (const AccessFinding& finding : access.findings) {
      // What is deferred may be broken in the middle of a transaction.
      if (session.writing() &&
          (finding.rule == AccessRule::kForeignKey || finding.rule == AccessRule::kUnique))
        continue;
      return std::string("verify: ") + access_rule_name(finding.rule) + " " + finding.name + ": " +
             finding.text;
    }
  }
  return {};
}

}  // namespace ddb::access_world
