// random_objects: definitions of every kind from a seed. They pass check_definition(); what they refer to need not exist.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/seeded_random.h"
#include "catalog/catalog_object.h"
#include "record/numeric.h"

namespace ddb {

class RandomObjects {
 public:
  explicit RandomObjects(uint64_t seed) : random_(seed) {}

  CatalogObject next() {
    switch (random_.below(6)) {
      case 0:
        return schema();
      case 1:
        return table();
      case 2:
        return index();
      case 3:
        return view();
      case 4:
        return sequence();
      default:
        return constraint();
    }
  }

 private:
  template <typename Id>
  Id id() {
    return Id(1 + random_.below(random_.chance(500) ? 200 : 1'000'000));
  }
  bool coin() { return random_.chance(500); }
  std::string name() {
    std::string text(1 + random_.below(63), 'a');
    for (char& c : text) c = static_cast<char>('a' + random_.below(26));
    if (text.size() > 3 && coin()) text.replace(0, 2, "é");
    return text;
  }
  std::string bytes(size_t most) {
    std::string text(random_.below(most + 1), 'x');
    for (char& c : text) c = static_cast<char>(random_.next());
    return text;
  }
  SqlType type() {
    SqlType made{static_cast<SqlTypeId>(1 + random_.below(17)), kNoTypmod};
    if (coin()) return made;
    if (made.id == SqlTypeId::kNumeric)
      made.typmod = numeric_typmod(1 + static_cast<int>(random_.below(30)), 2);
    if (made.id == SqlTypeId::kVarchar) made.typmod = 1 + static_cast<int32_t>(random_.below(100));
    if (made.id == SqlTypeId::kTimestamp) made.typmod = static_cast<int32_t>(random_.below(7));
    return made;
  }
  Value value(const SqlType& of) {
    if (random_.chance(100)) return {of, Null{}};
    const auto bits = static_cast<int64_t>(random_.next() >> random_.below(64));
    switch (of.id) {
      case SqlTypeId::kBoolean:
        return {of, coin()};
      case SqlTypeId::kSmallint:
        return {of, static_cast<int16_t>(bits)};
      case SqlTypeId::kInteger:
      case SqlTypeId::kDate:
        return {of, static_cast<int32_t>(bits)};
      case SqlTypeId::kReal:
        return {of, static_cast<float>(bits) / 7};
      case SqlTypeId::kDoublePrecision:
        return {of, static_cast<double>(bits) / 7};
      case SqlTypeId::kNumeric:
        return {of, Numeric::from_scaled(bits, static_cast<int32_t>(random_.below(9)))};
      case SqlTypeId::kBytea:
        return {of, bytes(40)};
      case SqlTypeId::kText:
      case SqlTypeId::kVarchar:
      case SqlTypeId::kChar:
        return {of, name()};
      case SqlTypeId::kUuid: {
        Uuid uuid;
        for (uint8_t& byte : uuid.bytes) byte = static_cast<uint8_t>(random_.next());
        return {of, uuid};
      }
      case SqlTypeId::kInterval:
        return {of, Interval{static_cast<int32_t>(bits), static_cast<int32_t>(bits >> 32), bits}};
      default:
        return {of, bits};
    }
  }
  StoredExpression expression(const SqlType& of) {
    StoredExpression made;
    if (coin()) {
      made.content = value(of);
      return made;
    }
    BoundExpression bound;
    bound.bytes = bytes(50);
    bound.text = bytes(20);
    for (uint64_t i = random_.below(4); i > 0; --i) {
      bound.references.push_back({id<ObjectId>(), ColumnId(static_cast<uint16_t>(random_.below(5)))});
    }
    made.content = std::move(bound);
    return made;
  }
  std::vector<ColumnId> columns(uint64_t least, uint64_t most) {
    std::vector<ColumnId> made;
    const uint64_t count = least + random_.below(most - least + 1);
    for (uint64_t i = 0; i < count; ++i)
      made.emplace_back(static_cast<uint16_t>(3 * i + 1 + random_.below(3)));
    if (coin()) std::reverse(made.begin(), made.end());
    return made;
  }

  SchemaDef schema() { return {id<SchemaId>(), name(), ""}; }

