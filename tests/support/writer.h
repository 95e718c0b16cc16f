// writer: seeded write transactions over a session, each step compared with the draft that models it.
//
//   run_one():  [read transaction -> upgrade] -> begin -> steps -> commit full | commit relaxed | rollback
//
// Used by the fibers of a simulation and, without a scheduler, by the universes that a recovery check continues.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/seeded_random.h"
#include "support/draft.h"
#include "support/world.h"

namespace ddb::sim {

class Writer {
 public:
  Writer(World& world, uint64_t seed) : world_(world), random_(seed) {}
  ~Writer();

  // One transaction from begin to end. What is wrong goes to the verdict.
  void run_one();
  // Repeats, from the state they were made on, transactions that a crash has lost: an application does that too.
  // states[0] is the recovered state, states[i] what the i-th lost commit made of it.
  void repeat_lost(const std::vector<const DbState*>& states);
  uint64_t committed() const { return committed_; }

 private:
  enum class Shape { kSmall, kMixed, kLarge, kBulk, kFree, kEmpty };
  struct Held {  // a guard kept over other steps, and what it must go on showing
    PageRef page;
    std::vector<std::byte> bytes;
    size_t number;
  };

  bool begin();
  bool begin_by_upgrade(Isolation isolation, uint64_t timeout_ns);
  void end_reading();
  bool open_session();
  void close_session();
  Shape draw_shape();
  void steps(Shape shape);
  void step(Shape shape);
  void end();
  void end_by_commit(Durability durability);
  void after_commit(Lsn lsn, Durability durability);
  void end_by_rollback();

  void step_bulk();
  void step_change(bool whole);
  void step_allocate();
  void step_free();
  void step_read();
  void step_read_root();
  void step_is_allocated();
  void step_root();
  void step_savepoint();
  void step_rollback_to();
  void step_release();
  void step_write_direct();
  void step_write_over();
  void step_trim();
  void step_provoke_failure();
  // A session's second write transaction in the same thread must be refused.
  void step_second_writer();

  void repeat_transition(const DbState& from, const DbState& to);

  std::optional<size_t> draw_page();
  size_t pages_in_use() const;
  bool check(const Status& status, const char* call, uint32_t allowed = kAllowNothing);
  void check_held();
  void drop_held();
  void compare_private(const std::byte* data, size_t page, const char* call);
  void wrong(const std::string& what) { world_.wrong(what); }

  World& world_;
  SeededRandom random_;
  std::unique_ptr<Session> session_;
  std::optional<Draft> draft_;
  uint64_t base_ = 0;
  std::vector<Held> held_;
  bool stuck_ = false;  // failed, and no savepoint to return to
  uint64_t committed_ = 0;
};

}  // namespace ddb::sim
