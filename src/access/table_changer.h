// table_changer: changes rows of one table together with its indexes; NOT NULL, CHECK, UNIQUE and PRIMARY KEY. Foreign keys are the
// ChangeSet's. Keeps: a batch is judged whole before its first page is changed, and the error is that of its lowest failing row; in
// a row NOT NULL comes first, then CHECK by name, then UNIQUE by age.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "access/index_keys.h"
#include "access/row_buffer.h"
#include "access/table_rules.h"
#include "base/status.h"
#include "btree/index_lookup.h"
#include "btree/index_writer.h"
#include "btree/table_writer.h"
#include "txn/session.h"

namespace ddb {

// For one session and thread. REQUIRES of changes: the session is writing. An error fails the transaction. Throws std::bad_alloc.
class TableChanger {
 public:
  TableChanger(Session& session, const TableRules& rules);

  // 23502, 23505, 23514, 54000; errors of conditions and of the session.
  Status insert(const RowBatch& rows);
  // Sets columns of the schema, the row id's too, to the rows of `values`: row i of row i. old_rows() and new_rows() are what they were and
  // are. XX000 for a row that does not exist.
  Status update(std::span<const int64_t> row_ids, std::span<const uint32_t> columns,
                std::span<const Vector* const> values);
  // Rows that do not exist are passed over. `columns`: read besides, for old_rows(). Returns how many went.
  Result<uint32_t> erase(std::span<const int64_t> row_ids, std::span<const uint32_t> columns = {});

  // Which rows of a batch that is to be inserted exist already by one of the unique indexes named (positions, or kRowId): bit i of `exists`
  // and the row it meets; bit i of `repeats`: an earlier row of the batch has its key. For ON CONFLICT.
  static constexpr uint32_t kRowId = ~uint32_t{0};
  Status find_conflicts(const RowBatch& rows, std::span<const uint32_t> indexes, int64_t* met,
                        uint64_t* exists, uint64_t* repeats);

  // Of the last update or erase.
  RowBatch old_rows() const { return old_.rows(); }
  RowBatch new_rows() const { return new_rows_; }

  const TableRules& rules() const { return rules_; }
  Session& session() { return session_; }
  TableReader& reader() { return writer_.reader(); }
  IndexReader& index_reader(uint32_t i) { return indexes_[i]->reader; }
  // Rows whose keys in a deferrable unique index were written and have to be judged later.
  struct LaterUnique {
    uint32_t index = 0;
    int64_t row_id = 0;
  };
  std::vector<LaterUnique>& later_unique() { return later_unique_; }
  // 23505 if another row has the key of this one by now.
  Status judge_later(const LaterUnique& later);

 private:
  struct IndexState {
    IndexState(Session& session, const IndexTree& tree) : writer(session, tree), reader(tree) {}
    IndexWriter writer;
    IndexReader reader;
    IndexKeys fresh, old;
  };
  // The rule that the lowest row breaks.
  struct Lowest {
    static constexpr uint32_t kNone = ~uint32_t{0};
    uint32_t row = kNone;
    uint32_t kind = 0;   // 0 NOT NULL, 1 CHECK, 2 UNIQUE
    uint32_t which = 0;  // column, check, or twice the age of the index, the row id's between
    void take(uint32_t new_row, uint32_t new_kind, uint32_t new_which);
  };
  Status judge_columns(const RowBatch& rows, std::span<const uint32_t> columns, Lowest* lowest);
  Status judge_checks(const RowBatch& rows, Lowest* lowest);
  Status judge_unique(uint32_t index, const RowBatch* old, const RowBatch& fresh, Lowest* lowest);
  Status judge_row_ids(const RowBatch* old, const RowBatch& fresh, Lowest* lowest);
  Status violation(const Lowest& lowest, const RowBatch& rows);
  Status insert_checked(const RowBatch& rows);
  Status update_checked(std::span<const int64_t> row_ids, std::span<const uint32_t> columns,
                        std::span<const Vector* const> values);
  Result<uint32_t> erase_checked(std::span<const int64_t> row_ids, std::span<const uint32_t> columns);
  Status write_rows(std::span<const uint32_t> columns, std::span<const Vector* const> values, bool moves);
  Status add_entries(uint32_t index, const int64_t* fresh_ids);
  Status remove_entries(uint32_t index);
  Status take_new_ids(const Vector& values, uint32_t rows);
  void drop_unchanged(IndexState& state);
  bool is_unique_now(const IndexRules& index) const {
    return index.unique && index.deferral == Deferral::kNotDeferrable;
  }
  uint32_t row_id_rank() const { return 2 * rules_.row_id_age; }
  uint32_t index_rank(uint32_t index) const { return 2 * index + 1; }
  template <typename Change>
  Status failing(Change&& change);

  Session& session_;
  const TableRules& rules_;
  TableWriter writer_;
  std::vector<std::unique_ptr<IndexState>> indexes_;
  std::vector<uint32_t> erase_columns_;  // that an erase must read
  std::vector<uint32_t> all_columns_;
  RowBuffer old_;
  std::vector<int64_t> new_ids_;
  std::vector<const Vector*> new_columns_;
  RowBatch new_rows_;
  std::vector<IndexEntry> entries_;
  std::vector<std::string_view> keys_;
  std::vector<LaterUnique> later_unique_;
};

}  // namespace ddb
