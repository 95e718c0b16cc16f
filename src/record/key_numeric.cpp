// key_numeric: numerics as bytes that order by memcmp, whatever their range, in base 100 (SQLite 4's idea). Keeps: one
// value, one encoding; decoding accepts nothing else.
//
// |value| = Σ digits[i] · 100^(weight − i), the first and the last digit not 0
//
//   first byte     then
//   0x80           nothing: 0
//   0x81           weight + 65,536 as u16 big endian, digits: weight below −8
//   0x82 … 0x99    digits: weight −8 … 15
//   0x9A           weight as u16 big endian, digits: weight from 16 on
//   0x9B 0x9C      nothing: Infinity, NaN
//   below 0x80     all bytes of −value complemented
//
// A digit is one byte: 2 · digit + 1, without the 1 when it is the last.
#include "record/key_numeric.h"

#include "base/assert.h"
#include "record/key_encode.h"
#include "record/scaled_numeric.h"

namespace ddb {
namespace {

constexpr uint8_t kZero = 0x80;
constexpr uint8_t kTinyWeight = 0x81;
constexpr uint8_t kFirstWeight = 0x82;
constexpr uint8_t kHugeWeight = 0x9A;
constexpr uint8_t kInfinity = 0x9B;
constexpr uint8_t kNan = 0x9C;
constexpr int32_t kWeightMin = -8;  // of those in the first byte
constexpr int32_t kWeightMax = 15;
constexpr int32_t kTinyBias = 65536;
static_assert(kFirstWeight + (kWeightMax - kWeightMin) + 1 == kHugeWeight);

Status damaged(const char* what) { return Status::corruption(std::string("damaged numeric key: ") + what); }

void append_weight(int32_t weight, ByteBuffer& out) {
  if (weight >= kWeightMin && weight <= kWeightMax) [[likely]] {
    out.append(static_cast<char>(kFirstWeight + (weight - kWeightMin)));
    return;
  }
  const bool tiny = weight < kWeightMin;
  char* to = out.extend(3);
  to[0] = static_cast<char>(tiny ? kTinyWeight : kHugeWeight);
  store_key_bits(to + 1, static_cast<uint16_t>(tiny ? weight + kTinyBias : weight));
}

char digit_byte(int digit, bool last) { return static_cast<char>(digit * 2 + (last ? 0 : 1)); }

// REQUIRES: value is not zero.
void append_magnitude(const Decimal& value, ByteBuffer& out) {
  const uint16_t* digits = value.digits.data();
  const uint32_t count = value.digits.size();
  const bool skip_first = digits[0] < 100;
  const bool skip_last = digits[count - 1] % 100 == 0;
  append_weight(value.weight * 2 + (skip_first ? 0 : 1), out);
  const size_t bytes = size_t{count} * 2 - (skip_first ? 1 : 0) - (skip_last ? 1 : 0);
  char* to = out.extend(bytes);
  const char* const last = to + bytes - 1;
  for (uint32_t i = 0; i < count; ++i) {
    if (i != 0 || !skip_first) {
      *to = digit_byte(digits[i] / 100, to == last);
      ++to;
    }
    if (i != count - 1 || !skip_last) {
      *to = digit_byte(digits[i] % 100, to == last);
      ++to;
    }
  }
}

// The bytes of a key, complemented or not. What take() returns past the end is 0, which ends every loop.
class KeyDigits {
 public:
  KeyDigits(std::string_view key, uint8_t flip) : key_(key), flip_(flip) {}
  void complement() { flip_ = static_cast<uint8_t>(~flip_); }
  size_t at() const { return at_; }
  bool overrun() const { return at_ > key_.size(); }
  uint8_t take() {
    const size_t at = at_++;
    return at < key_.size() ? static_cast<uint8_t>(static_cast<uint8_t>(key_[at]) ^ flip_) : 0;
  }
  void go_to(size_t at) { at_ = at; }

