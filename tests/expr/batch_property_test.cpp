// batch_property: random expressions over random columns, NULLs and selections give in batches what they give row by row:
// the same values, and the same error at the lowest failing row.
#include <gtest/gtest.h>

#include <cmath>

#include "base/seeded_random.h"
#include "expr/expr_codec.h"
#include "expr/expr_world.h"

namespace ddb {
namespace {

const SqlType kTypes[] = {{SqlTypeId::kInteger},   {SqlTypeId::kBigint},
                          {SqlTypeId::kSmallint},  {SqlTypeId::kDoublePrecision},
                          {SqlTypeId::kReal},      {SqlTypeId::kBoolean},
                          {SqlTypeId::kText},      {SqlTypeId::kNumeric, numeric_typmod(10, 2)},
                          {SqlTypeId::kNumeric},   {SqlTypeId::kDate},
                          {SqlTypeId::kTimestamp}, {SqlTypeId::kInterval},
                          {SqlTypeId::kChar, 5}};
constexpr uint32_t kColumns = std::size(kTypes);

class Generator {
 public:
  Generator(uint64_t seed, ExprWorld& world) : random_(seed), world_(world) {
    for (uint32_t i = 0; i < kColumns; ++i) {
      leaves_.push_back(world_.must(world_.build.column(i, kTypes[i])));
      leaves_.push_back(world_.must(world_.build.constant(value(kTypes[i]))));
    }
  }

  uint64_t below(uint64_t bound) { return random_.below(bound); }

  Value value(const SqlType& type) {
    if (below(6) == 0) return Value{type, Null{}};
    const auto small = static_cast<int64_t>(below(7)) - 3;
    const int64_t edge = below(8) == 0 ? (below(2) == 0 ? INT64_MAX : INT64_MIN) : small;
    switch (type.id) {
      case SqlTypeId::kBoolean:
        return Value{type, below(2) == 0};
      case SqlTypeId::kSmallint:
        return Value{type, static_cast<int16_t>(below(8) == 0 ? INT16_MAX : small)};
      case SqlTypeId::kInteger:
        return Value{type, static_cast<int32_t>(below(8) == 0 ? INT32_MIN : small)};
      case SqlTypeId::kBigint:
        return Value{type, edge};
      case SqlTypeId::kReal:
        return Value{type, static_cast<float>(below(8) == 0 ? 3e38f : static_cast<float>(small) / 2)};
      case SqlTypeId::kDoublePrecision:
        return Value{type, below(8) == 0 ? 1e308 : below(9) == 0 ? NAN : static_cast<double>(small) / 4};
      case SqlTypeId::kNumeric:
        return Value{type, Numeric::from_scaled(small * 125, 2)};
      case SqlTypeId::kDate:
        return Value{type, below(9) == 0 ? INT32_MAX : static_cast<int32_t>(small * 400)};
      case SqlTypeId::kTimestamp:
        return Value{type, below(9) == 0 ? INT64_MAX : small * 86'400'000'000 * 40 + small};
      case SqlTypeId::kInterval:
        return Value{type, Interval{static_cast<int32_t>(small), static_cast<int32_t>(below(40)), small}};
      case SqlTypeId::kChar:
        return Value{type, std::string(below(2) == 0 ? "ab   " : "äbcde")};
      default:
        return Value{type, std::string(kTexts[below(std::size(kTexts))])};
    }
  }

  // A new expression over older ones, or nothing where the pick has no meaning.
  void grow() {
    const Expr* a = pick();
    const Expr* b = pick();
    const Expr* c = pick();
    Result<const Expr*> made = world_.build.is_null(a, below(2) == 0);
    switch (below(16)) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4:
        made = world_.build.operation(kOperators[below(std::size(kOperators))], a, b);
        break;
      case 5: {
        const Expr* arguments[] = {a, b, c};
        made =
            world_.build.call(kFunctions[below(std::size(kFunctions))], std::span(arguments, 1 + below(3)));
        break;
      }
      case 6: {
        const Expr* whens[] = {boolean(), boolean()};
        const Expr* thens[] = {a, b};
        made = world_.build.choice(nullptr, whens, thens, below(3) == 0 ? nullptr : c);
        break;
      }
      case 7: {
        const Expr* arguments[] = {a, b, c};
        made = world_.build.coalesce(arguments);
        break;
      }
      case 8:
        made = world_.build.null_if(a, b);
        break;
      case 9: {
        const Expr* arguments[] = {a, b, c};
        made = world_.build.greatest(arguments, below(2) == 0);
        break;
      }
      case 10: {
        const Expr* arguments[] = {boolean(), boolean(), boolean()};
        made = below(2) == 0 ? world_.build.all_of(arguments) : world_.build.any_of(arguments);
        break;
      }
      case 11: {
        const Expr* list[] = {b, c, pick(), pick(), pick(), pick()};
        made = world_.build.in(a, std::span(list, 1 + below(6)), below(2) == 0);
        break;
      }
      case 12:
        made = world_.build.distinct(a, b, below(2) == 0);
        break;
      case 13:
        made = world_.build.between(a, b, c, below(2) == 0, below(2) == 0);
        break;
      case 14:
        made = world_.build.cast(a, expr_type(kTypes[below(kColumns)]), CastContext::kExplicit);
        break;
      default:
        break;
    }
    if (!made.is_ok() || made.value()->node_count > 200) return;
    grown_.push_back(made.value());
    if (made.value()->type.oid == TypeOid::kBoolean) booleans_.push_back(made.value());
  }

