// writer: beginning and ending transactions. The steps inside them are in writer_steps.cpp.
#include "support/writer.h"

#include "support/page_changes.h"

namespace ddb::sim {

Writer::~Writer() {
  held_.clear();
  session_.reset();
}

bool Writer::open_session() {
  if (session_ != nullptr) return true;
  Result<std::unique_ptr<Session>> session = world_.database.new_session();
  if (!session.is_ok()) {
    world_.tolerates(session.status(), "new_session()");
    return false;
  }
  session_ = std::move(*session);
  return true;
}

void Writer::close_session() {
  drop_held();
  session_.reset();
}

bool Writer::check(const Status& status, const char* call, uint32_t allowed) {
  if (status.is_ok()) return true;
  if (!world_.tolerates(status, call, allowed | (stuck_ ? kAllowFailed : kAllowNothing))) return false;
  if (session_ != nullptr && session_->writing() && session_->failed()) stuck_ = true;
  return false;
}

void Writer::run_one() {
  stuck_ = false;
  if (!open_session() || !begin()) {
    end_reading();
    return;
  }
  const uint64_t base = base_ = session_->snapshot().value;
  world_.wrong_unless_empty("begin_write()", world_.history.enter_write(base));
  if (world_.verdict.failed()) return;
  world_.tell("writes on LSN", base);
  settle_open_outcome(world_, *session_, base);
  stuck_ = session_->failed();
  draft_.emplace(world_.store, world_.history.state(base));
  steps(draw_shape());
  if (!world_.verdict.failed()) end();
  draft_.reset();
  if (random_.chance(80)) close_session();
}

void Writer::end_reading() {
  drop_held();
  if (session_ == nullptr || !session_->in_transaction()) return;
  if (session_->writing()) return wrong("begin_write() failed, yet the session is writing");
  const Status status = session_->rollback();
  if (!status.is_ok()) world_.tolerates(status, "rollback() of a reader");
}

bool Writer::begin() {
  const bool limited =
      world_.runtime.coop() != nullptr && random_.chance(world_.config.workload.timeout_chance);
  const uint64_t timeout_ns = limited ? random_.below(3'000'000) : kNoDeadline;
  const Isolation isolation = random_.chance(500) ? Isolation::kRepeatableRead : Isolation::kReadCommitted;
  if (random_.chance(world_.config.workload.upgrade_chance)) return begin_by_upgrade(isolation, timeout_ns);
  const uint64_t visible = world_.history.kill_floor();
  const Status status = session_->begin_write(isolation, timeout_ns);
  if (!check(status, "begin_write()", limited ? kAllowTimeout : kAllowNothing)) {
    if (session_->in_transaction()) wrong("begin_write() failed, yet a transaction is open");
    return false;
  }
  if (session_->snapshot().value < visible) wrong("begin_write() starts below the horizon");
  return true;
}

bool Writer::begin_by_upgrade(Isolation isolation, uint64_t timeout_ns) {
  const uint64_t visible = world_.history.kill_floor();
  if (!check(session_->begin_read(isolation), "begin_read()")) return false;
  const uint64_t snapshot = session_->snapshot().value;
  if (snapshot < visible || snapshot < session_->last_commit().value) {
    wrong("begin_read() gives snapshot " + std::to_string(snapshot) + ", visible is " +
          std::to_string(visible));
    return false;
  }
  world_.wrong_unless_empty("begin_read()", world_.history.see(snapshot));
  if (world_.verdict.failed()) return false;
  settle_open_outcome(world_, *session_, snapshot);
  draft_.emplace(world_.store, world_.history.state(snapshot));
  for (uint64_t reads = random_.below(3); reads > 0; --reads) {
    world_.yield();
    step_read();
  }
  const uint32_t allowed = (timeout_ns != kNoDeadline ? kAllowTimeout : kAllowNothing) |
                           (isolation == Isolation::kRepeatableRead ? kAllowSerialization : kAllowNothing) |
                           kAllowEnded;
  const Status status = session_->begin_write(isolation, timeout_ns);
  if (!check(status, "begin_write() as an upgrade", allowed)) {
    // The condition of 40001 is that somebody appended after the snapshot.
    if (status.is(sqlstate::kSerialization) && !world_.history.has(snapshot + 1)) {
      wrong("40001, but nothing was appended after snapshot " + std::to_string(snapshot));
    }
    if (!world_.verdict.failed() && !status.is(sqlstate::kSnapshotTooOld)) step_read();
    return false;
  }
  if (isolation == Isolation::kRepeatableRead && session_->snapshot().value != snapshot) {
    wrong("the upgrade of a repeatable-read transaction moved its snapshot");
  }
  return true;
}

Writer::Shape Writer::draw_shape() {
  const WorkloadConfig& work = world_.config.workload;
  if (pages_in_use() * 4 < work.pages_target * 3u || random_.chance(work.bulk_chance)) return Shape::kBulk;
  if (pages_in_use() >= work.pages_max) return Shape::kFree;
  if (random_.chance(work.large_chance)) return Shape::kLarge;
  switch (random_.below(12)) {
    case 0:
      return Shape::kEmpty;
    case 1:
      return Shape::kFree;
    case 2:
    case 3:
    case 4:
    case 5:
      return Shape::kMixed;
    default:
      return Shape::kSmall;
  }
}

void Writer::end() {
  check_held();
  if (random_.chance(500)) drop_held();
  if (random_.chance(15)) {
    // Destroying the session rolls back.
    draft_.reset();
    close_session();
    return;
  }
  if (random_.chance(world_.config.workload.rollback_chance) || (stuck_ && random_.chance(600))) {
    end_by_rollback();
  } else {
    end_by_commit(random_.chance(world_.config.workload.relaxed_chance) ? Durability::kRelaxed
                                                                        : Durability::kFull);
  }
  if (session_->in_transaction()) wrong("the transaction has ended, yet the session is in one");
  check_held();
  drop_held();
}

void Writer::end_by_rollback() {
  const Status status = session_->rollback();
  world_.tell("rollback", status.is_ok());
  if (!check(status, "rollback()")) return;
  // What the transaction read is known outside now.
  if (world_.database.poisoned().is_ok()) world_.wrong_unless_empty("rollback()", world_.history.see(base_));
}

void Writer::end_by_commit(Durability durability) {
  if (!world_.database.poisoned().is_ok()) {  // nothing can be committed any more, and no LSN is at stake
    const uint32_t allowed = session_->failed() ? kAllowFailed : kAllowNothing;
    Result<Lsn> result = session_->commit(durability);
    if (result.is_ok() && result->value != base_)
      return wrong("commit() succeeds although the database is poisoned");
    if (!result.is_ok()) world_.tolerates(result.status(), "commit()", allowed);
    return;
  }
  const uint64_t lsn = base_ + 1;
  const bool changed = !same_state(draft_->base(), draft_->now(), world_.page_bytes());
  const bool failed = session_->failed();
  const DbState* with = world_.store.make_state(draft_->finished(lsn));
  uint64_t token = 0;
  world_.wrong_unless_empty(
      "commit()", world_.history.enter_commit(base_, with, durability == Durability::kFull, &token));
  if (world_.verdict.failed()) return;
  world_.tell("commit, full:", durability == Durability::kFull, lsn);
  Result<Lsn> result = session_->commit(durability);
  world_.tell("committed, ok, LSN:", result.is_ok(), result.is_ok() ? result->value : 0);
  if (world_.verdict.failed()) return;
  if (!result.is_ok()) {
    const Status status = result.status();
    if (status.is(sqlstate::kOutcomeUnknown)) {
      world_.history.leave_unknown(lsn, token);
    } else {
      world_.history.withdraw(lsn, token);
    }
    const uint32_t allowed =
        (world_.config.tolerance.transaction_bytes ? kAllowProgramLimit : kAllowNothing) |
        (failed ? kAllowFailed : kAllowNothing);
    const bool fine = world_.tolerates(status, "commit()", allowed);
    if (fine && world_.database.poisoned().is_ok()) {
      world_.wrong_unless_empty("failed commit()", world_.history.see(base_));
    }
    return;
  }
  if (failed) return wrong("commit() of a failed transaction succeeds");
  if (result->value == base_) {
    if (changed) return wrong("commit() of changes returns its base, LSN " + std::to_string(base_));
    world_.history.withdraw(lsn, token);
    world_.wrong_unless_empty("commit() without changes", world_.history.see(base_));
    return;
  }
  if (result->value != lsn) {
    return wrong("commit() returns LSN " + std::to_string(result->value) + ", expected " +
                 std::to_string(lsn));
  }
  world_.wrong_unless_empty("commit()", world_.history.acknowledge(lsn, token, world_.runtime.now_ns()));
  after_commit(*result, durability);
}

void Writer::after_commit(Lsn lsn, Durability durability) {
  ++committed_;
  if (session_->last_commit() != lsn) return wrong("last_commit() is not the commit");
  if (durability == Durability::kRelaxed && random_.chance(100)) {
    const Status status = world_.database.wait_durable(lsn);
    if (check(status, "wait_durable()", kAllowUnknown)) world_.history.make_durable(lsn.value);
  }
}

}  // namespace ddb::sim
