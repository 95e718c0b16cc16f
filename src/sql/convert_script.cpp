// convert_script: the statements of a text, each with an arena of its own.
#include "sql/script_converter.h"
#include "sql/statement_bounds.h"
// Last: see there.
#include "sql/converter.h"

namespace ddb {

namespace {

// Room that most statements need: two or three nodes of some 50 bytes for each word of the text.
constexpr size_t kArenaBytesMin = 1024;
constexpr size_t kArenaBytesPerTextByte = 12;
constexpr size_t kArenaBytesMax = size_t{64} << 10;

size_t first_arena_bytes(size_t text_bytes) {
  if (text_bytes > kArenaBytesMax / kArenaBytesPerTextByte) return kArenaBytesMax;
  return kArenaBytesMin + text_bytes * kArenaBytesPerTextByte;
}

}  // namespace

Result<std::vector<ParsedStatement>> convert_script(const List* tree, std::string_view text,
                                                    const ParseLimits& limits) {
  std::vector<ParsedStatement> statements;
  if (tree == nullptr) return statements;
  statements.reserve(static_cast<size_t>(tree->length));
  for (int i = 0; i < tree->length; ++i) {
    const auto* raw = static_cast<const ::RawStmt*>(tree->elements[i].ptr_value);
    if (raw == nullptr || raw->type != T_RawStmt || raw->stmt_location < 0 || raw->stmt_len < 0) {
      return Status::error(sqlstate::kInternal, "unexpected parse tree: a statement");
    }
    // A length of 0 means the rest of the text.
    const auto from = static_cast<size_t>(raw->stmt_location);
    const size_t to = raw->stmt_len == 0 ? text.size() : from + static_cast<size_t>(raw->stmt_len);
    if (from > to || to > text.size())
      return Status::error(sqlstate::kInternal, "unexpected parse tree: a statement's place");
    const size_t begin = skip_blank(text, from);
    const size_t end = trim_blank(text, begin, to);
    // Behind a statement with a length stands its semicolon.
    const size_t tail = raw->stmt_len == 0 ? text.size() : to + 1;
    StatementArena arena(first_arena_bytes(end - begin));
    Converter converter(arena, text, limits);
    const ast::Statement* root = converter.statement(raw->stmt, static_cast<int>(begin));
    DDB_RETURN_IF_ERROR(converter.status());
    statements.push_back({std::move(arena), root, static_cast<int32_t>(begin), static_cast<int32_t>(end),
                          static_cast<int32_t>(tail)});
  }
  return statements;
}

}  // namespace ddb
