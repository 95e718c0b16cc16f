// random_values: seeded values of every type that go wrong easily: zeros, 0xFF, shared beginnings, limits, NaN, equal
// values that are not identical.
#pragma once

#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <string>
#include <utility>

#include "base/seeded_random.h"
#include "record/character_types.h"
#include "record/type_modifier.h"
#include "record/value.h"

namespace ddb {

inline const SqlType kEveryType[] = {
    {SqlTypeId::kBoolean, kNoTypmod},
    {SqlTypeId::kSmallint, kNoTypmod},
    {SqlTypeId::kInteger, kNoTypmod},
    {SqlTypeId::kBigint, kNoTypmod},
    {SqlTypeId::kReal, kNoTypmod},
    {SqlTypeId::kDoublePrecision, kNoTypmod},
    {SqlTypeId::kNumeric, kNoTypmod},
    {SqlTypeId::kNumeric, numeric_typmod(10, 2)},
    {SqlTypeId::kNumeric, numeric_typmod(18, 7)},
    {SqlTypeId::kNumeric, numeric_typmod(5, -3)},
    {SqlTypeId::kNumeric, numeric_typmod(3, 12)},
    {SqlTypeId::kNumeric, numeric_typmod(38, 11)},
    {SqlTypeId::kNumeric, numeric_typmod(60, 20)},
    {SqlTypeId::kText, kNoTypmod},
    {SqlTypeId::kVarchar, 20},
    {SqlTypeId::kChar, 6},
    {SqlTypeId::kChar, kNoTypmod},
    {SqlTypeId::kBytea, kNoTypmod},
    {SqlTypeId::kUuid, kNoTypmod},
    {SqlTypeId::kDate, kNoTypmod},
    {SqlTypeId::kTime, kNoTypmod},
    {SqlTypeId::kTimestamp, kNoTypmod},
    {SqlTypeId::kTimestamptz, kNoTypmod},
    {SqlTypeId::kInterval, kNoTypmod},
};

class RandomValues {
 public:
  explicit RandomValues(uint64_t seed) : random_(seed) {}
  SeededRandom& random() { return random_; }

  const SqlType& type() { return kEveryType[random_.below(std::size(kEveryType))]; }

  Value value(const SqlType& type, uint32_t null_per_mille = 0) {
    if (random_.chance(null_per_mille)) return Value{type, Null{}};
    switch (type.id) {
      case SqlTypeId::kBoolean:
        return Value{type, random_.chance(500)};
      case SqlTypeId::kSmallint:
        return Value{type, integer<int16_t>()};
      case SqlTypeId::kInteger:
      case SqlTypeId::kDate:
        return Value{type, integer<int32_t>()};
      case SqlTypeId::kBigint:
      case SqlTypeId::kTime:
      case SqlTypeId::kTimestamp:
      case SqlTypeId::kTimestamptz:
        return Value{type, integer<int64_t>()};
      case SqlTypeId::kReal:
        return Value{type, floating<float>()};
      case SqlTypeId::kDoublePrecision:
        return Value{type, floating<double>()};
      case SqlTypeId::kNumeric:
        return Value{type, numeric(type.typmod)};
      case SqlTypeId::kText:
      case SqlTypeId::kVarchar:
        return Value{type, text(20)};
      case SqlTypeId::kChar:
        return Value{type, std::move(coerce_char(text(6), type.typmod, Coercion::kExplicit)).value()};
      case SqlTypeId::kBytea:
        return Value{type, bytes()};
      case SqlTypeId::kUuid:
        return Value{type, uuid()};
      case SqlTypeId::kInterval:
        break;
    }
    return Value{type, interval()};
  }

 private:
  template <typename Int>
  Int integer() {
    using Bits = std::make_unsigned_t<Int>;
    const auto bits = static_cast<Bits>(random_.next() >> random_.below(64));
    switch (random_.below(5)) {
      case 0:
        return static_cast<Int>(random_.below(5)) - 2;
      case 1:
        return static_cast<Int>(std::numeric_limits<Int>::max() - static_cast<Int>(random_.below(2)));
      case 2:
        return static_cast<Int>(std::numeric_limits<Int>::min() + static_cast<Int>(random_.below(2)));
      case 3:
        return static_cast<Int>(static_cast<Bits>(0) - bits);
      default:
        return static_cast<Int>(bits);
    }
  }

