// create: writing the first bytes of a database.
#include "txn/create.h"

#include <cstring>
#include <vector>

#include "format/page.h"

namespace ddb {

FileUuid random_uuid(Runtime& runtime) {
  FileUuid uuid;
  const uint64_t words[2] = {runtime.random64(), runtime.random64()};
  std::memcpy(uuid.data(), words, 16);
  uuid[6] = static_cast<uint8_t>((uuid[6] & 0x0F) | 0x40);  // version 4, RFC 4122
  uuid[8] = static_cast<uint8_t>((uuid[8] & 0x3F) | 0x80);
  return uuid;
}

void format_first_pages(std::byte* root, std::byte* free_map, size_t page_bytes) {
  format_page(root, page_bytes, kRootPage, TreeId(0), PageType::kRoot);
  store_le<uint32_t>(root + kRootPageCount, 2);
  store_le<uint32_t>(root + kRootCatalog, kNoPage.value);
  set_page_lsn(root, Lsn(1));
  format_page(free_map, page_bytes, PageNo(1), TreeId(0), PageType::kFreeMap);
  free_map[free_map_byte(0)] = std::byte{3};
  set_page_lsn(free_map, Lsn(1));
}

Result<std::unique_ptr<File>> create_database_file(Vfs& vfs, Runtime& runtime, const std::string& path,
                                                   const Options& options) {
  const std::string temporary = path + "-new";
  DDB_TRY(std::unique_ptr<File> file, vfs.open(temporary, OpenMode::kOpenOrCreate));
  // Whoever holds this lock makes the file; the lock stays on it under its final name.
  DDB_RETURN_IF_ERROR(file->try_lock(LockMode::kExclusive));
  DDB_TRY(const bool exists, vfs.exists(path));
  if (exists) {
    DDB_TRY(std::unique_ptr<File> present, vfs.open(path, OpenMode::kReadOnly));
    DDB_TRY(const uint64_t size, present->size());
    if (size != 0) {  // somebody else was first
      (void)vfs.unlink(temporary).is_ok();
      return std::unique_ptr<File>();
    }
  }
  FileHeader header;
  header.page_bytes = options.page_bytes;
  header.reserved_bytes = options.reserved_bytes;
  header.double_write_slots = options.double_write_slots != 0
                                  ? options.double_write_slots
                                  : default_double_write_slots(options.page_bytes);
  header.uuid = random_uuid(runtime);
  header.checkpoint_lsn = Lsn(1);
  header.log_must_reach = Lsn(1);
  const size_t page_bytes = header.page_bytes;
  std::vector<std::byte> bytes(header.page_offset(PageNo(2)));
  encode_header(header, std::span<std::byte, kHeaderCopyBytes>(bytes.data(), kHeaderCopyBytes));
  std::memcpy(bytes.data() + kHeaderCopyOffset[1], bytes.data(), kHeaderCopyBytes);
  std::byte* root = bytes.data() + header.page_offset(PageNo(0));
  std::byte* free_map = bytes.data() + header.page_offset(PageNo(1));
  format_first_pages(root, free_map, page_bytes);
  seal_page(root, page_bytes);
  seal_page(free_map, page_bytes);
  Status made = file->truncate(0);
  if (made.is_ok()) made = file->write(0, bytes);
  if (made.is_ok()) made = file->sync();
  if (made.is_ok()) made = vfs.rename(temporary, path);
  if (!made.is_ok()) {
    (void)vfs.unlink(temporary).is_ok();  // ours: we hold its lock
    return std::move(made).with_prefix("creating " + path + ": ");
  }
  DDB_RETURN_IF_ERROR(vfs.sync_dir(path));
  return file;
}

}  // namespace ddb
