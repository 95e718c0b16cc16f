// interval_decode: fields are read from the last to the first, so that a unit is known before its number.
#include "record/interval_decode.h"

#include <limits>

#include "record/datetime_field_decoder.h"
#include "record/datetime_number.h"
#include "record/interval_typmod.h"

namespace ddb {
namespace {

using Fault = DateTimeFault;
using Unit = DateTimeUnit;

// The unit of a number without one: the least field of the type.
Unit least_unit(int range) {
  if ((range & kIntervalSecond) != 0) return Unit::kSecond;
  if ((range & kIntervalMinute) != 0) return Unit::kMinute;
  if ((range & kIntervalHour) != 0) return Unit::kHour;
  if ((range & kIntervalDay) != 0) return Unit::kDay;
  if ((range & kIntervalMonth) != 0) return Unit::kMonth;
  if ((range & kIntervalYear) != 0) return Unit::kYear;
  return Unit::kSecond;
}

class Decoder {
 public:
  Decoder(const FieldList& fields, int range, IntervalStyle style, IntervalSum& sum)
      : fields_(fields), range_(range), sum_(sum) {
    // SQL's '-1 1:00' is minus one day and minus one hour; PostgreSQL's style reads only the day as negative. In the
    // SQL style a leading sign counts for all fields unless another field has a sign of its own.
    if (style != IntervalStyle::kSqlStandard || fields.size() == 0 || fields[0].text[0] != '-') return;
    all_negative_ = true;
    for (size_t i = 1; i < fields.size(); ++i) {
      if (fields[i].text[0] == '-' || fields[i].text[0] == '+') all_negative_ = false;
    }
  }

  Fault run() {
    for (size_t i = fields_.size(); i-- > 0;) {
      FieldMask found = 0;
      if (const Fault fault = one(fields_[i], found); fault != Fault::kNone) return fault;
      if ((found & seen_) != 0) return Fault::kBadFormat;
      seen_ |= found;
    }
    if (seen_ == 0) return Fault::kBadFormat;
    return !ago_ || sum_.negate() ? Fault::kNone : Fault::kFieldOverflow;
  }

 private:
  Fault one(const DateTimeField& field, FieldMask& found) {
    switch (field.kind) {
      case FieldKind::kTime:
        return clock(field.text, false, found);
      case FieldKind::kZone: {
        // A signed clock, else a signed number.
        const std::string_view unsigned_text = field.text.substr(1);
        if (unsigned_text.find(':') != std::string_view::npos) {
          const IntervalSum before = sum_;
          if (clock(unsigned_text, field.text[0] == '-', found) == Fault::kNone) return Fault::kNone;
          sum_ = before;
        }
        return number(field.text, found);
      }
      case FieldKind::kDate:
      case FieldKind::kNumber:
        return number(field.text, found);
      case FieldKind::kWord:
      case FieldKind::kSigned:
        return word(field.text);
    }
    return Fault::kBadFormat;
  }

  Fault clock(std::string_view text, bool negative, FieldMask& found) {
    ClockFields fields;
    const bool minutes_first = range_ == (kIntervalMinute | kIntervalSecond);
    if (const Fault fault = decode_clock(text, minutes_first, fields); fault != Fault::kNone) return fault;
    found = kTimeMask;
    sum_.set_micros(fields.micros);
    if (!sum_.add_micros(fields.hour, 0, kMicrosPerHour) ||
        !sum_.add_micros(fields.minute, 0, kMicrosPerMinute) ||
        !sum_.add_micros(fields.second, 0, kMicrosPerSecond)) {
      return Fault::kFieldOverflow;
    }
    if (negative || (all_negative_ && sum_.micros() > 0)) sum_.set_micros(-sum_.micros());
    unit_ = Unit::kDay;  // "1 02:03": the number before a clock counts days
    unit_known_ = true;
    return Fault::kNone;
  }

  Fault number(std::string_view text, FieldMask& found) {
    if (!unit_known_) {
      unit_ = least_unit(range_);
      unit_known_ = true;
    }
    std::string_view rest = text;
    int64_t whole = 0;
    double fraction = 0;
    if (!take_integer(rest, whole)) return Fault::kFieldOverflow;
    if (!rest.empty() && rest[0] == '-') {  // years-months
      int32_t months = 0;
      rest.remove_prefix(1);
      if (!take_integer(rest, months) || months < 0 || months >= kMonthsPerYear) return Fault::kFieldOverflow;
      if (!rest.empty()) return Fault::kBadFormat;
      unit_ = Unit::kMonth;
      if (text[0] == '-') months = -months;
      if (__builtin_mul_overflow(whole, int64_t{kMonthsPerYear}, &whole) ||
          __builtin_add_overflow(whole, int64_t{months}, &whole)) {
        return Fault::kFieldOverflow;
      }
    } else if (!rest.empty() && rest[0] == '.') {
      if (!read_fraction(rest, fraction)) return Fault::kBadFormat;
      if (text[0] == '-') fraction = -fraction;
    } else if (!rest.empty()) {
      return Fault::kBadFormat;
    }
    if (all_negative_) {
      if (whole > 0) whole = -whole;
      if (fraction > 0) fraction = -fraction;
    }
    return add(whole, fraction, found);
  }

