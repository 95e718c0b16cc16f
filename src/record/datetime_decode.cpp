// datetime_decode: the fields of a text in their order. A label ("j", "y", "t") stands before the number it labels; a
// field that says again what an earlier one said is refused.
#include "record/datetime_decode.h"

#include <limits>

#include "record/date_calendar.h"
#include "record/datetime_field_decoder.h"
#include "record/datetime_number.h"
#include "record/time_zone_search.h"

namespace ddb {
namespace {

using Fault = DateTimeFault;
constexpr FieldMask kZoneBit = mask_of(WordKind::kZone);
constexpr FieldMask kModifierBit = mask_of(WordKind::kDaylightModifier);

class Decoder {
 public:
  Decoder(const FieldList& fields, const DateTimeContext& context, bool time_only, DecodedDateTime& decoded)
      : fields_(fields), context_(context), time_only_(time_only), decoded_(decoded), field_(context.order) {}

  Fault run() {
    for (at_ = 0; at_ < fields_.size(); ++at_) {
      FieldMask found = 0;
      if (const Fault fault = one(found); fault != Fault::kNone) return fault;
      if ((found & seen_) != 0) return Fault::kBadFormat;
      seen_ |= found;
    }
    if (const Fault fault = finish(); fault != Fault::kNone) return fault;
    decoded_.parts = field_.parts;
    return Fault::kNone;
  }

 private:
  enum class HalfDay : uint8_t { kNone, kAm, kPm };

  const DateTimeField& now() const { return fields_[at_]; }
  bool next_may_be_time() const {
    if (at_ + 1 >= fields_.size()) return false;
    const FieldKind next = fields_[at_ + 1].kind;
    return next == FieldKind::kNumber || next == FieldKind::kTime || next == FieldKind::kDate;
  }
  // What number fields must take for seen: without a date to expect, the date counts as given.
  FieldMask number_context() const { return time_only_ ? seen_ | kDateMask : seen_; }

  Fault one(FieldMask& found) {
    switch (now().kind) {
      case FieldKind::kDate:
        return time_only_ ? date_field_of_time(found) : date_field(found);
      case FieldKind::kTime:
        if (label_ != DateTimeUnit::kNone && !time_only_) {
          if (label_ != DateTimeUnit::kTime) return Fault::kBadFormat;
          label_ = DateTimeUnit::kNone;
        }
        if (const Fault fault = field_.time(now().text, found); fault != Fault::kNone) return fault;
        return !time_only_ && !is_time_of_day(field_.parts) ? Fault::kFieldOverflow : Fault::kNone;
      case FieldKind::kZone:
        found = kZoneBit;
        return decode_numeric_zone(now().text, decoded_.seconds_east);
      case FieldKind::kNumber:
        if (label_ != DateTimeUnit::kNone) return labelled_number(found);
        return time_only_ ? number_of_time(found) : plain_number(found);
      case FieldKind::kWord:
      case FieldKind::kSigned:
        return word(found);
    }
    return Fault::kBadFormat;
  }

  // "040506-08": a time run together with its zone.
  Fault time_with_zone(FieldMask& found) {
    if ((seen_ & kTimeMask) == kTimeMask) return Fault::kBadFormat;
    const size_t sign = now().text.find('-');
    if (sign == std::string_view::npos) return Fault::kBadFormat;
    const Fault fault = decode_numeric_zone(now().text.substr(sign), decoded_.seconds_east);
    if (fault != Fault::kNone) return fault;
    const Fault run = field_.run_together(now().text.substr(0, sign), number_context(), found);
    found |= kZoneBit;
    return run;
  }

  Fault named_zone(FieldMask& found) {
    zone_ = find_zone(now().text, context_.zones);
    found = kZoneBit;
    if (zone_.has_value()) return Fault::kNone;
    decoded_.unknown_zone = now().text;
    return Fault::kUnknownZone;
  }