  TableDef table() {
    TableDef made;
    made.id = id<TableId>();
    made.schema = id<SchemaId>();
    made.name = name();
    made.tree = {TreeId(1 + static_cast<uint32_t>(random_.below(99))), PageNo(5)};
    made.version = 1 + static_cast<uint32_t>(random_.below(500));
    const uint64_t count = random_.below(12);
    for (uint64_t i = 0; i < count; ++i) {
      ColumnDef column;
      column.id = ColumnId(static_cast<uint16_t>(2 * i + 1));
      column.name = "c" + std::to_string(i) + name().substr(0, 20);
      column.type = type();
      column.not_null = coin();
      if (coin()) column.default_value = expression(column.type);
      if (column.default_value) column.generated = coin();
      if (coin()) column.missing = value(column.type);
      if (!column.default_value && column.type.id == SqlTypeId::kBigint) {
        column.identity = ColumnIdentity::kByDefault;
        column.sequence = id<SequenceId>();
      }
      if (column.type.id == SqlTypeId::kInteger && column.not_null) made.row_id_column = column.id;
      made.columns.push_back(std::move(column));
    }
    made.next_column_id = coin() ? 0 : static_cast<uint16_t>(2 * count + 1);
    return made;
  }

  IndexDef index() {
    IndexDef made;
    made.id = id<IndexId>();
    made.table = id<TableId>();
    made.schema = id<SchemaId>();
    made.name = name();
    made.tree = {TreeId(70), PageNo(9)};
    made.unique = coin();
    made.nulls_distinct = coin();
    made.valid = coin();
    for (const ColumnId column : columns(1, 5)) {
      IndexColumn key;
      if (coin()) key.column = column;
      if (key.column.value == 0) key.expression = expression({SqlTypeId::kText, kNoTypmod});
      key.descending = coin();
      key.nulls_first = coin();
      made.key.push_back(std::move(key));
    }
    made.included = columns(0, 4);
    if (coin()) made.condition = expression({SqlTypeId::kBoolean, kNoTypmod});
    return made;
  }

  ViewDef view() {
    ViewDef made;
    made.id = id<ViewId>();
    made.schema = id<SchemaId>();
    made.name = name();
    for (uint64_t i = random_.below(6); i > 0; --i) made.columns.push_back({std::to_string(i), type(), ""});
    made.query = expression({SqlTypeId::kText, kNoTypmod});
    return made;
  }

  SequenceDef sequence() {
    SequenceDef made;
    made.id = id<SequenceId>();
    made.schema = id<SchemaId>();
    made.name = name();
    made.min = -static_cast<int64_t>(random_.below(1000));
    made.max = 1 + static_cast<int64_t>(random_.below(30000));
    made.start = coin() ? made.min : made.max;
    made.increment = coin() ? 1 : -7;
    if (coin()) made.type = {SqlTypeId::kSmallint, kNoTypmod};
    made.cycle = coin();
    if (coin()) made.owner = {id<ObjectId>(), ColumnId(3)};
    made.identity = made.owner.object.value != 0 && coin();
    return made;
  }

  ConstraintDef constraint() {
    ConstraintDef made;
    made.id = id<ConstraintId>();
    made.table = id<TableId>();
    made.name = name();
    made.kind = static_cast<ConstraintKind>(random_.below(4));
    made.deferrable = coin();
    made.initially_deferred = made.deferrable && coin();
    made.columns = columns(made.kind == ConstraintKind::kCheck ? 0 : 1, 4);
    if (made.kind == ConstraintKind::kCheck) made.check = expression({SqlTypeId::kBoolean, kNoTypmod});
    if (made.kind == ConstraintKind::kUnique || made.kind == ConstraintKind::kPrimaryKey) {
      made.index = id<IndexId>();
    }
    if (made.kind != ConstraintKind::kForeignKey) return made;
    made.referenced_table = id<TableId>();
    made.referenced_columns = columns(made.columns.size(), made.columns.size());
    if (coin()) made.referenced_constraint = id<ConstraintId>();
    if (made.referenced_constraint.value == 0) made.referenced_index = id<IndexId>();
    made.on_update = static_cast<ReferentialAction>(random_.below(5));
    made.on_delete = static_cast<ReferentialAction>(random_.below(5));
    made.match = static_cast<MatchKind>(random_.below(2));
    if (coin()) made.on_delete_columns = {made.columns.front()};
    return made;
  }

  SeededRandom random_;
};

}  // namespace ddb
