// definition_check: what a definition must be in itself, whoever made it. Whether what it refers to exists says reference_check.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/status.h"
#include "catalog/catalog_object.h"

namespace ddb {

inline constexpr size_t kNameBytesMax = 63;  // as PostgreSQL, whose parser cuts longer ones
inline constexpr uint32_t kKeyColumnsMax =
    32;  // of an index, included ones too, and of a constraint; as PostgreSQL
inline constexpr uint32_t kReferencesMax = 4096;  // of one expression
// Of one object's record: a view's text fits (SQL.md 21). 54000 beyond it.
inline constexpr uint64_t kRecordBytesMax = uint64_t{32} << 20;

// 42622 a name above 63 bytes, 42P16 an empty one, 22021 one that is not UTF-8.
Status check_name(std::string_view name);

// 42622, 42P16, 22021 a name; 54011 more than 1,600 columns or 32 key columns; 42701 two columns of a name; 42830 a foreign key
// whose columns do not match; 22023 a type or sequence that cannot be; 42P16 anything else that contradicts itself.
Status check_definition(const CatalogObject& object);

}  // namespace ddb
