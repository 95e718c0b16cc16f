// evaluator: the state is built once per expression; a batch walks it.
#include "expr/evaluator.h"

#include <new>

#include "expr/conversion.h"
#include "expr/evaluator_node.h"

namespace ddb {
namespace {

bool is_comparison(ExprKind kind) {
  return kind == ExprKind::kIsDistinct || kind == ExprKind::kIsNotDistinct || kind == ExprKind::kNullIf ||
         kind == ExprKind::kGreatest || kind == ExprKind::kLeast || kind == ExprKind::kIn ||
         kind == ExprKind::kNotIn;
}

bool narrows(ExprKind kind) {
  return kind == ExprKind::kAnd || kind == ExprKind::kOr || kind == ExprKind::kCase ||
         kind == ExprKind::kCoalesce || kind == ExprKind::kGreatest || kind == ExprKind::kLeast;
}

// Takes `count` objects from the arena; 53200.
template <typename T>
Status take(BatchArena& memory, size_t count, T*& out) {
  char* place = memory.allocate(count * sizeof(T), alignof(T));
  if (place == nullptr) return Status::out_of_memory();
  out = reinterpret_cast<T*>(place);
  for (size_t i = 0; i < count; ++i) new (&out[i]) T();
  return Status::ok();
}

// A node's result becomes the value of one of its own rows, for all rows.
void make_constant(Vector& result, uint32_t row) {
  if (result.is_constant()) return;
  if (result.is_null(row)) return result.set_constant_null();
  visit_kind(result.kind(), [&](auto type) {
    using T = typename decltype(type)::type;
    const T value = result.value<T>(row);
    result.set_constant(value);
  });
}

}  // namespace

Evaluator::~Evaluator() = default;

Result<std::unique_ptr<Evaluator>> Evaluator::create(std::span<const Expr* const> roots, uint32_t capacity,
                                                     uint64_t bytes_max) {
  if (capacity == 0 || capacity > kVectorRowsMax) {
    return Status::error(sqlstate::kInternal, "a batch of no rows or too many");
  }
  std::unique_ptr<Evaluator> evaluator(new Evaluator(capacity, bytes_max));
  for (const Expr* root : roots) {
    DDB_TRY(Node* const node, EvaluatorParts(*evaluator).make_node(*root));
    evaluator->roots_.push_back(node);
  }
  return evaluator;
}

void Evaluator::begin(const EvaluationInput& input, const ExpressionContext& context) {
  heap_.reset();
  errors_.clear();
  input_ = input;
  context_ = &context;
}

const Vector& Evaluator::evaluate(size_t root, const Selection& rows) {
  return EvaluatorParts(*this).evaluate(*roots_[root], rows);
}

Selection Evaluator::filter(size_t root, const Selection& rows, uint16_t* out) {
  return errors_.good_rows(EvaluatorParts(*this).filter(*roots_[root], rows, out));
}

// --- Building -----------------------------------------------------------------------------------------------------------

Status EvaluatorParts::prepare_kernel(Node& node) {
  const Expr& expr = *node.expr;
  switch (expr.kind) {
    case ExprKind::kThroughText:
      node.kernel = {"", &convert_through_text};
      return Status::ok();
    case ExprKind::kModify:
      node.kernel = {"", &convert_modifier, nullptr, false, static_cast<uint8_t>(expr.is_explicit)};
      return Status::ok();
    default:
      break;
  }
  if (expr.kind != ExprKind::kCall && !is_comparison(expr.kind)) return Status::ok();
  if (expr.kernel == nullptr) return Status::error(sqlstate::kInternal, "a call without a kernel");
  node.kernel = *expr.kernel;
  node.is_strict = expr.function->is_strict;
  return Status::ok();
}

Status EvaluatorParts::allocate_vectors(Node& node) {
  const Expr& expr = *node.expr;
  const PhysicalKind kind = physical_kind(node.type);
  // Leaves and relabelled arguments are only looked at.
  const bool owns = expr.kind != ExprKind::kConstant && expr.kind != ExprKind::kParameter &&
                    expr.kind != ExprKind::kColumn && expr.kind != ExprKind::kRelabel;
  DDB_RETURN_IF_ERROR(node.result.allocate(kind, owns ? e_.capacity_ : 0, e_.memory_));
  if (is_comparison(expr.kind)) {
    DDB_RETURN_IF_ERROR(node.compared.allocate(PhysicalKind::kBool, e_.capacity_, e_.memory_));
  }
  if (narrows(expr.kind)) {
    DDB_RETURN_IF_ERROR(take(e_.memory_, e_.capacity_, node.remaining));
    DDB_RETURN_IF_ERROR(take(e_.memory_, e_.capacity_, node.chosen));
  }
  if (expr.kind != ExprKind::kConstant) return Status::ok();
  if (expr.constant == nullptr) {
    node.result.set_constant_null();
    return Status::ok();
  }
  visit_kind(kind, [&](auto type) {
    using T = typename decltype(type)::type;
    T value;
    std::memcpy(&value, expr.constant, sizeof(T));
    node.result.set_constant(value);
  });
  return Status::ok();
}

// A list of many constants is looked up instead of compared one by one.
Status EvaluatorParts::prepare_set(Node& node) {
  if (node.expr->kind != ExprKind::kIn && node.expr->kind != ExprKind::kNotIn) return Status::ok();
  constexpr uint32_t kCompared = 4;
  if (node.argument_count <= kCompared + 1) return Status::ok();
  const SqlTypeId type = node.arguments[0]->type.id;
  // Padding does not count in character(n), nor the display scale in numeric.
  if (type == SqlTypeId::kChar || type == SqlTypeId::kNumeric) return Status::ok();
  std::vector<const Vector*> constants;
  for (uint32_t i = 0; i < node.argument_count; ++i) {
    const Node& argument = *node.arguments[i];
    if (!ConstantSet::supports(physical_kind(argument.type))) return Status::ok();
    // Types that differ compare by more than their bytes, but for the integers.
    const bool both_integers = type <= SqlTypeId::kBigint && argument.type.id <= SqlTypeId::kBigint;
    if (argument.type.id != type && !both_integers) return Status::ok();
    if (i == 0) continue;
    if (argument.expr->kind != ExprKind::kConstant || argument.expr->constant == nullptr) return Status::ok();
    constants.push_back(&argument.result);
  }
  node.set = ConstantSet::build(constants, e_.memory_);
  return node.set != nullptr ? Status::ok() : Status::out_of_memory();
}

Result<EvaluatorParts::Node*> EvaluatorParts::make_node(const Expr& expr) {
  if (expr.kind == ExprKind::kParameter && expr.type.oid == TypeOid::kUnknown) {
    return Status::error(sqlstate::kIndeterminateDatatype,
                         "could not determine data type of parameter $" + std::to_string(expr.index));
  }
  Node* node = nullptr;
  DDB_RETURN_IF_ERROR(take(e_.memory_, 1, node));
  node->expr = &expr;
  node->type = value_type(expr);
  node->argument_count = expr.argument_count;
  DDB_RETURN_IF_ERROR(take(e_.memory_, expr.argument_count, node->arguments));
  DDB_RETURN_IF_ERROR(take(e_.memory_, expr.argument_count, node->vectors));
  DDB_RETURN_IF_ERROR(take(e_.memory_, expr.argument_count, node->types));
  for (uint32_t i = 0; i < expr.argument_count; ++i) {
    DDB_TRY(node->arguments[i], make_node(expr.arg(i)));
    node->types[i] = node->arguments[i]->type;
  }
  DDB_RETURN_IF_ERROR(prepare_kernel(*node));
  DDB_RETURN_IF_ERROR(allocate_vectors(*node));
  DDB_RETURN_IF_ERROR(prepare_set(*node));
  return node;
}

// --- Running ------------------------------------------------------------------------------------------------------------

const Vector& EvaluatorParts::evaluate(Node& node, const Selection& all_rows) {
  const Selection rows = good(all_rows);
  switch (node.expr->kind) {
    case ExprKind::kConstant:
      return node.result;
    case ExprKind::kParameter:
      return *e_.input_.parameters[node.expr->index - 1];
    case ExprKind::kColumn:
      return *e_.input_.columns[node.expr->index];
    case ExprKind::kRelabel:
      return relabeled(node, rows);
    case ExprKind::kCall:
    case ExprKind::kThroughText:
    case ExprKind::kModify:
      return call(node, rows);
    case ExprKind::kAnd:
    case ExprKind::kOr:
      return conjunction(node, rows);
    case ExprKind::kNot:
      return negation(node, rows);
    case ExprKind::kIsNull:
    case ExprKind::kIsNotNull:
      return null_test(node, rows);
    case ExprKind::kIsTrue:
    case ExprKind::kIsNotTrue:
    case ExprKind::kIsFalse:
    case ExprKind::kIsNotFalse:
      return truth_test(node, rows);
    case ExprKind::kIsDistinct:
    case ExprKind::kIsNotDistinct:
      return distinct(node, rows);
    case ExprKind::kCase:
      return choice(node, rows);
    case ExprKind::kCoalesce:
      return coalesce(node, rows);
    case ExprKind::kNullIf:
      return null_if(node, rows);
    case ExprKind::kGreatest:
    case ExprKind::kLeast:
      return extreme(node, rows);
    case ExprKind::kIn:
    case ExprKind::kNotIn:
      break;
  }
  return in_list(node, rows);
}

const Vector& EvaluatorParts::relabeled(Node& node, const Selection& rows) {
  return evaluate(*node.arguments[0], rows);
}

Selection EvaluatorParts::evaluate_arguments(Node& node, const Selection& rows) {
  Selection left = rows;
  for (uint32_t i = 0; i < node.argument_count; ++i) {
    node.vectors[i] = &evaluate(*node.arguments[i], left);
    left = good(left);
  }
  return left;
}

void EvaluatorParts::run(Node& node, Vector& result, const SqlType& result_type, uint32_t argument_count,
                         const Selection& rows) {
  KernelState state{e_.heap_, e_.scratch_, e_.errors_, *e_.context_};
  KernelCall call{node.vectors, node.types, argument_count, result, result_type, node.kernel.variant, state};
  run_kernel(node.kernel, node.is_strict, call, rows);
}

const Vector& EvaluatorParts::call(Node& node, const Selection& all_rows) {
  const Selection rows = evaluate_arguments(node, all_rows);
  node.result.reset();
  if (rows.count() == 0) return node.result;
  bool is_constant = node.expr->volatility != Volatility::kVolatile;
  for (uint32_t i = 0; i < node.argument_count; ++i) {
    is_constant = is_constant && node.vectors[i]->is_constant();
  }
  if (!is_constant) {
    run(node, node.result, node.type, node.argument_count, rows);
    return node.result;
  }
  // One row stands for all of them; the first, so that an error is told of it.
  const auto row = static_cast<uint16_t>(rows[0]);
  run(node, node.result, node.type, node.argument_count, Selection(&row, 1));
  if (!e_.errors_.any() || e_.errors_.row_end() > row) make_constant(node.result, row);
  return node.result;
}

}  // namespace ddb
