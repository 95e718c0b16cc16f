// violation: messages as PostgreSQL 15 prints them.
#include "access/violation.h"

#include "record/vector_value.h"

namespace ddb {
namespace {

constexpr size_t kValueBytesMax = 64;

std::string quoted(const std::string& name) { return "\"" + name + "\""; }

void append_value(const Vector& vector, const SqlType& type, uint32_t row, std::string& out) {
  const Result<Value> value = value_at(vector, type, row);
  if (!value.is_ok()) {
    out += "?";
  } else if (value.value().is_null()) {
    out += "null";
  } else {
    std::string text;
    if (!append_value_text(value.value(), text).is_ok()) text = "?";
    if (text.size() > kValueBytesMax) {
      // Not in the middle of a character.
      size_t cut = kValueBytesMax;
      while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
      text.resize(cut);
      text += "...";
    }
    out += text;
  }
}

void append_value(const TableRules& table, uint32_t column, const RowBatch& rows, uint32_t row,
                  std::string& out) {
  if (column == table.schema.row_id_column) {
    out += std::to_string(rows.row_ids[row]);
  } else {
    append_value(*rows.columns[column], table.schema.columns[column].type, row, out);
  }
}

std::string describe_row(const TableRules& table, const RowBatch& rows, uint32_t row) {
  std::string text = "Failing row contains (";
  for (uint32_t column = 0; column < table.schema.columns.size(); ++column) {
    if (column > 0) text += ", ";
    append_value(table, column, rows, row, text);
  }
  return text + ").";
}

std::string column_list(const TableRules& table, std::span<const uint32_t> columns) {
  std::string text = "(";
  for (size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) text += ", ";
    text += table.columns[columns[i]].name;
  }
  return text + ")";
}

}  // namespace

std::string describe_key(const TableRules& table, std::span<const uint32_t> columns, const RowBatch& rows,
                         uint32_t row) {
  std::string text = column_list(table, columns) + "=(";
  for (size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) text += ", ";
    append_value(table, columns[i], rows, row, text);
  }
  return text + ")";
}

Status not_null_violation(const TableRules& table, uint32_t column, const RowBatch& rows, uint32_t row) {
  const std::string& name = table.columns[column].name;
  return Status::error(sqlstate::kNotNullViolation, "null value in column " + quoted(name) + " of relation " +
                                                        quoted(table.name) + " violates not-null constraint")
      .with_detail(describe_row(table, rows, row))
      .with_object({table.schema_name, table.name, name, {}});
}

Status check_violation(const TableRules& table, const CheckRules& check, const RowBatch& rows, uint32_t row) {
  return Status::error(sqlstate::kCheckViolation, "new row for relation " + quoted(table.name) +
                                                      " violates check constraint " + quoted(check.name))
      .with_detail(describe_row(table, rows, row))
      .with_object({table.schema_name, table.name, {}, check.name});
}

Status unique_violation(const TableRules& table, const std::string& constraint,
                        std::span<const uint32_t> columns, const RowBatch& rows, uint32_t row) {
  return Status::error(sqlstate::kUniqueViolation,
                       "duplicate key value violates unique constraint " + quoted(constraint))
      .with_detail("Key " + describe_key(table, columns, rows, row) + " already exists.")
      .with_object({table.schema_name, table.name, {}, constraint});
}

Status unique_violation(const TableRules& table, const IndexRules& index, const RowBatch& rows,
                        uint32_t row) {
  std::string names = "(";
  std::string values = "(";
  BatchArena memory(uint64_t{64} << 20);
  for (const IndexKeyPart& part : index.key) {
    if (names.size() > 1) {
      names += ", ";
      values += ", ";
    }
    if (part.expression == nullptr) {
      names += table.columns[part.column].name;
      append_value(table, part.column, rows, row, values);
      continue;
    }
    names += part.text;
    const Result<const Vector*> value = part.expression->evaluate(rows, memory);
    if (value.is_ok()) {
      append_value(*value.value(), part.order.type, row, values);
    } else {
      values += "?";
    }
  }
  return Status::error(sqlstate::kUniqueViolation,
                       "duplicate key value violates unique constraint " + quoted(index.name))
      .with_detail("Key " + names + ")=" + values + ") already exists.")
      .with_object({table.schema_name, table.name, {}, index.name});
}

Status no_parent_violation(const ForeignKeyRules& key, const std::string& description) {
  return Status::error(sqlstate::kForeignKeyViolation,
                       "insert or update on table " + quoted(key.child->name) +
                           " violates foreign key constraint " + quoted(key.name))
      .with_detail("Key " + description + " is not present in table " + quoted(key.parent->name) + ".")
      .with_object({key.child->schema_name, key.child->name, {}, key.name});
}

Status match_full_violation(const ForeignKeyRules& key) {
  return Status::error(sqlstate::kForeignKeyViolation,
                       "insert or update on table " + quoted(key.child->name) +
                           " violates foreign key constraint " + quoted(key.name))
      .with_detail("MATCH FULL does not allow mixing of null and nonnull key values.")
      .with_object({key.child->schema_name, key.child->name, {}, key.name});
}

Status has_children_violation(const ForeignKeyRules& key, const std::string& description) {
  return Status::error(sqlstate::kForeignKeyViolation,
                       "update or delete on table " + quoted(key.parent->name) +
                           " violates foreign key constraint " + quoted(key.name) + " on table " +
                           quoted(key.child->name))
      .with_detail("Key " + description + " is still referenced from table " + quoted(key.child->name) + ".")
      .with_object({key.child->schema_name, key.child->name, {}, key.name});
}

}  // namespace ddb
