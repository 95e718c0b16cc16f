// registry: what PostgreSQL 15's catalogs say about types, functions, operators and casts. Immutable; any thread may
// ask at any time; nothing here throws but what builds text (std::bad_alloc). Entries live for ever.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "expr/registry_tables.h"

namespace ddb {

// nullptr: no such type.
const TypeEntry* find_type(TypeOid oid);
// By pg_type.typname ("int4"); nullptr: none.
const TypeEntry* find_type(std::string_view name);
// "integer"; "???" for an OID that is none.
std::string_view type_name(TypeOid oid);
// '\0' for an OID that is none.
char type_category(TypeOid oid);
bool is_preferred_type(TypeOid oid);
inline bool is_array_type(TypeOid oid) {
  const TypeEntry* type = find_type(oid);
  return type != nullptr && type->category == 'A' && type->element != TypeOid::kNone;
}

// All functions, aggregates and window functions of a name; empty: none.
std::span<const FunctionEntry> functions_named(std::string_view name);
// REQUIRES: an OID that the registry's own tables name. nullptr: a function that SQL cannot call.
const FunctionEntry* find_function(FunctionOid oid);
std::span<const TypeOid> argument_types(const FunctionEntry& function);

std::span<const OperatorEntry> operators_named(std::string_view name);
const OperatorEntry* find_operator(OperatorOid oid);
// Exactly these operand types; left kNone: a prefix operator. nullptr: none.
const OperatorEntry* find_operator(std::string_view name, TypeOid left, TypeOid right);

// nullptr: pg_cast has no such row.
const CastEntry* find_cast(TypeOid source, TypeOid target);

// "lower(integer)", "integer + text", "- text": how PostgreSQL's messages name what was looked for.
std::string function_signature(std::string_view name, std::span<const TypeOid> arguments);
std::string operator_signature(std::string_view name, TypeOid left, TypeOid right);

}  // namespace ddb