  Fault add(int64_t whole, double fraction, FieldMask& found) {
    bool fits = true;
    const auto set = [&](WordKind kind, bool added) {
      found = mask_of(kind);
      fits = added;
    };
    switch (unit_) {
      case Unit::kMicrosecond:
        set(WordKind::kMicrosecond, sum_.add_micros(whole, fraction, 1));
        break;
      case Unit::kMillisecond:
        set(WordKind::kMillisecond, sum_.add_micros(whole, fraction, 1000));
        break;
      case Unit::kSecond:
        set(WordKind::kSecond, sum_.add_micros(whole, fraction, kMicrosPerSecond));
        if (fraction != 0) found = kAllSecondsMask;  // milliseconds and microseconds are said, too
        break;
      case Unit::kMinute:
        set(WordKind::kMinute, sum_.add_micros(whole, fraction, kMicrosPerMinute));
        break;
      case Unit::kHour:
        set(WordKind::kHour, sum_.add_micros(whole, fraction, kMicrosPerHour));
        unit_ = Unit::kDay;
        break;
      case Unit::kDay:
        set(WordKind::kDay, sum_.add_days(whole, fraction, 1));
        break;
      case Unit::kWeek:
        set(WordKind::kWeek, sum_.add_days(whole, fraction, 7));
        break;
      case Unit::kMonth:
        set(WordKind::kMonth, sum_.add_months(whole, fraction));
        break;
      case Unit::kYear:
        set(WordKind::kYear, sum_.add_years(whole, fraction, 1));
        break;
      case Unit::kDecade:
        set(WordKind::kDecade, sum_.add_years(whole, fraction, 10));
        break;
      case Unit::kCentury:
        set(WordKind::kCentury, sum_.add_years(whole, fraction, 100));
        break;
      case Unit::kMillennium:
        set(WordKind::kMillennium, sum_.add_years(whole, fraction, 1000));
        break;
      default:
        return Fault::kBadFormat;
    }
    return fits ? Fault::kNone : Fault::kFieldOverflow;
  }

  Fault word(std::string_view text) {
    const Word word = find_unit_word(text);
    switch (word.kind) {
      case WordKind::kUnit:
        unit_ = static_cast<Unit>(word.value);
        break;
      case WordKind::kAgo:
        ago_ = true;
        unit_ = Unit::kNone;
        break;
      default:
        return Fault::kBadFormat;
    }
    unit_known_ = true;
    return Fault::kNone;
  }

  const FieldList& fields_;
  const int range_;
  IntervalSum& sum_;
  FieldMask seen_ = 0;
  Unit unit_ = Unit::kNone;
  bool unit_known_ = false;
  bool all_negative_ = false;
  bool ago_ = false;
};

// ISO 8601, sections 4.4.3.2 (designators) and 4.4.3.3 (alternative format). Any field may have a fraction, and weeks
// may stand beside other fields.
class Iso8601Decoder {
 public:
  Iso8601Decoder(std::string_view text, IntervalSum& sum) : rest_(text), sum_(sum) {}

  Fault run() {
    if (rest_.size() < 2 || rest_[0] != 'P') return Fault::kBadFormat;
    rest_.remove_prefix(1);
    while (!rest_.empty() && !done_) {
      if (rest_[0] == 'T') {
        begin_time();
        continue;
      }
      const std::string_view field = rest_;
      if (const Fault fault = take_number(); fault != Fault::kNone) return fault;
      const char designator = rest_.empty() ? '\0' : rest_[0];
      if (!rest_.empty()) rest_.remove_prefix(1);
      const Fault fault = in_time_ ? time_field(field, designator) : date_field(field, designator);
      if (fault != Fault::kNone) return fault;
    }
    return Fault::kNone;
  }

 private:
  static Fault overflow_unless(bool fits) { return fits ? Fault::kNone : Fault::kFieldOverflow; }
  static size_t integer_digits(std::string_view field) {
    const size_t sign = !field.empty() && field[0] == '-' ? 1 : 0;
    size_t digits = 0;
    while (sign + digits < field.size() && is_ascii_digit(field[sign + digits])) ++digits;
    return digits;
  }

  void begin_time() {
    if (!rest_.empty() && rest_[0] == 'T') rest_.remove_prefix(1);
    in_time_ = true;
    have_field_ = false;
  }

  Fault take_number() {
    if (rest_.empty() || !(is_ascii_digit(rest_[0]) || rest_[0] == '-' || rest_[0] == '.'))
      return Fault::kBadFormat;
    double value = 0;
    if (!take_double(rest_, value)) return Fault::kBadFormat;
    if (std::isnan(value) || value < -1.0e15 || value > 1.0e15) return Fault::kFieldOverflow;
    whole_ = static_cast<int64_t>(value);
    fraction_ = value - static_cast<double>(whole_);
    return Fault::kNone;
  }

