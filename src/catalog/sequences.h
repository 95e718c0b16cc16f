// sequences: where every sequence of one database stands. Keeps: nextval never returns a value that it returned before (without CYCLE
// and setval), whatever was rolled back meanwhile.
//
// A counter is in memory. Its mark (the last value returned) is a row of the mark tree, which write_marks() brings up to date in each
// write transaction before its commit: one small change a sequence that moved, no new schema version.
//
//   unknown ──first use: stored mark, or the start──▶ known ──nextval, setval──▶ moved ──write_marks()──▶ written
//   written ──write_marks() of a later transaction finds the row equal──▶ known;  it was rolled back, or it moved on: ──▶ written anew
//
// After a crash: a transaction that was durable keeps every value that any session had been given when that transaction called
// write_marks(), and the sequences return none of them again. Values given out later, whose sessions never committed a write, can be
// given again; the engine that must not do that (SELECT nextval alone) commits a write transaction with the marks when outstanding().
// setval moves a sequence wherever it says, backwards too, at once and whatever becomes of the transaction, as PostgreSQL's.
//
// Thread-safe. Memory: 64 bytes a sequence used.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/mutex.h"
#include "base/status.h"
#include "catalog/catalog.h"
#include "catalog/catalog_trees.h"
#include "catalog/sequence_def.h"
#include "txn/session.h"

namespace ddb {

// What one connection was given: for currval and lastval. For one thread.
class SequenceValues {
 public:
  void note(SequenceId id, int64_t value) {
    values_[id] = value;
    last_ = id;
  }
  // 55000 if nextval has not returned anything here.
  Result<int64_t> currval(const SequenceDef& sequence) const;
  Result<int64_t> lastval() const;
  void note_set(SequenceId id, int64_t value) { values_[id] = value; }

 private:
  std::map<SequenceId, int64_t> values_;
  SequenceId last_;
};

class Sequences {
 public:
  explicit Sequences(Runtime& runtime) : mutex_(runtime) {}

  // The next value, also of a transaction that only reads. `sequence` is of `catalog`, which the session sees. 2200H at the limit without
  // CYCLE; XX001; the session's errors. Throws std::bad_alloc.
  Result<int64_t> nextval(Session& session, const Catalog& catalog, const SequenceDef& sequence,
                          SequenceValues& values);
  // Next comes the one after `value`, or `value` itself if not `called`. 22003 outside of the sequence's bounds; as nextval.
  Result<int64_t> setval(Session& session, const Catalog& catalog, const SequenceDef& sequence, int64_t value,
                         bool called, SequenceValues& values);
  // Where it stands. As nextval.
  Result<SequenceMark> position(Session& session, const Catalog& catalog, const SequenceDef& sequence);

  // Stores the marks of all sequences of `catalog` that moved since they were stored. REQUIRES: the session is writing and sees
  // `catalog`; nothing but the commit follows. The session's errors. Throws std::bad_alloc.
  Status write_marks(Session& session, const Catalog& catalog);
  // Whether there may be marks to write: false is certain.
  bool outstanding();

  // Forgets sequences that a committed catalog no longer has: dropped, or created by what was rolled back. REQUIRES: no session of
  // an older snapshot uses them any more; else they start at their stored mark. For hosts that create sequences all the time.
  void forget_missing(const Catalog& committed);

 private:
  struct Counter {
    SequenceMark mark;
    uint64_t seen_version = 0;  // newest catalog that it was used with
    Lsn written_base;           // of the transaction that wrote the mark last
    bool moved = false;         // `mark` may not be stored: its id is in moved_
  };

  // The counter, read from its mark if it is new.
  Status ensure(Session& session, const Catalog& catalog, const SequenceDef& sequence);
  Counter& counter_of(const Catalog& catalog, SequenceId id) DDB_REQUIRES(mutex_);
  void note_moved(SequenceId id, Counter& counter) DDB_REQUIRES(mutex_);
  void note_stored(SequenceId id, const SequenceMark& mark, Lsn base, bool was_there);

  Mutex mutex_;
  std::unordered_map<SequenceId, Counter> counters_ DDB_GUARDED_BY(mutex_);
  std::vector<SequenceId> moved_ DDB_GUARDED_BY(mutex_);
};

}  // namespace ddb
