// access_verify: rows by scans, entries by cursors.
#include "access/access_verify.h"

#include <algorithm>

#include "access/foreign_key.h"
#include "access/index_keys.h"
#include "access/row_buffer.h"
#include "access/violation.h"
#include "btree/index_cursor.h"
#include "btree/table_cursor.h"

namespace ddb {
namespace {

class TableVerifier {
 public:
  TableVerifier(Session& session, const TableRules& table, size_t findings_max, AccessReport* report)
      : session_(session), table_(table), findings_max_(findings_max), report_(*report) {
    for (uint32_t column = 0; column < table.schema.columns.size(); ++column) {
      if (column != table.schema.row_id_column) columns_.push_back(column);
    }
  }

  Status run() {
    std::vector<uint64_t> expected(table_.indexes.size());
    const Status scanned = each_batch([&](const RowBatch& rows) -> Status {
      report_.rows += rows.rows;
      DDB_RETURN_IF_ERROR(judge_rows(rows));
      for (size_t i = 0; i < table_.indexes.size(); ++i) {
        DDB_RETURN_IF_ERROR(keys_.build(table_, table_.indexes[i], rows, IndexKeys::Order::kOfRows));
        expected[i] += keys_.keys().size();
      }
      return Status::ok();
    });
    DDB_RETURN_IF_ERROR(scanned);
    for (size_t i = 0; i < table_.indexes.size(); ++i) {
      uint64_t entries = 0;
      uint64_t good = 0;
      DDB_RETURN_IF_ERROR(judge_entries(table_.indexes[i], &entries, &good));
      report_.entries += entries;
      // Entries are unique and each good one is its row's: as many as rows means all rows.
      if (good != expected[i]) DDB_RETURN_IF_ERROR(find_missing(table_.indexes[i]));
    }
    return Status::ok();
  }

 private:
  void find(AccessRule rule, const std::string& name, int64_t row_id, std::string text) {
    ++report_.findings_count;
    if (report_.findings.size() < findings_max_)
      report_.findings.push_back({rule, name, row_id, std::move(text)});
  }

  template <typename Each>
  Status each_batch(Each&& each) {
    TableCursor cursor(table_.tree, table_.schema);
    ScanRequest request;
    request.columns = columns_;
    request.row_ids = true;
    DDB_RETURN_IF_ERROR(cursor.open(session_, request));
    std::vector<const Vector*> vectors(table_.schema.columns.size());
    for (uint32_t i = 0; i < columns_.size(); ++i) vectors[columns_[i]] = &cursor.column(i);
    for (;;) {
      DDB_TRY(const uint32_t rows, cursor.next_batch());
      if (rows == 0) return Status::ok();
      DDB_RETURN_IF_ERROR(each(RowBatch{rows, cursor.row_ids(), vectors}));
    }
  }

  Status judge_rows(const RowBatch& rows) {
    for (const uint32_t column : columns_) {
      if (!table_.columns[column].not_null || rows.columns[column]->validity() == nullptr) continue;
      for (uint32_t row = 0; row < rows.rows; ++row) {
        if (rows.columns[column]->is_null(row))
          find(AccessRule::kNotNull, table_.columns[column].name, rows.row_ids[row], "is NULL");
      }
    }
    uint64_t bits[kValidityWordsMax];
    for (const CheckRules& check : table_.checks) {
      std::fill_n(bits, kValidityWordsMax, ~uint64_t{0});
      DDB_RETURN_IF_ERROR(check.condition->evaluate(rows, bits));
      for (uint32_t row = 0; row < rows.rows; ++row) {
        if ((bits[row / 64] >> (row % 64) & 1) == 0)
          find(AccessRule::kCheck, check.name, rows.row_ids[row], "does not satisfy the condition");
      }
    }
    for (const ForeignKeyRules* key : table_.foreign_keys) {
      TableChanger parent(session_, *key->parent);
      const Status looked = find_orphans(parent, *key, rows, bits);
      if (looked.is(sqlstate::kForeignKeyViolation)) {
        find(AccessRule::kForeignKey, key->name, rows.row_ids[0], std::string(looked.detail()));
        continue;
      }
      DDB_RETURN_IF_ERROR(looked);
      for (uint32_t row = 0; row < rows.rows; ++row) {
        if ((bits[row / 64] >> (row % 64) & 1) != 0)
          find(AccessRule::kForeignKey, key->name, rows.row_ids[row],
               describe_key(table_, key->columns, rows, row) + " has no parent");
      }
    }
    return Status::ok();
  }

  // Each entry against the one that its row gives.
  Status judge_entries(const IndexRules& index, uint64_t* entries, uint64_t* good) {
    TableReader reader(table_.tree, table_.schema);
    RowBuffer buffer(table_.schema);
    IndexCursor cursor(index.tree);
    cursor.open(session_, {}, {.backwards = false, .keys = true, .payloads = !index.stored.empty()});
    std::string last_columns;
    bool has_last = false;
    for (;;) {
      DDB_TRY(const uint32_t rows, cursor.next_batch());
      if (rows == 0) return Status::ok();
      *entries += rows;
      DDB_RETURN_IF_ERROR(buffer.load(session_, reader, {cursor.row_ids(), rows}, columns_));
      DDB_RETURN_IF_ERROR(keys_.build(table_, index, buffer.rows()));
      const std::span<const IndexKeys::Key> expected = keys_.keys();
      size_t at = 0;
      for (uint32_t i = 0; i < rows; ++i) {
        while (at < expected.size() && keys_.whole(expected[at]) < cursor.key(i)) ++at;
        if (at == expected.size() || keys_.whole(expected[at]) != cursor.key(i)) {
          find(AccessRule::kIndexEntry, index.name, cursor.row_ids()[i],
               "an entry that its row does not have");
          continue;
        }
        if (!index.stored.empty() && keys_.payload(expected[at]) != cursor.payload(i)) {
          find(AccessRule::kIndexEntry, index.name, cursor.row_ids()[i],
               "stored values differ from the row's");
        }
        ++*good;
        const std::string_view columns = keys_.columns(expected[at]);
        const bool counts = index.unique && !(expected[at].has_null && index.nulls_distinct);
        if (counts && has_last && columns == last_columns)
          find(AccessRule::kUnique, index.name, cursor.row_ids()[i], "another row has the same key");
        has_last = counts;
        last_columns.assign(columns);
      }
    }
  }

  Status find_missing(const IndexRules& index) {
    IndexReader reader(index.tree);
    return each_batch([&](const RowBatch& rows) -> Status {
      DDB_RETURN_IF_ERROR(keys_.build(table_, index, rows));
      for (const IndexKeys::Key& key : keys_.keys()) {
        int64_t row_id = 0;
        DDB_TRY(const bool found, reader.find_first(session_, keys_.whole(key), &row_id));
        if (!found) find(AccessRule::kIndexRow, index.name, rows.row_ids[key.row], "the row has no entry");
      }
      return Status::ok();
    });
  }

  Session& session_;
  const TableRules& table_;
  const size_t findings_max_;
  AccessReport& report_;
  std::vector<uint32_t> columns_;
  IndexKeys keys_;
};

}  // namespace

const char* access_rule_name(AccessRule rule) {
  static constexpr const char* kNames[] = {"index entry", "index row", "unique",
                                           "not null",    "check",     "foreign key"};
  return kNames[static_cast<size_t>(rule)];
}

Status verify_table(Session& session, const TableRules& table, size_t findings_max, AccessReport* report) {
  return TableVerifier(session, table, findings_max, report).run();
}

}  // namespace ddb
