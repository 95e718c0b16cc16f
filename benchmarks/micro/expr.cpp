// expr: nanoseconds per row of expressions over batches of 2,048 rows in cache.
#include <memory>
#include <string>
#include <vector>

#include "base/seeded_random.h"
#include "expr/evaluator.h"
#include "expr/expr_builder.h"
#include "support/arguments.h"
#include "support/clock.h"
#include "support/report.h"

using namespace bench;
using namespace ddb;

namespace {

constexpr uint32_t kRows = kVectorRowsMax;

const Expr* must(Result<const Expr*> made, const char* what) {
  if (made.is_ok()) return made.value();
  std::fprintf(stderr, "%s: %s\n", what, made.status().to_string().c_str());
  std::exit(1);
}

void must(const Status& status, const char* what) {
  if (status.is_ok()) return;
  std::fprintf(stderr, "%s: %s\n", what, status.to_string().c_str());
  std::exit(1);
}

// Columns: two integers, two doubles, a text of some 20 bytes, a numeric(10,2).
struct Bench {
  BatchArena memory{64 << 20};
  Vector vectors[6];
  const Vector* columns[6];
  ExprArena arena{16 << 20};
  ParameterTypes parameters;
  DateTimeContext datetime;
  ExprBuilder build{arena, parameters, datetime};
  uint64_t rounds;
  Report& report;
  const SqlType types[6] = {
      {SqlTypeId::kInteger},         {SqlTypeId::kInteger}, {SqlTypeId::kDoublePrecision},
      {SqlTypeId::kDoublePrecision}, {SqlTypeId::kText},    {SqlTypeId::kNumeric, numeric_typmod(10, 2)}};

  Bench(uint64_t rounds_wanted, Report& to) : rounds(rounds_wanted), report(to) {
    SeededRandom random(1);
    for (int i = 0; i < 6; ++i) {
      must(vectors[i].allocate(physical_kind(types[i]), kRows, memory), "allocate");
      columns[i] = &vectors[i];
    }
    for (uint32_t row = 0; row < kRows; ++row) {
      vectors[0].set(row, static_cast<int32_t>(random.below(1000)));
      vectors[1].set(row, static_cast<int32_t>(random.below(1000)));
      vectors[2].set(row, static_cast<double>(random.below(1000)) / 8);
      vectors[3].set(row, static_cast<double>(random.below(1000)) / 8 + 1);
      const std::string text =
          "some text " + std::to_string(random.below(100'000)) + (random.below(10) == 0 ? " abc" : " xyz");
      must(vectors[4].set_string(row, text, memory), "set_string");
      vectors[5].set(row, static_cast<int64_t>(random.below(100'000)));
    }
  }

  const Expr* column(uint32_t i) { return must(build.column(i, types[i]), "column"); }
  const Expr* literal(const char* text) { return must(build.literal(text), "literal"); }

  void measure(const char* name, const Expr* root, bool filter) {
    auto evaluator = Evaluator::create({&root, 1}, kRows, 64 << 20);
    must(evaluator.status(), "create");
    const ExpressionContext context;
    std::vector<uint16_t> kept(kRows);
    Figure figure;
    figure.name = name;
    figure.unit = "ns/row";
    constexpr int kBatches = 500;
    for (uint64_t round = 0; round < rounds + 1; ++round) {
      const uint64_t begin = now_ns();
      for (int i = 0; i < kBatches; ++i) {
        (*evaluator)->begin({columns, {}}, context);
        if (filter) {
          (*evaluator)->filter(0, Selection::all(kRows), kept.data());
        } else {
          (*evaluator)->evaluate(0, Selection::all(kRows));
        }
      }
      const double ns = static_cast<double>(now_ns() - begin) / kBatches / kRows;
      if (round != 0) figure.rounds.push_back(ns);
    }
    must((*evaluator)->error(), name);
    report.figure(figure);
  }

  void operation(const char* name, const char* symbol, const Expr* left, const Expr* right) {
    measure(name, must(build.operation(symbol, left, right), name), false);
  }
};

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments(argc, argv);
  const uint64_t rounds = arguments.number("rounds", 5, "rounds, of which the median counts");
  arguments.finish(false);
  Report report("micro.expr", arguments.command());
  report.setting("rows", kRows);
  Bench bench(rounds, report);
  bench.operation("integer_less_constant", "<", bench.column(0), bench.literal("500"));
  bench.operation("integer_less_column", "<", bench.column(0), bench.column(1));
  bench.operation("integer_plus_column", "+", bench.column(0), bench.column(1));
  bench.operation("integer_times_constant", "*", bench.column(0), bench.literal("3"));
  bench.operation("double_plus_column", "+", bench.column(2), bench.column(3));
  bench.operation("double_times_column", "*", bench.column(2), bench.column(3));
  bench.operation("double_divided_by_column", "/", bench.column(2), bench.column(3));
  bench.operation("text_equals_constant", "=", bench.column(4), bench.literal("some text 12345 xyz"));
  bench.operation("text_like_abc", "~~", bench.column(4), bench.literal("%abc%"));
  bench.operation("text_like_pattern", "~~", bench.column(4), bench.literal("%t_xt%abc"));
  bench.operation("numeric_less_constant", "<", bench.column(5), bench.literal("500.00"));
  bench.operation("numeric_plus_column", "+", bench.column(5), bench.column(5));
  bench.operation("text_joined", "||", bench.column(4), bench.literal("!"));
  const Expr* both[] = {must(bench.build.operation("<", bench.column(0), bench.literal("500")), "<"),
                        must(bench.build.operation(">", bench.column(2), bench.literal("60")), ">")};
  bench.measure("filter_of_two", must(bench.build.all_of(both), "AND"), true);
  const Expr* thens[] = {bench.column(0)};
  bench.measure("case_of_two",
                must(bench.build.choice(nullptr, std::span(both, 1), thens, bench.column(1)), "CASE"), false);
  return 0;
}
