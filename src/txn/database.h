// database: one open page store, from a file or in memory, and the sessions that read and write it.
//
// Thread safety: Database may be used from any thread. A Session (and its guards) belongs to one thread at a time.
// After a fork the child's handles answer every call with 25000. Nothing here throws, aborts or prints.
// Errors are SQLSTATEs (ADR 0009). Protocols: ADR 0001–0007.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/ids.h"
#include "base/status.h"
#include "format/page.h"
#include "txn/options.h"
#include "txn/stats.h"

namespace ddb {

class Session;
struct Store;        // everything behind a Database
struct ReaderSlot;
class WriteState;

enum class Isolation {
  kReadCommitted,   // refresh() takes a new snapshot per statement; an upgrade to writing always works
  kRepeatableRead,  // one snapshot; an upgrade is 40001 if anything was appended since
};
enum class Durability {
  kFull,     // acknowledged and visible once synced
  kRelaxed,  // acknowledged and visible once appended and all earlier full commits are synced
};

class Database {
 public:
  // Opens or creates. ":memory:" is a private database without files (but for a temp file, if allowed).
  // Errors: 55006 in use (names the pid), 58P01 missing, XX001 not ours / damaged / log missing, foreign, stale,
  // 0A000 newer format, 22023 impossible options, 25006 read-only directory, 58030, 53100, 53200.
  // On an error the files are untouched.
  static Result<std::unique_ptr<Database>> open(const std::string& path, const Options& options);
  // Closes without waiting for a checkpoint if close() was not called: the next open recovers.
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Checkpoints, marks the file clean and removes the log. REQUIRES: every session is gone (55006 otherwise).
  // On an error the files stay recoverable; the handle can only be destroyed afterwards.
  Status close();

  Result<std::unique_ptr<Session>> new_session();  // 53400 beyond sessions_max

  // Brings everything committed before the call into the main file and recycles the log.
  Status checkpoint();
  // One unit of background work, for hosts without threads: returns false when there was nothing to do.
  Result<bool> background_step();
  // Returns when the commit is durable (for relaxed commits; full ones are already).
  Status wait_durable(Lsn lsn);

  Stats stats() const;
  uint32_t page_bytes() const;
  uint32_t content_bytes() const;  // page bytes minus reserved bytes
  const Uuid& uuid() const;
  bool read_only() const;
  // The cause if the database is poisoned, else ok.
  Status poisoned() const;

  struct Store& store() { return *store_; }  // for the layers' own tests

 private:
  explicit Database(std::unique_ptr<Store> store);
  std::unique_ptr<Store> store_;
};

// A page that stays valid and unchanged while the guard lives (a hazard pin). Movable. At most 32 per session.
class PageRef {
 public:
  PageRef() = default;
  PageRef(PageRef&& other) noexcept : data_(other.data_), slot_(other.slot_), pin_(other.pin_) {
    other.slot_ = nullptr;
  }
  PageRef& operator=(PageRef&& other) noexcept {
    if (this != &other) {
      release();
      data_ = other.data_;
      slot_ = std::exchange(other.slot_, nullptr);
      pin_ = other.pin_;
    }
    return *this;
  }
  ~PageRef() { release(); }
  // The whole page, header included: Database::page_bytes() bytes.
  const std::byte* data() const { return data_; }
  bool valid() const { return slot_ != nullptr; }
  inline void release();  // in session.h

 private:
  friend class Session;
  PageRef(const std::byte* data, ReaderSlot* slot, uint32_t pin) : data_(data), slot_(slot), pin_(pin) {}
  const std::byte* data_ = nullptr;
  ReaderSlot* slot_ = nullptr;
  uint32_t pin_ = 0;
};

// The private copy of a page in the session's write transaction. Dead after commit, rollback, rollback to a savepoint,
// or free of the page. A page may have several writers of one session at a time, but no writer may be used while a PageRef
// taken after it is alive, and change() of a page with a live PageRef moves the page: older writers must be gone (XX000).
class PageWriter {
 public:
  PageWriter() = default;
  PageWriter(PageWriter&& other) noexcept
      : data_(other.data_), marks_(other.marks_), slot_(other.slot_), pin_(other.pin_) {
    other.slot_ = nullptr;
  }
  PageWriter& operator=(PageWriter&& other) noexcept {
    if (this != &other) {
      release();
      data_ = other.data_;
      marks_ = other.marks_;
      slot_ = std::exchange(other.slot_, nullptr);
      pin_ = other.pin_;
    }
    return *this;
  }
  ~PageWriter() { release(); }
  const std::byte* data() const { return data_; }
  // Bytes [offset, offset + length) for changing; marks their 64-byte lines as changed. REQUIRES: 16 ≤ offset,
  // offset + length ≤ page bytes. The page number, LSN and checksum are not the caller's.
  std::byte* change(size_t offset, size_t length) {
    for (size_t line = offset / 64; line <= (offset + length - 1) / 64; ++line) {
      marks_[line / 64] |= uint64_t{1} << (line % 64);
    }
    return data_ + offset;
  }
  void write(size_t offset, const void* bytes, size_t length) {
    if (length != 0) std::memcpy(change(offset, length), bytes, length);
  }
  bool valid() const { return slot_ != nullptr; }
  inline void release();  // in session.h

 private:
  friend class Session;
  PageWriter(std::byte* data, uint64_t* marks, ReaderSlot* slot, uint32_t pin)
      : data_(data), marks_(marks), slot_(slot), pin_(pin) {}
  std::byte* data_ = nullptr;
  uint64_t* marks_ = nullptr;  // of the private page's entry
  ReaderSlot* slot_ = nullptr;
  uint32_t pin_ = 0;
};

}  // namespace ddb
