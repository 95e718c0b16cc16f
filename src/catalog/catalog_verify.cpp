// catalog_verify: rows alone, then records, then what refers to what.
#include "catalog/catalog_verify.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "btree/table_cursor.h"
#include "catalog/catalog.h"
#include "catalog/catalog_index.h"
#include "catalog/catalog_trees.h"
#include "catalog/object_encoding.h"
#include "catalog/reference_check.h"
#include "catalog/statistics_table.h"

namespace ddb {
namespace {

struct Row {
  CatalogEntry entry;
  std::string name;
};

class CatalogCheck {
 public:
  CatalogCheck(Session& session, size_t findings_max, CatalogReport* report)
      : session_(session), findings_max_(findings_max), report_(report) {}

  Status run() {
    DDB_TRY(const PageNo root, session_.catalog_root());
    if (root == kNoPage) return Status::ok();
    DDB_TRY(version_, session_.schema_version());
    DDB_RETURN_IF_ERROR(read_rows(root));
    for (const auto& [id, row] : rows_) check_row(row);
    check_names();
    DDB_RETURN_IF_ERROR(check_trees());
    const Row* records = internal_tree(kRecordTreeId, kRecordTree);
    const Row* marks = internal_tree(kMarkTreeId, kMarkTree);
    if (records != nullptr) DDB_RETURN_IF_ERROR(check_records(records->entry.root));
    if (marks != nullptr) DDB_RETURN_IF_ERROR(check_marks(marks->entry.root));
    if (find(kStatisticsTreeId) != nullptr) {
      const Row* statistics = internal_tree(kStatisticsTreeId, kStatisticsTree);
      if (statistics != nullptr) DDB_RETURN_IF_ERROR(check_statistics_rows(statistics->entry.root));
    }
    return check_definitions();
  }

 private:
  void found(ObjectId object, std::string text) {
    ++report_->findings_count;
    if (report_->findings.size() < findings_max_) report_->findings.push_back({object, std::move(text)});
  }
  // Damage becomes a finding; what is not about the bytes stays an error.
  Status judge(ObjectId object, Status status) {
    if (!status.is(sqlstate::kCorrupted) && !status.is(sqlstate::kFeatureNotSupported)) return status;
    found(object, std::string(status.message()));
    return Status::ok();
  }
  static std::string label(const Row& row) {
    return std::string(object_kind_name(row.entry.kind)) + " \"" + row.name + "\" ";
  }
  const Row* find(ObjectId id) const {
    const auto at = rows_.find(id);
    return at == rows_.end() ? nullptr : &at->second;
  }
  const Row* internal_tree(ObjectId id, TreeId tree) {
    const Row* row = find(id);
    if (row != nullptr && row->entry.kind == ObjectKind::kInternalTree && row->entry.tree == tree) return row;
    found(id, "there is no internal tree " + std::to_string(tree.value));
    return nullptr;
  }

  Status read_rows(PageNo root) {
    Status scanned =
        scan_objects(session_, root, [&](const CatalogEntry& entry, const std::string& wrong) -> Status {
          if (!wrong.empty()) {
            found(entry.id, "its row " + wrong);
            return Status::ok();
          }
          if (rows_.size() >= CatalogIndex::kObjectsMax) {
            return Status::error(sqlstate::kProgramLimit, "the catalog has too many objects to verify");
          }
          rows_.emplace(entry.id, Row{entry, std::string(entry.name)});
          if (is_dependency(entry.kind)) {
            ++report_->dependencies;
          } else {
            ++report_->objects;
          }
          return Status::ok();
        });
    for (auto& [id, row] : rows_) row.entry.name = row.name;
    return judge(ObjectId(), std::move(scanned));
  }

  void check_row(const Row& row) {
    const CatalogEntry& entry = row.entry;
    if (entry.changed > version_) {
      found(entry.id, label(row) + "is of schema version " + std::to_string(entry.changed) +
                          ", the database is at " + std::to_string(version_));
    }
    if (entry.schema.value != 0) {
      const Row* schema = find(object_id(entry.schema));
      if (schema == nullptr || schema->entry.kind != ObjectKind::kSchema) {
        found(entry.id,
              label(row) + "is in schema " + std::to_string(entry.schema.value) + ", which does not exist");
      }
    }
    check_link(row, entry.parent, "belongs to");
    check_link(row, entry.target, "references");
  }

