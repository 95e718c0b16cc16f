// kernel: what computes a function over vectors. Keeps: a kernel reads and writes selected rows only, unless it cannot
// err on any bits; a failing row is noted, not returned, and ends the batch before it.
//
// Two kinds: a row kernel computes one row and is called in a loop that cares for NULLs and errors; a batch kernel is
// the loop itself, for what must be fast. Both are found by the symbol of the registry's FunctionEntry.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/seeded_random.h"
#include "base/status.h"
#include "expr/row_errors.h"
#include "record/datetime_context.h"
#include "record/sql_type.h"
#include "record/vector.h"

namespace ddb {

// What an expression depends on besides its inputs.
struct ExpressionContext {
  DateTimeContext datetime;        // its `now` is the transaction's start
  Timestamptz statement_start;     // statement_timestamp()
  SeededRandom* random = nullptr;  // of random(); nullptr: 55000
};

// Of one batch.
struct KernelState {
  BatchArena& heap;  // long strings of results
  std::string& scratch;
  RowErrors& errors;
  const ExpressionContext& context;
};

struct KernelCall {
  const Vector* const* arguments;
  const SqlType* argument_types;
  uint32_t argument_count;
  Vector& result;  // owned, reset
  SqlType result_type;
  uint8_t variant;
  KernelState& state;

  const Vector& arg(uint32_t i) const { return *arguments[i]; }
  void fail(uint32_t row, Status status) { state.errors.note(row, std::move(status)); }
};

// REQUIRES: all arguments are valid at `row`, where the function is strict.
using RowKernel = Status (*)(KernelCall& call, uint32_t row);
using BatchKernel = void (*)(KernelCall& call, const Selection& rows);

struct KernelEntry {
  const char* symbol;
  RowKernel row = nullptr;
  BatchKernel batch = nullptr;
  bool can_error = false;
  uint8_t variant = 0;  // what a kernel of several symbols shall do
};

// nullptr: not built. Thread-safe; the first call may throw std::bad_alloc.
const KernelEntry* find_kernel(std::string_view symbol);
// Every kernel there is, by symbol.
std::span<const KernelEntry* const> all_kernels();

// Runs the kernel over `rows`, NULLs and errors included.
void run_kernel(const KernelEntry& kernel, bool is_strict, KernelCall& call, const Selection& rows);

// Makes NULL where an argument is; true when all rows are, because a constant argument is NULL. For batch kernels.
bool combine_nulls(KernelCall& call, const Selection& rows);

// --- The tables, one per file of kernels ----------------------------------------------------------------------------------
std::span<const KernelEntry> comparison_kernels();
std::span<const KernelEntry> mixed_comparison_kernels();
std::span<const KernelEntry> arithmetic_kernels();
std::span<const KernelEntry> integer_kernels();
std::span<const KernelEntry> float_kernels();
std::span<const KernelEntry> numeric_kernels();
std::span<const KernelEntry> cast_kernels();
std::span<const KernelEntry> string_kernels();
std::span<const KernelEntry> string_search_kernels();
std::span<const KernelEntry> string_format_kernels();
std::span<const KernelEntry> bytea_kernels();
std::span<const KernelEntry> like_kernels();
std::span<const KernelEntry> datetime_kernels();
std::span<const KernelEntry> datetime_part_kernels();

}  // namespace ddb
