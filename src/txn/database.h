// database: one open page store, from a file or in memory, and the sessions that read and write it.
//
// Thread safety: Database may be used from any thread. A Session (and its guards) belongs to one thread at a time.
// After a fork the child's handles answer every call with 25000. Nothing here throws, aborts or prints.
// Errors are SQLSTATEs (ADR 0009). Protocols: ADR 0001–0007.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "base/ids.h"
#include "base/status.h"
#include "format/page.h"
#include "txn/options.h"
#include "txn/stats.h"

namespace ddb {

class Session;
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

  // Checkpoints, marks the file clean and removes the log. REQUIRES: every session is gone (55006 otherwise),
  // no other call on this handle is running. Later calls give 08003.
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
  const FileUuid& uuid() const;
  bool read_only() const;
  // The cause if the database is poisoned, else ok.
  Status poisoned() const;

  struct Store& store() {
    return *store_;
  }  // for the layers' own tests

 private:
  explicit Database(std::unique_ptr<Store> store);
  Result<std::unique_ptr<Session>> make_session();
  std::unique_ptr<Store> store_;
};

// A hazard pin of a session: keeps one frame in place. Movable; belongs to the session's thread.
class FramePin {
 public:
  FramePin() = default;
  FramePin(std::atomic<uintptr_t>* word, uint32_t* free_pins, uint32_t index)
      : word_(word), free_pins_(free_pins), index_(index) {}
  FramePin(FramePin&& other) noexcept
      : word_(std::exchange(other.word_, nullptr)), free_pins_(other.free_pins_), index_(other.index_) {}
  FramePin& operator=(FramePin&& other) noexcept {
    if (this != &other) {
      release();
      word_ = std::exchange(other.word_, nullptr);
      free_pins_ = other.free_pins_;
      index_ = other.index_;
    }
    return *this;
  }
  ~FramePin() { release(); }
  bool held() const { return word_ != nullptr; }
  void release() {
    if (word_ == nullptr) return;
    std::exchange(word_, nullptr)->store(0, std::memory_order_release);
    *free_pins_ |= uint32_t{1} << index_;
  }

 private:
  std::atomic<uintptr_t>* word_ = nullptr;
  uint32_t* free_pins_ = nullptr;
  uint32_t index_ = 0;
};

// A page that stays valid and unchanged while the guard lives. Movable. At most 32 guards per session.
class PageRef {
 public:
  PageRef() = default;
  // The whole page, header included: Database::page_bytes() bytes.
  const std::byte* data() const { return data_; }
  bool valid() const { return pin_.held(); }
  void release() { pin_.release(); }

 private:
  friend class Session;
  PageRef(const std::byte* data, FramePin pin) : data_(data), pin_(std::move(pin)) {}
  const std::byte* data_ = nullptr;
  FramePin pin_;
};

// The private copy of a page in the session's write transaction. Dead after commit, rollback, rollback to a savepoint,
// or free of the page. A page may have several writers of one session at a time, but no writer may be used while a PageRef
// taken after it is alive, and change() of a page with a live PageRef moves the page: older writers must be gone (XX000).
class PageWriter {
 public:
  PageWriter() = default;
  const std::byte* data() const { return data_; }
  // Bytes [offset, offset + length) for changing; marks their 64-byte lines as changed. REQUIRES: length > 0, 16 ≤ offset,
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
  bool valid() const { return pin_.held(); }
  void release() { pin_.release(); }

 private:
  friend class Session;
  PageWriter(std::byte* data, uint64_t* marks, FramePin pin)
      : data_(data), marks_(marks), pin_(std::move(pin)) {}
  std::byte* data_ = nullptr;
  uint64_t* marks_ = nullptr;  // of the private page's entry
  FramePin pin_;
};

}  // namespace ddb
