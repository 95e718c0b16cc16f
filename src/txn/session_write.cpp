// session_write: private copies of pages, allocation, free, direct writes, trimming.
#include <algorithm>
#include <bit>
#include <cstring>
#include <string>

#include "txn/database.h"
#include "txn/session.h"
#include "txn/store.h"
#include "txn/write_state.h"

namespace ddb {
namespace {

Status too_many_pages_held() {
  return Status::error(sqlstate::kProgramLimit,
                       "a session may hold " + std::to_string(kPinsPerSlot) + " pages at a time");
}

Status not_in_use(PageNo page) {
  return Status::corruption("page " + std::to_string(page.value) + " is not in use");
}

}  // namespace

Status Session::check_writable() {
  DDB_RETURN_IF_ERROR(check_usable());
  if (state_ != State::kWriting) {
    return Status::error(sqlstate::kInvalidState, "no write transaction is open in this session");
  }
  if (failed_) {
    return Status::error(sqlstate::kFailedTransaction, "the transaction has failed")
        .with_hint("roll back, or roll back to a savepoint");
  }
  return Status::ok();
}

Result<PageWriter> Session::writer_of(PrivatePage* entry) {
  const uint32_t pin = slot_->pin(entry->data, kWriterPin);
  if (pin == kNoPin) return fail(too_many_pages_held());
  return PageWriter(entry->data, entry->marks.data(), frame_pin(pin));
}

// A private copy of the newest committed version.
Result<PrivatePage*> Session::copy_page(PageNo page) {
  DDB_TRY(PageRef base, read_slow(page));
  DDB_TRY(PrivatePage * entry, write_->add(page, true));
  std::memcpy(entry->data, base.data(), store_.cache->page_bytes());
  store_.cache->frames().copy_checked(base.data(), entry->data);
  entry->base_lsn = page_lsn(base.data()).value;
  return entry;
}

Result<PageWriter> Session::change(PageNo page) {
  DDB_RETURN_IF_ERROR(check_writable());
  try {
    PrivatePage* entry = write_->find(page);
    if (entry == nullptr) {
      Result<PrivatePage*> copied = copy_page(page);
      if (!copied.is_ok()) return fail(copied.status());
      return writer_of(*copied);
    }
    if (entry->freed) return fail(not_in_use(page));
    Result<PrivatePage*> current = write_->at_current_level(entry, store_.file.get());
    if (!current.is_ok()) return fail(current.status());
    entry = *current;
    bool by_reader = false;
    bool by_writer = false;
    if (slot_->pins_frame(entry->data, &by_reader, &by_writer) && by_reader) {
      if (by_writer) {
        return fail(Status::error(sqlstate::kInternal, "page " + std::to_string(page.value) +
                                                           " is read and written through older guards"));
      }
      if (Status moved = write_->move_frame(entry); !moved.is_ok()) return fail(std::move(moved));
    }
    return writer_of(entry);
  } catch (const std::bad_alloc&) {
    return fail(Status::out_of_memory());
  }
}

// Makes `page` a new, formatted private page.
Result<PrivatePage*> Session::new_page(PageNo page, TreeId owner, PageType type) {
  PrivatePage* entry = write_->find(page);
  if (entry == nullptr || entry->level != write_->depth()) {
    DDB_TRY(entry, write_->add(page, true));
  } else {
    DDB_RETURN_IF_ERROR(write_->give_frame(entry));
  }
  entry->freed = false;
  entry->is_new = true;
  format_page(entry->data, store_.cache->page_bytes(), page, owner, type);
  return entry;
}

Status Session::set_free_map_bit(PageNo page, bool used) {
  DDB_TRY(PageWriter map, change(store_.free_map.map_page(page)));
  const uint32_t bit = store_.free_map.bit(page);
  std::byte* byte = map.change(free_map_byte(bit), 1);
  const auto mask = static_cast<std::byte>(1u << (bit % 8));
  *byte = used ? (*byte | mask) : (*byte & ~mask);
  return Status::ok();
}

Status Session::set_page_count(uint32_t count) {
  DDB_TRY(PageWriter root, change(kRootPage));
  store_le<uint32_t>(root.change(kRootPageCount, 4), count);
  return Status::ok();
}

// The lowest free page below `count`, at or above the hint.
Result<PageNo> Session::find_free(uint32_t count) {
  const uint32_t per_group = store_.free_map.pages_per_group;
  uint32_t page = store_.alloc_hint;
  while (page < count) {
    DDB_TRY(const PageRef map, read(store_.free_map.map_page(PageNo(page))));
    const uint32_t group_end =
        static_cast<uint32_t>(std::min<uint64_t>(count, (uint64_t{page} / per_group + 1) * per_group));
    while (page < group_end) {
      const uint32_t bit = page % per_group;
      if (bit % 64 == 0) {  // whole words of pages in use
        if (~load_le<uint64_t>(map.data() + free_map_byte(bit)) == 0) {
          page += 64;
          continue;
        }
      }
      if (!free_map_test(map.data(), bit)) return PageNo(page);
      ++page;
    }
    page = std::min(page, group_end);
  }
  return PageNo(count);
}

Result<PageWriter> Session::allocate(TreeId owner, PageType type, PageNo* page) {
  DDB_RETURN_IF_ERROR(check_writable());
  try {
    Result<PageWriter> made = allocate_checked(owner, type, page);
    if (!made.is_ok() && !failed_) return fail(made.status());
    return made;
  } catch (const std::bad_alloc&) {
    return fail(Status::out_of_memory());
  }
}

Result<PageWriter> Session::allocate_checked(TreeId owner, PageType type, PageNo* page) {
  DDB_TRY(const uint32_t count, page_count());
  DDB_TRY(const PageNo found, find_free(count));
  if (found.value >= count) {
    uint32_t grown = count + 1;
    if (found.value >= kNoPage.value - 2) {
      return Status::error(sqlstate::kProgramLimit, "the database has reached 2^32 - 2 pages");
    }
    if (store_.free_map.bit(found) == 0) {  // a new group brings its bitmap page along
      const PageNo map = found.next();
      DDB_RETURN_IF_ERROR(new_page(map, TreeId(0), PageType::kFreeMap).status());
      DDB_RETURN_IF_ERROR(set_free_map_bit(map, true));
      grown = count + 2;
    }
    DDB_RETURN_IF_ERROR(set_page_count(grown));
  }
  DDB_RETURN_IF_ERROR(set_free_map_bit(found, true));
  store_.alloc_hint = found.value + 1;
  DDB_TRY(PrivatePage * entry, new_page(found, owner, type));
  *page = found;
  return writer_of(entry);
}

Result<bool> Session::is_allocated(PageNo page) {
  DDB_TRY(const uint32_t count, page_count());
  if (page.value >= count) return false;
  DDB_TRY(const PageRef map, read(store_.free_map.map_page(page)));
  return free_map_test(map.data(), store_.free_map.bit(page));
}

Status Session::free(PageNo page) {
  DDB_RETURN_IF_ERROR(check_writable());
  try {
    Status freed = free_checked(page);
    if (!freed.is_ok() && !failed_) return fail(std::move(freed));
    return freed;
  } catch (const std::bad_alloc&) {
    return fail(Status::out_of_memory());
  }
}

Status Session::free_checked(PageNo page) {
  DDB_TRY(const bool used, is_allocated(page));
  if (!used || page == kRootPage || store_.free_map.is_map_page(page)) return not_in_use(page);
  DDB_RETURN_IF_ERROR(set_free_map_bit(page, false));
  DDB_RETURN_IF_ERROR(forget_page(page));
  store_.alloc_hint = std::min(store_.alloc_hint, page.value);
  write_->note_free(page.value);
  return Status::ok();
}

// The transaction has no further use for the page's bytes.
Status Session::forget_page(PageNo page) {
  PrivatePage* entry = write_->find(page);
  if (entry == nullptr || entry->level != write_->depth()) {
    DDB_TRY(entry, write_->add(page, false));
  }
  write_->mark_freed(entry);
  return Status::ok();
}

Result<uint32_t> Session::trim(uint32_t pages_max) {
  DDB_RETURN_IF_ERROR(check_writable());
  try {
    Result<uint32_t> trimmed = trim_checked(pages_max);
    if (!trimmed.is_ok() && !failed_) return fail(trimmed.status());
    return trimmed;
  } catch (const std::bad_alloc&) {
    return fail(Status::out_of_memory());
  }
}

Result<uint32_t> Session::trim_checked(uint32_t pages_max) {
  DDB_TRY(const uint32_t count, page_count());
  uint32_t left = count;
  while (count - left < pages_max && left > 2) {
    const PageNo last(left - 1);
    const bool map = store_.free_map.is_map_page(last);  // goes with the page before it, if that is free
    DDB_TRY(const bool used, is_allocated(map ? PageNo(last.value - 1) : last));
    if (used) break;
    left -= map ? 2 : 1;
    if (map) DDB_RETURN_IF_ERROR(forget_page(last));
  }
  if (left != count) DDB_RETURN_IF_ERROR(set_page_count(left));
  store_.alloc_hint = std::min(store_.alloc_hint, left);
  write_->note_free(left);
  return count - left;
}

// STORAGE 14 and 24: no state that a snapshot, the horizon, or a checkpoint (done, running or to come) may show uses
// the place. With everything appended visible and synced, later snapshots and targets are at our base or beyond us.
Result<bool> Session::direct_allowed(PageNo page) {
  const Lsn base(write_->base_lsn());
  Log* log = store_.log.load(std::memory_order_acquire);
  if (!log->wait_durable(base).is_ok() || !log->wait_visible(base).is_ok()) return store_.poison.cause();
  std::vector<uint64_t> states;
  store_.cache->live_snapshots(&states, nullptr);  // ours (the base) and the checkpoint's among them
  if (page.value < store_.checkpoint_page_count.load(std::memory_order_acquire)) {
    if (store_.checkpointer.stats().running || store_.cache->has_redo()) return false;
    Result<bool> used =
        store_.page_used_at(*slot_, page, store_.checkpoint_lsn.load(std::memory_order_acquire));
    // No slot keeps that state: a checkpoint that has begun meanwhile may have overwritten its pages.
    if (!used.is_ok() && used.status().is(sqlstate::kCorrupted)) return false;
    DDB_RETURN_IF_ERROR(used.status());
    if (*used) return false;
  }
  for (const uint64_t state : states) {
    DDB_TRY(const bool used, store_.page_used_while_live(*slot_, page, state));
    if (used) return false;
  }
  return store_.cache->drop_unused_page(page);
}

bool Session::allocated_here(PageNo page) const {
  const PrivatePage* entry = write_->find(page);
  return entry != nullptr && !entry->freed && entry->is_new;
}

Result<bool> Session::write_direct(PageNo page) {
  DDB_RETURN_IF_ERROR(check_writable());
  PrivatePage* entry = write_->find(page);
  if (entry == nullptr || entry->freed || !entry->is_new) return fail(not_in_use(page));
  bool by_reader = false;
  bool by_writer = false;
  if (store_.in_memory() || store_.free_map.is_map_page(page) || entry->direct ||
      (entry->data != nullptr && slot_->pins_frame(entry->data, &by_reader, &by_writer))) {
    return false;
  }
  try {
    if (entry->level != write_->depth()) return false;
    // The place may hold the only copy of what an outer savepoint goes back to.
    for (const PrivatePage* outer = entry->outer; outer != nullptr; outer = outer->outer) {
      if (outer->direct && !DDB_FAULT(kDirectOverOuter)) return false;
    }
    Result<bool> allowed = direct_allowed(page);
    if (!allowed.is_ok()) return fail(allowed.status());
    if (!*allowed) return false;
    Status written = write_->make_resident(entry, store_.file.get());
    if (written.is_ok()) written = store_.file->reserve_pages(uint64_t{page.value} + 1);
    if (written.is_ok()) {
      const size_t page_bytes = store_.cache->page_bytes();
      set_page_lsn(entry->data, Lsn(write_->base_lsn() + 1));
      seal_page(entry->data, page_bytes);
      entry->direct_crc = load_le<uint32_t>(entry->data);
      written = store_.file->write_direct(page, std::span<const std::byte>(entry->data, page_bytes));
    }
    if (!written.is_ok()) return fail(std::move(written));
    write_->release_frame(entry);
    entry->direct = true;
    write_->note_direct();
    return true;
  } catch (const std::bad_alloc&) {
    return fail(Status::out_of_memory());
  }
}

}  // namespace ddb
