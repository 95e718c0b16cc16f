// key_decode: values back from key bytes (key_column.h has the format and says what is lost). Trusts nothing: bytes
// that no value of the column has give XX001, and nothing outside `key` is read. Every take_… moves `key` behind what
// it took; after an error where it stands is unspecified. Text is not checked to be UTF-8.
#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>

#include "base/status.h"
#include "record/byte_buffer.h"
#include "record/datetime_types.h"
#include "record/key_column.h"
#include "record/numeric.h"
#include "record/uuid.h"
#include "record/value.h"
#include "record/vector.h"

namespace ddb {

// --- Any column: these throw std::bad_alloc --------------------------------------------------------------------------

Result<Value> take_key(const KeyColumn& column, std::string_view& key);
// Into row `row` of an owned vector of physical_kind(column.type); long strings are copied to `heap`, 53200 when that
// is full. `scratch` is for intermediate bytes.
Status take_key(const KeyColumn& column, std::string_view& key, Vector& vector, uint32_t row,
                BatchArena& heap, ByteBuffer& scratch);
// Only moves behind the column and builds nothing. Checks what it needs to find the end.
Status skip_key(const KeyColumn& column, std::string_view& key);

// --- By type ---------------------------------------------------------------------------------------------------------

// Takes the marker: true when a value follows, false for NULL.
Result<bool> take_key_marker(const KeyColumn& column, std::string_view& key);

// The rest take a value behind its marker.
Result<bool> take_key_boolean(const KeyColumn& column, std::string_view& key);
template <std::signed_integral Int>
Result<Int> take_key_integer(const KeyColumn& column, std::string_view& key);
template <std::floating_point Float>
Result<Float> take_key_float(const KeyColumn& column, std::string_view& key);
// Throws std::bad_alloc.
Result<Numeric> take_key_numeric(const KeyColumn& column, std::string_view& key);
// text, varchar, char. A view of the key when the column ascends and nothing is to be padded, else of `scratch`, whose
// content is lost.
Result<std::string_view> take_key_text(const KeyColumn& column, std::string_view& key, ByteBuffer& scratch);
// Likewise; of `scratch` also when there are zero bytes.
Result<std::string_view> take_key_bytea(const KeyColumn& column, std::string_view& key, ByteBuffer& scratch);
Result<Uuid> take_key_uuid(const KeyColumn& column, std::string_view& key);
Result<Interval> take_key_interval(const KeyColumn& column, std::string_view& key);

}  // namespace ddb
