// page_fuzz: a small database file with bytes changed anywhere, checksums made right again or not: opening and reading every
// page gives values or errors, never a crash.
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "format/page.h"
#include "txn/database.h"
#include "txn/session.h"
#include "vfs/memory_vfs.h"

namespace {

using namespace ddb;

Options options(Vfs& vfs, bool read_only) {
  Options o;
  o.vfs = &vfs;
  o.page_bytes = 4096;
  o.read_only = read_only;
  o.background_threads = false;
  o.memory_limit = 1 << 20;
  return o;
}

std::vector<std::byte> make_file() {
  MemoryVfs vfs;
  auto db = std::move(Database::open("f.ddb", options(vfs, false))).value();
  auto s = std::move(db->new_session()).value();
  if (!s->begin_write().is_ok()) __builtin_trap();
  for (int i = 0; i < 6; ++i) {
    PageNo page;
    if (!s->allocate(TreeId(1), PageType::kFirstTree, &page).is_ok()) __builtin_trap();
  }
  if (!s->commit().is_ok()) __builtin_trap();
  s.reset();
  if (!db->close().is_ok()) __builtin_trap();
  auto file = std::move(vfs.open("f.ddb", OpenMode::kReadOnly)).value();
  std::vector<std::byte> bytes(file->size().value());
  if (!file->read(0, bytes).is_ok()) __builtin_trap();
  return bytes;
}

void seal_all(std::vector<std::byte>& bytes) {
  FileHeader header;
  header.page_bytes = 4096;
  header.double_write_slots = default_double_write_slots(4096);
  for (uint64_t at = header.data_start(); at + 4096 <= bytes.size(); at += 4096) seal_page(&bytes[at], 4096);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::vector<std::byte> good = make_file();
  if (size < 2) return 0;
  std::vector<std::byte> bytes = good;
  // Edits of four bytes: offset (three bytes, counted from the headers or from the pages) and the new value.
  const size_t pages_at = good.size() - 8 * 4096;
  for (size_t i = 1; i + 4 <= size; i += 4) {
    size_t at = data[i] | size_t{data[i + 1]} << 8 | size_t{data[i + 2]} << 16;
    if ((at & 0x800000) != 0) at = (at & 0x7FFFFF) + pages_at;
    bytes[at % bytes.size()] = static_cast<std::byte>(data[i + 3]);
  }
  if ((data[0] & 1) != 0) seal_all(bytes);
  if ((data[0] & 2) != 0) bytes.resize(bytes.size() - (data[0] >> 2) * 200);
  MemoryVfs vfs;
  {
    auto file = std::move(vfs.open("f.ddb", OpenMode::kCreateNew)).value();
    if (!file->write(0, bytes).is_ok()) __builtin_trap();
  }
  auto db = Database::open("f.ddb", options(vfs, (data[0] & 128) != 0));
  if (!db.is_ok()) return 0;
  auto s = std::move((*db)->new_session()).value();
  if (!s->begin_read().is_ok()) return 0;
  for (uint32_t page = 0; page < 20; ++page) {
    (void)s->read(PageNo(page)).is_ok();
    (void)s->is_allocated(PageNo(page)).is_ok();
  }
  (void)s->rollback().is_ok();
  if (s->begin_write().is_ok()) {
    PageNo page;
    (void)s->allocate(TreeId(1), PageType::kFirstTree, &page).is_ok();
    (void)s->free(PageNo(3)).is_ok();
    (void)s->trim(10).is_ok();
    (void)s->commit().is_ok();
  }
  s.reset();
  (void)(*db)->close().is_ok();
  return 0;
}
