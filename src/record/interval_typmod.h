// interval_typmod: the modifier of an interval type: which fields it keeps and how many digits of seconds.
//
// bits 16…30: field mask, bits 1 month, 2 year, 3 day, 10 hour, 11 minute, 12 second; 0x7FFF: all fields.
// bits 0…15: digits of seconds 0…6; 0xFFFF: all.
#pragma once

#include <cstdint>

namespace ddb {

inline constexpr int kIntervalMonth = 1 << 1;
inline constexpr int kIntervalYear = 1 << 2;
inline constexpr int kIntervalDay = 1 << 3;
inline constexpr int kIntervalHour = 1 << 10;
inline constexpr int kIntervalMinute = 1 << 11;
inline constexpr int kIntervalSecond = 1 << 12;
inline constexpr int kIntervalFullRange = 0x7FFF;
inline constexpr int kIntervalFullPrecision = 0xFFFF;

constexpr int32_t interval_typmod(int range, int precision) { return range << 16 | precision; }
constexpr int interval_range(int32_t typmod) {
  return typmod < 0 ? kIntervalFullRange : typmod >> 16 & 0x7FFF;
}
constexpr int interval_precision(int32_t typmod) {
  return typmod < 0 ? kIntervalFullPrecision : typmod & 0xFFFF;
}

}  // namespace ddb
