// Inner pages of table trees: the format is what the header says, broken ones are named and refused, changes agree with a
// std::map after every step and are logged, find() is the obvious loop. DDB_SEED replays one run.
#include "btree/table_inner.h"

#include <cstdlib>
#include <functional>
#include <limits>
#include <map>

#include "leaf_world.h"

namespace ddb {
namespace {

constexpr int64_t kLow = std::numeric_limits<int64_t>::min();
constexpr int64_t kHigh = std::numeric_limits<int64_t>::max();

// What the page should hold.
struct InnerModel {
  PageNo first;                     // the child below every separator
  std::map<int64_t, PageNo> above;  // the others by separator
  uint32_t count() const { return static_cast<uint32_t>(above.size()) + 1; }
};

// The last child whose separator is not above the row id, by looking at each.
uint32_t find_slowly(const TableInner& inner, int64_t row_id) {
  uint32_t found = 0;
  for (uint32_t i = 1; i < inner.count(); ++i) {
    if (inner.separator(i) <= row_id) found = i;
  }
  return found;
}

void expect_find(const TableInner& inner, int64_t row_id) {
  ASSERT_EQ(inner.find(row_id), find_slowly(inner, row_id)) << "row id " << row_id;
}

std::string hex(const std::byte* bytes, size_t count) {
  static const char* kDigits = "0123456789abcdef";
  std::string out;
  for (size_t i = 0; i < count; ++i) {
    out += kDigits[static_cast<unsigned>(bytes[i]) >> 4];
    out += kDigits[static_cast<unsigned>(bytes[i]) & 15];
  }
  return out;
}

Status check(LeafPage& page) {
  return check_table_inner(std::span(page.writer().data(), page.page_bytes()), page.content_bytes());
}

// Page and model hold the same, and the page keeps its invariants.
void expect_inner_is(LeafPage& page, uint32_t level, const InnerModel& model) {
  const Status status = check(page);
  ASSERT_TRUE(status.is_ok()) << status.to_string();
  const TableInner inner(page.writer().data(), page.content_bytes());
  ASSERT_EQ(inner.level(), level);
  ASSERT_EQ(inner.count(), model.count());
  ASSERT_EQ(inner.child(0), model.first);
  ASSERT_EQ(load_le<uint64_t>(page.writer().data() + kInnerKeys), 0u);
  uint32_t index = 1;
  for (const auto& [separator, child] : model.above) {
    ASSERT_EQ(inner.separator(index), separator);
    ASSERT_EQ(inner.child(index), child);
    ++index;
  }
}

// Writes children 10, 11, … with separators `step` apart.
void build(LeafPage& page, uint32_t level, uint32_t children, int64_t step = 10) {
  std::vector<int64_t> separators(children);
  std::vector<PageNo> pages(children);
  for (uint32_t i = 0; i < children; ++i) {
    separators[i] = i * step;
    pages[i] = PageNo(10 + i);
  }
  build_inner(page.writer(), page.content_bytes(), level, separators, pages);
}

TEST(TableInner, TheFormatIsTheDocumentedOne) {
  LeafPage page(4096, 16);
  ASSERT_EQ(page.content_bytes(), 4080u);
  ASSERT_EQ(inner_capacity(4080), 336u);
  const int64_t separators[] = {99, -2, 0x0102030405060708};  // the first one is ignored
  const PageNo children[] = {PageNo(7), PageNo(0x01020304), PageNo(9)};
  build_inner(page.writer(), page.content_bytes(), 3, separators, children);
  ASSERT_TRUE(check(page).is_ok());
  const std::byte* data = page.writer().data();
  EXPECT_EQ(hex(data + 32, 16), "03000300000000000000000000000000");
  EXPECT_EQ(hex(data + 48, 32), "0000000000000000feffffffffffffff08070605040302010000000000000000");
  EXPECT_EQ(hex(data + 48 + 8 * 336, 16), "07000000040302010900000000000000");
}

TEST(TableInner, CapacityFillsThePageAndIsEven) {
  EXPECT_EQ(inner_capacity(4096), 336u);
  EXPECT_EQ(inner_capacity(16384), 1360u);
  for (uint32_t content = 512; content <= 32768; ++content) {
    const uint32_t capacity = inner_capacity(content);
    ASSERT_EQ(capacity % 2, 0u);
    ASSERT_LE(kInnerKeys + 12 * capacity, content);
    ASSERT_GT(kInnerKeys + 12 * (capacity + 2), content);
  }
}

TEST(TableInner, BrokenInvariantsAreNamed) {
  LeafPage page(4096);
  build(page, 2, 5);
  std::vector<std::byte> bytes = page.copy();
  const size_t children = kInnerKeys + size_t{8} * inner_capacity(4096);
  const auto expect_refused = [&](const std::function<void()>& damage, const std::string& what) {
    const std::vector<std::byte> before = bytes;
    damage();
    const Status status = check_table_inner(bytes, 4096);
    EXPECT_TRUE(status.is(sqlstate::kCorrupted)) << what;
    const std::string name = "page " + std::to_string(page_number_of(before.data()).value) + ", offset ";
    EXPECT_EQ(status.message().substr(0, name.size()), name);
    EXPECT_NE(status.to_string().find(what), std::string::npos) << status.to_string();
    bytes = before;
  };
  const auto put16 = [&](size_t at, uint16_t value) { store_le<uint16_t>(&bytes[at], value); };
  const auto put32 = [&](size_t at, uint32_t value) { store_le<uint32_t>(&bytes[at], value); };
  const auto put64 = [&](size_t at, int64_t value) {
    store_le<uint64_t>(&bytes[at], static_cast<uint64_t>(value));
  };
  ASSERT_TRUE(check_table_inner(bytes, 4096).is_ok());
  expect_refused([&] { put16(32, 0); }, "offset 32: inner page: level 0");
  expect_refused([&] { put16(32, kTreeLevelsMax + 1); }, "level 13");
  expect_refused([&] { put16(34, 0); }, "offset 34: inner page: 0 children");
  expect_refused([&] { put16(34, 337); }, "337 children");
  expect_refused([&] { put16(34, 0xFFFF); }, "65535 children");
  expect_refused([&] { put32(36, 1); }, "offset 36");
  expect_refused([&] { bytes[47] = std::byte{1}; }, "zero");
  expect_refused([&] { put64(kInnerKeys + 16, 10); }, "offset 64: inner page: separators do not ascend");
  expect_refused([&] { put64(kInnerKeys + 16, -1); }, "offset 64");
  expect_refused([&] { put64(kInnerKeys + 32, kLow); }, "offset 80");
  expect_refused([&] { put32(children, 0); }, "offset " + std::to_string(children) + ": inner page: child 0");
  expect_refused([&] { put32(children + 16, 1); }, "child 1");
  expect_refused([&] { put32(children + 4, kNoPage.value); }, "child");
  expect_refused([&] { put32(children + 8, page_number_of(bytes.data()).value); }, "child");
  // What lies behind the last child is nobody's.
  put64(kInnerKeys + 40, kLow);
  put32(children + 20, 0);
  EXPECT_TRUE(check_table_inner(bytes, 4096).is_ok());
  put16(32, kTreeLevelsMax);
  EXPECT_TRUE(check_table_inner(bytes, 4096).is_ok());
  // Content that passes the page, and pages too small for a child.
  EXPECT_TRUE(check_table_inner(bytes, 4097).is(sqlstate::kCorrupted));
  EXPECT_TRUE(check_table_inner(bytes, 60).is(sqlstate::kCorrupted));
}

TEST(TableInner, AFullPageTakesNoChildAndStaysAsItIs) {
  for (const uint32_t page_bytes : {4096u, 8192u, 16384u, 32768u}) {
    LeafPage page(page_bytes);
    const uint32_t capacity = inner_capacity(page_bytes);
    build(page, 1, capacity);
    ASSERT_TRUE(check(page).is_ok());
    const std::vector<std::byte> before = page.copy();
    EXPECT_FALSE(insert_child(page.writer(), page_bytes, 3, 25, PageNo(5000)));
    EXPECT_FALSE(insert_child(page.writer(), page_bytes, capacity, kHigh, PageNo(5000)));
    EXPECT_EQ(page.copy(), before);
    erase_child(page.writer(), page_bytes, capacity - 1);
    EXPECT_TRUE(insert_child(page.writer(), page_bytes, capacity - 1, kHigh, PageNo(5000)));
    ASSERT_TRUE(check(page).is_ok());
    const TableInner inner(page.writer().data(), page_bytes);
    EXPECT_EQ(inner.find(kHigh), capacity - 1);
    EXPECT_EQ(inner.child(capacity - 1), PageNo(5000));
  }
}

TEST(TableInner, FindIsTheObviousLoopForEveryCount) {
  LeafPage page(8192);
  for (uint32_t count = 1; count <= inner_capacity(8192); count += count < 70 ? 1 : 37) {
    build(page, 1, count, 2);
    const TableInner inner(page.writer().data(), 8192);
    for (int64_t id = -3; id < 2 * int64_t{count} + 3; ++id) expect_find(inner, id);
    expect_find(inner, kLow);
    expect_find(inner, kHigh);
  }
}

TEST(TableInner, SeparatorsReachTheEndsOfInt64) {
  LeafPage page(4096);
  const int64_t separators[] = {0, kLow, -1, kHigh};
  const PageNo children[] = {PageNo(20), PageNo(21), PageNo(22), PageNo(23)};
  build_inner(page.writer(), 4096, 1, separators, children);
  ASSERT_TRUE(check(page).is_ok());
  const TableInner inner(page.writer().data(), 4096);
  for (const int64_t id : {kLow, kLow + 1, int64_t{-2}, int64_t{-1}, int64_t{0}, kHigh - 1, kHigh})
    expect_find(inner, id);
}

// One random change of page and model.
class Changes {
 public:
  Changes(LeafPage& page, InnerModel& model, SeededRandom& random)
      : page_(page), model_(model), random_(random) {}

