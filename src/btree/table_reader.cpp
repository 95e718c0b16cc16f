// table_reader: point fetch.
#include "btree/table_reader.h"

#include "base/prefetch.h"
#include "btree/overflow.h"
#include "record/vector_value.h"

namespace ddb {

TableReader::TableReader(const TableTree& tree, const TableSchema& schema)
    : tree_(tree), schema_(schema), map_(schema) {}

Result<bool> TableReader::find(Session& session, int64_t row_id, FoundRow* row) {
  const uint32_t content_bytes = session.content_bytes();
  uint32_t level = 0;
  DDB_TRY(PageRef ref, read_root_page(session, tree_, &level));
  while (level > 0) {
    const TableInner inner(ref.data(), content_bytes);
    const uint32_t index = inner.find(row_id);
    const PageNo page = inner.child(index);
    if (--level > 0 || index == 0 || index + 1 == inner.count()) {
      DDB_TRY(ref, read_tree_page(session, tree_.tree, page, level));
      continue;
    }
    const int64_t low = inner.separator(index);
    const int64_t high = inner.separator(index + 1);
    DDB_TRY(ref, session.read(page));
    lines_.expect(ref.data(), row_id, low, high);
    DDB_RETURN_IF_ERROR(judge_tree_page(session, tree_.tree, page, level, ref.data()));
  }
  const TableLeaf leaf(ref.data());
  const uint32_t position = leaf.lower_bound(row_id);
  if (position >= leaf.rows()) return false;
  const uint32_t slot = leaf.slot(position);
  if (leaf.integer(leaf.row_ids(), slot) != row_id) return false;
  row->page = std::move(ref);
  row->position = position;
  row->slot = slot;
  return true;
}

Status resolve_overflow(Session& session, TreeId tree, Vector* strings, uint32_t row, BatchArena& heap,
                        std::string& value, std::string& scratch) {
  // The reference is longer than a view holds inline, so that it lies in the page.
  DDB_TRY(const OverflowRef ref, OverflowRef::decode(strings->value<StringView16>(row).view()));
  DDB_RETURN_IF_ERROR(read_overflow(session, tree, ref, value, scratch));
  return strings->set_string(row, value, heap);
}

void set_row_id(int64_t row_id, PhysicalKind kind, Vector* out, uint32_t to) {
  out->set_valid(to);
  if (kind == PhysicalKind::kInt64) {
    out->set<int64_t>(to, row_id);
  } else if (kind == PhysicalKind::kInt32) {
    out->set<int32_t>(to, static_cast<int32_t>(row_id));
  } else {
    out->set<int16_t>(to, static_cast<int16_t>(row_id));
  }
}

Status TableReader::read(Session& session, const FoundRow& row, std::span<const uint32_t> columns,
                         std::span<Vector* const> out, uint32_t to, BatchArena& heap) {
  const TableLeaf leaf(row.page.data());
  const uint32_t* map = map_.of(leaf);
  lines_.learn(leaf, map, columns);
  // All cells at once on their way: each lies in a line of its own.
  for (const uint32_t column : columns) {
    if (map[column] >= leaf.columns()) continue;
    const LeafEntry entry = leaf.column(map[column]);
    prefetch(leaf.page() + entry.offset + size_t{entry.width} * row.slot);
  }
  for (size_t i = 0; i < columns.size(); ++i) {
    const TableColumn& column = schema_.columns[columns[i]];
    const uint32_t index = map[columns[i]];
    if (index == kLeafMissing) [[unlikely]] {
      if (column.missing.is_null()) {
        out[i]->set_null(to);
      } else {
        out[i]->set_valid(to);
        DDB_RETURN_IF_ERROR(set_value(*out[i], to, column.missing, heap));
      }
      continue;
    }
    if (index == kLeafRowId) {
      set_row_id(leaf.integer(leaf.row_ids(), row.slot), column.kind, out[i], to);
      continue;
    }
    read_cell(leaf, index, column.kind, row.slot, out[i], to);
    if (column.kind != PhysicalKind::kString) continue;
    const LeafEntry entry = leaf.column(index);
    if (entry.encoding == LeafEncoding::kHeap && is_overflow_cell(leaf, entry, row.slot)) [[unlikely]] {
      DDB_RETURN_IF_ERROR(resolve_overflow(session, tree_.tree, out[i], to, heap, value_, scratch_));
    }
  }
  return Status::ok();
}

}  // namespace ddb
