// catalog_trees: schemas of the three trees, and single rows.
#include "catalog/catalog_trees.h"

#include <array>
#include <memory>
#include <utility>

#include "btree/table_reader.h"
#include "btree/table_writer.h"
#include "record/batch_arena.h"
#include "record/vector.h"

namespace ddb {
namespace {

TableSchema schema_of(std::initializer_list<SqlTypeId> types) {
  TableSchema schema;
  for (const SqlTypeId type : types) {
    TableColumn column;
    column.id = static_cast<uint16_t>(schema.columns.size() + 1);
    column.type = {type, kNoTypmod};
    column.kind = physical_kind(column.type);
    column.missing = {column.type, Null{}};
    schema.columns.push_back(std::move(column));
  }
  schema.row_id_column = 0;
  return schema;
}

// One row as vectors of one.
class OneRow {
 public:
  explicit OneRow(const TableSchema& schema)
      : arena_(1 << 16), count_(schema.columns.size()), vectors_(std::make_unique<Vector[]>(count_)) {}

  Status allocate(const TableSchema& schema) {
    for (size_t i = 0; i < count_; ++i) {
      DDB_RETURN_IF_ERROR(vectors_[i].allocate(schema.columns[i].kind, 1, arena_));
      in_[i] = &vectors_[i];
      out_[i] = &vectors_[i];
      positions_[i] = static_cast<uint32_t>(i);
    }
    return Status::ok();
  }
  Vector& operator[](size_t i) { return vectors_[i]; }
  std::span<const Vector* const> values(size_t from) const { return {in_.data() + from, count_ - from}; }
  std::span<Vector* const> targets(size_t from) const { return {out_.data() + from, count_ - from}; }
  std::span<const uint32_t> columns(size_t from) const { return {positions_.data() + from, count_ - from}; }

