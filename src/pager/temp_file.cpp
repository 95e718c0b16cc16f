// temp_file: slots of the spill file.
#include "pager/temp_file.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "format/page.h"

namespace ddb {

Result<uint32_t> TempFile::write(const std::byte* page) try {
  if (!allowed()) {
    return Status::error(sqlstate::kOutOfMemory, "memory_limit is reached and no temp file is allowed")
        .with_hint("raise memory_limit or temp_file_limit");
  }
  MutexLock lock(mutex_);
  if (full()) {
    return Status::error(sqlstate::kDiskFull,
                         "temp_file_limit of " + std::to_string(limit_bytes_) + " bytes is reached")
        .with_hint("end old readers, use smaller transactions, or raise temp_file_limit");
  }
  if (file_ == nullptr) {
    DDB_TRY(file_, vfs_->open_temp(directory_));
  }
  scratch_.resize(page_bytes_);
  std::memcpy(scratch_.data(), page, page_bytes_);
  seal_page(scratch_.data(), page_bytes_);
  free_.reserve(slots_ + 1);  // so that release() cannot fail
  const uint32_t slot = free_.empty() ? slots_ : free_.back();
  DDB_RETURN_IF_ERROR(file_->write(uint64_t{slot} * page_bytes_, scratch_).with_prefix("temp file: "));
  if (free_.empty()) {
    ++slots_;
  } else {
    free_.pop_back();
  }
  const uint64_t used = in_use_.fetch_add(1, std::memory_order_relaxed) + 1;
  most_.store(std::max(used, most_.load(std::memory_order_relaxed)), std::memory_order_relaxed);
  writes_.fetch_add(1, std::memory_order_relaxed);
  return slot;
} catch (const std::bad_alloc&) {  // before the first write: nothing changed
  return Status::out_of_memory();
}

Status TempFile::read(uint32_t slot, std::byte* page) {
  DDB_TRY(const size_t got, file_->read(uint64_t{slot} * page_bytes_, std::span(page, page_bytes_)));
  if (got != page_bytes_ || load_le<uint32_t>(page) != page_crc(page, page_bytes_)) {
    return Status::corruption("temp file: a spilled page came back damaged (slot " + std::to_string(slot) +
                              ")");
  }
  return Status::ok();
}

void TempFile::release(uint32_t slot) {
  MutexLock lock(mutex_);
  free_.push_back(slot);
  in_use_.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace ddb
