// datetime_field_decoder: dates with delimiters, clock times, and numbers whose meaning depends on what came before.
#include "record/datetime_field_decoder.h"

#include <array>

#include "record/date_calendar.h"
#include "record/datetime_number.h"

namespace ddb {
namespace {

constexpr FieldMask kYear = mask_of(WordKind::kYear);
constexpr FieldMask kMonth = mask_of(WordKind::kMonth);
constexpr FieldMask kDay = mask_of(WordKind::kDay);

// What the C library's atoi() makes of the digits: a run may be of any length, and the range checks refuse what comes
// of it.
int32_t read_digits(std::string_view digits) {
  int64_t value = 0;
  if (!take_integer(digits, value)) value = std::numeric_limits<int64_t>::max();
  return static_cast<int32_t>(static_cast<uint32_t>(value));
}

}  // namespace

DateTimeFault decode_clock(std::string_view text, bool two_fields_are_minutes, ClockFields& clock) {
  clock = {};
  if (!take_integer(text, clock.hour)) return DateTimeFault::kFieldOverflow;
  if (text.empty() || text[0] != ':') return DateTimeFault::kBadFormat;
  text.remove_prefix(1);
  if (!take_integer(text, clock.minute)) return DateTimeFault::kFieldOverflow;

  bool first_is_minutes = false;
  if (text.empty()) {
    first_is_minutes = two_fields_are_minutes;
  } else if (text[0] == '.') {
    if (!read_fraction_micros(text, clock.micros)) return DateTimeFault::kBadFormat;
    first_is_minutes = true;
  } else if (text[0] == ':') {
    text.remove_prefix(1);
    if (!take_integer(text, clock.second)) return DateTimeFault::kFieldOverflow;
    if (!text.empty() && (text[0] != '.' || !read_fraction_micros(text, clock.micros))) {
      return DateTimeFault::kBadFormat;
    }
  } else {
    return DateTimeFault::kBadFormat;
  }
  if (first_is_minutes) {
    if (clock.hour > std::numeric_limits<int32_t>::max() ||
        clock.hour < std::numeric_limits<int32_t>::min()) {
      return DateTimeFault::kFieldOverflow;
    }
    clock.second = clock.minute;
    clock.minute = static_cast<int32_t>(clock.hour);
    clock.hour = 0;
  }
  const bool sane = clock.hour >= 0 && clock.minute >= 0 && clock.minute < 60 && clock.second >= 0 &&
                    clock.second <= 60 && clock.micros >= 0 && clock.micros <= kMicrosPerSecond;
  return sane ? DateTimeFault::kNone : DateTimeFault::kFieldOverflow;
}

DateTimeFault FieldDecoder::time(std::string_view text, FieldMask& found) {
  ClockFields clock;
  found = kTimeMask;
  if (const DateTimeFault fault = decode_clock(text, false, clock); fault != DateTimeFault::kNone)
    return fault;
  if (clock.hour > std::numeric_limits<int32_t>::max()) return DateTimeFault::kFieldOverflow;
  parts.hour = static_cast<int>(clock.hour);
  parts.minute = clock.minute;
  parts.second = clock.second;
  parts.micros = clock.micros;
  return DateTimeFault::kNone;
}

DateTimeFault FieldDecoder::date(std::string_view text, FieldMask seen, FieldMask& found) {
  std::array<std::string_view, FieldList::kFieldsMax> fields;
  size_t count = 0;
  found = 0;
  while (!text.empty() && count < fields.size()) {
    while (!text.empty() && !is_ascii_alnum(text[0])) text.remove_prefix(1);
    if (text.empty()) return DateTimeFault::kBadFormat;
    const bool digits = is_ascii_digit(text[0]);
    size_t size = 0;
    while (size < text.size() && (digits ? is_ascii_digit(text[size]) : is_ascii_alpha(text[size]))) ++size;
    fields[count++] = text.substr(0, size);
    // One character after the field is a delimiter, whatever it is.
    text.remove_prefix(size < text.size() ? size + 1 : size);
  }

  // Words first: a month's name is unambiguous.
  bool have_text_month = false;
  for (size_t i = 0; i < count; ++i) {
    if (!is_ascii_alpha(fields[i][0])) continue;
    const Word word = find_date_word(fields[i]);
    if (word.kind == WordKind::kIgnored) continue;
    if (word.kind != WordKind::kMonth || (seen & kMonth) != 0) return DateTimeFault::kBadFormat;
    parts.month = word.value;
    have_text_month = true;
    seen |= kMonth;
    found |= kMonth;
    fields[i] = {};
  }
  for (size_t i = 0; i < count; ++i) {
    if (fields[i].empty()) continue;
    FieldMask one = 0;
    const DateTimeFault fault = number(fields[i], have_text_month, seen, one);
    if (fault != DateTimeFault::kNone) return fault;
    if ((seen & one) != 0) return DateTimeFault::kBadFormat;
    seen |= one;
    found |= one;
  }
  const FieldMask besides = mask_of(WordKind::kDayOfYear) | mask_of(WordKind::kZone);
  return (seen & ~besides) == kDateMask ? DateTimeFault::kNone : DateTimeFault::kBadFormat;
}

DateTimeFault FieldDecoder::number(std::string_view text, bool have_text_month, FieldMask seen,
                                   FieldMask& found) {
  found = 0;
  std::string_view rest = text;
  int32_t value = 0;
  if (!take_integer(rest, value)) return DateTimeFault::kFieldOverflow;
  if (rest.size() == text.size()) return DateTimeFault::kBadFormat;
  if (!rest.empty()) {
    if (rest[0] != '.') return DateTimeFault::kBadFormat;
    // More than two digits before the point: a time run together.
    if (text.size() - rest.size() > 2) return run_together(text, seen | kDateMask, found);
    if (!read_fraction_micros(rest, parts.micros)) return DateTimeFault::kBadFormat;
  }
  if (text.size() == 3 && (seen & kDateMask) == kYear && value >= 1 && value <= 366) {
    found = mask_of(WordKind::kDayOfYear) | kMonth | kDay;
    day_of_year_ = value;
    return DateTimeFault::kNone;
  }
  if ((seen & kDateMask) == kDateMask) return run_together(text, seen, found);
  const DateTimeFault fault = place_number(value, text.size(), have_text_month, seen, found);
  if (fault == DateTimeFault::kNone && found == kYear) two_digit_year_ = text.size() <= 2;
  return fault;
}

DateTimeFault FieldDecoder::place_number(int32_t value, size_t digits, bool have_text_month, FieldMask seen,
                                         FieldMask& found) {
  const bool year_first = digits >= 3 || order_ == DateOrder::kYmd;
  switch (seen & kDateMask) {
    case 0:
      found = year_first ? kYear : order_ == DateOrder::kDmy ? kDay : kMonth;
      break;
    case kYear:
      found = kMonth;
      break;
    case kMonth:
      found = have_text_month && year_first ? kYear : kDay;
      break;
    case kYear | kMonth:
      if (have_text_month && digits >= 3 && two_digit_year_) {
        // dd-mon-yyyy in YMD order: what was taken for the year is the day.
        parts.day = static_cast<int>(parts.year);
        parts.year = value;
        two_digit_year_ = false;
        found = kDay;
        return DateTimeFault::kNone;
      }
      found = kDay;
      break;
    case kDay:
      found = kMonth;
      break;
    case kMonth | kDay:
      found = kYear;
      break;
    default:
      return DateTimeFault::kBadFormat;
  }
  if (found == kYear) {
    parts.year = value;
  } else if (found == kMonth) {
    parts.month = value;
  } else {
    parts.day = value;
  }
  return DateTimeFault::kNone;
}

DateTimeFault FieldDecoder::run_together(std::string_view text, FieldMask seen, FieldMask& found) {
  if (const size_t point = text.find('.'); point != std::string_view::npos) {
    std::string_view fraction = text.substr(point);
    double seconds = 0;
    if (fraction.size() > 1 && !take_double(fraction, seconds)) seconds = 0;
    parts.micros = static_cast<int64_t>(std::rint(seconds * 1e6));
    text = text.substr(0, point);
  } else if ((seen & kDateMask) != kDateMask && text.size() >= 6) {
    const size_t year_digits = text.size() - 4;
    found = kDateMask;
    parts.day = read_digits(text.substr(year_digits + 2));
    parts.month = read_digits(text.substr(year_digits, 2));
    parts.year = read_digits(text.substr(0, year_digits));
    if (year_digits == 2) two_digit_year_ = true;
    return DateTimeFault::kNone;
  }
  if ((seen & kTimeMask) == kTimeMask || (text.size() != 6 && text.size() != 4))
    return DateTimeFault::kBadFormat;
  found = kTimeMask;
  parts.hour = read_digits(text.substr(0, 2));
  parts.minute = read_digits(text.substr(2, 2));
  parts.second = read_digits(text.substr(4));
  return DateTimeFault::kNone;
}

DateTimeFault FieldDecoder::finish_date(FieldMask seen, bool is_julian, bool is_bc) {
  if ((seen & kYear) != 0 && !is_julian) {
    if (is_bc) {
      if (parts.year <= 0) return DateTimeFault::kFieldOverflow;
      parts.year = 1 - parts.year;
    } else if (two_digit_year_) {
      if (parts.year < 0) return DateTimeFault::kFieldOverflow;
      parts.year += parts.year < 70 ? 2000 : parts.year < 100 ? 1900 : 0;
    } else if (parts.year <= 0) {
      return DateTimeFault::kFieldOverflow;
    }
  }
  if ((seen & mask_of(WordKind::kDayOfYear)) != 0) {
    const CivilDate civil = civil_from_days(days_from_civil(parts.year, 1, day_of_year_));
    parts.year = civil.year;
    parts.month = civil.month;
    parts.day = civil.day;
  }
  if ((seen & kMonth) != 0 && (parts.month < 1 || parts.month > 12)) return DateTimeFault::kMonthDayOverflow;
  if ((seen & kDay) != 0 && (parts.day < 1 || parts.day > 31)) return DateTimeFault::kMonthDayOverflow;
  if ((seen & kDateMask) == kDateMask && parts.day > days_in_month(parts.year, parts.month)) {
    return DateTimeFault::kFieldOverflow;
  }
  return DateTimeFault::kNone;
}

}  // namespace ddb
