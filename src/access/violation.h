// violation: the errors of broken constraints, in PostgreSQL's words.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "access/table_rules.h"
#include "base/status.h"

namespace ddb {

// "(a, b)=(1, x)" of row `row`: columns and their values. Values of more than 64 bytes are cut.
std::string describe_key(const TableRules& table, std::span<const uint32_t> columns, const RowBatch& rows,
                         uint32_t row);

Status not_null_violation(const TableRules& table, uint32_t column, const RowBatch& rows, uint32_t row);
Status check_violation(const TableRules& table, const CheckRules& check, const RowBatch& rows, uint32_t row);
Status unique_violation(const TableRules& table, const std::string& constraint,
                        std::span<const uint32_t> columns, const RowBatch& rows, uint32_t row);
// Of a unique index, expressions included. An expression that fails has the value "?".
Status unique_violation(const TableRules& table, const IndexRules& index, const RowBatch& rows, uint32_t row);
// The child's row has no parent.
Status no_parent_violation(const ForeignKeyRules& key, const std::string& description);
// Of MATCH FULL: some columns are NULL and others are not.
Status match_full_violation(const ForeignKeyRules& key);
// The parent's row has children.
Status has_children_violation(const ForeignKeyRules& key, const std::string& description);

}  // namespace ddb
