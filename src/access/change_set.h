// change_set: the changes of one session's write transaction over all its tables: foreign keys, cascades, and what is judged at the end of
// a statement or at commit.
//
// statement: insert, update, erase … ── end_statement: RESTRICT ─▶ CASCADE, SET NULL, SET DEFAULT until none is left ─▶ children without a
// parent ─▶ NO ACTION ─▶ deferrable UNIQUE. What is initially deferred waits for before_commit.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "access/foreign_key.h"
#include "access/table_changer.h"
#include "access/whole_checks.h"
#include "base/status.h"

namespace ddb {

struct ChangeLimits {
  // Of everything that waits. Beyond it deferred checks judge whole tables (whole_checks.h); keys whose actions wait for the statement's
  // end cannot do without it (53200).
  uint64_t queue_bytes_max = uint64_t{64} << 20;
  uint32_t cascade_depth_max = 64;
};

// Batches have at most kVectorRowsMax rows. For one session and thread; for one write transaction after the other: clear() between them. The rules outlive it. REQUIRES of changes: the
// session is writing. An error fails the transaction. Throws std::bad_alloc.
class ChangeSet {
 public:
  explicit ChangeSet(Session& session, const ChangeLimits& limits = {})
      : session_(session), limits_(limits) {}

  // 23502, 23503, 23505, 23514; 53200 when too many keys wait for their actions, 54000 for cascades that are too deep; errors of conditions and of the session.
  Status insert(const TableRules& table, const RowBatch& rows);
  Status update(const TableRules& table, std::span<const int64_t> row_ids, std::span<const uint32_t> columns,
                std::span<const Vector* const> values);
  Result<uint32_t> erase(const TableRules& table, std::span<const int64_t> row_ids);
  Status end_statement();
  Status before_commit();
  // SET CONSTRAINTS: a deferrable foreign key or unique index by its id. Making it immediate judges what waits for it.
  Status set_deferred(uint64_t id, bool deferred);
  // The transaction is over, or the rules have changed.
  void clear();

  // Where the queues are between statements; a rollback to a savepoint takes them back there.
  struct Mark {
    size_t orphans = 0, groups = 0, unique = 0;
    std::map<uint64_t, bool> deferred;
  };
  Mark mark() const { return {orphans_.size(), groups_.size(), later_unique_.size(), deferred_}; }
  void rollback_to(const Mark& mark);

  TableChanger& changer(const TableRules& table);
  // Rows that cascades have erased or changed since clear().
  uint64_t cascaded() const { return cascaded_; }
  // How often more waited than may be remembered, since the beginning.
  uint64_t overflows() const { return overflows_; }

 private:
  // Old keys of one statement's parents, for one foreign key.
  struct Group {
    const ForeignKeyRules* key = nullptr;
    bool is_update = false;
    uint32_t depth = 0;
    ForeignKeyList keys;
    std::vector<std::vector<Value>> new_values;  // of an update: per key
    uint64_t bytes() const;
  };
  struct Orphan {
    const ForeignKeyRules* key = nullptr;
    uint64_t sequence = 0;  // of its row
    uint32_t ordinal = 0;   // of the foreign key in its table
    int64_t row_id = 0;
  };
  struct LaterUnique {
    const TableRules* table = nullptr;
    TableChanger::LaterUnique what;
  };
  Status fail(Status status) { return session_.fail_transaction(std::move(status)); }
  bool is_deferred(uint64_t id, Deferral deferral) const;
  Status note_orphans(const TableRules& table, const RowBatch& rows, std::span<const uint32_t> changed,
                      bool all);
  Status note_parents(const TableRules& table, const RowBatch& old, const RowBatch* fresh,
                      std::span<const uint32_t> changed, uint32_t depth);
  Status update_at(const TableRules& table, std::span<const int64_t> row_ids,
                   std::span<const uint32_t> columns, std::span<const Vector* const> values, uint32_t depth);
  Result<uint32_t> erase_at(const TableRules& table, std::span<const int64_t> row_ids, uint32_t depth);
  void take_later_unique(TableChanger& changer);
  uint64_t children_max() const { return std::max<uint64_t>(2, limits_.queue_bytes_max / sizeof(ChildRow)); }
  bool has_room(uint64_t bytes);
  Status wait_for_end(std::unique_ptr<Group> group);
  void forget_waiting();
  Status judge_waiting(bool at_commit);
  Status judge_whole_keys(bool at_commit);
  Status judge_whole_unique(bool at_commit);
  Status run_action(Group& group);
  Status change_children(const Group& group, KeyAction action, std::span<const ChildRow> children);
  Status judge_restrict(const Group& group);
  Status judge_no_action(const Group& group);
  Status judge_orphans(bool at_commit);
  Status judge_groups(bool at_commit);
  Status judge_unique(bool at_commit);

  Session& session_;
  const ChangeLimits limits_;
  std::map<const TableRules*, std::unique_ptr<TableChanger>> changers_;
  std::vector<std::unique_ptr<Group>> actions_;  // of this statement
  std::vector<Orphan> orphans_;
  std::vector<std::unique_ptr<Group>> groups_;  // NO ACTION
  std::vector<LaterUnique> later_unique_;
  // Of which nothing is remembered: everything is judged.
  std::map<const ForeignKeyRules*, WaitingSides> whole_keys_;
  std::set<std::pair<const TableRules*, uint32_t>> whole_unique_;
  std::map<uint64_t, bool> deferred_;  // SET CONSTRAINTS
  uint64_t sequence_ = 0;
  uint64_t cascaded_ = 0;
  uint64_t queued_bytes_ = 0;
  uint64_t overflows_ = 0;
};

}  // namespace ddb
