// constant_set: the constants of x IN (1, 2, 3), to be looked up at once. For integers, dates, times and text, whose
// equality is that of their bytes.
#pragma once

#include <span>

#include "record/batch_arena.h"
#include "record/vector.h"

namespace ddb {

class ConstantSet {
 public:
  static bool supports(PhysicalKind kind) {
    return kind == PhysicalKind::kInt16 || kind == PhysicalKind::kInt32 || kind == PhysicalKind::kInt64 ||
           kind == PhysicalKind::kString;
  }
  // Of valid constant vectors of kinds that are supported, integers of any width together. The set and its table live
  // in `memory`; text stays where it is. nullptr: `memory` is full. Throws std::bad_alloc.
  static const ConstantSet* build(std::span<const Vector* const> constants, BatchArena& memory);

  bool has(int64_t value) const;
  bool has(const StringView16& text) const;

 private:
  struct Slot {
    bool used = false;
    int64_t number = 0;
    StringView16 text;
  };
  template <typename Key>
  Slot* find(const Key& key) const;

  Slot* slots_ = nullptr;
  uint64_t mask_ = 0;
};

// The integer at a row of a kInt16, kInt32 or kInt64 vector.
inline int64_t integer_at(const Vector& vector, uint32_t row) {
  switch (vector.kind()) {
    case PhysicalKind::kInt16:
      return vector.value<int16_t>(row);
    case PhysicalKind::kInt32:
      return vector.value<int32_t>(row);
    default:
      return vector.value<int64_t>(row);
  }
}

}  // namespace ddb
