// convert_from: what may stand in FROM, and names of tables.
// Last: see there.
#include "sql/converter.h"

namespace ddb {

ast::List<ast::FromElement> Converter::from_elements(const ::List* list) {
  return list_of<ast::FromElement>(list, [this](const ::Node* node) { return from_element(node); });
}

const ast::FromElement* Converter::from_element(const ::Node* node) {
  if (failed()) return nullptr;
  if (node == nullptr) return broken("an item of FROM is missing");
  if (depth_left_ == 0)
    return fail(Status::error(sqlstate::kTooComplex, "statement is nested too deeply"), -1);
  --depth_left_;
  const ast::FromElement* element = nullptr;
  switch (node->type) {
    case T_RangeVar: {
      const auto& table = *reinterpret_cast<const ::RangeVar*>(node);
      auto* made = make<ast::TableItem>(table.location);
      made->table = table_name(&table, &made->alias);
      element = made;
      break;
    }
    case T_JoinExpr:
      element = join(*reinterpret_cast<const ::JoinExpr*>(node));
      break;
    case T_RangeSubselect:
      element = subquery_item(*reinterpret_cast<const ::RangeSubselect*>(node));
      break;
    case T_RangeFunction:
      element = function_item(*reinterpret_cast<const ::RangeFunction*>(node));
      break;
    case T_RangeTableSample:
      refuse("TABLESAMPLE", reinterpret_cast<const ::RangeTableSample*>(node)->location);
      break;
    case T_RangeTableFunc:
      refuse("XMLTABLE", reinterpret_cast<const ::RangeTableFunc*>(node)->location);
      break;
    default:
      broken("an item of FROM of unknown type");
      break;
  }
  ++depth_left_;
  return element;
}

const ast::FromElement* Converter::join(const ::JoinExpr& node) {
  expect(node.rtindex == 0, "a join that was resolved");
  auto* made = make<ast::JoinItem>(-1);
  switch (node.jointype) {
    case JOIN_INNER:
      made->type = ast::JoinType::kInner;
      break;
    case JOIN_LEFT:
      made->type = ast::JoinType::kLeft;
      break;
    case JOIN_FULL:
      made->type = ast::JoinType::kFull;
      break;
    case JOIN_RIGHT:
      made->type = ast::JoinType::kRight;
      break;
    default:
      return broken("a join of unknown type");
  }
  made->natural = node.isNatural;
  made->left = from_element(node.larg);
  made->right = from_element(node.rarg);
  made->using_columns = names(node.usingClause);
  made->using_alias = alias(node.join_using_alias);
  made->condition = expr_or_none(node.quals);
  made->alias = alias(node.alias);
  return made;
}

const ast::FromElement* Converter::subquery_item(const ::RangeSubselect& node) {
  auto* made = make<ast::SubqueryItem>(-1);
  made->lateral = node.lateral;
  made->query = query(node.subquery);
  made->alias = alias(node.alias);
  return made;
}

const ast::FromElement* Converter::function_item(const ::RangeFunction& node) {
  auto* made = make<ast::FunctionItem>(-1);
  made->lateral = node.lateral;
  made->ordinality = node.ordinality;
  made->rows_from = node.is_rowsfrom;
  made->calls = list_of<ast::FunctionItemCall>(
      node.functions, [this](const ::Node* call) { return function_item_call(call); });
  made->alias = alias(node.alias);
  made->columns = list_of<ast::ColumnDefinition>(
      node.coldeflist, [this](const ::Node* column) -> const ast::ColumnDefinition* {
        const auto* typed = tagged<::ColumnDef>(column, T_ColumnDef);
        return typed == nullptr ? nullptr : column_definition(*typed);
      });
  return made;
}

// A list of two: the call, and the columns it is said to give.
const ast::FunctionItemCall* Converter::function_item_call(const ::Node* node) {
  const auto* pair = tagged<::List>(node, T_List);
  if (length(pair) != 2) return broken("a function in FROM");
  auto* made = make<ast::FunctionItemCall>(-1);
  made->call = expr(item(pair, 0));
  const ::Node* columns = item(pair, 1);
  const auto* list = columns == nullptr ? nullptr : tagged<::List>(columns, T_List);
  made->columns =
      list_of<ast::ColumnDefinition>(list, [this](const ::Node* column) -> const ast::ColumnDefinition* {
        const auto* typed = tagged<::ColumnDef>(column, T_ColumnDef);
        return typed == nullptr ? nullptr : column_definition(*typed);
      });
  return made;
}

const ast::Alias* Converter::alias(const ::Alias* node) {
  if (node == nullptr || failed()) return nullptr;
  auto* made = make<ast::Alias>(-1);
  made->name = copy(node->aliasname);
  made->columns = names(node->colnames);
  return made;
}

const ast::TableName* Converter::table_name(const ::RangeVar* node, const ast::Alias** alias_out) {
  if (failed()) return nullptr;
  if (node == nullptr) return broken("the name of a table is missing");
  auto* made = make<ast::TableName>(node->location);
  made->catalog = copy(node->catalogname);
  made->schema = copy(node->schemaname);
  made->name = copy(node->relname);
  made->only = !node->inh;
  switch (node->relpersistence) {
    case 'p':
      break;
    case 't':
      made->persistence = ast::Persistence::kTemporary;
      break;
    case 'u':
      return refuse("UNLOGGED", node->location);
    default:
      return broken("the persistence of a table");
  }
  if (alias_out != nullptr) {
    *alias_out = alias(node->alias);
  } else {
    expect(node->alias == nullptr, "an alias where none may stand");
  }
  return made;
}

const ast::TableName* Converter::plain_name(const ::RangeVar* node, bool may_be_temporary) {
  const ast::TableName* made = table_name(node);
  if (failed()) return nullptr;
  expect(!made->only, "ONLY where it may not stand");
  expect(may_be_temporary || made->persistence == ast::Persistence::kPermanent,
         "TEMPORARY where it may not stand");
  return made;
}

ast::List<ast::TableName> Converter::table_names(const ::List* list) {
  return list_of<ast::TableName>(list, [this](const ::Node* node) -> const ast::TableName* {
    const auto* name = tagged<::RangeVar>(node, T_RangeVar);
    return name == nullptr ? nullptr : table_name(name);
  });
}

}  // namespace ddb
