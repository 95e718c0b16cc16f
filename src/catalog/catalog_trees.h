// catalog_trees: where the catalog lies: four table trees and their rows.
//
//   objects   tree 1, its root is Session::catalog_root(): a row per object and stored dependency, row id = object id.
//             Small columns only, because opening a database reads all of it.
//               1 id bigint (row id)   2 kind smallint (ObjectKind)   3 schema bigint   4 parent bigint   5 target bigint
//               6 tree bigint   7 root bigint   8 detail bigint   9 changed bigint   10 name text         none is NULL
//   records   tree 2: 1 id bigint (row id), 2 record bytea: the rest of each object, read when it is looked up;
//             under id 0 the catalog's header
//   marks     tree 3: 1 id bigint (row id; a sequence), 2 value bigint, 3 called boolean: sequences.h
//   statistics  tree 4: statistics_table.h. Databases made before it had a place have none until something is analysed
//
// Objects 1, 2 and 3 are the trees of records, marks and statistics.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/status.h"
#include "btree/table_schema.h"
#include "btree/tree_page.h"
#include "catalog/catalog_object.h"
#include "txn/session.h"

namespace ddb {

inline constexpr TreeId kObjectTree{1};
inline constexpr TreeId kRecordTree{2};
inline constexpr TreeId kMarkTree{3};
inline constexpr TreeId kStatisticsTree{4};
inline constexpr uint32_t kFirstTreeId = 64;  // of tables and indexes; those below belong to the program
inline constexpr ObjectId kHeaderId{0};
inline constexpr ObjectId kRecordTreeId{1};
inline constexpr ObjectId kMarkTreeId{2};
inline constexpr ObjectId kStatisticsTreeId{3};
inline constexpr SchemaId kPublicSchema{16};
inline constexpr uint64_t kFirstObjectId = 1024;  // smaller ones belong to the program

// Columns of the object tree, as positions in its schema.
enum ObjectColumn : uint32_t {
  kIdColumn,
  kKindColumn,
  kSchemaColumn,
  kParentColumn,
  kTargetColumn,
  kTreeColumn,
  kRootColumn,
  kDetailColumn,
  kChangedColumn,
  kNameColumn,
  kObjectColumns,
};

TableSchema object_tree_schema();
TableSchema record_tree_schema();
TableSchema mark_tree_schema();

// The record of an object; none if there is no such row. XX001, 53200; the session's errors.
Result<std::optional<std::string>> read_record(Session& session, PageNo root, ObjectId id);

// Where a sequence stands: the last value and whether nextval returned it (else it is the next one), as PostgreSQL's last_value and
// is_called.
struct SequenceMark {
  int64_t value = 0;
  bool called = false;
  friend bool operator==(const SequenceMark&, const SequenceMark&) = default;
};
Result<std::optional<SequenceMark>> read_mark(Session& session, PageNo root, SequenceId id);

// Changes of rows. The session is writing; an error fails the transaction. Throw std::bad_alloc.
Status put_object(Session& session, PageNo root, const CatalogEntry& entry);  // inserts or replaces
Status put_record(Session& session, PageNo root, ObjectId id, std::string_view record);
Status put_mark(Session& session, PageNo root, SequenceId id, const SequenceMark& mark);
// XX001 if the row is not there.
Status erase_object(Session& session, PageNo root, ObjectId id);
Status erase_record(Session& session, PageNo root, ObjectId id);
// False if there is no such row.
Result<bool> erase_mark(Session& session, PageNo root, SequenceId id);

}  // namespace ddb
