// spill_file: one temp file of equal blocks, in which many sequences of bytes ("chains") are written and read back.
// Keeps: a block that does not come back as it was written is XX001; a block that was read for the last time is written
// again before the file grows.
//
// For one thread. The blocks of a chain lie anywhere in the file and name their successor, so that a merge of chains of a
// file into a new chain of the same file needs no more disk than the data (as the tapes of PostgreSQL's logtape.c).
//
// Block, little endian:
//   offset size
//        0    4 crc32c of all that follows, including `length` bytes of content
//        4    4 length of the content, at most block bytes - 24
//        8    4 serial number of the file in its TempSpace
//       12    4 number of the next block of the chain, 0xFFFFFFFF at its end
//       16    4 chain
//       20    4 position in the chain, from 0
//       24      content
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>

#include "spill/memory_tracker.h"
#include "spill/temp_space.h"
#include "spill/tracked_bytes.h"

namespace ddb {

inline constexpr uint32_t kSpillBlockHeaderBytes = 24;
inline constexpr uint32_t kNoSpillBlock = 0xFFFFFFFF;

// A finished sequence of bytes in one SpillFile.
struct SpillChain {
  uint32_t first_block = kNoSpillBlock;  // none when bytes is 0
  uint32_t id = 0;
  uint64_t bytes = 0;  // of content
};

class SpillFile {
 public:
  // `space` and `memory` outlive the file. `block_bytes` is 64 to 2^30. Errors: 53200, 53100, 58030.
  static Result<std::unique_ptr<SpillFile>> open(TempSpace& space, MemoryTracker& memory,
                                                 uint32_t block_bytes);
  ~SpillFile();  // gives everything back
  SpillFile(const SpillFile&) = delete;
  SpillFile& operator=(const SpillFile&) = delete;

  uint32_t block_bytes() const { return block_bytes_; }
  uint64_t bytes_on_disk() const { return uint64_t{blocks_} * block_bytes_; }
  uint64_t bytes_written() const { return written_; }

 private:
  friend class ChainWriter;
  friend class ChainReader;
  SpillFile(TempSpace& space, MemoryTracker& memory, uint32_t block_bytes)
      : space_(space), memory_(memory), block_bytes_(block_bytes) {}
  // A block to write to. Errors: 53400, 53100 (2^32 blocks).
  Result<uint32_t> take_block();
  // Lets the block be written again. Without memory to remember it, it is lost until the file is destroyed.
  void recycle(uint32_t block);
  bool widen_free_list();
  Status write_block(uint32_t block, std::span<const std::byte> bytes);
  Result<size_t> read_block(uint32_t block, std::span<std::byte> into);
  void expect(uint32_t block);
  uint32_t new_chain() { return ++chains_; }
  Status damaged(uint32_t block) const;

  TempSpace& space_;
  MemoryTracker& memory_;
  const uint32_t block_bytes_;
  std::unique_ptr<File> file_;
  uint32_t serial_ = 0;
  uint32_t blocks_ = 0;  // all are charged to the space
  uint32_t chains_ = 0;
  uint64_t written_ = 0;
  TrackedBytes free_list_;  // of uint32_t
  uint32_t free_count_ = 0;
};

// Writes one chain. For one thread; many writers of one file may take turns. An error ends the chain: the writer is of no
// further use.
class ChainWriter {
 public:
  // `buffer` has file.block_bytes() bytes and, as the file, outlives the writer.
  ChainWriter(SpillFile& file, std::byte* buffer) : file_(file), buffer_(buffer) {}

  // Errors: 53400 (temp_file_limit), 53100 (disk full), 58030.
  Status append(const void* bytes, size_t size) {
    if (size <= room_) [[likely]] {
      if (size != 0) std::memcpy(at_, bytes, size);
      at_ += size;
      room_ -= size;
      return Status::ok();
    }
    return append_slow(static_cast<const std::byte*>(bytes), size);
  }
  // Writes what is left; the writer is done. Errors as append().
  Result<SpillChain> finish();

 private:
  Status append_slow(const std::byte* bytes, size_t size);
  void begin_block(uint32_t block);
  Status write_out(uint32_t next);
  size_t content() const { return static_cast<size_t>(at_ - buffer_) - kSpillBlockHeaderBytes; }

  SpillFile& file_;
  std::byte* const buffer_;
  std::byte* at_ = nullptr;
  size_t room_ = 0;
  uint32_t block_ = kNoSpillBlock;
  uint32_t position_ = 0;
  SpillChain chain_;
};

// Reads one chain from its begin to its end. For one thread; many readers and writers of one file may take turns.
class ChainReader {
 public:
  // `buffer` has file.block_bytes() bytes and, as the file, outlives the reader. `recycle`: blocks may be written again as
  // soon as they are in the buffer; the chain can then be read only once.
  ChainReader(SpillFile& file, const SpillChain& chain, std::byte* buffer, bool recycle)
      : file_(file),
        chain_(chain),
        buffer_(buffer),
        recycle_(recycle),
        next_(chain.first_block),
        left_(chain.bytes) {}

  // Bytes of the chain that were not consumed.
  uint64_t left() const { return left_; }
  // Those that lie in the buffer now; dead when the next block is read.
  std::span<const std::byte> ready() const { return {at_, static_cast<size_t>(end_ - at_)}; }
  // REQUIRES: size <= ready().size().
  void consume(size_t size) {
    DDB_ASSERT(size <= ready().size());
    at_ += size;
    left_ -= size;
  }
  // Reads the next block once ready() is consumed. REQUIRES: ready() is empty and left() > 0.
  // Errors: 58030, XX001 (another content than was written).
  Status read_block();
  // Copies the next `size` bytes. Errors as read_block(); XX001 when the chain is shorter.
  Status read(void* into, size_t size);

 private:
  SpillFile& file_;
  const SpillChain chain_;
  std::byte* const buffer_;
  const bool recycle_;
  uint32_t next_;
  uint32_t position_ = 0;
  uint64_t left_;
  const std::byte* at_ = nullptr;
  const std::byte* end_ = nullptr;
};

}  // namespace ddb