  void check_link(const Row& row, ObjectId to, const char* how) {
    if (to.value == 0) return;
    const Row* there = find(to);
    const bool any = is_dependency(row.entry.kind);
    if (there != nullptr && (any ? has_record(there->entry.kind) : there->entry.kind == ObjectKind::kTable)) {
      return;
    }
    found(row.entry.id, label(row) + how + (any ? " object " : " table ") + std::to_string(to.value) +
                            ", which does not exist");
  }

  void check_names() {
    std::map<std::pair<ObjectId, std::string_view>, ObjectId> names;
    for (const auto& [id, row] : rows_) {
      if (is_dependency(row.entry.kind)) continue;
      // Internal trees have names of their own.
      const ObjectId space =
          row.entry.kind == ObjectKind::kInternalTree ? ObjectId(~uint64_t{0}) : row.entry.name_space();
      const auto [at, added] = names.emplace(std::pair(space, std::string_view(row.name)), id);
      if (!added) found(id, label(row) + "has the name of object " + std::to_string(at->second.value));
    }
  }

  Status check_trees() {
    std::map<TreeId, ObjectId> trees{{kObjectTree, ObjectId()}};
    std::map<PageNo, ObjectId> roots;
    for (const auto& [id, row] : rows_) {
      const CatalogEntry& entry = row.entry;
      if (entry.tree.value == 0) continue;
      if (!trees.emplace(entry.tree, id).second) {
        found(id, label(row) + "has tree " + std::to_string(entry.tree.value) + ", which another one has");
      }
      if (!roots.emplace(entry.root, id).second) {
        found(id,
              label(row) + "has root page " + std::to_string(entry.root.value) + ", which another one has");
      }
      if ((entry.tree.value < kFirstTreeId) != (entry.kind == ObjectKind::kInternalTree)) {
        found(id, label(row) + "has tree " + std::to_string(entry.tree.value) + " of the other kind");
      }
      DDB_RETURN_IF_ERROR(check_root(row));
    }
    return Status::ok();
  }

  Status check_root(const Row& row) {
    Result<PageRef> page = session_.read(row.entry.root);
    if (!page.is_ok()) return judge(row.entry.id, page.status());
    const TreeId owner = page_owner(page->data());
    if (owner != row.entry.tree) {
      found(row.entry.id, label(row) + "has root page " + std::to_string(row.entry.root.value) +
                              ", which belongs to tree " + std::to_string(owner.value) + " and not to " +
                              std::to_string(row.entry.tree.value));
    }
    return Status::ok();
  }

  // Calls row(id) for each row of a tree.
  template <typename OnRow>
  Status for_ids(TreeId tree, PageNo root, const TableSchema& schema, OnRow row) {
    TableCursor cursor({tree, root}, schema, 1 << 20);
    ScanRequest request;
    request.row_ids = true;
    DDB_RETURN_IF_ERROR(cursor.open(session_, request));
    for (;;) {
      DDB_TRY(const uint32_t count, cursor.next_batch());
      if (count == 0) return Status::ok();
      for (uint32_t i = 0; i < count; ++i) row(ObjectId(static_cast<uint64_t>(cursor.row_ids()[i])));
    }
  }

  Status check_records(PageNo root) {
    DDB_RETURN_IF_ERROR(check_header(root));
    Status walked = for_ids(kRecordTree, root, record_tree_schema(), [&](ObjectId id) {
      const Row* row = find(id);
      if (id != kHeaderId && (row == nullptr || !has_record(row->entry.kind))) {
        found(id, "a record of no object");
      }
    });
    DDB_RETURN_IF_ERROR(judge(ObjectId(), std::move(walked)));
    for (const auto& [id, row] : rows_) {
      if (!has_record(row.entry.kind)) continue;
      Result<std::optional<std::string>> record = read_record(session_, root, id);
      if (!record.is_ok()) {
        DDB_RETURN_IF_ERROR(judge(id, record.status()));
      } else if (!*record) {
        found(id, label(row) + "has no record");
      } else {
        DDB_RETURN_IF_ERROR(judge(id, decode_object(row.entry, **record).status()));
      }
    }
    return Status::ok();
  }

