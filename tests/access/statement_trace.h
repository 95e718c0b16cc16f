// statement_trace: random statements over the three tables, done in the engine and in the model; the first difference ends a trace.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "access/index_build.h"
#include "access_world.h"
#include "btree/index_cursor.h"
#include "btree/index_writer.h"
#include "btree/shrink.h"

namespace ddb::access_world {

inline std::string text_of(const Outcome& outcome) {
  return outcome ? outcome->state + " " + outcome->name : "ok";
}

class Trace {
 public:
  // `scale`: how much larger than a few pages the tables get.
  explicit Trace(uint64_t seed, uint64_t scale = 1, const ChangeLimits& limits = {})
      : scale_(scale), limits_(limits), world_(seed), random_(seed), now_(world_), committed_(world_) {}

  // Called around each commit that has succeeded so far: with the state that it makes, then with its LSN.
  struct Watch {
    std::function<void(const Model&)> before_commit;
    std::function<void(uint64_t)> after_commit;
  };
  // Empty if all agreed.
  std::string run(const Options& options, uint32_t transactions, Watch watch) {
    watch_ = std::move(watch);
    Result<std::unique_ptr<Database>> opened = Database::open("/a.ddb", options);
    if (!opened.is_ok()) return opened.status().to_string();
    database_ = std::move(*opened);
    session_ = std::move(database_->new_session()).value();
    if (!session_->begin_write().is_ok()) return "begin";
    world_.create(*session_);
    if (!commit()) return "commit";
    changes_ = std::make_unique<ChangeSet>(*session_, limits_);
    for (uint32_t i = 0; i < transactions && wrong_.empty(); ++i) transaction();
    if (wrong_.empty()) {
      if (!session_->begin_read().is_ok()) return "begin read";
      wrong_ = differs(*session_, world_, committed_);
      if (!session_->rollback().is_ok()) return "end read";
    }
    overflows_ = changes_->overflows();
    changes_.reset();
    session_.reset();
    return wrong_;
  }
  const World& world() const { return world_; }
  uint64_t moved() const { return moved_; }
  uint64_t statements() const { return statements_; }
  uint64_t errors() const { return errors_; }
  uint64_t cascaded() const { return cascaded_; }
  uint64_t overflows() const { return overflows_; }
  uint64_t refused() const { return refused_; }
  uint64_t rows() const {
    return committed_.rows[kParent].size() + committed_.rows[kChild].size() + committed_.rows[kTree].size();
  }

 private:
  Cell number(uint64_t below, uint32_t null_per_mille) {
    if (random_.chance(null_per_mille)) return {};
    return static_cast<int64_t>(random_.below(below));
  }
  // Mostly one that a row of the table has.
  Cell existing(uint32_t t, uint32_t column, uint64_t below) {
    const Rows& rows = now_.rows[t];
    if (rows.empty() || random_.chance(30)) return number(below, 0);
    auto at = rows.begin();
    std::advance(at, static_cast<ptrdiff_t>(random_.below(rows.size())));
    return at->second[column];
  }
  // A value for a column; few enough that rows meet now and then.
  Cell value(uint32_t t, uint32_t column) {
    if (column == 0) return static_cast<int64_t>(random_.below(600 * scale_));
    if (t == kParent) {
      if (column == 1) return number(3000 * scale_, 200);
      if (column == 2) return number(910, 8);
      return number(20, 100);
    }
    if (t == kChild) {
      if (column == 1) return random_.chance(200) ? Cell() : existing(kParent, 0, 600 * scale_);
      if (column == 2) return random_.chance(400) ? Cell() : existing(kParent, 1, 3000 * scale_);
      if (column == 3) return number(60 * scale_, 200);
      return number(60 * scale_, 200);
    }
    return column == 1 ? (random_.chance(300) ? Cell() : existing(kTree, 0, 600 * scale_))
                       : number(3000 * scale_, 300);
  }
  Row row(uint32_t t) {
    Row made;
    for (uint32_t c = 0; c < world_.tables[t]->schema.columns.size(); ++c) made.push_back(value(t, c));
    return made;
  }
  std::vector<int64_t> some_ids(uint32_t t) {
    std::vector<int64_t> ids;
    const uint64_t per_mille = random_.chance(850) ? 30 : 500;
    for (const auto& [id, row] : now_.rows[t]) {
      if (random_.chance(static_cast<uint32_t>(per_mille))) ids.push_back(id);
    }
    if (random_.chance(500)) {
      for (size_t i = ids.size(); i > 1; --i) std::swap(ids[i - 1], ids[random_.below(i)]);
    }
    return ids;
  }
  size_t batch_rows() { return random_.chance(300) ? 1 : 1 + random_.below(random_.chance(500) ? 5 : 100); }

