// write_state: the private pages of one write transaction and its savepoints. Belongs to the session that holds the
// write lock. Keeps: the newest private copy of a page is in the map; copies of outer savepoint levels hang behind it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "pager/page_cache.h"
#include "txn/page_map.h"
#include "wal/log.h"

namespace ddb {

inline constexpr size_t kMarkWords = kPageBytesMax / 64 / 64;  // one bit per 64-byte line

struct PrivatePage {
  PageNo page;
  std::byte* data = nullptr;        // null: freed, spilled or direct
  Version* version = nullptr;       // prepared for publishing
  PrivatePage* outer = nullptr;     // the copy of an outer level, restored by rollback_to
  PrivatePage* previous = nullptr;  // neighbours in the list of its level
  PrivatePage* next = nullptr;
  uint64_t base_lsn = 0;  // LSN of the version it was copied from
  uint32_t temp_slot = kNoTempSlot;
  uint32_t direct_crc = 0;
  uint32_t level = 0;
  bool in_use = false;
  bool is_new = false;  // allocated by this transaction: logged as an image
  bool freed = false;
  bool direct = false;  // its bytes lie in the main file already
  std::array<uint64_t, kMarkWords> marks{};
};

class WriteState {
 public:
  explicit WriteState(PageCache& cache, ReaderSlot& slot);
  ~WriteState();

  void begin(uint64_t base_lsn, uint32_t alloc_hint);
  // Gives back every private page; called at the end of every transaction (published ones were taken by take_published).
  void clear();

  uint64_t base_lsn() const { return base_lsn_; }
  // No page below it is free in any state of this transaction that a rollback may restore.
  uint32_t lowest_hint() const { return lowest_hint_; }
  void note_free(uint32_t page) { lowest_hint_ = std::min(lowest_hint_, page); }
  PrivatePage* find(PageNo page) const { return map_.find(page); }

  // A new entry of the current level with version prepared and (unless freed) a frame of arbitrary contents.
  Result<PrivatePage*> add(PageNo page, bool with_frame);
  // Brings a spilled or direct page back into a frame.
  Status make_resident(PrivatePage* entry, PageFile* file);
  // The entry of the current level for an existing one: itself, or a copy for this level.
  Result<PrivatePage*> at_current_level(PrivatePage* entry, PageFile* file);
  // Moves the page to another frame, since a PageRef holds the present one.
  Status move_frame(PrivatePage* entry);
  // A frame of arbitrary contents for an entry that may have none.
  Status give_frame(PrivatePage* entry);
  void mark_freed(PrivatePage* entry);
  // The frame, temp slot and version now belong to the caller.
  void detach(PrivatePage* entry);
  void release_frame(PrivatePage* entry);  // data becomes null

  uint32_t depth() const { return static_cast<uint32_t>(levels_.size()) - 1; }
  Status push_savepoint();
  void rollback_to(uint32_t depth);  // levels above `depth` vanish, level `depth` becomes empty
  void release(uint32_t depth);      // levels ≥ depth join depth - 1

  // Calls f(PrivatePage&) for the newest copy of each page.
  template <typename F>
  Status for_each_live(F&& f) {
    for (Level& level : levels_) {
      for (PrivatePage* entry = level.first; entry != nullptr; entry = entry->next) {
        if (map_.find(entry->page) != entry) continue;
        DDB_RETURN_IF_ERROR(f(*entry));
      }
    }
    return Status::ok();
  }
  size_t page_count() const { return map_.size(); }
  bool any_direct() const { return any_direct_; }
  void note_direct() { any_direct_ = true; }
  uint64_t spilled() const { return spilled_; }

  // For commit, reserved before the log is touched.
  std::vector<PublishedPage> published;
  std::vector<std::byte> scratch;  // one page
  std::vector<PageRange> ranges;   // of one frame

 private:
  struct Level {
    PrivatePage* first = nullptr;
  };
  static constexpr size_t kChunk = 32;

  PrivatePage* take_entry();  // may throw std::bad_alloc
  void link(PrivatePage* entry, uint32_t level);
  void unlink(PrivatePage* entry);
  void drop(PrivatePage* entry);  // frame, temp slot, version, entry
  Result<std::byte*> take_frame();
  Status spill_some();
  void drop_chunks();

  PageCache& cache_;
  ReaderSlot& slot_;
  uint64_t base_lsn_ = 0;
  uint32_t lowest_hint_ = 0;
  bool any_direct_ = false;
  uint64_t spilled_ = 0;
  uint32_t resident_ = 0;
  PageMap map_;
  std::vector<Level> levels_;
  std::vector<std::unique_ptr<PrivatePage[]>> chunks_;
  PrivatePage* free_ = nullptr;
  size_t spill_hand_ = 0;
  uint32_t resident_max_ = 0;  // beyond it private pages are spilled; adjusted at each transaction and spill
};

}  // namespace ddb
