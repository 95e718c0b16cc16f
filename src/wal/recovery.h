// recovery: the scan that reads the log once at open, and the redo index that rebuilds a page at its first touch
// (ADR 0002). Keeps: only closed, committed runs count; nothing is written. The scan trusts no byte: damaged or hostile
// logs give an error or a shorter log, never a crash or an endless loop.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/memory_budget.h"
#include "base/status.h"
#include "format/log_format.h"
#include "vfs/vfs.h"

namespace ddb {

struct ScanRequest {
  std::string path;
  FileUuid uuid{};
  Lsn checkpoint_lsn;
  uint32_t page_bytes = kDefaultPageBytes;
  bool salvage = false;  // stop at damage instead of refusing
};

// What a log file says of itself before any judgement.
enum class LogPresence {
  kMissing,  // no file, an empty file, or no valid segment header
  kForeign,  // valid segment headers, none of this UUID
  kPresent,
};

class RecoveredLog {
 public:
  // Reads the log. Errors: XX001 (committed bytes are damaged: text names the byte offset; starts after the checkpoint
  // LSN; other page size), 58030, 53200. Missing and foreign logs are no error here: see presence().
  static Result<std::unique_ptr<RecoveredLog>> scan(Vfs& vfs, const ScanRequest& request,
                                                    MemoryBudget& budget);
  ~RecoveredLog();

  LogPresence presence() const;
  Lsn last_lsn() const;    // newest closed run; the checkpoint LSN if there is none behind it
  Lsn end_lsn() const;     // newest closed run in the log, also when the log ends before the checkpoint LSN
  Lsn synced_lsn() const;  // newest LSN that a block says was synced
  bool stopped_at_damage() const;  // only with salvage
  uint64_t stop_offset() const;    // file offset where the scan stopped

  // The redo index. Not thread-safe by itself: erase() and pages_from() need the caller's lock; redo() may run beside
  // redo() and has() of other pages if the caller keeps the page from being erased meanwhile.
  bool has(PageNo page) const;
  uint64_t page_count() const;  // pages in the index
  // The smallest indexed page ≥ `from`.
  std::optional<PageNo> pages_from(PageNo from) const;
  void erase(PageNo page);
  // Makes `page` the newest recovered version, with its LSN set. In: the main file's copy if main_valid, else anything.
  // Errors: XX001 (delta without its base, direct frame whose page is damaged), 58030.
  Status redo(PageNo page_no, std::span<std::byte> page, bool main_valid) const;
  // True if redo of this page needs no main copy (it starts at an image).
  bool starts_at_image(PageNo page) const;

  struct Impl;
  const Impl& impl() const { return *impl_; }  // for Log::take_over

 private:
  explicit RecoveredLog(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace ddb
