// writer_steps: the steps inside a write transaction, each made to the session and to the draft.
#include <algorithm>

#include "support/page_changes.h"
#include "support/writer.h"

namespace ddb::sim {
namespace {
constexpr size_t kHeldMax = 3;
constexpr uint32_t kWriteDirectChance = 450;
}  // namespace

size_t Writer::pages_in_use() const {
  const DbState& now = draft_->now();
  return static_cast<size_t>(
      std::count_if(now.pages.begin(), now.pages.end(), [](auto* page) { return page != nullptr; }));
}

// A page of the layers above.
std::optional<size_t> Writer::draw_page() {
  const DbState& now = draft_->now();
  const size_t count = now.pages.size();
  const size_t range =
      world_.config.workload.hot_pages && random_.chance(700) ? std::min<size_t>(count, 8) : count;
  for (int tries = 0; tries < 8; ++tries) {
    const size_t page = random_.below(range);
    if (now.in_use(page) && now.pages[page]->bytes != nullptr) return page;
  }
  return std::nullopt;
}

void Writer::compare_private(const std::byte* data, size_t page, const char* call) {
  const std::string difference = page_difference(data, *draft_->now().pages[page], world_.page_bytes());
  if (!difference.empty()) {
    wrong(std::string(call) + " of page " + std::to_string(page) + " on LSN " + std::to_string(base_) + ": " +
          difference);
  }
}

void Writer::check_held() {
  for (const Held& held : held_) {
    if (same_content(held.page.data(), held.bytes.data(), world_.page_bytes())) continue;
    wrong("a page reference to page " + std::to_string(held.number) + " changed while it was held");
  }
}

void Writer::drop_held() {
  check_held();
  held_.clear();
}

void Writer::steps(Shape shape) {
  uint64_t count = 0;
  switch (shape) {
    case Shape::kSmall:
      count = 1 + random_.below(3);
      break;
    case Shape::kMixed:
      count = 4 + random_.below(16);
      break;
    case Shape::kLarge:
      count = pages_in_use() * 2;
      break;
    case Shape::kBulk:
      count = 4 + random_.below(world_.config.workload.pages_target / 2 + 1);
      break;
    case Shape::kFree:
      count = 3 + random_.below(12);
      break;
    case Shape::kEmpty:
      count = random_.below(3);
      break;
  }
  for (; count > 0 && !world_.verdict.failed() && !world_.saw_poison; --count) {
    if (random_.chance(250)) world_.yield();
    if (stuck_) {
      if (draft_->depth() == 0 || random_.chance(400)) return;
      step_rollback_to();
      continue;
    }
    step(shape);
  }
}

void Writer::step(Shape shape) {
  switch (shape) {
    case Shape::kSmall:
      return random_.chance(900) ? step_change(false) : step_read();
    case Shape::kLarge:
      return random_.chance(900) ? step_change(true) : step_savepoint();
    case Shape::kBulk:
      return step_bulk();
    case Shape::kFree:
      return random_.chance(750) ? step_free() : step_trim();
    case Shape::kEmpty:
      return random_.chance(800) ? step_read() : step_second_writer();
    case Shape::kMixed:
      break;
  }
  const uint64_t kind = random_.below(100);
  if (kind < 38) return step_change(kind < 3);
  if (kind < 48) return step_allocate();
  if (kind < 56) return step_free();
  if (kind < 66) return step_read();
  if (kind < 69) return step_read_root();
  if (kind < 72) return step_is_allocated();
  if (kind < 75) return step_root();
  if (kind < 83) return step_savepoint();
  if (kind < 88) return step_rollback_to();
  if (kind < 91) return step_release();
  if (kind < 95) return step_write_direct();
  if (kind < 97) return step_trim();
  if (kind < 98) return step_second_writer();
  if (random_.chance(300)) step_provoke_failure();
}

// Mostly new pages, some written directly, with savepoints around them and places that are given back and taken again.
void Writer::step_bulk() {
  const uint64_t kind = random_.below(100);
  if (kind < 74) return step_allocate();
  if (kind < 84) return step_write_direct();
  if (kind < 86) return step_write_over();
  if (kind < 89) return step_savepoint();
  if (kind < 96) return step_free();
  if (kind < 99) return step_rollback_to();
  step_release();
}

void Writer::step_change(bool whole) {
  const std::optional<size_t> page = draw_page();
  if (!page) return;
  Result<PageWriter> writer = session_->change(PageNo(static_cast<uint32_t>(*page)));
  if (!check(writer.status(), "change()")) return;
  world_.tell("change page", *page);
  std::byte* model = draft_->change(*page);
  for (uint64_t changes = 1 + random_.below(3); changes > 0; --changes) {
    const ByteChange change =
        whole ? draw_whole(random_, world_.page_bytes()) : draw_change(random_, world_.page_bytes());
    apply_change(change, *writer);
    apply_change(change, model);
    // Others run while the guard is held.
    if (random_.chance(150)) world_.yield();
    if (whole) break;
  }
  compare_private(writer->data(), *page, "change()");
}

void Writer::step_allocate() {
  if (pages_in_use() >= world_.config.workload.pages_max) return step_free();
  const TreeId owner(static_cast<uint32_t>(1 + random_.below(5)));
  const auto type = static_cast<PageType>(16 + random_.below(20));
  const size_t expected = draft_->next_allocation();
  PageNo page = kNoPage;
  Result<PageWriter> writer = session_->allocate(owner, type, &page);
  if (!check(writer.status(), "allocate()")) return;
  if (page.value != expected) {
    return wrong("allocate() gives page " + std::to_string(page.value) + ", the lowest free one is " +
                 std::to_string(expected));
  }
  world_.tell("allocate page", expected);
  draft_->allocate(expected, owner, type);
  compare_private(writer->data(), expected, "allocate()");
  if (random_.chance(850)) {
    const ByteChange change = random_.chance(300) ? draw_whole(random_, world_.page_bytes())
                                                  : draw_change(random_, world_.page_bytes());
    apply_change(change, *writer);
    apply_change(change, draft_->change(expected));
  }
  compare_private(writer->data(), expected, "allocate()");
}

void Writer::step_free() {
  const std::optional<size_t> page = draw_page();
  if (!page || pages_in_use() < 6) return;
  if (!check(session_->free(PageNo(static_cast<uint32_t>(*page))), "free()")) return;
  world_.tell("free page", *page);
  draft_->free(*page);
}

void Writer::step_read() {
  const std::optional<size_t> page = draw_page();
  if (!page) return;
  Result<PageRef> read = session_->read(PageNo(static_cast<uint32_t>(*page)));
  if (!check(read.status(), "read()", kAllowEnded)) return;
  if (session_->writing()) {
    compare_private(read->data(), *page, "read()");
  } else {
    world_.wrong_unless_empty("read()",
                              snapshot_page_difference(read->data(), *page, *draft_->now().pages[*page],
                                                       session_->snapshot().value, world_.page_bytes()));
  }
  if (held_.size() >= kHeldMax || !random_.chance(300)) return;
  std::vector<std::byte> bytes(read->data(), read->data() + world_.page_bytes());
  held_.push_back({std::move(*read), std::move(bytes), *page});
}

void Writer::step_read_root() {
  Result<uint32_t> count = session_->page_count();
  if (!check(count.status(), "page_count()")) return;
  Result<PageNo> root = session_->catalog_root();
  if (!check(root.status(), "catalog_root()")) return;
  Result<uint64_t> version = session_->schema_version();
  if (!check(version.status(), "schema_version()")) return;
  const DbState& now = draft_->now();
  if (*count != now.pages.size()) {
    wrong("page_count() is " + std::to_string(*count) + ", expected " + std::to_string(now.pages.size()));
  }
  if (*root != now.catalog_root) wrong("catalog_root() is not what was set");
  if (*version != now.schema_version) wrong("schema_version() is not what was set");
}

void Writer::step_is_allocated() {
  const size_t page = random_.below(draft_->now().pages.size());
  Result<bool> allocated = session_->is_allocated(PageNo(static_cast<uint32_t>(page)));
  if (!check(allocated.status(), "is_allocated()")) return;
  if (*allocated != draft_->now().in_use(page)) {
    wrong("is_allocated(" + std::to_string(page) + ") is " + (*allocated ? "true" : "false"));
  }
}

void Writer::step_root() {
  if (random_.chance(500)) {
    const std::optional<size_t> page = draw_page();
    const PageNo root = page && random_.chance(800) ? PageNo(static_cast<uint32_t>(*page)) : kNoPage;
    if (check(session_->set_catalog_root(root), "set_catalog_root()")) draft_->set_catalog_root(root);
    return;
  }
  const uint64_t version = random_.below(1000);
  if (check(session_->set_schema_version(version), "set_schema_version()"))
    draft_->set_schema_version(version);
}

void Writer::step_savepoint() {
  Result<uint32_t> depth = session_->savepoint();
  const uint32_t depth_max = world_.config.options.savepoint_depth_max;
  if (draft_->depth() >= depth_max) {
    if (depth.is_ok()) return wrong("savepoint() beyond savepoint_depth_max");
    check(depth.status(), "savepoint() beyond the limit", kAllowProgramLimit);
    return;
  }
  if (!check(depth.status(), "savepoint()")) return;
  world_.tell("savepoint", *depth);
  if (const uint32_t expected = draft_->savepoint(); *depth != expected) {
    wrong("savepoint() gives depth " + std::to_string(*depth) + ", expected " + std::to_string(expected));
  }
}

void Writer::step_rollback_to() {
  if (draft_->depth() == 0) return;
  const auto depth = static_cast<uint32_t>(1 + random_.below(draft_->depth()));
  if (!check(session_->rollback_to(depth), "rollback_to()")) return;
  world_.tell("rollback to", depth);
  draft_->rollback_to(depth);
  stuck_ = false;
  if (session_->failed()) wrong("the transaction is still failed after rollback_to()");
  if (session_->savepoint_depth() != draft_->depth()) wrong("savepoint_depth() is wrong after rollback_to()");
}

void Writer::step_release() {
  if (draft_->depth() == 0) return;
  const auto depth = static_cast<uint32_t>(1 + random_.below(draft_->depth()));
  if (!check(session_->release(depth), "release()")) return;
  world_.tell("release", depth);
  draft_->release(depth);
  if (session_->savepoint_depth() != draft_->depth()) wrong("savepoint_depth() is wrong after release()");
}

void Writer::step_write_direct() {
  const DbState& now = draft_->now();
  for (size_t page = now.pages.size(); page-- > 0;) {
    if (!draft_->allocated_here(page) || !random_.chance(kWriteDirectChance)) continue;
    Result<bool> direct = session_->write_direct(PageNo(static_cast<uint32_t>(page)));
    world_.tell("write direct page, done:", page, direct.is_ok() && *direct);
    if (!check(direct.status(), "write_direct()")) return;
    if (!random_.chance(200)) continue;
    Result<PageRef> read = session_->read(PageNo(static_cast<uint32_t>(page)));
    if (!check(read.status(), "read() after write_direct()")) return;
    compare_private(read->data(), page, "read() after write_direct()");
  }
}

// New pages written directly, changed under a savepoint and written directly again.
void Writer::step_write_over() {
  step_write_direct();
  if (!stuck_) step_savepoint();
  if (stuck_) return;
  const size_t count = draft_->now().pages.size();
  for (size_t page = 0; page < count; ++page) {
    if (!draft_->allocated_here(page) || !random_.chance(500)) continue;
    Result<PageWriter> writer = session_->change(PageNo(static_cast<uint32_t>(page)));
    if (!check(writer.status(), "change() under a savepoint")) return;
    world_.tell("change page under a savepoint", page);
    const ByteChange change = draw_change(random_, world_.page_bytes());
    apply_change(change, *writer);
    apply_change(change, draft_->change(page));
  }
  step_write_direct();
}

void Writer::step_trim() {
  const auto pages_max = static_cast<uint32_t>(random_.below(12));
  const uint32_t expected = draft_->trimmable(pages_max);
  Result<uint32_t> trimmed = session_->trim(pages_max);
  if (!check(trimmed.status(), "trim()")) return;
  if (*trimmed != expected) {
    return wrong("trim(" + std::to_string(pages_max) + ") gives " + std::to_string(*trimmed) + ", expected " +
                 std::to_string(expected));
  }
  world_.tell("trim", *trimmed);
  draft_->trim(*trimmed);
}

void Writer::step_second_writer() {
  Result<std::unique_ptr<Session>> second = world_.database.new_session();
  if (!check(second.status(), "new_session()")) return;
  const Status status = (*second)->begin_write();
  if (status.is(sqlstate::kInvalidState)) return;
  if (status.is_ok() || world_.config.tolerance.io_errors == false || !world_.database.stats().poisoned) {
    wrong("a second write transaction in one thread gives " + (status.is_ok() ? "ok" : status.to_string()));
  }
}

// Freeing a page that is not in use is an error of the caller, and fails the transaction.
void Writer::step_provoke_failure() {
  const DbState& now = draft_->now();
  const size_t page = draft_->next_allocation();
  if (page >= now.pages.size()) return;
  const Status status = session_->free(PageNo(static_cast<uint32_t>(page)));
  if (status.is_ok()) return wrong("free() of a free page succeeds");
  if (!status.is(sqlstate::kCorrupted)) {
    check(status, "free() of a free page");
    return;
  }
  stuck_ = session_->failed();
  if (!stuck_) return wrong("free() of a free page does not fail the transaction");
  const Status next = session_->set_schema_version(1);
  if (!next.is(sqlstate::kFailedTransaction)) wrong("a failed transaction accepts a change");
}

// --- Repeating lost transactions ---------------------------------------------------------------------------------------

void Writer::repeat_lost(const std::vector<const DbState*>& states) {
  if (!open_session()) return;
  const uint64_t begun_at = world_.history.last();
  for (size_t i = 1; i < states.size() && !world_.verdict.failed(); ++i) {
    if (!check(session_->begin_write(), "begin_write()")) return;
    base_ = session_->snapshot().value;
    stuck_ = false;
    draft_.emplace(world_.store, world_.history.state(base_));
    // Somebody else came first, or the one before could not be repeated: then it is another transaction.
    const bool same_base =
        base_ == begun_at + i - 1 && same_state(draft_->now(), *states[i - 1], world_.page_bytes());
    if (same_base) repeat_transition(*states[i - 1], *states[i]);
    if (world_.verdict.failed()) return;
    if (stuck_) {
      end_by_rollback();
    } else {
      end_by_commit(random_.chance(700) ? Durability::kFull : Durability::kRelaxed);
    }
    draft_.reset();
    if (!same_base || !random_.chance(600)) return;
  }
}

void Writer::repeat_transition(const DbState& from, const DbState& to) {
  for (size_t page = 0; page < from.pages.size(); ++page) {
    if (!from.in_use(page) || to.in_use(page)) continue;
    if (!check(session_->free(PageNo(static_cast<uint32_t>(page))), "free()")) return;
    draft_->free(page);
  }
  for (size_t page = 0; page < to.pages.size(); ++page) {
    if (!to.in_use(page) || to.pages[page]->bytes == nullptr) continue;
    if (from.in_use(page) && from.pages[page] == to.pages[page]) continue;
    const std::byte* target = to.pages[page]->bytes;
    PageNo number(static_cast<uint32_t>(page));
    if (!from.in_use(page)) {
      if (draft_->next_allocation() != page) return;
      Result<PageWriter> writer = session_->allocate(page_owner(target), page_type(target), &number);
      if (!check(writer.status(), "allocate()")) return;
      draft_->allocate(page, page_owner(target), page_type(target));
      apply_difference(target, world_.page_bytes(), *writer);
    } else {
      // Freed and allocated again, perhaps as another type: not repeated.
      if (std::memcmp(from.pages[page]->bytes + 16, target + 16, 16) != 0) continue;
      Result<PageWriter> writer = session_->change(number);
      if (!check(writer.status(), "change()")) return;
      apply_difference(target, world_.page_bytes(), *writer);
    }
    std::memcpy(draft_->change(page), target, world_.page_bytes());
  }
  if (to.catalog_root != from.catalog_root &&
      check(session_->set_catalog_root(to.catalog_root), "set_catalog_root()")) {
    draft_->set_catalog_root(to.catalog_root);
  }
}

}  // namespace ddb::sim
