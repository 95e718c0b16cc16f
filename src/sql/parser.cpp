// parser: checks of the text before the grammar sees it, the grammar, and our tree of its tree.
#include "sql/parser.h"

#include <cstring>
#include <memory>

#include "record/utf8.h"
#include "sql/raw_parse.h"
#include "sql/script_converter.h"

namespace ddb {

namespace {

constexpr size_t kShortText = 2048;
// Offsets are int32.
constexpr uint64_t kTextBytesMax = uint64_t{1} << 30;

// The grammar counts characters, and gives no byte.
TextPosition with_byte(std::string_view text, TextPosition position) {
  if (position.character > 0) {
    position.byte_offset =
        static_cast<int64_t>(bytes_of_characters(text, static_cast<size_t>(position.character - 1)));
  }
  return position;
}

}  // namespace

TextPosition text_position(std::string_view text, int64_t offset) {
  if (offset < 0 || offset > static_cast<int64_t>(text.size())) return {};
  return {offset, static_cast<int64_t>(count_characters(text.substr(0, static_cast<size_t>(offset)))) + 1};
}

Result<ParsedScript> parse_sql(std::string_view text, const ParseLimits& limits) {
  if (text.size() > limits.text_bytes_max || text.size() > kTextBytesMax) {
    return Status::error(sqlstate::kProgramLimit,
                         "SQL text of " + std::to_string(text.size()) +
                             " bytes is longer than the limit of " +
                             std::to_string(std::min(limits.text_bytes_max, kTextBytesMax)) + " bytes");
  }
  // Also refuses NUL, behind which the grammar would not look.
  DDB_RETURN_IF_ERROR(validate_utf8(text));

  char short_text[kShortText];
  std::unique_ptr<char[]> long_text;
  char* terminated = short_text;
  if (text.size() >= kShortText) {
    long_text.reset(new char[text.size() + 1]);
    terminated = long_text.get();
  }
  if (!text.empty()) std::memcpy(terminated, text.data(), text.size());
  terminated[text.size()] = '\0';

  ParsedScript script;
  RawParse raw;
  if (Status status = raw.parse(terminated, script.notices); !status.is_ok()) {
    return std::move(status).with_position(with_byte(text, status.position()));
  }
  for (ParseNotice& notice : script.notices) notice.position = with_byte(text, notice.position);
  DDB_TRY(script.statements, convert_script(raw.tree(), text, limits));
  return script;
}

}  // namespace ddb
