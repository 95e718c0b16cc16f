// physical_kind: how vectors and rows hold the values of each SQL type. Keeps: a type and its modifier alone decide the
// kind, so that a column has the same one everywhere.
//
//   SQL type                               kind       value
//   boolean                                kBool      0 or 1; any other byte counts as 1
//   smallint, integer, bigint              kInt16…64
//   date                                   kInt32     days; time, timestamp, timestamptz: kInt64 µs (datetime_types.h)
//   real, double precision                 kFloat, kDouble
//   numeric(p, s) of at most 18 digits     kInt64     value · 10^scale (scaled_numeric.h)
//                 of at most 38            kInt128    likewise
//   every other numeric                    kString    numeric_encode's bytes (numeric.h)
//   text, varchar, char, bytea             kString    the bytes; char with its padding
//   uuid, interval                         kUuid, kInterval
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "record/datetime_types.h"
#include "record/sql_type.h"
#include "record/string_view16.h"
#include "record/uuid.h"

namespace ddb {

enum class PhysicalKind : uint8_t {
  kBool,
  kInt16,
  kInt32,
  kInt64,
  kInt128,
  kFloat,
  kDouble,
  kString,
  kUuid,
  kInterval,
};
inline constexpr int kPhysicalKinds = 10;

// A numeric of this modifier: its kind, and the scale of the integers when that is kInt64 or kInt128.
struct NumericForm {
  PhysicalKind kind;
  int scale;
  friend bool operator==(const NumericForm&, const NumericForm&) = default;
};
NumericForm numeric_form(int32_t typmod);

PhysicalKind physical_kind(const SqlType& type);

// In a vector.
constexpr size_t bytes_per_value(PhysicalKind kind) {
  switch (kind) {
    case PhysicalKind::kBool:
      return 1;
    case PhysicalKind::kInt16:
      return 2;
    case PhysicalKind::kInt32:
    case PhysicalKind::kFloat:
      return 4;
    case PhysicalKind::kInt64:
    case PhysicalKind::kDouble:
      return 8;
    case PhysicalKind::kInt128:
    case PhysicalKind::kString:
    case PhysicalKind::kUuid:
    case PhysicalKind::kInterval:
      return 16;
  }
  return 0;
}

// The C++ type of a kind's values in a vector.
template <typename T>
struct PhysicalKindOf;
template <>
struct PhysicalKindOf<uint8_t> : std::integral_constant<PhysicalKind, PhysicalKind::kBool> {};
template <>
struct PhysicalKindOf<int16_t> : std::integral_constant<PhysicalKind, PhysicalKind::kInt16> {};
template <>
struct PhysicalKindOf<int32_t> : std::integral_constant<PhysicalKind, PhysicalKind::kInt32> {};
template <>
struct PhysicalKindOf<int64_t> : std::integral_constant<PhysicalKind, PhysicalKind::kInt64> {};
template <>
struct PhysicalKindOf<__int128> : std::integral_constant<PhysicalKind, PhysicalKind::kInt128> {};
template <>
struct PhysicalKindOf<float> : std::integral_constant<PhysicalKind, PhysicalKind::kFloat> {};
template <>
struct PhysicalKindOf<double> : std::integral_constant<PhysicalKind, PhysicalKind::kDouble> {};
template <>
struct PhysicalKindOf<StringView16> : std::integral_constant<PhysicalKind, PhysicalKind::kString> {};
template <>
struct PhysicalKindOf<Uuid> : std::integral_constant<PhysicalKind, PhysicalKind::kUuid> {};
template <>
struct PhysicalKindOf<Interval> : std::integral_constant<PhysicalKind, PhysicalKind::kInterval> {};

// visit(std::type_identity<T>()) with the C++ type of the kind.
template <typename Visitor>
constexpr decltype(auto) visit_kind(PhysicalKind kind, Visitor&& visit) {
  switch (kind) {
    case PhysicalKind::kBool:
      return visit(std::type_identity<uint8_t>());
    case PhysicalKind::kInt16:
      return visit(std::type_identity<int16_t>());
    case PhysicalKind::kInt32:
      return visit(std::type_identity<int32_t>());
    case PhysicalKind::kInt64:
      return visit(std::type_identity<int64_t>());
    case PhysicalKind::kInt128:
      return visit(std::type_identity<__int128>());
    case PhysicalKind::kFloat:
      return visit(std::type_identity<float>());
    case PhysicalKind::kDouble:
      return visit(std::type_identity<double>());
    case PhysicalKind::kString:
      return visit(std::type_identity<StringView16>());
    case PhysicalKind::kUuid:
      return visit(std::type_identity<Uuid>());
    case PhysicalKind::kInterval:
      break;
  }
  return visit(std::type_identity<Interval>());
}

}  // namespace ddb
