// database_verify: catalog, pages, rows, in this order: each part trusts what the one before found sound.
#include "access/database_verify.h"

#include <deque>

#include "access/rule_set.h"
#include "catalog/catalog.h"
#include "catalog/catalog_trees.h"
#include "catalog/statistics_table.h"

namespace ddb {
namespace {

// Damage is for the report; what is not about the bytes ends the call.
bool is_damage(const Status& status) {
  return status.is(sqlstate::kCorrupted) || status.is(sqlstate::kFeatureNotSupported) ||
         status.is(sqlstate::kIoError) || status.is(sqlstate::kUndefinedTable) ||
         status.is(sqlstate::kUndefinedObject) || status.is(sqlstate::kUndefinedSchema) ||
         status.is(sqlstate::kDatatypeMismatch);
}

class DatabaseCheck {
 public:
  DatabaseCheck(Session& session, ExpressionSource& source, size_t findings_max, DatabaseReport* report)
      : session_(session), source_(source), findings_max_(findings_max), report_(*report) {}

  Status run() {
    DDB_RETURN_IF_ERROR(verify_catalog(session_, findings_max_, &report_.catalog));
    report_.findings_count += report_.catalog.findings_count;
    Result<std::shared_ptr<const Catalog>> catalog = Catalog::load(session_);
    if (!catalog.is_ok()) return judge(catalog.status());
    DDB_RETURN_IF_ERROR(collect_trees(**catalog));
    DDB_RETURN_IF_ERROR(verify_pages(session_, {tables_, indexes_, {}}, findings_max_, &report_.pages));
    report_.findings_count += report_.pages.findings_count;
    return check_tables(**catalog);
  }

 private:
  Status judge(Status status) {
    if (status.is_ok() || !is_damage(status)) return status;
    ++report_.findings_count;
    if (report_.unread.size() < findings_max_) report_.unread.push_back(std::move(status));
    return Status::ok();
  }

  void add_table(const TableTree& tree, TableSchema schema) {
    schemas_.push_back(std::move(schema));
    tables_.push_back({tree, &schemas_.back()});
  }

  Status collect_trees(const Catalog& catalog) {
    if (!catalog.exists()) return Status::ok();
    const Catalog::Roots& roots = catalog.roots();
    add_table({kObjectTree, roots.objects}, object_tree_schema());
    add_table({kRecordTree, roots.records}, record_tree_schema());
    add_table({kMarkTree, roots.marks}, mark_tree_schema());
    if (roots.statistics != kNoPage) add_table({kStatisticsTree, roots.statistics}, statistics_schema());
    for (const CatalogEntry* entry : catalog.all()) {
      if (entry->kind != ObjectKind::kTable && entry->kind != ObjectKind::kIndex) continue;
      Result<const CatalogObject*> object = catalog.definition(session_, entry->id);
      if (!object.is_ok()) {
        DDB_RETURN_IF_ERROR(judge(object.status()));
      } else if (const auto* table = std::get_if<TableDef>(*object); table != nullptr) {
        add_table(table->tree, make_table_schema(*table));
        ids_.push_back(table->id);
      } else if (const auto* index = std::get_if<IndexDef>(*object); index != nullptr) {
        indexes_.push_back({index->tree, !index->included.empty()});
      }
    }
    return Status::ok();
  }

  Status check_tables(const Catalog& catalog) {
    std::shared_ptr<const RuleSet> set;  // of the table before, and often of this one too
    for (const TableId id : ids_) {
      if (set == nullptr || set->find(id) == nullptr) {
        Result<std::shared_ptr<const RuleSet>> made = RuleSet::resolve(session_, catalog, id, source_);
        if (!made.is_ok()) {
          DDB_RETURN_IF_ERROR(judge(made.status()));
          continue;
        }
        set = std::move(*made);
      }
      const TableRules& rules = *set->find(id);
      AccessReport found;
      DDB_RETURN_IF_ERROR(judge(verify_table(session_, rules, findings_max_, &found)));
      ++report_.tables;
      report_.rows_count += found.rows;
      report_.entries_count += found.entries;
      report_.findings_count += found.findings_count;
      for (AccessFinding& finding : found.findings) {
        if (report_.rows.size() < findings_max_) report_.rows.push_back({id, rules.name, std::move(finding)});
      }
    }
    return Status::ok();
  }

  Session& session_;
  ExpressionSource& source_;
  const size_t findings_max_;
  DatabaseReport& report_;
  std::deque<TableSchema> schemas_;
  std::vector<VerifiedTable> tables_;
  std::vector<VerifiedIndex> indexes_;
  std::vector<TableId> ids_;
};

}  // namespace

Status verify_database(Session& session, ExpressionSource& source, size_t findings_max,
                       DatabaseReport* report) {
  *report = {};
  return DatabaseCheck(session, source, findings_max, report).run();
}

}  // namespace ddb
