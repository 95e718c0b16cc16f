// table_changer: rows and their index entries, after everything was judged.
#include "access/table_changer.h"

#include <algorithm>
#include <new>

#include "access/violation.h"
#include "base/faults.h"
#include "btree/index_cursor.h"

namespace ddb {
namespace {

bool contains(std::span<const uint32_t> columns, uint32_t column) {
  return std::ranges::find(columns, column) != columns.end();
}

// Whether an index has to change when these columns do.
bool depends_on(const IndexRules& index, std::span<const uint32_t> columns) {
  if (index.where != nullptr) return true;
  for (const IndexKeyPart& part : index.key) {
    if (part.expression != nullptr || contains(columns, part.column)) return true;
  }
  return std::ranges::any_of(index.stored, [&](uint32_t column) { return contains(columns, column); });
}

void add_columns(const TableSchema& schema, std::span<const uint32_t> columns, std::vector<uint32_t>* to) {
  for (const uint32_t column : columns) {
    if (column != schema.row_id_column && !contains(*to, column)) to->push_back(column);
  }
}

// Columns that an index is made of; all of them where a layer above evaluates rows.
void add_columns_of(const TableRules& rules, const IndexRules& index, std::span<const uint32_t> all,
                    std::vector<uint32_t>* to) {
  if (index.where != nullptr) return add_columns(rules.schema, all, to);
  for (const IndexKeyPart& part : index.key) {
    if (part.expression != nullptr) return add_columns(rules.schema, all, to);
    add_columns(rules.schema, {&part.column, 1}, to);
  }
  add_columns(rules.schema, index.stored, to);
}

}  // namespace

TableChanger::TableChanger(Session& session, const TableRules& rules)
    : session_(session), rules_(rules), writer_(session, rules.tree, rules.schema), old_(rules.schema) {
  for (uint32_t column = 0; column < rules.schema.columns.size(); ++column) {
    if (column != rules.schema.row_id_column) all_columns_.push_back(column);
  }
  for (const IndexRules& index : rules.indexes) {
    indexes_.push_back(std::make_unique<IndexState>(session, index.tree));
    add_columns_of(rules, index, all_columns_, &erase_columns_);
  }
}

template <typename Change>
Status TableChanger::failing(Change&& change) {
  try {
    Status done = change();
    return done.is_ok() ? done : session_.fail_transaction(std::move(done));
  } catch (const std::bad_alloc&) {
    return session_.fail_transaction(Status::out_of_memory());
  }
}

Status TableChanger::insert(const RowBatch& rows) {
  return failing([&] { return insert_checked(rows); });
}

Status TableChanger::insert_checked(const RowBatch& rows) {
  if (rows.rows == 0) return Status::ok();
  Lowest lowest;
  DDB_RETURN_IF_ERROR(judge_columns(rows, all_columns_, &lowest));
  DDB_RETURN_IF_ERROR(judge_checks(rows, &lowest));
  for (uint32_t i = 0; i < indexes_.size(); ++i) {
    DDB_RETURN_IF_ERROR(indexes_[i]->fresh.build(rules_, rules_.indexes[i], rows));
    if (is_unique_now(rules_.indexes[i])) DDB_RETURN_IF_ERROR(judge_unique(i, nullptr, rows, &lowest));
  }
  if (lowest.row != Lowest::kNone) {
    // The key that is the row id was not asked yet.
    DDB_RETURN_IF_ERROR(judge_row_ids(nullptr, rows, &lowest));
    return violation(lowest, rows);
  }
  DDB_TRY(const uint32_t done, writer_.insert(rows));
  if (done < rows.rows) {
    lowest.take(done, 2, row_id_rank());
    return violation(lowest, rows);
  }
  for (uint32_t i = 0; i < indexes_.size(); ++i) DDB_RETURN_IF_ERROR(add_entries(i, rows.row_ids));
  return Status::ok();
}

Status TableChanger::update(std::span<const int64_t> row_ids, std::span<const uint32_t> columns,
                            std::span<const Vector* const> values) {
  return failing([&] { return update_checked(row_ids, columns, values); });
}

Status TableChanger::take_new_ids(const Vector& values, uint32_t rows) {
  const PhysicalKind kind = rules_.schema.columns[rules_.schema.row_id_column].kind;
  for (uint32_t row = 0; row < rows; ++row) {
    if (values.is_null(row)) return not_null_violation(rules_, rules_.schema.row_id_column, old_.rows(), row);
    new_ids_[row] = kind == PhysicalKind::kInt16   ? values.value<int16_t>(row)
                    : kind == PhysicalKind::kInt32 ? values.value<int32_t>(row)
                                                   : values.value<int64_t>(row);
  }
  return Status::ok();
}

Status TableChanger::update_checked(std::span<const int64_t> row_ids, std::span<const uint32_t> columns,
                                    std::span<const Vector* const> values) {
  if (row_ids.empty()) return Status::ok();
  const auto count = static_cast<uint32_t>(row_ids.size());
  const bool moves = contains(columns, rules_.schema.row_id_column);
  std::vector<uint32_t> wanted;
  if (moves || !rules_.checks.empty()) wanted = all_columns_;
  for (const IndexRules& index : rules_.indexes) {
    if (moves || depends_on(index, columns)) add_columns_of(rules_, index, all_columns_, &wanted);
  }
  // What foreign keys compare: old and new.
  for (const ForeignKeyRules* key : rules_.foreign_keys) add_columns(rules_.schema, key->columns, &wanted);
  for (const ForeignKeyRules* key : rules_.referenced_by)
    add_columns(rules_.schema, key->parent_columns, &wanted);
  const bool judges_nulls =
      std::ranges::any_of(columns, [&](uint32_t c) { return rules_.columns[c].not_null; });
  if (judges_nulls) wanted = all_columns_;  // the error shows the row
  new_ids_.assign(row_ids.begin(), row_ids.end());
  if (wanted.empty() && !moves) {
    new_columns_.assign(rules_.schema.columns.size(), nullptr);
    for (size_t i = 0; i < columns.size(); ++i) new_columns_[columns[i]] = values[i];
    new_rows_ = {count, new_ids_.data(), new_columns_};
    Lowest lowest;
    DDB_RETURN_IF_ERROR(judge_columns(new_rows_, columns, &lowest));
    if (lowest.row != Lowest::kNone) return update_violation(lowest, row_ids);
    return write_rows(columns, values, false);
  }
  DDB_RETURN_IF_ERROR(old_.load(session_, writer_.reader(), row_ids, wanted));
  const RowBatch old = old_.rows();
  if (old.rows != count)
    return Status::error(sqlstate::kInternal,
                         "a row of table \"" + rules_.name + "\" to be updated does not exist");
  new_columns_.assign(old.columns.begin(), old.columns.end());
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i] == rules_.schema.row_id_column) {
      DDB_RETURN_IF_ERROR(take_new_ids(*values[i], count));
    } else {
      new_columns_[columns[i]] = values[i];
    }
  }
  new_rows_ = {count, new_ids_.data(), new_columns_};
  Lowest lowest;
  DDB_RETURN_IF_ERROR(judge_columns(new_rows_, columns, &lowest));
  DDB_RETURN_IF_ERROR(judge_checks(new_rows_, &lowest));
  for (uint32_t i = 0; i < indexes_.size(); ++i) {
    IndexState& state = *indexes_[i];
    const IndexRules& index = rules_.indexes[i];
    if (!moves && !depends_on(index, columns)) continue;
    DDB_RETURN_IF_ERROR(state.old.build(rules_, index, old));
    DDB_RETURN_IF_ERROR(state.fresh.build(rules_, index, new_rows_));
    drop_unchanged(state);
    if (is_unique_now(index)) DDB_RETURN_IF_ERROR(judge_unique(i, &old, new_rows_, &lowest));
  }
  if (moves) DDB_RETURN_IF_ERROR(judge_row_ids(&old, new_rows_, &lowest));
  if (lowest.row != Lowest::kNone) return update_violation(lowest, row_ids);
  DDB_RETURN_IF_ERROR(write_rows(columns, values, moves));
  for (uint32_t i = 0; i < indexes_.size(); ++i) {
    if (!moves && !depends_on(rules_.indexes[i], columns)) continue;
    DDB_RETURN_IF_ERROR(remove_entries(i));
    DDB_RETURN_IF_ERROR(add_entries(i, new_ids_.data()));
  }
  return Status::ok();
}

