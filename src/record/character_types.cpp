// character_types: cutting, padding, comparing.
#include "record/character_types.h"

#include "record/sql_type.h"
#include "record/utf8.h"

namespace ddb {
namespace {

// The bytes of `text` within `length` characters.
Result<size_t> bytes_kept(std::string_view text, int32_t length, Coercion coercion, SqlTypeId type) {
  const auto characters = static_cast<size_t>(length);
  if (text.size() <= characters) return text.size();
  const size_t kept = bytes_of_characters(text, characters);
  const bool only_spaces = text.find_first_not_of(' ', kept) == std::string_view::npos;
  if (coercion == Coercion::kAssignment && !only_spaces) {
    return Status::error(sqlstate::kStringTruncation,
                         "value too long for type " + sql_type_name({type, length}));
  }
  return kept;
}

}  // namespace

Result<std::string_view> coerce_varchar(std::string_view text, int32_t length_max, Coercion coercion) {
  if (length_max == kNoTypmod) return text;
  DDB_TRY(const size_t kept, bytes_kept(text, length_max, coercion, SqlTypeId::kVarchar));
  return text.substr(0, kept);
}

Result<std::string> coerce_char(std::string_view text, int32_t length, Coercion coercion) {
  if (length == kNoTypmod) return std::string(text);
  DDB_TRY(const size_t kept, bytes_kept(text, length, coercion, SqlTypeId::kChar));
  std::string result(text.substr(0, kept));
  const size_t characters = count_characters(result);
  if (characters < static_cast<size_t>(length)) result.append(static_cast<size_t>(length) - characters, ' ');
  return result;
}

std::string_view without_padding(std::string_view text) {
  const size_t last = text.find_last_not_of(' ');
  return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

int compare_char(std::string_view a, std::string_view b) {
  const int order = without_padding(a).compare(without_padding(b));
  return static_cast<int>(order > 0) - static_cast<int>(order < 0);
}

}  // namespace ddb
