// catalog_index: loading the rows of the object tree, and lookups.
#include "catalog/catalog_index.h"

#include <algorithm>
#include <array>

#include "btree/table_cursor.h"
#include "catalog/catalog_trees.h"
#include "catalog/definition_check.h"

namespace ddb {
namespace {

// The numbers of one column of a batch.
struct NumberColumn {
  const Vector* vector;
  // False for NULL and for numbers out of [0, max].
  bool read(uint32_t row, uint64_t max, uint64_t* number) const {
    if (vector->is_null(row)) return false;
    const int64_t value = vector->value<int64_t>(row);
    *number = static_cast<uint64_t>(value);
    return value >= 0 && *number <= max;
  }
};

constexpr uint64_t kIdMax = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());

// What the columns must be by kind. Empty: all is well.
std::string wrong_row(const CatalogEntry& entry) {
  const ObjectKind kind = entry.kind;
  const bool child = kind == ObjectKind::kIndex || is_constraint(kind) || is_dependency(kind);
  const bool targets = kind == ObjectKind::kForeignKey || is_dependency(kind);
  const bool tree =
      kind == ObjectKind::kTable || kind == ObjectKind::kIndex || kind == ObjectKind::kInternalTree;
  if (entry.id.value == 0) return "has id 0";
  if ((entry.schema.value != 0) != is_relation(kind)) return "has a wrong schema";
  if ((entry.parent.value != 0) != child) return "has a wrong parent";
  if ((entry.target.value != 0) != targets) return "has a wrong target";
  if ((entry.tree.value != 0) != tree || (entry.root.value != 0) != tree) return "has a wrong tree";
  if (entry.detail != 0 && !is_dependency(kind)) return "has a wrong detail";
  if (is_dependency(kind)) return entry.name.empty() ? "" : "has a name";
  return check_name(entry.name).is_ok() ? "" : "has a bad name";
}

class BatchRows {
 public:
  explicit BatchRows(const TableCursor& cursor) : cursor_(cursor) {}

  // Column i of the request is column i + 1 of the schema. Returns what is wrong with the row.
  std::string read(uint32_t row, CatalogEntry* entry) const {
    uint64_t schema = 0, parent = 0, target = 0, tree = 0, root = 0, detail = 0;
    const int64_t id = cursor_.row_ids()[row];
    entry->id = ObjectId(static_cast<uint64_t>(id));
    const bool numbers = id >= 0 && number(kSchemaColumn).read(row, kIdMax, &schema) &&
                         number(kParentColumn).read(row, kIdMax, &parent) &&
                         number(kTargetColumn).read(row, kIdMax, &target) &&
                         number(kTreeColumn).read(row, UINT32_MAX, &tree) &&
                         number(kRootColumn).read(row, kNoPage.value - uint64_t{1}, &root) &&
                         number(kDetailColumn).read(row, UINT32_MAX, &detail) &&
                         number(kChangedColumn).read(row, kIdMax, &entry->changed);
    entry->schema = SchemaId(schema);
    entry->parent = ObjectId(parent);
    entry->target = ObjectId(target);
    entry->tree = TreeId(static_cast<uint32_t>(tree));
    entry->root = PageNo(static_cast<uint32_t>(root));
    entry->detail = static_cast<uint32_t>(detail);
    const Vector& kinds = cursor_.column(kKindColumn - 1);
    const Vector& names = cursor_.column(kNameColumn - 1);
    if (!numbers || kinds.is_null(row) || names.is_null(row)) return "has a number out of range, or NULL";
    entry->name = names.value<StringView16>(row).view();
    const int16_t kind = kinds.value<int16_t>(row);
    if (kind < 1) return "has no kind";
    if (kind > kObjectKindLast)
      return "is of kind " + std::to_string(kind) + ", which only a newer version knows";
    entry->kind = static_cast<ObjectKind>(kind);
    return wrong_row(*entry);
  }

 private:
  NumberColumn number(ObjectColumn column) const { return {&cursor_.column(column - 1)}; }
  const TableCursor& cursor_;
};

}  // namespace

const CatalogObject* DefinitionSlot::set(std::unique_ptr<const CatalogObject> object) const {
  const CatalogObject* there = nullptr;
  if (object_.compare_exchange_strong(there, object.get(), std::memory_order_acq_rel))
    return object.release();
  return there;
}