 private:
  BatchArena arena_;
  size_t count_;
  std::unique_ptr<Vector[]> vectors_;
  std::array<const Vector*, kObjectColumns> in_{};
  std::array<Vector*, kObjectColumns> out_{};
  std::array<uint32_t, kObjectColumns> positions_{};
};

Status put_row(Session& session, const TableTree& tree, const TableSchema& schema, int64_t id, OneRow& row) {
  TableWriter writer(session, tree, schema);
  RowBatch batch;
  batch.rows = 1;
  batch.row_ids = &id;
  batch.columns = row.values(0);
  DDB_TRY(const uint32_t inserted, writer.insert(batch));
  if (inserted == 1) return Status::ok();
  DDB_TRY(const bool updated, writer.update(id, row.columns(1), row.values(1), 0));
  DDB_CHECK(updated);
  return Status::ok();
}

Result<bool> erase_row(Session& session, const TableTree& tree, const TableSchema& schema, uint64_t id) {
  TableWriter writer(session, tree, schema);
  return writer.erase(static_cast<int64_t>(id));
}

Status missing_row(const char* tree, ObjectId id) {
  return Status::corruption(std::string("the catalog has no ") + tree + " of object " +
                            std::to_string(id.value));
}

}  // namespace

TableSchema object_tree_schema() {
  using enum SqlTypeId;
  return schema_of(
      {kBigint, kSmallint, kBigint, kBigint, kBigint, kBigint, kBigint, kBigint, kBigint, kText});
}
TableSchema record_tree_schema() { return schema_of({SqlTypeId::kBigint, SqlTypeId::kBytea}); }
TableSchema mark_tree_schema() {
  return schema_of({SqlTypeId::kBigint, SqlTypeId::kBigint, SqlTypeId::kBoolean});
}

Result<std::optional<std::string>> read_record(Session& session, PageNo root, ObjectId id) {
  const TableSchema schema = record_tree_schema();
  TableReader reader({kRecordTree, root}, schema);
  FoundRow found;
  DDB_TRY(const bool exists, reader.find(session, static_cast<int64_t>(id.value), &found));
  if (!exists) return std::optional<std::string>();
  OneRow row(schema);
  DDB_RETURN_IF_ERROR(row.allocate(schema));
  BatchArena heap(uint64_t{1} << 31);
  DDB_RETURN_IF_ERROR(reader.read(session, found, row.columns(1), row.targets(1), 0, heap));
  if (row[1].is_null(0)) return missing_row("record", id);
  return std::optional<std::string>(row[1].value<StringView16>(0).view());
}

Result<std::optional<SequenceMark>> read_mark(Session& session, PageNo root, SequenceId id) {
  const TableSchema schema = mark_tree_schema();
  TableReader reader({kMarkTree, root}, schema);
  FoundRow found;
  DDB_TRY(const bool exists, reader.find(session, static_cast<int64_t>(id.value), &found));
  if (!exists) return std::optional<SequenceMark>();
  OneRow row(schema);
  DDB_RETURN_IF_ERROR(row.allocate(schema));
  BatchArena heap(1 << 12);
  DDB_RETURN_IF_ERROR(reader.read(session, found, row.columns(1), row.targets(1), 0, heap));
  if (row[1].is_null(0) || row[2].is_null(0)) return missing_row("mark", object_id(id));
  return std::optional<SequenceMark>({row[1].value<int64_t>(0), row[2].value<uint8_t>(0) != 0});
}

Status put_object(Session& session, PageNo root, const CatalogEntry& entry) {
  const TableSchema schema = object_tree_schema();
  OneRow row(schema);
  DDB_RETURN_IF_ERROR(row.allocate(schema));
  row[kKindColumn].set<int16_t>(0, static_cast<int16_t>(entry.kind));
  const auto set = [&](ObjectColumn column, uint64_t value) {
    row[column].set<int64_t>(0, static_cast<int64_t>(value));
  };
  set(kSchemaColumn, entry.schema.value);
  set(kParentColumn, entry.parent.value);
  set(kTargetColumn, entry.target.value);
  set(kTreeColumn, entry.tree.value);
  set(kRootColumn, entry.root.value);
  set(kDetailColumn, entry.detail);
  set(kChangedColumn, entry.changed);
  row[kNameColumn].set<StringView16>(0, StringView16(entry.name));
  return put_row(session, {kObjectTree, root}, schema, static_cast<int64_t>(entry.id.value), row);
}

Status put_record(Session& session, PageNo root, ObjectId id, std::string_view record) {
  const TableSchema schema = record_tree_schema();
  OneRow row(schema);
  DDB_RETURN_IF_ERROR(row.allocate(schema));
  row[1].set<StringView16>(0, StringView16(record));
  return put_row(session, {kRecordTree, root}, schema, static_cast<int64_t>(id.value), row);
}

Status put_mark(Session& session, PageNo root, SequenceId id, const SequenceMark& mark) {
  const TableSchema schema = mark_tree_schema();
  OneRow row(schema);
  DDB_RETURN_IF_ERROR(row.allocate(schema));
  row[1].set<int64_t>(0, mark.value);
  row[2].set<uint8_t>(0, mark.called ? 1 : 0);
  return put_row(session, {kMarkTree, root}, schema, static_cast<int64_t>(id.value), row);
}

Status erase_object(Session& session, PageNo root, ObjectId id) {
  DDB_TRY(const bool erased, erase_row(session, {kObjectTree, root}, object_tree_schema(), id.value));
  return erased ? Status::ok() : session.fail_transaction(missing_row("row", id));
}

Status erase_record(Session& session, PageNo root, ObjectId id) {
  DDB_TRY(const bool erased, erase_row(session, {kRecordTree, root}, record_tree_schema(), id.value));
  return erased ? Status::ok() : session.fail_transaction(missing_row("record", id));
}

Result<bool> erase_mark(Session& session, PageNo root, SequenceId id) {
  return erase_row(session, {kMarkTree, root}, mark_tree_schema(), id.value);
}

}  // namespace ddb