// The error shows the whole row as it would be: what was not needed so far is read now.
Status TableChanger::update_violation(const Lowest& lowest, std::span<const int64_t> row_ids) {
  DDB_RETURN_IF_ERROR(old_.load(session_, writer_.reader(), row_ids, all_columns_));
  const RowBatch whole = old_.rows();
  if (whole.rows != row_ids.size())
    return Status::error(sqlstate::kInternal,
                         "a row of table \"" + rules_.name + "\" to be updated does not exist");
  for (uint32_t c = 0; c < new_columns_.size(); ++c) {
    if (new_columns_[c] == nullptr) new_columns_[c] = whole.columns[c];
  }
  return violation(lowest, {whole.rows, new_ids_.data(), new_columns_});
}

// The table's own pages.
Status TableChanger::write_rows(std::span<const uint32_t> columns, std::span<const Vector* const> values,
                                bool moves) {
  constexpr uint32_t kAhead = 4;
  const uint32_t count = new_rows_.rows;
  if (!moves) {
    for (uint32_t row = 0; row < count; ++row) {
      if (row + kAhead < count) writer_.expect(new_ids_[row + kAhead]);
      DDB_TRY(const bool exists, writer_.update(new_ids_[row], columns, values, row));
      if (!exists)
        return Status::error(sqlstate::kInternal,
                             "a row of table \"" + rules_.name + "\" to be updated does not exist");
    }
    return Status::ok();
  }
  for (uint32_t row = 0; row < count; ++row) {
    DDB_RETURN_IF_ERROR(writer_.erase(old_.rows().row_ids[row]).status());
  }
  DDB_TRY(const uint32_t done, writer_.insert(new_rows_));
  if (done < count) return Status::error(sqlstate::kInternal, "a row id that was free is taken");
  return Status::ok();
}