 private:
  std::string_view key_;
  size_t at_ = 0;
  uint8_t flip_;
};

struct Head {
  uint8_t kind = 0;  // the first byte of |value|
  bool negative = false;
  int32_t weight = 0;
  bool has_digits() const { return kind >= kTinyWeight && kind <= kHugeWeight; }
};

Result<Head> take_head(KeyDigits& bytes) {
  Head head;
  head.kind = bytes.take();
  if (bytes.overrun()) return damaged("cut short");
  head.negative = head.kind < kZero;
  if (head.negative) {
    bytes.complement();
    head.kind = static_cast<uint8_t>(~head.kind);
    if (head.kind == kNan) return damaged("negative NaN");
  }
  if (head.kind > kNan || (head.negative && head.kind == kZero)) return damaged("unknown form");
  if (!head.has_digits()) return head;
  if (head.kind != kTinyWeight && head.kind != kHugeWeight) {
    head.weight = head.kind - kFirstWeight + kWeightMin;
    return head;
  }
  const int32_t high = bytes.take();
  const int32_t low = bytes.take();
  if (bytes.overrun()) return damaged("cut short");
  head.weight = high << 8 | low;
  if (head.kind == kTinyWeight) head.weight -= kTinyBias;  // below 0 then
  if (head.weight >= kWeightMin && head.weight <= kWeightMax) return damaged("long form of a short weight");
  return head;
}

// The number of digits from here on, and moves behind them.
Result<uint32_t> count_digits(KeyDigits& bytes) {
  constexpr uint32_t kDigitsMax = 2 * (Numeric::kWeightMax + 1) + Numeric::kDisplayScaleMax;
  uint32_t count = 0;
  for (;;) {
    const uint8_t byte = bytes.take();
    if (bytes.overrun()) return damaged("cut short");
    if (byte / 2 >= 100) return damaged("digit too large");
    if (byte / 2 == 0 && (count == 0 || byte == 0)) return damaged("zero digit at an end");
    if (++count > kDigitsMax) return damaged("too many digits");
    if ((byte & 1) == 0) return count;
  }
}

// REQUIRES: `bytes` stands at `count` digits that count_digits() accepted.
Result<Numeric> build(const Head& head, uint32_t count, KeyDigits& bytes) {
  // Two digits of base 100 make one of base 10,000; an even weight begins with the lower half.
  const bool lower_first = (head.weight & 1) == 0;
  Decimal value;
  value.negative = head.negative;
  value.weight = head.weight >> 1;
  value.digits.assign_zeros((count + (lower_first ? 1 : 0) + 1) / 2);
  uint16_t* digits = value.digits.data();
  int last = 0;
  for (uint32_t i = 0; i < count; ++i) {
    last = bytes.take() / 2;
    const uint32_t half = i + (lower_first ? 1 : 0);
    digits[half / 2] = static_cast<uint16_t>(digits[half / 2] + (half % 2 == 0 ? last * 100 : last));
  }
  const int32_t last_weight = head.weight - static_cast<int32_t>(count) + 1;
  if (last_weight < 0) value.display_scale = -last_weight * 2 - (last % 10 == 0 ? 1 : 0);
  Result<Numeric> number = Numeric::from_decimal(std::move(value));
  if (!number.is_ok()) return damaged("beyond the limits of numeric");
  return number;
}

}  // namespace

void append_numeric_key_bytes(const Numeric& value, ByteBuffer& out) {
  if (value.is_nan()) return out.append(static_cast<char>(kNan));
  if (value.is_zero()) return out.append(static_cast<char>(kZero));
  const size_t start = out.size();
  if (value.is_infinite()) {
    out.append(static_cast<char>(kInfinity));
  } else {
    append_magnitude(value.decimal(), out);
  }
  if (value.sign() < 0) complement_key_bytes(start, out);
}

void append_scaled_key_bytes(int64_t value, int scale, ByteBuffer& out) {
  DDB_ASSERT(scaled_fits(value) && scale >= 0 && scale <= Numeric::kScaledDigitsMax);
  if (value == 0) return out.append(static_cast<char>(kZero));
  // An odd scale gets one more decimal, so that the point lies between two digits: 10^19 is still below 2^64.
  uint64_t rest = value < 0 ? -static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  if (scale % 2 != 0) rest *= 10;
  int32_t last_weight = -(scale + 1) / 2;
  for (; rest % 100 == 0; rest /= 100) ++last_weight;
  constexpr int kDigitsMax = 10;
  char digits[kDigitsMax];
  int first = kDigitsMax;
  for (; rest != 0; rest /= 100) {
    digits[first - 1] = digit_byte(static_cast<int>(rest % 100), first == kDigitsMax);
    --first;
  }
  const size_t start = out.size();
  append_weight(last_weight + (kDigitsMax - first) - 1, out);
  out.append(std::string_view(digits + first, static_cast<size_t>(kDigitsMax - first)));
  if (value < 0) complement_key_bytes(start, out);
}

Result<Numeric> take_numeric_key_bytes(std::string_view& key, bool complemented) {
  KeyDigits bytes(key, complemented ? 0xFF : 0);
  DDB_TRY(const Head head, take_head(bytes));
  if (!head.has_digits()) {
    key.remove_prefix(bytes.at());
    if (head.kind == kZero) return Numeric();
    if (head.kind == kNan) return Numeric::nan();
    return head.negative ? Numeric::negative_infinity() : Numeric::infinity();
  }
  const size_t start = bytes.at();
  DDB_TRY(const uint32_t count, count_digits(bytes));
  bytes.go_to(start);
  DDB_TRY(Numeric value, build(head, count, bytes));
  key.remove_prefix(bytes.at());
  return value;
}

std::optional<int64_t> take_scaled_key_bytes(std::string_view& key, bool complemented, int scale,
                                             int digits_max) {
  DDB_ASSERT(scale >= 0 && scale <= Numeric::kScaledDigitsMax &&
             digits_max <= Numeric::kNarrowScaledDigitsMax);
  if (key.empty()) return std::nullopt;
  KeyDigits bytes(key, complemented ? 0xFF : 0);
  uint8_t head = bytes.take();
  const bool negative = head < kZero;
  if (negative) {
    bytes.complement();
    head = static_cast<uint8_t>(~head);
  }
  if (head < kFirstWeight || head >= kHugeWeight) return std::nullopt;
  int32_t exponent =
      (head - kFirstWeight + kWeightMin) * 2 + scale;  // of the last digit taken, as a power of ten
  // 18 decimal digits lie in 10 of base 100 at most, when the point makes them begin and end in the middle of one.
  constexpr int kDigitsMax = 10;
  unsigned __int128 magnitude = 0;
  for (int count = 0;; ++count, exponent -= 2) {
    const uint8_t byte = bytes.take();
    if (byte / 2 >= 100 || count == kDigitsMax || bytes.overrun()) return std::nullopt;
    if (byte / 2 == 0 && (count == 0 || byte == 0)) return std::nullopt;
    magnitude = magnitude * 100 + byte / 2;  // below 10^20
    if ((byte & 1) == 0) break;
  }
  if (exponent == -1 && magnitude % 10 == 0) {
    magnitude /= 10;
    exponent = 0;
  }
  if (exponent < 0 || exponent > digits_max) return std::nullopt;
  const unsigned __int128 scaled = magnitude * power_of_ten(exponent);  // below 10^38
  if (scaled >= power_of_ten(digits_max)) return std::nullopt;
  key.remove_prefix(bytes.at());
  return negative ? -static_cast<int64_t>(scaled) : static_cast<int64_t>(scaled);
}

Status skip_numeric_key_bytes(std::string_view& key, bool complemented) {
  KeyDigits bytes(key, complemented ? 0xFF : 0);
  DDB_TRY(const Head head, take_head(bytes));
  if (head.has_digits()) DDB_RETURN_IF_ERROR(count_digits(bytes).status());
  key.remove_prefix(bytes.at());
  return Status::ok();
}

void append_key_numeric(const KeyColumn& column, const Numeric& value, ByteBuffer& out) {
  out.append(static_cast<char>(kKeyValue));
  const size_t start = out.size();
  append_numeric_key_bytes(value, out);
  if (column.descending) complement_key_bytes(start, out);
}

void append_key_scaled(const KeyColumn& column, int64_t value, int scale, ByteBuffer& out) {
  // What does not fit the form is no value of it, but pages may be damaged.
  if (!scaled_fits(value)) return append_key_numeric(column, numeric_from_form(value, scale), out);
  out.append(static_cast<char>(kKeyValue));
  const size_t start = out.size();
  append_scaled_key_bytes(value, scale, out);
  if (column.descending) complement_key_bytes(start, out);
}

void append_key_scaled(const KeyColumn& column, __int128 value, int scale, ByteBuffer& out) {
  const auto narrow = static_cast<int64_t>(value);
  if (narrow == value && scaled_fits(narrow)) return append_key_scaled(column, narrow, scale, out);
  append_key_numeric(column, numeric_from_form(value, scale), out);
}

}  // namespace ddb
