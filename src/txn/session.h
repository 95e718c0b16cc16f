// session: one reader slot and at most one transaction at a time. Belongs to one thread at a time.
//
//   idle --begin_read--> reading --begin_write--> writing --commit/rollback--> idle
//   idle --begin_write--> writing;  reading --commit/rollback--> idle
//
// A failed page change leaves the transaction usable only for rollback or rollback_to (25P02), as SQL wants it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "base/ids.h"
#include "base/runtime.h"
#include "base/status.h"
#include "format/page.h"
#include "txn/page_guard.h"

namespace ddb {

struct Store;  // everything behind a Database
struct ReaderSlot;
class WriteState;
struct PrivatePage;

enum class Isolation {
  kReadCommitted,   // refresh() takes a new snapshot per statement; an upgrade to writing always works
  kRepeatableRead,  // one snapshot; an upgrade is 40001 if anything was appended since
};
enum class Durability {
  kFull,     // acknowledged and visible once synced
  kRelaxed,  // acknowledged and visible once appended and all earlier full commits are synced
};

// Aligned, so that two sessions never share a cache line: reads count hits in theirs.
class alignas(128) Session {
 public:
  ~Session();  // rolls back
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // --- Transactions

  // Takes a snapshot: the newest visible LSN, never below this session's own last commit. 25000 if a transaction is open.
  Status begin_read(Isolation isolation = Isolation::kReadCommitted);
  // A new snapshot for the next statement. 25000 unless reading under kReadCommitted. PageRefs stay valid.
  Status refresh();
  // Takes the write lock, in order of arrival. Alone, or as the upgrade of an open read transaction: then 40001 if its
  // isolation is kRepeatableRead and anything was appended since its snapshot (the read transaction goes on).
  // 55P03 when timeout_ns passes first, 53400 queue full, 25000 if this thread already holds the write lock, 25006
  // read-only, the poison's cause if poisoned.
  Status begin_write(Isolation isolation = Isolation::kReadCommitted, uint64_t timeout_ns = kNoDeadline);
  // Ends the transaction. Writing: returns when the commit is acknowledged as `durability` says, with its LSN (without
  // changes: the LSN of the snapshot). Errors: 53100/53200/54000/58030 (rolled back), 25P02 (was failed, rolled back),
  // 08007 (outcome unknown, the database is poisoned). In every case the transaction has ended.
  Result<Lsn> commit(Durability durability = Durability::kFull);
  // Ends the transaction without effect; returns once the horizon covers its base.
  Status rollback();

  bool in_transaction() const { return state_ != State::kIdle; }
  bool writing() const { return state_ == State::kWriting; }
  bool failed() const { return failed_; }
  Lsn snapshot() const { return snapshot_; }  // REQUIRES: in a transaction
  Lsn last_commit() const { return last_commit_; }

  // --- Pages

  // The page as of the snapshot, or the transaction's own version of it. 72000 if this reader was ended, XX001 damaged
  // or out of range, 58030, 53200, 54000 more than 32 guards. No system call and no allocation if the page is cached.
  Result<PageRef> read(PageNo page);

  // Whether the layer that owns the page has checked its structure since it came into memory (or was copied from one that
  // was checked). `data`: of a live guard.
  bool is_checked(const std::byte* data) const {
    return checked_flag(data).load(std::memory_order_relaxed) != 0;
  }
  void note_checked(const std::byte* data) { checked_flag(data).store(1, std::memory_order_relaxed); }

  // Says that pages will be read soon. In memory: where the first one lies, to prefetch its lines, never to read them;
  // null otherwise, and the operating system was told. Waits for nothing.
  const std::byte* expect_read(PageNo first, uint32_t pages = 1);

  uint32_t page_bytes() const { return uint32_t{1} << page_shift_; }
  uint32_t content_bytes() const;  // page bytes minus reserved bytes

  // --- Writing (25000 unless writing, 25P02 if failed). An error other than 25000 fails the transaction.

