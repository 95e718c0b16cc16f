// convert_table: CREATE TABLE, CREATE TABLE AS, ALTER TABLE.
// Last: see there.
#include "sql/converter.h"

namespace ddb {

ast::OnCommit Converter::on_commit(OnCommitAction action) {
  switch (action) {
    case ONCOMMIT_NOOP:
      return ast::OnCommit::kUnsaid;
    case ONCOMMIT_PRESERVE_ROWS:
      return ast::OnCommit::kPreserveRows;
    case ONCOMMIT_DELETE_ROWS:
      return ast::OnCommit::kDeleteRows;
    case ONCOMMIT_DROP:
      return ast::OnCommit::kDrop;
    default:
      broken("ON COMMIT");
      return {};
  }
}

const ast::Statement* Converter::create_table(const ::CreateStmt& node, int begin) {
  if (node.partbound != nullptr) return refuse("PARTITION OF", node.partbound->location);
  if (node.inhRelations != nullptr) return refuse("INHERITS", begin);
  if (node.partspec != nullptr) return refuse("PARTITION BY", node.partspec->location);
  if (node.ofTypename != nullptr) return refuse("CREATE TABLE OF", node.ofTypename->location);
  if (node.options != nullptr) return refuse("WITH (…) of a table", begin);
  if (node.tablespacename != nullptr) return refuse("TABLESPACE", begin);
  if (node.accessMethod != nullptr) return refuse("USING of a table", begin);
  expect(node.constraints == nullptr, "constraints beside the elements of a table");
  auto* made = make<ast::CreateTable>(begin);
  made->table = plain_name(node.relation, true);
  made->if_not_exists = node.if_not_exists;
  made->on_commit = on_commit(node.oncommit);
  if (node.tableElts == nullptr || !is_list(node.tableElts)) return made;
  const int count = length(node.tableElts);
  std::span<const ast::ColumnDefinition*> columns =
      arena_.make_array<const ast::ColumnDefinition*>(static_cast<size_t>(count));
  std::span<const ast::Constraint*> constraints =
      arena_.make_array<const ast::Constraint*>(static_cast<size_t>(count));
  size_t columns_used = 0;
  size_t constraints_used = 0;
  for (int i = 0; i < count && !failed(); ++i) {
    const ::Node* element = item(node.tableElts, i);
    switch (element == nullptr ? T_Invalid : element->type) {
      case T_ColumnDef:
        columns[columns_used++] = column_definition(*reinterpret_cast<const ::ColumnDef*>(element));
        break;
      case T_Constraint:
        constraints[constraints_used++] = constraint(*reinterpret_cast<const ::Constraint*>(element), false);
        break;
      case T_TableLikeClause: {
        const auto* like = reinterpret_cast<const ::TableLikeClause*>(element)->relation;
        return refuse("LIKE in CREATE TABLE", like == nullptr ? begin : like->location);
      }
      default:
        return broken("an element of a table");
    }
  }
  made->columns = {columns.data(), columns_used};
  made->constraints = {constraints.data(), constraints_used};
  return made;
}

const ast::ColumnDefinition* Converter::column_definition(const ::ColumnDef& node) {
  if (failed()) return nullptr;
  if (node.compression != nullptr) return refuse("COMPRESSION", node.location);
  if (node.fdwoptions != nullptr) return refuse("OPTIONS of a column", node.location);
  expect(node.inhcount == 0 && node.is_local && !node.is_not_null && !node.is_from_type &&
             node.storage == 0 && node.raw_default == nullptr && node.cooked_default == nullptr &&
             node.identity == 0 && node.identitySequence == nullptr && node.generated == 0 &&
             node.collOid == 0,
         "a column that was resolved");
  auto* made = make<ast::ColumnDefinition>(node.location);
  made->name = copy(node.colname);
  made->type = type_name(node.typeName);
  if (node.collClause != nullptr) {
    expect(node.collClause->arg == nullptr, "COLLATE of a column with an operand");
    made->collation = collate(*node.collClause);
  }
  made->constraints = column_constraints(node.constraints);
  return made;
}

const ast::Statement* Converter::create_table_as(const ::CreateTableAsStmt& node, int begin) {
  if (node.objtype == OBJECT_MATVIEW) return refuse("CREATE MATERIALIZED VIEW", begin);
  expect(node.objtype == OBJECT_TABLE && !node.is_select_into && node.into != nullptr, "CREATE TABLE AS");
  if (failed()) return nullptr;
  const ::IntoClause& into = *node.into;
  if (into.options != nullptr) return refuse("WITH (…) of a table", begin);
  if (into.tableSpaceName != nullptr) return refuse("TABLESPACE", begin);
  if (into.accessMethod != nullptr) return refuse("USING of a table", begin);
  expect(into.viewQuery == nullptr, "the query of a materialized view");
  if (node.query != nullptr && node.query->type == T_ExecuteStmt)
    return refuse("CREATE TABLE AS EXECUTE", begin);
  auto* made = make<ast::CreateTableAs>(begin);
  made->table = plain_name(into.rel, true);
  made->if_not_exists = node.if_not_exists;
  made->columns = names(into.colNames);
  made->query = query(node.query);
  made->with_data = !into.skipData;
  made->on_commit = on_commit(into.onCommit);
  return made;
}

namespace {

// What ALTER TABLE can do and we cannot.
std::string_view refused_command(AlterTableType type) {
  switch (type) {
    case AT_DropExpression:
      return "DROP EXPRESSION";
    case AT_SetStatistics:
      return "SET STATISTICS";
    case AT_SetOptions:
    case AT_ResetOptions:
      return "SET or RESET (…) of a column";
    case AT_SetStorage:
      return "SET STORAGE";
    case AT_SetCompression:
      return "SET COMPRESSION";
    case AT_AlterConstraint:
      return "ALTER CONSTRAINT";
    case AT_AlterColumnGenericOptions:
    case AT_GenericOptions:
      return "OPTIONS";
    case AT_ChangeOwner:
      return "OWNER TO";
    case AT_ClusterOn:
    case AT_DropCluster:
      return "CLUSTER ON or SET WITHOUT CLUSTER";
    case AT_SetLogged:
    case AT_SetUnLogged:
      return "SET LOGGED or UNLOGGED";
    case AT_DropOids:
      return "SET WITHOUT OIDS";
    case AT_SetAccessMethod:
      return "SET ACCESS METHOD";
    case AT_SetTableSpace:
      return "SET TABLESPACE";
    case AT_SetRelOptions:
    case AT_ResetRelOptions:
      return "SET or RESET (…) of a table";
    case AT_EnableTrig:
    case AT_EnableAlwaysTrig:
    case AT_EnableReplicaTrig:
    case AT_EnableTrigAll:
    case AT_EnableTrigUser:
    case AT_DisableTrig:
    case AT_DisableTrigAll:
    case AT_DisableTrigUser:
      return "ENABLE or DISABLE TRIGGER";
    case AT_EnableRule:
    case AT_EnableAlwaysRule:
    case AT_EnableReplicaRule:
    case AT_DisableRule:
      return "ENABLE or DISABLE RULE";
    case AT_AddInherit:
    case AT_DropInherit:
      return "INHERIT or NO INHERIT";
    case AT_AddOf:
    case AT_DropOf:
      return "OF or NOT OF";
    case AT_ReplicaIdentity:
      return "REPLICA IDENTITY";
    case AT_EnableRowSecurity:
    case AT_DisableRowSecurity:
    case AT_ForceRowSecurity:
    case AT_NoForceRowSecurity:
      return "ROW LEVEL SECURITY";
    case AT_AttachPartition:
    case AT_DetachPartition:
    case AT_DetachPartitionFinalize:
      return "ATTACH or DETACH PARTITION";
    case AT_AddIdentity:
    case AT_SetIdentity:
    case AT_DropIdentity:
      return "ADD, SET or DROP IDENTITY";
    default:
      return "this form of ALTER TABLE";
  }
}

std::string_view altered_object(ObjectType type) {
  switch (type) {
    case OBJECT_INDEX:
      return "ALTER INDEX";
    case OBJECT_VIEW:
      return "ALTER VIEW";
    case OBJECT_MATVIEW:
      return "ALTER MATERIALIZED VIEW";
    case OBJECT_SEQUENCE:
      return "ALTER SEQUENCE … OWNER TO or SET";
    case OBJECT_FOREIGN_TABLE:
      return "ALTER FOREIGN TABLE";
    case OBJECT_TYPE:
      return "ALTER TYPE";
    default:
      return "this ALTER";
  }
}

}  // namespace

const ast::Statement* Converter::alter_table(const ::AlterTableStmt& node, int begin) {
  if (node.objtype != OBJECT_TABLE) return refuse(altered_object(node.objtype), begin);
  auto* made = make<ast::AlterTable>(begin);
  made->table = table_name(node.relation);
  if (made->table != nullptr) {
    expect(made->table->persistence == ast::Persistence::kPermanent, "TEMPORARY where it may not stand");
  }
  made->if_exists = node.missing_ok;
  made->commands = list_of<ast::AlterCommand>(
      node.cmds, [this, begin](const ::Node* command) { return alter_command(command, begin); });
  return made;
}

const ast::AlterCommand* Converter::alter_command(const ::Node* node, int begin) {
  const auto* command = tagged<::AlterTableCmd>(node, T_AlterTableCmd);
  if (command == nullptr) return nullptr;
  using Type = ast::AlterCommandType;
  auto* made = make<ast::AlterCommand>(-1);
  bool drops = false;
  bool may_be_missing = false;
  switch (command->subtype) {
    case AT_AddColumn:
      made->type = Type::kAddColumn;
      may_be_missing = true;
      break;
    case AT_DropColumn:
      made->type = Type::kDropColumn;
      drops = may_be_missing = true;
      break;
    case AT_ColumnDefault:
      made->type = command->def == nullptr ? Type::kDropDefault : Type::kSetDefault;
      break;
    case AT_SetNotNull:
      made->type = Type::kSetNotNull;
      break;
    case AT_DropNotNull:
      made->type = Type::kDropNotNull;
      break;
    case AT_AlterColumnType:
      made->type = Type::kSetType;
      break;
    case AT_AddConstraint:
      made->type = Type::kAddConstraint;
      break;
    case AT_DropConstraint:
      made->type = Type::kDropConstraint;
      drops = may_be_missing = true;
      break;
    case AT_ValidateConstraint:
      made->type = Type::kValidateConstraint;
      break;
    default:
      return refuse(refused_command(command->subtype), begin);
  }
  expect(command->num == 0 && command->newowner == nullptr && !command->recurse,
         "a form of ALTER TABLE with another's fields");
  expect(command->behavior == DROP_RESTRICT || (drops && command->behavior == DROP_CASCADE),
         "CASCADE of ALTER TABLE");
  expect(may_be_missing || !command->missing_ok, "IF EXISTS of ALTER TABLE");
  const bool named = made->type != Type::kAddColumn && made->type != Type::kAddConstraint;
  expect(named == (command->name != nullptr), "the name in ALTER TABLE");
  made->name = copy(command->name);
  made->cascade = command->behavior == DROP_CASCADE;
  made->missing_ok = command->missing_ok;
  alter_definition(*command, *made);
  return made;
}

void Converter::alter_definition(const ::AlterTableCmd& node, ast::AlterCommand& to) {
  switch (to.type) {
    case ast::AlterCommandType::kAddColumn: {
      const auto* column = tagged<::ColumnDef>(node.def, T_ColumnDef);
      if (column != nullptr) to.column = column_definition(*column);
      return;
    }
    case ast::AlterCommandType::kAddConstraint: {
      const auto* added = tagged<::Constraint>(node.def, T_Constraint);
      if (added != nullptr) to.constraint = constraint(*added, false);
      return;
    }
    case ast::AlterCommandType::kSetDefault:
      to.value = expr(node.def);
      return;
    case ast::AlterCommandType::kSetType: {
      // Of a column's definition the grammar fills type, collation and, for USING, the default.
      const auto* column = tagged<::ColumnDef>(node.def, T_ColumnDef);
      if (column == nullptr) return;
      expect(column->colname == nullptr && column->compression == nullptr && column->inhcount == 0 &&
                 !column->is_local && !column->is_not_null && !column->is_from_type && column->storage == 0 &&
                 column->cooked_default == nullptr && column->identity == 0 &&
                 column->identitySequence == nullptr && column->generated == 0 && column->collOid == 0 &&
                 column->constraints == nullptr && column->fdwoptions == nullptr,
             "the definition in ALTER COLUMN TYPE");
      auto* made = make<ast::ColumnDefinition>(column->location);
      made->type = type_name(column->typeName);
      if (column->collClause != nullptr) {
        expect(column->collClause->arg == nullptr, "COLLATE of a column with an operand");
        made->collation = collate(*column->collClause);
      }
      to.column = made;
      to.value = expr_or_none(column->raw_default);
      return;
    }
    default:
      expect(node.def == nullptr, "a definition in ALTER TABLE");
      return;
  }
}

}  // namespace ddb