  Fault date_field(FieldMask& found) {
    if (label_ == DateTimeUnit::kJulian) {  // "j2451187-08"
      std::string_view rest = now().text;
      int32_t julian_day = 0;
      if (!take_integer(rest, julian_day) || julian_day < 0) return Fault::kFieldOverflow;
      set_julian(julian_day);
      found = kDateMask | kTimeMask | kZoneBit;
      label_ = DateTimeUnit::kNone;
      return decode_numeric_zone(rest, decoded_.seconds_east);
    }
    constexpr FieldMask kMonthAndDay = mask_of(WordKind::kMonth) | mask_of(WordKind::kDay);
    const bool labelled = label_ != DateTimeUnit::kNone;
    if (!labelled && (seen_ & kMonthAndDay) != kMonthAndDay) return field_.date(now().text, seen_, found);
    if (!labelled && !is_ascii_digit(now().text[0])) return named_zone(found);
    if (labelled && label_ != DateTimeUnit::kTime) return Fault::kBadFormat;
    label_ = DateTimeUnit::kNone;
    return time_with_zone(found);
  }

  Fault date_field_of_time(FieldMask& found) {
    const bool date_may_lead = at_ == 0 && fields_.size() >= 2 &&
                               (last_kind() == FieldKind::kDate || fields_[1].kind == FieldKind::kTime);
    if (date_may_lead) return field_.date(now().text, seen_, found);
    if (!is_ascii_digit(now().text[0])) {
      const Fault fault = named_zone(found);
      if (at_ + 1 == fields_.size()) last_is_zone_ = true;
      return fault;
    }
    return time_with_zone(found);
  }
  FieldKind last_kind() const { return last_is_zone_ ? FieldKind::kZone : fields_[fields_.size() - 1].kind; }

  void set_julian(int32_t julian_day) {
    const CivilDate civil = civil_from_days(int64_t{julian_day} - kEpochJulianDay);
    field_.parts.year = civil.year;
    field_.parts.month = civil.month;
    field_.parts.day = civil.day;
    is_julian_ = true;
  }

  // A number after its label: "y2001", "mm05", "j2451187.5", "t040506".
  Fault labelled_number(FieldMask& found) {
    const std::string_view text = now().text;
    const DateTimeUnit label = label_;
    std::string_view rest = text;
    int32_t value = 0;
    if (!take_integer(rest, value)) return Fault::kFieldOverflow;
    const bool may_have_fraction =
        label == DateTimeUnit::kJulian || label == DateTimeUnit::kTime || label == DateTimeUnit::kSecond;
    if (!rest.empty() && (rest[0] != '.' || !may_have_fraction)) return Fault::kBadFormat;
    label_ = DateTimeUnit::kNone;
    decoded_.special = DecodedDateTime::Special::kNone;
    DateTimeParts& parts = field_.parts;
    switch (label) {
      case DateTimeUnit::kYear:
        parts.year = value;
        found = mask_of(WordKind::kYear);
        return Fault::kNone;
      case DateTimeUnit::kMonth:
        // After a month and an hour "m" means minutes.
        if ((seen_ & mask_of(WordKind::kMonth)) != 0 && (seen_ & mask_of(WordKind::kHour)) != 0) {
          parts.minute = value;
          found = mask_of(WordKind::kMinute);
        } else {
          parts.month = value;
          found = mask_of(WordKind::kMonth);
        }
        return Fault::kNone;
      case DateTimeUnit::kDay:
        parts.day = value;
        found = mask_of(WordKind::kDay);
        return Fault::kNone;
      case DateTimeUnit::kHour:
        parts.hour = value;
        found = mask_of(WordKind::kHour);
        return Fault::kNone;
      case DateTimeUnit::kMinute:
        parts.minute = value;
        found = mask_of(WordKind::kMinute);
        return Fault::kNone;
      case DateTimeUnit::kSecond:
        parts.second = value;
        found = rest.empty() ? mask_of(WordKind::kSecond) : kAllSecondsMask;
        return rest.empty() || read_fraction_micros(rest, parts.micros) ? Fault::kNone : Fault::kBadFormat;
      case DateTimeUnit::kJulian:
        return julian_number(value, rest, found);
      case DateTimeUnit::kTime: {
        const Fault fault = field_.run_together(text, seen_ | kDateMask, found);
        if (fault != Fault::kNone) return fault;
        return found == kTimeMask ? Fault::kNone : Fault::kBadFormat;
      }
      default:
        return Fault::kBadFormat;
    }
  }

