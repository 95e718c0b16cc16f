// kernel_golden: every built operator, function and cast gives what PostgreSQL 15 gives over edge values, as columns of
// a batch and as constants (golden/kernels.txt, by expr_golden.py).
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "expr/expr_world.h"
#include "expr/golden_file.h"
#include "expr/kernel.h"

namespace ddb {
namespace {

struct Case {
  std::vector<Value> arguments;
  std::string expected;
  std::string line;
};

// Lines of one operator, function or cast and one list of argument types.
struct Group {
  std::string kind, name;
  std::vector<SqlType> types;
  std::vector<Case> cases;
};

std::string unescaped(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    ++i;
    out += text[i] == 't' ? '\t' : text[i] == 'n' ? '\n' : text[i];
  }
  return out;
}

Value value_of(const SqlType& type, const std::string& escaped) {
  if (escaped == "\\N") return Value{type, Null{}};
  // As '…'::type reads it: an explicit cast cuts what is too long.
  ExprWorld world;
  const Expr* literal = world.must(world.build.literal(unescaped(escaped)));
  const Expr* cast = world.must(world.build.cast(literal, expr_type(type), CastContext::kExplicit));
  auto evaluator = Evaluator::create({&cast, 1}, 1, kTestBytes);
  ExpressionContext context;
  (*evaluator)->begin({}, context);
  const Vector& result = (*evaluator)->evaluate(0, Selection::all(1));
  EXPECT_FALSE((*evaluator)->failed()) << escaped << ": " << (*evaluator)->error().to_string();
  return value_at(result, type, 0).value();
}

std::vector<Group> read_groups() {
  std::vector<Group> groups;
  std::string last_key;
  for (const std::string& line : golden_lines("kernels.txt")) {
    const std::vector<std::string> fields = split(line, '\t');
    std::string key = fields[0] + '\t' + fields[1];
    for (size_t i = 2; i + 1 < fields.size(); ++i) key += '\t' + fields[i].substr(0, fields[i].find('|'));
    if (key != last_key) {
      groups.push_back({fields[0], fields[1], {}, {}});
      for (size_t i = 2; i + 1 < fields.size(); ++i) {
        groups.back().types.push_back(type_named(fields[i].substr(0, fields[i].find('|'))));
      }
      last_key = key;
    }
    Case made{{}, unescaped(fields.back()), line};
    for (size_t i = 2; i + 1 < fields.size(); ++i) {
      made.arguments.push_back(
          value_of(groups.back().types[i - 2], fields[i].substr(fields[i].find('|') + 1)));
    }
    groups.back().cases.push_back(std::move(made));
  }
  return groups;
}

Result<const Expr*> build(ExprWorld& world, const Group& group, const std::vector<const Expr*>& arguments) {
  if (group.kind == "prefix") return world.build.operation(group.name, nullptr, arguments[0]);
  if (group.kind == "infix") return world.build.operation(group.name, arguments[0], arguments[1]);
  if (group.kind == "cast") {
    return world.build.cast(arguments[0], expr_type(type_named(group.name)), CastContext::kExplicit);
  }
  return world.build.call(group.name, arguments);
}

int failures = 0;
void judge(const std::string& found, const Case& made, const char* how) {
  if (found == made.expected) return;
  if (++failures <= 60) ADD_FAILURE() << how << ": " << made.line << "\n  here " << found;
}

// All cases of a group as one batch; after a failing row it goes on behind it.
void run_as_columns(ExprWorld& world, const Group& group) {
  std::vector<const Expr*> arguments;
  std::vector<std::unique_ptr<ValueVector>> vectors;
  std::vector<const Vector*> columns;
  for (uint32_t i = 0; i < group.types.size(); ++i) {
    arguments.push_back(world.must(world.build.column(i, group.types[i])));
    std::vector<Value> values;
    for (const Case& made : group.cases) values.push_back(made.arguments[i]);
    vectors.push_back(std::make_unique<ValueVector>(group.types[i], values));
    columns.push_back(&vectors.back()->vector);
  }
  const auto made = build(world, group, arguments);
  const auto rows = static_cast<uint32_t>(group.cases.size());
  if (!made.is_ok()) {
    // Refused before any row: the server must have said so of each.
    for (const Case& c : group.cases) judge("!" + state_of(made.status()), c, "building");
    return;
  }
  const Expr* root = made.value();
  auto evaluator = Evaluator::create({&root, 1}, rows, kTestBytes);
  ASSERT_TRUE(evaluator.is_ok()) << evaluator.status().to_string();
  ExpressionContext context;
  std::vector<uint16_t> positions;
  for (uint32_t first = 0; first < rows;) {
    (*evaluator)->begin({columns, {}}, context);
    positions.clear();
    for (uint32_t i = first; i < rows; ++i) positions.push_back(static_cast<uint16_t>(i));
    const Selection selection = first == 0
                                    ? Selection::all(rows)
                                    : Selection(positions.data(), static_cast<uint32_t>(positions.size()));
    const Vector& result = (*evaluator)->evaluate(0, selection);
    const uint32_t end = (*evaluator)->failed() ? (*evaluator)->error_row() : rows;
    for (uint32_t i = first; i < end; ++i)
      judge(text_at(result, value_type(*root), i), group.cases[i], "column");
    first = end;
    if (!(*evaluator)->failed()) break;
    EXPECT_TRUE(root->can_error) << group.kind << ' ' << group.name;
    judge("!" + state_of((*evaluator)->error()), group.cases[end], "column");
    ++first;
  }
}

void run_as_constants(const Group& group, const Case& made) {
  ExprWorld world;
  std::vector<const Expr*> arguments;
  for (const Value& value : made.arguments) arguments.push_back(world.must(world.build.constant(value)));
  const auto built = build(world, group, arguments);
  if (!built.is_ok()) return judge("!" + state_of(built.status()), made, "building of constants");
  const Expr* root = built.value();
  auto evaluator = Evaluator::create({&root, 1}, 3, kTestBytes);
  ASSERT_TRUE(evaluator.is_ok());
  ExpressionContext context;
  (*evaluator)->begin({}, context);
  const Vector& result = (*evaluator)->evaluate(0, Selection::all(3));
  if ((*evaluator)->failed()) {
    EXPECT_EQ((*evaluator)->error_row(), 0u);
    return judge("!" + state_of((*evaluator)->error()), made, "constants");
  }
  judge(text_at(result, value_type(*root), 2), made, "constants");
}

TEST(KernelGolden, EveryKernelGivesWhatTheServerGives) {
  const std::vector<Group> groups = read_groups();
  ASSERT_GT(groups.size(), 300u);
  failures = 0;
  size_t cases = 0;
  for (const Group& group : groups) {
    ExprWorld world;
    run_as_columns(world, group);
    for (const Case& made : group.cases) run_as_constants(group, made);
    cases += group.cases.size();
  }
  EXPECT_EQ(failures, 0) << "of " << cases << " cases";
}

// What is built is a decision: the list is committed, and the golden cases are made from it. To renew it, run this with
// DDB_WRITE_BUILT_SYMBOLS=file.
TEST(KernelGolden, BuiltSymbolsAreListed) {
  std::vector<std::string> symbols;
  for (const KernelEntry* kernel : all_kernels()) symbols.emplace_back(kernel->symbol);
  EXPECT_EQ(std::adjacent_find(symbols.begin(), symbols.end()), symbols.end()) << "a symbol stands twice";
  if (const char* path = std::getenv("DDB_WRITE_BUILT_SYMBOLS")) {
    std::ofstream out(path);
    for (const std::string& symbol : symbols) out << symbol << '\n';
  }
  EXPECT_EQ(symbols, golden_lines("built_symbols.txt"));
}

}  // namespace
}  // namespace ddb
