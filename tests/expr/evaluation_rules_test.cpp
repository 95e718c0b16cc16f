// evaluation_rules: what narrows the rows, which row's error counts, and what is never computed.
#include <gtest/gtest.h>

#include <functional>

#include "expr/expr_world.h"

namespace ddb {
namespace {

constexpr uint32_t kSizes[] = {1, 2, 2048};
const SqlType kInt{SqlTypeId::kInteger};
const SqlType kBool{SqlTypeId::kBoolean};

struct Outcome {
  std::vector<std::string> rows;  // below the failing one
  std::string error;              // "row 3: 22012" or ""
};

// Evaluates over one integer column.
Outcome evaluate(const Expr* root, const std::vector<std::optional<int32_t>>& column,
                 const std::optional<std::vector<uint16_t>>& selected = std::nullopt) {
  std::vector<Value> values;
  for (const auto& cell : column) {
    values.push_back(cell.has_value() ? Value{kInt, *cell} : Value{kInt, Null{}});
  }
  ValueVector vector(kInt, values);
  const Vector* columns[] = {&vector.vector};
  auto evaluator = Evaluator::create({&root, 1}, static_cast<uint32_t>(column.size()), kTestBytes);
  EXPECT_TRUE(evaluator.is_ok());
  ExpressionContext context;
  (*evaluator)->begin({columns, {}}, context);
  const Selection rows = selected.has_value()
                             ? Selection(selected->data(), static_cast<uint32_t>(selected->size()))
                             : Selection::all(static_cast<uint32_t>(column.size()));
  const Vector& result = (*evaluator)->evaluate(0, rows);
  Outcome outcome;
  for (uint32_t i = 0; i < rows.count() && rows[i] < (*evaluator)->error_row(); ++i) {
    outcome.rows.push_back(text_at(result, value_type(*root), rows[i]));
  }
  if ((*evaluator)->failed()) {
    outcome.error =
        "row " + std::to_string((*evaluator)->error_row()) + ": " + state_of((*evaluator)->error());
  }
  return outcome;
}

// x is the column; 10 / x fails where x is 0.
struct Division {
  ExprWorld world;
  const Expr* x = world.must(world.build.column(0, kInt));
  const Expr* quotient = world.must(world.build.operation("/", world.integer(10), x));
  const Expr* is_large = world.must(world.build.operation(">", quotient, world.integer(3)));
  const Expr* not_zero = world.must(world.build.operation("<>", x, world.integer(0)));
  const Expr* is_zero = world.must(world.build.operation("=", x, world.integer(0)));
};

TEST(EvaluationRules, LowestFailingRowCountsAndRowsBelowAreGood) {
  Division d;
  for (const uint32_t size : kSizes) {
    std::vector<std::optional<int32_t>> column(size, 2);
    column[size - 1] = 0;
    column[size / 2] = 0;
    const Outcome outcome = evaluate(d.quotient, column);
    EXPECT_EQ(outcome.rows, std::vector<std::string>(size / 2, "=5"));
    EXPECT_EQ(outcome.error, "row " + std::to_string(size / 2) + ": 22012");
  }
}

TEST(EvaluationRules, LaterArgumentsMayFailEarlierRows) {
  Division d;
  // 10 / x = 2147483647 + x: the division fails in row 3, the sum in row 1.
  const Expr* sum = d.world.must(d.world.build.operation("+", d.world.integer(2147483647), d.x));
  const Expr* both = d.world.must(d.world.build.operation("=", d.quotient, sum));
  EXPECT_EQ(evaluate(both, {-2, 1, -5, 0}).error, "row 1: 22003");
  EXPECT_EQ(evaluate(both, {-1, 0}).error, "row 1: 22012");
}

TEST(EvaluationRules, AndOrNarrowFromLeftToRight) {
  Division d;
  const Expr* guarded_and[] = {d.not_zero, d.is_large};
  const Expr* unguarded_and[] = {d.is_large, d.not_zero};
  const Expr* guarded_or[] = {d.is_zero, d.is_large};
  for (const uint32_t size : kSizes) {
    std::vector<std::optional<int32_t>> column(size, 2);
    column[size - 1] = 0;
    const Outcome conjunction = evaluate(d.world.must(d.world.build.all_of(guarded_and)), column);
    EXPECT_EQ(conjunction.error, "");
    EXPECT_EQ(conjunction.rows[size - 1], "=f");
    const Outcome disjunction = evaluate(d.world.must(d.world.build.any_of(guarded_or)), column);
    EXPECT_EQ(disjunction.error, "");
    EXPECT_EQ(disjunction.rows[size - 1], "=t");
    EXPECT_EQ(evaluate(d.world.must(d.world.build.all_of(unguarded_and)), column).error,
              "row " + std::to_string(size - 1) + ": 22012");
  }
}

TEST(EvaluationRules, NullDoesNotEndAnd) {
  Division d;
  const Expr* null = d.world.must(d.world.build.constant(Value{kBool, Null{}}));
  const Expr* arguments[] = {null, d.is_large};
  const Expr* both = d.world.must(d.world.build.all_of(arguments));
  EXPECT_EQ(evaluate(both, {0}).error, "row 0: 22012");
  EXPECT_EQ(evaluate(both, {2, 9}).rows, (std::vector<std::string>{"~", "=f"}));
}

TEST(EvaluationRules, ThreeValuedTables) {
  ExprWorld world;
  const char* truths[] = {"t", "f", "~"};
  const auto constant = [&](const char* truth) {
    return world.must(
        world.build.constant(*truth == '~' ? Value{kBool, Null{}} : Value{kBool, *truth == 't'}));
  };
  const char* and_table[] = {"=t", "=f", "~", "=f", "=f", "=f", "~", "=f", "~"};
  const char* or_table[] = {"=t", "=t", "=t", "=t", "=f", "~", "=t", "~", "~"};
  for (int a = 0; a < 3; ++a) {
    for (int b = 0; b < 3; ++b) {
      const Expr* arguments[] = {constant(truths[a]), constant(truths[b])};
      EXPECT_EQ(evaluate(world.must(world.build.all_of(arguments)), {1}).rows[0], and_table[a * 3 + b]);
      EXPECT_EQ(evaluate(world.must(world.build.any_of(arguments)), {1}).rows[0], or_table[a * 3 + b]);
    }
  }
}

TEST(EvaluationRules, CaseComputesOnlyTheChosenBranch) {
  Division d;
  const Expr* whens[] = {d.is_zero};
  const Expr* thens[] = {d.world.integer(-1)};
  const Expr* choice = d.world.must(d.world.build.choice(nullptr, whens, thens, d.quotient));
  for (const uint32_t size : kSizes) {
    std::vector<std::optional<int32_t>> column(size, 5);
    column[size - 1] = 0;
    column[size / 2] = std::nullopt;
    if (size == 1) column[0] = 0;
    const Outcome outcome = evaluate(choice, column);
    EXPECT_EQ(outcome.error, "");
    EXPECT_EQ(outcome.rows[size - 1], size == 2 ? "~" : "=-1");
  }
  // CASE x WHEN 0 THEN … compares, and an error in a condition counts.
  const Expr* values[] = {d.quotient};
  const Expr* by_value = d.world.must(d.world.build.choice(d.world.integer(2), values, thens, nullptr));
  EXPECT_EQ(evaluate(by_value, {5, 2, 0}).error, "row 2: 22012");
  EXPECT_EQ(evaluate(by_value, {5, 2, 0}).rows, (std::vector<std::string>{"=-1", "~"}));
}

TEST(EvaluationRules, CoalesceComputesOnlyWhatIsMissing) {
  Division d;
  const Expr* arguments[] = {d.x, d.quotient};
  const Expr* never_fails = d.world.must(d.world.build.coalesce(arguments));
  EXPECT_EQ(evaluate(never_fails, {0, std::nullopt, 4}).rows, (std::vector<std::string>{"=0", "~", "=4"}));
  const Expr* null_if_zero = d.world.must(d.world.build.null_if(d.x, d.world.integer(7)));
  const Expr* second[] = {null_if_zero, d.quotient};
  const Expr* fails_for_seven = d.world.must(d.world.build.coalesce(second));
  EXPECT_EQ(evaluate(fails_for_seven, {0, 7, 4}).rows, (std::vector<std::string>{"=0", "=1", "=4"}));
}

TEST(EvaluationRules, UnselectedAndNullRowsNeverRaise) {
  Division d;
  const Expr* sum = d.world.must(d.world.build.operation("+", d.world.integer(2147483647), d.x));
  EXPECT_EQ(evaluate(d.quotient, {0, 2, 0, 5}, std::vector<uint16_t>{1, 3}).error, "");
  EXPECT_EQ(evaluate(sum, {1, -1, 1}, std::vector<uint16_t>{1}).rows,
            std::vector<std::string>{"=2147483646"});
  // A NULL over a payload that would overflow or divide by zero.
  ValueVector vector(kInt, {Value{kInt, 1}, Value{kInt, 0}, Value{kInt, 3}});
  vector.vector.set_null(0);
  vector.vector.set_null(1);
  const Vector* columns[] = {&vector.vector};
  const Expr* roots[] = {d.quotient, sum};
  auto evaluator = Evaluator::create(roots, 3, kTestBytes);
  ExpressionContext context;
  (*evaluator)->begin({columns, {}}, context);
  EXPECT_EQ(text_at((*evaluator)->evaluate(0, Selection::all(3)), kInt, 2), "=3");
  const Vector& sums = (*evaluator)->evaluate(1, Selection::all(2));
  EXPECT_FALSE((*evaluator)->failed()) << (*evaluator)->error().to_string();
  EXPECT_TRUE(sums.is_null(0));
  EXPECT_TRUE(sums.is_null(1));
}

TEST(EvaluationRules, ConstantErrorsWaitForARow) {
  ExprWorld world;
  const Expr* failing = world.must(world.build.operation("/", world.integer(1), world.integer(0)));
  EXPECT_EQ(evaluate(failing, {1, 2}, std::vector<uint16_t>{}).error, "");
  EXPECT_EQ(evaluate(failing, {1, 2, 3}, std::vector<uint16_t>{1, 2}).error, "row 1: 22012");
}

TEST(EvaluationRules, FilterKeepsTrueRowsBelowTheFailingOne) {
  Division d;
  const Expr* arguments[] = {d.is_large,
                             d.world.must(d.world.build.operation("<", d.x, d.world.integer(100)))};
  const Expr* both = d.world.must(d.world.build.all_of(arguments));
  ValueVector vector(kInt, {Value{kInt, 1}, Value{kInt, 9}, Value{kInt, Null{}}, Value{kInt, 2},
                            Value{kInt, 0}, Value{kInt, 1}});
  const Vector* columns[] = {&vector.vector};
  auto evaluator = Evaluator::create({&both, 1}, 6, kTestBytes);
  ExpressionContext context;
  (*evaluator)->begin({columns, {}}, context);
  uint16_t out[6];
  const Selection kept = (*evaluator)->filter(0, Selection::all(6), out);
  ASSERT_EQ(kept.count(), 2u);
  EXPECT_EQ(kept[0], 0u);
  EXPECT_EQ(kept[1], 3u);
  EXPECT_EQ((*evaluator)->error_row(), 4u);
}

TEST(EvaluationRules, VolatileFunctionsRunForEachRowAndStableOnesOnce) {
  ExprWorld world;
  const Expr* roots[] = {world.must(world.build.call("random", {})), world.must(world.build.call("now", {}))};
  auto evaluator = Evaluator::create(roots, 3, kTestBytes);
  SeededRandom random(7);
  ExpressionContext context;
  context.random = &random;
  context.datetime.now = Timestamptz{123};
  (*evaluator)->begin({}, context);
  const Vector& numbers = (*evaluator)->evaluate(0, Selection::all(3));
  EXPECT_NE(numbers.value<double>(0), numbers.value<double>(1));
  EXPECT_TRUE((*evaluator)->evaluate(1, Selection::all(3)).is_constant());
  EXPECT_EQ((*evaluator)->evaluate(1, Selection::all(3)).value<int64_t>(2), 123);
  context.random = nullptr;
  (*evaluator)->begin({}, context);
  (*evaluator)->evaluate(0, Selection::all(3));
  EXPECT_EQ(state_of((*evaluator)->error()), "55000");
}

TEST(EvaluationRules, InFollowsNullsAndLongLists) {
  ExprWorld world;
  const Expr* x = world.must(world.build.column(0, kInt));
  const Expr* null = world.must(world.build.null_literal());
  for (const int count : {1, 2, 3, 10, 500}) {
    std::vector<const Expr*> list;
    for (int i = 0; i < count; ++i) list.push_back(world.integer(i * 2));
    const Expr* in = world.must(world.build.in(x, list, false));
    const Expr* not_in = world.must(world.build.in(x, list, true));
    EXPECT_EQ(evaluate(in, {0, 1, std::nullopt}).rows, (std::vector<std::string>{"=t", "=f", "~"})) << count;
    EXPECT_EQ(evaluate(not_in, {0, 1, std::nullopt}).rows, (std::vector<std::string>{"=f", "=t", "~"}))
        << count;
    list.push_back(null);
    const Expr* with_null = world.must(world.build.in(x, list, false));
    const Expr* without = world.must(world.build.in(x, list, true));
    EXPECT_EQ(evaluate(with_null, {0, 1}).rows, (std::vector<std::string>{"=t", "~"})) << count;
    EXPECT_EQ(evaluate(without, {0, 1}).rows, (std::vector<std::string>{"=f", "~"})) << count;
  }
  // A column among the constants, and an integer among numerics.
  const Expr* half =
      world.must(world.build.constant(Value{{SqlTypeId::kNumeric}, Numeric::from_scaled(25, 1)}));
  const Expr* mixed[] = {half, world.integer(4), x};
  EXPECT_EQ(evaluate(world.must(world.build.in(x, mixed, false)), {9, std::nullopt}).rows,
            (std::vector<std::string>{"=t", "~"}));
}

TEST(EvaluationRules, DistinctGreatestBetweenAndTests) {
  ExprWorld world;
  const Expr* x = world.must(world.build.column(0, kInt));
  const auto rows = [&](const Expr* root) { return evaluate(root, {1, 5, std::nullopt}).rows; };
  using Rows = std::vector<std::string>;
  EXPECT_EQ(rows(world.must(world.build.distinct(x, world.integer(5), false))), (Rows{"=t", "=f", "=t"}));
  EXPECT_EQ(rows(world.must(world.build.distinct(x, world.must(world.build.null_literal()), true))),
            (Rows{"=f", "=f", "=t"}));
  const Expr* several[] = {x, world.integer(3), world.must(world.build.null_literal())};
  EXPECT_EQ(rows(world.must(world.build.greatest(several, false))), (Rows{"=3", "=5", "=3"}));
  EXPECT_EQ(rows(world.must(world.build.greatest(several, true))), (Rows{"=1", "=3", "=3"}));
  const Expr *two = world.integer(2), *six = world.integer(6);
  EXPECT_EQ(rows(world.must(world.build.between(x, two, six, false, false))), (Rows{"=f", "=t", "~"}));
  EXPECT_EQ(rows(world.must(world.build.between(x, six, two, false, true))), (Rows{"=f", "=t", "~"}));
  EXPECT_EQ(rows(world.must(world.build.between(x, two, six, true, false))), (Rows{"=t", "=f", "~"}));
  const Expr* above = world.must(world.build.operation(">", x, two));
  EXPECT_EQ(rows(world.must(world.build.boolean_test(ExprKind::kIsTrue, above))), (Rows{"=f", "=t", "=f"}));
  EXPECT_EQ(rows(world.must(world.build.boolean_test(ExprKind::kIsNotTrue, above))),
            (Rows{"=t", "=f", "=t"}));
  EXPECT_EQ(rows(world.must(world.build.boolean_test(ExprKind::kIsFalse, above))), (Rows{"=t", "=f", "=f"}));
  EXPECT_EQ(rows(world.must(world.build.boolean_test(ExprKind::kIsNotFalse, above))),
            (Rows{"=f", "=t", "=t"}));
  EXPECT_EQ(rows(world.must(world.build.negation(above))), (Rows{"=t", "=f", "~"}));
}

TEST(EvaluationRules, NumericFormsMeet) {
  ExprWorld world;
  const SqlType narrow{SqlTypeId::kNumeric, numeric_typmod(10, 2)};
  const SqlType wide{SqlTypeId::kNumeric, numeric_typmod(30, 3)};
  const Value a{narrow, Numeric::from_scaled(150, 2)}, b{wide, Numeric::from_scaled(1500, 3)};
  ValueVector first(narrow, {a, Value{narrow, Null{}}}), second(wide, {b, b});
  const Vector* columns[] = {&first.vector, &second.vector};
  const Expr* x = world.must(world.build.column(0, narrow));
  const Expr* y = world.must(world.build.column(1, wide));
  const Expr* both[] = {x, y};
  const Expr* roots[] = {world.must(world.build.operation("=", x, y)), world.must(world.build.coalesce(both)),
                         world.must(world.build.greatest(both, false)), world.must(world.build.null_if(x, y)),
                         world.must(world.build.in(x, both, false))};
  auto evaluator = Evaluator::create(roots, 2, kTestBytes);
  ASSERT_TRUE(evaluator.is_ok());
  ExpressionContext context;
  (*evaluator)->begin({columns, {}}, context);
  const auto at = [&](size_t root, uint32_t row) {
    return text_at((*evaluator)->evaluate(root, Selection::all(2)), value_type(*roots[root]), row);
  };
  EXPECT_EQ(at(0, 0), "=t");
  EXPECT_EQ(at(0, 1), "~");
  EXPECT_EQ(at(1, 0), "=1.50");
  EXPECT_EQ(at(1, 1), "=1.500");
  EXPECT_EQ(at(2, 0), "=1.50");
  EXPECT_EQ(at(2, 1), "=1.500");
  EXPECT_EQ(at(3, 0), "~");
  EXPECT_EQ(at(4, 0), "=t");
}

TEST(EvaluationRules, MemoryLimitsAreErrors) {
  ExprWorld world;
  const Expr* arguments[] = {world.text("a long text that does not fit"), world.integer(100'000)};
  const Expr* root = world.must(world.build.call("repeat", arguments));
  EXPECT_EQ(state_of(Evaluator::create({&root, 1}, 2048, 1000).status()), "53200");
  auto evaluator = Evaluator::create({&root, 1}, 2048, 1 << 20);
  ASSERT_TRUE(evaluator.is_ok());
  ExpressionContext context;
  (*evaluator)->begin({}, context);
  (*evaluator)->evaluate(0, Selection::all(5));
  EXPECT_EQ(state_of((*evaluator)->error()), "53200");
  EXPECT_EQ((*evaluator)->error_row(), 0u);
  // The next batch begins anew.
  (*evaluator)->begin({}, context);
  EXPECT_FALSE((*evaluator)->failed());
}

}  // namespace
}  // namespace ddb