  Fault julian_number(int32_t julian_day, std::string_view fraction_text, FieldMask& found) {
    if (julian_day < 0) return Fault::kFieldOverflow;
    set_julian(julian_day);
    found = kDateMask;
    if (fraction_text.empty()) return Fault::kNone;
    double fraction = 0;
    if (!read_fraction(fraction_text, fraction)) return Fault::kBadFormat;
    set_time_of_day(static_cast<int64_t>(fraction * static_cast<double>(kMicrosPerDay)), field_.parts);
    found |= kTimeMask;
    return Fault::kNone;
  }

  Fault plain_number(FieldMask& found) {
    const std::string_view text = now().text;
    const size_t point = text.find('.');
    const bool has_point = point != std::string_view::npos;
    if (has_point && (seen_ & kDateMask) == 0) return field_.date(text, seen_, found);
    if (has_point && point > 2) return field_.run_together(text, seen_, found);
    // Six digits and more are yyyymmdd or hhmmss as long as there is no date or no time yet.
    if (text.size() >= 6 && ((seen_ & kDateMask) == 0 || (seen_ & kTimeMask) == 0)) {
      return field_.run_together(text, seen_, found);
    }
    return field_.number(text, have_text_month_, seen_, found);
  }

  Fault number_of_time(FieldMask& found) {
    const std::string_view text = now().text;
    const size_t point = text.find('.');
    if (point != std::string_view::npos) {
      if (at_ == 0 && fields_.size() >= 2 && last_kind() == FieldKind::kDate)
        return field_.date(text, seen_, found);
      return point > 2 ? field_.run_together(text, seen_ | kDateMask, found) : Fault::kBadFormat;
    }
    if (text.size() > 4) return field_.run_together(text, seen_ | kDateMask, found);
    return field_.number(text, false, seen_ | kDateMask, found);
  }

