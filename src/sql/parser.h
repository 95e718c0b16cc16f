// parser: SQL text to syntax trees. The grammar is PostgreSQL 15's own (libpg_query); the trees are ours and hold no memory of the grammar's.
//
// Every part of the grammar's tree is taken over or refused with 0A000, its name and its place: docs/sql.md has the list,
// tests/sql/convert_coverage_test.cpp the proof.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "sql/ast_session.h"
#include "sql/statement_arena.h"

namespace ddb {

struct ParseLimits {
  uint64_t text_bytes_max = uint64_t{16} << 20;
  // Levels of nodes within nodes. Every later walk over the tree recurses as deep.
  int32_t depth_max = 1000;
};

struct ParsedStatement {
  StatementArena arena;        // owns the tree
  const ast::Statement* root;  // its locations are byte offsets in the whole text
  // The statement within the text, without surrounding white space, comments and semicolon; byte offsets.
  int32_t text_begin;
  int32_t text_end;
  int32_t tail;  // where the next statement's text begins: behind the semicolon, or the end of the text
};

// What PostgreSQL reports beside the tree: identifiers that were cut to 63 bytes, deprecated words.
struct ParseNotice {
  bool warning;  // else a notice
  SqlState state;
  std::string message;
  TextPosition position;
};

struct ParsedScript {
  std::vector<ParsedStatement> statements;  // empty for a text of white space, comments and semicolons
  std::vector<ParseNotice> notices;
};

// Parses all statements of `text`, which need not outlive the call. Any thread may call it; each keeps about 30 KB for its next call
// and frees it when it ends. Writes to no stream. Throws std::bad_alloc.
//
// Errors have a position where PostgreSQL gives one: 42601 and the grammar's other SQLSTATEs with PostgreSQL's messages; 22021 bytes that are
// not UTF-8, or a NUL; 42P02 $0 or a parameter above $65535; 54000 text longer than the limit; 54001 nested too deeply; 0A000 what we do not support.
Result<ParsedScript> parse_sql(std::string_view text, const ParseLimits& limits = {});

// The position of the byte at `offset` of `text`, or none for −1 and offsets outside. REQUIRES: text is UTF-8.
TextPosition text_position(std::string_view text, int64_t offset);

}  // namespace ddb
