// numeric_typmod: numeric(precision, scale) applied to decimals that may still be beyond the limits of Numeric.
#pragma once

#include <cstdint>

#include "base/status.h"
#include "record/decimal.h"

namespace ddb {

// Rounds to the scale and checks the precision: 22003 "numeric field overflow". REQUIRES: typmod is not kNoTypmod.
// Throws std::bad_alloc.
Status decimal_apply_typmod(Decimal& value, int32_t typmod);

// What numeric(p, s) answers to an infinity: 22003. REQUIRES: typmod is not kNoTypmod. Throws std::bad_alloc.
Status infinity_beyond_typmod(int32_t typmod);

}  // namespace ddb
