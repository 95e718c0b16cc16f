// convert_query: SELECT, VALUES, set operations and WITH. One struct of PostgreSQL stands for all three bodies: what belongs to another body must
// be empty.
// Last: see there.
#include "sql/converter.h"

namespace ddb {

namespace {

// LimitOption as the library numbers it (pg_query.proto); the server's headers have its members in another order.
enum LimitOfLibrary { kLimitDefault, kLimitCount, kLimitWithTies };

}  // namespace

const ast::Query* Converter::query(const ::Node* node) {
  const auto* select = tagged<::SelectStmt>(node, T_SelectStmt);
  return select == nullptr ? nullptr : query(*select, -1);
}

const ast::Query* Converter::query(const ::SelectStmt& node, int location) {
  if (failed()) return nullptr;
  if (depth_left_ == 0)
    return fail(Status::error(sqlstate::kTooComplex, "statement is nested too deeply"), -1);
  --depth_left_;
  auto* made = make<ast::Query>(location);
  made->with = node.withClause == nullptr ? nullptr : with(node.withClause);
  if (node.op != SETOP_NONE) {
    expect_no_select(node);
    expect(node.valuesLists == nullptr, "VALUES of a set operation");
    made->body = set_operation_body(node);
  } else {
    expect(!node.all && node.larg == nullptr && node.rarg == nullptr, "operands without set operation");
    if (node.valuesLists != nullptr) {
      expect_no_select(node);
      made->body = values_body(node);
    } else {
      made->body = select_body(node, location);
    }
  }
  made->order = sort_items(node.sortClause);
  made->offset = expr_or_none(node.limitOffset);
  made->limit = expr_or_none(node.limitCount);
  switch (static_cast<int>(node.limitOption)) {
    case kLimitWithTies:
      made->with_ties = true;
      expect(node.limitCount != nullptr, "WITH TIES without limit");
      break;
    case kLimitCount:
      expect(node.limitCount != nullptr || node.limitOffset != nullptr, "a limit without count");
      break;
    case kLimitDefault:
      expect(node.limitCount == nullptr && node.limitOffset == nullptr, "a limit that was not said");
      break;
    default:
      broken("a limit");
      break;
  }
  made->locking =
      list_of<ast::Locking>(node.lockingClause, [this](const ::Node* clause) { return locking(clause); });
  ++depth_left_;
  return made;
}

void Converter::expect_no_select(const ::SelectStmt& node) {
  expect(node.distinctClause == nullptr && node.intoClause == nullptr && node.targetList == nullptr &&
             node.fromClause == nullptr && node.whereClause == nullptr && node.groupClause == nullptr &&
             !node.groupDistinct && node.havingClause == nullptr && node.windowClause == nullptr,
         "clauses of SELECT on another query");
}

const ast::QueryBody* Converter::select_body(const ::SelectStmt& node, int location) {
  if (node.intoClause != nullptr) {
    const ::RangeVar* into = node.intoClause->rel;
    return refuse("SELECT INTO (write CREATE TABLE AS)", into == nullptr ? location : into->location);
  }
  auto* made = make<ast::SelectBody>(location);
  if (node.distinctClause != nullptr && is_list(node.distinctClause)) {
    // SELECT DISTINCT without ON is a list of one null.
    if (length(node.distinctClause) == 1 && item(node.distinctClause, 0) == nullptr) {
      made->distinct = ast::DistinctType::kAll;
    } else {
      made->distinct = ast::DistinctType::kOn;
      made->distinct_on = exprs(node.distinctClause);
    }
  }
  made->targets = targets(node.targetList);
  made->from = from_elements(node.fromClause);
  made->where = expr_or_none(node.whereClause);
  made->group_by = exprs(node.groupClause);
  made->group_distinct = node.groupDistinct;
  made->having = expr_or_none(node.havingClause);
  made->windows = list_of<ast::WindowDefinition>(
      node.windowClause, [this](const ::Node* definition) -> const ast::WindowDefinition* {
        const auto* typed = tagged<::WindowDef>(definition, T_WindowDef);
        return typed == nullptr ? nullptr : window(typed);
      });
  return made;
}

const ast::QueryBody* Converter::values_body(const ::SelectStmt& node) {
  auto* made = make<ast::ValuesBody>(-1);
  made->rows = list_of<ast::ValuesRow>(node.valuesLists, [this](const ::Node* list) -> const ast::ValuesRow* {
    const auto* items = tagged<::List>(list, T_List);
    if (items == nullptr) return nullptr;
    auto* row = make<ast::ValuesRow>(-1);
    row->items = exprs(items);
    return row;
  });
  return made;
}

const ast::QueryBody* Converter::set_operation_body(const ::SelectStmt& node) {
  auto* made = make<ast::SetOperationBody>(-1);
  switch (node.op) {
    case SETOP_UNION:
      made->type = ast::SetOperationType::kUnion;
      break;
    case SETOP_INTERSECT:
      made->type = ast::SetOperationType::kIntersect;
      break;
    case SETOP_EXCEPT:
      made->type = ast::SetOperationType::kExcept;
      break;
    default:
      return broken("a set operation");
  }
  made->all = node.all;
  made->left = query(reinterpret_cast<const ::Node*>(node.larg));
  made->right = query(reinterpret_cast<const ::Node*>(node.rarg));
  return made;
}

ast::List<ast::Target> Converter::targets(const ::List* list) {
  return list_of<ast::Target>(list, [this](const ::Node* node) -> const ast::Target* {
    const auto* target = tagged<::ResTarget>(node, T_ResTarget);
    if (target == nullptr) return nullptr;
    expect(target->indirection == nullptr, "an indirection in a select list");
    auto* made = make<ast::Target>(target->location);
    made->name = copy(target->name);
    made->value = expr(target->val);
    return made;
  });
}

const ast::With* Converter::with(const ::WithClause* node) {
  auto* made = make<ast::With>(node->location);
  made->recursive = node->recursive;
  made->tables =
      list_of<ast::CommonTable>(node->ctes, [this](const ::Node* table) { return common_table(table); });
  return made;
}

const ast::CommonTable* Converter::common_table(const ::Node* node) {
  const auto* table = tagged<::CommonTableExpr>(node, T_CommonTableExpr);
  if (table == nullptr) return nullptr;
  if (table->search_clause != nullptr) return refuse("SEARCH", table->search_clause->location);
  if (table->cycle_clause != nullptr) return refuse("CYCLE", table->cycle_clause->location);
  expect(!table->cterecursive && table->cterefcount == 0 && table->ctecolnames == nullptr &&
             table->ctecoltypes == nullptr && table->ctecoltypmods == nullptr &&
             table->ctecolcollations == nullptr,
         "a WITH query that was resolved");
  auto* made = make<ast::CommonTable>(table->location);
  made->name = copy(table->ctename);
  made->columns = names(table->aliascolnames);
  switch (table->ctematerialized) {
    case CTEMaterializeDefault:
      made->materialize = ast::Materialize::kUnsaid;
      break;
    case CTEMaterializeAlways:
      made->materialize = ast::Materialize::kAlways;
      break;
    case CTEMaterializeNever:
      made->materialize = ast::Materialize::kNever;
      break;
    default:
      return broken("MATERIALIZED");
  }
  made->statement = query_or_change(table->ctequery, "this statement in WITH", table->location);
  return made;
}

const ast::Locking* Converter::locking(const ::Node* node) {
  const auto* clause = tagged<::LockingClause>(node, T_LockingClause);
  if (clause == nullptr) return nullptr;
  auto* made = make<ast::Locking>(-1);
  switch (clause->strength) {
    case LCS_FORKEYSHARE:
      made->strength = ast::LockStrength::kKeyShare;
      break;
    case LCS_FORSHARE:
      made->strength = ast::LockStrength::kShare;
      break;
    case LCS_FORNOKEYUPDATE:
      made->strength = ast::LockStrength::kNoKeyUpdate;
      break;
    case LCS_FORUPDATE:
      made->strength = ast::LockStrength::kUpdate;
      break;
    default:
      return broken("a row lock");
  }
  switch (clause->waitPolicy) {
    case LockWaitBlock:
      made->wait = ast::LockWait::kBlock;
      break;
    case LockWaitSkip:
      made->wait = ast::LockWait::kSkipLocked;
      break;
    case LockWaitError:
      made->wait = ast::LockWait::kNoWait;
      break;
    default:
      return broken("a wait for row locks");
  }
  made->tables = table_names(clause->lockedRels);
  return made;
}

}  // namespace ddb
