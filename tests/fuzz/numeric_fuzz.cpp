// numeric_fuzz: bytes of a numeric. A value or XX001, never a crash; what is accepted is the one encoding of its value,
// and its text and its key give the same value back.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "record/key_decode.h"
#include "record/key_encode.h"
#include "record/numeric.h"

using namespace ddb;

namespace {

void require(bool holds) {
  if (!holds) __builtin_trap();
}

// Digits that the text would show: bounds the work of one input.
int64_t shown_digits(const Numeric& value) {
  if (!value.is_finite()) return 0;
  const Decimal& decimal = value.decimal();
  return (decimal.weight > 0 ? int64_t{decimal.weight} * Decimal::kBaseDigits : 0) + decimal.display_scale;
}

void check_text(const Numeric& value) {
  const std::string text = numeric_to_text(value);
  const Result<Numeric> parsed = numeric_parse(text);
  require(parsed.is_ok() && parsed.value() == value);
  require(parsed.value().display_scale() == value.display_scale());
  require(numeric_hash(parsed.value()) == numeric_hash(value));
}

void check_key(const Numeric& value) {
  const KeyColumn column{{SqlTypeId::kNumeric, kNoTypmod}, shown_digits(value) % 2 == 0, false};
  ByteBuffer key;
  append_key_numeric(column, value, key);
  std::string_view rest = key.view();
  require(take_key_marker(column, rest).value());
  const Result<Numeric> taken = take_key_numeric(column, rest);
  require(taken.is_ok() && taken.value() == value && rest.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Result<DecodedNumeric> decoded = numeric_decode(bytes);
  if (!decoded.is_ok()) {
    require(decoded.status().is(sqlstate::kCorrupted));
    return 0;
  }
  const auto& [value, taken] = decoded.value();
  require(taken <= size);
  std::string again;
  numeric_encode(value, again);
  require(again == bytes.substr(0, taken));
  // Without its last byte it is cut short.
  require(!numeric_decode(bytes.substr(0, taken - 1)).is_ok());
  if (shown_digits(value) <= 4096) check_text(value);
  check_key(value);
  return 0;
}