  template <typename Float>
  Float floating() {
    using Bits = std::conditional_t<sizeof(Float) == 4, uint32_t, uint64_t>;
    using Limits = std::numeric_limits<Float>;
    static constexpr Float kSpecial[] = {0,
                                         -Float{0},
                                         1,
                                         -1,
                                         Limits::infinity(),
                                         -Limits::infinity(),
                                         Limits::quiet_NaN(),
                                         -Limits::quiet_NaN(),
                                         Limits::max(),
                                         Limits::lowest(),
                                         Limits::min(),
                                         Limits::denorm_min(),
                                         -Limits::denorm_min()};
    if (random_.chance(500)) return kSpecial[random_.below(std::size(kSpecial))];
    return std::bit_cast<Float>(static_cast<Bits>(random_.next()));
  }

  // Few digits, so that many values are close or equal; with any scale that the modifier allows.
  Numeric numeric(int32_t typmod) {
    if (random_.chance(50)) return Numeric::nan();
    if (typmod != kNoTypmod) {
      std::string text = random_.chance(500) ? "-" : "";
      const int digits =
          static_cast<int>(random_.below(static_cast<uint64_t>(numeric_precision(typmod)) + 1));
      for (int i = 0; i < digits; ++i) text += digit();
      return std::move(numeric_parse(text + "0e" + std::to_string(-numeric_scale(typmod) - 1), typmod))
          .value();
    }
    if (random_.chance(60)) return random_.chance(500) ? Numeric::infinity() : Numeric::negative_infinity();
    std::string text = random_.chance(500) ? "-" : "";
    const uint64_t digits = random_.chance(900) ? random_.below(12) : random_.below(200);
    for (uint64_t i = 0; i <= digits; ++i) text += digit();
    if (random_.chance(600)) text += std::string(random_.below(3), '0');
    const int64_t exponents[] = {0, static_cast<int64_t>(random_.below(8)) - 4,
                                 static_cast<int64_t>(random_.below(120)) - 60,
                                 static_cast<int64_t>(random_.below(20000)) - 10000};
    const int64_t exponent = exponents[random_.below(std::size(exponents))];
    Numeric value = std::move(numeric_parse(text + "e" + std::to_string(exponent))).value();
    if (random_.chance(200) && value.display_scale() < 1000) {
      value = std::move(numeric_round(value, value.display_scale() + 3)).value();
    }
    return value;
  }
  char digit() {
    if (random_.chance(400)) return '0';
    return random_.chance(400) ? '9' : static_cast<char>('0' + random_.below(10));
  }

  // Valid UTF-8 without NUL, of at most `characters_max` characters, often ending in spaces.
  std::string text(size_t characters_max) {
    static constexpr const char* kCharacters[] = {
        "a", "b", "\x01", "\x7F", " ", "\xC2\x80", "\xF4\x8F\xBF\xBF"};
    std::string text;
    for (size_t i = random_.below(characters_max + 1); i > 0; --i) {
      text += random_.chance(500) ? "a" : kCharacters[random_.below(std::size(kCharacters))];
    }
    return text;
  }

  std::string bytes() {
    static constexpr char kBytes[] = {0, 0, '\xFF', '\xFF', 1, '\xFE', 'a'};
    std::string bytes;
    for (size_t i = random_.chance(950) ? random_.below(6) : random_.below(300); i > 0; --i) {
      bytes +=
          random_.chance(900) ? kBytes[random_.below(std::size(kBytes))] : static_cast<char>(random_.next());
    }
    return bytes;
  }

  Uuid uuid() {
    Uuid value;
    if (random_.chance(300)) value.bytes.fill(0xFF);
    for (size_t i = random_.below(16); i < 16; ++i)
      value.bytes[i] = static_cast<uint8_t>(random_.below(3) * 127);
    return value;
  }

  Interval interval() {
    if (random_.chance(200)) return {integer<int32_t>(), integer<int32_t>(), integer<int64_t>()};
    // Equal spans in many spellings.
    Interval value;
    value.months = static_cast<int32_t>(random_.below(3)) - 1;
    value.days = static_cast<int32_t>(random_.below(3) * 30) - 30;
    value.micros =
        (static_cast<int64_t>(random_.below(3)) - 1) * kMicrosPerDay * (random_.chance(500) ? 30 : 1);
    return value;
  }

  SeededRandom random_;
};

// For failure messages.
inline std::string describe(const Value& value) {
  if (value.is_null()) return "NULL";
  std::string text = sql_type_name(value.type) + " ";
  if (const auto* interval = std::get_if<Interval>(&value.payload)) {
    return text + std::to_string(interval->months) + " " + std::to_string(interval->days) + " " +
           std::to_string(interval->micros);
  }
  if (const auto* number = std::get_if<int32_t>(&value.payload)) return text + std::to_string(*number);
  if (const auto* number = std::get_if<int64_t>(&value.payload)) return text + std::to_string(*number);
  if (!append_value_text(value, text).is_ok()) text += "?";
  return text;
}

}  // namespace ddb
