// datetime_tokens: cutting text into fields, and the tables of words.
#include "record/datetime_tokens.h"

#include <algorithm>
#include <iterator>

namespace ddb {
namespace {

struct TableWord {
  std::string_view name;
  WordKind kind;
  int32_t value;
};

constexpr TableWord unit(std::string_view name, DateTimeUnit value) {
  return {name, WordKind::kUnit, static_cast<int32_t>(value)};
}
constexpr TableWord reserved(std::string_view name, ReservedWord value) {
  return {name, WordKind::kReserved, static_cast<int32_t>(value)};
}
constexpr TableWord month(std::string_view name, int32_t value) { return {name, WordKind::kMonth, value}; }
constexpr TableWord weekday(std::string_view name, int32_t value) {
  return {name, WordKind::kDayOfWeek, value};
}
constexpr TableWord ignored(std::string_view name) { return {name, WordKind::kIgnored, 0}; }

using U = DateTimeUnit;
using R = ReservedWord;

// Words of dates and times. Sorted.
constexpr TableWord kDateWords[] = {
    reserved("-infinity", R::kMinusInfinity),
    {"ad", WordKind::kAdBc, 0},
    reserved("allballs", R::kAllBalls),
    {"am", WordKind::kAmPm, 0},
    month("apr", 4),
    month("april", 4),
    ignored("at"),
    month("aug", 8),
    month("august", 8),
    {"bc", WordKind::kAdBc, 1},
    unit("d", U::kDay),
    month("dec", 12),
    month("december", 12),
    unit("dow", U::kDayOfWeek),
    unit("doy", U::kDayOfYear),
    {"dst", WordKind::kDaylightModifier, 3600},
    reserved("epoch", R::kEpoch),
    month("feb", 2),
    month("february", 2),
    weekday("fri", 5),
    weekday("friday", 5),
    unit("h", U::kHour),
    reserved("infinity", R::kInfinity),
    unit("isodow", U::kIsoDayOfWeek),
    unit("isoyear", U::kIsoYear),
    unit("j", U::kJulian),
    month("jan", 1),
    month("january", 1),
    unit("jd", U::kJulian),
    month("jul", 7),
    unit("julian", U::kJulian),
    month("july", 7),
    month("jun", 6),
    month("june", 6),
    unit("m", U::kMonth),
    month("mar", 3),
    month("march", 3),
    month("may", 5),
    unit("mm", U::kMinute),
    weekday("mon", 1),
    weekday("monday", 1),
    month("nov", 11),
    month("november", 11),
    reserved("now", R::kNow),
    month("oct", 10),
    month("october", 10),
    ignored("on"),
    {"pm", WordKind::kAmPm, 1},
    unit("s", U::kSecond),
    weekday("sat", 6),
    weekday("saturday", 6),
    month("sep", 9),
    month("sept", 9),
    month("september", 9),
    weekday("sun", 0),
    weekday("sunday", 0),
    {"t", WordKind::kIsoTime, static_cast<int32_t>(U::kTime)},
    weekday("thu", 4),
    weekday("thur", 4),
    weekday("thurs", 4),
    weekday("thursday", 4),
    reserved("today", R::kToday),
    reserved("tomorrow", R::kTomorrow),
    weekday("tue", 2),
    weekday("tues", 2),
    weekday("tuesday", 2),
    weekday("wed", 3),
    weekday("wednesday", 3),
    weekday("weds", 3),
    unit("y", U::kYear),
    reserved("yesterday", R::kYesterday),
};

// Words of intervals and units. Sorted; cut at 10 characters.
constexpr TableWord kUnitWords[] = {
    ignored("@"),
    {"ago", WordKind::kAgo, 0},
    unit("c", U::kCentury),
    unit("cent", U::kCentury),
    unit("centuries", U::kCentury),
    unit("century", U::kCentury),
    unit("d", U::kDay),
    unit("day", U::kDay),
    unit("days", U::kDay),
    unit("dec", U::kDecade),
    unit("decade", U::kDecade),
    unit("decades", U::kDecade),
    unit("decs", U::kDecade),
    unit("h", U::kHour),
    unit("hour", U::kHour),
    unit("hours", U::kHour),
    unit("hr", U::kHour),
    unit("hrs", U::kHour),
    unit("m", U::kMinute),
    unit("microsecon", U::kMicrosecond),
    unit("mil", U::kMillennium),
    unit("millennia", U::kMillennium),
    unit("millennium", U::kMillennium),
    unit("millisecon", U::kMillisecond),
    unit("mils", U::kMillennium),
    unit("min", U::kMinute),
    unit("mins", U::kMinute),
    unit("minute", U::kMinute),
    unit("minutes", U::kMinute),
    unit("mon", U::kMonth),
    unit("mons", U::kMonth),
    unit("month", U::kMonth),
    unit("months", U::kMonth),
    unit("ms", U::kMillisecond),
    unit("msec", U::kMillisecond),
    unit("msecond", U::kMillisecond),
    unit("mseconds", U::kMillisecond),
    unit("msecs", U::kMillisecond),
    unit("qtr", U::kQuarter),
    unit("quarter", U::kQuarter),
    unit("s", U::kSecond),
    unit("sec", U::kSecond),
    unit("second", U::kSecond),
    unit("seconds", U::kSecond),
    unit("secs", U::kSecond),
    unit("timezone", U::kZone),
    unit("timezone_h", U::kZoneHour),
    unit("timezone_m", U::kZoneMinute),
    unit("us", U::kMicrosecond),
    unit("usec", U::kMicrosecond),
    unit("usecond", U::kMicrosecond),
    unit("useconds", U::kMicrosecond),
    unit("usecs", U::kMicrosecond),
    unit("w", U::kWeek),
    unit("week", U::kWeek),
    unit("weeks", U::kWeek),
    unit("y", U::kYear),
    unit("year", U::kYear),
    unit("years", U::kYear),
    unit("yr", U::kYear),
    unit("yrs", U::kYear),
};

constexpr bool by_name(const TableWord& a, const TableWord& b) { return a.name < b.name; }
static_assert(std::is_sorted(std::begin(kDateWords), std::end(kDateWords), by_name));
static_assert(std::is_sorted(std::begin(kUnitWords), std::end(kUnitWords), by_name));

template <size_t N>
Word find_word(const TableWord (&table)[N], std::string_view lower) {
  const std::string_view key = lower.substr(0, 10);
  const auto* found =
      std::lower_bound(std::begin(table), std::end(table), key,
                       [](const TableWord& word, std::string_view k) { return word.name < k; });
  if (found == std::end(table) || found->name != key) return {};
  return {found->kind, found->value};
}

constexpr bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
constexpr bool is_punctuation(char c) { return c > ' ' && c < 0x7F && !is_ascii_alnum(c); }

}  // namespace

Word find_date_word(std::string_view lower) { return find_word(kDateWords, lower); }
Word find_unit_word(std::string_view lower) { return find_word(kUnitWords, lower); }

// Copies one field after the other into the list's buffer.
class FieldList::Scanner {
 public:
  Scanner(FieldList& list, std::string_view text, size_t bytes_max)
      : list_(list), text_(text), bytes_max_(bytes_max) {}

