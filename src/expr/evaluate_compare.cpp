// evaluate_compare: IS DISTINCT FROM, NULLIF, GREATEST, LEAST and IN, each around a comparison kernel.
#include "expr/evaluator_node.h"

namespace ddb {

// node.compared becomes the kernel's answers. Comparisons do not err.
void EvaluatorParts::compare(Node& node, const Vector& left, const Vector& right, const Selection& rows) {
  const Vector* both[] = {&left, &right};
  const SqlType types[] = {node.types[0], node.types[node.argument_count > 1 ? 1 : 0]};
  KernelState state{e_.heap_, e_.scratch_, e_.errors_, *e_.context_};
  node.compared.reset();
  KernelCall call{both, types, 2, node.compared, {SqlTypeId::kBoolean}, node.kernel.variant, state};
  run_kernel(node.kernel, true, call, rows);
}

const Vector& EvaluatorParts::distinct(Node& node, const Selection& all_rows) {
  const Selection rows = evaluate_arguments(node, all_rows);
  const Vector& left = *node.vectors[0];
  const Vector& right = *node.vectors[1];
  compare(node, left, right, rows);
  const bool wanted = node.expr->kind == ExprKind::kIsDistinct;
  node.result.reset();
  uint8_t* out = node.result.mutable_data<uint8_t>();
  for (uint32_t i = 0; i < rows.count(); ++i) {
    const uint32_t row = rows[i];
    const bool differs = node.compared.is_valid(row) ? node.compared.value<uint8_t>(row) == 0
                                                     : left.is_null(row) != right.is_null(row);
    out[row] = static_cast<uint8_t>(differs == wanted);
  }
  return node.result;
}

const Vector& EvaluatorParts::null_if(Node& node, const Selection& all_rows) {
  const Selection rows = evaluate_arguments(node, all_rows);
  compare(node, *node.vectors[0], *node.vectors[1], rows);
  node.result.reset();
  copy_rows(node.result, *node.vectors[0], rows);
  for (uint32_t i = 0; i < rows.count(); ++i) {
    if (is_true(node.compared, rows[i])) node.result.set_null(rows[i]);
  }
  return node.result;
}

// NULLs are passed over; of equals the first stays.
const Vector& EvaluatorParts::extreme(Node& node, const Selection& all_rows) {
  const Selection rows = evaluate_arguments(node, all_rows);
  node.result.reset();
  copy_rows(node.result, *node.vectors[0], rows);
  for (uint32_t a = 1; a < node.argument_count; ++a) {
    const Vector& next = *node.vectors[a];
    if (node.expr->kind == ExprKind::kLeast) {
      compare(node, next, node.result, rows);
    } else {
      compare(node, node.result, next, rows);
    }
    const auto takes = [&](uint32_t row) {
      return next.is_valid(row) && (node.result.is_null(row) || is_true(node.compared, row));
    };
    copy_rows(node.result, next, Selection(node.chosen, select_rows(rows, takes, node.chosen)));
  }
  return node.result;
}

// IN is true where one comparison is; NULL where none is but one is NULL. NOT IN compares with <> and is false where
// one comparison is.
const Vector& EvaluatorParts::in_list(Node& node, const Selection& all_rows) {
  const Selection rows = evaluate_arguments(node, all_rows);
  const Vector& wanted = *node.vectors[0];
  const bool is_in = node.expr->kind == ExprKind::kIn;
  node.result.reset();
  uint8_t* out = node.result.mutable_data<uint8_t>();
  if (node.set != nullptr) {
    for (uint32_t i = 0; i < rows.count(); ++i) {
      const uint32_t row = rows[i];
      if (wanted.is_null(row)) {
        node.result.set_null(row);
        continue;
      }
      const bool found = wanted.kind() == PhysicalKind::kString
                             ? node.set->has(wanted.value<StringView16>(row))
                             : node.set->has(integer_at(wanted, row));
      out[row] = static_cast<uint8_t>(found == is_in);
    }
    return node.result;
  }
  const auto decisive = static_cast<uint8_t>(is_in);
  for (uint32_t i = 0; i < rows.count(); ++i) out[rows[i]] = decisive ^ 1;
  for (uint32_t a = 1; a < node.argument_count; ++a) {
    compare(node, wanted, *node.vectors[a], rows);
    for (uint32_t i = 0; i < rows.count(); ++i) {
      const uint32_t row = rows[i];
      if (out[row] == decisive && node.result.is_valid(row)) continue;
      if (node.compared.is_null(row)) {
        node.result.set_null(row);
      } else if ((node.compared.value<uint8_t>(row) != 0) == is_in) {
        out[row] = decisive;
        node.result.set_valid(row);
      }
    }
  }
  return node.result;
}

}  // namespace ddb
