// key_numeric: the value bytes of a numeric in a key, of an ascending column and without the marker (key_column.h).
#pragma once

#include <cstddef>
#include <string_view>

#include "base/status.h"
#include "record/byte_buffer.h"
#include "record/numeric.h"

namespace ddb {

// Equal values give equal bytes. Throws std::bad_alloc.
void append_numeric_key_bytes(const Numeric& value, ByteBuffer& out);
// As for Numeric::from_scaled(value, scale). REQUIRES: |value| < 10^18, 0 <= scale <= 38.
void append_scaled_key_bytes(int64_t value, int scale, ByteBuffer& out);

// Takes a value from the front of `key`, whose bytes are to be complemented first if `complemented`. The display
// scale is the least. XX001 for bytes that no value has; `key` is unspecified then. Throws std::bad_alloc.
Result<Numeric> take_numeric_key_bytes(std::string_view& key, bool complemented);
// Only moves behind the value: XX001 when it does not end or does not begin like one.
Status skip_numeric_key_bytes(std::string_view& key, bool complemented);

}  // namespace ddb