  Status check_header(PageNo root) {
    Result<std::optional<std::string>> record = read_record(session_, root, kHeaderId);
    if (!record.is_ok()) return judge(ObjectId(), record.status());
    if (!*record) {
      found(ObjectId(), "the catalog has no header");
      return Status::ok();
    }
    Result<CatalogHeader> header = decode_header(**record);
    if (!header.is_ok()) return judge(ObjectId(), header.status());
    for (const auto& [id, row] : rows_) {
      if (id.value >= header->next_object_id ||
          (id.value < kFirstObjectId && id != object_id(kPublicSchema) &&
           row.entry.kind != ObjectKind::kInternalTree)) {
        found(id, label(row) + "has an id that was not given out; the next one is " +
                      std::to_string(header->next_object_id));
      }
      if (row.entry.tree.value >= header->next_tree_id) {
        found(id, label(row) + "has a tree that was not given out; the next one is " +
                      std::to_string(header->next_tree_id));
      }
    }
    return Status::ok();
  }

  Status check_marks(PageNo root) {
    Status walked = for_ids(kMarkTree, root, mark_tree_schema(), [&](ObjectId id) {
      const Row* row = find(id);
      if (row == nullptr || row->entry.kind != ObjectKind::kSequence) found(id, "a mark of no sequence");
    });
    return judge(ObjectId(), std::move(walked));
  }

  Status check_statistics_rows(PageNo root) {
    Status walked = for_ids(kStatisticsTree, root, statistics_schema(), [&](ObjectId id) {
      const Row* row = find(id);
      if (row == nullptr || row->entry.kind != ObjectKind::kTable) found(id, "statistics of no table");
    });
    return judge(ObjectId(), std::move(walked));
  }

  // Only a catalog that loads can say what refers to what.
  Status check_definitions() {
    Result<std::shared_ptr<const Catalog>> loaded = Catalog::load(session_);
    if (!loaded.is_ok()) return judge(ObjectId(), loaded.status());
    const Catalog& catalog = **loaded;
    for (const auto& [id, row] : rows_) {
      if (!has_record(row.entry.kind)) continue;
      Result<const CatalogObject*> object = catalog.definition(session_, id);
      if (!object.is_ok()) {
        if (object.status().is(sqlstate::kCorrupted)) continue;  // found already
        DDB_RETURN_IF_ERROR(judge(id, object.status()));
        continue;
      }
      DDB_RETURN_IF_ERROR(check_object(catalog, row, **object));
    }
    return Status::ok();
  }

  Status check_object(const Catalog& catalog, const Row& row, const CatalogObject& object) {
    const Status references = check_references(session_, catalog, object);
    if (!references.is_ok()) {
      const SqlState state = references.sqlstate();
      // Class 42 and 3F: something is missing or does not fit. Anything else is the session's.
      const bool misfit =
          (state.code[0] == '4' && state.code[1] == '2') || state == sqlstate::kUndefinedSchema;
      if (!misfit) return judge(row.entry.id, references);
      found(row.entry.id, label(row) + ": " + std::string(references.message()));
    }
    std::vector<Dependency> stored;
    for (const CatalogEntry* child : catalog.children_of(row.entry.id)) {
      if (!is_dependency(child->kind)) continue;
      stored.push_back({{child->parent, ColumnId(static_cast<uint16_t>(child->detail >> 16))},
                        {child->target, ColumnId(static_cast<uint16_t>(child->detail & 0xFFFF))},
                        child->kind});
    }
    std::sort(stored.begin(), stored.end());
    if (stored != dependencies_of(object).stored) {
      found(row.entry.id, label(row) + "has other dependencies than its definition says");
    }
    return Status::ok();
  }

  Session& session_;
  const size_t findings_max_;
  CatalogReport* report_;
  uint64_t version_ = 0;
  std::map<ObjectId, Row> rows_;
};

}  // namespace

Status verify_catalog(Session& session, size_t findings_max, CatalogReport* report) {
  *report = {};
  CatalogCheck check(session, findings_max, report);
  return check.run();
}

}  // namespace ddb
