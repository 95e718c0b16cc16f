// evaluator_node: the state of one expression in an evaluator, and the functions that evaluate the kinds of nodes.
#pragma once

#include "expr/constant_set.h"
#include "expr/evaluator.h"

namespace ddb {

struct Evaluator::Node {
  const Expr* expr = nullptr;
  SqlType type;
  KernelEntry kernel;  // of kCall, conversions and comparisons
  bool is_strict = true;
  Vector result;
  Vector compared;  // of what a comparison inside the node answers
  Node** arguments = nullptr;
  uint32_t argument_count = 0;
  const Vector** vectors = nullptr;  // of the arguments, during a call
  SqlType* types = nullptr;
  uint16_t* remaining = nullptr;  // rows not decided yet
  uint16_t* chosen = nullptr;     // rows of one branch
  const ConstantSet* set = nullptr;
};

// All of what evaluation does; a class so that it may see into Evaluator.
class EvaluatorParts {
 public:
  using Node = Evaluator::Node;

  explicit EvaluatorParts(Evaluator& evaluator) : e_(evaluator) {}

  Result<Node*> make_node(const Expr& expr);
  // `rows` may be empty. The result is readable at all good ones of them.
  const Vector& evaluate(Node& node, const Selection& rows);
  // As Evaluator::filter().
  Selection filter(Node& node, const Selection& rows, uint16_t* out);

 private:
  Status prepare_kernel(Node& node);
  Status allocate_vectors(Node& node);
  Status prepare_set(Node& node);

  const Vector& call(Node& node, const Selection& rows);
  void run(Node& node, Vector& result, const SqlType& result_type, uint32_t argument_count,
           const Selection& rows);
  const Vector& conjunction(Node& node, const Selection& rows);
  const Vector& negation(Node& node, const Selection& rows);
  const Vector& null_test(Node& node, const Selection& rows);
  const Vector& truth_test(Node& node, const Selection& rows);
  const Vector& choice(Node& node, const Selection& rows);
  const Vector& coalesce(Node& node, const Selection& rows);
  const Vector& distinct(Node& node, const Selection& rows);
  const Vector& null_if(Node& node, const Selection& rows);
  const Vector& extreme(Node& node, const Selection& rows);
  const Vector& in_list(Node& node, const Selection& rows);
  Selection filter_all(Node& node, const Selection& rows, uint16_t* out);
  const Vector& relabeled(Node& node, const Selection& rows);

  // Evaluates the arguments into node.vectors; `rows` shrinks to those without an error.
  Selection evaluate_arguments(Node& node, const Selection& rows);
  void compare(Node& node, const Vector& left, const Vector& right, const Selection& rows);
  Selection good(const Selection& rows) const { return e_.errors_.good_rows(rows); }

  Evaluator& e_;
};

// Row by row from one vector to another of the same kind, NULLs too; text is not copied.
void copy_rows(Vector& to, const Vector& from, const Selection& rows);

inline bool is_true(const Vector& vector, uint32_t row) {
  return vector.is_valid(row) && vector.value<uint8_t>(row) != 0;
}

}  // namespace ddb
