// expression_fuzz: any bytes as a stored expression: an error, or a tree that encodes to the same bytes and runs.
#include <cstdint>
#include <string>
#include <string_view>

#include "expr/evaluator.h"
#include "expr/expr_codec.h"

namespace {

using namespace ddb;

bool needs_input(const Expr& expr) {
  return any_of_tree(expr, [](const Expr& e) {
    return e.kind == ExprKind::kColumn || e.kind == ExprKind::kParameter ||
           e.volatility == Volatility::kVolatile;
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  ExprArena arena(4 << 20);
  const auto decoded = decode_expression(bytes, arena);
  if (!decoded.is_ok()) return 0;
  std::string again;
  encode_expression(*decoded.value(), again);
  if (again != bytes) __builtin_trap();
  if (needs_input(*decoded.value())) return 0;
  const Expr* root = decoded.value();
  auto evaluator = Evaluator::create({&root, 1}, 2, 4 << 20);
  if (!evaluator.is_ok()) return 0;
  const ExpressionContext context;
  (*evaluator)->begin({}, context);
  (*evaluator)->evaluate(0, Selection::all(2));
  return 0;
}
