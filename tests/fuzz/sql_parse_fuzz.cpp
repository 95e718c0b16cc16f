// sql_parse_fuzz: any bytes as SQL. A tree or an error with a SQLSTATE, never a crash; a tree equals itself, parses alike a second time, and lies
// where its statement does.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sql/ast_compare.h"
#include "sql/ast_text.h"
#include "sql/parser.h"

using namespace ddb;

namespace {

void require(bool holds) {
  if (!holds) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  ParseLimits limits;
  limits.depth_max = 300;
  Result<ParsedScript> script = parse_sql(text, limits);
  Result<ParsedScript> again = parse_sql(text, limits);
  require(script.is_ok() == again.is_ok());
  if (!script.is_ok()) {
    // XX000 would be a tree that the conversion does not know.
    require(!script.status().is(sqlstate::kInternal));
    require(script.status().position().byte_offset <= static_cast<int64_t>(size));
    return 0;
  }
  require(script->statements.size() == again->statements.size());
  for (size_t i = 0; i < script->statements.size(); ++i) {
    const ParsedStatement& a = script->statements[i];
    const ParsedStatement& b = again->statements[i];
    require(0 <= a.text_begin && a.text_begin <= a.text_end && a.text_end <= a.tail &&
            static_cast<size_t>(a.tail) <= size);
    require(ast::equal(*a.root, *b.root) && ast::hash(*a.root) == ast::hash(*b.root));
    require(ast::to_text(*a.root, ast::Places::kShown) == ast::to_text(*b.root, ast::Places::kShown));
  }
  return 0;
}