  const std::vector<const Expr*>& grown() const { return grown_; }

 private:
  const Expr* pick() {
    return grown_.empty() || below(2) == 0 ? leaves_[below(leaves_.size())] : grown_[below(grown_.size())];
  }
  const Expr* boolean() { return booleans_.empty() ? leaves_[10] : booleans_[below(booleans_.size())]; }

  static constexpr const char* kTexts[] = {"",    "a",  "abc", "a text of more than twelve bytes",
                                           "ÄÖü", "12", "-7",  "2024-02-29"};
  static constexpr const char* kOperators[] = {"+",  "-",  "*",  "/",  "%",   "=", "<",
                                               ">=", "<>", "||", "~~", "~~*", "&", "#"};
  static constexpr const char* kFunctions[] = {
      "abs",        "length", "upper", "substr", "round", "concat", "repeat", "floor", "replace",
      "date_trunc", "lpad",   "mod",   "left",   "power", "sqrt",   "md5",    "age",   "concat_ws"};

  SeededRandom random_;
  ExprWorld& world_;
  std::vector<const Expr*> leaves_, grown_, booleans_;
};

struct Columns {
  Columns(Generator& generator, uint32_t rows) {
    for (const SqlType& type : kTypes) {
      std::vector<Value> cells;
      for (uint32_t i = 0; i < rows; ++i) cells.push_back(generator.value(type));
      values.push_back(cells);
      vectors.push_back(std::make_unique<ValueVector>(type, cells));
      pointers.push_back(&vectors.back()->vector);
    }
  }
  std::vector<std::vector<Value>> values;
  std::vector<std::unique_ptr<ValueVector>> vectors;
  std::vector<const Vector*> pointers;
};

// The row alone, as a batch of one.
std::string alone(const Expr* root, const Columns& columns, uint32_t row) {
  std::vector<std::unique_ptr<ValueVector>> vectors;
  std::vector<const Vector*> pointers;
  for (uint32_t i = 0; i < kColumns; ++i) {
    vectors.push_back(std::make_unique<ValueVector>(kTypes[i], std::vector<Value>{columns.values[i][row]}));
    pointers.push_back(&vectors.back()->vector);
  }
  auto evaluator = Evaluator::create({&root, 1}, 1, kTestBytes);
  ExpressionContext context;
  (*evaluator)->begin({pointers, {}}, context);
  const Vector& result = (*evaluator)->evaluate(0, Selection::all(1));
  if ((*evaluator)->failed()) return "!" + (*evaluator)->error().to_string();
  return text_at(result, value_type(*root), 0);
}

// For failures: "(CASE …)" as prefix notation with the numbers of the kinds.
std::string sketch(const Expr& expr) {
  std::string text =
      expr.function != nullptr ? expr.function->name : "k" + std::to_string(static_cast<int>(expr.kind));
  if (expr.kind == ExprKind::kColumn) text = "column" + std::to_string(expr.index);
  text += ":" + std::string(type_name(expr.type.oid));
  if (expr.is_null_constant()) text += " null";
  if (expr.argument_count == 0) return text;
  text += "(";
  for (const Expr* argument : expr.args()) text += " " + sketch(*argument);
  return text + ")";
}

void compare(const Expr* root, const Columns& columns, const Selection& rows, uint32_t capacity) {
  auto evaluator = Evaluator::create({&root, 1}, capacity, kTestBytes);
  ASSERT_TRUE(evaluator.is_ok());
  SCOPED_TRACE(sketch(*root));
  ExpressionContext context;
  (*evaluator)->begin({columns.pointers, {}}, context);
  const Vector& result = (*evaluator)->evaluate(0, rows);
  for (uint32_t i = 0; i < rows.count(); ++i) {
    const std::string expected = alone(root, columns, rows[i]);
    if (rows[i] == (*evaluator)->error_row()) {
      ASSERT_EQ("!" + (*evaluator)->error().to_string(), expected) << "row " << rows[i];
      return;
    }
    ASSERT_EQ(text_at(result, value_type(*root), rows[i]), expected) << "row " << rows[i];
  }
  ASSERT_FALSE((*evaluator)->failed()) << (*evaluator)->error().to_string();
}

TEST(BatchProperty, BatchesGiveWhatRowsGive) {
  size_t compared = 0;
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    ExprWorld world;
    Generator generator(seed, world);
    for (int i = 0; i < 120; ++i) generator.grow();
    const auto rows = static_cast<uint32_t>(1 + generator.below(70));
    const Columns columns(generator, rows);
    std::vector<uint16_t> positions;
    for (uint32_t i = 0; i < rows; ++i) {
      if (generator.below(3) != 0) positions.push_back(static_cast<uint16_t>(i));
    }
    for (const Expr* root : generator.grown()) {
      const bool dense = generator.below(2) == 0;
      const Selection selection =
          dense ? Selection::all(rows) : Selection(positions.data(), static_cast<uint32_t>(positions.size()));
      compare(root, columns, selection, rows);
      ++compared;
      if (HasFatalFailure()) return;
    }
  }
  EXPECT_GT(compared, 1000u);
}

// What is stored comes back the same, in bytes and in what it computes.
TEST(BatchProperty, StoredExpressionsComeBack) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    ExprWorld world;
    Generator generator(seed, world);
    for (int i = 0; i < 150; ++i) generator.grow();
    const Columns columns(generator, 5);
    for (const Expr* root : generator.grown()) {
      SCOPED_TRACE(sketch(*root));
      std::string bytes, again;
      encode_expression(*root, bytes);
      const auto decoded = decode_expression(bytes, world.arena);
      ASSERT_TRUE(decoded.is_ok()) << decoded.status().to_string();
      encode_expression(*decoded.value(), again);
      ASSERT_EQ(again, bytes);
      EXPECT_EQ(decoded.value()->can_error, root->can_error);
      EXPECT_EQ(decoded.value()->volatility, root->volatility);
      EXPECT_EQ(decoded.value()->depth, root->depth);
      EXPECT_EQ(decoded.value()->node_count, root->node_count);
      for (uint32_t row = 0; row < 5; ++row)
        ASSERT_EQ(alone(decoded.value(), columns, row), alone(root, columns, row));
      // Every cut is refused.
      for (size_t size = 0; size < bytes.size(); size += 1 + size / 4) {
        EXPECT_FALSE(decode_expression(std::string_view(bytes).substr(0, size), world.arena).is_ok());
      }
      // A changed byte gives an error or an expression that can be run.
      bytes[generator.below(bytes.size())] = static_cast<char>(generator.below(256));
      const auto changed = decode_expression(bytes, world.arena);
      if (changed.is_ok() && !any_of_tree(*changed.value(), [](const Expr& e) {
            return e.kind == ExprKind::kParameter ||
                   (e.kind == ExprKind::kColumn &&
                    (e.index >= kColumns || e.type != expr_type(kTypes[e.index])));
          })) {
        alone(changed.value(), columns, 0);
      }
    }
  }
}

}  // namespace
}  // namespace ddb
