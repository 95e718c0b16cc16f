// rule_set: first the tables, then the foreign keys between them.
#include "access/rule_set.h"

#include <algorithm>
#include <string>

#include "access/key_types.h"

namespace ddb {
namespace {

Status contradiction(const std::string& table, const std::string& what) {
  return Status::corruption("catalog: table \"" + table + "\": " + what);
}

// A condition that does not depend on the row.
class ConstantCondition final : public RowCondition {
 public:
  explicit ConstantCondition(bool holds) : holds_(holds) {}
  Status evaluate(const RowBatch& rows, uint64_t* holds) const override {
    std::fill_n(holds, validity_words(rows.rows), holds_ ? ~uint64_t{0} : 0);
    return Status::ok();
  }

 private:
  const bool holds_;
};

Deferral deferral_of(const ConstraintDef& constraint) {
  if (!constraint.deferrable) return Deferral::kNotDeferrable;
  return constraint.initially_deferred ? Deferral::kInitiallyDeferred : Deferral::kInitiallyImmediate;
}

KeyAction action_of(ReferentialAction action) {
  switch (action) {
    case ReferentialAction::kNoAction:
      return KeyAction::kNoAction;
    case ReferentialAction::kRestrict:
      return KeyAction::kRestrict;
    case ReferentialAction::kCascade:
      return KeyAction::kCascade;
    case ReferentialAction::kSetNull:
      return KeyAction::kSetNull;
    case ReferentialAction::kSetDefault:
      return KeyAction::kSetDefault;
  }
  return KeyAction::kNoAction;
}

// Actions that change rows of the child.
bool changes_rows(const ForeignKeyRules& key) {
  const auto changes = [](KeyAction action) {
    return action == KeyAction::kSetNull || action == KeyAction::kSetDefault;
  };
  return changes(key.on_delete) || changes(key.on_update) || key.on_update == KeyAction::kCascade;
}

}  // namespace

class RuleResolver {
 public:
  RuleResolver(Session& session, const Catalog& catalog, ExpressionSource& source)
      : session_(session), catalog_(catalog), source_(source), set_(new RuleSet) {
    set_->version_ = catalog.version();
  }

  Result<std::shared_ptr<const RuleSet>> run(TableId first) {
    wanted_.push_back(first);
    while (!wanted_.empty()) {
      const TableId table = wanted_.back();
      wanted_.pop_back();
      if (!set_->tables_.contains(table)) DDB_RETURN_IF_ERROR(add_table(table));
    }
    // Oldest first over all tables, so that each table's lists are by age.
    std::sort(keys_.begin(), keys_.end());
    keys_.erase(std::unique(keys_.begin(), keys_.end()), keys_.end());
    for (const ConstraintId id : keys_) DDB_RETURN_IF_ERROR(add_foreign_key(id));
    return std::shared_ptr<const RuleSet>(std::move(set_));
  }

 private:
  Status add_table(TableId id) {
    DDB_TRY(const TableDef* def, catalog_.table(session_, id));
    DDB_TRY(const SchemaDef* schema, catalog_.schema(session_, def->schema));
    auto table = std::make_unique<TableRules>();
    table->id = id.value;
    table->schema_name = schema->name;
    table->name = def->name;
    table->tree = def->tree;
    table->schema = make_table_schema(*def);
    for (const TableColumn& column : table->schema.columns) {
      const uint32_t position = def->position_of(ColumnId(column.id));
      if (position == kNoColumn) return contradiction(def->name, "a stored column has no definition");
      const ColumnDef& from = def->columns[position];
      ColumnRules rules{from.name, from.not_null, nullptr, {from.type, Null{}}};
      const Value* constant = from.default_value ? from.default_value->constant() : nullptr;
      if (constant != nullptr && !from.generated) rules.default_value = *constant;
      table->columns.push_back(std::move(rules));
    }
    DDB_RETURN_IF_ERROR(add_indexes(id, *def, *table));
    DDB_RETURN_IF_ERROR(add_keys(id, *table));
    DDB_RETURN_IF_ERROR(add_checks(id, *def, *table));
    for (const ConstraintId key : catalog_.foreign_keys_of(id)) {
      DDB_TRY(const ConstraintDef* constraint, catalog_.constraint(session_, key));
      wanted_.push_back(constraint->referenced_table);
      keys_.push_back(key);
    }
    for (const ConstraintId key : catalog_.foreign_keys_to(id)) {
      DDB_TRY(const ConstraintDef* constraint, catalog_.constraint(session_, key));
      wanted_.push_back(constraint->table);
      keys_.push_back(key);
    }
    set_->tables_.emplace(id, std::move(table));
    return Status::ok();
  }

  static Result<uint32_t> position_in(const TableRules& table, ColumnId column) {
    const std::vector<TableColumn>& columns = table.schema.columns;
    const auto found = std::lower_bound(columns.begin(), columns.end(), column.value,
                                        [](const TableColumn& c, uint16_t id) { return c.id < id; });
    if (found == columns.end() || found->id != column.value)
      return contradiction(table.name, "column " + std::to_string(column.value) + " does not exist");
    return static_cast<uint32_t>(found - columns.begin());
  }

