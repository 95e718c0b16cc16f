// rule_world: a database with a catalog, rules made from it, and expressions in a language of one line.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "access/change_set.h"
#include "access/database_verify.h"
#include "access/index_build.h"
#include "access/rule_cache.h"
#include "catalog/catalog_world.h"
#include "record/vector_value.h"

namespace ddb {

// Columns of a bound expression's text are ids: "3>10" a condition over an integer column, "3*2" an expression over one, "seq" a default
// that is 100, 101, …
class PlainExpressions final : public ExpressionSource {
 public:
  Result<std::unique_ptr<RowCondition>> condition(const BoundExpression& bound, ConditionUse use,
                                                  const TableDef&, const TableSchema& schema) override {
    const auto [column, number] = parts(bound.text, '>', schema);
    if (column == kNoColumn) return Status::error(sqlstate::kFeatureNotSupported, bound.text);
    return std::unique_ptr<RowCondition>(std::make_unique<Above>(column, number, use));
  }
  Result<TypedExpression> expression(const BoundExpression& bound, const TableDef&,
                                     const TableSchema& schema) override {
    const auto [column, number] = parts(bound.text, '*', schema);
    if (column == kNoColumn) return Status::error(sqlstate::kFeatureNotSupported, bound.text);
    return TypedExpression{std::make_unique<Product>(column, number), plain(SqlTypeId::kInteger)};
  }
  Result<std::unique_ptr<RowExpression>> column_default(const TableDef&, const ColumnDef&) override {
    return std::unique_ptr<RowExpression>(std::make_unique<Counter>(*this));
  }

 private:
  class Above final : public RowCondition {
   public:
    Above(uint32_t column, int32_t bound, ConditionUse use) : column_(column), bound_(bound), use_(use) {}
    Status evaluate(const RowBatch& rows, uint64_t* holds) const override {
      for (uint32_t row = 0; row < rows.rows; ++row) {
        const Vector& vector = *rows.columns[column_];
        const bool is =
            vector.is_null(row) ? use_ == ConditionUse::kCheck : vector.value<int32_t>(row) > bound_;
        const uint64_t bit = uint64_t{1} << (row % 64);
        holds[row / 64] = is ? holds[row / 64] | bit : holds[row / 64] & ~bit;
      }
      return Status::ok();
    }

   private:
    const uint32_t column_;
    const int32_t bound_;
    const ConditionUse use_;
  };
  class Product final : public RowExpression {
   public:
    Product(uint32_t column, int32_t by) : column_(column), by_(by) {}
    Result<const Vector*> evaluate(const RowBatch& rows, BatchArena& memory) const override {
      auto* made = new (memory.allocate(sizeof(Vector), alignof(Vector))) Vector;
      DDB_RETURN_IF_ERROR(made->allocate(PhysicalKind::kInt32, rows.rows, memory));
      for (uint32_t row = 0; row < rows.rows; ++row) {
        const Vector& vector = *rows.columns[column_];
        made->set<int32_t>(row, vector.is_null(row) ? 0 : vector.value<int32_t>(row) * by_);
        if (vector.is_null(row)) made->set_null(row);
      }
      return made;
    }

   private:
    const uint32_t column_;
    const int32_t by_;
  };
  class Counter final : public RowExpression {
   public:
    explicit Counter(PlainExpressions& owner) : owner_(owner) {}
    Result<const Vector*> evaluate(const RowBatch& rows, BatchArena& memory) const override {
      auto* made = new (memory.allocate(sizeof(Vector), alignof(Vector))) Vector;
      DDB_RETURN_IF_ERROR(made->allocate(PhysicalKind::kInt32, rows.rows, memory));
      for (uint32_t row = 0; row < rows.rows; ++row) made->set<int32_t>(row, owner_.next_++);
      return made;
    }

   private:
    PlainExpressions& owner_;
  };

  static std::pair<uint32_t, int32_t> parts(const std::string& text, char sign, const TableSchema& schema) {
    const size_t at = text.find(sign);
    if (at == std::string::npos) return {kNoColumn, 0};
    for (uint32_t i = 0; i < schema.columns.size(); ++i) {
      if (schema.columns[i].id == std::stoi(text.substr(0, at))) return {i, std::stoi(text.substr(at + 1))};
    }
    return {kNoColumn, 0};
  }
  std::atomic<int32_t> next_{100};
};

class RuleWorld : public CatalogWorld {
 protected:
  using CatalogWorld::CatalogWorld;
  void SetUp() override {
    CatalogWorld::SetUp();
    rules_ = std::make_unique<RuleCache>(Runtime::native(), source_);
    changes_ = std::make_unique<ChangeSet>(*session_);
  }
  void TearDown() override {
    changes_.reset();
    rules_.reset();
    CatalogWorld::TearDown();
  }

