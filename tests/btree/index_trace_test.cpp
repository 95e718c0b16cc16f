// index_trace_test: random operations on index trees of every page size, with small caches, agree with a std::map.
// DDB_TRACE_SEED and DDB_TRACE_COUNT choose other and more traces.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/seeded_random.h"
#include "btree/index_cursor.h"
#include "btree/index_load.h"
#include "btree/index_lookup.h"
#include "btree/index_writer.h"
#include "btree/shrink.h"
#include "btree/verify.h"
#include "record/key_row_id.h"
#include "txn/database.h"
#include "vfs/memory_vfs.h"

namespace ddb {
namespace {

uint64_t number_from(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

using Model = std::map<std::string, std::string>;  // key with its row id → payload

// What the keys of a tree are like.
struct Shape {
  uint32_t page_bytes = 4096;
  bool payloads = false;
  uint32_t prefix = 0;      // bytes that all begin with
  uint32_t bytes_max = 12;  // behind it
  uint32_t letters = 26;    // few: many keys that share beginnings, and zeros among them
  uint64_t rows = 2000;     // row ids below this
  uint32_t batch_max = 40;
};

std::string random_bytes(SeededRandom& random, const Shape& shape) {
  std::string text(shape.prefix, 'p');
  const uint64_t bytes = random.chance(100) ? random.below(uint64_t{shape.bytes_max} * 8 + 1)
                                            : random.below(shape.bytes_max + 1);
  for (uint64_t i = 0; i < bytes; ++i)
    text.push_back(static_cast<char>(random.below(shape.letters) * 255 / shape.letters));
  return text;
}

std::string with_row_id(std::string key, uint64_t row_id) {
  ByteBuffer buffer;
  append_key_row_id(row_id, buffer);
  return key.append(buffer.view());
}

int64_t row_id_of(std::string_view key) {
  return static_cast<int64_t>(take_key_row_id_from_end(key).value());
}

class Trace {
 public:
  Trace(const Shape& shape, uint64_t seed) : shape_(shape), random_(seed) {}

  std::string run(uint32_t steps) {
    Options options;
    options.page_bytes = shape_.page_bytes;
    options.vfs = &vfs_;
    options.memory_limit =
        random_.chance(500) ? uint64_t{64} << 20 : uint64_t{shape_.page_bytes} * 140 + (512 << 10);
    options.background_threads = false;
    database_ = std::move(Database::open("/t.ddb", options)).value();
    session_ = std::move(database_->new_session()).value();
    reader_session_ = std::move(database_->new_session()).value();
    if (!begin()) return wrong_;
    tree_ = create_index_tree(*session_, TreeId(9), shape_.payloads).value();
    if (random_.chance(300)) load();
    commit();
    committed_ = now_;
    writer_ = std::make_unique<IndexWriter>(*session_, tree_);
    for (uint32_t i = 0; i < steps && wrong_.empty(); ++i) transaction();
    writer_.reset();
    session_.reset();
    reader_session_.reset();
    if (wrong_.empty() && !database_->close().is_ok()) wrong_ = "close failed";
    return wrong_;
  }
  uint64_t operations() const { return operations_; }
  uint64_t moved() const { return moved_; }

 private:
  bool must(const Status& status, const char* what) {
    if (!status.is_ok() && wrong_.empty()) wrong_ = std::string(what) + ": " + status.to_string();
    return status.is_ok();
  }
  bool begin() { return must(session_->begin_write(), "begin"); }
  void commit() { must(session_->commit().status(), "commit"); }

  std::string new_entry_key() {
    return with_row_id(random_bytes(random_, shape_), random_.below(shape_.rows));
  }
  std::string new_payload() {
    if (!shape_.payloads) return {};
    std::string payload(random_.below(20), 'v');
    for (char& c : payload) c = static_cast<char>(random_.below(256));
    return payload;
  }

  void load() {
    Model fresh;
    const uint64_t count = random_.below(5000);
    for (uint64_t i = 0; i < count; ++i) fresh[new_entry_key()] = new_payload();
    IndexLoader loader(*session_, tree_, shape_.payloads,
                       {static_cast<uint32_t>(50 + random_.below(51)), random_.chance(500)});
    for (const auto& [key, payload] : fresh) {
      if (!must(loader.add({key, payload}), "load")) return;
    }
    must(loader.finish(), "finish");
    now_ = std::move(fresh);
    operations_ += count;
    verify(*session_);
  }

  void insert() {
    std::map<std::string, std::string> fresh;
    const bool ascending = random_.chance(200);
    const uint64_t count =
        1 + random_.below(random_.chance(100) ? uint64_t{shape_.batch_max} * 30 : shape_.batch_max);
    std::string above = ascending && !now_.empty() ? now_.rbegin()->first : std::string();
    for (uint64_t i = 0; i < count; ++i) {
      std::string key = new_entry_key();
      if (ascending) {
        above = above.substr(0, std::min<size_t>(above.size(), shape_.prefix + 8));
        key = with_row_id(above + static_cast<char>(0xF0 + random_.below(16)) + std::to_string(i), i);
      }
      if (!now_.contains(key)) fresh[key] = new_payload();
    }
    std::vector<IndexEntry> entries;
    for (const auto& [key, payload] : fresh) entries.push_back({key, payload});
    if (entries.empty() || !must(writer_->insert(entries), "insert")) return;
    now_.insert(fresh.begin(), fresh.end());
    operations_ += entries.size();
  }

  void erase() {
    if (now_.empty()) return;
    std::vector<std::string> keys;
    const uint64_t kind = random_.below(3);
    auto at = now_.lower_bound(random_bytes(random_, shape_));
    const uint64_t count = 1 + random_.below(kind == 0 ? now_.size() : shape_.batch_max);
    for (uint64_t i = 0; i < count && at != now_.end(); ++i) {
      if (kind != 1 || random_.chance(500)) keys.push_back(at->first);
      ++at;
    }
    const std::vector<std::string_view> views(keys.begin(), keys.end());
    if (views.empty() || !must(writer_->erase(views), "erase")) return;
    for (const std::string& key : keys) now_.erase(key);
    operations_ += keys.size();
  }

  void shrink() {
    Result<ShrinkStep> step =
        shrink_file(*session_, {}, {&tree_, 1}, static_cast<uint32_t>(1 + random_.below(20)));
    if (!must(step.status(), "shrink")) return;
    moved_ += step->moved;
    operations_ += step->moved;
  }

  void wrong_at(const std::string& what) {
    if (wrong_.empty()) wrong_ = what;
  }

  // Scans ranges with one cursor, so that seeks share ways; changes nothing.
  void scan(Session& session, const Model& model) {
    IndexCursor cursor(tree_);
    IndexCursor::Want want;
    want.backwards = random_.chance(500);
    want.keys = random_.chance(500);
    want.payloads = shape_.payloads && random_.chance(500);
    bool is_open = false;
    std::string last;
    for (int round = 0; round < 6 && wrong_.empty(); ++round) {
      std::string low = random_.chance(200) ? std::string() : random_bytes(random_, shape_);
      if (random_.chance(500) && !last.empty()) low = last;  // near the last one
      std::string high = random_.chance(300) ? std::string() : random_bytes(random_, shape_);
      if (random_.chance(400)) high = low + "\xFF";
      if (!model.empty() && random_.chance(300)) {
        auto it = model.lower_bound(random_bytes(random_, shape_));
        if (it != model.end()) (random_.chance(500) ? low : high) = it->first;
      }
      last = low;
      if (!is_open) cursor.open(session, {low, high}, want);
      if (is_open) cursor.seek({low, high});
      is_open = true;
      std::vector<const Model::value_type*> expected;
      for (auto it = model.lower_bound(low); it != model.end() && (high.empty() || it->first < high); ++it)
        expected.push_back(&*it);
      if (!high.empty() && low >= high) expected.clear();
      if (want.backwards) std::reverse(expected.begin(), expected.end());
      size_t seen = 0;
      const bool stops_early = random_.chance(200);
      for (;;) {
        Result<uint32_t> rows = cursor.next_batch(1 + static_cast<uint32_t>(random_.below(700)));
        if (!must(rows.status(), "next_batch")) return;
        if (*rows == 0) break;
        if (seen + *rows > expected.size()) return wrong_at("a scan gives too much");
        for (uint32_t i = 0; i < *rows; ++i) {
          const auto& [key, payload] = *expected[seen + i];
          if (cursor.row_ids()[i] != row_id_of(key)) return wrong_at("a scan gives another row id");
          if (want.keys && cursor.key(i) != key) return wrong_at("a scan gives another key");
          if (want.payloads && cursor.payload(i) != payload) return wrong_at("a scan gives another payload");
        }
        seen += *rows;
        operations_ += *rows;
        if (stops_early && random_.chance(300)) {
          seen = expected.size();
          break;
        }
        if (random_.chance(200)) cursor.release();
      }
      if (seen != expected.size()) return wrong_at("a scan ends early");
    }
  }

  void look_up(Session& session, const Model& model) {
    IndexReader reader(tree_);
    std::map<std::string, int64_t> keys;  // → row id or −1
    for (int i = 0; i < 30; ++i) {
      std::string key = random_bytes(random_, shape_);
      if (!model.empty() && random_.chance(600)) {
        auto it = model.lower_bound(key);
        if (it != model.end()) key = it->first.substr(0, random_.below(it->first.size() + 1));
      }
      if (key.empty()) continue;
      const auto it = model.lower_bound(key);
      const bool is_there = it != model.end() && it->first.starts_with(key);
      int64_t row_id = 0;
      Result<bool> found = reader.find_first(session, key, &row_id);
      if (!must(found.status(), "find_first")) return;
      if (*found != is_there || (is_there && row_id != row_id_of(it->first))) return wrong_at("find_first");
      keys[key] = is_there ? row_id : -1;
    }
    std::vector<std::string_view> views;
    for (const auto& [key, id] : keys) views.push_back(key);
    std::vector<int64_t> ids(views.size());
    uint64_t found[2] = {};
    if (!must(reader.find_each(session, views, ids.data(), found), "find_each")) return;
    for (size_t i = 0; i < views.size(); ++i) {
      const int64_t id = (found[i / 64] >> (i % 64) & 1) != 0 ? ids[i] : -1;
      if (id != keys[std::string(views[i])]) return wrong_at("find_each");
    }
    operations_ += 2 * views.size();
  }

  void verify(Session& session) {
    VerifyReport report;
    const VerifiedIndex index{tree_, shape_.payloads};
    if (!must(verify_pages(session, {{}, {&index, 1}, {}}, 5, &report), "verify")) return;
    if (report.findings_count > 0)
      return wrong_at("verify: page " + std::to_string(report.findings[0].page.value) + ": " +
                      report.findings[0].text);
    if (report.index_entries != now_.size()) wrong_at("verify counts other entries");
  }

  void transaction() {
    if (random_.chance(300)) {
      if (!must(reader_session_->begin_read(), "begin read")) return;
      scan(*reader_session_, committed_);
      look_up(*reader_session_, committed_);
      must(reader_session_->rollback(), "end read");
      return;
    }
    // A reader with an old snapshot looks on.
    const bool with_reader = random_.chance(300);
    const Model before = committed_;
    if (with_reader && !must(reader_session_->begin_read(), "begin read")) return;
    if (!begin()) return;
    std::vector<Model> savepoints;
    for (uint64_t i = 1 + random_.below(6); i > 0 && wrong_.empty(); --i) {
      switch (random_.below(9)) {
        case 0:
        case 1:
        case 2:
          insert();
          break;
        case 3:
        case 4:
          erase();
          break;
        case 5:
          if (!must(session_->savepoint().status(), "savepoint")) return;
          savepoints.push_back(now_);
          break;
        case 6:
          if (savepoints.empty()) break;
          if (!must(session_->rollback_to(static_cast<uint32_t>(savepoints.size())), "rollback to")) return;
          now_ = savepoints.back();
          break;
        case 7:
          shrink();
          break;
        default:
          scan(*session_, now_);
          look_up(*session_, now_);
          break;
      }
    }
    if (!wrong_.empty()) return;
    if (random_.chance(300)) verify(*session_);
    if (random_.chance(150)) {
      must(session_->rollback(), "rollback");
      now_ = committed_;
    } else {
      commit();
      committed_ = now_;
    }
    if (with_reader && wrong_.empty()) {
      scan(*reader_session_, before);
      must(reader_session_->rollback(), "end read");
    }
    if (random_.chance(100)) must(database_->checkpoint(), "checkpoint");
  }

  const Shape shape_;
  SeededRandom random_;
  MemoryVfs vfs_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Session> session_, reader_session_;
  IndexTree tree_;
  std::unique_ptr<IndexWriter> writer_;
  Model now_, committed_;
  std::string wrong_;
  uint64_t operations_ = 0;
  uint64_t moved_ = 0;
};

class IndexTrace : public testing::TestWithParam<uint32_t> {};

TEST_P(IndexTrace, AgreesWithTheModel) {
  const uint64_t first = number_from("DDB_TRACE_SEED", 1);
  const uint64_t count = number_from("DDB_TRACE_COUNT", 16);
  uint64_t operations = 0;
  uint64_t moved = 0;
  for (uint64_t seed = first; seed < first + count; ++seed) {
    SeededRandom draw(seed * 977 + GetParam());
    Shape shape;
    shape.page_bytes = GetParam();
    shape.payloads = draw.chance(400);
    shape.prefix = draw.chance(300) ? static_cast<uint32_t>(draw.below(60)) : 0;
    shape.bytes_max = static_cast<uint32_t>(draw.chance(200) ? GetParam() / 64 : 1 + draw.below(30));
    shape.letters = draw.chance(300) ? 2 : static_cast<uint32_t>(2 + draw.below(254));
    shape.rows = draw.chance(300) ? 3 : draw.chance(200) ? uint64_t{1} << 62 : 100'000;
    Trace trace(shape, seed);
    const std::string wrong = trace.run(60);
    ASSERT_EQ(wrong, "") << "seed " << seed << ", page " << GetParam();
    operations += trace.operations();
    moved += trace.moved();
  }
  EXPECT_GT(operations, 1000u * count);
  EXPECT_GT(moved, count);
  printf("index trace: page %u, seeds %llu from %llu, operations %llu\n", GetParam(),
         static_cast<unsigned long long>(count), static_cast<unsigned long long>(first),
         static_cast<unsigned long long>(operations));
}

INSTANTIATE_TEST_SUITE_P(PageSizes, IndexTrace, testing::Values(4096u, 8192u, 16384u, 32768u));

}  // namespace
}  // namespace ddb
