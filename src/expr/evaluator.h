// evaluator: runs expressions over batches of rows. Keeps: an expression is never changed, so many evaluators may run
// one; all memory but the long strings of results is taken at create(); a batch like those before allocates nothing.
//
// Errors are told per row: after evaluate() and filter() the rows below error_row() are good, the others are not to be
// looked at. What a row's NULL or an unselected row holds is never computed with where that could err.
//
// For one thread. The expressions, and during a batch the input and the context, must outlive this.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "expr/expr.h"
#include "expr/kernel.h"
#include "expr/row_errors.h"
#include "record/vector.h"

namespace ddb {

struct EvaluationInput {
  std::span<const Vector* const> columns;     // of kColumn
  std::span<const Vector* const> parameters;  // constant vectors; $1 first
};

class Evaluator {
 public:
  // `capacity`: rows of the largest batch, 1 … kVectorRowsMax. `bytes_max` bounds the state, and by itself the strings
  // of one batch. 53200; 0A000 for an expression that still has literals or parameters without a type. Throws
  // std::bad_alloc.
  static Result<std::unique_ptr<Evaluator>> create(std::span<const Expr* const> roots, uint32_t capacity,
                                                   uint64_t bytes_max);
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;
  ~Evaluator();

  // Starts a batch: results of the one before are dead, errors forgotten.
  void begin(const EvaluationInput& input, const ExpressionContext& context);

  // The values of root number `root` at the rows; other rows mean nothing. Lives until begin(), the next evaluate() of
  // the same root, or the end of the input. Throws std::bad_alloc.
  const Vector& evaluate(size_t root, const Selection& rows);
  // The rows where a boolean root is true, written to `out` (room for rows.count(), may be rows.positions()). Rows from
  // error_row() on are left out. Throws std::bad_alloc.
  Selection filter(size_t root, const Selection& rows, uint16_t* out);

  // Of this batch, over all roots evaluated so far.
  bool failed() const { return errors_.any(); }
  uint32_t error_row() const { return errors_.row_end(); }
  const Status& error() const { return errors_.status(); }

  uint64_t bytes_held() const { return memory_.bytes_held() + heap_.bytes_held(); }

 private:
  friend class EvaluatorParts;
  struct Node;

  Evaluator(uint32_t capacity, uint64_t bytes_max)
      : capacity_(capacity), memory_(bytes_max), heap_(bytes_max) {}

  uint32_t capacity_;
  BatchArena memory_;  // nodes and their vectors
  BatchArena heap_;    // strings of the batch
  std::string scratch_;
  RowErrors errors_;
  std::vector<Node*> roots_;
  EvaluationInput input_;
  const ExpressionContext* context_ = nullptr;
};

}  // namespace ddb
