// leaf_source: cells of one column, wherever the rows come from (another leaf, a batch, a default), in runs of one form. Keeps:
// a NULL's string refers to nothing and its fixed value is zero; its integer may be anything.
#pragma once

#include <cstdint>

#include "btree/leaf_build.h"
#include "btree/leaf_kernels.h"
#include "btree/missing_cell.h"
#include "record/vector.h"

namespace ddb {

inline constexpr uint32_t kRunRows = 256;  // rows that are loaded at a time, at most

struct ValidityRun {
  uint64_t words[kRunRows / 64];
  bool is_valid(uint32_t i) const { return (words[i / 64] >> (i % 64) & 1) != 0; }
};

// The bytes of a string in the heap: its own or those of its reference.
struct StringCell {
  const char* data;
  uint32_t bytes;
  bool overflow;
};

// One column of a source. A view; dead with the source.
class ColumnSource {
 public:
  // `missing`: not needed for a batch.
  ColumnSource(const LeafSource& source, const TableColumn& column, uint32_t column_index,
               const MissingCell* missing);

  // Of rows [from, from + count) of the source, count <= kRunRows. Each returns true if no row is NULL; only else `validity`
  // is written.
  bool load_validity(uint32_t from, uint32_t count, ValidityRun* validity) const;
  // REQUIRES: kBool … kInt64; booleans become 0 and 1.
  bool load_integers(uint32_t from, uint32_t count, int64_t* out, ValidityRun* validity) const;
  // REQUIRES: kString
  bool load_strings(uint32_t from, uint32_t count, StringCell* out, ValidityRun* validity) const;
  // `to`: values one after another, as in a kFixed array. REQUIRES: a kind of such
  bool load_fixed(uint32_t from, uint32_t count, std::byte* to, ValidityRun* validity) const;

 private:
  enum class Form : uint8_t { kLeaf, kBatch, kMissing };

  template <typename T>
  void vector_integers(uint32_t from, uint32_t count, int64_t* out) const;
  void leaf_strings(uint32_t from, uint32_t count, StringCell* out, const ValidityRun* validity) const;
  void vector_strings(uint32_t from, uint32_t count, StringCell* out, const ValidityRun* validity) const;

  Form form_ = Form::kMissing;
  PhysicalKind kind_;
  uint32_t column_;
  uint32_t first_;
  LeafEntry entry_;
  const TableLeaf* leaf_ = nullptr;
  const RowBatch* batch_ = nullptr;
  const Vector* vector_ = nullptr;
  const MissingCell* missing_;
};

// Row ids of rows [from, from + count) of the source.
void load_row_ids(const LeafSource& source, uint32_t from, uint32_t count, int64_t* out);

// Strings of `width` bytes into a kEqual array; empty ones (NULLs) become zeros.
void store_equal(const StringCell* strings, uint32_t count, uint32_t width, std::byte* array);
// Strings into a kHeap array and the heap below `heap`; returns where that starts now.
uint32_t store_heap(const StringCell* strings, uint32_t count, std::byte* page, std::byte* array,
                    uint32_t heap);

// NULLs among out[0 … count) become `value`.
template <typename T>
inline void replace_nulls(T* out, uint32_t count, const ValidityRun& validity, const T& value) {
  for (uint32_t i = 0; i < count; ++i) {
    if (!validity.is_valid(i)) out[i] = value;
  }
}

}  // namespace ddb
