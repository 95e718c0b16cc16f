// kernel: finding kernels, and the loop around row kernels.
#include "expr/kernel.h"

#include <algorithm>
#include <vector>

#include "expr/row_kernel.h"

namespace ddb {
namespace {

const std::vector<const KernelEntry*>& sorted_kernels() {
  static const std::vector<const KernelEntry*> kSorted = [] {
    std::vector<const KernelEntry*> sorted;
    for (const auto table : {comparison_kernels(), mixed_comparison_kernels(), arithmetic_kernels(),
                             integer_kernels(), float_kernels(), numeric_kernels(), cast_kernels(),
                             string_kernels(), string_search_kernels(), string_format_kernels(),
                             bytea_kernels(), like_kernels(), datetime_kernels(), datetime_part_kernels()}) {
      for (const KernelEntry& entry : table) sorted.push_back(&entry);
    }
    std::sort(sorted.begin(), sorted.end(), [](const KernelEntry* a, const KernelEntry* b) {
      return std::string_view(a->symbol) < b->symbol;
    });
    return sorted;
  }();
  return kSorted;
}

bool any_argument_null(const KernelCall& call, uint32_t row) {
  for (uint32_t i = 0; i < call.argument_count; ++i) {
    if (call.arg(i).is_null(row)) return true;
  }
  return false;
}

}  // namespace

const KernelEntry* find_kernel(std::string_view symbol) {
  const auto& sorted = sorted_kernels();
  const auto found = std::lower_bound(
      sorted.begin(), sorted.end(), symbol,
      [](const KernelEntry* k, std::string_view s) { return std::string_view(k->symbol) < s; });
  return found != sorted.end() && (*found)->symbol == symbol ? *found : nullptr;
}

std::span<const KernelEntry* const> all_kernels() { return sorted_kernels(); }

void run_kernel(const KernelEntry& kernel, bool is_strict, KernelCall& call, const Selection& rows) {
  if (kernel.batch != nullptr) return kernel.batch(call, rows);
  bool may_be_null = false;
  for (uint32_t i = 0; is_strict && i < call.argument_count; ++i) {
    may_be_null = may_be_null || call.arg(i).validity() != nullptr;
  }
  for (uint32_t i = 0; i < rows.count(); ++i) {
    const uint32_t row = rows[i];
    if (may_be_null && any_argument_null(call, row)) {
      call.result.set_null(row);
      continue;
    }
    Status status = kernel.row(call, row);
    if (!status.is_ok()) [[unlikely]] {
      call.fail(row, std::move(status));
      return;
    }
  }
}

bool combine_nulls(KernelCall& call, const Selection& rows) {
  if (rows.count() == 0) return false;
  const uint32_t words = validity_words(rows[rows.count() - 1] + 1);
  for (uint32_t i = 0; i < call.argument_count; ++i) {
    const Vector& argument = call.arg(i);
    if (argument.validity() == nullptr) continue;
    if (argument.is_constant()) {
      call.result.set_constant_null();
      return true;
    }
    uint64_t* combined = call.result.mutable_validity();
    for (uint32_t w = 0; w < words; ++w) combined[w] &= argument.validity()[w];
  }
  return false;
}

namespace row_kernel_parts {

Status write(KernelCall& call, uint32_t row, const Numeric& value) {
  std::string& bytes = call.state.scratch;
  bytes.clear();
  numeric_encode(value, bytes);
  return call.result.set_string(row, bytes, call.state.heap);
}

}  // namespace row_kernel_parts
}  // namespace ddb
