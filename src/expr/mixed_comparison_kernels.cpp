// mixed_comparison_kernels: comparisons that need more than two values of a fixed width: numeric in its three forms,
// character(n), and dates beside timestamps, where the zone may decide.
#include "expr/comparison.h"
#include "expr/row_kernel.h"
#include "record/character_types.h"
#include "record/datetime_cast.h"
#include "record/scaled_numeric.h"

namespace ddb {
namespace {

const TimeZone& zone_of(const KernelState& state) { return session_zone(state.context.datetime); }

constexpr int sign_of(std::strong_ordering order) { return order < 0 ? -1 : order > 0 ? 1 : 0; }

struct CompareChar {
  static int of(const KernelState&, std::string_view a, std::string_view b) { return compare_char(a, b); }
};
struct CompareDateTime {
  static int of(const KernelState&, Date a, Timestamp b) { return sign_of(compare(a, b)); }
  static int of(const KernelState&, Timestamp a, Date b) { return -sign_of(compare(b, a)); }
  static int of(const KernelState& s, Date a, Timestamptz b) { return sign_of(compare(a, b, zone_of(s))); }
  static int of(const KernelState& s, Timestamptz a, Date b) { return -sign_of(compare(b, a, zone_of(s))); }
  static int of(const KernelState& s, Timestamp a, Timestamptz b) {
    return sign_of(compare(a, b, zone_of(s)));
  }
  static int of(const KernelState& s, Timestamptz a, Timestamp b) {
    return -sign_of(compare(b, a, zone_of(s)));
  }
};

template <typename Order, typename A, typename B>
void three_way_kernel(KernelCall& call, const Selection& rows) {
  if (combine_nulls(call, rows)) return;
  const auto comparison = static_cast<Comparison>(call.variant);
  uint8_t* out = call.result.mutable_data<uint8_t>();
  Status status;
  for (uint32_t i = 0; i < rows.count(); ++i) {
    const uint32_t row = rows[i];
    // A NULL's text may refer to dead memory.
    if (call.result.is_null(row)) continue;
    const A a = row_kernel_parts::Input<A>::read(call, 0, row, status);
    const B b = row_kernel_parts::Input<B>::read(call, 1, row, status);
    out[row] = holds(comparison, Order::of(call.state, a, b));
  }
}

// --- numeric ----------------------------------------------------------------------------------------------------------

// An argument as integers of the wanted scale, where it is held like that or is a constant that fits exactly.
template <typename Int>
struct ScaledArgument {
  const Int* values = nullptr;
  Int constant{};
  bool is_constant = false;
  Int at(uint32_t row) const { return is_constant ? constant : values[row]; }
};

template <typename Int>
bool scaled_argument(const KernelCall& call, uint32_t i, NumericForm form, ScaledArgument<Int>& out) {
  const Vector& vector = call.arg(i);
  if (vector.is_constant()) {
    if (vector.is_null(0)) return false;
    auto value = numeric_at(vector, call.argument_types[i], 0);
    if (!value.is_ok()) return false;
    const std::optional<Int> scaled = numeric_to_form<Int>(*value, form.scale);
    out.is_constant = true;
    out.constant = scaled.value_or(Int{});
    return scaled.has_value();
  }
  out.values = static_cast<const Int*>(vector.raw_data());
  return numeric_form(call.argument_types[i].typmod) == form;
}

// False: the arguments are not of one scale.
template <typename Int>
bool compare_scaled_rows(KernelCall& call, const Selection& rows, NumericForm form) {
  ScaledArgument<Int> a, b;
  if (!scaled_argument(call, 0, form, a) || !scaled_argument(call, 1, form, b)) return false;
  const auto comparison = static_cast<Comparison>(call.variant);
  uint8_t* out = call.result.mutable_data<uint8_t>();
  const ComparisonPlan plan = comparison_plan(comparison);
  if (plan.exchanged) std::swap(a, b);
  for (uint32_t i = 0; i < rows.count(); ++i) {
    const uint32_t row = rows[i];
    const Int left = a.at(row), right = b.at(row);
    out[row] = static_cast<uint8_t>(plan.is_less ? left < right : left == right) ^ plan.flip;
  }
  return true;
}

void numeric_comparison_kernel(KernelCall& call, const Selection& rows) {
  if (combine_nulls(call, rows)) return;
  // The form of whichever is no constant.
  const NumericForm form = numeric_form(call.argument_types[call.arg(0).is_constant() ? 1 : 0].typmod);
  if (form.kind == PhysicalKind::kInt64 && compare_scaled_rows<int64_t>(call, rows, form)) return;
  if (form.kind == PhysicalKind::kInt128 && compare_scaled_rows<__int128>(call, rows, form)) return;
  const auto comparison = static_cast<Comparison>(call.variant);
  uint8_t* out = call.result.mutable_data<uint8_t>();
  for (uint32_t i = 0; i < rows.count(); ++i) {
    const uint32_t row = rows[i];
    if (call.result.is_null(row)) continue;
    Status status;
    const Numeric a = row_kernel_parts::Input<Numeric>::read(call, 0, row, status);
    const Numeric b = row_kernel_parts::Input<Numeric>::read(call, 1, row, status);
    if (!status.is_ok()) return call.fail(row, std::move(status));
    out[row] = holds(comparison, numeric_compare(a, b));
  }
}

template <BatchKernel Kernel>
constexpr KernelEntry entry(const char* symbol, Comparison comparison) {
  return {symbol, nullptr, Kernel, false, static_cast<uint8_t>(comparison)};
}

#define DDB_SIX(prefix, suffix, kernel)                          \
  entry<kernel>(prefix "eq" suffix, Comparison::kEqual),         \
      entry<kernel>(prefix "ne" suffix, Comparison::kNotEqual),  \
      entry<kernel>(prefix "lt" suffix, Comparison::kLess),      \
      entry<kernel>(prefix "le" suffix, Comparison::kLessEqual), \
      entry<kernel>(prefix "gt" suffix, Comparison::kGreater),   \
      entry<kernel>(prefix "ge" suffix, Comparison::kGreaterEqual)

constexpr BatchKernel kChar = &three_way_kernel<CompareChar, std::string_view, std::string_view>;

constexpr KernelEntry kEntries[] = {
    DDB_SIX("numeric_", "", &numeric_comparison_kernel),
    DDB_SIX("bpchar", "", kChar),
    DDB_SIX("date_", "_timestamp", (&three_way_kernel<CompareDateTime, Date, Timestamp>)),
    DDB_SIX("date_", "_timestamptz", (&three_way_kernel<CompareDateTime, Date, Timestamptz>)),
    DDB_SIX("timestamp_", "_date", (&three_way_kernel<CompareDateTime, Timestamp, Date>)),
    DDB_SIX("timestamptz_", "_date", (&three_way_kernel<CompareDateTime, Timestamptz, Date>)),
    DDB_SIX("timestamp_", "_timestamptz", (&three_way_kernel<CompareDateTime, Timestamp, Timestamptz>)),
    DDB_SIX("timestamptz_", "_timestamp", (&three_way_kernel<CompareDateTime, Timestamptz, Timestamp>)),
    entry<kChar>("bpchar_pattern_lt", Comparison::kLess),
    entry<kChar>("bpchar_pattern_le", Comparison::kLessEqual),
    entry<kChar>("bpchar_pattern_gt", Comparison::kGreater),
    entry<kChar>("bpchar_pattern_ge", Comparison::kGreaterEqual),
};

}  // namespace

std::span<const KernelEntry> mixed_comparison_kernels() { return kEntries; }

}  // namespace ddb
