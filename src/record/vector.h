// vector: up to 2,048 values of one physical kind, with NULLs. Keeps: data() and validity() may be read at row(i) for
// every row i of the batch, in every form. A NULL's payload may be read but means nothing; as a string it may refer
// to dead memory: view() only what is_valid().
//
// Forms                data                                    validity
//   owned              this vector's buffer from its arena     none = no NULL, or this vector's bitmap
//   view               foreign memory, e.g. of a page          none or foreign
//   constant           one value in this object                none, or one bit
//
// Bitmap: bit row % 64 of word row / 64 is 1 when the row is not NULL.
//
// For one thread. The arena must outlive the vector; what a view points at must outlive its use, and so must long
// strings (StringView16 refers to them). Only allocate() and what calls it may throw std::bad_alloc, from the arena.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "base/assert.h"
#include "base/status.h"
#include "record/batch_arena.h"
#include "record/physical_kind.h"
#include "record/selection.h"

namespace ddb {

constexpr uint32_t validity_words(uint32_t rows) { return (rows + 63) / 64; }
inline constexpr uint32_t kValidityWordsMax = validity_words(kVectorRowsMax);

class Vector {
 public:
  Vector() = default;
  // A constant's data lies in the object.
  Vector(const Vector&) = delete;
  Vector& operator=(const Vector&) = delete;

  // An owned vector of `capacity` rows, without NULLs, content unspecified. Keeps its buffers where they do. With
  // capacity 0 only views and constants. 53200 when the arena is full. REQUIRES: capacity <= kVectorRowsMax; always
  // the same arena.
  Status allocate(PhysicalKind kind, uint32_t capacity, BatchArena& arena);

  // Back to owned, without NULLs, content unspecified; touches no row.
  void reset() {
    data_ = owned_data_;
    validity_ = nullptr;
    row_mask_ = ~uint32_t{0};
  }

  // Foreign rows: `data` is aligned for the kind, `validity` (may be nullptr) for uint64_t.
  void set_view(const void* data, const uint64_t* validity) {
    data_ = data;
    validity_ = validity;
    row_mask_ = ~uint32_t{0};
  }
  // The rows of `other`, which must outlive the use of this; a constant is copied. REQUIRES: the same kind.
  void set_view(const Vector& other);

  template <typename T>
  void set_constant(const T& value) {
    DDB_ASSERT(PhysicalKindOf<T>::value == kind_);
    std::memcpy(constant_, &value, sizeof(T));
    become_constant(nullptr);
  }
  void set_constant_null();

  PhysicalKind kind() const { return kind_; }
  uint32_t capacity() const { return capacity_; }
  bool is_constant() const { return row_mask_ == 0; }
  bool is_owned() const { return data_ == owned_data_ && row_mask_ != 0; }

  // Where row i lies: 0 for every row of a constant.
  uint32_t row(uint32_t i) const { return i & row_mask_; }

  template <typename T>
  const T* data() const {
    DDB_ASSERT(PhysicalKindOf<T>::value == kind_);
    return static_cast<const T*>(data_);
  }
  const void* raw_data() const { return data_; }
  template <typename T>
  const T& value(uint32_t i) const {
    return data<T>()[row(i)];
  }

  // nullptr: no row is NULL.
  const uint64_t* validity() const { return validity_; }
  bool is_valid(uint32_t i) const {
    const uint32_t at = row(i);
    return validity_ == nullptr || (validity_[at / 64] >> (at % 64) & 1) != 0;
  }
  bool is_null(uint32_t i) const { return !is_valid(i); }

  // --- Writing: REQUIRES is_owned(), row < capacity() ----------------------------------------------------------------

  template <typename T>
  T* mutable_data() {
    DDB_ASSERT(PhysicalKindOf<T>::value == kind_ && is_owned());
    return static_cast<T*>(owned_data_);
  }
  // One word per 64 rows, all rows valid if there was none before.
  uint64_t* mutable_validity();
  // Sets a value; a row that was made NULL before stays so until set_valid() or reset().
  template <typename T>
  void set(uint32_t row, const T& value) {
    DDB_ASSERT(row < capacity_);
    mutable_data<T>()[row] = value;
  }
  void set_null(uint32_t row) {
    DDB_ASSERT(row < capacity_);
    mutable_validity()[row / 64] &= ~(uint64_t{1} << (row % 64));
  }
  void set_valid(uint32_t row) {
    DDB_ASSERT(row < capacity_);
    if (validity_ != nullptr) mutable_validity()[row / 64] |= uint64_t{1} << (row % 64);
  }
  // Copies text longer than StringView16::kInlineMax into `heap`. 53200 when that is full.
  Status set_string(uint32_t row, std::string_view text, BatchArena& heap);

  // Takes the rows of `source` that `rows` selects, as rows `first`, `first` + 1, …; long strings are copied to `heap`.
  // 53200 when that is full. REQUIRES: the same kind, another vector, first + rows.count() <= capacity(), and rows
  // below `first` are those to keep.
  Status gather(const Vector& source, const Selection& rows, uint32_t first, BatchArena& heap);

 private:
  void become_constant(const uint64_t* validity) {
    data_ = constant_;
    validity_ = validity;
    row_mask_ = 0;
  }
  Status gather_strings(const Vector& source, const Selection& rows, uint32_t first, BatchArena& heap);
  void gather_validity(const Vector& source, const Selection& rows, uint32_t first);

  const void* data_ = nullptr;
  const uint64_t* validity_ = nullptr;
  uint32_t row_mask_ = ~uint32_t{0};
  uint32_t capacity_ = 0;
  PhysicalKind kind_ = PhysicalKind::kInt64;
  void* owned_data_ = nullptr;
  uint64_t* owned_validity_ = nullptr;
  size_t owned_bytes_ = 0;
  uint32_t owned_words_ = 0;
  alignas(16) unsigned char constant_[16] = {};
};

}  // namespace ddb
