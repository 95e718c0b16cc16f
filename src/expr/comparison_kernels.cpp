// comparison_kernels: =, <>, <, <=, >, >= of types with a fixed width and of text, as loops over flat vectors.
//
// Every comparison is "equal" or "less" of its operands or of the exchanged ones, perhaps negated: a > b is b < a,
// a <= b is not b < a. So two loops per pair of types serve six operators.
#include <cmath>
#include <concepts>

#include "expr/comparison.h"
#include "expr/kernel.h"
#include "record/interval_span.h"

namespace ddb {
namespace {

// NaN equals NaN and lies above all else.
struct Equal {
  template <typename A, typename B>
  static bool of(A a, B b) {
    if constexpr (std::floating_point<A> || std::floating_point<B>) {
      return (a == b) | ((a != a) & (b != b));
    } else {
      return a == b;
    }
  }
};
struct Less {
  template <typename A, typename B>
  static bool of(A a, B b) {
    if constexpr (std::floating_point<A> || std::floating_point<B>) {
      return (a < b) | ((b != b) & (a == a));
    } else {
      return a < b;
    }
  }
};

// boolean: any byte but 0 is true.
struct Boolean {
  uint8_t byte;
  friend bool operator==(Boolean a, Boolean b) { return (a.byte != 0) == (b.byte != 0); }
  friend bool operator<(Boolean a, Boolean b) { return (a.byte == 0) & (b.byte != 0); }
};
struct Span {
  Interval interval;
  friend bool operator==(const Span& a, const Span& b) {
    return interval_span(a.interval) == interval_span(b.interval);
  }
  friend bool operator<(const Span& a, const Span& b) {
    return interval_span(a.interval) < interval_span(b.interval);
  }
};

template <typename T>
const T* data_of(const Vector& vector) {
  return static_cast<const T*>(vector.raw_data());
}

template <typename Order, typename A, typename B>
void compare_rows(const Vector& left, const Vector& right, const Selection& rows, uint8_t flip,
                  uint8_t* out) {
  const A* a = data_of<A>(left);
  const B* b = data_of<B>(right);
  if (!rows.is_dense() || (left.is_constant() && right.is_constant())) {
    for (uint32_t i = 0; i < rows.count(); ++i) {
      const uint32_t row = rows[i];
      out[row] = static_cast<uint8_t>(Order::of(a[left.row(row)], b[right.row(row)])) ^ flip;
    }
  } else if (right.is_constant()) {
    const B constant = b[0];
    for (uint32_t i = 0; i < rows.count(); ++i)
      out[i] = static_cast<uint8_t>(Order::of(a[i], constant)) ^ flip;
  } else if (left.is_constant()) {
    const A constant = a[0];
    for (uint32_t i = 0; i < rows.count(); ++i)
      out[i] = static_cast<uint8_t>(Order::of(constant, b[i])) ^ flip;
  } else {
    for (uint32_t i = 0; i < rows.count(); ++i) out[i] = static_cast<uint8_t>(Order::of(a[i], b[i])) ^ flip;
  }
}

// Text of a NULL may refer to dead memory, so it is not looked at.
Selection without_nulls(const Vector& result, const Selection& rows, uint16_t* out) {
  if (result.validity() == nullptr) return rows;
  return Selection(out, select_rows(
                            rows, [&](uint32_t row) { return result.is_valid(row); }, out));
}

template <typename A, typename B>
void compare_kernel(KernelCall& call, const Selection& all_rows) {
  if (combine_nulls(call, all_rows)) return;
  Selection rows = all_rows;
  uint16_t positions[std::is_same_v<A, StringView16> ? kVectorRowsMax : 1];
  if constexpr (std::is_same_v<A, StringView16>) rows = without_nulls(call.result, all_rows, positions);
  const ComparisonPlan plan = comparison_plan(static_cast<Comparison>(call.variant));
  uint8_t* out = call.result.mutable_data<uint8_t>();
  const Vector& left = call.arg(0);
  const Vector& right = call.arg(1);
  if (!plan.is_less) return compare_rows<Equal, A, B>(left, right, rows, plan.flip, out);
  if (plan.exchanged) return compare_rows<Less, B, A>(right, left, rows, plan.flip, out);
  compare_rows<Less, A, B>(left, right, rows, plan.flip, out);
}

template <typename A, typename B>
constexpr KernelEntry compare(const char* symbol, Comparison comparison) {
  return {symbol, nullptr, &compare_kernel<A, B>, false, static_cast<uint8_t>(comparison)};
}

#define DDB_SIX_COMPARISONS(prefix, A, B)                                                                \
  compare<A, B>(prefix "eq", Comparison::kEqual), compare<A, B>(prefix "ne", Comparison::kNotEqual),     \
      compare<A, B>(prefix "lt", Comparison::kLess), compare<A, B>(prefix "le", Comparison::kLessEqual), \
      compare<A, B>(prefix "gt", Comparison::kGreater),                                                  \
      compare<A, B>(prefix "ge", Comparison::kGreaterEqual)

constexpr KernelEntry kEntries[] = {
    DDB_SIX_COMPARISONS("bool", Boolean, Boolean),
    DDB_SIX_COMPARISONS("int2", int16_t, int16_t),
    DDB_SIX_COMPARISONS("int4", int32_t, int32_t),
    DDB_SIX_COMPARISONS("int8", int64_t, int64_t),
    DDB_SIX_COMPARISONS("int24", int16_t, int32_t),
    DDB_SIX_COMPARISONS("int28", int16_t, int64_t),
    DDB_SIX_COMPARISONS("int42", int32_t, int16_t),
    DDB_SIX_COMPARISONS("int48", int32_t, int64_t),
    DDB_SIX_COMPARISONS("int82", int64_t, int16_t),
    DDB_SIX_COMPARISONS("int84", int64_t, int32_t),
    DDB_SIX_COMPARISONS("float4", float, float),
    DDB_SIX_COMPARISONS("float8", double, double),
    DDB_SIX_COMPARISONS("float48", float, double),
    DDB_SIX_COMPARISONS("float84", double, float),
    DDB_SIX_COMPARISONS("date_", int32_t, int32_t),
    DDB_SIX_COMPARISONS("time_", int64_t, int64_t),
    DDB_SIX_COMPARISONS("timestamp_", int64_t, int64_t),
    DDB_SIX_COMPARISONS("uuid_", Uuid, Uuid),
    DDB_SIX_COMPARISONS("interval_", Span, Span),
    DDB_SIX_COMPARISONS("bytea", StringView16, StringView16),
    compare<StringView16, StringView16>("texteq", Comparison::kEqual),
    compare<StringView16, StringView16>("textne", Comparison::kNotEqual),
    compare<StringView16, StringView16>("text_lt", Comparison::kLess),
    compare<StringView16, StringView16>("text_le", Comparison::kLessEqual),
    compare<StringView16, StringView16>("text_gt", Comparison::kGreater),
    compare<StringView16, StringView16>("text_ge", Comparison::kGreaterEqual),
    // Byte order whatever the collation, which here is the collation.
    compare<StringView16, StringView16>("text_pattern_lt", Comparison::kLess),
    compare<StringView16, StringView16>("text_pattern_le", Comparison::kLessEqual),
    compare<StringView16, StringView16>("text_pattern_gt", Comparison::kGreater),
    compare<StringView16, StringView16>("text_pattern_ge", Comparison::kGreaterEqual),
};

}  // namespace

std::span<const KernelEntry> comparison_kernels() { return kEntries; }

}  // namespace ddb
