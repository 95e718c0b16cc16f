// missing_cell: from a Value, by its kind.
#include "btree/missing_cell.h"

#include <cstring>
#include <optional>
#include <type_traits>
#include <variant>

#include "record/numeric.h"
#include "record/scaled_numeric.h"

namespace ddb {
namespace {

template <typename T>
void set_fixed(const T& value, MissingCell* cell) {
  static_assert(sizeof(T) <= sizeof(cell->fixed) && std::is_trivially_copyable_v<T>);
  std::memcpy(cell->fixed, &value, sizeof(T));
}

void set_numeric_cell(const Numeric& value, const SqlType& type, MissingCell* cell) {
  const NumericForm form = numeric_form(type.typmod);
  if (form.kind == PhysicalKind::kInt64) {
    const std::optional<int64_t> scaled = numeric_to_form<int64_t>(value, form.scale);
    cell->is_null = !scaled.has_value();
    cell->integer = scaled.value_or(0);
  } else if (form.kind == PhysicalKind::kInt128) {
    const std::optional<__int128> scaled = numeric_to_form<__int128>(value, form.scale);
    cell->is_null = !scaled.has_value();
    set_fixed(scaled.value_or(0), cell);
  } else {
    numeric_encode(value, cell->text);
  }
}

}  // namespace

MissingCell missing_cell(const TableColumn& column) {
  MissingCell cell;
  if (column.missing.is_null()) return cell;
  cell.is_null = false;
  std::visit(
      [&](const auto& value) {
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_integral_v<T>) {
          cell.integer = static_cast<int64_t>(value);
        } else if constexpr (std::is_same_v<T, Numeric>) {
          set_numeric_cell(value, column.type, &cell);
        } else if constexpr (std::is_same_v<T, std::string>) {
          cell.text = value;
        } else if constexpr (!std::is_same_v<T, Null>) {
          set_fixed(value, &cell);
        }
      },
      column.missing.payload);
  return cell;
}

}  // namespace ddb
