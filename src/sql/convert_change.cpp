// convert_change: INSERT, UPDATE, DELETE.
// Last: see there.
#include "sql/converter.h"

namespace ddb {

const ast::Statement* Converter::query_or_change(const ::Node* node, std::string_view refused_as,
                                                 int location) {
  if (failed()) return nullptr;
  if (node == nullptr) return broken("a statement is missing");
  switch (node->type) {
    case T_SelectStmt:
      return query(node);
    // Changes nest within WITH: each counts as a level.
    case T_InsertStmt:
    case T_UpdateStmt:
    case T_DeleteStmt: {
      if (depth_left_ == 0)
        return fail(Status::error(sqlstate::kTooComplex, "statement is nested too deeply"), -1);
      --depth_left_;
      const ast::Statement* made = statement(node, -1);
      ++depth_left_;
      return made;
    }
    default:
      return refuse(refused_as, location);
  }
}

const ast::Statement* Converter::insert(const ::InsertStmt& node, int begin) {
  auto* made = make<ast::Insert>(begin);
  made->with = node.withClause == nullptr ? nullptr : with(node.withClause);
  made->table = table_name(node.relation, &made->alias);
  made->columns = list_of<ast::ColumnName>(node.cols, [this](const ::Node* column) -> const ast::ColumnName* {
    const auto* target = tagged<::ResTarget>(column, T_ResTarget);
    if (target == nullptr) return nullptr;
    expect(target->val == nullptr, "a value in a list of columns");
    return column_name(*target);
  });
  made->source = node.selectStmt == nullptr ? nullptr : query(node.selectStmt);
  switch (node.override) {
    case OVERRIDING_NOT_SET:
      made->overriding = ast::Overriding::kNone;
      break;
    case OVERRIDING_USER_VALUE:
      made->overriding = ast::Overriding::kUserValue;
      break;
    case OVERRIDING_SYSTEM_VALUE:
      made->overriding = ast::Overriding::kSystemValue;
      break;
    default:
      return broken("OVERRIDING");
  }
  made->on_conflict = node.onConflictClause == nullptr ? nullptr : on_conflict(node.onConflictClause);
  made->returning = targets(node.returningList);
  return made;
}

const ast::Statement* Converter::update(const ::UpdateStmt& node, int begin) {
  auto* made = make<ast::Update>(begin);
  made->with = node.withClause == nullptr ? nullptr : with(node.withClause);
  made->table = table_name(node.relation, &made->alias);
  made->assignments = assignments(node.targetList);
  made->from = from_elements(node.fromClause);
  made->where = expr_or_none(node.whereClause);
  made->returning = targets(node.returningList);
  return made;
}

const ast::Statement* Converter::erase(const ::DeleteStmt& node, int begin) {
  auto* made = make<ast::Delete>(begin);
  made->with = node.withClause == nullptr ? nullptr : with(node.withClause);
  made->table = table_name(node.relation, &made->alias);
  made->using_items = from_elements(node.usingClause);
  made->where = expr_or_none(node.whereClause);
  made->returning = targets(node.returningList);
  return made;
}

const ast::ColumnName* Converter::column_name(const ::ResTarget& node) {
  if (node.indirection != nullptr) return refuse("a subscript or field of a column to be set", node.location);
  auto* made = make<ast::ColumnName>(node.location);
  made->name = copy(node.name);
  return made;
}

// (a, b) = source arrives as one target a column, each with a reference to the one source.
ast::List<ast::Assignment> Converter::assignments(const ::List* list) {
  if (list == nullptr || failed() || !is_list(list)) return {};
  const int count = length(list);
  std::span<const ast::Assignment*> made =
      arena_.make_array<const ast::Assignment*>(static_cast<size_t>(count));
  size_t used = 0;
  for (int i = 0; i < count && !failed();) {
    const auto* first = tagged<::ResTarget>(item(list, i), T_ResTarget);
    if (first == nullptr) return {};
    auto* assignment = make<ast::Assignment>(first->location);
    if (first->val == nullptr || first->val->type != T_MultiAssignRef) {
      std::span<const ast::ColumnName*> column = arena_.make_array<const ast::ColumnName*>(1);
      column[0] = column_name(*first);
      assignment->columns = {column.data(), 1};
      assignment->value = expr(first->val);
      ++i;
    } else {
      const auto& reference = *reinterpret_cast<const ::MultiAssignRef*>(first->val);
      const int columns = reference.ncolumns;
      if (columns < 1 || columns > count - i) {
        broken("columns of an assignment");
        return {};
      }
      std::span<const ast::ColumnName*> names =
          arena_.make_array<const ast::ColumnName*>(static_cast<size_t>(columns));
      for (int c = 0; c < columns; ++c) {
        const auto* target = tagged<::ResTarget>(item(list, i + c), T_ResTarget);
        const auto* part =
            target == nullptr ? nullptr : tagged<::MultiAssignRef>(target->val, T_MultiAssignRef);
        if (part == nullptr) return {};
        expect(part->colno == c + 1 && part->ncolumns == columns && part->source == reference.source,
               "columns of an assignment");
        names[static_cast<size_t>(c)] = column_name(*target);
      }
      assignment->multiple = true;
      assignment->columns = {names.data(), names.size()};
      assignment->value = expr(reference.source);
      i += columns;
    }
    made[used++] = assignment;
  }
  return {made.data(), used};
}

const ast::OnConflict* Converter::on_conflict(const ::OnConflictClause* node) {
  auto* made = make<ast::OnConflict>(node->location);
  expect(node->action == ONCONFLICT_NOTHING || node->action == ONCONFLICT_UPDATE,
         "the action of ON CONFLICT");
  made->update = node->action == ONCONFLICT_UPDATE;
  expect(made->update || (node->targetList == nullptr && node->whereClause == nullptr),
         "DO NOTHING with assignments");
  made->target = node->infer == nullptr ? nullptr : conflict_target(node->infer);
  made->assignments = assignments(node->targetList);
  made->where = expr_or_none(node->whereClause);
  return made;
}

const ast::ConflictTarget* Converter::conflict_target(const ::InferClause* node) {
  auto* made = make<ast::ConflictTarget>(node->location);
  made->elements = list_of<ast::IndexElement>(
      node->indexElems, [this](const ::Node* element) { return index_element(element); });
  made->constraint = copy(node->conname);
  made->where = expr_or_none(node->whereClause);
  return made;
}

const ast::IndexElement* Converter::index_element(const ::Node* node) {
  const auto* element = tagged<::IndexElem>(node, T_IndexElem);
  if (element == nullptr) return nullptr;
  expect(element->indexcolname == nullptr, "an index that was resolved");
  if (element->opclassopts != nullptr) return refuse("options of an operator class", -1);
  auto* made = make<ast::IndexElement>(-1);
  made->column = copy(element->name);
  made->value = expr_or_none(element->expr);
  if (made->value != nullptr) made->location = made->value->location;
  expect((element->name == nullptr) != (element->expr == nullptr), "a column or an expression in an index");
  made->collation = names(element->collation);
  made->operator_class = names(element->opclass);
  made->direction = direction(element->ordering);
  made->nulls = nulls(element->nulls_ordering);
  return made;
}

}  // namespace ddb
