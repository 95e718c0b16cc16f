// allocation: an evaluator that has seen a batch allocates nothing for further ones like it, and answers a lack of
// memory with std::bad_alloc or 53200, never with damage.
#include <gtest/gtest.h>

#include "base/failing_new.h"
#include "expr/expr_world.h"

namespace ddb {
namespace {

constexpr uint32_t kRows = 64;

// Expressions over x (integer), t (text), n (numeric(10,2)) and b (double precision).
struct Statement {
  ExprWorld world;
  std::vector<const Expr*> roots;
  ValueVector x{{SqlTypeId::kInteger}, cells([](int i) { return Value{{SqlTypeId::kInteger}, i % 13}; })};
  ValueVector t{{SqlTypeId::kText}, cells([](int i) {
                  return Value{{SqlTypeId::kText}, "a text of some length, " + std::to_string(i)};
                })};
  ValueVector n{{SqlTypeId::kNumeric, numeric_typmod(10, 2)}, cells([](int i) {
                  return Value{{SqlTypeId::kNumeric, numeric_typmod(10, 2)}, Numeric::from_scaled(i * 7, 2)};
                })};
  ValueVector d{{SqlTypeId::kDoublePrecision}, cells([](int i) {
                  return Value{{SqlTypeId::kDoublePrecision}, i * 0.25};
                })};
  const Vector* columns[4] = {&x.vector, &t.vector, &n.vector, &d.vector};

  template <typename Make>
  static std::vector<Value> cells(Make make) {
    std::vector<Value> values;
    for (uint32_t i = 0; i < kRows; ++i) values.push_back(make(static_cast<int>(i)));
    return values;
  }

  Statement() {
    ExprBuilder& b = world.build;
    const auto add = [&](Result<const Expr*> made) {
      roots.push_back(world.must(std::move(made)));
      return roots.back();
    };
    const Expr* integers = world.must(b.column(0, {SqlTypeId::kInteger}));
    const Expr* texts = world.must(b.column(1, {SqlTypeId::kText}));
    const Expr* numbers = world.must(b.column(2, {SqlTypeId::kNumeric, numeric_typmod(10, 2)}));
    const Expr* doubles = world.must(b.column(3, {SqlTypeId::kDoublePrecision}));
    const Expr* less = add(b.operation("<", integers, world.integer(7)));
    const Expr* sum = add(b.operation("+", integers, world.integer(7)));
    add(b.operation("*", doubles, doubles));
    const Expr* upper = add(b.call("upper", {&texts, 1}));
    add(b.operation("||", upper, integers));
    add(b.operation("+", numbers, sum));
    add(b.operation("<", numbers, world.must(b.literal("1.50"))));
    add(b.like(texts, world.text("%some%"), nullptr, false, false));
    add(b.like(texts, world.text("%SOME_le%"), nullptr, true, true));
    const Expr* replaced[] = {texts, world.text("text"), world.text("replacement that is longer")};
    add(b.call("replace", replaced));
    const Expr* whens[] = {less};
    const Expr* thens[] = {upper};
    add(b.choice(nullptr, whens, thens, texts));
    const Expr* list[] = {world.integer(1),  world.integer(5),  world.integer(9),
                          world.integer(11), world.integer(12), world.integer(3)};
    const Expr* conditions[] = {less, world.must(b.in(integers, list, false))};
    add(b.all_of(conditions));
    add(b.coalesce(replaced));
    add(b.cast(numbers, {TypeOid::kDoublePrecision, kNoTypmod}, CastContext::kExplicit));
    add(b.cast(integers, {TypeOid::kText, kNoTypmod}, CastContext::kExplicit));
  }

  void run(Evaluator& evaluator, const ExpressionContext& context) {
    uint16_t kept[kRows];
    evaluator.begin({columns, {}}, context);
    for (size_t i = 0; i < roots.size(); ++i) {
      evaluator.evaluate(i, Selection::all(kRows));
      if (roots[i]->type.oid == TypeOid::kBoolean) evaluator.filter(i, Selection::all(kRows), kept);
    }
  }
};

TEST(Allocation, TenThousandBatchesAfterTheFirstAllocateNothing) {
  Statement statement;
  auto evaluator = Evaluator::create(statement.roots, kRows, kTestBytes);
  ASSERT_TRUE(evaluator.is_ok());
  ExpressionContext context;
  for (int i = 0; i < 100; ++i) statement.run(**evaluator, context);
  ASSERT_FALSE((*evaluator)->failed()) << (*evaluator)->error().to_string();
  // The first allocation would throw.
  FailingNew none(1);
  for (int i = 0; i < 10'000; ++i) statement.run(**evaluator, context);
  EXPECT_EQ(FailingNew::failures(), 0u);
}

TEST(Allocation, EveryFailingAllocationIsSurvived) {
  Statement statement;
  ExpressionContext context;
  for (uint64_t nth = 1;; ++nth) {
    ASSERT_LT(nth, 10'000u);
    bool failed = false;
    try {
      FailingNew failing(nth);
      auto evaluator = Evaluator::create(statement.roots, kRows, kTestBytes);
      if (evaluator.is_ok()) {
        statement.run(**evaluator, context);
        failed = (*evaluator)->failed();
        if (failed) {
          EXPECT_EQ(state_of((*evaluator)->error()), "53200");
        }
      }
      failed = failed || !evaluator.is_ok();
      if (!failed && FailingNew::failures() == 0) return;
    } catch (const std::bad_alloc&) {
      failed = true;
    }
    EXPECT_TRUE(failed) << nth;
  }
}

}  // namespace
}  // namespace ddb