  Result<std::shared_ptr<const RuleSet>> rules_of(TableId table) {
    return rules_->get(*session_, *now(), table);
  }
  const TableRules& rules(TableId table) {
    auto found = rules_of(table);
    EXPECT_TRUE(found.is_ok()) << found.status().to_string();
    held_.push_back(std::move(*found));
    return *held_.back()->find(table);
  }

  using Cell = std::optional<int64_t>;  // of integer columns; "t<number>" of text
  using Row = std::vector<Cell>;        // in the order of column ids; the row id first
  Status insert(const TableRules& table, const std::vector<Row>& rows) {
    BatchArena memory(1 << 20);
    const auto count = static_cast<uint32_t>(rows.size());
    std::vector<Vector> vectors(table.schema.columns.size());
    std::vector<const Vector*> pointers;
    std::vector<int64_t> ids;
    for (const Row& row : rows) ids.push_back(*row[0]);
    for (size_t c = 0; c < vectors.size(); ++c) {
      const TableColumn& column = table.schema.columns[c];
      DDB_RETURN_IF_ERROR(vectors[c].allocate(column.kind, count, memory));
      for (uint32_t i = 0; i < count; ++i) {
        if (!rows[i][c]) {
          vectors[c].set_null(i);
        } else {
          DDB_RETURN_IF_ERROR(set_value(vectors[c], i, value_of(column.type, *rows[i][c]), memory));
        }
      }
      pointers.push_back(&vectors[c]);
    }
    DDB_RETURN_IF_ERROR(changes_->insert(table, {count, ids.data(), pointers}));
    return changes_->end_statement();
  }
  Status erase(const TableRules& table, std::vector<int64_t> ids) {
    DDB_RETURN_IF_ERROR(changes_->erase(table, ids).status());
    return changes_->end_statement();
  }
  // Within a savepoint, so that the transaction goes on.
  template <typename Statement>
  Status attempt(Statement&& statement) {
    const uint32_t depth = std::move(session_->savepoint()).value();
    const ChangeSet::Mark mark = changes_->mark();
    Status status = statement();
    if (!status.is_ok()) {
      EXPECT_TRUE(session_->rollback_to(depth).is_ok());
      changes_->rollback_to(mark);
    }
    return status;
  }
  static Value value_of(const SqlType& type, int64_t number) {
    switch (type.id) {
      case SqlTypeId::kSmallint:
        return {type, static_cast<int16_t>(number)};
      case SqlTypeId::kInteger:
        return {type, static_cast<int32_t>(number)};
      case SqlTypeId::kBigint:
        return {type, number};
      default:
        return {type, "t" + std::to_string(number)};
    }
  }
  // All columns of a row; empty if it is not there.
  Row row(const TableRules& table, int64_t id) {
    TableReader reader(table.tree, table.schema);
    FoundRow found;
    if (!reader.find(*session_, id, &found).value()) return {};
    BatchArena memory(1 << 20);
    Row cells;
    for (uint32_t c = 0; c < table.schema.columns.size(); ++c) {
      Vector out;
      EXPECT_TRUE(out.allocate(table.schema.columns[c].kind, 1, memory).is_ok());
      Vector* const outs[] = {&out};
      EXPECT_TRUE(reader.read(*session_, found, {&c, 1}, outs, 0, memory).is_ok());
      const Value value = value_at(out, table.schema.columns[c].type, 0).value();
      if (out.is_null(0)) {
        cells.emplace_back();
      } else if (out.kind() == PhysicalKind::kInt64) {
        cells.emplace_back(value.get<int64_t>());
      } else if (out.kind() == PhysicalKind::kInt32) {
        cells.emplace_back(value.get<int32_t>());
      } else if (out.kind() == PhysicalKind::kInt16) {
        cells.emplace_back(value.get<int16_t>());
      } else {
        cells.emplace_back(std::stoll(value.get<std::string>().substr(1)));
      }
    }
    return cells;
  }
  DatabaseReport verified() {
    DatabaseReport report;
    const Status done = verify_database(*session_, source_, 10, &report);
    EXPECT_TRUE(done.is_ok()) << done.to_string();
    return report;
  }
  // In the session's transaction.
  void expect_database_sound() {
    const DatabaseReport report = verified();
    EXPECT_EQ(report.findings_count, 0u);
    for (const CatalogFinding& finding : report.catalog.findings) ADD_FAILURE() << finding.text;
    for (const VerifyFinding& finding : report.pages.findings)
      ADD_FAILURE() << "page " << finding.page.value << ": " << finding.text;
    for (const TableFinding& finding : report.rows)
      ADD_FAILURE() << finding.name << " " << finding.finding.row_id << ": " << finding.finding.text;
    for (const Status& unread : report.unread) ADD_FAILURE() << unread.to_string();
  }

  PlainExpressions source_;
  std::unique_ptr<RuleCache> rules_;
  std::unique_ptr<ChangeSet> changes_;
  std::vector<std::shared_ptr<const RuleSet>> held_;
};

}  // namespace ddb