  // The layers above found that pages do not fit together, or ran out of memory between two changes: only rollback is left.
  // Returns `cause`; does nothing more unless writing.
  Status fail_transaction(Status cause) { return writing() ? fail(std::move(cause)) : cause; }
  // The transaction's private copy of a page in use.
  Result<PageWriter> change(PageNo page);
  // A zeroed page of the given owner and type (its header is set); the lowest free number. 54000 at 2^32 - 2 pages.
  Result<PageWriter> allocate(TreeId owner, PageType type, PageNo* page);
  // Gives a page back. Its number may be reused at once by this transaction. XX001 if it is not in use.
  Status free(PageNo page);
  // True if the free map of the transaction's state says the page is in use.
  Result<bool> is_allocated(PageNo page);
  // True if the page is in use and this transaction allocated it. REQUIRES: writing.
  bool allocated_here(PageNo page) const;
  // Moves a page that this transaction allocated to the main file at once (bulk load): it then costs 16 bytes of log.
  // Returns false, and leaves the page private, if a snapshot or the checkpointed state may use its place.
  Result<bool> write_direct(PageNo page);
  // Lowers the page count past free pages at the end, at most `pages_max`; returns how many. The main file shrinks at a later checkpoint.
  Result<uint32_t> trim(uint32_t pages_max);

  Result<uint32_t> page_count();  // also of a read transaction
  Result<PageNo> catalog_root();  // kNoPage if none
  Result<uint64_t> schema_version();
  Status set_catalog_root(PageNo page);
  Status set_schema_version(uint64_t version);

  // Savepoints nest; returns the depth of the new one (1…). 54000 beyond savepoint_depth_max. PageWriters taken before
  // savepoint(), rollback_to() or release() must not be used after it (they would change the state that it saves): take them anew.
  Result<uint32_t> savepoint();
  // Undoes everything since savepoint `depth` was set and keeps it. 3B001 if there is none. Clears a failed state that arose after it.
  Status rollback_to(uint32_t depth);
  // Forgets savepoint `depth` and those inside it, keeping their changes. 3B001 if there is none, 25P02 if failed.
  Status release(uint32_t depth);
  uint32_t savepoint_depth() const;

  uint64_t cache_hits() const { return hits_; }

 private:
  friend class Database;
  enum class State : uint8_t { kIdle, kReading, kWriting };
  Session(Store& store, ReaderSlot* slot);
  std::atomic<uint8_t>& checked_flag(const std::byte* data) const {
    return checked_[static_cast<size_t>(data - frames_) >> page_shift_];
  }
  Status check_usable() const;  // fork, state
  Status free_checked(PageNo page);
  Result<uint32_t> trim_checked(uint32_t pages_max);
  Status check_writable();  // writing and not failed
  Status take_snapshot();
  void end_snapshot();
  Result<PageRef> read_slow(PageNo page);
  Status end_write(bool committed);
  Status fail(Status status);  // marks the transaction failed
  FramePin frame_pin(uint32_t pin);
  Result<PageWriter> writer_of(PrivatePage* entry);
  Result<PrivatePage*> copy_page(PageNo page);
  Result<PrivatePage*> new_page(PageNo page, TreeId owner, PageType type);
  Result<PageWriter> allocate_checked(TreeId owner, PageType type, PageNo* page);
  Result<PageNo> find_free(uint32_t count);
  Status set_free_map_bit(PageNo page, bool used);
  Status set_page_count(uint32_t count);
  Status forget_page(PageNo page);
  Result<bool> direct_allowed(PageNo page);
  Status reserve_log(uint64_t* frame_bytes, uint64_t* frames);
  Status log_pages(Lsn lsn);
  Status log_page(PrivatePage& entry, Lsn lsn);
  void publish_pages(Lsn lsn);
  Result<Lsn> append_commit(Durability durability);

  Store& store_;
  ReaderSlot* slot_;
  const std::byte* frames_;        // the region of all page frames
  std::atomic<uint8_t>* checked_;  // a flag per frame
  uint32_t page_shift_;
  State state_ = State::kIdle;
  Isolation isolation_ = Isolation::kReadCommitted;
  bool failed_ = false;
  uint32_t failed_level_ = 0;  // savepoint depth at the failure
  Lsn snapshot_;
  Lsn last_commit_;
  uint64_t hits_ = 0;
  std::unique_ptr<WriteState> write_;  // kept and reused between write transactions
};

}  // namespace ddb