  void step(bool growing) {
    const uint64_t what = random_.below(100);
    if (what < (growing ? 60u : 25u)) {
      insert();
    } else if (what < 85) {
      erase();
    } else if (what < 93) {
      change_child();
    } else {
      change_separator();
    }
  }

 private:
  PageNo any_page() { return PageNo(2000 + static_cast<uint32_t>(random_.below(1u << 31))); }
  auto any_entry() {
    auto at = model_.above.begin();
    std::advance(at, random_.below(model_.above.size()));
    return at;
  }
  uint32_t index_of(int64_t separator) const {
    return 1 + static_cast<uint32_t>(std::distance(model_.above.begin(), model_.above.find(separator)));
  }

  void insert() {
    const uint64_t kind = random_.below(10);
    const int64_t separator = kind == 0   ? static_cast<int64_t>(random_.next())
                              : kind == 1 ? (random_.chance(500) ? kLow : kHigh)
                                          : static_cast<int64_t>(random_.below(1 << 20)) - (1 << 19);
    if (model_.above.count(separator) != 0) return;
    const PageNo child = any_page();
    const auto next = model_.above.upper_bound(separator);
    const uint32_t index = 1 + static_cast<uint32_t>(std::distance(model_.above.begin(), next));
    const bool fits = model_.count() < inner_capacity(page_.content_bytes());
    ASSERT_EQ(insert_child(page_.writer(), page_.content_bytes(), index, separator, child), fits);
    if (fits) model_.above[separator] = child;
  }
  void erase() {
    if (model_.above.empty()) return;
    if (random_.chance(100)) {  // the first child: the next one takes its place
      erase_child(page_.writer(), page_.content_bytes(), 0);
      model_.first = model_.above.begin()->second;
      model_.above.erase(model_.above.begin());
      return;
    }
    const auto at = any_entry();
    erase_child(page_.writer(), page_.content_bytes(), index_of(at->first));
    model_.above.erase(at);
  }
  void change_child() {
    const PageNo child = any_page();
    if (model_.above.empty() || random_.chance(200)) {
      set_child(page_.writer(), page_.content_bytes(), 0, child);
      model_.first = child;
      return;
    }
    const auto at = any_entry();
    set_child(page_.writer(), page_.content_bytes(), index_of(at->first), child);
    at->second = child;
  }
  // Moves a separator within the gap that its neighbours leave.
  void change_separator() {
    if (model_.above.empty()) return;
    const auto at = any_entry();
    const int64_t low = at == model_.above.begin() ? kLow : std::prev(at)->first + 1;
    const int64_t high = std::next(at) == model_.above.end() ? kHigh : std::next(at)->first - 1;
    const uint64_t span = static_cast<uint64_t>(high) - static_cast<uint64_t>(low);
    const uint64_t above = span == ~uint64_t{0} ? random_.next() : random_.below(span + 1);
    const auto separator = static_cast<int64_t>(static_cast<uint64_t>(low) + above);
    set_separator(page_.writer(), index_of(at->first), separator);
    const PageNo child = at->second;
    model_.above.erase(at);
    model_.above[separator] = child;
  }

