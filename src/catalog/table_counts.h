// table_counts: how many rows tables have, kept roughly true in memory, so that a commit dirties no page for it (STORAGE 5).
//
//   statement ──note()──▶ TransactionCounts ──commit: TableCounts::add()──▶ deltas per table ──write()──▶ stored statistics
//                          rollback: clear()                                                 (checkpoint, close, ANALYZE)
//
// estimate = stored rows + delta. After a crash the deltas since the last write() are gone and the stored rows remain; the
// next ANALYZE counts anew. Nothing but estimates and the choice when to analyse may depend on these numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/mutex.h"
#include "base/runtime.h"
#include "base/status.h"
#include "catalog/statistics.h"
#include "catalog/statistics_table.h"
#include "txn/session.h"

namespace ddb {

struct RowChanges {
  uint64_t inserted = 0;
  uint64_t updated = 0;
  uint64_t deleted = 0;

  uint64_t total() const { return inserted + updated + deleted; }
  RowChanges& operator+=(const RowChanges& other) {
    inserted += other.inserted;
    updated += other.updated;
    deleted += other.deleted;
    return *this;
  }
  friend bool operator==(const RowChanges&, const RowChanges&) = default;
};

struct TableChanges {
  int64_t table_id = 0;
  RowChanges changes;
};

// PostgreSQL's threshold for autovacuum's ANALYZE: more than 50 rows and a tenth of the table changed.
inline constexpr uint64_t kAnalyzeRowsBase = 50;
inline constexpr uint64_t kAnalyzeRowsPart = 10;
constexpr bool deserves_analysis(uint64_t changes, uint64_t rows_analyzed) {
  return changes > kAnalyzeRowsBase + rows_analyzed / kAnalyzeRowsPart;
}

// The changes of one write transaction, with those of its savepoints apart. For one thread. Throws std::bad_alloc.
class TransactionCounts {
 public:
  // Tables times savepoints that changed them. What is beyond is not counted (the estimates get older).
  static constexpr size_t kEntriesMax = 4096;

  void note(int64_t table_id, const RowChanges& changes);
  // Savepoint depths are the session's: savepoint() of the transaction makes `depth` one more.
  void savepoint() { marks_.push_back(entries_.size()); }
  // Forgets what was noted since savepoint `depth` (1…) was set; it stays. REQUIRES: there is such a savepoint.
  void rollback_to(uint32_t depth);
  // Forgets the savepoint and those inside it; what was noted stays.
  void release(uint32_t depth);
  // For the next transaction.
  void clear();

  // Of the whole transaction so far: what its own estimates add.
  RowChanges changes_of(int64_t table_id) const;
  // Summed up by table, in order of table ids.
  std::vector<TableChanges> totals() const;
  uint64_t changes_not_counted() const { return not_counted_; }

 private:
  TableChanges* find_in_level(int64_t table_id);

  std::vector<TableChanges> entries_;  // by savepoint, each table once in each
  std::vector<size_t> marks_;          // where the entries of each savepoint begin
  uint64_t not_counted_ = 0;
};

// Thread-safe. Throws std::bad_alloc.
class TableCounts {
 public:
  static constexpr size_t kTablesMax = 4096;  // 100 bytes each

  explicit TableCounts(Runtime& runtime, size_t tables_max = kTablesMax)
      : mutex_(runtime), tables_max_(tables_max) {}

  // A table's stored numbers became known: when its statistics were read. Keeps the delta.
  void set_stored(int64_t table_id, const TableStatistics& statistics);
  // A commit was acknowledged. A table beyond the bound takes the place of one without a delta; if there is none its changes are not
  // counted and wants_write() says so.
  void add(const std::vector<TableChanges>& changes);
  // The table is gone: said when its drop was acknowledged, after add() of all earlier commits.
  void forget(int64_t table_id);

  // Rows; nothing if the stored number is not known: read the statistics and set_stored() (absent: those of an empty table).
  std::optional<uint64_t> estimate(int64_t table_id) const;
  // Whether enough changed since the last analysis; false if the stored numbers are not known.
  bool needs_analysis(int64_t table_id) const;
  // Half of the tables that can be kept have deltas: write() soon.
  bool wants_write() const;
  uint64_t changes_not_counted() const;

  // Deltas as they were at one moment.
  using Taken = std::vector<TableChanges>;

  // Adds all deltas to the stored statistics, in a write transaction of the caller's; a row is made for a table that has none.
  // Damaged or newer statistics of a table are left as they are. One page write a table that changed. The deltas stay until
  // written(), which the caller says when the transaction was acknowledged: then what was written is no delta any more. The session's
  // errors; 53200.
  Result<Taken> write(Session& session, const StatisticsTable& statistics) const;
  void written(const Taken& taken);

  // ANALYZE: take what changed before its snapshot, and say afterwards what it stored. Changes in between are kept.
  RowChanges begin_analysis(int64_t table_id) const;
  void analyzed(int64_t table_id, const TableStatistics& statistics, const RowChanges& before);

  size_t tables() const;

 private:
  struct Table {
    int64_t table_id = 0;
    bool is_used = false;
    bool is_stored_known = false;
    uint64_t stored_rows = 0;
    uint64_t stored_changes = 0;
    uint64_t rows_analyzed = 0;
    RowChanges delta;
  };
  Table* find(int64_t table_id) DDB_REQUIRES(mutex_);
  const Table* find(int64_t table_id) const DDB_REQUIRES(mutex_);
  Table* find_or_make(int64_t table_id) DDB_REQUIRES(mutex_);
  void drop(Table& table) DDB_REQUIRES(mutex_);
  void subtract(Table& table, const RowChanges& changes) DDB_REQUIRES(mutex_);

  mutable Mutex mutex_;  // leaf: nothing is taken under it, and no I/O
  const size_t tables_max_;
  std::vector<Table> tables_ DDB_GUARDED_BY(mutex_);  // grows to tables_max_
  std::unordered_map<int64_t, size_t> places_ DDB_GUARDED_BY(mutex_);
  std::vector<size_t> free_ DDB_GUARDED_BY(mutex_);
  size_t changed_ DDB_GUARDED_BY(mutex_) = 0;  // tables with a delta
  size_t hand_ DDB_GUARDED_BY(mutex_) = 0;     // where the search for one without goes on
  uint64_t not_counted_ DDB_GUARDED_BY(mutex_) = 0;
};

// Stored rows after changes, never below 0.
uint64_t rows_after(uint64_t rows, const RowChanges& changes);

}  // namespace ddb