  Fault word(FieldMask& found) {
    const std::string_view text = now().text;
    Word word;
    const ZoneAbbreviation* abbreviation = find_zone_abbreviation(text);  // takes precedence over other words
    if (abbreviation == nullptr) {
      word = find_date_word(text);
    } else if (!abbreviation->zone.empty()) {
      word.kind = WordKind::kDynamicZone;
    } else {
      word.kind = abbreviation->is_dst ? WordKind::kDaylightZone : WordKind::kZone;
      word.value = abbreviation->seconds_east;
    }
    found = mask_of(word.kind);
    switch (word.kind) {
      case WordKind::kIgnored:
        found = 0;
        return Fault::kNone;
      case WordKind::kReserved:
        return reserved(static_cast<ReservedWord>(word.value), found);
      case WordKind::kMonth:
        if (time_only_) return Fault::kBadFormat;
        // "5 jan": the number before was not a month but the day.
        if ((seen_ & mask_of(WordKind::kMonth)) != 0 && !have_text_month_ &&
            (seen_ & mask_of(WordKind::kDay)) == 0 && field_.parts.month >= 1 && field_.parts.month <= 31) {
          field_.parts.day = field_.parts.month;
          found = mask_of(WordKind::kDay);
        }
        have_text_month_ = true;
        field_.parts.month = word.value;
        return Fault::kNone;
      case WordKind::kDaylightModifier:
        found |= mask_of(WordKind::kDaylightZone);
        decoded_.seconds_east += word.value;
        return Fault::kNone;
      case WordKind::kDaylightZone:
      case WordKind::kZone:
        found |= kZoneBit;
        decoded_.seconds_east = word.value;
        if (time_only_ && at_ + 1 == fields_.size()) last_is_zone_ = true;
        return Fault::kNone;
      case WordKind::kDynamicZone:
        found |= kZoneBit;
        abbreviation_ = text;
        abbreviation_zone_ = find_zone(abbreviation->zone, context_.zones);
        if (abbreviation_zone_.has_value()) return Fault::kNone;
        decoded_.unknown_zone = abbreviation->zone;
        return Fault::kUnknownZone;
      case WordKind::kAmPm:
        half_day_ = word.value == 1 ? HalfDay::kPm : HalfDay::kAm;
        return Fault::kNone;
      case WordKind::kAdBc:
        is_bc_ = word.value == 1;
        return Fault::kNone;
      case WordKind::kDayOfWeek:
        return time_only_ ? Fault::kBadFormat : Fault::kNone;
      case WordKind::kUnit:
        found = 0;
        label_ = static_cast<DateTimeUnit>(word.value);
        return Fault::kNone;
      case WordKind::kIsoTime:
        found = 0;
        if ((!time_only_ && (seen_ & kDateMask) != kDateMask) || !next_may_be_time())
          return Fault::kBadFormat;
        label_ = DateTimeUnit::kTime;
        return Fault::kNone;
      case WordKind::kUnknown: {
        const Fault fault = named_zone(found);
        return fault == Fault::kUnknownZone ? Fault::kBadFormat : fault;
      }
      default:
        return Fault::kBadFormat;
    }
  }

  Fault reserved(ReservedWord word, FieldMask& found) {
    if (time_only_) {
      if (word != ReservedWord::kNow && word != ReservedWord::kAllBalls) return Fault::kBadFormat;
      found = word == ReservedWord::kNow ? kTimeMask : kTimeMask | kZoneBit;
      if (word == ReservedWord::kNow) {
        set_time_of_day(current_local_micros() - current_day() * kMicrosPerDay, field_.parts);
      } else {
        set_midnight();
      }
      return Fault::kNone;
    }
    decoded_.special = DecodedDateTime::Special::kNone;
    switch (word) {
      case ReservedWord::kNow:
        found = kDateMask | kTimeMask | kZoneBit;
        set_day(current_day());
        set_time_of_day(current_local_micros() - current_day() * kMicrosPerDay, field_.parts);
        decoded_.seconds_east = current_offset();
        return Fault::kNone;
      case ReservedWord::kYesterday:
      case ReservedWord::kToday:
      case ReservedWord::kTomorrow:
        found = kDateMask;
        set_day(current_day() + (word == ReservedWord::kTomorrow) - (word == ReservedWord::kYesterday));
        return Fault::kNone;
      case ReservedWord::kAllBalls:
        found = kTimeMask | kZoneBit;
        set_midnight();
        decoded_.seconds_east = 0;
        return Fault::kNone;
      // These three leave room for a date and a time beside them, which do not matter.
      case ReservedWord::kEpoch:
        decoded_.special = DecodedDateTime::Special::kEpoch;
        return Fault::kNone;
      case ReservedWord::kInfinity:
        decoded_.special = DecodedDateTime::Special::kInfinity;
        return Fault::kNone;
      case ReservedWord::kMinusInfinity:
        decoded_.special = DecodedDateTime::Special::kMinusInfinity;
        return Fault::kNone;
    }
    return Fault::kBadFormat;
  }

