// convert_object: indexes, views, sequences, schemas; DROP, RENAME, TRUNCATE.
#include <string>

// Last: see there.
#include "sql/converter.h"

namespace ddb {

const ast::Statement* Converter::create_index(const ::IndexStmt& node, int begin) {
  if (node.options != nullptr) return refuse("WITH (…) of an index", begin);
  if (node.tableSpace != nullptr) return refuse("TABLESPACE", begin);
  expect(node.excludeOpNames == nullptr && node.idxcomment == nullptr && node.indexOid == 0 &&
             node.oldNode == 0 && node.oldCreateSubid == 0 && node.oldFirstRelfilenodeSubid == 0 &&
             !node.primary && !node.isconstraint && !node.deferrable && !node.initdeferred &&
             !node.transformed && !node.reset_default_tblspc,
         "an index that was resolved");
  auto* made = make<ast::CreateIndex>(begin);
  made->name = copy(node.idxname);
  made->if_not_exists = node.if_not_exists;
  made->table = table_name(node.relation);
  if (made->table != nullptr) {
    expect(made->table->persistence == ast::Persistence::kPermanent, "TEMPORARY where it may not stand");
  }
  made->method = copy(node.accessMethod);
  made->elements = list_of<ast::IndexElement>(
      node.indexParams, [this](const ::Node* element) { return index_element(element); });
  expect(!made->elements.empty(), "an index without columns");
  made->including = list_of<ast::IndexElement>(
      node.indexIncludingParams, [this](const ::Node* element) { return index_element(element); });
  made->where = expr_or_none(node.whereClause);
  made->unique = node.unique;
  made->nulls_not_distinct = node.nulls_not_distinct;
  made->concurrently = node.concurrent;
  return made;
}

const ast::Statement* Converter::create_view(const ::ViewStmt& node, int begin) {
  if (node.options != nullptr) return refuse("WITH (…) of a view", begin);
  auto* made = make<ast::CreateView>(begin);
  made->view = plain_name(node.view, true);
  made->replace = node.replace;
  made->columns = names(node.aliases);
  made->query = query(node.query);
  switch (node.withCheckOption) {
    case NO_CHECK_OPTION:
      made->check = ast::ViewCheck::kNone;
      break;
    case LOCAL_CHECK_OPTION:
      made->check = ast::ViewCheck::kLocal;
      break;
    case CASCADED_CHECK_OPTION:
      made->check = ast::ViewCheck::kCascaded;
      break;
    default:
      return broken("WITH CHECK OPTION");
  }
  return made;
}

const ast::Statement* Converter::create_sequence(const ::CreateSeqStmt& node, int begin) {
  expect(node.ownerId == 0 && !node.for_identity, "a sequence that was resolved");
  auto* made = make<ast::CreateSequence>(begin);
  made->sequence = plain_name(node.sequence, true);
  made->if_not_exists = node.if_not_exists;
  made->options = options(node.options);
  return made;
}

const ast::Statement* Converter::alter_sequence(const ::AlterSeqStmt& node, int begin) {
  expect(!node.for_identity, "a sequence that was resolved");
  auto* made = make<ast::AlterSequence>(begin);
  made->sequence = plain_name(node.sequence);
  made->if_exists = node.missing_ok;
  made->options = options(node.options);
  return made;
}

const ast::Statement* Converter::create_schema(const ::CreateSchemaStmt& node, int begin) {
  if (node.authrole != nullptr) return refuse("AUTHORIZATION", node.authrole->location);
  if (node.schemaElts != nullptr) return refuse("an element of CREATE SCHEMA", begin);
  auto* made = make<ast::CreateSchema>(begin);
  made->name = copy(node.schemaname);
  made->if_not_exists = node.if_not_exists;
  return made;
}

bool Converter::object_type(ObjectType type, ast::ObjectType* out) {
  switch (type) {
    case OBJECT_TABLE:
      *out = ast::ObjectType::kTable;
      return true;
    case OBJECT_INDEX:
      *out = ast::ObjectType::kIndex;
      return true;
    case OBJECT_VIEW:
      *out = ast::ObjectType::kView;
      return true;
    case OBJECT_SEQUENCE:
      *out = ast::ObjectType::kSequence;
      return true;
    case OBJECT_SCHEMA:
      *out = ast::ObjectType::kSchema;
      return true;
    case OBJECT_COLUMN:
      *out = ast::ObjectType::kColumn;
      return true;
    case OBJECT_TABCONSTRAINT:
      *out = ast::ObjectType::kConstraint;
      return true;
    default:
      return false;
  }
}

namespace {

std::string refused_object(std::string_view verb, ObjectType type) {
  const auto name = [type]() -> std::string_view {
    switch (type) {
      case OBJECT_MATVIEW:
        return "MATERIALIZED VIEW";
      case OBJECT_FOREIGN_TABLE:
        return "FOREIGN TABLE";
      case OBJECT_FUNCTION:
        return "FUNCTION";
      case OBJECT_PROCEDURE:
        return "PROCEDURE";
      case OBJECT_ROUTINE:
        return "ROUTINE";
      case OBJECT_AGGREGATE:
        return "AGGREGATE";
      case OBJECT_OPERATOR:
        return "OPERATOR";
      case OBJECT_TYPE:
        return "TYPE";
      case OBJECT_DOMAIN:
        return "DOMAIN";
      case OBJECT_DOMCONSTRAINT:
        return "CONSTRAINT of a domain";
      case OBJECT_TRIGGER:
        return "TRIGGER";
      case OBJECT_RULE:
        return "RULE";
      case OBJECT_POLICY:
        return "POLICY";
      case OBJECT_ROLE:
        return "ROLE";
      case OBJECT_DATABASE:
        return "DATABASE";
      case OBJECT_EXTENSION:
        return "EXTENSION";
      case OBJECT_LANGUAGE:
        return "LANGUAGE";
      case OBJECT_CAST:
        return "CAST";
      case OBJECT_COLLATION:
        return "COLLATION";
      case OBJECT_CONVERSION:
        return "CONVERSION";
      case OBJECT_STATISTIC_EXT:
        return "STATISTICS";
      case OBJECT_ATTRIBUTE:
        return "ATTRIBUTE";
      case OBJECT_TABLESPACE:
        return "TABLESPACE";
      case OBJECT_PUBLICATION:
        return "PUBLICATION";
      case OBJECT_SUBSCRIPTION:
        return "SUBSCRIPTION";
      case OBJECT_EVENT_TRIGGER:
        return "EVENT TRIGGER";
      case OBJECT_ACCESS_METHOD:
        return "ACCESS METHOD";
      case OBJECT_FDW:
        return "FOREIGN DATA WRAPPER";
      case OBJECT_FOREIGN_SERVER:
        return "SERVER";
      case OBJECT_OPCLASS:
        return "OPERATOR CLASS";
      case OBJECT_OPFAMILY:
        return "OPERATOR FAMILY";
      case OBJECT_TRANSFORM:
        return "TRANSFORM";
      case OBJECT_TSPARSER:
      case OBJECT_TSDICTIONARY:
      case OBJECT_TSTEMPLATE:
      case OBJECT_TSCONFIGURATION:
        return "TEXT SEARCH";
      default:
        return "of this object";
    }
  }();
  return std::string(verb).append(" ").append(name);
}

}  // namespace

const ast::Statement* Converter::drop(const ::DropStmt& node, int begin) {
  auto* made = make<ast::Drop>(begin);
  if (!object_type(node.removeType, &made->type) || made->type == ast::ObjectType::kColumn ||
      made->type == ast::ObjectType::kConstraint) {
    return refuse(refused_object("DROP", node.removeType), begin);
  }
  made->if_exists = node.missing_ok;
  expect(node.behavior == DROP_RESTRICT || node.behavior == DROP_CASCADE, "the behavior of DROP");
  made->cascade = node.behavior == DROP_CASCADE;
  expect(!node.concurrent || node.removeType == OBJECT_INDEX, "CONCURRENTLY of another object");
  made->concurrently = node.concurrent;
  const bool schemas = node.removeType == OBJECT_SCHEMA;
  made->objects =
      list_of<ast::ObjectName>(node.objects, [this, schemas](const ::Node* object) -> const ast::ObjectName* {
        auto* name = make<ast::ObjectName>(-1);
        if (schemas) {
          std::span<std::string_view> one = arena_.make_array<std::string_view>(1);
          one[0] = string(object);
          name->names = {one.data(), 1};
        } else {
          name->names = names(tagged<::List>(object, T_List));
        }
        expect(!name->names.empty(), "an object without name");
        return name;
      });
  return made;
}

const ast::Statement* Converter::rename(const ::RenameStmt& node, int begin) {
  auto* made = make<ast::Rename>(begin);
  if (!object_type(node.renameType, &made->type)) {
    return refuse(refused_object("RENAME of a", node.renameType), begin);
  }
  const bool schema = made->type == ast::ObjectType::kSchema;
  const bool part = made->type == ast::ObjectType::kColumn || made->type == ast::ObjectType::kConstraint;
  if (made->type == ast::ObjectType::kColumn) {
    if (node.relationType != OBJECT_TABLE && node.relationType != OBJECT_VIEW) {
      return refuse(refused_object("RENAME COLUMN of a", node.relationType), begin);
    }
    object_type(node.relationType, &made->relation_type);
  } else {
    expect(node.relationType == OBJECT_ACCESS_METHOD, "the relation of RENAME");
  }
  expect(node.object == nullptr && node.behavior == DROP_RESTRICT, "RENAME of another object");
  expect(schema == (node.relation == nullptr) && (schema || part) == (node.subname != nullptr),
         "the names in RENAME");
  if (!schema) made->table = table_name(node.relation);
  if (made->table != nullptr) {
    expect(made->table->persistence == ast::Persistence::kPermanent, "TEMPORARY where it may not stand");
  }
  made->name = copy(node.subname);
  made->new_name = copy(node.newname);
  made->if_exists = node.missing_ok;
  return made;
}

const ast::Statement* Converter::truncate(const ::TruncateStmt& node, int begin) {
  auto* made = make<ast::Truncate>(begin);
  made->tables = table_names(node.relations);
  made->restart_identity = node.restart_seqs;
  expect(node.behavior == DROP_RESTRICT || node.behavior == DROP_CASCADE, "the behavior of TRUNCATE");
  made->cascade = node.behavior == DROP_CASCADE;
  return made;
}

}  // namespace ddb
