// convert_constraint: constraints of columns and tables. PostgreSQL's grammar makes [NOT] DEFERRABLE and INITIALLY … of a column nodes of their own;
// they are folded here as its parse analysis does (transformConstraintAttrs), with its errors.
// Last: see there.
#include "sql/converter.h"

namespace ddb {

namespace {

Status syntax_error(std::string_view message) { return Status::error(sqlstate::kSyntaxError, message); }

bool may_defer(const ast::Constraint* constraint) {
  return constraint != nullptr && (constraint->type == ast::ConstraintType::kPrimaryKey ||
                                   constraint->type == ast::ConstraintType::kUnique ||
                                   constraint->type == ast::ConstraintType::kForeignKey);
}

}  // namespace

ast::List<ast::Constraint> Converter::column_constraints(const ::List* list) {
  if (list == nullptr || failed() || !is_list(list)) return {};
  const int count = length(list);
  std::span<const ast::Constraint*> made =
      arena_.make_array<const ast::Constraint*>(static_cast<size_t>(count));
  size_t used = 0;
  ast::Constraint* last = nullptr;
  bool said_deferrable = false;
  bool said_initially = false;
  for (int i = 0; i < count && !failed(); ++i) {
    const ::Node* node = item(list, i);
    if (node != nullptr && node->type == T_CollateClause) {
      broken("a COLLATE among constraints");
      break;
    }
    const auto* typed = tagged<::Constraint>(node, T_Constraint);
    if (typed == nullptr) break;
    if (fold_attribute(*typed, last, said_deferrable, said_initially)) continue;
    last = constraint(*typed, true);
    said_deferrable = said_initially = false;
    made[used++] = last;
  }
  return {made.data(), used};
}

// True when the node is an attribute, folded or wrong.
bool Converter::fold_attribute(const ::Constraint& node, ast::Constraint* constraint, bool& said_deferrable,
                               bool& said_initially) {
  const bool deferrable =
      node.contype == CONSTR_ATTR_DEFERRABLE || node.contype == CONSTR_ATTR_NOT_DEFERRABLE;
  const bool initially = node.contype == CONSTR_ATTR_DEFERRED || node.contype == CONSTR_ATTR_IMMEDIATE;
  if (!deferrable && !initially) return false;
  expect(node.conname == nullptr && !node.deferrable && !node.initdeferred && !node.is_no_inherit &&
             node.raw_expr == nullptr && node.cooked_expr == nullptr && node.generated_when == 0 &&
             !node.nulls_not_distinct && node.keys == nullptr && node.including == nullptr &&
             node.exclusions == nullptr && node.options == nullptr && node.indexname == nullptr &&
             node.indexspace == nullptr && !node.reset_default_tblspc && node.access_method == nullptr &&
             node.where_clause == nullptr && node.pktable == nullptr && node.fk_attrs == nullptr &&
             node.pk_attrs == nullptr && node.fk_matchtype == 0 && node.fk_upd_action == 0 &&
             node.fk_del_action == 0 && node.fk_del_set_cols == nullptr && node.old_conpfeqop == nullptr &&
             node.old_pktable_oid == 0 && !node.skip_validation && !node.initially_valid,
         "an attribute of a constraint");
  if (!may_defer(constraint)) {
    fail(syntax_error(node.contype == CONSTR_ATTR_DEFERRABLE       ? "misplaced DEFERRABLE clause"
                      : node.contype == CONSTR_ATTR_NOT_DEFERRABLE ? "misplaced NOT DEFERRABLE clause"
                      : node.contype == CONSTR_ATTR_DEFERRED       ? "misplaced INITIALLY DEFERRED clause"
                                                                   : "misplaced INITIALLY IMMEDIATE clause"),
         node.location);
    return true;
  }
  if (deferrable ? said_deferrable : said_initially) {
    fail(syntax_error(deferrable ? "multiple DEFERRABLE/NOT DEFERRABLE clauses not allowed"
                                 : "multiple INITIALLY IMMEDIATE/DEFERRED clauses not allowed"),
         node.location);
    return true;
  }
  constexpr std::string_view kContradiction = "constraint declared INITIALLY DEFERRED must be DEFERRABLE";
  switch (node.contype) {
    case CONSTR_ATTR_DEFERRABLE:
      constraint->deferrable = true;
      break;
    case CONSTR_ATTR_NOT_DEFERRABLE:
      constraint->deferrable = false;
      if (said_initially && constraint->initially_deferred) fail(syntax_error(kContradiction), node.location);
      break;
    case CONSTR_ATTR_DEFERRED:
      constraint->initially_deferred = true;
      // INITIALLY DEFERRED alone means DEFERRABLE too.
      if (!said_deferrable) {
        constraint->deferrable = true;
      } else if (!constraint->deferrable) {
        fail(syntax_error(kContradiction), node.location);
      }
      break;
    default:
      constraint->initially_deferred = false;
      break;
  }
  (deferrable ? said_deferrable : said_initially) = true;
  return true;
}

// Each kind takes its own fields; the others must be as makeNode left them.
ast::Constraint* Converter::constraint(const ::Constraint& node, bool of_column) {
  if (failed()) return nullptr;
  if (node.contype == CONSTR_EXCLUSION) {
    return refuse("EXCLUDE", node.location);
  }
  if (node.is_no_inherit) return refuse("NO INHERIT", node.location);
  const bool keyed = node.contype == CONSTR_PRIMARY || node.contype == CONSTR_UNIQUE;
  const bool foreign = node.contype == CONSTR_FOREIGN;
  const bool valued =
      node.contype == CONSTR_DEFAULT || node.contype == CONSTR_GENERATED || node.contype == CONSTR_CHECK;
  const bool generated = node.contype == CONSTR_GENERATED || node.contype == CONSTR_IDENTITY;
  const bool may_be_not_valid = foreign || node.contype == CONSTR_CHECK;

  auto* made = make<ast::Constraint>(node.location);
  made->name = copy(node.conname);
  // Those of a column arrive as nodes of their own.
  expect(!of_column && (keyed || foreign) ? true : !node.deferrable && !node.initdeferred,
         "a constraint that cannot be deferred");
  made->deferrable = node.deferrable;
  made->initially_deferred = node.initdeferred;
  expect(valued == (node.raw_expr != nullptr) && node.cooked_expr == nullptr,
         "the expression of a constraint");
  made->value = expr_or_none(node.raw_expr);
  expect(generated ? (node.generated_when == 'a' || node.generated_when == 'd') : node.generated_when == 0,
         "GENERATED");
  made->always = node.generated_when == 'a';
  expect(may_be_not_valid ? node.skip_validation == !node.initially_valid
                          : (!node.skip_validation && !node.initially_valid),
         "NOT VALID");
  made->not_valid = may_be_not_valid && node.skip_validation;
  switch (node.contype) {
    case CONSTR_NULL:
      made->type = ast::ConstraintType::kNull;
      break;
    case CONSTR_NOTNULL:
      made->type = ast::ConstraintType::kNotNull;
      break;
    case CONSTR_DEFAULT:
      made->type = ast::ConstraintType::kDefault;
      break;
    case CONSTR_IDENTITY:
      made->type = ast::ConstraintType::kIdentity;
      break;
    case CONSTR_GENERATED:
      made->type = ast::ConstraintType::kGenerated;
      break;
    case CONSTR_CHECK:
      made->type = ast::ConstraintType::kCheck;
      break;
    case CONSTR_PRIMARY:
      made->type = ast::ConstraintType::kPrimaryKey;
      break;
    case CONSTR_UNIQUE:
      made->type = ast::ConstraintType::kUnique;
      break;
    case CONSTR_FOREIGN:
      made->type = ast::ConstraintType::kForeignKey;
      break;
    default:
      return broken("a constraint of unknown type");
  }
  expect(of_column || keyed || foreign || node.contype == CONSTR_CHECK,
         "a constraint of a column on a table");
  constraint_key(node, *made);
  foreign_key(node, *made);
  return made;
}

// What only PRIMARY KEY, UNIQUE, EXCLUDE and (options) identities have.
void Converter::constraint_key(const ::Constraint& node, ast::Constraint& to) {
  const bool keyed = node.contype == CONSTR_PRIMARY || node.contype == CONSTR_UNIQUE;
  expect(node.exclusions == nullptr && !node.reset_default_tblspc && node.access_method == nullptr &&
             node.where_clause == nullptr,
         "EXCLUDE on another constraint");
  expect(keyed || (!node.nulls_not_distinct && node.keys == nullptr && node.including == nullptr &&
                   node.indexname == nullptr && node.indexspace == nullptr),
         "a key on another constraint");
  to.nulls_not_distinct = node.nulls_not_distinct;
  to.columns = names(node.keys);
  to.including = names(node.including);
  to.index = copy(node.indexname);
  if (node.indexspace != nullptr) refuse("USING INDEX TABLESPACE", node.location);
  if (node.options == nullptr) return;
  if (node.contype == CONSTR_IDENTITY) {
    to.sequence = options(node.options);
  } else if (keyed) {
    refuse("WITH (…) of a constraint", node.location);
  } else {
    broken("options of a constraint");
  }
}

void Converter::foreign_key(const ::Constraint& node, ast::Constraint& to) {
  expect(node.old_conpfeqop == nullptr && node.old_pktable_oid == 0, "a foreign key that was resolved");
  if (node.contype != CONSTR_FOREIGN) {
    expect(node.pktable == nullptr && node.fk_attrs == nullptr && node.pk_attrs == nullptr &&
               node.fk_matchtype == 0 && node.fk_upd_action == 0 && node.fk_del_action == 0 &&
               node.fk_del_set_cols == nullptr,
           "a foreign key on another constraint");
    return;
  }
  to.columns = names(node.fk_attrs);
  to.parent = plain_name(node.pktable);
  to.parent_columns = names(node.pk_attrs);
  switch (node.fk_matchtype) {
    case FKCONSTR_MATCH_SIMPLE:
      to.match = ast::ForeignKeyMatch::kSimple;
      break;
    case FKCONSTR_MATCH_FULL:
      to.match = ast::ForeignKeyMatch::kFull;
      break;
    // The grammar refuses MATCH PARTIAL itself.
    default:
      broken("MATCH of a foreign key");
      break;
  }
  to.on_update = foreign_key_action(node.fk_upd_action);
  to.on_delete = foreign_key_action(node.fk_del_action);
  to.on_delete_columns = names(node.fk_del_set_cols);
}

ast::ForeignKeyAction Converter::foreign_key_action(char action) {
  switch (action) {
    case FKCONSTR_ACTION_NOACTION:
      return ast::ForeignKeyAction::kNoAction;
    case FKCONSTR_ACTION_RESTRICT:
      return ast::ForeignKeyAction::kRestrict;
    case FKCONSTR_ACTION_CASCADE:
      return ast::ForeignKeyAction::kCascade;
    case FKCONSTR_ACTION_SETNULL:
      return ast::ForeignKeyAction::kSetNull;
    case FKCONSTR_ACTION_SETDEFAULT:
      return ast::ForeignKeyAction::kSetDefault;
    default:
      broken("the action of a foreign key");
      return {};
  }
}

}  // namespace ddb