  // Both did a statement; ends it in both and compares. True: the transaction goes on.
  bool end(const std::string& what, Outcome model, Status engine) {
    ++statements_;
    if (!model) model = now_.end_statement();
    if (engine.is_ok()) engine = changes_->end_statement();
    return compare(what, model, engine);
  }
  bool compare(const std::string& what, const Outcome& model, const Status& engine) {
    // The model has room for everything.
    if (engine.is(sqlstate::kOutOfMemory) && limits_.queue_bytes_max < ChangeLimits().queue_bytes_max) {
      ++refused_;
      return false;
    }
    const Outcome mine = outcome_of(engine);
    // Which of several foreign keys is named depends on the order of actions.
    const bool same = model == mine || (model && mine && model->state == "23503" && mine->state == "23503");
    if (!same) wrong_ = what + ": the model says " + text_of(model) + ", the engine " + engine.to_string();
    if (model) ++errors_;
    return wrong_.empty() && !model;
  }

  bool commit() {
    if (watch_.before_commit) watch_.before_commit(now_);
    Result<Lsn> lsn = session_->commit();
    if (lsn.is_ok() && watch_.after_commit) watch_.after_commit(lsn->value);
    if (watch_.before_commit && random_.chance(150)) (void)database_->checkpoint().is_ok();
    return lsn.is_ok();
  }
  // An index built anew, pages moved down.
  void reorganise() {
    if (random_.chance(200)) {
      TableRules& table = *world_.tables[random_.below(kTables)];
      IndexRules& index = table.indexes[random_.below(table.indexes.size())];
      // The tree's root stays the same for who recovers: emptied, and filled in the order of the rows.
      TempSpace temp(nullptr, "", 0);
      MemoryTracker memory({"index build", "maintenance_work_mem"}, 16 << 20, nullptr);
      IndexBuildMeans means;
      means.memory = &memory;
      means.temp = &temp;
      IndexCursor cursor(index.tree);
      cursor.open(*session_, {}, {.backwards = false, .keys = true, .payloads = false});
      std::vector<std::string> keys;
      for (;;) {
        Result<uint32_t> rows = cursor.next_batch();
        if (!rows.is_ok() || *rows == 0) break;
        for (uint32_t i = 0; i < *rows; ++i) keys.emplace_back(cursor.key(i));
      }
      cursor.release();
      IndexWriter writer(*session_, index.tree);
      const std::vector<std::string_view> views(keys.begin(), keys.end());
      if (!views.empty() && !writer.erase(views).is_ok()) wrong_ = "emptying an index";
      if (wrong_.empty() && !build_index(*session_, table, index, means).is_ok())
        wrong_ = "building an index";
    }
    if (wrong_.empty() && random_.chance(200)) {
      std::vector<TableTree> tables;
      std::vector<IndexTree> indexes;
      for (const VerifiedTable& table : world_.verified_tables()) tables.push_back(table.tree);
      for (const VerifiedIndex& index : world_.verified_indexes()) indexes.push_back(index.tree);
      Result<ShrinkStep> step =
          shrink_file(*session_, tables, indexes, static_cast<uint32_t>(1 + random_.below(10)));
      if (!step.is_ok()) wrong_ = "shrink: " + step.status().to_string();
      if (step.is_ok()) moved_ += step->moved;
    }
  }

  bool insert() {
    const auto t = static_cast<uint32_t>(random_.below(kTables));
    std::vector<Row> rows;
    for (uint64_t i = 1 + random_.below(random_.chance(800) ? 6 : 40 + 5 * (scale_ - 1)); i > 0; --i)
      rows.push_back(row(t));
    Outcome model = now_.insert(t, rows);
    Status engine;
    for (size_t at = 0; at < rows.size() && engine.is_ok();) {
      const size_t count = std::min(batch_rows(), rows.size() - at);
      Batch batch(world_, t);
      engine = changes_->insert(*world_.tables[t],
                                batch.rows({rows.begin() + static_cast<ptrdiff_t>(at),
                                            rows.begin() + static_cast<ptrdiff_t>(at + count)}));
      at += count;
    }
    return end("insert into " + world_.tables[t]->name, model, engine);
  }

