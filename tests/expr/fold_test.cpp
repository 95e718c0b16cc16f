// fold: constants are computed when planned; errors, and what depends on the session or the row, wait.
#include "expr/fold.h"

#include <gtest/gtest.h>

#include "expr/expr_world.h"

namespace ddb {
namespace {

const Expr* folded(ExprWorld& world, const Expr* expr) {
  return world.must(fold_constants(*expr, world.arena));
}

TEST(Fold, ConstantsBecomeTheirValue) {
  ExprWorld world;
  const Expr* sum = world.must(world.build.operation("+", world.integer(1), world.integer(2)));
  const Expr* value = folded(world, sum);
  ASSERT_EQ(value->kind, ExprKind::kConstant);
  EXPECT_EQ(value->type.oid, TypeOid::kInteger);
  // Below a column too.
  const Expr* column = world.must(world.build.column(0, {SqlTypeId::kInteger}));
  const Expr* comparison = folded(world, world.must(world.build.operation("<", column, sum)));
  EXPECT_EQ(comparison->kind, ExprKind::kCall);
  EXPECT_EQ(comparison->arg(1).kind, ExprKind::kConstant);
  EXPECT_EQ(comparison->node_count, 3u);
  // A modifier stays with the value.
  const Expr* cast =
      world.must(world.build.cast(world.must(world.build.literal("1.234")),
                                  {TypeOid::kNumeric, numeric_typmod(5, 2)}, CastContext::kExplicit));
  const Expr* modified = folded(world, cast);
  ASSERT_EQ(modified->kind, ExprKind::kConstant);
  EXPECT_EQ(modified->type.typmod, numeric_typmod(5, 2));
}

TEST(Fold, ErrorsWait) {
  ExprWorld world;
  const Expr* failing = world.must(world.build.operation("/", world.integer(1), world.integer(0)));
  EXPECT_EQ(folded(world, failing), failing);
  const Expr* arguments[] = {world.text("x"), world.integer(1'000'000'000)};
  const Expr* huge = world.must(world.build.call("repeat", arguments));
  EXPECT_EQ(folded(world, huge), huge);
}

TEST(Fold, StableAndVolatilePartsWait) {
  ExprWorld world;
  const Expr* now = world.must(world.build.call("now", {}));
  EXPECT_EQ(folded(world, now), now);
  const Expr* random = world.must(world.build.call("random", {}));
  EXPECT_EQ(folded(world, random), random);
  // What the text of a timestamptz means depends on the zone.
  const Expr* stable = world.must(
      world.build.cast(world.text("2024-01-01"), {TypeOid::kTimestamptz, kNoTypmod}, CastContext::kExplicit));
  EXPECT_EQ(folded(world, stable)->kind, ExprKind::kThroughText);
  const Expr* pi = world.must(world.build.call("pi", {}));
  EXPECT_EQ(folded(world, pi)->kind, ExprKind::kConstant);
}

}  // namespace
}  // namespace ddb