Status scan_objects(Session& session, PageNo root,
                    const std::function<Status(const CatalogEntry& entry, const std::string& wrong)>& row) {
  const TableSchema schema = object_tree_schema();
  TableCursor cursor({kObjectTree, root}, schema, uint64_t{1} << 20);
  std::array<uint32_t, kObjectColumns - 1> columns{};
  for (uint32_t i = 0; i < columns.size(); ++i) columns[i] = i + 1;
  ScanRequest request;
  request.columns = columns;
  request.row_ids = true;
  DDB_RETURN_IF_ERROR(cursor.open(session, request));
  const BatchRows rows(cursor);
  for (;;) {
    DDB_TRY(const uint32_t count, cursor.next_batch());
    if (count == 0) return Status::ok();
    for (uint32_t i = 0; i < count; ++i) {
      CatalogEntry entry;
      const std::string wrong = rows.read(i, &entry);
      DDB_RETURN_IF_ERROR(row(entry, wrong));
    }
  }
}

Result<std::shared_ptr<const CatalogIndex>> CatalogIndex::load(Session& session, PageNo root) {
  auto index = std::make_shared<CatalogIndex>();
  std::vector<uint32_t> ends;
  DDB_RETURN_IF_ERROR(
      scan_objects(session, root, [&](const CatalogEntry& entry, const std::string& wrong) -> Status {
        if (!wrong.empty()) {
          return Status::corruption("catalog: object " + std::to_string(entry.id.value) + " " + wrong);
        }
        if (index->entries_.size() == kObjectsMax) {
          return Status::error(sqlstate::kProgramLimit,
                               "the catalog has more than " + std::to_string(kObjectsMax) + " objects");
        }
        index->entries_.push_back(entry);
        index->names_.append(entry.name);
        ends.push_back(static_cast<uint32_t>(index->names_.size()));
        return Status::ok();
      }));
  index->adopt_names(ends);
  index->build_chains();
  return std::shared_ptr<const CatalogIndex>(std::move(index));
}

std::shared_ptr<const CatalogIndex> CatalogIndex::make(const std::vector<CatalogEntry>& entries) {
  auto index = std::make_shared<CatalogIndex>();
  std::vector<uint32_t> ends;
  index->entries_ = entries;
  for (const CatalogEntry& entry : entries) {
    index->names_.append(entry.name);
    ends.push_back(static_cast<uint32_t>(index->names_.size()));
  }
  index->adopt_names(ends);
  index->build_chains();
  return index;
}

void CatalogIndex::adopt_names(const std::vector<uint32_t>& ends) {
  uint32_t begin = 0;
  for (size_t i = 0; i < ends.size(); ++i) {
    entries_[i].name = std::string_view(names_).substr(begin, ends[i] - begin);
    begin = ends[i];
  }
}

void CatalogIndex::build_chains() {
  slots_ = std::make_unique<DefinitionSlot[]>(entries_.size());
  const uint32_t count = size();
  by_name_.build(
      count, [&](uint32_t i) { return !entries_[i].name.empty(); },
      [&](uint32_t i) { return name_hash(entries_[i].name_space(), entries_[i].name); });
  parents_.build(
      count, [&](uint32_t i) { return entries_[i].parent.value != 0; },
      [&](uint32_t i) { return mix(entries_[i].parent); });
  targets_.build(
      count, [&](uint32_t i) { return entries_[i].target.value != 0; },
      [&](uint32_t i) { return mix(entries_[i].target); });
}

uint32_t CatalogIndex::find(ObjectId id) const {
  const auto at =
      std::lower_bound(entries_.begin(), entries_.end(), id,
                       [](const CatalogEntry& entry, ObjectId wanted) { return entry.id < wanted; });
  if (at == entries_.end() || at->id != id) return kNone;
  return static_cast<uint32_t>(at - entries_.begin());
}

uint32_t CatalogIndex::find_name(ObjectId name_space, std::string_view name) const {
  for (uint32_t i = by_name_.first(name_hash(name_space, name)); i != kNone; i = by_name_.next(i)) {
    if (entries_[i].name == name && entries_[i].name_space() == name_space) return i;
  }
  return kNone;
}

}  // namespace ddb
