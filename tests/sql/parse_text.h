// parse_text: shortens the tests of trees: the tree of one statement as text, or its error.
#pragma once

#include <string>
#include <string_view>

#include "sql/ast_text.h"
#include "sql/parser.h"

namespace ddb::test {

// "42601@8/9: message": SQLSTATE, byte offset, character.
inline std::string error_text(const Status& status) {
  const TextPosition at = status.position();
  return std::string(status.sqlstate().view()) + "@" + std::to_string(at.byte_offset) + "/" +
         std::to_string(at.character) + ": " + std::string(status.message());
}

// All statements, one a line.
inline std::string tree(std::string_view sql, ast::Places places = ast::Places::kHidden) {
  Result<ParsedScript> script = parse_sql(sql);
  if (!script.is_ok()) return error_text(script.status());
  std::string out;
  for (const ParsedStatement& statement : script->statements) {
    if (!out.empty()) out += "\n";
    out += ast::to_text(*statement.root, places);
  }
  return out;
}

// The select list of `SELECT <expression>`.
inline std::string expression(std::string_view sql) {
  Result<ParsedScript> script = parse_sql("SELECT " + std::string(sql));
  if (!script.is_ok()) return error_text(script.status());
  const auto& query = ast::as<ast::Query>(*script->statements.at(0).root);
  const auto& body = ast::as<ast::SelectBody>(*query.body);
  std::string out;
  for (const ast::Target* target : body.targets) {
    if (!out.empty()) out += " ";
    out += ast::to_text(*target->value);
  }
  return out;
}

}  // namespace ddb::test
