// type_pairs: operators, functions and aggregates resolve to what PostgreSQL 15 resolves them to, for every combination
// of supported argument types, untyped literals and parameters (golden/type_pairs.txt, by expr_type_pairs.py).
#include <gtest/gtest.h>

#include "expr/coercion.h"
#include "expr/golden_file.h"
#include "expr/resolve.h"

namespace ddb {
namespace {

TypeOid operand_type(const std::string& name) {
  if (name == "?" || name == "$") return TypeOid::kUnknown;
  return find_type(std::string_view(name))->oid;
}

// "int4", with the types parameters took ("int4/text"), or an SQLSTATE.
std::string answer(std::vector<TypeOid> declared, TypeOid result, const std::vector<std::string>& operands,
                   const std::vector<TypeOid>& actual) {
  auto settled = settle_polymorphic(actual, declared, result);
  if (!settled.is_ok()) return std::string(settled.status().sqlstate().view());
  std::string text = find_type(*settled)->name;
  char separator = '/';
  for (size_t i = 0; i < operands.size(); ++i) {
    if (operands[i] != "$") continue;
    if (declared[i] == TypeOid::kAny) return "42P18";
    text += separator;
    text += find_type(declared[i])->name;
    separator = ',';
  }
  return text;
}

std::string resolve(const std::string& kind, const std::string& name,
                    const std::vector<std::string>& operands) {
  std::vector<TypeOid> types;
  for (const std::string& operand : operands) types.push_back(operand_type(operand));
  if (kind == "function") {
    auto resolved = resolve_function(name, types, operands[0] == "?");
    if (!resolved.is_ok()) return std::string(resolved.status().sqlstate().view());
    if (resolved->function == nullptr) {
      return answer({resolved->cast_target}, resolved->cast_target, operands, types);
    }
    types.resize(resolved->declared.size(), TypeOid::kUnknown);
    return answer(resolved->declared, resolved->function->result, operands, types);
  }
  const bool is_prefix = kind == "prefix";
  auto resolved = resolve_operator(name, is_prefix ? TypeOid::kNone : types[0], types.back());
  if (!resolved.is_ok()) return std::string(resolved.status().sqlstate().view());
  const OperatorEntry* entry = *resolved;
  std::vector<TypeOid> declared{entry->right};
  if (!is_prefix) declared.insert(declared.begin(), entry->left);
  return answer(declared, entry->result, operands, types);
}

TEST(TypePairs, EveryCombinationResolvesAsOnTheServer) {
  const std::vector<std::string> lines = golden_lines("type_pairs.txt");
  ASSERT_GT(lines.size(), 4000u);
  int asked = 0, wrong = 0;
  for (const std::string& line : lines) {
    const std::vector<std::string> fields = split(line, '\t');
    ASSERT_EQ(fields.size(), 4u) << line;
    for (const std::string& last : split(fields[3], ' ')) {
      const size_t equals = last.find('=');
      std::vector<std::string> operands;
      if (!fields[2].empty()) operands = split(fields[2], ' ');
      operands.push_back(last.substr(0, equals));
      const std::string expected = last.substr(equals + 1);
      const std::string found = resolve(fields[0], fields[1], operands);
      ++asked;
      if (found == expected) continue;
      if (++wrong <= 40) {
        ADD_FAILURE() << fields[0] << ' ' << fields[1] << " (" << fields[2] << ' ' << operands.back()
                      << "): server " << expected << ", here " << found;
      }
    }
  }
  EXPECT_EQ(wrong, 0) << "of " << asked;
}

}  // namespace
}  // namespace ddb