  // A fraction of seconds said before stays, as in PostgreSQL.
  void set_midnight() {
    field_.parts.hour = 0;
    field_.parts.minute = 0;
    field_.parts.second = 0;
  }
  int32_t current_offset() const {
    return session_zone(context_).at_instant(floor_div(context_.now.micros, kMicrosPerSecond)).seconds_east;
  }
  int64_t current_local_micros() const { return context_.now.micros + current_offset() * kMicrosPerSecond; }
  int64_t current_day() const { return floor_div(current_local_micros(), kMicrosPerDay); }
  void set_day(int64_t days) {
    const CivilDate civil = civil_from_days(days);
    field_.parts.year = civil.year;
    field_.parts.month = civil.month;
    field_.parts.day = civil.day;
  }

  Fault finish() {
    if (const Fault fault = field_.finish_date(seen_, is_julian_, is_bc_); fault != Fault::kNone)
      return fault;
    DateTimeParts& parts = field_.parts;
    if (half_day_ != HalfDay::kNone && parts.hour > 12) return Fault::kFieldOverflow;
    if (half_day_ == HalfDay::kAm && parts.hour == 12) {
      parts.hour = 0;
    } else if (half_day_ == HalfDay::kPm && parts.hour != 12) {
      parts.hour += 12;
    }
    if (decoded_.special != DecodedDateTime::Special::kNone) return Fault::kNone;
    if (time_only_) {
      if (!is_time_of_day(parts)) return Fault::kFieldOverflow;
      if ((seen_ & kTimeMask) != kTimeMask) return Fault::kBadFormat;
    } else if ((seen_ & kDateMask) != kDateMask) {
      return Fault::kBadFormat;
    }
    // "dst" modifies a numeric or abbreviated zone only.
    const bool modified = (seen_ & kModifierBit) != 0;
    if (modified && (zone_.has_value() || abbreviation_zone_.has_value() || (seen_ & kZoneBit) == 0)) {
      return Fault::kBadFormat;
    }
    if (time_only_) {
      // A zone whose offset changes needs a whole date, and half a date is none.
      const FieldMask date = seen_ & kDateMask;
      const bool half_date = date != 0 && date != kDateMask;
      const bool changes = zone_.has_value() && !zone_->zone().fixed_offset().has_value();
      if (changes && date != kDateMask) return Fault::kBadFormat;
      return half_date && ((seen_ & kZoneBit) == 0 || abbreviation_zone_.has_value()) ? Fault::kBadFormat
                                                                                      : Fault::kNone;
    }
    if (!is_calendar_month(parts.year, parts.month)) {
      if (zone_.has_value() || abbreviation_zone_.has_value() || (seen_ & kZoneBit) == 0)
        decoded_.seconds_east = 0;
      return Fault::kNone;
    }
    // A labelled hour may be any integer.
    const int64_t local_seconds = days_from_civil(parts.year, parts.month, parts.day) * kSecondsPerDay +
                                  parts.hour * int64_t{3600} + parts.minute * int64_t{60} + parts.second;
    if (abbreviation_zone_.has_value()) {
      decoded_.seconds_east = abbreviated_offset(local_seconds);
    } else if (zone_.has_value()) {
      decoded_.seconds_east = zone_->zone().at_local(local_seconds).seconds_east;
    } else if ((seen_ & kZoneBit) == 0) {
      decoded_.seconds_east = session_zone(context_).at_local(local_seconds).seconds_east;
    }
    return Fault::kNone;
  }

  int32_t abbreviated_offset(int64_t local_seconds) const {
    const TimeZone& zone = abbreviation_zone_->zone();
    const int32_t offset = zone.at_local(local_seconds).seconds_east;
    std::string upper(abbreviation_);
    for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    const auto meant = zone.at_abbreviation(upper, local_seconds - offset);
    return meant.has_value() ? meant->seconds_east : offset;
  }

