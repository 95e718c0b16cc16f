// numeric_encoding: the bytes of a numeric. Keeps: one value, one encoding; decode accepts nothing encode cannot write.
//
// First byte            then
//   0 S N ccccc         [u8 display scale, 1…255, if S; it is 0 without S]
//                       c bytes, 0…16: |value| · 10^scale, little endian, below 10^38, highest byte not 0
//                       N: negative (never for zero)
//   0x80 0x81 0x82      nothing: NaN, Infinity, −Infinity
//   0x84 0x85           what does not fit above, positive and negative:
//                         0  2  weight of the first digit, signed
//                         2  2  display scale, 0…16383
//                         4  2  n, number of base-10,000 digits
//                         6 2n  digits, 0…9999; the first and the last not 0
// All numbers are little endian.
#include <vector>

#include "base/byte_order.h"
#include "record/numeric.h"

namespace ddb {
namespace {

constexpr uint8_t kHasScale = 0x40;
constexpr uint8_t kNegative = 0x20;
constexpr uint8_t kCountMask = 0x1F;
constexpr uint8_t kFirstLong = 0x80;  // from here on no short form
constexpr uint8_t kNan = 0x80;
constexpr uint8_t kInfinity = 0x81;
constexpr uint8_t kNegativeInfinity = 0x82;
constexpr uint8_t kDigits = 0x84;
constexpr uint8_t kNegativeDigits = 0x85;
constexpr int32_t kShortScaleMax = 255;
constexpr size_t kDigitsHeader = 6;

Status damaged(const char* what) { return Status::corruption(std::string("damaged numeric value: ") + what); }

void append_u16(uint16_t value, std::string& out) {
  char bytes[2];
  store_le<uint16_t>(bytes, value);
  out.append(bytes, sizeof(bytes));
}

bool fits_short(const Decimal& value, unsigned __int128& coefficient) {
  return value.display_scale <= kShortScaleMax &&
         scaled_from_decimal(value, value.display_scale, coefficient);
}

Result<DecodedNumeric> decode_short(std::string_view bytes) {
  const auto head = static_cast<uint8_t>(bytes[0]);
  const size_t count = head & kCountMask;
  const size_t start = (head & kHasScale) != 0 ? 2 : 1;
  if (count > sizeof(unsigned __int128)) return damaged("too many bytes");
  if (bytes.size() < start + count) return damaged("cut short");
  int32_t scale = 0;
  if (start == 2) {
    scale = static_cast<uint8_t>(bytes[1]);
    if (scale == 0) return damaged("scale written though it is 0");
  }
  unsigned __int128 coefficient = 0;
  for (size_t i = count; i-- > 0;) coefficient = coefficient << 8 | static_cast<uint8_t>(bytes[start + i]);
  if (count > 0 && bytes[start + count - 1] == 0) return damaged("leading zero byte");
  if (coefficient >= power_of_ten(Numeric::kScaledDigitsMax)) return damaged("coefficient too large");
  const bool negative = (head & kNegative) != 0;
  if (negative && count == 0) return damaged("negative zero");
  const auto magnitude = static_cast<__int128>(coefficient);
  return DecodedNumeric{Numeric::from_scaled(negative ? -magnitude : magnitude, scale), start + count};
}

Result<DecodedNumeric> decode_digits(std::string_view bytes) {
  if (bytes.size() < 1 + kDigitsHeader) return damaged("cut short");
  Decimal decimal;
  decimal.negative = static_cast<uint8_t>(bytes[0]) == kNegativeDigits;
  decimal.weight = static_cast<int16_t>(load_le<uint16_t>(bytes.data() + 1));
  decimal.display_scale = load_le<uint16_t>(bytes.data() + 3);
  const size_t count = load_le<uint16_t>(bytes.data() + 5);
  const size_t size = 1 + kDigitsHeader + count * sizeof(uint16_t);
  if (bytes.size() < size) return damaged("cut short");
  if (decimal.display_scale > Numeric::kDisplayScaleMax) return damaged("display scale too large");
  decimal.digits.assign_zeros(static_cast<uint32_t>(count));
  uint16_t* digits = decimal.digits.data();
  for (size_t i = 0; i < count; ++i) {
    digits[i] = load_le<uint16_t>(bytes.data() + 1 + kDigitsHeader + i * sizeof(uint16_t));
    if (digits[i] >= Decimal::kBase) return damaged("digit too large");
  }
  if (count == 0) {
    if (decimal.negative || decimal.weight != 0) return damaged("zero with a sign or a weight");
  } else {
    if (digits[0] == 0 || digits[count - 1] == 0) return damaged("zero digit at an end");
    int64_t decimals = (static_cast<int64_t>(count) - 1 - decimal.weight) * Decimal::kBaseDigits;
    for (int last = digits[count - 1]; last % 10 == 0; last /= 10) --decimals;
    if (decimals > decimal.display_scale) return damaged("decimals behind the display scale");
  }
  unsigned __int128 coefficient = 0;
  if (fits_short(decimal, coefficient)) return damaged("long form of a short value");
  DDB_TRY(Numeric value, Numeric::from_decimal(std::move(decimal)));
  return DecodedNumeric{std::move(value), size};
}

}  // namespace

void numeric_encode(const Numeric& value, std::string& out) {
  if (!value.is_finite()) {
    out += static_cast<char>(value.is_nan() ? kNan : value.sign() > 0 ? kInfinity : kNegativeInfinity);
    return;
  }
  const Decimal& decimal = value.decimal();
  unsigned __int128 coefficient = 0;
  if (fits_short(decimal, coefficient)) {
    char bytes[2 + sizeof(coefficient)];
    size_t start = 1;
    if (decimal.display_scale != 0) bytes[start++] = static_cast<char>(decimal.display_scale);
    size_t count = 0;
    for (; coefficient != 0; coefficient >>= 8)
      bytes[start + count++] = static_cast<char>(coefficient & 0xFF);
    bytes[0] = static_cast<char>((start == 2 ? kHasScale : 0) | (decimal.negative ? kNegative : 0) | count);
    out.append(bytes, start + count);
    return;
  }
  out += static_cast<char>(decimal.negative ? kNegativeDigits : kDigits);
  append_u16(static_cast<uint16_t>(decimal.weight), out);
  append_u16(static_cast<uint16_t>(decimal.display_scale), out);
  append_u16(static_cast<uint16_t>(decimal.digits.size()), out);
  for (uint32_t i = 0; i < decimal.digits.size(); ++i) append_u16(decimal.digits[i], out);
}

Result<DecodedNumeric> numeric_decode(std::string_view bytes) {
  if (bytes.empty()) return damaged("no bytes");
  const auto head = static_cast<uint8_t>(bytes[0]);
  if (head < kFirstLong) return decode_short(bytes);
  switch (head) {
    case kNan:
      return DecodedNumeric{Numeric::nan(), 1};
    case kInfinity:
      return DecodedNumeric{Numeric::infinity(), 1};
    case kNegativeInfinity:
      return DecodedNumeric{Numeric::negative_infinity(), 1};
    case kDigits:
    case kNegativeDigits:
      return decode_digits(bytes);
    default:
      return damaged("unknown form");
  }
}

}  // namespace ddb