  Fault date_field(std::string_view field, char designator) {
    Fault fault = Fault::kNone;
    switch (designator) {
      case 'Y':
        fault = overflow_unless(sum_.add_years(whole_, fraction_, 1));
        break;
      case 'M':
        fault = overflow_unless(sum_.add_months(whole_, fraction_));
        break;
      case 'W':
        fault = overflow_unless(sum_.add_days(whole_, fraction_, 7));
        break;
      case 'D':
        fault = overflow_unless(sum_.add_days(whole_, fraction_, 1));
        break;
      case 'T':
      case '\0':
        if (integer_digits(field) == 8 && !have_field_) {  // yyyymmdd
          done_ = designator == '\0';
          begin_time();
          return overflow_unless(sum_.add_years(whole_ / 10'000, 0, 1) &&
                                 sum_.add_months(whole_ / 100 % 100, 0) &&
                                 sum_.add_days(whole_ % 100, fraction_, 1));
        }
        return dashed_date(designator);
      case '-':
        return dashed_date(designator);
      default:
        return Fault::kBadFormat;
    }
    have_field_ = true;
    return fault;
  }

  // After the number of years of "yyyy-mm-dd"; less may be there.
  Fault dashed_date(char designator) {
    if (have_field_) return Fault::kBadFormat;
    if (!sum_.add_years(whole_, fraction_, 1)) return Fault::kFieldOverflow;
    if (designator == '-') {
      for (int i = 0; i < 2; ++i) {
        if (const Fault fault = take_number(); fault != Fault::kNone) return fault;
        if (!(i == 0 ? sum_.add_months(whole_, fraction_) : sum_.add_days(whole_, fraction_, 1))) {
          return Fault::kFieldOverflow;
        }
        if (rest_.empty() || rest_[0] == 'T') break;
        if (i == 1 || rest_[0] != '-') return Fault::kBadFormat;
        rest_.remove_prefix(1);
      }
      done_ = rest_.empty();
    } else {
      done_ = designator == '\0';
    }
    begin_time();
    return Fault::kNone;
  }

  Fault time_field(std::string_view field, char designator) {
    Fault fault = Fault::kNone;
    switch (designator) {
      case 'H':
        fault = overflow_unless(sum_.add_micros(whole_, fraction_, kMicrosPerHour));
        break;
      case 'M':
        fault = overflow_unless(sum_.add_micros(whole_, fraction_, kMicrosPerMinute));
        break;
      case 'S':
        fault = overflow_unless(sum_.add_micros(whole_, fraction_, kMicrosPerSecond));
        break;
      case '\0':
        if (integer_digits(field) == 6 && !have_field_) {  // hhmmss
          done_ = true;
          return overflow_unless(sum_.add_micros(whole_ / 10'000, 0, kMicrosPerHour) &&
                                 sum_.add_micros(whole_ / 100 % 100, 0, kMicrosPerMinute) &&
                                 sum_.add_micros(whole_ % 100, 0, kMicrosPerSecond) &&
                                 sum_.add_micros(0, fraction_, 1));
        }
        return colon_time(designator);
      case ':':
        return colon_time(designator);
      default:
        return Fault::kBadFormat;
    }
    have_field_ = true;
    return fault;
  }

  // After the number of hours of "hh:mm:ss"; less may be there.
  Fault colon_time(char designator) {
    if (have_field_) return Fault::kBadFormat;
    if (!sum_.add_micros(whole_, fraction_, kMicrosPerHour)) return Fault::kFieldOverflow;
    done_ = true;
    if (designator == '\0') return Fault::kNone;
    for (int i = 0; i < 2; ++i) {
      if (const Fault fault = take_number(); fault != Fault::kNone) return fault;
      if (!sum_.add_micros(whole_, fraction_, i == 0 ? kMicrosPerMinute : kMicrosPerSecond)) {
        return Fault::kFieldOverflow;
      }
      if (rest_.empty()) return Fault::kNone;
      if (i == 1 || rest_[0] != ':') return Fault::kBadFormat;
      rest_.remove_prefix(1);
    }
    return Fault::kNone;
  }

  std::string_view rest_;
  IntervalSum& sum_;
  int64_t whole_ = 0;
  double fraction_ = 0;
  bool in_time_ = false;
  bool have_field_ = false;
  bool done_ = false;
};

}  // namespace

DateTimeFault decode_interval(const FieldList& fields, int range, IntervalStyle style, IntervalSum& sum) {
  return Decoder(fields, range, style, sum).run();
}

DateTimeFault decode_iso8601_interval(std::string_view text, IntervalSum& sum) {
  return Iso8601Decoder(text, sum).run();
}

}  // namespace ddb
