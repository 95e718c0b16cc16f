// vector: buffers, constants and gathering.
#include "record/vector.h"

#include <string>

namespace ddb {
namespace {

// The bitmap of a constant NULL.
constexpr uint64_t kNoRowValid[1] = {0};

constexpr size_t kDataAlign = 64;  // a cache line, and the widest SIMD register

Status heap_full(const BatchArena& heap) {
  return Status::error(sqlstate::kOutOfMemory, "a batch needs more than its " +
                                                   std::to_string(heap.bytes_max()) + " bytes of memory");
}

template <typename T>
void gather_values(const T* from, uint32_t row_mask, const Selection& rows, T* to) {
  for (uint32_t i = 0; i < rows.count(); ++i) to[i] = from[rows[i] & row_mask];
}

}  // namespace

Status Vector::allocate(PhysicalKind kind, uint32_t capacity, BatchArena& arena) {
  DDB_ASSERT(capacity <= kVectorRowsMax);
  const size_t bytes = capacity * bytes_per_value(kind);
  if (bytes > owned_bytes_) {
    char* memory = arena.allocate(bytes, kDataAlign);
    if (memory == nullptr) return heap_full(arena);
    owned_data_ = memory;
    owned_bytes_ = bytes;
  }
  const uint32_t words = validity_words(capacity);
  if (words > owned_words_) {
    char* memory = arena.allocate(words * sizeof(uint64_t), alignof(uint64_t));
    if (memory == nullptr) return heap_full(arena);
    owned_validity_ = reinterpret_cast<uint64_t*>(memory);
    owned_words_ = words;
  }
  // A NULL's payload may be read before anything was written there.
  if (bytes != 0) std::memset(owned_data_, 0, bytes);
  kind_ = kind;
  capacity_ = capacity;
  reset();
  return Status::ok();
}

void Vector::set_view(const Vector& other) {
  DDB_ASSERT(other.kind_ == kind_);
  if (other.is_constant()) {
    std::memcpy(constant_, other.constant_, sizeof(constant_));
    become_constant(other.validity_);
  } else {
    set_view(other.data_, other.validity_);
  }
}

void Vector::set_constant_null() {
  std::memset(constant_, 0, sizeof(constant_));
  become_constant(kNoRowValid);
}

uint64_t* Vector::mutable_validity() {
  DDB_ASSERT(is_owned());
  if (validity_ == nullptr) {
    std::memset(owned_validity_, 0xFF, validity_words(capacity_) * sizeof(uint64_t));
    validity_ = owned_validity_;
  }
  return owned_validity_;
}

Status Vector::set_string(uint32_t row, std::string_view text, BatchArena& heap) {
  if (text.size() > UINT32_MAX) return heap_full(heap);
  if (text.size() > StringView16::kInlineMax) {
    text = heap.copy(text);
    if (text.data() == nullptr) return heap_full(heap);
  }
  set(row, StringView16(text));
  return Status::ok();
}

Status Vector::gather(const Vector& source, const Selection& rows, uint32_t first, BatchArena& heap) {
  DDB_ASSERT(source.kind_ == kind_ && &source != this);
  DDB_ASSERT(first + rows.count() <= capacity_);
  gather_validity(source, rows, first);
  if (kind_ == PhysicalKind::kString) return gather_strings(source, rows, first, heap);
  visit_kind(kind_, [&](auto type) {
    using T = typename decltype(type)::type;
    gather_values(source.data<T>(), source.row_mask_, rows, mutable_data<T>() + first);
  });
  return Status::ok();
}

Status Vector::gather_strings(const Vector& source, const Selection& rows, uint32_t first, BatchArena& heap) {
  for (uint32_t i = 0; i < rows.count(); ++i) {
    const uint32_t position = rows[i];
    // What lies under a NULL may be anything, also the pointer of a dead string.
    if (source.is_null(position)) {
      set(first + i, StringView16());
    } else {
      DDB_RETURN_IF_ERROR(set_string(first + i, source.value<StringView16>(position).view(), heap));
    }
  }
  return Status::ok();
}

void Vector::gather_validity(const Vector& source, const Selection& rows, uint32_t first) {
  // Rows from `first` on hold leftovers once there is a bitmap.
  if (source.validity_ == nullptr && validity_ == nullptr) return;
  for (uint32_t i = 0; i < rows.count(); ++i) {
    if (source.is_valid(rows[i])) {
      set_valid(first + i);
    } else {
      set_null(first + i);
    }
  }
}

}  // namespace ddb
