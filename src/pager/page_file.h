// page_file: the main file: header copies, double-write area and pages. Knows no versions.
// Keeps: a page is overwritten in place only while its new image lies synced in the double-write area (write_slice).
// Reads and reserve_pages may run from any thread; write_direct and sync_direct belong to the holder of the write lock,
// the other writing calls to one thread at a time (first write, checkpoint, close).
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/poison.h"
#include "format/file_header.h"
#include "format/page.h"
#include "vfs/vfs.h"

namespace ddb {

struct SlicePage {
  PageNo page;
  Lsn lsn;
};

class PageFile {
 public:
  PageFile(Vfs& vfs, Runtime& runtime, Poison& poison, std::string path, std::unique_ptr<File> file,
           const FileHeader& header)
      : vfs_(vfs),
        poison_(poison),
        path_(std::move(path)),
        file_(std::move(file)),
        layout_(header),
        header_(header),
        size_mutex_(runtime) {}

  // Identity and geometry, which never change. Its checkpoint state is that at open.
  const FileHeader& layout() const { return layout_; }
  // With the checkpoint state. At open and close, otherwise under the checkpoint mutex.
  const FileHeader& header() const { return header_; }
  File& file() { return *file_; }

  // Reads the page as the file (or a double-write image that stands in for it) has it.
  // *present = false if the file ends before it. Checksum and page number are not judged here. 58030.
  Status read(PageNo page, std::byte* into, bool* present);

  // Says that pages will be read soon; waits for nothing.
  void expect_read(PageNo first, uint32_t pages) {
    file_->expect_read(layout_.page_offset(first), uint64_t{pages} * layout_.page_bytes);
  }

  // Finds pages whose main copy is damaged and whose image the double-write area holds (ADR 0005.3).
  Status load_double_write_images();
  bool has_images() const { return !images_.empty(); }
  // Writes those images in place, syncs and forgets them.
  Status restore_images();

  // Opens the descriptors of the writing activities; before the first write.
  Status open_for_writing();
  // Writes both header copies, each synced, the damaged one first: the other stays whole until it is there.
  Status write_headers(const FileHeader& header);
  Status write_header_copy(const FileHeader& header, int copy);
  void set_valid_copies(uint32_t mask) { first_copy_ = mask == 1 ? 1 : 0; }
  void set_header(const FileHeader& header) { header_ = header; }

  // Makes the file cover `pages` pages with space allocated. 53100, 58030: nothing changed.
  Status reserve_pages(uint64_t pages);
  uint64_t pages_in_file();
  // Writes a slice through the double-write area. `buffer`: kDoubleWriteDirectoryBytes, then the sealed images.
  // REQUIRES: reserve_pages covers all. Errors poison.
  Status write_slice(std::span<const SlicePage> pages, Lsn target, std::span<std::byte> buffer);
  // Writes a sealed page that nothing uses (rule 24), unsynced. An error is the caller's.
  Status write_direct(PageNo page, std::span<const std::byte> image);
  Status sync_direct();
  Status truncate_pages(uint64_t pages);

 private:
  Status poison(Status cause) {
    poison_.set(cause);
    return cause;
  }

  Vfs& vfs_;
  Poison& poison_;
  const std::string path_;
  std::unique_ptr<File> file_;             // holds the lock; reads
  std::unique_ptr<File> checkpoint_file_;  // headers, double-write area, pages
  std::unique_ptr<File> direct_file_;
  const FileHeader layout_;
  FileHeader header_;
  int first_copy_ = 0;
  bool earlier_writes_synced_ = false;
  Mutex size_mutex_;  // held while the file grows or shrinks
  uint64_t file_bytes_ DDB_GUARDED_BY(size_mutex_) = 0;
  uint64_t double_write_sequence_ = 0;
  std::vector<std::pair<PageNo, std::vector<std::byte>>> images_;
};

}  // namespace ddb
