// judge_rows: which row of a batch breaks a rule first.
#include <algorithm>
#include <tuple>

#include "access/table_changer.h"
#include "access/violation.h"
#include "btree/index_cursor.h"

namespace ddb {
namespace {

// Rows of a batch by their ids.
class PositionOf {
 public:
  explicit PositionOf(const RowBatch& rows) {
    for (uint32_t row = 0; row < rows.rows; ++row) rows_.push_back({rows.row_ids[row], row});
    std::sort(rows_.begin(), rows_.end());
  }
  // The first row with the id; rows() if none.
  uint32_t find(int64_t row_id) const {
    const auto at = std::lower_bound(rows_.begin(), rows_.end(), std::pair(row_id, uint32_t{0}));
    return at != rows_.end() && at->first == row_id ? at->second : static_cast<uint32_t>(rows_.size());
  }

 private:
  std::vector<std::pair<int64_t, uint32_t>> rows_;
};

}  // namespace

void TableChanger::Lowest::take(uint32_t new_row, uint32_t new_kind, uint32_t new_which) {
  if (std::tuple(new_row, new_kind, new_which) < std::tuple(row, kind, which)) {
    row = new_row;
    kind = new_kind;
    which = new_which;
  }
}

Status TableChanger::judge_columns(const RowBatch& rows, std::span<const uint32_t> columns, Lowest* lowest) {
  for (const uint32_t column : columns) {
    if (!rules_.columns[column].not_null || column == rules_.schema.row_id_column) continue;
    const Vector& vector = *rows.columns[column];
    if (vector.validity() == nullptr) continue;
    for (uint32_t row = 0; row < rows.rows; ++row) {
      if (!vector.is_null(row)) continue;
      lowest->take(row, 0, column);
      break;
    }
  }
  return Status::ok();
}

Status TableChanger::judge_checks(const RowBatch& rows, Lowest* lowest) {
  for (uint32_t i = 0; i < rules_.checks.size(); ++i) {
    uint64_t holds[kValidityWordsMax];
    std::fill_n(holds, kValidityWordsMax, ~uint64_t{0});
    DDB_RETURN_IF_ERROR(rules_.checks[i].condition->evaluate(rows, holds));
    for (uint32_t row = 0; row < rows.rows; ++row) {
      if ((holds[row / 64] >> (row % 64) & 1) != 0) continue;
      lowest->take(row, 1, i);
      break;
    }
  }
  return Status::ok();
}

// `old`: of an update, the rows before it; the keys built are those that change.
Status TableChanger::judge_unique(uint32_t index, const RowBatch* old, const RowBatch& fresh,
                                  Lowest* lowest) {
  IndexState& state = *indexes_[index];
  const IndexRules& rules = rules_.indexes[index];
  const std::span<const IndexKeys::Key> keys = state.fresh.keys();
  std::vector<uint32_t> first_rows;
  keys_.clear();
  for (size_t i = 0; i < keys.size();) {
    const std::string_view columns = state.fresh.columns(keys[i]);
    uint32_t first = keys[i].row;
    uint32_t second = Lowest::kNone;
    size_t end = i + 1;
    for (; end < keys.size() && state.fresh.columns(keys[end]) == columns; ++end) {
      second = std::min(second, std::max(first, keys[end].row));
      first = std::min(first, keys[end].row);
    }
    if (!keys[i].has_null || !rules.nulls_distinct) {
      if (second != Lowest::kNone) lowest->take(second, 2, index_rank(index));
      keys_.push_back(columns);
      first_rows.push_back(first);
    }
    i = end;
  }
  if (keys_.empty()) return Status::ok();
  std::vector<int64_t> met(keys_.size());
  std::vector<uint64_t> found((keys_.size() + 63) / 64);
  DDB_RETURN_IF_ERROR(state.reader.find_each(session_, keys_, met.data(), found.data()));
  std::optional<PositionOf> positions;
  std::vector<bool> leaves;  // rows of the batch whose old key goes
  for (size_t i = 0; i < keys_.size(); ++i) {
    if ((found[i / 64] >> (i % 64) & 1) == 0) continue;
    if (old != nullptr) {
      if (!positions) {
        positions.emplace(*old);
        leaves.assign(old->rows, false);
        for (const IndexKeys::Key& key : state.old.keys()) leaves[key.row] = true;
      }
      // A row before this one has left the key by then; itself it does not disturb.
      const uint32_t other = positions->find(met[i]);
      if (other == first_rows[i] || (other < first_rows[i] && leaves[other])) continue;
    }
    lowest->take(first_rows[i], 2, index_rank(index));
  }
  (void)fresh;
  return Status::ok();
}

Status TableChanger::judge_row_ids(const RowBatch* old, const RowBatch& fresh, Lowest* lowest) {
  if (rules_.row_id_constraint.empty() && old == nullptr) return Status::ok();
  const PositionOf mine(fresh);
  std::optional<PositionOf> before;
  if (old != nullptr) before.emplace(*old);
  for (uint32_t row = 0; row < fresh.rows && row <= lowest->row; ++row) {
    const int64_t row_id = fresh.row_ids[row];
    bool taken = mine.find(row_id) < row;
    if (!taken) {
      const uint32_t was = old != nullptr ? before->find(row_id) : fresh.rows;
      // Its own place, or one that an earlier row has left.
      if (was <= row && was < fresh.rows) continue;
      FoundRow found;
      DDB_TRY(taken, writer_.reader().find(session_, row_id, &found));
    }
    if (!taken) continue;
    lowest->take(row, 2, row_id_rank());
    break;
  }
  return Status::ok();
}

Status TableChanger::violation(const Lowest& lowest, const RowBatch& rows) {
  if (lowest.kind == 0) return not_null_violation(rules_, lowest.which, rows, lowest.row);
  if (lowest.kind == 1) return check_violation(rules_, rules_.checks[lowest.which], rows, lowest.row);
  if (lowest.which % 2 == 0) {
    const uint32_t column = rules_.schema.row_id_column;
    if (column == kNoColumn)
      return Status::error(sqlstate::kInternal, "row id " + std::to_string(rows.row_ids[lowest.row]) +
                                                    " of table \"" + rules_.name + "\" exists already");
    return unique_violation(rules_, rules_.row_id_constraint, {&column, 1}, rows, lowest.row);
  }
  const IndexRules& index = rules_.indexes[lowest.which / 2];
  return unique_violation(rules_, index, rows, lowest.row);
}

void TableChanger::drop_unchanged(IndexState& state) {
  constexpr uint32_t kNone = ~uint32_t{0};
  std::vector<uint32_t> before(kVectorRowsMax, kNone);
  const auto old_keys = state.old.keys();
  for (uint32_t i = 0; i < old_keys.size(); ++i) before[old_keys[i].row] = i;
  uint64_t changed[kValidityWordsMax];
  std::fill_n(changed, kValidityWordsMax, ~uint64_t{0});
  for (const IndexKeys::Key& key : state.fresh.keys()) {
    const uint32_t at = before[key.row];
    if (at == kNone || state.old.whole(old_keys[at]) != state.fresh.whole(key) ||
        state.old.payload(old_keys[at]) != state.fresh.payload(key))
      continue;
    changed[key.row / 64] &= ~(uint64_t{1} << (key.row % 64));
  }
  state.old.keep(changed);
  state.fresh.keep(changed);
}

Status TableChanger::judge_later(const LaterUnique& later) {
  const IndexRules& rules = rules_.indexes[later.index];
  DDB_RETURN_IF_ERROR(old_.load(session_, writer_.reader(), {&later.row_id, 1}, all_columns_));
  const RowBatch row = old_.rows();
  if (row.rows == 0) return Status::ok();  // it went meanwhile
  IndexKeys& keys = indexes_[later.index]->old;
  DDB_RETURN_IF_ERROR(keys.build(rules_, rules, row));
  if (keys.keys().empty() || (keys.keys()[0].has_null && rules.nulls_distinct)) return Status::ok();
  const std::string_view columns = keys.columns(keys.keys()[0]);
  const std::string high = std::string(columns) + static_cast<char>(kAboveEveryColumn);
  IndexCursor cursor(rules.tree);
  cursor.open(session_, {columns, high}, {});
  DDB_TRY(const uint32_t found, cursor.next_batch(2));
  cursor.release();
  if (found < 2) return Status::ok();
  return session_.fail_transaction(unique_violation(rules_, rules, row, 0));
}

Status TableChanger::find_conflicts(const RowBatch& rows, std::span<const uint32_t> indexes, int64_t* met,
                                    uint64_t* exists, uint64_t* repeats) {
  std::fill_n(exists, validity_words(rows.rows), uint64_t{0});
  std::fill_n(repeats, validity_words(rows.rows), uint64_t{0});
  const auto set = [](uint64_t* bits, uint32_t row) { bits[row / 64] |= uint64_t{1} << (row % 64); };
  const auto is_set = [](const uint64_t* bits, uint32_t row) {
    return (bits[row / 64] >> (row % 64) & 1) != 0;
  };
  for (const uint32_t index : indexes) {
    if (index == kRowId) {
      const PositionOf mine(rows);
      for (uint32_t row = 0; row < rows.rows; ++row) {
        if (mine.find(rows.row_ids[row]) < row) set(repeats, row);
        FoundRow found;
        DDB_TRY(const bool taken, writer_.reader().find(session_, rows.row_ids[row], &found));
        if (!taken || is_set(exists, row)) continue;
        set(exists, row);
        met[row] = rows.row_ids[row];
      }
      continue;
    }
    IndexState& state = *indexes_[index];
    const IndexRules& rules = rules_.indexes[index];
    DDB_RETURN_IF_ERROR(state.fresh.build(rules_, rules, rows));
    keys_.clear();
    std::vector<std::pair<uint32_t, uint32_t>> groups;  // of keys with the same columns
    const std::span<const IndexKeys::Key> keys = state.fresh.keys();
    for (uint32_t i = 0; i < keys.size();) {
      uint32_t end = i + 1;
      uint32_t first = keys[i].row;
      while (end < keys.size() && state.fresh.columns(keys[end]) == state.fresh.columns(keys[i]))
        first = std::min(first, keys[end++].row);
      if (!keys[i].has_null || !rules.nulls_distinct) {
        keys_.push_back(state.fresh.columns(keys[i]));
        groups.push_back({i, end});
        for (uint32_t k = i; k < end; ++k) {
          if (keys[k].row != first) set(repeats, keys[k].row);
        }
      }
      i = end;
    }
    std::vector<int64_t> ids(keys_.size());
    std::vector<uint64_t> found((keys_.size() + 63) / 64);
    DDB_RETURN_IF_ERROR(state.reader.find_each(session_, keys_, ids.data(), found.data()));
    for (uint32_t i = 0; i < groups.size(); ++i) {
      if (!is_set(found.data(), i)) continue;
      for (uint32_t k = groups[i].first; k < groups[i].second; ++k) {
        if (is_set(exists, keys[k].row)) continue;
        set(exists, keys[k].row);
        met[keys[k].row] = ids[i];
      }
    }
  }
  return Status::ok();
}

}  // namespace ddb
