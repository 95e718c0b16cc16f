// row_overflow: which values of a row go to overflow pages, and one row on its way there and back.
#include <algorithm>
#include <string>

#include "btree/overflow.h"
#include "btree/row_scratch.h"
#include "record/vector_value.h"

namespace ddb {
namespace {

// A value that is not longer saves nothing as a reference.
constexpr uint32_t kOverflowMin = 4 * kOverflowRefBytes;

uint32_t text_bytes(const Vector& vector, uint32_t row) {
  return vector.is_valid(row) ? vector.value<StringView16>(row).size() : 0;
}

}  // namespace

// Whether no value of these rows has to go to overflow pages.
bool TableWriter::fits_inline(const RowBatch& batch, uint32_t first, uint32_t end) const {
  uint64_t longest_row = fixed_bytes_;
  for (uint32_t column = 0; column < schema_.columns.size(); ++column) {
    if (schema_.columns[column].kind != PhysicalKind::kString) continue;
    uint32_t longest = 0;
    for (uint32_t row = first; row < end; ++row)
      longest = std::max(longest, text_bytes(*batch.columns[column], row));
    if (longest > inline_max_) return false;
    longest_row += longest;
  }
  return longest_row <= row_max_;
}

// Writes what is too long of the row in one_ to overflow pages and leaves references. 54000 before anything is written.
Status TableWriter::store_long_values() {
  RowScratch& one = *one_;
  uint64_t total = fixed_bytes_;
  std::vector<uint32_t> out;
  std::vector<uint32_t> candidates;
  for (uint32_t column = 0; column < schema_.columns.size(); ++column) {
    if (schema_.columns[column].kind != PhysicalKind::kString) continue;
    const uint32_t bytes = text_bytes(one.vectors[column], 0);
    total += bytes;
    if (one.overflow_words[column] != 0 || bytes < kOverflowMin) continue;
    if (bytes > kValueBytesMax) {
      return Status::error(sqlstate::kProgramLimit,
                           "a value of " + std::to_string(bytes) + " bytes is too long: at most " +
                               std::to_string(kValueBytesMax) + " bytes can be stored");
    }
    if (bytes > inline_max_) {
      out.push_back(column);
      total -= bytes - kOverflowRefBytes;
    } else {
      candidates.push_back(column);
    }
  }
  const auto longer = [&](uint32_t a, uint32_t b) {
    return text_bytes(one.vectors[a], 0) > text_bytes(one.vectors[b], 0);
  };
  std::sort(candidates.begin(), candidates.end(), longer);
  for (const uint32_t column : candidates) {
    if (total <= row_max_) break;
    out.push_back(column);
    total -= text_bytes(one.vectors[column], 0) - kOverflowRefBytes;
  }
  // Directory entry, alignment and validity of each column, for one row, and its place in a permutation.
  const uint64_t directory = kLeafDirectory + 16 + (schema_.columns.size() + 1) * (kLeafEntryBytes + 24);
  if (total + directory > content_bytes_) {
    return Status::error(sqlstate::kProgramLimit, "row is too big: " + std::to_string(total + directory) +
                                                      " bytes without its long values, a page holds " +
                                                      std::to_string(content_bytes_))
        .with_hint("use fewer or shorter columns, or a larger page size");
  }
  one.references.resize(out.size());
  for (size_t i = 0; i < out.size(); ++i) {
    const std::string_view text = one.vectors[out[i]].value<StringView16>(0).view();
    DDB_TRY(const OverflowRef ref,
            write_overflow(session_, tree_.tree, one.row_id, schema_.columns[out[i]].id, text, one.scratch));
    one.references[i].resize(kOverflowRefBytes);
    ref.encode(one.references[i].data());
    one.set_text(out[i], one.references[i]);
    one.overflow_words[out[i]] = 1;
  }
  return Status::ok();
}

Status TableWriter::free_long_value(const TableLeaf& leaf, uint32_t slot, uint32_t column) {
  const uint32_t index = map_.of(leaf)[column];
  if (index >= leaf.columns()) return Status::ok();
  const LeafEntry entry = leaf.column(index);
  if (entry.encoding != LeafEncoding::kHeap) return Status::ok();
  return free_overflow_cell(session_, tree_.tree, leaf, entry, slot);
}

Status TableWriter::free_long_values(const TableLeaf& leaf, uint32_t slot) {
  for (uint32_t index = 0; index < leaf.columns(); ++index) {
    const LeafEntry entry = leaf.column(index);
    if (entry.encoding == LeafEncoding::kHeap) {
      DDB_RETURN_IF_ERROR(free_overflow_cell(session_, tree_.tree, leaf, entry, slot));
    }
  }
  return Status::ok();
}

// The row as it is in the leaf; its strings refer to the leaf's bytes, which must outlive the use.
Status TableWriter::load_row(const TableLeaf& leaf, uint32_t position) {
  RowScratch& one = *one_;
  DDB_RETURN_IF_ERROR(one.clear(schema_));
  const uint32_t slot = leaf.slot(position);
  one.row_id = leaf.integer(leaf.row_ids(), slot);
  const uint32_t* map = map_.of(leaf);
  for (uint32_t column = 0; column < schema_.columns.size(); ++column) {
    const TableColumn& wanted = schema_.columns[column];
    Vector& to = one.vectors[column];
    if (map[column] == kLeafRowId) continue;
    if (map[column] == kLeafMissing) {
      if (wanted.missing.is_null()) {
        to.set_null(0);
      } else {
        DDB_RETURN_IF_ERROR(set_value(to, 0, wanted.missing, one.heap));
      }
      continue;
    }
    read_cell(leaf, map[column], wanted.kind, slot, &to, 0);
    const LeafEntry entry = leaf.column(map[column]);
    if (entry.encoding == LeafEncoding::kHeap && is_overflow_cell(leaf, entry, slot))
      one.overflow_words[column] = 1;
  }
  return Status::ok();
}

Status TableWriter::load_row(const RowBatch& batch, uint32_t row) {
  DDB_RETURN_IF_ERROR(one_->clear(schema_));
  one_->row_id = batch.row_ids[row];
  for (uint32_t column = 0; column < schema_.columns.size(); ++column) {
    if (column == schema_.row_id_column) continue;
    load_value(column, *batch.columns[column], row);
  }
  return Status::ok();
}

// The row's value of this column becomes that of a vector; a string refers to the vector's bytes.
void TableWriter::load_value(uint32_t column, const Vector& values, uint32_t row) {
  Vector& to = one_->vectors[column];
  one_->overflow_words[column] = 0;
  if (values.is_null(row)) {
    to.set_null(0);
    return;
  }
  to.set_valid(0);
  visit_kind(schema_.columns[column].kind, [&](auto type) {
    using T = typename decltype(type)::type;
    to.set<T>(0, values.value<T>(row));
  });
}

}  // namespace ddb
