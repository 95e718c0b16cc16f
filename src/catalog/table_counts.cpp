// table_counts: deltas of transactions, of tables, and into the stored statistics.
#include "catalog/table_counts.h"

#include <algorithm>

#include "base/assert.h"

namespace ddb {

uint64_t rows_after(uint64_t rows, const RowChanges& changes) {
  // Stored numbers may be anything.
  const uint64_t most = rows + std::min(changes.inserted, ~rows);
  return most > changes.deleted ? most - changes.deleted : 0;
}

// --- One transaction ---------------------------------------------------------------------------------------------------

// Statements note the same table again and again, so the last one is looked at first.
TableChanges* TransactionCounts::find_in_level(int64_t table_id) {
  const size_t first = marks_.empty() ? 0 : marks_.back();
  for (size_t i = entries_.size(); i > first; --i) {
    if (entries_[i - 1].table_id == table_id) return &entries_[i - 1];
  }
  return nullptr;
}

void TransactionCounts::note(int64_t table_id, const RowChanges& changes) {
  if (TableChanges* entry = find_in_level(table_id); entry != nullptr) {
    entry->changes += changes;
  } else if (entries_.size() < kEntriesMax) {
    entries_.push_back({table_id, changes});
  } else {
    not_counted_ += changes.total();
  }
}

void TransactionCounts::rollback_to(uint32_t depth) {
  DDB_ASSERT(depth >= 1 && depth <= marks_.size());
  marks_.resize(depth);
  entries_.resize(marks_.back());
}

void TransactionCounts::release(uint32_t depth) {
  DDB_ASSERT(depth >= 1 && depth <= marks_.size());
  const auto first = static_cast<ptrdiff_t>(marks_[depth - 1]);
  const std::vector<TableChanges> inside(entries_.begin() + first, entries_.end());
  entries_.resize(static_cast<size_t>(first));
  marks_.resize(depth - 1);
  for (const TableChanges& entry : inside) note(entry.table_id, entry.changes);
}

void TransactionCounts::clear() {
  entries_.clear();
  marks_.clear();
  not_counted_ = 0;
}

RowChanges TransactionCounts::changes_of(int64_t table_id) const {
  RowChanges sum;
  for (const TableChanges& entry : entries_) {
    if (entry.table_id == table_id) sum += entry.changes;
  }
  return sum;
}

std::vector<TableChanges> TransactionCounts::totals() const {
  std::vector<TableChanges> sums = entries_;
  std::stable_sort(sums.begin(), sums.end(),
                   [](const TableChanges& a, const TableChanges& b) { return a.table_id < b.table_id; });
  size_t kept = 0;
  for (size_t i = 0; i < sums.size(); ++i) {
    if (kept > 0 && sums[kept - 1].table_id == sums[i].table_id) {
      sums[kept - 1].changes += sums[i].changes;
    } else {
      sums[kept++] = sums[i];
    }
  }
  sums.resize(kept);
  return sums;
}

// --- All tables --------------------------------------------------------------------------------------------------------

TableCounts::Table* TableCounts::find(int64_t table_id) {
  const auto at = places_.find(table_id);
  return at == places_.end() ? nullptr : &tables_[at->second];
}

const TableCounts::Table* TableCounts::find(int64_t table_id) const {
  const auto at = places_.find(table_id);
  return at == places_.end() ? nullptr : &tables_[at->second];
}

// Null if every place is taken by a table with a delta.
TableCounts::Table* TableCounts::find_or_make(int64_t table_id) {
  if (Table* table = find(table_id); table != nullptr) return table;
  if (places_.size() >= tables_max_) {
    if (changed_ == places_.size()) return nullptr;
    do {
      hand_ = (hand_ + 1) % tables_.size();
    } while (!tables_[hand_].is_used || tables_[hand_].delta.total() != 0);
    drop(tables_[hand_]);
  }
  if (free_.empty()) {
    free_.reserve(tables_.size() + 1);  // drop() must not fail
    tables_.emplace_back();
    free_.push_back(tables_.size() - 1);
  }
  places_.emplace(table_id, free_.back());
  Table& table = tables_[free_.back()];
  free_.pop_back();
  table.table_id = table_id;
  table.is_used = true;
  return &table;
}

void TableCounts::drop(Table& table) {
  if (table.delta.total() != 0) --changed_;
  places_.erase(table.table_id);
  free_.push_back(static_cast<size_t>(&table - tables_.data()));
  table = Table();
}

void TableCounts::set_stored(int64_t table_id, const TableStatistics& statistics) {
  const MutexLock lock(mutex_);
  Table* table = find_or_make(table_id);
  if (table == nullptr) return;
  table->is_stored_known = true;
  table->stored_rows = statistics.rows;
  table->stored_changes = statistics.changes;
  table->rows_analyzed = statistics.rows_analyzed;
}

void TableCounts::add(const std::vector<TableChanges>& changes) {
  const MutexLock lock(mutex_);
  for (const TableChanges& entry : changes) {
    if (entry.changes.total() == 0) continue;
    Table* table = find_or_make(entry.table_id);
    if (table == nullptr) {
      not_counted_ += entry.changes.total();
      continue;
    }
    if (table->delta.total() == 0) ++changed_;
    table->delta += entry.changes;
  }
}

void TableCounts::forget(int64_t table_id) {
  const MutexLock lock(mutex_);
  if (Table* table = find(table_id); table != nullptr) drop(*table);
}

std::optional<uint64_t> TableCounts::estimate(int64_t table_id) const {
  const MutexLock lock(mutex_);
  const Table* table = find(table_id);
  if (table == nullptr || !table->is_stored_known) return std::nullopt;
  return rows_after(table->stored_rows, table->delta);
}

bool TableCounts::needs_analysis(int64_t table_id) const {
  const MutexLock lock(mutex_);
  const Table* table = find(table_id);
  return table != nullptr && table->is_stored_known &&
         deserves_analysis(table->stored_changes + table->delta.total(), table->rows_analyzed);
}

bool TableCounts::wants_write() const {
  const MutexLock lock(mutex_);
  return changed_ >= (tables_max_ + 1) / 2;
}

uint64_t TableCounts::changes_not_counted() const {
  const MutexLock lock(mutex_);
  return not_counted_;
}

size_t TableCounts::tables() const {
  const MutexLock lock(mutex_);
  return places_.size();
}

Result<TableCounts::Taken> TableCounts::write(Session& session, const StatisticsTable& statistics) const {
  Taken taken;
  {
    const MutexLock lock(mutex_);
    for (const Table& table : tables_) {
      if (table.is_used && table.delta.total() != 0) taken.push_back({table.table_id, table.delta});
    }
  }
  // Neighbours in the tree one after another.
  std::sort(taken.begin(), taken.end(),
            [](const TableChanges& a, const TableChanges& b) { return a.table_id < b.table_id; });
  size_t kept = 0;
  for (const TableChanges& entry : taken) {
    Result<std::optional<TableStatistics>> stored = statistics.read(session, entry.table_id);
    if (stored.status().is(sqlstate::kCorrupted) || stored.status().is(sqlstate::kFeatureNotSupported))
      continue;
    if (!stored.is_ok()) return stored.status();
    TableStatistics after = stored->has_value() ? std::move(**stored) : TableStatistics();
    after.rows = rows_after(after.rows, entry.changes);
    after.changes += entry.changes.total();
    DDB_RETURN_IF_ERROR(statistics.write(session, entry.table_id, after));
    taken[kept++] = entry;
  }
  taken.resize(kept);
  return taken;
}

// Commits may have been added since.
void TableCounts::subtract(Table& table, const RowChanges& changes) {
  const bool had = table.delta.total() != 0;
  table.delta.inserted -= std::min(table.delta.inserted, changes.inserted);
  table.delta.updated -= std::min(table.delta.updated, changes.updated);
  table.delta.deleted -= std::min(table.delta.deleted, changes.deleted);
  if (had && table.delta.total() == 0) --changed_;
}

void TableCounts::written(const Taken& taken) {
  const MutexLock lock(mutex_);
  for (const TableChanges& entry : taken) {
    Table* table = find(entry.table_id);
    if (table == nullptr) continue;  // forgotten since
    subtract(*table, entry.changes);
    table->stored_rows = rows_after(table->stored_rows, entry.changes);
    table->stored_changes += entry.changes.total();
  }
}

RowChanges TableCounts::begin_analysis(int64_t table_id) const {
  const MutexLock lock(mutex_);
  const Table* table = find(table_id);
  return table == nullptr ? RowChanges() : table->delta;
}

void TableCounts::analyzed(int64_t table_id, const TableStatistics& statistics, const RowChanges& before) {
  const MutexLock lock(mutex_);
  Table* table = find_or_make(table_id);
  if (table == nullptr) return;
  subtract(*table, before);
  table->is_stored_known = true;
  table->stored_rows = statistics.rows;
  table->stored_changes = statistics.changes;
  table->rows_analyzed = statistics.rows_analyzed;
}

}  // namespace ddb
