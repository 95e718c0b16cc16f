// row_layout: slots from kinds.
#include "record/row_layout.h"

#include <string>

namespace ddb {

Result<RowLayout> RowLayout::create(std::span<const PhysicalKind> kinds) {
  if (kinds.size() > kColumnsMax) {
    return Status::error(sqlstate::kProgramLimit,
                         "a row has more than " + std::to_string(kColumnsMax) + " columns");
  }
  RowLayout layout;
  layout.columns_.reserve(kinds.size());
  uint32_t slot = static_cast<uint32_t>(kinds.size() + 7) / 8;
  for (const PhysicalKind kind : kinds) {
    layout.columns_.push_back({kind, slot, layout.last_string_});
    if (kind == PhysicalKind::kString) layout.last_string_ = layout.column_count() - 1;
    slot += slot_bytes(kind);
  }
  layout.fixed_bytes_ = slot;
  return layout;
}

Result<RowLayout> RowLayout::create(std::span<const SqlType> types) {
  std::vector<PhysicalKind> kinds;
  kinds.reserve(types.size());
  for (const SqlType& type : types) kinds.push_back(physical_kind(type));
  return create(std::span<const PhysicalKind>(kinds));
}

}  // namespace ddb
