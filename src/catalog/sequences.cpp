// sequences: counting, and marks written behind.
#include "catalog/sequences.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "base/faults.h"

namespace ddb {
namespace {

std::string quoted(const SequenceDef& sequence) { return '"' + sequence.name + '"'; }

// The value after `last`. 2200H.
Result<int64_t> next_value(const SequenceDef& sequence, int64_t last) {
  int64_t next = 0;
  const bool overflows = __builtin_add_overflow(last, sequence.increment, &next);
  const bool up = sequence.increment > 0;
  if (!overflows && (up ? next <= sequence.max : next >= sequence.min)) return next;
  if (sequence.cycle) return up ? sequence.min : sequence.max;
  const int64_t limit = up ? sequence.max : sequence.min;
  return Status::error(sqlstate::kSequenceLimit, std::string("nextval: reached ") +
                                                     (up ? "maximum" : "minimum") + " value of sequence " +
                                                     quoted(sequence) + " (" + std::to_string(limit) + ")");
}

}  // namespace

Result<int64_t> SequenceValues::currval(const SequenceDef& sequence) const {
  const auto at = values_.find(sequence.id);
  if (at != values_.end()) return at->second;
  return Status::error(sqlstate::kNotInState,
                       "currval of sequence " + quoted(sequence) + " is not yet defined in this session");
}

Result<int64_t> SequenceValues::lastval() const {
  const auto at = values_.find(last_);
  if (at != values_.end()) return at->second;
  return Status::error(sqlstate::kNotInState, "lastval is not yet defined in this session");
}

Status Sequences::ensure(Session& session, const Catalog& catalog, const SequenceDef& sequence) {
  {
    MutexLock lock(mutex_);
    if (counters_.contains(sequence.id)) return Status::ok();
  }
  // Not under the lock, because it reads pages. Whoever comes first enters it; until then nobody moved it, so that every snapshot
  // that has the sequence has its newest mark.
  DDB_TRY(const std::optional<SequenceMark> stored, read_mark(session, catalog.roots().marks, sequence.id));
  Counter counter;
  counter.mark = stored ? *stored : SequenceMark{sequence.start, false};
  MutexLock lock(mutex_);
  counters_.try_emplace(sequence.id, counter);
  return Status::ok();
}

Sequences::Counter& Sequences::counter_of(const Catalog& catalog, SequenceId id) {
  Counter& counter = counters_[id];
  counter.seen_version = std::max(counter.seen_version, catalog.version());
  return counter;
}

void Sequences::note_moved(SequenceId id, Counter& counter) {
  if (counter.moved) return;
  moved_.push_back(id);
  counter.moved = true;
}

Result<int64_t> Sequences::nextval(Session& session, const Catalog& catalog, const SequenceDef& sequence,
                                   SequenceValues& values) {
  DDB_RETURN_IF_ERROR(ensure(session, catalog, sequence));
  int64_t value = 0;
  {
    MutexLock lock(mutex_);
    Counter& counter = counter_of(catalog, sequence.id);
    value = counter.mark.value;
    if (counter.mark.called) {
      DDB_TRY(value, next_value(sequence, counter.mark.value));
    }
    note_moved(sequence.id, counter);
    counter.mark = {value, true};
  }
  values.note(sequence.id, value);
  return value;
}

Result<int64_t> Sequences::setval(Session& session, const Catalog& catalog, const SequenceDef& sequence,
                                  int64_t value, bool called, SequenceValues& values) {
  if (value < sequence.min || value > sequence.max) {
    return Status::error(sqlstate::kNumericOutOfRange,
                         "setval: value " + std::to_string(value) + " is out of bounds for sequence " +
                             quoted(sequence) + " (" + std::to_string(sequence.min) + ".." +
                             std::to_string(sequence.max) + ")");
  }
  DDB_RETURN_IF_ERROR(ensure(session, catalog, sequence));
  {
    MutexLock lock(mutex_);
    Counter& counter = counter_of(catalog, sequence.id);
    note_moved(sequence.id, counter);
    counter.mark = {value, called};
  }
  // As PostgreSQL: currval changes only if the value counts as returned.
  if (called) values.note_set(sequence.id, value);
  return value;
}

Result<SequenceMark> Sequences::position(Session& session, const Catalog& catalog,
                                         const SequenceDef& sequence) {
  DDB_RETURN_IF_ERROR(ensure(session, catalog, sequence));
  MutexLock lock(mutex_);
  return counter_of(catalog, sequence.id).mark;
}

Status Sequences::write_marks(Session& session, const Catalog& catalog) {
  struct Moved {
    SequenceId id;
    SequenceMark mark;
  };
  std::vector<Moved> moved;
  {
    MutexLock lock(mutex_);
    for (const SequenceId id : moved_) moved.push_back({id, counters_[id].mark});
  }
  for (const Moved& sequence : moved) {
    const CatalogEntry* entry = catalog.find(object_id(sequence.id));
    // Dropped, or created by a transaction that was rolled back.
    if (entry == nullptr) continue;
    if (DDB_FAULT(kLoseSequenceMark) && sequence.id == moved.back().id) {
      note_stored(sequence.id, sequence.mark, session.snapshot(), true);
      continue;
    }
    DDB_TRY(const std::optional<SequenceMark> stored, read_mark(session, catalog.roots().marks, sequence.id));
    const bool same = stored && *stored == sequence.mark;
    if (!same) {
      DDB_RETURN_IF_ERROR(put_mark(session, catalog.roots().marks, sequence.id, sequence.mark));
    }
    note_stored(sequence.id, sequence.mark, session.snapshot(), same);
  }
  return Status::ok();
}

void Sequences::note_stored(SequenceId id, const SequenceMark& mark, Lsn base, bool was_there) {
  MutexLock lock(mutex_);
  const auto at = counters_.find(id);
  if (at == counters_.end()) return;
  Counter& counter = at->second;
  if (!was_there) counter.written_base = base;
  // A transaction that began at this base may have written what was read, and may yet be rolled back. Whoever moved the sequence
  // meanwhile writes it again.
  if (!was_there || counter.written_base == base || !(counter.mark == mark)) return;
  counter.moved = false;
  std::erase(moved_, id);
}

bool Sequences::outstanding() {
  MutexLock lock(mutex_);
  return !moved_.empty();
}

void Sequences::forget_missing(const Catalog& committed) {
  MutexLock lock(mutex_);
  for (auto at = counters_.begin(); at != counters_.end();) {
    // A version above the committed one may be of a transaction that is still running.
    const bool gone =
        at->second.seen_version <= committed.version() && committed.find(object_id(at->first)) == nullptr;
    if (gone) std::erase(moved_, at->first);
    at = gone ? counters_.erase(at) : std::next(at);
  }
}

}  // namespace ddb
