// key_fuzz: composite keys of any columns and bytes. Every column is a value or XX001, never a crash; what is accepted is
// the one encoding of its value; skipping ends where taking ends, and vectors take what values take.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "record/key_decode.h"
#include "record/key_encode.h"
#include "record/vector_value.h"

using namespace ddb;

namespace {

constexpr size_t kColumnsMax = 4;
constexpr size_t kColumnBytes = 3;

void require(bool holds) {
  if (!holds) __builtin_trap();
}

// Any type, modifier and direction out of three bytes.
KeyColumn column_of(const uint8_t* bytes) {
  constexpr int kTypes = static_cast<int>(SqlTypeId::kInterval);
  KeyColumn column;
  column.type.id = static_cast<SqlTypeId>(1 + bytes[0] % 32 % kTypes);
  column.descending = (bytes[0] & 64) != 0;
  column.nulls_first = (bytes[0] & 128) != 0;
  const bool constrained = (bytes[0] & 32) != 0;
  if (!constrained) return column;
  if (column.type.id == SqlTypeId::kNumeric) {
    column.type.typmod = numeric_typmod(1 + bytes[1] % 60, static_cast<int8_t>(bytes[2]));
  } else if (column.type.id == SqlTypeId::kVarchar || column.type.id == SqlTypeId::kChar) {
    column.type.typmod = 1 + bytes[1] % 40;
  }
  return column;
}

// Takes one column in all three ways; false when it is damaged.
bool take_column(const KeyColumn& column, std::string_view& key) {
  const std::string_view start = key;
  const Result<Value> value = take_key(column, key);
  require(value.is_ok() || value.status().is(sqlstate::kCorrupted));

  std::string_view skipped = start;
  const Status skip = skip_key(column, skipped);
  require(skip.is_ok() || skip.is(sqlstate::kCorrupted));

  BatchArena arena(1 << 16);
  BatchArena heap(1 << 20);
  Vector vector;
  require(vector.allocate(physical_kind(column.type), 1, arena).is_ok());
  std::string_view taken = start;
  ByteBuffer scratch;
  const Status in_vector = take_key(column, taken, vector, 0, heap, scratch);
  require(in_vector.is_ok() == value.is_ok());
  if (!value.is_ok()) {
    require(in_vector.is(sqlstate::kCorrupted));
    return false;
  }

  require(skip.is_ok() && skipped.data() == key.data() && taken.data() == key.data());
  const std::string_view bytes = start.substr(0, start.size() - key.size());
  ByteBuffer again;
  append_key(column, value.value(), again);
  require(again.view() == bytes);

  again.clear();
  require(append_key(column, vector, 0, again).is_ok());
  require(again.view() == bytes);
  const Result<Value> read = value_at(vector, column.type, 0);
  require(read.is_ok() && read.value().is_null() == value.value().is_null());
  if (!value.value().is_null()) require(identical_values(read.value(), value.value()));
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  const size_t count = 1 + data[0] % kColumnsMax;
  const size_t head = 1 + count * kColumnBytes;
  if (size < head) return 0;
  std::string_view key(reinterpret_cast<const char*>(data) + head, size - head);
  for (size_t i = 0; i < count; ++i) {
    if (!take_column(column_of(data + 1 + i * kColumnBytes), key)) break;
  }
  return 0;
}
