// datetime_tokens: date, time and interval text cut into fields, and the words that mean something in them. Keeps: a
// field list never holds more than kFieldsMax fields or its buffer's bytes; text beyond is refused.
//
// The grammar is PostgreSQL's. Kinds:
//   kNumber   digits, at most one '.'            "2000", "040506.789", ".5"
//   kDate     digits or words with - / . between "2000-01-02", "5-jan-99", "america/new_york"
//   kTime     digits with a colon                "04:05:06.789"
//   kWord     letters                            "january", "pst"
//   kSigned   sign and letters                   "-infinity"
//   kZone     sign and digits, : . - inside      "+02:30", "-1.5", "-1-2"
// Fields are lower case.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ddb {

constexpr bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_ascii_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_ascii_alnum(char c) { return is_ascii_digit(c) || is_ascii_alpha(c); }
constexpr char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

enum class FieldKind : uint8_t { kNumber, kDate, kTime, kWord, kSigned, kZone };

// Text points into the list's buffer.
struct DateTimeField {
  FieldKind kind;
  std::string_view text;
};

class FieldList {
 public:
  static constexpr size_t kFieldsMax = 25;
  static constexpr size_t kBytesMax = 256;

  FieldList() = default;
  FieldList(const FieldList&) = delete;
  FieldList& operator=(const FieldList&) = delete;

  // False: no fields of a date or time. bytes_max: what the fields may take, with one byte more for each of them.
  // REQUIRES: bytes_max <= kBytesMax.
  [[nodiscard]] bool split(std::string_view text, size_t bytes_max);

  size_t size() const { return size_; }
  const DateTimeField& operator[](size_t i) const { return fields_[i]; }

 private:
  class Scanner;
  std::array<DateTimeField, kFieldsMax> fields_;
  std::array<char, kBytesMax> bytes_;
  size_t size_ = 0;
};

// What a word means. Values also number the bits of a mask of what was seen.
enum class WordKind : uint8_t {
  kReserved = 0,
  kMonth = 1,
  kYear = 2,
  kDay = 3,
  kZone = 5,
  kDaylightZone = 6,
  kDynamicZone = 7,
  kIgnored = 8,
  kAmPm = 9,
  kHour = 10,
  kMinute = 11,
  kSecond = 12,
  kMillisecond = 13,
  kMicrosecond = 14,
  kDayOfYear = 15,
  kDayOfWeek = 16,
  kUnit = 17,
  kAdBc = 18,
  kAgo = 19,
  kIsoTime = 23,
  kWeek = 24,
  kDecade = 25,
  kCentury = 26,
  kMillennium = 27,
  kDaylightModifier = 28,
  kUnknown = 31,
};

using FieldMask = uint32_t;
constexpr FieldMask mask_of(WordKind kind) { return FieldMask{1} << static_cast<unsigned>(kind); }
inline constexpr FieldMask kDateMask =
    mask_of(WordKind::kYear) | mask_of(WordKind::kMonth) | mask_of(WordKind::kDay);
inline constexpr FieldMask kAllSecondsMask =
    mask_of(WordKind::kSecond) | mask_of(WordKind::kMillisecond) | mask_of(WordKind::kMicrosecond);
inline constexpr FieldMask kTimeMask =
    mask_of(WordKind::kHour) | mask_of(WordKind::kMinute) | kAllSecondsMask;

// Value of a kReserved word.
enum class ReservedWord : int32_t {
  kInfinity,
  kMinusInfinity,
  kEpoch,
  kNow,
  kToday,
  kTomorrow,
  kYesterday,
  kAllBalls
};

// Value of a kUnit word, and the unit named in extract() and date_trunc().
enum class DateTimeUnit : int32_t {
  kNone,
  kMicrosecond,
  kMillisecond,
  kSecond,
  kMinute,
  kHour,
  kDay,
  kWeek,
  kMonth,
  kQuarter,
  kYear,
  kDecade,
  kCentury,
  kMillennium,
  kDayOfWeek,
  kIsoDayOfWeek,
  kDayOfYear,
  kIsoYear,
  kJulian,
  kZone,
  kZoneHour,
  kZoneMinute,
  kTime,  // of "t", which announces an ISO time
  kEpoch,
};

struct Word {
  WordKind kind = WordKind::kUnknown;
  int32_t value = 0;  // month 1…12, weekday 0…6, 1 for pm and bc, seconds, ReservedWord or DateTimeUnit
};

// Both take lower case; as in PostgreSQL only the first 10 characters count.
Word find_date_word(std::string_view lower);
Word find_unit_word(std::string_view lower);

}  // namespace ddb
