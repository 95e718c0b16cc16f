// convert_session: transactions, settings, EXPLAIN, maintenance, COPY, prepared statements, locks; and options of statements.
// Last: see there.
#include "sql/converter.h"

namespace ddb {

ast::List<ast::Option> Converter::options(const ::List* list) {
  return list_of<ast::Option>(list, [this](const ::Node* node) { return option(node); });
}

const ast::Option* Converter::option(const ::Node* node) {
  const auto* element = tagged<::DefElem>(node, T_DefElem);
  if (element == nullptr) return nullptr;
  expect(element->defnamespace == nullptr && element->defaction == DEFELEM_UNSPEC,
         "an option with a namespace or an action");
  auto* made = make<ast::Option>(element->location);
  made->name = copy(element->defname);
  if (element->arg != nullptr) option_value(element->arg, *made);
  return made;
}

void Converter::option_value(const ::Node* value, ast::Option& to) {
  switch (value->type) {
    case T_Integer:
      to.type = ast::OptionType::kInteger;
      to.integer = reinterpret_cast<const ::Integer*>(value)->ival;
      return;
    case T_Boolean:
      to.type = ast::OptionType::kBoolean;
      to.integer = reinterpret_cast<const ::Boolean*>(value)->boolval ? 1 : 0;
      return;
    case T_Float: {
      const ast::Constant* made = number(reinterpret_cast<const ::Float*>(value)->fval, -1);
      to.type =
          made->type == ast::ConstantType::kInteger ? ast::OptionType::kInteger : ast::OptionType::kNumeric;
      to.integer = made->integer;
      to.text = made->text;
      return;
    }
    case T_String:
      to.type = ast::OptionType::kText;
      to.text = string(value);
      return;
    case T_List:
      to.type = ast::OptionType::kNames;
      to.names = names(reinterpret_cast<const ::List*>(value));
      return;
    case T_A_Star:
      to.type = ast::OptionType::kStar;
      return;
    case T_TypeName:
      to.type = ast::OptionType::kType;
      to.data_type = type_name(reinterpret_cast<const ::TypeName*>(value));
      return;
    case T_A_Const: {
      // Modes of transactions: a constant with a place of its own, which is the option's.
      const ast::Expr* made = constant(*reinterpret_cast<const ::A_Const*>(value));
      if (made == nullptr) return;
      const auto& typed = ast::as<ast::Constant>(*made);
      if (to.location < 0) to.location = typed.location;
      expect(to.location <= typed.location, "the place of an option's value");
      if (typed.type == ast::ConstantType::kInteger) {
        to.type = ast::OptionType::kInteger;
        to.integer = typed.integer;
      } else if (typed.type == ast::ConstantType::kString) {
        to.type = ast::OptionType::kText;
        to.text = typed.text;
      } else {
        broken("the value of an option");
      }
      return;
    }
    default:
      broken("the value of an option");
      return;
  }
}

const ast::Statement* Converter::transaction(const ::TransactionStmt& node, int begin) {
  if (node.gid != nullptr || node.kind == TRANS_STMT_PREPARE || node.kind == TRANS_STMT_COMMIT_PREPARED ||
      node.kind == TRANS_STMT_ROLLBACK_PREPARED) {
    return refuse("PREPARE TRANSACTION", begin);
  }
  auto* made = make<ast::Transaction>(begin);
  switch (node.kind) {
    case TRANS_STMT_BEGIN:
      made->type = ast::TransactionType::kBegin;
      break;
    case TRANS_STMT_START:
      made->type = ast::TransactionType::kBegin;
      made->start_keyword = true;
      break;
    case TRANS_STMT_COMMIT:
      made->type = ast::TransactionType::kCommit;
      break;
    case TRANS_STMT_ROLLBACK:
      made->type = ast::TransactionType::kRollback;
      break;
    case TRANS_STMT_SAVEPOINT:
      made->type = ast::TransactionType::kSavepoint;
      break;
    case TRANS_STMT_RELEASE:
      made->type = ast::TransactionType::kRelease;
      break;
    case TRANS_STMT_ROLLBACK_TO:
      made->type = ast::TransactionType::kRollbackTo;
      break;
    default:
      return broken("a transaction statement");
  }
  made->modes = options(node.options);
  made->savepoint = copy(node.savepoint_name);
  made->chain = node.chain;
  return made;
}

const ast::Statement* Converter::set_variable(const ::VariableSetStmt& node, int begin) {
  auto* made = make<ast::SetVariable>(begin);
  const std::string_view name = node.name == nullptr ? std::string_view() : std::string_view(node.name);
  switch (node.kind) {
    case VAR_SET_VALUE:
      made->type = ast::SetType::kValue;
      break;
    case VAR_SET_DEFAULT:
      made->type = ast::SetType::kDefault;
      break;
    case VAR_SET_CURRENT:
      return refuse("SET … FROM CURRENT", begin);
    case VAR_SET_MULTI:
      if (name == "TRANSACTION") {
        made->type = ast::SetType::kTransaction;
      } else if (name == "SESSION CHARACTERISTICS") {
        made->type = ast::SetType::kSessionTransaction;
      } else if (name == "TRANSACTION SNAPSHOT") {
        return refuse("SET TRANSACTION SNAPSHOT", begin);
      } else {
        return broken("SET of several");
      }
      break;
    case VAR_RESET:
      made->type = ast::SetType::kReset;
      break;
    case VAR_RESET_ALL:
      made->type = ast::SetType::kResetAll;
      break;
    default:
      return broken("SET");
  }
  made->local = node.is_local;
  if (node.kind == VAR_SET_MULTI) {
    made->modes = options(node.args);
    return made;
  }
  expect((node.kind == VAR_RESET_ALL) == (node.name == nullptr), "the name in SET");
  expect(node.kind == VAR_SET_VALUE || node.args == nullptr, "values of another SET");
  made->name = copy(node.name);
  made->values = exprs(node.args);
  return made;
}

const ast::Statement* Converter::show_variable(const ::VariableShowStmt& node, int begin) {
  auto* made = make<ast::ShowVariable>(begin);
  made->name = copy(node.name);
  return made;
}

const ast::Statement* Converter::explain(const ::ExplainStmt& node, int begin) {
  auto* made = make<ast::Explain>(begin);
  made->options = options(node.options);
  if (node.query != nullptr &&
      (node.query->type == T_CreateTableAsStmt || node.query->type == T_ExecuteStmt)) {
    made->statement = statement(node.query, -1);
  } else {
    made->statement = query_or_change(node.query, "EXPLAIN of this statement", begin);
  }
  return made;
}

const ast::VacuumTable* Converter::vacuum_table(const ::Node* node) {
  const auto* table = tagged<::VacuumRelation>(node, T_VacuumRelation);
  if (table == nullptr) return nullptr;
  expect(table->oid == 0, "a table that was resolved");
  auto* made = make<ast::VacuumTable>(-1);
  made->table = plain_name(table->relation);
  made->columns = names(table->va_cols);
  return made;
}

const ast::Statement* Converter::vacuum(const ::VacuumStmt& node, int begin) {
  auto* made = make<ast::Vacuum>(begin);
  made->analyze_only = !node.is_vacuumcmd;
  made->options = options(node.options);
  made->tables =
      list_of<ast::VacuumTable>(node.rels, [this](const ::Node* table) { return vacuum_table(table); });
  return made;
}

const ast::Statement* Converter::copy_statement(const ::CopyStmt& node, int begin) {
  if (node.is_program) return refuse("COPY … PROGRAM", begin);
  auto* made = make<ast::Copy>(begin);
  expect((node.relation == nullptr) != (node.query == nullptr), "what COPY copies");
  if (failed()) return nullptr;
  if (node.relation != nullptr) made->table = plain_name(node.relation);
  if (node.query != nullptr) made->query = query_or_change(node.query, "COPY of this statement", begin);
  made->columns = names(node.attlist);
  made->from = node.is_from;
  made->file = copy(node.filename);
  made->options = options(node.options);
  made->where = expr_or_none(node.whereClause);
  return made;
}

const ast::Statement* Converter::prepare(const ::PrepareStmt& node, int begin) {
  auto* made = make<ast::Prepare>(begin);
  made->name = copy(node.name);
  made->types = list_of<ast::TypeName>(
      node.argtypes, [this](const ::Node* type) { return type_name(tagged<::TypeName>(type, T_TypeName)); });
  made->statement = query_or_change(node.query, "PREPARE of this statement", begin);
  return made;
}

const ast::Statement* Converter::execute(const ::ExecuteStmt& node, int begin) {
  auto* made = make<ast::Execute>(begin);
  made->name = copy(node.name);
  made->arguments = exprs(node.params);
  return made;
}

const ast::Statement* Converter::deallocate(const ::DeallocateStmt& node, int begin) {
  auto* made = make<ast::Deallocate>(begin);
  made->name = copy(node.name);
  return made;
}

const ast::Statement* Converter::discard(const ::DiscardStmt& node, int begin) {
  auto* made = make<ast::Discard>(begin);
  switch (node.target) {
    case DISCARD_ALL:
      made->type = ast::DiscardType::kAll;
      break;
    case DISCARD_PLANS:
      made->type = ast::DiscardType::kPlans;
      break;
    case DISCARD_SEQUENCES:
      made->type = ast::DiscardType::kSequences;
      break;
    case DISCARD_TEMP:
      made->type = ast::DiscardType::kTemporary;
      break;
    default:
      return broken("DISCARD");
  }
  return made;
}

const ast::Statement* Converter::lock_table(const ::LockStmt& node, int begin) {
  auto* made = make<ast::LockTable>(begin);
  made->tables = table_names(node.relations);
  expect(node.mode >= 1 && node.mode <= 8, "the mode of a lock");
  made->mode = static_cast<ast::LockMode>(node.mode);
  made->no_wait = node.nowait;
  return made;
}

const ast::Statement* Converter::set_constraints(const ::ConstraintsSetStmt& node, int begin) {
  auto* made = make<ast::SetConstraints>(begin);
  made->constraints = table_names(node.constraints);
  made->deferred = node.deferred;
  return made;
}

}  // namespace ddb
