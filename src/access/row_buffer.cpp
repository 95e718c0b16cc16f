// row_buffer: point reads, strings copied out of their pages.
#include "access/row_buffer.h"

namespace ddb {

RowBuffer::RowBuffer(const TableSchema& schema)
    : schema_(schema),
      buffers_(kBytesMax),
      heap_(kBytesMax),
      vectors_(std::make_unique<Vector[]>(schema.columns.size())),
      columns_(schema.columns.size()) {}

Status RowBuffer::load(Session& session, TableReader& reader, std::span<const int64_t> row_ids,
                       std::span<const uint32_t> columns) {
  heap_.reset();
  count_ = 0;
  row_ids_.resize(kVectorRowsMax);
  std::fill(columns_.begin(), columns_.end(), nullptr);
  std::vector<Vector*> outs;
  for (const uint32_t column : columns) {
    Vector& vector = vectors_[column];
    if (vector.capacity() == 0) {
      DDB_RETURN_IF_ERROR(vector.allocate(schema_.columns[column].kind, kVectorRowsMax, buffers_));
    }
    vector.reset();
    outs.push_back(&vector);
    columns_[column] = &vector;
  }
  for (const int64_t row_id : row_ids) {
    FoundRow found;
    DDB_TRY(const bool exists, reader.find(session, row_id, &found));
    if (!exists) continue;
    DDB_RETURN_IF_ERROR(reader.read(session, found, columns, outs, count_, heap_));
    for (Vector* vector : outs) {
      if (vector->kind() != PhysicalKind::kString || vector->is_null(count_)) continue;
      const StringView16 text = vector->value<StringView16>(count_);
      if (!text.is_inline()) DDB_RETURN_IF_ERROR(vector->set_string(count_, text.view(), heap_));
    }
    row_ids_[count_++] = row_id;
  }
  return Status::ok();
}

}  // namespace ddb