  bool run() {
    while (at_ < text_.size()) {
      if (is_space(peek())) {
        ++at_;
        continue;
      }
      if (list_.size_ >= kFieldsMax) return false;
      start_ = used_;
      if (is_ascii_digit(peek())) {
        scan_digits_first();
      } else if (peek() == '.') {
        kind_ = FieldKind::kNumber;
        take();
        take_while(is_ascii_digit);
      } else if (is_ascii_alpha(peek())) {
        scan_letters_first();
      } else if (peek() == '+' || peek() == '-') {
        if (!scan_sign_first()) return false;
      } else if (is_punctuation(peek())) {
        ++at_;
        continue;
      } else {
        return false;
      }
      if (overflowed_) return false;
      list_.fields_[list_.size_++] = {kind_, field()};
      ++used_;
    }
    return true;
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  std::string_view field() const { return {list_.bytes_.data() + start_, used_ - start_}; }

  void take() {
    if (used_ + 1 >= bytes_max_) {
      overflowed_ = true;
    } else {
      list_.bytes_[used_++] = ascii_lower(text_[at_]);
    }
    ++at_;
  }

  template <typename Accept>
  void take_while(Accept accept) {
    while (at_ < text_.size() && accept(text_[at_])) take();
  }

  void scan_digits_first() {
    take_while(is_ascii_digit);
    const char delimiter = peek();
    if (delimiter == ':') {
      kind_ = FieldKind::kTime;
      take_while([](char c) { return is_ascii_digit(c) || c == ':' || c == '.'; });
    } else if (delimiter == '-' || delimiter == '/' || delimiter == '.') {
      take();
      if (!is_ascii_digit(peek())) {  // a month's name may stand inside
        kind_ = FieldKind::kDate;
        take_while([delimiter](char c) { return is_ascii_alnum(c) || c == delimiter; });
        return;
      }
      kind_ = delimiter == '.' ? FieldKind::kNumber : FieldKind::kDate;
      take_while(is_ascii_digit);
      if (peek() == delimiter) {
        kind_ = FieldKind::kDate;
        take_while([delimiter](char c) { return is_ascii_digit(c) || c == delimiter; });
      }
    } else {
      kind_ = FieldKind::kNumber;
    }
  }

  void scan_letters_first() {
    kind_ = FieldKind::kWord;
    take_while(is_ascii_alpha);
    const char next = peek();
    // Digits after a known word ("j2451187") are a field of their own; after another they belong to a zone's name.
    const bool joined =
        next == '-' || next == '/' || next == '.' ||
        ((next == '+' || is_ascii_digit(next)) && find_date_word(field()).kind == WordKind::kUnknown);
    if (!joined) return;
    kind_ = FieldKind::kDate;
    take_while([](char c) {
      return is_ascii_alnum(c) || c == '+' || c == '-' || c == '/' || c == '_' || c == '.' || c == ':';
    });
  }

  bool scan_sign_first() {
    take();
    while (is_space(peek())) ++at_;
    if (is_ascii_digit(peek())) {
      kind_ = FieldKind::kZone;
      take_while([](char c) { return is_ascii_digit(c) || c == ':' || c == '.' || c == '-'; });
      return true;
    }
    kind_ = FieldKind::kSigned;
    if (!is_ascii_alpha(peek())) return false;
    take_while(is_ascii_alpha);
    return true;
  }

  FieldList& list_;
  std::string_view text_;
  size_t bytes_max_;
  size_t at_ = 0;
  size_t used_ = 0;
  size_t start_ = 0;
  bool overflowed_ = false;
  FieldKind kind_ = FieldKind::kNumber;
};

bool FieldList::split(std::string_view text, size_t bytes_max) {
  return Scanner(*this, text, bytes_max).run();
}

}  // namespace ddb
