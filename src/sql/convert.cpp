// convert: which statement a tree is, what all conversions share, and the names of what is refused.
#include <cstdint>
#include <string>

// Last: see there.
#include "sql/converter.h"

namespace ddb {

std::nullptr_t Converter::fail(Status status, int location) {
  if (!failed()) status_ = std::move(status).with_position(text_position(text_, location));
  return nullptr;
}

std::nullptr_t Converter::refuse(std::string_view construct, int location) {
  return fail(Status::error(sqlstate::kFeatureNotSupported, std::string(construct) + " is not supported"),
              location);
}

std::nullptr_t Converter::broken(std::string_view what) {
  return fail(Status::error(sqlstate::kInternal, "unexpected parse tree: " + std::string(what)), -1);
}

bool Converter::is_list(const ::List* list) {
  if (list->type == T_List) return true;
  broken("a list of nodes was expected");
  return false;
}

std::string_view Converter::string(const ::Node* node) {
  const auto* value = tagged<::String>(node, T_String);
  if (value == nullptr) return {};
  return copy(value->sval);
}

ast::Names Converter::names(const ::List* list) {
  if (list == nullptr || failed() || !is_list(list)) return {};
  std::span<std::string_view> parts = arena_.make_array<std::string_view>(static_cast<size_t>(list->length));
  for (int i = 0; i < list->length; ++i) parts[static_cast<size_t>(i)] = string(item(list, i));
  return {parts.data(), parts.size()};
}

std::string_view Converter::only_name(const ::List* list) {
  if (length(list) != 1) {
    broken("one name was expected");
    return {};
  }
  return is_list(list) ? string(item(list, 0)) : std::string_view();
}

namespace {

// What a statement that we refuse is called.
constexpr struct {
  NodeTag tag;
  std::string_view name;
} kRefused[] = {
    {T_MergeStmt, "MERGE"},
    {T_CommentStmt, "COMMENT"},
    {T_CreateFunctionStmt, "CREATE FUNCTION"},
    {T_AlterFunctionStmt, "ALTER FUNCTION"},
    {T_CallStmt, "CALL"},
    {T_DoStmt, "DO"},
    {T_CreateTrigStmt, "CREATE TRIGGER"},
    {T_RuleStmt, "CREATE RULE"},
    {T_GrantStmt, "GRANT or REVOKE"},
    {T_GrantRoleStmt, "GRANT or REVOKE"},
    {T_AlterDefaultPrivilegesStmt, "ALTER DEFAULT PRIVILEGES"},
    {T_CreateRoleStmt, "CREATE ROLE"},
    {T_AlterRoleStmt, "ALTER ROLE"},
    {T_AlterRoleSetStmt, "ALTER ROLE"},
    {T_DropRoleStmt, "DROP ROLE"},
    {T_ReassignOwnedStmt, "REASSIGN OWNED"},
    {T_DropOwnedStmt, "DROP OWNED"},
    {T_CreatedbStmt, "CREATE DATABASE"},
    {T_AlterDatabaseStmt, "ALTER DATABASE"},
    {T_AlterDatabaseRefreshCollStmt, "ALTER DATABASE"},
    {T_AlterDatabaseSetStmt, "ALTER DATABASE"},
    {T_DropdbStmt, "DROP DATABASE"},
    {T_CreateDomainStmt, "CREATE DOMAIN"},
    {T_AlterDomainStmt, "ALTER DOMAIN"},
    {T_CompositeTypeStmt, "CREATE TYPE"},
    {T_CreateEnumStmt, "CREATE TYPE"},
    {T_CreateRangeStmt, "CREATE TYPE"},
    {T_AlterEnumStmt, "ALTER TYPE"},
    {T_AlterTypeStmt, "ALTER TYPE"},
    {T_DefineStmt, "CREATE AGGREGATE, OPERATOR, TYPE, COLLATION or TEXT SEARCH"},
    {T_CreateCastStmt, "CREATE CAST"},
    {T_CreateConversionStmt, "CREATE CONVERSION"},
    {T_CreateTransformStmt, "CREATE TRANSFORM"},
    {T_CreatePLangStmt, "CREATE LANGUAGE"},
    {T_CreateOpClassStmt, "CREATE OPERATOR CLASS"},
    {T_CreateOpFamilyStmt, "CREATE OPERATOR FAMILY"},
    {T_AlterOpFamilyStmt, "ALTER OPERATOR FAMILY"},
    {T_AlterOperatorStmt, "ALTER OPERATOR"},
    {T_CreateAmStmt, "CREATE ACCESS METHOD"},
    {T_CreateExtensionStmt, "CREATE EXTENSION"},
    {T_AlterExtensionStmt, "ALTER EXTENSION"},
    {T_AlterExtensionContentsStmt, "ALTER EXTENSION"},
    {T_CreateFdwStmt, "CREATE FOREIGN DATA WRAPPER"},
    {T_AlterFdwStmt, "ALTER FOREIGN DATA WRAPPER"},
    {T_CreateForeignServerStmt, "CREATE SERVER"},
    {T_AlterForeignServerStmt, "ALTER SERVER"},
    {T_CreateForeignTableStmt, "CREATE FOREIGN TABLE"},
    {T_ImportForeignSchemaStmt, "IMPORT FOREIGN SCHEMA"},
    {T_CreateUserMappingStmt, "CREATE USER MAPPING"},
    {T_AlterUserMappingStmt, "ALTER USER MAPPING"},
    {T_DropUserMappingStmt, "DROP USER MAPPING"},
    {T_CreatePolicyStmt, "CREATE POLICY"},
    {T_AlterPolicyStmt, "ALTER POLICY"},
    {T_CreatePublicationStmt, "CREATE PUBLICATION"},
    {T_AlterPublicationStmt, "ALTER PUBLICATION"},
    {T_CreateSubscriptionStmt, "CREATE SUBSCRIPTION"},
    {T_AlterSubscriptionStmt, "ALTER SUBSCRIPTION"},
    {T_DropSubscriptionStmt, "DROP SUBSCRIPTION"},
    {T_CreateStatsStmt, "CREATE STATISTICS"},
    {T_AlterStatsStmt, "ALTER STATISTICS"},
    {T_CreateTableSpaceStmt, "CREATE TABLESPACE"},
    {T_DropTableSpaceStmt, "DROP TABLESPACE"},
    {T_AlterTableSpaceOptionsStmt, "ALTER TABLESPACE"},
    {T_AlterTableMoveAllStmt, "ALTER TABLE ALL IN TABLESPACE"},
    {T_CreateEventTrigStmt, "CREATE EVENT TRIGGER"},
    {T_AlterEventTrigStmt, "ALTER EVENT TRIGGER"},
    {T_AlterTSDictionaryStmt, "ALTER TEXT SEARCH DICTIONARY"},
    {T_AlterTSConfigurationStmt, "ALTER TEXT SEARCH CONFIGURATION"},
    {T_AlterCollationStmt, "ALTER COLLATION"},
    {T_AlterObjectSchemaStmt, "ALTER … SET SCHEMA"},
    {T_AlterObjectDependsStmt, "ALTER … DEPENDS ON EXTENSION"},
    {T_AlterOwnerStmt, "ALTER … OWNER TO"},
    {T_AlterSystemStmt, "ALTER SYSTEM"},
    {T_SecLabelStmt, "SECURITY LABEL"},
    {T_DeclareCursorStmt, "DECLARE CURSOR"},
    {T_FetchStmt, "FETCH or MOVE"},
    {T_ClosePortalStmt, "CLOSE"},
    {T_ClusterStmt, "CLUSTER"},
    {T_ReindexStmt, "REINDEX"},
    {T_RefreshMatViewStmt, "REFRESH MATERIALIZED VIEW"},
    {T_LoadStmt, "LOAD"},
    {T_NotifyStmt, "NOTIFY"},
    {T_ListenStmt, "LISTEN"},
    {T_UnlistenStmt, "UNLISTEN"},
    {T_ReturnStmt, "RETURN"},
    {T_PLAssignStmt, "an assignment"},
};

std::string_view refused_name(NodeTag tag) {
  for (const auto& refused : kRefused) {
    if (refused.tag == tag) return refused.name;
  }
  return "this statement";
}

}  // namespace

const ast::Statement* Converter::statement(const ::Node* node, int begin) {
  if (node == nullptr) return broken("a statement is missing");
  switch (node->type) {
    case T_SelectStmt:
      return query(*reinterpret_cast<const ::SelectStmt*>(node), begin);
    case T_InsertStmt:
      return insert(*reinterpret_cast<const ::InsertStmt*>(node), begin);
    case T_UpdateStmt:
      return update(*reinterpret_cast<const ::UpdateStmt*>(node), begin);
    case T_DeleteStmt:
      return erase(*reinterpret_cast<const ::DeleteStmt*>(node), begin);
    case T_CreateStmt:
      return create_table(*reinterpret_cast<const ::CreateStmt*>(node), begin);
    case T_CreateTableAsStmt:
      return create_table_as(*reinterpret_cast<const ::CreateTableAsStmt*>(node), begin);
    case T_AlterTableStmt:
      return alter_table(*reinterpret_cast<const ::AlterTableStmt*>(node), begin);
    case T_IndexStmt:
      return create_index(*reinterpret_cast<const ::IndexStmt*>(node), begin);
    case T_ViewStmt:
      return create_view(*reinterpret_cast<const ::ViewStmt*>(node), begin);
    case T_CreateSeqStmt:
      return create_sequence(*reinterpret_cast<const ::CreateSeqStmt*>(node), begin);
    case T_AlterSeqStmt:
      return alter_sequence(*reinterpret_cast<const ::AlterSeqStmt*>(node), begin);
    case T_CreateSchemaStmt:
      return create_schema(*reinterpret_cast<const ::CreateSchemaStmt*>(node), begin);
    case T_DropStmt:
      return drop(*reinterpret_cast<const ::DropStmt*>(node), begin);
    case T_RenameStmt:
      return rename(*reinterpret_cast<const ::RenameStmt*>(node), begin);
    case T_TruncateStmt:
      return truncate(*reinterpret_cast<const ::TruncateStmt*>(node), begin);
    case T_TransactionStmt:
      return transaction(*reinterpret_cast<const ::TransactionStmt*>(node), begin);
    case T_VariableSetStmt:
      return set_variable(*reinterpret_cast<const ::VariableSetStmt*>(node), begin);
    case T_VariableShowStmt:
      return show_variable(*reinterpret_cast<const ::VariableShowStmt*>(node), begin);
    case T_ExplainStmt:
      return explain(*reinterpret_cast<const ::ExplainStmt*>(node), begin);
    case T_VacuumStmt:
      return vacuum(*reinterpret_cast<const ::VacuumStmt*>(node), begin);
    case T_CheckPointStmt:
      return make<ast::Checkpoint>(begin);
    case T_CopyStmt:
      return copy_statement(*reinterpret_cast<const ::CopyStmt*>(node), begin);
    case T_PrepareStmt:
      return prepare(*reinterpret_cast<const ::PrepareStmt*>(node), begin);
    case T_ExecuteStmt:
      return execute(*reinterpret_cast<const ::ExecuteStmt*>(node), begin);
    case T_DeallocateStmt:
      return deallocate(*reinterpret_cast<const ::DeallocateStmt*>(node), begin);
    case T_DiscardStmt:
      return discard(*reinterpret_cast<const ::DiscardStmt*>(node), begin);
    case T_LockStmt:
      return lock_table(*reinterpret_cast<const ::LockStmt*>(node), begin);
    case T_ConstraintsSetStmt:
      return set_constraints(*reinterpret_cast<const ::ConstraintsSetStmt*>(node), begin);
    default:
      return refuse(refused_name(node->type), begin);
  }
}

}  // namespace ddb