  // The expression lives as long as the set.
  Result<const RowCondition*> condition(const StoredExpression& stored, ConditionUse use, const TableDef& def,
                                        const TableRules& table) {
    std::unique_ptr<RowCondition> made;
    if (const Value* constant = stored.constant(); constant != nullptr) {
      if (constant->type.id != SqlTypeId::kBoolean)
        return contradiction(def.name, "a condition is no boolean");
      const bool holds = constant->is_null() ? use == ConditionUse::kCheck : constant->get<bool>();
      made = std::make_unique<ConstantCondition>(holds);
    } else {
      DDB_TRY(made, source_.condition(*stored.bound(), use, def, table.schema));
    }
    set_->conditions_.push_back(std::move(made));
    return set_->conditions_.back().get();
  }

  Status add_indexes(TableId id, const TableDef& def, TableRules& table) {
    for (const IndexId index : catalog_.indexes_of(id)) {
      DDB_TRY(const IndexDef* from, catalog_.index(session_, index));
      IndexRules rules;
      rules.id = index.value;
      rules.name = from->name;
      rules.tree = from->tree;
      // One that is being built is written to, and says nothing of rows that are not in it yet.
      rules.unique = from->unique && from->valid;
      rules.nulls_distinct = from->nulls_distinct;
      for (const IndexColumn& column : from->key) {
        DDB_TRY(IndexKeyPart part, key_part(column, def, table));
        rules.key.push_back(part);
      }
      for (const ColumnId column : from->included) {
        DDB_TRY(const uint32_t position, position_in(table, column));
        rules.stored.push_back(position);
      }
      if (from->condition) {
        DDB_TRY(rules.where, condition(*from->condition, ConditionUse::kIndex, def, table));
      }
      table.indexes.push_back(std::move(rules));
      if (!from->valid) building_.push_back(index.value);
    }
    return Status::ok();
  }

  Result<IndexKeyPart> key_part(const IndexColumn& column, const TableDef& def, const TableRules& table) {
    IndexKeyPart part;
    part.order.descending = column.descending;
    part.order.nulls_first = column.nulls_first;
    if (column.column.value != 0) {
      DDB_TRY(part.column, position_in(table, column.column));
      part.order.type = table.schema.columns[part.column].type;
      return part;
    }
    const BoundExpression* bound = column.expression ? column.expression->bound() : nullptr;
    if (bound == nullptr) return contradiction(def.name, "an index over a constant");
    DDB_TRY(TypedExpression made, source_.expression(*bound, def, table.schema));
    set_->expressions_.push_back(std::move(made.run));
    part.expression = set_->expressions_.back().get();
    part.text = bound->text;
    part.order.type = made.type;
    return part;
  }

  // Unique and primary key constraints: which index is deferrable, and how old the key is that is the row id.
  Status add_keys(TableId id, TableRules& table) {
    for (const ConstraintId key : catalog_.keys_of(id)) {
      DDB_TRY(const ConstraintDef* constraint, catalog_.constraint(session_, key));
      if (constraint->index.value == 0) {
        table.row_id_constraint = constraint->name;
        table.row_id_age = static_cast<uint32_t>(std::ranges::count_if(
            table.indexes, [&](const IndexRules& index) { return index.id < key.value; }));
        continue;
      }
      const auto index = std::ranges::find(table.indexes, constraint->index.value, &IndexRules::id);
      if (index == table.indexes.end())
        return contradiction(table.name, "constraint \"" + constraint->name + "\" has no index");
      index->deferral = deferral_of(*constraint);
    }
    return Status::ok();
  }

  Status add_checks(TableId id, const TableDef& def, TableRules& table) {
    for (const ConstraintId check : catalog_.checks_of(id)) {
      DDB_TRY(const ConstraintDef* constraint, catalog_.constraint(session_, check));
      if (!constraint->check) return contradiction(def.name, "a check without a condition");
      DDB_TRY(const RowCondition* made, condition(*constraint->check, ConditionUse::kCheck, def, table));
      table.checks.push_back({constraint->name, made});
    }
    return Status::ok();
  }

  Status add_foreign_key(ConstraintId id) {
    DDB_TRY(const ConstraintDef* from, catalog_.constraint(session_, id));
    TableRules& child = *set_->tables_.at(from->table);
    TableRules& parent = *set_->tables_.at(from->referenced_table);
    auto key = std::make_unique<ForeignKeyRules>();
    key->id = id.value;
    key->name = from->name;
    key->child = &child;
    key->parent = &parent;
    key->on_delete = action_of(from->on_delete);
    key->on_update = action_of(from->on_update);
    key->match_full = from->match == MatchKind::kFull;
    key->deferral = deferral_of(*from);
    for (size_t i = 0; i < from->columns.size(); ++i) {
      DDB_TRY(const uint32_t column, position_in(child, from->columns[i]));
      DDB_TRY(const uint32_t parent_column, position_in(parent, from->referenced_columns[i]));
      key->columns.push_back(column);
      key->parent_columns.push_back(parent_column);
      DDB_RETURN_IF_ERROR(check_key_types(*key, i));
    }
    for (const ColumnId column : from->on_delete_columns) {
      DDB_TRY(const uint32_t position, position_in(child, column));
      key->on_delete_columns.push_back(position);
    }
    DDB_RETURN_IF_ERROR(find_parent_index(*from, *key));
    find_child_index(*key);
    DDB_RETURN_IF_ERROR(prepare_actions(*from, child, *key));
    child.foreign_keys.push_back(key.get());
    parent.referenced_by.push_back(key.get());
    set_->foreign_keys_.push_back(std::move(key));
    return Status::ok();
  }

