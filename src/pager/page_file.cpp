// page_file: reads, double write, headers and size of the main file.
#include "pager/page_file.h"

#include <algorithm>
#include <cstring>

#include "base/faults.h"

namespace ddb {

Status PageFile::read(PageNo page, std::byte* into, bool* present) {
  const size_t page_bytes = layout_.page_bytes;
  for (const auto& [number, image] : images_) {
    if (number == page) {
      std::memcpy(into, image.data(), page_bytes);
      *present = true;
      return Status::ok();
    }
  }
  DDB_TRY(const size_t got, file_->read(layout_.page_offset(page), std::span(into, page_bytes)));
  *present = got == page_bytes;
  return Status::ok();
}

Status PageFile::load_double_write_images() {
  const size_t page_bytes = layout_.page_bytes;
  std::vector<std::byte> area(kDoubleWriteDirectoryBytes + size_t{layout_.double_write_slots} * page_bytes);
  DDB_TRY(const size_t got, file_->read(kDoubleWriteOffset, area));
  DoubleWriteDirectory directory;
  if (got < kDoubleWriteDirectoryBytes || !decode_double_write(area, layout_.uuid, &directory))
    return Status::ok();
  double_write_sequence_ = directory.sequence;
  if (directory.target <= header_.checkpoint_lsn) return Status::ok();
  std::vector<std::byte> main(page_bytes);
  for (uint32_t i = 0; i < directory.count && i < layout_.double_write_slots; ++i) {
    const PageNo page = directory.entries[i].page;
    const std::byte* image = area.data() + kDoubleWriteDirectoryBytes + size_t{i} * page_bytes;
    if (got < kDoubleWriteDirectoryBytes + size_t{i + 1} * page_bytes) break;
    if (!page_valid(image, page_bytes, page) || load_le<uint32_t>(image) != directory.entries[i].image_crc)
      continue;
    DDB_TRY(const size_t have, file_->read(layout_.page_offset(page), main));
    if (have == page_bytes && page_valid(main.data(), page_bytes, page)) continue;
    images_.emplace_back(page, std::vector<std::byte>(image, image + page_bytes));
  }
  return Status::ok();
}

Status PageFile::restore_images() {
  if (images_.empty()) return Status::ok();
  for (const auto& [page, image] : images_) {
    DDB_RETURN_IF_ERROR(checkpoint_file_->write(layout_.page_offset(page), image));
  }
  DDB_RETURN_IF_ERROR(checkpoint_file_->sync());
  images_.clear();
  MutexLock lock(size_mutex_);
  DDB_TRY(file_bytes_, file_->size());
  return Status::ok();
}

Status PageFile::open_for_writing() {
  if (checkpoint_file_ == nullptr) {
    DDB_TRY(checkpoint_file_, vfs_.open(path_, OpenMode::kReadWrite));
  }
  if (direct_file_ == nullptr) {
    DDB_TRY(direct_file_, vfs_.open(path_, OpenMode::kReadWrite));
  }
  MutexLock lock(size_mutex_);
  DDB_TRY(file_bytes_, file_->size());
  return Status::ok();
}

Status PageFile::write_header_copy(const FileHeader& header, int copy) {
  alignas(8) std::byte bytes[kHeaderCopyBytes];
  encode_header(header, std::span<std::byte, kHeaderCopyBytes>(bytes));
  Status written = checkpoint_file_->write(kHeaderCopyOffset[copy], bytes);
  if (written.is_ok()) written = checkpoint_file_->sync();
  if (!written.is_ok()) return poison(std::move(written).with_prefix("writing the file header: "));
  return Status::ok();
}

Status PageFile::write_headers(const FileHeader& header) {
  // What a killed process wrote last may be readable and not durable: were the copies we keep while we write the other
  // one still to be written back, a power loss could tear both.
  if (!earlier_writes_synced_) {
    Status synced = checkpoint_file_->sync();
    if (!synced.is_ok()) return poison(std::move(synced).with_prefix("before writing the file header: "));
  }
  earlier_writes_synced_ = true;
  DDB_RETURN_IF_ERROR(write_header_copy(header, first_copy_));
  DDB_RETURN_IF_ERROR(write_header_copy(header, 1 - first_copy_));
  first_copy_ = 0;
  header_ = header;
  return Status::ok();
}

Status PageFile::reserve_pages(uint64_t pages) {
  const uint64_t need = layout_.data_start() + pages * layout_.page_bytes;
  MutexLock lock(size_mutex_);
  if (need <= file_bytes_) return Status::ok();
  // Grow by an eighth so that a growing database does not allocate at every slice.
  const uint64_t step =
      std::max<uint64_t>(need - file_bytes_, std::min<uint64_t>(file_bytes_ / 8, 16u << 20));
  const uint64_t rounded = (step + layout_.page_bytes - 1) / layout_.page_bytes * layout_.page_bytes;
  Status grown = checkpoint_file_->allocate(file_bytes_, rounded);
  if (grown.is(sqlstate::kDiskFull) && file_bytes_ + rounded > need) {
    grown = checkpoint_file_->allocate(file_bytes_, need - file_bytes_);
  }
  DDB_RETURN_IF_ERROR(std::move(grown).with_prefix("growing the database file: "));
  DDB_TRY(file_bytes_, file_->size());
  return Status::ok();
}

Status PageFile::write_slice(std::span<const SlicePage> pages, Lsn target, std::span<std::byte> buffer) {
  const size_t page_bytes = layout_.page_bytes;
  DoubleWriteDirectory directory;
  directory.sequence = ++double_write_sequence_;
  directory.target = target;
  directory.count = static_cast<uint32_t>(pages.size());
  std::byte* images = buffer.data() + kDoubleWriteDirectoryBytes;
  for (size_t i = 0; i < pages.size(); ++i) {
    directory.entries[i] = {pages[i].page, load_le<uint32_t>(images + i * page_bytes)};
  }
  encode_double_write(
      directory, layout_.uuid,
      std::span<std::byte, kDoubleWriteDirectoryBytes>(buffer.data(), kDoubleWriteDirectoryBytes));
  if (!DDB_FAULT(kNoDoubleWrite)) {
    Status staged = checkpoint_file_->write(
        kDoubleWriteOffset, buffer.first(kDoubleWriteDirectoryBytes + pages.size() * page_bytes));
    if (staged.is_ok()) staged = checkpoint_file_->sync();
    if (!staged.is_ok()) return poison(std::move(staged).with_prefix("checkpoint, double-write area: "));
  }
  for (size_t i = 0; i < pages.size();) {
    size_t run = 1;  // neighbours go in one write
    while (i + run < pages.size() && pages[i + run].page.value == pages[i].page.value + run) ++run;
    Status placed =
        checkpoint_file_->write(layout_.page_offset(pages[i].page),
                                std::span<const std::byte>(images + i * page_bytes, run * page_bytes));
    if (!placed.is_ok()) return poison(std::move(placed).with_prefix("checkpoint, database file: "));
    i += run;
  }
  if (Status synced = checkpoint_file_->sync(); !synced.is_ok()) {
    return poison(std::move(synced).with_prefix("checkpoint, database file: "));
  }
  return Status::ok();
}

uint64_t PageFile::pages_in_file() {
  MutexLock lock(size_mutex_);
  return file_bytes_ <= layout_.data_start() ? 0 : (file_bytes_ - layout_.data_start()) / layout_.page_bytes;
}

Status PageFile::write_direct(PageNo page, std::span<const std::byte> image) {
  return direct_file_->write(layout_.page_offset(page), image);
}

Status PageFile::sync_direct() { return direct_file_->sync(); }

Status PageFile::truncate_pages(uint64_t pages) {
  const uint64_t bytes = layout_.data_start() + pages * layout_.page_bytes;
  MutexLock lock(size_mutex_);
  DDB_TRY(const uint64_t now, file_->size());
  if (bytes >= now) return Status::ok();
  DDB_RETURN_IF_ERROR(checkpoint_file_->truncate(bytes));
  file_bytes_ = bytes;
  return Status::ok();
}

}  // namespace ddb
