// statistics_table: records in and out of the tree.
#include "catalog/statistics_table.h"

#include "btree/table_reader.h"
#include "catalog/statistics_codec.h"
#include "record/batch_arena.h"
#include "record/vector.h"

namespace ddb {
namespace {

constexpr uint32_t kRecordColumn = 1;
constexpr uint64_t kHeapBytes = kStatisticsBytesMax + (uint64_t{1} << 16);

TableColumn column_of(uint16_t id, SqlTypeId type) {
  TableColumn column;
  column.id = id;
  column.type = {type, kNoTypmod};
  column.kind = physical_kind(column.type);
  column.missing = {column.type, Null{}};
  return column;
}

}  // namespace

TableSchema statistics_schema() {
  TableSchema schema;
  schema.columns.push_back(column_of(1, SqlTypeId::kBigint));
  schema.columns.push_back(column_of(2, SqlTypeId::kBytea));
  schema.row_id_column = 0;
  return schema;
}

Result<TableTree> create_statistics_tree(Session& session, TreeId tree) {
  return create_table_tree(session, tree, statistics_schema());
}

Result<std::optional<TableStatistics>> StatisticsTable::read(Session& session, int64_t table_id) const {
  TableReader reader(tree_, schema_);
  FoundRow row;
  DDB_TRY(const bool found, reader.find(session, table_id, &row));
  if (!found) return std::optional<TableStatistics>();
  BatchArena heap(kHeapBytes);
  Vector record;
  DDB_RETURN_IF_ERROR(record.allocate(PhysicalKind::kString, 1, heap));
  const uint32_t columns[] = {kRecordColumn};
  Vector* const out[] = {&record};
  DDB_RETURN_IF_ERROR(reader.read(session, row, columns, out, 0, heap));
  if (record.is_null(0)) {
    return Status::corruption("statistics of table " + std::to_string(table_id) + ": no record");
  }
  Result<TableStatistics> statistics = decode_statistics(record.value<StringView16>(0).view());
  if (!statistics.is_ok()) return statistics.status().with_prefix("table " + std::to_string(table_id) + ": ");
  return std::optional<TableStatistics>(std::move(statistics).value());
}

Status StatisticsTable::write(Session& session, int64_t table_id, const TableStatistics& statistics) const {
  DDB_RETURN_IF_ERROR(check_statistics(statistics));
  std::string bytes;
  DDB_RETURN_IF_ERROR(encode_statistics(statistics, bytes));
  BatchArena heap(BatchArena::kFirstChunkBytes);
  Vector record;
  DDB_RETURN_IF_ERROR(record.allocate(PhysicalKind::kString, 1, heap));
  record.set<StringView16>(0, StringView16(bytes));
  TableWriter writer(session, tree_, schema_);
  const uint32_t columns[] = {kRecordColumn};
  const Vector* const values[] = {&record};
  DDB_TRY(const bool updated, writer.update(table_id, columns, values, 0));
  if (updated) return Status::ok();
  const Vector* const row[] = {nullptr, &record};
  DDB_TRY(const uint32_t inserted, writer.insert({1, &table_id, row}));
  if (inserted == 1) return Status::ok();
  return session.fail_transaction(Status::corruption("statistics of table " + std::to_string(table_id) +
                                                     ": found neither absent nor present"));
}

Result<bool> StatisticsTable::remove(Session& session, int64_t table_id) const {
  TableWriter writer(session, tree_, schema_);
  return writer.erase(table_id);
}

}  // namespace ddb
