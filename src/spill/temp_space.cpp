// temp_space: the count of bytes in temp files.
#include "spill/temp_space.h"

#include <new>

namespace ddb {

Result<std::unique_ptr<File>> TempSpace::open() {
  if (!allowed()) {
    return Status::error(sqlstate::kOutOfMemory,
                         "the work does not fit in memory and temp files are not allowed")
        .with_hint("raise work_mem or temp_file_limit");
  }
  DDB_TRY(auto file, vfs_->open_temp(directory_));
  files_.fetch_add(1, std::memory_order_relaxed);
  return file;
}

void TempSpace::close(uint64_t taken_bytes) {
  used_.fetch_sub(taken_bytes, std::memory_order_relaxed);
  files_.fetch_sub(1, std::memory_order_relaxed);
}

Status TempSpace::take(uint64_t bytes) try {
  uint64_t used = used_.load(std::memory_order_relaxed);
  do {
    if (bytes > limit_ - used) {
      return Status::error(sqlstate::kLimitExceeded, "temp files would pass temp_file_limit, which is " +
                                                         std::to_string(limit_) + " bytes")
          .with_hint("raise temp_file_limit or work_mem, or let the statement sort or join fewer rows");
    }
  } while (!used_.compare_exchange_weak(used, used + bytes, std::memory_order_relaxed));
  uint64_t most = most_.load(std::memory_order_relaxed);
  while (most < used + bytes && !most_.compare_exchange_weak(most, used + bytes, std::memory_order_relaxed)) {
  }
  return Status::ok();
} catch (const std::bad_alloc&) {  // only the message allocates: nothing was taken
  return Status::out_of_memory();
}

}  // namespace ddb