  // The index that says whether a parent exists; the columns take its order.
  Status find_parent_index(const ConstraintDef& from, ForeignKeyRules& key) {
    IndexId id = from.referenced_index;
    if (id.value == 0) {
      DDB_TRY(const ConstraintDef* unique, catalog_.constraint(session_, from.referenced_constraint));
      id = unique->index;
    }
    if (id.value == 0) {
      key.parent_index = ForeignKeyRules::kNoIndex;
      return Status::ok();
    }
    const std::vector<IndexRules>& indexes = key.parent->indexes;
    const auto index = std::ranges::find(indexes, id.value, &IndexRules::id);
    if (index == indexes.end())
      return contradiction(key.parent->name, "foreign key \"" + key.name + "\" has no index here");
    key.parent_index = static_cast<uint32_t>(index - indexes.begin());
    std::vector<uint32_t> columns, parent_columns;
    for (const IndexKeyPart& part : index->key) {
      const auto at = std::ranges::find(key.parent_columns, part.column);
      if (part.expression != nullptr || at == key.parent_columns.end())
        return contradiction(key.parent->name, "foreign key \"" + key.name + "\" has other columns");
      columns.push_back(key.columns[static_cast<size_t>(at - key.parent_columns.begin())]);
      parent_columns.push_back(part.column);
    }
    if (columns.size() != key.columns.size())
      return contradiction(key.parent->name, "foreign key \"" + key.name + "\" has other columns");
    key.columns = std::move(columns);
    key.parent_columns = std::move(parent_columns);
    return Status::ok();
  }

  // The narrowest index of the child that begins with the key's columns in their order.
  void find_child_index(ForeignKeyRules& key) {
    const std::vector<IndexRules>& indexes = key.child->indexes;
    for (uint32_t i = 0; i < indexes.size(); ++i) {
      const IndexRules& index = indexes[i];
      if (index.where != nullptr || index.key.size() < key.columns.size() ||
          std::ranges::find(building_, index.id) != building_.end())
        continue;
      bool fits = true;
      for (size_t c = 0; fits && c < key.columns.size(); ++c)
        fits = index.key[c].expression == nullptr && index.key[c].column == key.columns[c];
      if (!fits) continue;
      if (key.child_index == ForeignKeyRules::kNoIndex ||
          index.key.size() < indexes[key.child_index].key.size())
        key.child_index = i;
    }
  }
  // Actions change rows without the statement's own expressions.
  Status prepare_actions(const ConstraintDef& from, TableRules& child, const ForeignKeyRules& key) {
    if (!changes_rows(key)) return Status::ok();
    DDB_TRY(const TableDef* def, catalog_.table(session_, from.table));
    if (std::ranges::any_of(def->columns, &ColumnDef::generated)) {
      return Status::error(sqlstate::kFeatureNotSupported,
                           "foreign key \"" + key.name + "\" of table \"" + def->name +
                               "\": actions that change rows of a table with generated columns are not "
                               "supported");
    }
    if (key.on_delete != KeyAction::kSetDefault && key.on_update != KeyAction::kSetDefault)
      return Status::ok();
    for (const uint32_t position : key.columns) {
      ColumnRules& rules = child.columns[position];
      const ColumnDef& column = def->columns[def->position_of(ColumnId(child.schema.columns[position].id))];
      const bool is_expression = column.identity != ColumnIdentity::kNone ||
                                 (column.default_value && column.default_value->bound() != nullptr);
      if (!is_expression || rules.default_expression != nullptr) continue;
      DDB_TRY(std::unique_ptr<RowExpression> made, source_.column_default(*def, column));
      set_->expressions_.push_back(std::move(made));
      rules.default_expression = set_->expressions_.back().get();
    }
    return Status::ok();
  }

  Session& session_;
  const Catalog& catalog_;
  ExpressionSource& source_;
  std::unique_ptr<RuleSet> set_;
  std::vector<TableId> wanted_;
  std::vector<ConstraintId> keys_;
  std::vector<uint64_t> building_;  // ids of indexes that do not hold every row yet
};

Result<std::shared_ptr<const RuleSet>> RuleSet::resolve(Session& session, const Catalog& catalog,
                                                        TableId table, ExpressionSource& source) {
  return RuleResolver(session, catalog, source).run(table);
}

const TableRules* RuleSet::find(TableId table) const {
  const auto found = tables_.find(table);
  return found == tables_.end() ? nullptr : found->second.get();
}

}  // namespace ddb
