// constant_set: an open hash table, half empty at most.
#include "expr/constant_set.h"

#include <new>

#include "base/seeded_random.h"

namespace ddb {
namespace {

uint64_t hash_of(int64_t value) { return mix64(static_cast<uint64_t>(value)); }
uint64_t hash_of(const StringView16& text) {
  uint64_t hash = text.size();
  const char* bytes = text.data();
  uint32_t left = text.size();
  for (; left >= 8; left -= 8, bytes += 8) {
    uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof(word));
    hash = mix64(hash ^ word);
  }
  uint64_t word = 0;
  std::memcpy(&word, bytes, left);
  return mix64(hash ^ word);
}

}  // namespace

template <typename Key>
ConstantSet::Slot* ConstantSet::find(const Key& key) const {
  uint64_t at = hash_of(key) & mask_;
  while (slots_[at].used) {
    if constexpr (std::is_same_v<Key, int64_t>) {
      if (slots_[at].number == key) break;
    } else {
      if (slots_[at].text == key) break;
    }
    at = (at + 1) & mask_;
  }
  return &slots_[at];
}

const ConstantSet* ConstantSet::build(std::span<const Vector* const> constants, BatchArena& memory) {
  uint64_t size = 4;
  while (size < constants.size() * 2) size *= 2;
  char* place = memory.allocate(sizeof(ConstantSet), alignof(ConstantSet));
  char* table = memory.allocate(size * sizeof(Slot), alignof(Slot));
  if (place == nullptr || table == nullptr) return nullptr;
  auto* set = new (place) ConstantSet();
  set->slots_ = reinterpret_cast<Slot*>(table);
  set->mask_ = size - 1;
  for (uint64_t i = 0; i < size; ++i) new (&set->slots_[i]) Slot();
  for (const Vector* constant : constants) {
    if (constant->kind() == PhysicalKind::kString) {
      Slot* slot = set->find(constant->value<StringView16>(0));
      slot->used = true;
      slot->text = constant->value<StringView16>(0);
    } else {
      Slot* slot = set->find(integer_at(*constant, 0));
      slot->used = true;
      slot->number = integer_at(*constant, 0);
    }
  }
  return set;
}

bool ConstantSet::has(int64_t value) const { return find(value)->used; }
bool ConstantSet::has(const StringView16& text) const { return find(text)->used; }

}  // namespace ddb
