// access_model: statements row by row over plain maps, foreign keys by looking at every row.
#include <algorithm>

#include "access_world.h"

namespace ddb::access_world {

uint32_t Model::number_of(const TableRules* table) const {
  for (uint32_t t = 0; t < kTables; ++t) {
    if (world_->tables[t].get() == table) return t;
  }
  return kTables;
}

std::vector<Cell> Model::key_of(const std::vector<uint32_t>& columns, const Row& row) const {
  std::vector<Cell> key;
  for (const uint32_t column : columns) key.push_back(row[column]);
  return key;
}

bool Model::in_index(const IndexRules& index, const Row& row) const {
  return index.where == nullptr || world_->partial.holds(row[world_->partial.column()]);
}

bool Model::same_key(const IndexRules& index, const Row& a, const Row& b) const {
  if (!in_index(index, a) || !in_index(index, b)) return false;
  for (const IndexKeyPart& part : index.key) {
    if (a[part.column] != b[part.column]) return false;
    if (!a[part.column] && index.nulls_distinct) return false;
  }
  return true;
}

// A row that is to be in the table, without row `except`.
Outcome Model::judge(uint32_t t, const Row& row, std::optional<int64_t> except) const {
  const TableRules& table = *world_->tables[t];
  for (uint32_t c = 0; c < row.size(); ++c) {
    if (table.columns[c].not_null && !row[c]) return Error{"23502", table.columns[c].name};
  }
  if (t == kParent && !world_->check.holds(row[2])) return Error{"23514", "parent_a_check"};
  for (uint32_t i = 0; i <= table.indexes.size(); ++i) {
    if (i == table.row_id_age && row[0] != except && rows[t].contains(*row[0]))
      return Error{"23505", table.row_id_constraint};
    if (i == table.indexes.size()) break;
    const IndexRules& index = table.indexes[i];
    if (!index.unique || index.deferral != Deferral::kNotDeferrable) continue;
    for (const auto& [id, other] : rows[t]) {
      if (id != except && same_key(index, row, other)) return Error{"23505", index.name};
    }
  }
  return {};
}

void Model::touch(uint32_t t, int64_t id, const std::vector<uint32_t>* columns) {
  const TableRules& table = *world_->tables[t];
  for (const ForeignKeyRules* key : table.foreign_keys) {
    if (columns == nullptr || std::ranges::find(*columns, key->columns[0]) != columns->end())
      touched_.push_back({key, id});
  }
  for (uint32_t i = 0; i < table.indexes.size(); ++i) {
    if (table.indexes[i].unique && table.indexes[i].deferral != Deferral::kNotDeferrable)
      later_.push_back({t, i, id});
  }
}

Outcome Model::insert(uint32_t t, const std::vector<Row>& fresh) {
  for (const Row& row : fresh) {
    if (Outcome wrong = judge(t, row, {})) return wrong;
    rows[t][*row[0]] = row;
    touch(t, *row[0], nullptr);
  }
  return {};
}

Outcome Model::update(uint32_t t, const std::vector<int64_t>& ids, const std::vector<uint32_t>& columns,
                      const std::vector<Row>& values) {
  return update_at(t, ids, columns, values, 0);
}

Outcome Model::update_at(uint32_t t, const std::vector<int64_t>& ids, const std::vector<uint32_t>& columns,
                         const std::vector<Row>& values, uint32_t depth) {
  for (size_t i = 0; i < ids.size(); ++i) {
    const Row old = rows[t].at(ids[i]);
    Row row = old;
    for (size_t c = 0; c < columns.size(); ++c) row[columns[c]] = values[i][c];
    if (Outcome wrong = judge(t, row, ids[i])) return wrong;
    rows[t].erase(ids[i]);
    rows[t][*row[0]] = row;
    touch(t, *row[0], &columns);
    for (const ForeignKeyRules* key : world_->tables[t]->referenced_by) {
      const std::vector<Cell> before = key_of(key->parent_columns, old);
      const std::vector<Cell> after = key_of(key->parent_columns, row);
      if (before != after && before[0]) events_.push_back({key, true, before, after, depth});
    }
  }
  return {};
}

Outcome Model::erase(uint32_t t, const std::vector<int64_t>& ids) {
  erase_at(t, ids, 0);
  return {};
}

void Model::erase_at(uint32_t t, const std::vector<int64_t>& ids, uint32_t depth) {
  for (const int64_t id : ids) {
    const auto at = rows[t].find(id);
    if (at == rows[t].end()) continue;
    const Row old = at->second;
    rows[t].erase(at);
    for (const ForeignKeyRules* key : world_->tables[t]->referenced_by) {
      const std::vector<Cell> before = key_of(key->parent_columns, old);
      if (before[0]) events_.push_back({key, false, before, {}, depth});
    }
  }
}

std::vector<int64_t> Model::children_of(const ForeignKeyRules& key, const std::vector<Cell>& wanted) const {
  std::vector<int64_t> ids;
  for (const auto& [id, row] : rows[number_of(key.child)]) {
    if (key_of(key.columns, row) == wanted) ids.push_back(id);
  }
  return ids;
}

bool Model::has_parent(const ForeignKeyRules& key, const std::vector<Cell>& wanted) const {
  return std::ranges::any_of(rows[number_of(key.parent)], [&](const auto& entry) {
    return key_of(key.parent_columns, entry.second) == wanted;
  });
}

bool Model::is_orphan(const ForeignKeyRules& key, int64_t id) const {
  const Rows& children = rows[number_of(key.child)];
  const auto at = children.find(id);
  if (at == children.end()) return false;
  const std::vector<Cell> wanted = key_of(key.columns, at->second);
  return wanted[0] && !has_parent(key, wanted);
}

Outcome Model::run(const Event& event) {
  const ForeignKeyRules& key = *event.key;
  const uint32_t child = number_of(key.child);
  const KeyAction action = event.is_update ? key.on_update : key.on_delete;
  const std::vector<int64_t> ids = children_of(key, event.old_key);
  if (event.depth >= 64) return Error{"54000", ""};
  if (ids.empty()) return {};
  if (action == KeyAction::kCascade && !event.is_update) {
    erase_at(child, ids, event.depth + 1);
    return {};
  }
  Cell value;
  if (action == KeyAction::kCascade) value = event.new_key[0];
  if (action == KeyAction::kSetDefault && !key.child->columns[key.columns[0]].default_value.is_null())
    value = 7;
  return update_at(child, ids, key.columns, std::vector<Row>(ids.size(), Row{value}), event.depth + 1);
}

Outcome Model::end_statement() {
  size_t restricted = 0;
  for (size_t i = 0; i < events_.size(); ++i) {
    for (; restricted < events_.size(); ++restricted) {
      const Event& event = events_[restricted];
      if ((event.is_update ? event.key->on_update : event.key->on_delete) == KeyAction::kRestrict &&
          !children_of(*event.key, event.old_key).empty())
        return Error{"23503", event.key->name};
    }
    const Event event = events_[i];
    const KeyAction action = event.is_update ? event.key->on_update : event.key->on_delete;
    if (action == KeyAction::kNoAction) {
      no_action_.push_back(event);
    } else if (action != KeyAction::kRestrict) {
      if (Outcome wrong = run(event)) return wrong;
    }
  }
  events_.clear();
  return judge_waiting(false);
}

Outcome Model::before_commit() {
  if (Outcome wrong = end_statement()) return wrong;
  return judge_waiting(true);
}

Outcome Model::judge_waiting(bool at_commit) {
  const auto waits = [&](Deferral deferral) {
    return !at_commit && deferral == Deferral::kInitiallyDeferred;
  };
  std::vector<Touched> touched;
  for (const Touched& row : touched_) {
    if (waits(row.key->deferral)) {
      touched.push_back(row);
    } else if (is_orphan(*row.key, row.id)) {
      return Error{"23503", row.key->name};
    }
  }
  touched_ = touched;
  std::vector<Event> events;
  for (const Event& event : no_action_) {
    if (waits(event.key->deferral)) {
      events.push_back(event);
    } else if (!children_of(*event.key, event.old_key).empty() && !has_parent(*event.key, event.old_key)) {
      return Error{"23503", event.key->name};
    }
  }
  no_action_ = events;
  std::vector<Later> later;
  for (const Later& row : later_) {
    const IndexRules& index = world_->tables[row.table]->indexes[row.index];
    if (waits(index.deferral)) {
      later.push_back(row);
      continue;
    }
    const auto mine = rows[row.table].find(row.id);
    if (mine == rows[row.table].end()) continue;
    for (const auto& [id, other] : rows[row.table]) {
      if (id != row.id && same_key(index, mine->second, other)) return Error{"23505", index.name};
    }
  }
  later_ = later;
  return {};
}

}  // namespace ddb::access_world
