// open: from a path to a usable store: lock, headers, log, double-write images, recovery (STORAGE 2, 3, 22, 25, 26).
// Keeps: nothing is written before every check has passed; a read-only open writes nothing at all.
#include <algorithm>
#include <new>
#include <string>
#include <vector>

#include "txn/create.h"
#include "txn/database.h"
#include "txn/store.h"

namespace ddb {
namespace {

Status invalid(const std::string& text) { return Status::error(sqlstate::kInvalidParameter, text); }

Status check_options(const Options& o) {
  const uint32_t page = o.page_bytes;
  if (page < kPageBytesMin || page > kPageBytesMax || (page & (page - 1)) != 0) {
    return invalid("page_bytes must be 4096, 8192, 16384 or 32768, not " + std::to_string(page));
  }
  if (o.memory_limit < std::max(64ull * page, 32ull * page + uint64_t{o.double_write_slots} * page)) {
    return invalid(
        "memory_limit must hold at least 64 pages, and 32 pages besides those of double_write_slots");
  }
  if (o.memory_limit / page > 0x7FFFFFFFull) return invalid("memory_limit is too large for this page size");
  if (o.double_write_slots > 64 || uint64_t{o.double_write_slots} * page > kDoubleWriteBytesMax) {
    return invalid("double_write_slots times page_bytes must not pass 256 KiB");
  }
  if (o.reserved_bytes > 256 || o.reserved_bytes % 8 != 0) {
    return invalid("reserved_bytes must be a multiple of 8 up to 256");
  }
  if (o.wal_segment_bytes > kLogSegmentBytesMax) return invalid("wal_segment_bytes must not pass 16 MiB");
  if (o.wal_segment_bytes % kSectorBytes != 0 || o.wal_segment_bytes < page + 2 * kSectorBytes) {
    return invalid(
        "wal_segment_bytes must be a multiple of 4096, and at least two sectors larger than a page");
  }
  if (o.wal_initial_segments < 2 || o.wal_limit < uint64_t{o.wal_segment_bytes} * o.wal_initial_segments) {
    return invalid("wal_limit must hold the initial segments, at least two");
  }
  if (o.salvage && !o.read_only) return invalid("salvage needs read_only");
  if (o.sessions_max == 0 || o.sessions_max > 65536) return invalid("sessions_max must be 1 to 65536");
  return Status::ok();
}

Status make_cache(Store& store, size_t page_bytes) {
  PageCacheConfig config;
  config.page_bytes = page_bytes;
  config.slots_max = store.options.sessions_max + 2;
  config.end_readers = store.options.spill_policy == SpillPolicy::kEndReader;
  config.files = !store.in_memory();
  Vfs* temp_vfs =
      store.in_memory() ? (store.options.vfs != nullptr ? store.options.vfs : &Vfs::posix()) : store.vfs;
  auto temp = std::make_unique<TempFile>(store.runtime, temp_vfs, store.options.temp_directory,
                                         store.options.temp_file_limit, page_bytes);
  DDB_TRY(store.cache,
          PageCache::create(store.runtime, store.budget, store.horizon, config, std::move(temp)));
  if (!store.in_memory()) {
    store.cache->set_make_room([&store](FrameUse) -> Result<bool> {
      if (store.log.load(std::memory_order_acquire) == nullptr || store.poison.is_set()) return false;
      Result<bool> progress = store.checkpointer.await_progress();
      if (progress.is_ok()) return progress;
      return false;  // no space in the main file, say: other ways to make room are tried
    });
  }
  return Status::ok();
}

Status open_in_memory(Store& store) {
  DDB_RETURN_IF_ERROR(make_cache(store, store.options.page_bytes));
  store.free_map = FreeMapLayout::of(store.options.page_bytes, store.options.reserved_bytes);
  store.uuid = random_uuid(store.runtime);
  std::vector<PublishedPage> pages(2);
  for (uint32_t i = 0; i < 2; ++i) {
    pages[i].page = PageNo(i);
    DDB_TRY(pages[i].version, store.cache->prepare_version(PageNo(i)));
    DDB_TRY(pages[i].data, store.cache->allocate_frame(FrameUse::kWriter));
  }
  format_first_pages(pages[0].data, pages[1].data, store.options.page_bytes);
  store.cache->publish(pages, 1);
  store.horizon = store.appended = 1;
  store.page_count = 2;
  return Status::ok();
}

Result<std::unique_ptr<File>> open_or_create(Store& store) {
  const Options& o = store.options;
  for (int attempt = 0; attempt < 3; ++attempt) {
    DDB_TRY(const bool exists, store.vfs->exists(store.path));
    if (exists) {
      DDB_TRY(std::unique_ptr<File> file,
              store.vfs->open(store.path, o.read_only ? OpenMode::kReadOnly : OpenMode::kReadWrite));
      DDB_RETURN_IF_ERROR(file->try_lock(o.read_only ? LockMode::kShared : LockMode::kExclusive));
      DDB_TRY(const uint64_t size, file->size());
      if (size != 0 || o.read_only || !o.create_if_missing) return file;
    } else if (o.read_only || !o.create_if_missing) {
      return Status::error(sqlstate::kUndefinedFile, "database file " + store.path + " does not exist");
    }
    DDB_TRY(std::unique_ptr<File> made, create_database_file(*store.vfs, store.runtime, store.path, o));
    if (made != nullptr) return made;
  }
  return Status::error(sqlstate::kObjectInUse,
                       "database file " + store.path + " keeps being created by somebody else");
}

Result<FileHeader> read_headers(File& file, const std::string& path, bool read_only, uint32_t* valid) {
  std::vector<std::byte> bytes(2 * kHeaderCopyBytes);
  DDB_TRY(const size_t got, file.read(0, bytes));
  const std::span<const std::byte> all(bytes.data(), got);
  Result<FileHeader> header = merge_headers(all.first(std::min(got, kHeaderCopyBytes)),
                                            all.subspan(std::min(got, kHeaderCopyBytes)), valid);
  if (!header.is_ok()) {
    Status status = header.status();
    if (got < 2 * kHeaderCopyBytes && !looks_foreign(all)) {
      status = Status::corruption("the file is truncated: it ends at byte " + std::to_string(got) +
                                  ", inside its headers");
    }
    return std::move(status).with_prefix(path + ": ");
  }
  if (header->write_features != 0 && !read_only) {
    return Status::error(sqlstate::kFeatureNotSupported,
                         path + ": the file uses features that this version cannot write")
        .with_hint("open it read-only, or with a newer DecentDB");
  }
  return header;
}

Status judge_log(const Store& store, const FileHeader& header, const RecoveredLog& log) {
  const std::string& name = store.log_path;
  const auto lsn = [](Lsn l) { return std::to_string(l.value); };
  if (header.clean) {
    if (log.presence() == LogPresence::kMissing) return Status::ok();
    if (log.presence() == LogPresence::kForeign) {
      return Status::corruption(name +
                                " belongs to another database (foreign log beside a cleanly closed file)")
          .with_hint("move the log away if you are sure that it is not this database's");
    }
    if (log.last_lsn() > header.checkpoint_lsn) {
      return Status::corruption(name + " holds commits up to LSN " + lsn(log.last_lsn()) +
                                ", but the file was closed cleanly at LSN " + lsn(header.checkpoint_lsn))
          .with_hint("the database file is an older copy: restore file and log of the same time");
    }
    return Status::ok();
  }
  const char* const restore =
      "the database file was not closed cleanly and needs its log: restore both from the same time";
  if (log.presence() == LogPresence::kMissing)
    return Status::corruption(name + " is missing or empty").with_hint(restore);
  if (log.presence() == LogPresence::kForeign) {
    return Status::corruption(name + " belongs to another database (foreign log)").with_hint(restore);
  }
  if (log.end_lsn() < header.log_must_reach && !store.options.salvage) {
    return Status::corruption(name + " is stale: it ends at LSN " + lsn(log.end_lsn()) +
                              ", the file needs it up to LSN " + lsn(header.log_must_reach))
        .with_hint(restore);
  }
  return Status::ok();
}

// Everything of a writing open after an unclean end that touches the files.
Status take_over_files(Store& store, const RecoveredLog& recovered) {
  DDB_RETURN_IF_ERROR(store.file->open_for_writing());
  // Both copies as merged, synced, before log space can be reused: what we read may not be on the disk yet.
  DDB_RETURN_IF_ERROR(store.file->write_headers(store.file->header()));
  DDB_RETURN_IF_ERROR(store.file->restore_images());
  DDB_TRY(store.log_owner, Log::take_over(*store.vfs, store.runtime, store.poison, store.horizon,
                                          store.log_config(), recovered));
  store.log.store(store.log_owner.get(), std::memory_order_release);
  return Status::ok();
}

Status check_root(Store& store, bool clean) {
  DDB_TRY(ReaderSlot * slot, store.cache->acquire_slot());
  uint32_t count = 0;
  Status read = store.read_root(*slot, store.horizon.load(), &count);
  store.cache->release_slot(slot);
  DDB_RETURN_IF_ERROR(std::move(read).with_prefix(store.path + ": "));
  if (count < 2)
    return Status::corruption(store.path + ": the root page counts " + std::to_string(count) + " pages");
  store.page_count = count;
  if (!clean) return Status::ok();
  store.checkpoint_page_count = count;
  DDB_TRY(const uint64_t size, store.file->file().size());
  if (size < store.file->layout().page_offset(PageNo(count))) {
    return Status::corruption(store.path + ": the file is truncated: it has " + std::to_string(size) +
                              " bytes, its " + std::to_string(count) + " pages need " +
                              std::to_string(store.file->layout().page_offset(PageNo(count))));
  }
  return Status::ok();
}

Status open_file(Store& store, const std::string& path) {
  DDB_TRY(store.path, store.vfs->resolve(path));
  store.log_path = store.path + "-wal";
  DDB_TRY(std::unique_ptr<File> file, open_or_create(store));
  uint32_t valid_copies = 0;
  DDB_TRY(FileHeader header, read_headers(*file, store.path, store.options.read_only, &valid_copies));
  DDB_TRY(const uint64_t size, file->size());
  if (size < header.page_offset(PageNo(2))) {
    return Status::corruption(store.path + ": the file is truncated: it ends at byte " +
                              std::to_string(size) + ", before its first pages");
  }
  const uint64_t slice_bytes = uint64_t{header.double_write_slots} * header.page_bytes;
  if (store.options.memory_limit <
          std::max(64ull * header.page_bytes, 32ull * header.page_bytes + slice_bytes) ||
      store.options.wal_segment_bytes < header.page_bytes + 2 * kSectorBytes) {
    return invalid("memory_limit or wal_segment_bytes is too small for the file's pages of " +
                   std::to_string(header.page_bytes) + " bytes");
  }
  store.uuid = header.uuid;
  store.free_map = FreeMapLayout::of(header.page_bytes, header.reserved_bytes);
  store.file = std::make_unique<PageFile>(*store.vfs, store.runtime, store.poison, store.path,
                                          std::move(file), header);
  store.file->set_valid_copies(valid_copies);
  ScanRequest request{store.log_path, header.uuid, header.checkpoint_lsn, header.page_bytes,
                      store.options.salvage};
  DDB_TRY(std::unique_ptr<RecoveredLog> recovered, RecoveredLog::scan(*store.vfs, request, store.budget));
  DDB_RETURN_IF_ERROR(judge_log(store, header, *recovered));
  if (!store.options.read_only) {  // the checkpoint's slice buffer, charged before any frame
    store.budget.take(kDoubleWriteDirectoryBytes + uint64_t{header.double_write_slots} * header.page_bytes);
  }
  DDB_RETURN_IF_ERROR(make_cache(store, header.page_bytes));
  store.cache->attach_file(store.file.get());
  const uint64_t last = header.clean ? header.checkpoint_lsn.value : recovered->last_lsn().value;
  store.checkpoint_lsn = header.checkpoint_lsn.value;
  store.horizon = store.appended = last;
  if (header.clean) return check_root(store, true);
  DDB_RETURN_IF_ERROR(store.file->load_double_write_images());
  const RecoveredLog& log = *recovered;
  store.cache->attach_recovered(std::move(recovered));
  DDB_RETURN_IF_ERROR(check_root(store, false));
  return store.options.read_only ? Status::ok() : take_over_files(store, log);
}

}  // namespace

Result<std::unique_ptr<Database>> Database::open(const std::string& path, const Options& options) {
  DDB_RETURN_IF_ERROR(check_options(options));
  try {
    const bool in_memory = path == ":memory:";
    Vfs* vfs = in_memory ? nullptr : (options.vfs != nullptr ? options.vfs : &Vfs::posix());
    Runtime& runtime = options.runtime != nullptr ? *options.runtime : Runtime::native();
    auto store = std::make_unique<Store>(options, vfs, runtime);
    if (vfs != nullptr) {
      store->forks = &vfs->fork_generation();
      store->fork_generation = store->forks->load(std::memory_order_relaxed);
    }
    DDB_RETURN_IF_ERROR(in_memory ? open_in_memory(*store) : open_file(*store, path));
    return std::unique_ptr<Database>(new Database(std::move(store)));
  } catch (const std::bad_alloc&) {
    return Status::out_of_memory();
  }
}

}  // namespace ddb
