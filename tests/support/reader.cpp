// reader: the life of a read transaction.
#include "support/reader.h"

namespace ddb::sim {
namespace {
constexpr size_t kHeldMax = 4;  // of several readers at once, in a memory of 64 pages
}

Reader::~Reader() {
  held_.clear();
  session_.reset();
}

bool Reader::check(const Status& status, const char* call) {
  return status.is_ok() || (world_.tolerates(status, call, kAllowEnded), false);
}

bool Reader::begin() {
  if (session_ == nullptr) {
    Result<std::unique_ptr<Session>> session = world_.database.new_session();
    if (!check(session.status(), "new_session()")) return false;
    session_ = std::move(*session);
  }
  isolation_ = random_.chance(500) ? Isolation::kRepeatableRead : Isolation::kReadCommitted;
  const uint64_t visible = world_.history.kill_floor();
  return check(session_->begin_read(isolation_), "begin_read()") && take_snapshot("begin_read()", visible);
}

bool Reader::take_snapshot(const char* call, uint64_t visible_before) {
  snapshot_ = session_->snapshot().value;
  if (snapshot_ < visible_before) {
    world_.wrong(std::string(call) + " gives snapshot " + std::to_string(snapshot_) + ", visible is " +
                 std::to_string(visible_before));
    return false;
  }
  world_.wrong_unless_empty(call, world_.history.see(snapshot_));
  if (world_.verdict.failed()) return false;
  settle_open_outcome(world_, *session_, snapshot_);
  if (!world_.history.has(snapshot_)) {
    world_.wrong("a visible LSN was taken back");
    return false;
  }
  state_ = &world_.history.state(snapshot_);
  return true;
}

void Reader::check_held() {
  for (const Held& held : held_) {
    if (same_content(held.page.data(), held.image->bytes, world_.page_bytes())) continue;
    world_.wrong("a page reference to page " + std::to_string(held.number) + " changed while it was held");
  }
}

bool Reader::read_page() {
  const size_t page = random_.below(state_->pages.size());
  if (!state_->in_use(page) || state_->pages[page]->bytes == nullptr) return true;
  Result<PageRef> read = session_->read(PageNo(static_cast<uint32_t>(page)));
  if (!check(read.status(), "read()")) return false;
  const std::string difference =
      snapshot_page_difference(read->data(), page, *state_->pages[page], snapshot_, world_.page_bytes());
  world_.wrong_unless_empty("read()", difference);
  if (held_.size() < kHeldMax && random_.chance(150)) {
    held_.push_back({std::move(*read), state_->pages[page], page});
  }
  return difference.empty();
}

bool Reader::step(uint64_t count) {
  if (count == 0) {
    Status failed;
    const std::string difference =
        state_difference(*session_, *state_, snapshot_, world_.page_bytes(), &failed);
    world_.wrong_unless_empty("full scan", difference);
    return check(failed, "read() of a full scan") && difference.empty();
  }
  if (isolation_ == Isolation::kReadCommitted && random_.chance(100)) {
    const uint64_t visible = world_.history.kill_floor();
    return check(session_->refresh(), "refresh()") && take_snapshot("refresh()", visible);
  }
  if (random_.chance(60)) {
    check_held();
    held_.clear();
  }
  return read_page();
}

void Reader::run_one() {
  if (begin()) {
    const bool is_long = random_.chance(250);
    const uint64_t steps = is_long ? 20 + random_.below(120) : random_.below(8);
    for (uint64_t i = 0; i < steps && !world_.verdict.failed(); ++i) {
      if (is_long && world_.over()) break;
      if (random_.chance(is_long ? 800 : 300)) world_.yield();
      // A session idles inside a transaction now and then, so that its snapshot grows old.
      if (is_long && random_.chance(20)) world_.pause(random_.below(world_.config.workload.idle_ns_max));
      if (!step(random_.below(40))) break;
    }
  }
  check_held();
  held_.clear();
  if (world_.verdict.failed() || session_ == nullptr) return;
  if (session_->in_transaction()) {
    if (random_.chance(500)) {
      Result<Lsn> end = session_->commit();
      if (check(end.status(), "commit() of a reader") && end->value != snapshot_) {
        world_.wrong("commit() of a reader returns another LSN than its snapshot");
      }
    } else {
      check(session_->rollback(), "rollback() of a reader");
    }
  }
  if (random_.chance(100)) session_.reset();
}

}  // namespace ddb::sim
