// change_set: changes, and what they leave to be judged.
#include "access/change_set.h"

#include <algorithm>
#include <new>

#include "access/violation.h"
#include "base/faults.h"
#include "record/vector_value.h"

namespace ddb {
namespace {

KeyAction action_of(const ForeignKeyRules& key, bool is_update) {
  return is_update ? key.on_update : key.on_delete;
}

bool overlaps(std::span<const uint32_t> a, std::span<const uint32_t> b) {
  return std::ranges::any_of(a, [&](uint32_t column) { return std::ranges::find(b, column) != b.end(); });
}

}  // namespace

TableChanger& ChangeSet::changer(const TableRules& table) {
  std::unique_ptr<TableChanger>& made = changers_[&table];
  if (made == nullptr) made = std::make_unique<TableChanger>(session_, table);
  return *made;
}

void ChangeSet::clear() {
  actions_.clear();
  orphans_.clear();
  groups_.clear();
  later_unique_.clear();
  whole_keys_.clear();
  whole_unique_.clear();
  deferred_.clear();
  changers_.clear();
  sequence_ = cascaded_ = queued_bytes_ = 0;
}

void ChangeSet::rollback_to(const Mark& mark) {
  actions_.clear();
  for (const auto& [table, changer] : changers_) changer->later_unique().clear();
  if (orphans_.size() > mark.orphans) orphans_.resize(mark.orphans);
  if (groups_.size() > mark.groups) groups_.resize(mark.groups);
  if (later_unique_.size() > mark.unique) later_unique_.resize(mark.unique);
  deferred_ = mark.deferred;
  // What became whole meanwhile stays so: it judges more than it must.
}

bool ChangeSet::is_deferred(uint64_t id, Deferral deferral) const {
  if (deferral == Deferral::kNotDeferrable) return false;
  const auto set = deferred_.find(id);
  return set != deferred_.end() ? set->second : deferral == Deferral::kInitiallyDeferred;
}

uint64_t ChangeSet::Group::bytes() const {
  return keys.bytes() + new_values.size() * key->columns.size() * sizeof(Value);
}

// Whether so much more may wait, which is counted then; given back when there is too much, or by clear().
bool ChangeSet::has_room(uint64_t bytes) {
  if (queued_bytes_ + bytes > limits_.queue_bytes_max) return false;
  queued_bytes_ += bytes;
  return true;
}

// Every constraint that something waits for becomes one that is judged whole; only actions still have to know their keys.
void ChangeSet::forget_waiting() {
  ++overflows_;
  for (const Orphan& orphan : orphans_) whole_keys_[orphan.key].children = true;
  for (const auto& group : groups_) whole_keys_[group->key].parents = true;
  for (const LaterUnique& later : later_unique_) whole_unique_.emplace(later.table, later.what.index);
  orphans_.clear();
  groups_.clear();
  later_unique_.clear();
  for (std::unique_ptr<Group>& group : actions_) {
    if (group == nullptr || action_of(*group->key, group->is_update) != KeyAction::kNoAction) continue;
    whole_keys_[group->key].parents = true;
    group.reset();  // its place stays: the end of the statement may be counting
  }
  queued_bytes_ = 0;
  for (const auto& group : actions_) queued_bytes_ += group == nullptr ? 0 : group->bytes();
}

// --- Changes -----------------------------------------------------------------------------------------------------------

Status ChangeSet::insert(const TableRules& table, const RowBatch& rows) {
  TableChanger& what = changer(table);
  DDB_RETURN_IF_ERROR(what.insert(rows));
  take_later_unique(what);
  return note_orphans(table, rows, {}, true);
}

Status ChangeSet::update(const TableRules& table, std::span<const int64_t> row_ids,
                         std::span<const uint32_t> columns, std::span<const Vector* const> values) {
  return update_at(table, row_ids, columns, values, 0);
}

Status ChangeSet::update_at(const TableRules& table, std::span<const int64_t> row_ids,
                            std::span<const uint32_t> columns, std::span<const Vector* const> values,
                            uint32_t depth) {
  TableChanger& what = changer(table);
  DDB_RETURN_IF_ERROR(what.update(row_ids, columns, values));
  take_later_unique(what);
  const RowBatch fresh = what.new_rows();
  // A row that gets another id may be waiting under its old one.
  const bool moves = overlaps({&table.schema.row_id_column, 1}, columns);
  DDB_RETURN_IF_ERROR(note_orphans(table, fresh, columns, moves));
  return note_parents(table, what.old_rows(), &fresh, columns, depth);
}

Result<uint32_t> ChangeSet::erase(const TableRules& table, std::span<const int64_t> row_ids) {
  return erase_at(table, row_ids, 0);
}

Result<uint32_t> ChangeSet::erase_at(const TableRules& table, std::span<const int64_t> row_ids,
                                     uint32_t depth) {
  TableChanger& what = changer(table);
  std::vector<uint32_t> columns;
  for (const ForeignKeyRules* key : table.referenced_by) {
    columns.insert(columns.end(), key->parent_columns.begin(), key->parent_columns.end());
  }
  DDB_TRY(const uint32_t gone, what.erase(row_ids, columns));
  if (!table.referenced_by.empty()) {
    DDB_RETURN_IF_ERROR(note_parents(table, what.old_rows(), nullptr, {}, depth));
  }
  return gone;
}

void ChangeSet::take_later_unique(TableChanger& changer) {
  for (const TableChanger::LaterUnique& later : changer.later_unique()) {
    if (whole_unique_.contains({&changer.rules(), later.index})) continue;
    if (has_room(sizeof(LaterUnique))) {
      later_unique_.push_back({&changer.rules(), later});
    } else {
      forget_waiting();
      whole_unique_.emplace(&changer.rules(), later.index);
    }
  }
  changer.later_unique().clear();
}

// Rows without a parent by now wait for the statement's end. A parent that is there can only go through a change that looks for children.
Status ChangeSet::note_orphans(const TableRules& table, const RowBatch& rows,
                               std::span<const uint32_t> changed, bool all) {
  uint64_t missing[kValidityWordsMax];
  for (uint32_t i = 0; i < table.foreign_keys.size(); ++i) {
    const ForeignKeyRules& key = *table.foreign_keys[i];
    if (!all && !overlaps(key.columns, changed)) continue;
    if (const auto whole = whole_keys_.find(&key); whole != whole_keys_.end() && whole->second.children)
      continue;
    Status looked = find_orphans(changer(*key.parent), key, rows, missing);
    if (!looked.is_ok()) return fail(std::move(looked));
    for (uint32_t row = 0; row < rows.rows; ++row) {
      if (missing[row / 64] == 0) {
        row |= 63;
        continue;
      }
      if ((missing[row / 64] >> (row % 64) & 1) == 0) continue;
      if (!has_room(sizeof(Orphan))) {
        forget_waiting();
        whole_keys_[&key].children = true;
        break;
      }
      orphans_.push_back({&key, sequence_ + row, i, rows.row_ids[row]});
    }
  }
  sequence_ += rows.rows;
  return Status::ok();
}

// Keys that parents have lost. `fresh`: what they are now, for an update.
Status ChangeSet::note_parents(const TableRules& table, const RowBatch& old, const RowBatch* fresh,
                               std::span<const uint32_t> changed, uint32_t depth) {
  for (const ForeignKeyRules* key : table.referenced_by) {
    if (fresh != nullptr && !overlaps(key->parent_columns, changed)) continue;
    auto group = std::make_unique<Group>();
    group->key = key;
    group->is_update = fresh != nullptr;
    group->depth = depth;
    for (uint32_t row = 0; row < old.rows; ++row) {
      Result<bool> added = group->keys.add(*key, old, row);
      if (!added.is_ok()) return fail(added.status());
      if (!*added || fresh == nullptr) continue;
      ForeignKeyList now;
      Result<bool> there = now.add(*key, *fresh, row);
      if (!there.is_ok()) return fail(there.status());
      if (*there && now.key(0) == group->keys.key(group->keys.size() - 1)) {
        group->keys.remove_last();
        continue;
      }
      if (key->on_update != KeyAction::kCascade) continue;
      std::vector<Value> values;
      for (const uint32_t column : key->parent_columns) {
        if (column == table.schema.row_id_column) {
          values.push_back(integer_value(table.schema.columns[column].type, fresh->row_ids[row]));
        } else {
          Result<Value> value = value_at(*fresh->columns[column], table.schema.columns[column].type, row);
          if (!value.is_ok()) return fail(value.status());
          values.push_back(std::move(*value));
        }
      }
      group->new_values.push_back(std::move(values));
    }
    if (group->keys.size() == 0) continue;
    DDB_RETURN_IF_ERROR(wait_for_end(std::move(group)));
  }
  return Status::ok();
}

Status ChangeSet::wait_for_end(std::unique_ptr<Group> group) {
  const ForeignKeyRules* key = group->key;
  const bool is_check = action_of(*key, group->is_update) == KeyAction::kNoAction;
  const auto whole = whole_keys_.find(key);
  if (is_check && whole != whole_keys_.end() && whole->second.parents) return Status::ok();
  const uint64_t bytes = group->bytes();
  if (!has_room(bytes)) {
    forget_waiting();
    if (is_check) {
      whole_keys_[key].parents = true;
      return Status::ok();
    }
    if (!has_room(bytes)) {
      return fail(Status::error(sqlstate::kOutOfMemory,
                                "foreign keys of this statement have more than " +
                                    std::to_string(limits_.queue_bytes_max) +
                                    " bytes of keys whose actions are waiting: change fewer rows at a time"));
    }
  }
  actions_.push_back(std::move(group));
  return Status::ok();
}

// --- The end of a statement --------------------------------------------------------------------------------------------

Status ChangeSet::end_statement() try {
  // RESTRICT looks at the state that the statement itself has made.
  size_t restricted = 0;
  for (size_t i = 0; i < actions_.size(); ++i) {
    for (; restricted < actions_.size(); ++restricted) {
      const Group* group = actions_[restricted].get();
      if (group != nullptr && action_of(*group->key, group->is_update) == KeyAction::kRestrict)
        DDB_RETURN_IF_ERROR(judge_restrict(*group));
    }
    if (actions_[i] == nullptr) continue;
    Group& group = *actions_[i];
    const KeyAction action = action_of(*group.key, group.is_update);
    if (action == KeyAction::kNoAction) {
      groups_.push_back(std::move(actions_[i]));
    } else if (action != KeyAction::kRestrict) {
      DDB_RETURN_IF_ERROR(run_action(group));
    }
  }
  actions_.clear();
  return judge_waiting(false);
} catch (const std::bad_alloc&) {
  return fail(Status::out_of_memory());
}

Status ChangeSet::before_commit() try {
  DDB_RETURN_IF_ERROR(end_statement());
  if (DDB_FAULT(kSkipDeferredChecks)) return Status::ok();
  return judge_waiting(true);
} catch (const std::bad_alloc&) {
  return fail(Status::out_of_memory());
}

Status ChangeSet::judge_waiting(bool at_commit) {
  DDB_RETURN_IF_ERROR(judge_orphans(at_commit));
  DDB_RETURN_IF_ERROR(judge_groups(at_commit));
  DDB_RETURN_IF_ERROR(judge_whole_keys(at_commit));
  DDB_RETURN_IF_ERROR(judge_unique(at_commit));
  return judge_whole_unique(at_commit);
}

Status ChangeSet::judge_whole_keys(bool at_commit) {
  for (auto at = whole_keys_.begin(); at != whole_keys_.end();) {
    const ForeignKeyRules& key = *at->first;
    if (!at_commit && is_deferred(key.id, key.deferral)) {
      ++at;
      continue;
    }
    Status judged = judge_all_children(changer(*key.child), changer(*key.parent), key, at->second);
    if (!judged.is_ok()) return fail(std::move(judged));
    at = whole_keys_.erase(at);
  }
  return Status::ok();
}

Status ChangeSet::judge_whole_unique(bool at_commit) {
  for (auto at = whole_unique_.begin(); at != whole_unique_.end();) {
    const auto& [table, index] = *at;
    if (!at_commit && is_deferred(table->indexes[index].id, table->indexes[index].deferral)) {
      ++at;
      continue;
    }
    Status judged = judge_all_keys(changer(*table), index);
    if (!judged.is_ok()) return fail(std::move(judged));
    at = whole_unique_.erase(at);
  }
  return Status::ok();
}

Status ChangeSet::set_deferred(uint64_t id, bool deferred) {
  deferred_[id] = deferred;
  return deferred ? Status::ok() : end_statement();
}

Status ChangeSet::judge_restrict(const Group& group) {
  std::vector<ChildRow> children;
  Status looked = find_children(changer(*group.key->child), *group.key, group.keys, 1, &children);
  if (!looked.is_ok()) return fail(std::move(looked));
  if (children.empty()) return Status::ok();
  return fail(
      has_children_violation(*group.key, describe_parent(*group.key, group.keys.key(children[0].key))));
}

Status ChangeSet::judge_no_action(const Group& group) {
  std::vector<ChildRow> children;
  Status looked =
      find_children(changer(*group.key->child), *group.key, group.keys, children_max(), &children);
  if (!looked.is_ok()) return fail(std::move(looked));
  std::sort(children.begin(), children.end(),
            [](const ChildRow& a, const ChildRow& b) { return a.key < b.key; });
  for (size_t i = 0; i < children.size(); ++i) {
    if (i > 0 && children[i].key == children[i - 1].key) continue;
    const std::string_view key = group.keys.key(children[i].key);
    Result<bool> again = has_parent(changer(*group.key->parent), *group.key, key);
    if (!again.is_ok()) return fail(again.status());
    if (!*again) return fail(has_children_violation(*group.key, describe_parent(*group.key, key)));
  }
  return Status::ok();
}

Status ChangeSet::judge_groups(bool at_commit) {
  std::vector<std::unique_ptr<Group>> waiting = std::move(groups_);
  groups_.clear();
  for (std::unique_ptr<Group>& group : waiting) {
    if (!at_commit && is_deferred(group->key->id, group->key->deferral)) {
      groups_.push_back(std::move(group));
    } else {
      DDB_RETURN_IF_ERROR(judge_no_action(*group));
    }
  }
  return Status::ok();
}

Status ChangeSet::judge_orphans(bool at_commit) {
  std::vector<Orphan> waiting;
  waiting.swap(orphans_);
  std::stable_sort(waiting.begin(), waiting.end(), [](const Orphan& a, const Orphan& b) {
    return a.sequence != b.sequence ? a.sequence < b.sequence : a.ordinal < b.ordinal;
  });
  std::map<const TableRules*, std::unique_ptr<RowBuffer>> buffers;
  for (const Orphan& orphan : waiting) {
    const ForeignKeyRules& key = *orphan.key;
    if (!at_commit && is_deferred(key.id, key.deferral)) {
      orphans_.push_back(orphan);
      continue;
    }
    TableChanger& child = changer(*key.child);
    std::unique_ptr<RowBuffer>& row = buffers[key.child];
    if (row == nullptr) row = std::make_unique<RowBuffer>(key.child->schema);
    std::vector<uint32_t> columns;
    for (const uint32_t column : key.columns) {
      if (column != key.child->schema.row_id_column) columns.push_back(column);
    }
    Status loaded = row->load(session_, child.reader(), {&orphan.row_id, 1}, columns);
    if (!loaded.is_ok()) return fail(std::move(loaded));
    const RowBatch rows = row->rows();
    if (rows.rows == 0) continue;  // it went meanwhile
    uint64_t missing[1];
    Status looked = find_orphans(changer(*key.parent), key, rows, missing);
    if (!looked.is_ok()) return fail(std::move(looked));
    if (missing[0] != 0)
      return fail(no_parent_violation(key, describe_key(*key.child, key.columns, rows, 0)));
  }
  return Status::ok();
}

Status ChangeSet::judge_unique(bool at_commit) {
  std::vector<LaterUnique> waiting;
  waiting.swap(later_unique_);
  for (const LaterUnique& later : waiting) {
    const IndexRules& index = later.table->indexes[later.what.index];
    if (!at_commit && is_deferred(index.id, index.deferral)) {
      later_unique_.push_back(later);
    } else {
      DDB_RETURN_IF_ERROR(changer(*later.table).judge_later(later.what));
    }
  }
  return Status::ok();
}

// --- Actions -----------------------------------------------------------------------------------------------------------

Status ChangeSet::run_action(Group& group) {
  const ForeignKeyRules& key = *group.key;
  if (group.depth >= limits_.cascade_depth_max) {
    return fail(Status::error(sqlstate::kProgramLimit,
                              "foreign key \"" + key.name + "\": actions are nested more than " +
                                  std::to_string(limits_.cascade_depth_max) + " deep"));
  }
  std::vector<ChildRow> children;
  Status looked = find_children(changer(*key.child), key, group.keys, children_max(), &children);
  if (!looked.is_ok()) return fail(std::move(looked));
  const KeyAction action = action_of(key, group.is_update);
  for (size_t at = 0; at < children.size(); at += kVectorRowsMax) {
    const std::span<const ChildRow> part =
        std::span(children).subspan(at, std::min<size_t>(kVectorRowsMax, children.size() - at));
    cascaded_ += part.size();
    if (action == KeyAction::kCascade && !group.is_update) {
      std::vector<int64_t> row_ids;
      for (const ChildRow& child : part) row_ids.push_back(child.row_id);
      DDB_RETURN_IF_ERROR(erase_at(*key.child, row_ids, group.depth + 1).status());
    } else {
      DDB_RETURN_IF_ERROR(change_children(group, action, part));
    }
  }
  return Status::ok();
}

// Their foreign key's columns get new values.
Status ChangeSet::change_children(const Group& group, KeyAction action, std::span<const ChildRow> children) {
  const ForeignKeyRules& key = *group.key;
  const bool is_cascade = action == KeyAction::kCascade;
  const std::span<const uint32_t> columns =
      group.is_update || key.on_delete_columns.empty() ? key.columns : key.on_delete_columns;
  BatchArena memory(uint64_t{64} << 20);
  const auto vectors = std::make_unique<Vector[]>(columns.size());
  std::vector<const Vector*> values;
  for (size_t i = 0; i < columns.size(); ++i) {
    const TableColumn& column = key.child->schema.columns[columns[i]];
    const ColumnRules& rules = key.child->columns[columns[i]];
    if (action == KeyAction::kSetDefault && rules.default_expression != nullptr) {
      const RowBatch rows{static_cast<uint32_t>(children.size()), nullptr, {}};
      Result<const Vector*> made = rules.default_expression->evaluate(rows, memory);
      if (!made.is_ok()) return fail(made.status());
      values.push_back(*made);
      continue;
    }
    Status made = vectors[i].allocate(column.kind, static_cast<uint32_t>(children.size()), memory);
    for (uint32_t row = 0; made.is_ok() && row < children.size(); ++row) {
      if (action == KeyAction::kSetNull) {
        vectors[i].set_null(row);
        continue;
      }
      Value value = is_cascade ? group.new_values[children[row].key][i] : rules.default_value;
      if (value.is_null()) {
        vectors[i].set_null(row);
        continue;
      }
      made = convert_integer(&value, column.type);
      if (made.is_ok()) made = set_value(vectors[i], row, value, memory);
    }
    if (!made.is_ok()) return fail(std::move(made));
    values.push_back(&vectors[i]);
  }
  std::vector<int64_t> row_ids;
  for (const ChildRow& child : children) row_ids.push_back(child.row_id);
  return update_at(*key.child, row_ids, columns, values, group.depth + 1);
}

}  // namespace ddb
