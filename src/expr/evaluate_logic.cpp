// evaluate_logic: AND, OR, NOT, tests, CASE and COALESCE. What is not decided by an argument goes on to the next one,
// so no argument is computed for a row that does not need it.
#include "expr/evaluator_node.h"

namespace ddb {

void copy_rows(Vector& to, const Vector& from, const Selection& rows) {
  visit_kind(to.kind(), [&](auto type) {
    using T = typename decltype(type)::type;
    T* out = to.mutable_data<T>();
    const T* in = from.data<T>();
    for (uint32_t i = 0; i < rows.count(); ++i) {
      const uint32_t row = rows[i];
      out[row] = in[from.row(row)];
    }
  });
  if (from.validity() == nullptr) {
    for (uint32_t i = 0; to.validity() != nullptr && i < rows.count(); ++i) to.set_valid(rows[i]);
    return;
  }
  for (uint32_t i = 0; i < rows.count(); ++i) {
    if (from.is_null(rows[i])) {
      to.set_null(rows[i]);
    } else {
      to.set_valid(rows[i]);
    }
  }
}

// A false argument decides AND, a true one OR; NULL decides nothing but the result of what stays undecided.
const Vector& EvaluatorParts::conjunction(Node& node, const Selection& rows) {
  const bool decisive = node.expr->kind == ExprKind::kOr;
  node.result.reset();
  uint8_t* out = node.result.mutable_data<uint8_t>();
  for (uint32_t i = 0; i < rows.count(); ++i) out[rows[i]] = static_cast<uint8_t>(!decisive);
  Selection remaining = rows;
  for (uint32_t a = 0; a < node.argument_count && remaining.count() != 0; ++a) {
    const Vector& argument = evaluate(*node.arguments[a], remaining);
    remaining = good(remaining);
    const bool has_nulls = argument.validity() != nullptr;
    const uint32_t left = select_rows(
        remaining,
        [&](uint32_t row) {
          if (has_nulls && argument.is_null(row)) {
            node.result.set_null(row);
            return true;
          }
          const bool decides = (argument.value<uint8_t>(row) != 0) == decisive;
          if (decides) {
            out[row] = static_cast<uint8_t>(decisive);
            node.result.set_valid(row);
          }
          return !decides;
        },
        node.remaining);
    remaining = Selection(node.remaining, left);
  }
  return node.result;
}

const Vector& EvaluatorParts::negation(Node& node, const Selection& all_rows) {
  const Selection rows = evaluate_arguments(node, all_rows);
  const Vector& argument = *node.vectors[0];
  node.result.reset();
  uint8_t* out = node.result.mutable_data<uint8_t>();
  for (uint32_t i = 0; i < rows.count(); ++i) {
    const uint32_t row = rows[i];
    out[row] = static_cast<uint8_t>(argument.value<uint8_t>(row) == 0);
    if (argument.is_null(row)) node.result.set_null(row);
  }
  return node.result;
}

const Vector& EvaluatorParts::null_test(Node& node, const Selection& all_rows) {
  const Selection rows = evaluate_arguments(node, all_rows);
  const Vector& argument = *node.vectors[0];
  node.result.reset();
  uint8_t* out = node.result.mutable_data<uint8_t>();
  const bool wanted = node.expr->kind == ExprKind::kIsNull;
  for (uint32_t i = 0; i < rows.count(); ++i) {
    out[rows[i]] = static_cast<uint8_t>(argument.is_null(rows[i]) == wanted);
  }
  return node.result;
}

const Vector& EvaluatorParts::truth_test(Node& node, const Selection& all_rows) {
  const Selection rows = evaluate_arguments(node, all_rows);
  const Vector& argument = *node.vectors[0];
  node.result.reset();
  uint8_t* out = node.result.mutable_data<uint8_t>();
  const ExprKind kind = node.expr->kind;
  const bool value = kind == ExprKind::kIsTrue || kind == ExprKind::kIsNotTrue;
  const bool wanted = kind == ExprKind::kIsTrue || kind == ExprKind::kIsFalse;
  for (uint32_t i = 0; i < rows.count(); ++i) {
    const uint32_t row = rows[i];
    const bool is = argument.is_valid(row) && (argument.value<uint8_t>(row) != 0) == value;
    out[row] = static_cast<uint8_t>(is == wanted);
  }
  return node.result;
}

const Vector& EvaluatorParts::choice(Node& node, const Selection& rows) {
  node.result.reset();
  Selection remaining = rows;
  for (uint32_t a = 0; a + 1 < node.argument_count && remaining.count() != 0; a += 2) {
    const Vector& condition = evaluate(*node.arguments[a], remaining);
    remaining = good(remaining);
    uint32_t chosen = 0;
    const uint32_t left = select_rows(
        remaining,
        [&](uint32_t row) {
          const bool holds = is_true(condition, row);
          node.chosen[chosen] = static_cast<uint16_t>(row);
          chosen += static_cast<uint32_t>(holds);
          return !holds;
        },
        node.remaining);
    remaining = Selection(node.remaining, left);
    if (chosen == 0) continue;
    const Selection branch(node.chosen, chosen);
    const Vector& result = evaluate(*node.arguments[a + 1], branch);
    copy_rows(node.result, result, good(branch));
  }
  remaining = good(remaining);
  if (remaining.count() == 0) return node.result;
  const Vector& otherwise = evaluate(*node.arguments[node.argument_count - 1], remaining);
  copy_rows(node.result, otherwise, good(remaining));
  return node.result;
}

const Vector& EvaluatorParts::coalesce(Node& node, const Selection& rows) {
  Selection remaining = rows;
  for (uint32_t a = 0; a < node.argument_count && remaining.count() != 0; ++a) {
    const Vector& argument = evaluate(*node.arguments[a], remaining);
    remaining = good(remaining);
    if (a == 0) {
      if (argument.validity() == nullptr) return argument;
      node.result.reset();
    }
    // NULLs too: they are the result where no later argument has a value.
    copy_rows(node.result, argument, remaining);
    const uint32_t left = select_rows(
        remaining, [&](uint32_t row) { return argument.is_null(row); }, node.remaining);
    remaining = Selection(node.remaining, left);
  }
  return node.result;
}

// --- Filters ------------------------------------------------------------------------------------------------------------

Selection EvaluatorParts::filter(Node& node, const Selection& rows, uint16_t* out) {
  if (node.expr->kind == ExprKind::kAnd) return filter_all(node, rows, out);
  const Vector& condition = evaluate(node, rows);
  const Selection judged = good(rows);
  if (condition.is_constant()) {
    if (judged.count() == 0 || !is_true(condition, judged[0])) return {};
    if (judged.is_dense()) {
      return Selection(out, select_rows(
                                judged, [](uint32_t) { return true; }, out));
    }
    std::memmove(out, judged.positions(), judged.count() * sizeof(uint16_t));
    return Selection(out, judged.count());
  }
  const uint8_t* values = condition.data<uint8_t>();
  const uint64_t* validity = condition.validity();
  if (validity == nullptr) {
    return Selection(out, select_rows(
                              judged, [&](uint32_t row) { return values[row] != 0; }, out));
  }
  const auto holds = [&](uint32_t row) {
    return (values[row] != 0) & (validity[row / 64] >> (row % 64) & 1);
  };
  return Selection(out, select_rows(judged, holds, out));
}

// As PostgreSQL's quals: a NULL ends a row as false does.
Selection EvaluatorParts::filter_all(Node& node, const Selection& rows, uint16_t* out) {
  Selection left = rows;
  for (uint32_t a = 0; a < node.argument_count; ++a) left = filter(*node.arguments[a], good(left), out);
  return left;
}

}  // namespace ddb
