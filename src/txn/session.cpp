// session: transactions and reading.
#include "txn/session.h"
#include "txn/database.h"

#include <algorithm>
#include <bit>
#include <string>

#include "base/faults.h"
#include "txn/store.h"
#include "txn/write_state.h"

namespace ddb {
namespace {
Status wrong_state(const char* text) { return Status::error(sqlstate::kInvalidState, text); }
}  // namespace

Session::Session(Store& store, ReaderSlot* slot)
    : store_(store),
      slot_(slot),
      frames_(store.cache->frames().frame(0)),
      checked_(store.cache->frames().checked_flags()),
      page_shift_(static_cast<uint32_t>(std::countr_zero(store.cache->page_bytes()))) {}

uint32_t Session::content_bytes() const { return page_bytes() - store_.reserved_bytes(); }

const std::byte* Session::expect_read(PageNo first, uint32_t pages) {
  if (state_ == State::kIdle || !store_.usable()) return nullptr;
  if (state_ == State::kWriting) {
    if (const PrivatePage* own = write_->find(first); own != nullptr) return own->data;
  }
  uint32_t pin = kNoPin;
  if (const std::byte* data = store_.cache->find_cached(*slot_, first, snapshot_.value, &pin);
      data != nullptr) {
    slot_->unpin(pin);
    return data;
  }
  store_.cache->expect_read(first, pages);
  return nullptr;
}

FramePin Session::frame_pin(uint32_t pin) { return FramePin(&slot_->pins[pin], &slot_->free_pins, pin); }

Session::~Session() {
  if (state_ != State::kIdle) (void)rollback().is_ok();
  write_.reset();
  store_.cache->release_slot(slot_);
  store_.sessions.fetch_sub(1, std::memory_order_release);
}

Status Session::check_usable() const { return store_.check_usable(); }

Status Session::take_snapshot() {
  // The only wait of a reader: its own last commit may be appended but not visible yet.
  if (last_commit_.value > store_.horizon.load(std::memory_order_acquire)) [[unlikely]] {
    DDB_RETURN_IF_ERROR(store_.log.load(std::memory_order_acquire)->wait_visible(last_commit_));
  }
  snapshot_ = Lsn(store_.cache->publish_snapshot(*slot_));
  return Status::ok();
}

void Session::end_snapshot() {
  slot_->snapshot.store(0, std::memory_order_release);
  state_ = State::kIdle;
  failed_ = false;
}

Status Session::begin_read(Isolation isolation) {
  DDB_RETURN_IF_ERROR(check_usable());
  if (state_ != State::kIdle) return wrong_state("a transaction is already open in this session");
  DDB_RETURN_IF_ERROR(take_snapshot());
  isolation_ = isolation;
  state_ = State::kReading;
  return Status::ok();
}

Status Session::refresh() {
  DDB_RETURN_IF_ERROR(check_usable());
  if (state_ != State::kReading || isolation_ != Isolation::kReadCommitted) {
    return wrong_state("only a read transaction under read committed takes a new snapshot");
  }
  return take_snapshot();
}

Status Session::begin_write(Isolation isolation, uint64_t timeout_ns) {
  DDB_RETURN_IF_ERROR(check_usable());
  if (state_ == State::kWriting) return wrong_state("the session is writing already");
  if (store_.options.read_only) {
    return Status::error(sqlstate::kReadOnly, "the database is open read-only")
        .with_hint("open it without read_only");
  }
  DDB_RETURN_IF_ERROR(store_.poison.cause());
  store_.checkpointer.throttle();
  const uint64_t deadline = timeout_ns >= kNoDeadline - store_.runtime.now_ns()
                                ? kNoDeadline
                                : store_.runtime.now_ns() + timeout_ns;
  DDB_RETURN_IF_ERROR(store_.queue.acquire(deadline));
  Status ready = store_.poison.cause();
  try {
    if (ready.is_ok()) ready = store_.start_writing();
    if (ready.is_ok() && write_ == nullptr) write_ = std::make_unique<WriteState>(*store_.cache, *slot_);
  } catch (const std::bad_alloc&) {
    ready = Status::out_of_memory();
  }
  const uint64_t base = store_.appended.load(std::memory_order_acquire);
  if (ready.is_ok() && state_ == State::kReading && isolation_ == Isolation::kRepeatableRead &&
      base != snapshot_.value) {
    store_.serialization_failures.fetch_add(1, std::memory_order_relaxed);
    ready = Status::error(sqlstate::kSerialization,
                          "could not serialize access: something was committed since the snapshot")
                .with_hint("roll back and retry the transaction");
  }
  if (!ready.is_ok()) {
    store_.queue.release();
    return ready;
  }
  if (state_ == State::kIdle) isolation_ = isolation;
  write_->begin(base, store_.alloc_hint);
  slot_->exempt.store(true, std::memory_order_release);
  slot_->snapshot.store(
      base, std::memory_order_release);  // newest versions: they cannot die while we hold the lock
  slot_->ended.store(0, std::memory_order_release);
  snapshot_ = Lsn(base);
  state_ = State::kWriting;
  failed_ = false;
  return Status::ok();
}

Status Session::rollback() {
  DDB_RETURN_IF_ERROR(check_usable());
  if (state_ == State::kIdle) return wrong_state("no transaction is open in this session");
  if (state_ == State::kReading) {
    end_snapshot();
    return Status::ok();
  }
  store_.rollbacks.fetch_add(1, std::memory_order_relaxed);
  return end_write(false);
}

// Ends the write transaction: private pages back, lock free. Without a commit, waits until what it read is durable.
Status Session::end_write(bool committed) {
  const Lsn base(write_->base_lsn());
  if (!committed) store_.alloc_hint = std::min(store_.alloc_hint, write_->lowest_hint());
  write_->clear();
  slot_->exempt.store(false, std::memory_order_release);
  end_snapshot();
  store_.queue.release();
  if (committed || store_.in_memory() || DDB_FAULT(kFailedReturnsEarly)) return Status::ok();
  if (store_.horizon.load(std::memory_order_acquire) >= base.value) return Status::ok();
  return store_.log.load(std::memory_order_acquire)->wait_visible(base);
}

Status Session::fail(Status status) {
  failed_ = true;
  failed_level_ = write_->depth();
  return status;
}

Result<PageRef> Session::read(PageNo page) {
  if (state_ == State::kReading && store_.usable()) [[likely]] {
    uint32_t pin = kNoPin;
    const std::byte* data = store_.cache->find_cached(*slot_, page, snapshot_.value, &pin);
    if (data != nullptr && slot_->ended.load(std::memory_order_acquire) == 0) [[likely]] {
      ++hits_;
      return PageRef(data, frame_pin(pin));
    }
    if (data != nullptr) slot_->unpin(pin);
  } else if (state_ == State::kWriting && store_.usable()) {
    uint32_t pin = kNoPin;
    if (const PrivatePage* own = write_->find(page); own == nullptr) {
      const std::byte* data = store_.cache->find_cached(*slot_, page, snapshot_.value, &pin);
      if (data != nullptr) {
        ++hits_;
        return PageRef(data, frame_pin(pin));
      }
    } else if (!own->freed && own->data != nullptr && (pin = slot_->pin(own->data)) != kNoPin) {
      return PageRef(own->data, frame_pin(pin));
    }
  }
  return read_slow(page);
}

Result<PageRef> Session::read_slow(PageNo page) {
  DDB_RETURN_IF_ERROR(check_usable());
  if (state_ == State::kIdle) return wrong_state("no transaction is open in this session");
  uint32_t pin = kNoPin;
  try {
    if (state_ == State::kWriting) {
      if (PrivatePage* own = write_->find(page); own != nullptr) {
        if (own->freed) return Status::corruption("page " + std::to_string(page.value) + " is not in use");
        DDB_RETURN_IF_ERROR(write_->make_resident(own, store_.file.get()));
        pin = slot_->pin(own->data);
        if (pin == kNoPin)
          return Status::error(sqlstate::kProgramLimit, "too many pages are held by this session");
        return PageRef(own->data, frame_pin(pin));
      }
      if (const std::byte* data = store_.cache->find_cached(*slot_, page, snapshot_.value, &pin);
          data != nullptr) {
        ++hits_;
        return PageRef(data, frame_pin(pin));
      }
    }
    const FrameUse use = state_ == State::kWriting ? FrameUse::kWriter : FrameUse::kReader;
    DDB_TRY(const std::byte* data, store_.cache->fetch(*slot_, page, snapshot_.value, use, &pin));
    if (slot_->ended.load(std::memory_order_acquire) !=
        0) {  // ended between the fetch and here: the slow path says so
      slot_->unpin(pin);
      return store_.cache->fetch(*slot_, page, snapshot_.value, use, &pin).status();
    }
    return PageRef(data, frame_pin(pin));
  } catch (const std::bad_alloc&) {
    return Status::out_of_memory();
  }
}

Result<uint32_t> Session::page_count() {
  DDB_TRY(const PageRef root, read(kRootPage));
  return load_le<uint32_t>(root.data() + kRootPageCount);
}

Result<PageNo> Session::catalog_root() {
  DDB_TRY(const PageRef root, read(kRootPage));
  return PageNo(load_le<uint32_t>(root.data() + kRootCatalog));
}

Result<uint64_t> Session::schema_version() {
  DDB_TRY(const PageRef root, read(kRootPage));
  return load_le<uint64_t>(root.data() + kRootSchemaVersion);
}

Status Session::set_catalog_root(PageNo page) {
  DDB_TRY(PageWriter root, change(kRootPage));
  store_le<uint32_t>(root.change(kRootCatalog, 4), page.value);
  return Status::ok();
}

Status Session::set_schema_version(uint64_t version) {
  DDB_TRY(PageWriter root, change(kRootPage));
  store_le<uint64_t>(root.change(kRootSchemaVersion, 8), version);
  return Status::ok();
}

uint32_t Session::savepoint_depth() const { return state_ == State::kWriting ? write_->depth() : 0; }

Result<uint32_t> Session::savepoint() {
  DDB_RETURN_IF_ERROR(check_writable());
  if (write_->depth() >= store_.options.savepoint_depth_max) {
    return fail(Status::error(sqlstate::kProgramLimit, "savepoints are nested " +
                                                           std::to_string(write_->depth()) +
                                                           " deep, the limit is savepoint_depth_max"));
  }
  if (Status pushed = write_->push_savepoint(); !pushed.is_ok()) return fail(std::move(pushed));
  return write_->depth();
}

Status Session::rollback_to(uint32_t depth) {
  DDB_RETURN_IF_ERROR(check_usable());
  if (state_ != State::kWriting) return wrong_state("no write transaction is open in this session");
  if (depth == 0 || depth > write_->depth())
    return Status::error(sqlstate::kBadSavepoint, "no such savepoint");
  write_->rollback_to(depth);
  store_.alloc_hint = std::min(store_.alloc_hint, write_->lowest_hint());
  if (failed_ && failed_level_ >= depth) failed_ = false;
  return Status::ok();
}

Status Session::release(uint32_t depth) {
  DDB_RETURN_IF_ERROR(check_writable());
  if (depth == 0 || depth > write_->depth())
    return fail(Status::error(sqlstate::kBadSavepoint, "no such savepoint"));
  write_->release(depth);
  return Status::ok();
}

}  // namespace ddb
