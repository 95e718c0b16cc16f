// key_numeric: the value bytes of a numeric in a key, of an ascending column and without the marker (key_column.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
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
// As an integer of scaled_numeric.h's narrow form when it is a finite number that is exact at `scale` and has at most
// `digits_max` decimal digits then; else nothing, `key` is unchanged, and take_numeric_key_bytes() tells why. Allocates
// nothing. REQUIRES: 0 <= scale <= 38, 0 < digits_max <= 18.
std::optional<int64_t> take_scaled_key_bytes(std::string_view& key, bool complemented, int scale,
                                             int digits_max);
// Only moves behind the value: XX001 when it does not end or does not begin like one.
Status skip_numeric_key_bytes(std::string_view& key, bool complemented);

}  // namespace ddb
