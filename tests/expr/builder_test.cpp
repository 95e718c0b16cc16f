// builder: expressions get the types, casts and errors that PostgreSQL's parse analysis gives them.
#include <gtest/gtest.h>

#include "expr/expr_world.h"

namespace ddb {
namespace {

using Made = Result<const Expr*>;

void expect_error(const Made& made, const std::string& state, const std::string& message) {
  ASSERT_FALSE(made.is_ok());
  EXPECT_EQ(state_of(made.status()), state);
  EXPECT_EQ(made.status().message(), message);
}

TEST(Builder, ParametersTakeTheTypeOfWhereTheyFirstStand) {
  ExprWorld world;
  const Expr* parameter = world.must(world.build.parameter(1));
  EXPECT_EQ(parameter->type.oid, TypeOid::kUnknown);
  const Expr* sum = world.must(world.build.operation("+", parameter, world.integer(1)));
  EXPECT_EQ(sum->type.oid, TypeOid::kInteger);
  ASSERT_EQ(world.parameters.types().size(), 1u);
  EXPECT_EQ(world.parameters.types()[0], TypeOid::kInteger);
  EXPECT_TRUE(world.parameters.finish().is_ok());
  // From now on $1 is an integer.
  const Expr* again = world.must(world.build.parameter(1));
  EXPECT_EQ(again->type.oid, TypeOid::kInteger);
  expect_error(world.build.operation("||", again, world.integer(1)), "42883",
               "operator does not exist: integer || integer");
}

TEST(Builder, ParametersOfTwoTypesAreRefused) {
  ExprWorld world;
  const Expr* parameter = world.must(world.build.parameter(1));
  world.must(world.build.operation("+", parameter, world.integer(1)));
  const auto made = world.build.operation("||", parameter, world.text("a"));
  expect_error(made, "42P08", "inconsistent types deduced for parameter $1");
  EXPECT_EQ(made.status().detail(), "integer versus text");
}

TEST(Builder, ParametersWithoutATypeAreRefusedAtTheEnd) {
  ExprWorld world;
  const Expr* parameter = world.must(world.build.parameter(2));
  const Expr* test = world.must(world.build.is_null(parameter, false));
  EXPECT_EQ(state_of(world.parameters.finish()), "42P18");
  EXPECT_EQ(world.parameters.finish().message(), "could not determine data type of parameter $1");
  // Known elsewhere, but not where it stands here.
  ASSERT_TRUE(world.parameters.learn(1, TypeOid::kText).is_ok());
  ASSERT_TRUE(world.parameters.learn(2, TypeOid::kText).is_ok());
  EXPECT_EQ(state_of(world.parameters.check(*test)), "42P08");
  EXPECT_EQ(state_of(Evaluator::create({&test, 1}, 1, kTestBytes).status()), "42P18");
  EXPECT_EQ(state_of(world.build.parameter(0).status()), "42P02");
  EXPECT_EQ(state_of(world.build.parameter(65'536).status()), "42P02");
}

TEST(Builder, MessagesAndHintsAreTheServers) {
  ExprWorld world;
  const auto missing = world.build.operation("+", world.integer(1), world.text("a"));
  expect_error(missing, "42883", "operator does not exist: integer + text");
  EXPECT_EQ(
      missing.status().hint(),
      "No operator matches the given name and argument types. You might need to add explicit type casts.");
  expect_error(world.build.operation("-", nullptr, world.text("a")), "42883",
               "operator does not exist: - text");
  const Expr* unknown = world.must(world.build.literal("1"));
  expect_error(world.build.operation("+", unknown, unknown), "42725",
               "operator is not unique: unknown + unknown");
  const Expr* arguments[] = {world.integer(1)};
  expect_error(world.build.call("lower", arguments), "42883", "function lower(integer) does not exist");
  expect_error(world.build.call("no_such", arguments), "42883", "function no_such(integer) does not exist");
  expect_error(world.build.cast(world.integer(1), {TypeOid::kDate, kNoTypmod}, CastContext::kExplicit),
               "42846", "cannot cast type integer to date");
  expect_error(world.build.to_boolean(world.integer(1), "WHERE"), "42804",
               "argument of WHERE must be type boolean, not type integer");
  expect_error(world.build.operation("=", world.integer(1), world.must(world.build.literal("x"))), "22P02",
               "invalid input syntax for type integer: \"x\"");
}

TEST(Builder, WhatIsNotBuiltIsRefusedByName) {
  ExprWorld world;
  const Expr* numbers[] = {
      world.must(world.build.constant(Value{{SqlTypeId::kNumeric}, Numeric::from_int64(2)}))};
  expect_error(world.build.call("to_json", numbers), "0A000",
               "function to_json(anyelement) is not supported");
  expect_error(world.build.operation("~", world.text("a"), world.text("b")), "0A000",
               "operator text ~ text is not supported");
  const Expr* one[] = {world.integer(1)};
  expect_error(world.build.call("sum", one), "0A000",
               "aggregate function sum(integer) here is not supported");
  expect_error(
      world.build.cast(world.text("{}"), {find_type("json")->oid, kNoTypmod}, CastContext::kExplicit),
      "0A000", "type json is not supported");
}

TEST(Builder, ChoicesHaveTheCommonType) {
  ExprWorld world;
  const Expr* condition = world.must(world.build.boolean(true));
  const Expr* big = world.must(world.build.constant(Value{{SqlTypeId::kBigint}, int64_t{5}}));
  const Expr* thens[] = {world.integer(1)};
  const Expr* whens[] = {condition};
  EXPECT_EQ(world.must(world.build.choice(nullptr, whens, thens, big))->type.oid, TypeOid::kBigint);
  EXPECT_EQ(world.must(world.build.choice(nullptr, whens, thens, nullptr))->type.oid, TypeOid::kInteger);
  expect_error(world.build.choice(nullptr, whens, thens, world.text("a")), "42804",
               "CASE types text and integer cannot be matched");
  const Expr* mixed[] = {world.integer(1), world.must(world.build.literal("2"))};
  EXPECT_EQ(world.must(world.build.coalesce(mixed))->type.oid, TypeOid::kInteger);
  const Expr* unknown[] = {world.must(world.build.literal("a")), world.must(world.build.null_literal())};
  EXPECT_EQ(world.must(world.build.coalesce(unknown))->type.oid, TypeOid::kText);
  // One modifier stays, two do not.
  const Expr* narrow = world.must(world.build.column(0, {SqlTypeId::kNumeric, numeric_typmod(10, 2)}));
  const Expr* wide = world.must(world.build.column(1, {SqlTypeId::kNumeric, numeric_typmod(12, 3)}));
  const Expr* same[] = {narrow, narrow};
  const Expr* different[] = {narrow, wide};
  EXPECT_EQ(world.must(world.build.coalesce(same))->type.typmod, numeric_typmod(10, 2));
  EXPECT_EQ(world.must(world.build.coalesce(different))->type.typmod, kNoTypmod);
}

TEST(Builder, VolatilityAndErrorsFlowUpwards) {
  ExprWorld world;
  const Expr* now = world.must(world.build.call("now", {}));
  EXPECT_EQ(now->volatility, Volatility::kStable);
  const Expr* random = world.must(world.build.call("random", {}));
  EXPECT_EQ(world.must(world.build.is_null(random, false))->volatility, Volatility::kVolatile);
  const Expr* column = world.must(world.build.column(0, {SqlTypeId::kInteger}));
  EXPECT_FALSE(world.must(world.build.operation("<", column, world.integer(1)))->can_error);
  const Expr* sum = world.must(world.build.operation("+", column, world.integer(1)));
  EXPECT_TRUE(sum->can_error);
  EXPECT_TRUE(world.must(world.build.operation("<", sum, world.integer(1)))->can_error);
  // A timestamptz becomes a date in the session's zone.
  EXPECT_EQ(
      world.must(world.build.cast(now, {TypeOid::kDate, kNoTypmod}, CastContext::kExplicit))->volatility,
      Volatility::kStable);
}

TEST(Builder, TreesAreNeitherTooDeepNorTooLarge) {
  ExprWorld world;
  Made deep = world.build.column(0, {SqlTypeId::kInteger});
  for (int i = 0; i < 10'000 && deep.is_ok(); ++i) {
    deep = world.build.operation("+", deep.value(), world.integer(1));
    if (deep.is_ok()) {
      EXPECT_LE(deep.value()->depth, kExprDepthMax);
    }
  }
  expect_error(deep, "54001", "expression is too complex");
  // BETWEEN evaluates its operand twice, so nesting doubles.
  Made wide = world.build.column(0, {SqlTypeId::kBoolean});
  const Expr* yes = world.must(world.build.boolean(true));
  for (int i = 0; i < 100 && wide.is_ok(); ++i)
    wide = world.build.between(wide.value(), yes, yes, false, false);
  expect_error(wide, "54001", "expression is too complex");
}

TEST(Builder, FullArenaIsAnError) {
  ExprArena arena(1 << 14);
  ParameterTypes parameters;
  DateTimeContext datetime;
  ExprBuilder build(arena, parameters, datetime);
  Made made = build.literal("x");
  for (int i = 0; i < 10'000 && made.is_ok(); ++i) made = build.literal("x");
  ASSERT_FALSE(made.is_ok());
  EXPECT_EQ(state_of(made.status()), "53200");
  EXPECT_LE(arena.bytes_held(), uint64_t{1} << 14);
}

}  // namespace
}  // namespace ddb