  LeafPage& page_;
  InnerModel& model_;
  SeededRandom& random_;
};

void probe(LeafPage& page, const InnerModel& model, SeededRandom& random) {
  const TableInner inner(page.writer().data(), page.content_bytes());
  expect_find(inner, kLow);
  expect_find(inner, kHigh);
  for (int i = 0; i < 4; ++i) {
    expect_find(inner, static_cast<int64_t>(random.next()));
    if (model.above.empty()) continue;
    auto at = model.above.begin();
    std::advance(at, random.below(model.above.size()));
    expect_find(inner, at->first);
    if (at->first != kLow) expect_find(inner, at->first - 1);
  }
}

void run(uint32_t page_bytes, uint32_t reserved_bytes, uint64_t seed) {
  SCOPED_TRACE("DDB_SEED=" + std::to_string(seed) + ", page " + std::to_string(page_bytes));
  SeededRandom random(seed);
  LeafPage page(page_bytes, reserved_bytes);
  InnerModel model{PageNo(2000), {}};
  const auto level = static_cast<uint32_t>(1 + random.below(kTreeLevelsMax));
  const int64_t none[] = {0};
  build_inner(page.writer(), page.content_bytes(), level, none, {&model.first, 1});
  Changes changes(page, model, random);
  bool growing = true;
  for (int step = 0; step < 2500 && !testing::Test::HasFatalFailure(); ++step) {
    if (random.chance(2)) growing = !growing;
    changes.step(growing);
    expect_inner_is(page, level, model);
    probe(page, model, random);
    // What was not marked as changed is not in the log.
    if (random.chance(5)) page.commit_and_recover();
  }
  page.commit_and_recover();
  expect_inner_is(page, level, model);
}

TEST(TableInner, ChangesAgreeWithAMapAndAreLogged) {
  const char* given = std::getenv("DDB_SEED");
  const uint64_t first = given != nullptr ? std::strtoull(given, nullptr, 10) : 1;
  for (uint64_t seed = first; seed < first + (given != nullptr ? 1 : 4); ++seed) {
    for (const uint32_t page_bytes : {4096u, 8192u, 16384u, 32768u}) {
      run(page_bytes, seed % 2 == 0 ? 0 : 24, seed);
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace ddb