Result<uint32_t> TableChanger::erase(std::span<const int64_t> row_ids, std::span<const uint32_t> columns) {
  uint32_t gone = 0;
  DDB_RETURN_IF_ERROR(failing([&]() -> Status {
    DDB_TRY(gone, erase_checked(row_ids, columns));
    return Status::ok();
  }));
  return gone;
}

Result<uint32_t> TableChanger::erase_checked(std::span<const int64_t> row_ids,
                                             std::span<const uint32_t> columns) {
  if (std::ranges::adjacent_find(row_ids, std::ranges::greater_equal()) != row_ids.end()) {
    // In order, and one that is named twice goes once.
    new_ids_.assign(row_ids.begin(), row_ids.end());
    std::ranges::sort(new_ids_);
    new_ids_.erase(std::unique(new_ids_.begin(), new_ids_.end()), new_ids_.end());
    row_ids = new_ids_;
  }
  constexpr uint32_t kAhead = 4;
  std::vector<uint32_t> wanted = erase_columns_;
  add_columns(rules_.schema, columns, &wanted);
  if (wanted.empty() && indexes_.empty() && columns.empty()) {
    uint32_t gone = 0;
    for (uint32_t row = 0; row < row_ids.size(); ++row) {
      if (row + kAhead < row_ids.size()) writer_.expect(row_ids[row + kAhead]);
      DDB_TRY(const bool existed, writer_.erase(row_ids[row]));
      gone += existed ? 1 : 0;
    }
    return gone;
  }
  DDB_RETURN_IF_ERROR(old_.load(session_, writer_.reader(), row_ids, wanted));
  const RowBatch old = old_.rows();
  for (uint32_t i = 0; i < indexes_.size(); ++i) {
    DDB_RETURN_IF_ERROR(indexes_[i]->old.build(rules_, rules_.indexes[i], old));
    DDB_RETURN_IF_ERROR(remove_entries(i));
  }
  for (uint32_t row = 0; row < old.rows; ++row) {
    if (row + kAhead < old.rows) writer_.expect(old.row_ids[row + kAhead]);
    DDB_TRY(const bool existed, writer_.erase(old.row_ids[row]));
    if (!existed)
      return Status::error(sqlstate::kInternal, "a row of table \"" + rules_.name + "\" was named twice");
  }
  return old.rows;
}

Status TableChanger::add_entries(uint32_t index, const int64_t* fresh_ids) {
  IndexState& state = *indexes_[index];
  entries_.clear();
  for (const IndexKeys::Key& key : state.fresh.keys()) {
    entries_.push_back({state.fresh.whole(key), state.fresh.payload(key)});
  }
  if (entries_.empty()) return Status::ok();
  DDB_RETURN_IF_ERROR(state.writer.insert(entries_));
  const IndexRules& rules = rules_.indexes[index];
  if (!rules.unique || is_unique_now(rules)) return Status::ok();
  // Whoever is alone with its key now needs no look later: the one that joins it will be looked at.
  for (const IndexKeys::Key& key : state.fresh.keys()) {
    if (key.has_null && rules.nulls_distinct) continue;
    IndexCursor cursor(rules.tree);
    const std::string high = std::string(state.fresh.columns(key)) + static_cast<char>(kAboveEveryColumn);
    cursor.open(session_, {state.fresh.columns(key), high}, {});
    DDB_TRY(const uint32_t found, cursor.next_batch(2));
    if (found > 1) later_unique_.push_back({index, fresh_ids[key.row]});
  }
  return Status::ok();
}

Status TableChanger::remove_entries(uint32_t index) {
  IndexState& state = *indexes_[index];
  if (DDB_FAULT(kForgetIndexEntry) && index + 1 == indexes_.size()) return Status::ok();
  keys_.clear();
  for (const IndexKeys::Key& key : state.old.keys()) keys_.push_back(state.old.whole(key));
  return keys_.empty() ? Status::ok() : state.writer.erase(keys_);
}

}  // namespace ddb