  bool update() {
    const auto t = static_cast<uint32_t>(random_.below(kTables));
    const std::vector<int64_t> ids = some_ids(t);
    if (ids.empty()) return true;
    std::vector<uint32_t> columns;
    for (uint32_t c = 0; c < world_.tables[t]->schema.columns.size(); ++c) {
      if (random_.chance(c == 0 ? 150 : 400)) columns.push_back(c);
    }
    if (columns.empty()) columns.push_back(1);
    const bool shifts = random_.chance(300);
    std::vector<Row> values;
    for (const int64_t id : ids) {
      Row changed;
      for (const uint32_t c : columns) {
        const Cell old = now_.rows[t].at(id)[c];
        changed.push_back(shifts && old && !world_.is_text(t, c) ? Cell(*old + 1) : value(t, c));
      }
      values.push_back(changed);
    }
    Outcome model = now_.update(t, ids, columns, values);
    Status engine;
    for (size_t at = 0; at < ids.size() && engine.is_ok();) {
      const size_t count = std::min(batch_rows(), ids.size() - at);
      Batch batch(world_, t);
      const std::vector<Row> part(values.begin() + static_cast<ptrdiff_t>(at),
                                  values.begin() + static_cast<ptrdiff_t>(at + count));
      engine = changes_->update(*world_.tables[t], std::span(ids).subspan(at, count), columns,
                                batch.values(columns, part));
      at += count;
    }
    return end("update of " + world_.tables[t]->name, model, engine);
  }

  bool erase() {
    const auto t = static_cast<uint32_t>(random_.below(kTables));
    std::vector<int64_t> ids = some_ids(t);
    if (random_.chance(200)) ids.push_back(1000);
    Outcome model = now_.erase(t, ids);
    Status engine;
    for (size_t at = 0; at < ids.size() && engine.is_ok();) {
      const size_t count = std::min(batch_rows(), ids.size() - at);
      engine = changes_->erase(*world_.tables[t], std::span(ids).subspan(at, count)).status();
      at += count;
    }
    return end("delete from " + world_.tables[t]->name, model, engine);
  }

  void transaction() {
    if (!session_->begin_write().is_ok()) {
      wrong_ = "begin";
      return;
    }
    struct Savepoint {
      Model model;
      ChangeSet::Mark mark;
    };
    std::vector<Savepoint> savepoints;
    bool good = true;
    for (uint64_t i = 1 + random_.below(5); i > 0 && wrong_.empty(); --i) {
      if (random_.chance(300) && good) {
        if (!session_->savepoint().is_ok()) wrong_ = "savepoint";
        savepoints.push_back({now_, changes_->mark()});
      }
      const uint64_t kind = random_.below(5);
      if (good) good = kind < 3 ? insert() : kind == 3 ? update() : erase();
      if (!wrong_.empty()) return;
      if (savepoints.empty() || (good && !random_.chance(200))) continue;
      if (!session_->rollback_to(static_cast<uint32_t>(savepoints.size())).is_ok()) wrong_ = "rollback to";
      now_ = savepoints.back().model;
      changes_->rollback_to(savepoints.back().mark);
      good = true;
      if (random_.chance(300)) wrong_ = differs(*session_, world_, now_);
    }
    if (!wrong_.empty()) return;
    if (good && !random_.chance(100))
      good = compare("commit", now_.before_commit(), changes_->before_commit());
    else
      good = false;
    if (!wrong_.empty()) return;
    cascaded_ += changes_->cascaded();
    if (good && random_.chance(300)) wrong_ = differs(*session_, world_, now_);
    if (good) {
      if (watch_.before_commit && wrong_.empty()) reorganise();
      if (!commit()) wrong_ = "commit";
      committed_ = now_;
    } else {
      if (!session_->rollback().is_ok()) wrong_ = "rollback";
      now_ = committed_;
    }
    changes_->clear();
  }

  const uint64_t scale_;
  const ChangeLimits limits_;
  World world_;
  SeededRandom random_;
  Model now_, committed_;
  Watch watch_;
  uint64_t moved_ = 0;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Session> session_;
  std::unique_ptr<ChangeSet> changes_;
  std::string wrong_;
  uint64_t statements_ = 0, errors_ = 0, cascaded_ = 0, overflows_ = 0, refused_ = 0;
};

}  // namespace ddb::access_world