  const FieldList& fields_;
  const DateTimeContext& context_;
  const bool time_only_;
  DecodedDateTime& decoded_;
  FieldDecoder field_;
  size_t at_ = 0;
  FieldMask seen_ = 0;
  DateTimeUnit label_ = DateTimeUnit::kNone;
  HalfDay half_day_ = HalfDay::kNone;
  bool have_text_month_ = false;
  bool is_julian_ = false;
  bool is_bc_ = false;
  bool last_is_zone_ = false;
  std::optional<FoundZone> zone_;
  std::optional<FoundZone> abbreviation_zone_;
  std::string_view abbreviation_;
};

}  // namespace

void set_time_of_day(int64_t micros_of_day, DateTimeParts& parts) {
  parts.hour = static_cast<int>(micros_of_day / kMicrosPerHour);
  parts.minute = static_cast<int>(micros_of_day / kMicrosPerMinute % 60);
  parts.second = static_cast<int>(micros_of_day / kMicrosPerSecond % 60);
  parts.micros = micros_of_day % kMicrosPerSecond;
}

DateTimeFault decode_date_time(const FieldList& fields, const DateTimeContext& context,
                               DecodedDateTime& decoded) {
  return Decoder(fields, context, false, decoded).run();
}

DateTimeFault decode_time_only(const FieldList& fields, const DateTimeContext& context,
                               DecodedDateTime& decoded) {
  return Decoder(fields, context, true, decoded).run();
}

DateTimeFault decode_numeric_zone(std::string_view text, int32_t& seconds_east) {
  if (text.empty() || (text[0] != '+' && text[0] != '-')) return Fault::kBadFormat;
  constexpr int kHoursMax = 15;
  std::string_view rest = text.substr(1);
  int32_t hours = 0, minutes = 0, seconds = 0;
  if (!take_integer(rest, hours)) return Fault::kZoneOverflow;
  if (!rest.empty() && rest[0] == ':') {
    rest.remove_prefix(1);
    if (!take_integer(rest, minutes)) return Fault::kZoneOverflow;
    if (!rest.empty() && rest[0] == ':') {
      rest.remove_prefix(1);
      if (!take_integer(rest, seconds)) return Fault::kZoneOverflow;
    }
  } else if (rest.empty() && text.size() > 3) {  // hhmm
    minutes = hours % 100;
    hours /= 100;
  }
  if (hours < 0 || hours > kHoursMax || minutes < 0 || minutes >= 60 || seconds < 0 || seconds >= 60) {
    return Fault::kZoneOverflow;
  }
  const int32_t offset = (hours * 60 + minutes) * 60 + seconds;
  seconds_east = text[0] == '-' ? -offset : offset;
  return rest.empty() ? Fault::kNone : Fault::kBadFormat;
}

Status fault_status(DateTimeFault fault, std::string_view text, std::string_view type_name,
                    std::string_view unknown_zone) {
  const auto quoted = [](std::string_view before, std::string_view value) {
    return std::string(before) + ": \"" + std::string(value) + "\"";
  };
  switch (fault) {
    case Fault::kNone:
      return Status::ok();
    case Fault::kFieldOverflow:
      return Status::error(sqlstate::kDatetimeOverflow, quoted("date/time field value out of range", text));
    case Fault::kMonthDayOverflow:
      return Status::error(sqlstate::kDatetimeOverflow, quoted("date/time field value out of range", text))
          .with_hint("Perhaps you need a different \"datestyle\" setting.");
    case Fault::kIntervalOverflow:
      return Status::error(sqlstate::kIntervalOverflow, quoted("interval field value out of range", text));
    case Fault::kZoneOverflow:
      return Status::error(sqlstate::kInvalidZoneOffset, quoted("time zone displacement out of range", text));
    case Fault::kUnknownZone:
      return Status::error(sqlstate::kInvalidParameter,
                           "time zone \"" + std::string(unknown_zone) + "\" not recognized");
    case Fault::kBadFormat:
      break;
  }
  return Status::error(sqlstate::kInvalidDatetime,
                       quoted("invalid input syntax for type " + std::string(type_name), text));
}

}  // namespace ddb
