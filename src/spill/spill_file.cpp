// spill_file: blocks on disk and the chains they form.
#include "spill/spill_file.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <string>

#include "base/byte_order.h"
#include "base/crc32c.h"

namespace ddb {

namespace {

struct BlockHeader {
  U32le crc, length, serial, next, chain, position;
};
static_assert(sizeof(BlockHeader) == kSpillBlockHeaderBytes);

uint32_t block_crc(const std::byte* block, size_t content) {
  return crc32c(block + sizeof(U32le), kSpillBlockHeaderBytes - sizeof(U32le) + content);
}

}  // namespace

Result<std::unique_ptr<SpillFile>> SpillFile::open(TempSpace& space, MemoryTracker& memory,
                                                   uint32_t block_bytes) {
  DDB_ASSERT(block_bytes >= 64 && block_bytes <= (1u << 30));
  std::unique_ptr<SpillFile> file(new (std::nothrow) SpillFile(space, memory, block_bytes));
  if (file == nullptr) return Status::out_of_memory();
  DDB_TRY(file->file_, space.open());
  file->serial_ = space.new_serial();
  return file;
}

SpillFile::~SpillFile() {
  if (file_ == nullptr) return;
  file_.reset();
  space_.close(bytes_on_disk());
}

Result<uint32_t> SpillFile::take_block() {
  if (free_count_ != 0) return load_le<uint32_t>(free_list_.data() + size_t{--free_count_} * 4);
  if (blocks_ == kNoSpillBlock - 1) return Status::error(sqlstate::kDiskFull, "a temp file has 2^32 blocks");
  DDB_RETURN_IF_ERROR(space_.take(block_bytes_));
  return blocks_++;
}

void SpillFile::recycle(uint32_t block) {
  if (size_t{free_count_} * 4 == free_list_.size() && !widen_free_list()) return;
  store_le(free_list_.data() + size_t{free_count_++} * 4, block);
}

bool SpillFile::widen_free_list() {
  TrackedBytes wider;
  if (!wider.try_allocate(memory_, std::max<size_t>(256, free_list_.size() * 2))) return false;
  if (free_count_ != 0) std::memcpy(wider.data(), free_list_.data(), size_t{free_count_} * 4);
  free_list_ = std::move(wider);
  return true;
}

Status SpillFile::write_block(uint32_t block, std::span<const std::byte> bytes) {
  DDB_RETURN_IF_ERROR(file_->write(uint64_t{block} * block_bytes_, bytes).with_prefix("temp file: "));
  written_ += bytes.size();
  space_.count_written(bytes.size());
  return Status::ok();
}

Result<size_t> SpillFile::read_block(uint32_t block, std::span<std::byte> into) {
  auto got = file_->read(uint64_t{block} * block_bytes_, into);
  if (!got.is_ok()) return got.status().with_prefix("temp file: ");
  return got;
}

void SpillFile::expect(uint32_t block) { file_->expect_read(uint64_t{block} * block_bytes_, block_bytes_); }

Status SpillFile::damaged(uint32_t block) const try {
  return Status::corruption("temp file: block " + std::to_string(block) + " of " +
                            std::to_string(block_bytes_) + " bytes came back damaged")
      .with_hint("check the disk of temp_directory, then run the statement again");
} catch (const std::bad_alloc&) {
  return Status::out_of_memory();
}

void ChainWriter::begin_block(uint32_t block) {
  block_ = block;
  at_ = buffer_ + kSpillBlockHeaderBytes;
  room_ = file_.block_bytes() - kSpillBlockHeaderBytes;
}

Status ChainWriter::write_out(uint32_t next) {
  BlockHeader header;
  header.length = static_cast<uint32_t>(content());
  header.serial = file_.serial_;
  header.next = next;
  header.chain = chain_.id;
  header.position = position_++;
  std::memcpy(buffer_, &header, sizeof header);
  const uint32_t crc = block_crc(buffer_, content());
  store_le(buffer_, crc);
  chain_.bytes += content();
  return file_.write_block(block_, {buffer_, kSpillBlockHeaderBytes + content()});
}

Status ChainWriter::append_slow(const std::byte* bytes, size_t size) {
  if (block_ == kNoSpillBlock) {
    chain_.id = file_.new_chain();
    DDB_TRY(chain_.first_block, file_.take_block());
    begin_block(chain_.first_block);
  }
  while (size > room_) {
    std::memcpy(at_, bytes, room_);
    at_ += room_;
    bytes += room_;
    size -= room_;
    DDB_TRY(const uint32_t next, file_.take_block());
    DDB_RETURN_IF_ERROR(write_out(next));
    begin_block(next);
  }
  std::memcpy(at_, bytes, size);
  at_ += size;
  room_ -= size;
  return Status::ok();
}

Result<SpillChain> ChainWriter::finish() {
  if (block_ != kNoSpillBlock) DDB_RETURN_IF_ERROR(write_out(kNoSpillBlock));
  return chain_;
}

Status ChainReader::read_block() {
  DDB_ASSERT(ready().empty() && left_ > 0);
  const uint32_t block = next_;
  if (block >= file_.blocks_) return file_.damaged(block);
  DDB_TRY(const size_t got, file_.read_block(block, {buffer_, file_.block_bytes()}));
  if (got < kSpillBlockHeaderBytes) return file_.damaged(block);
  BlockHeader header;
  std::memcpy(&header, buffer_, sizeof header);
  const uint32_t length = header.length;
  if (length > got - kSpillBlockHeaderBytes || length == 0 || length > left_ ||
      header.crc != block_crc(buffer_, length) || header.serial != file_.serial_ ||
      header.chain != chain_.id || header.position != position_ ||
      (header.next == kNoSpillBlock) != (length == left_)) {
    return file_.damaged(block);
  }
  ++position_;
  next_ = header.next;
  at_ = buffer_ + kSpillBlockHeaderBytes;
  end_ = at_ + length;
  if (recycle_) file_.recycle(block);
  if (next_ != kNoSpillBlock) file_.expect(next_);
  return Status::ok();
}

Status ChainReader::read(void* into, size_t size) {
  auto* to = static_cast<std::byte*>(into);
  if (size > left_) return file_.damaged(next_);
  while (size > 0) {
    if (ready().empty()) DDB_RETURN_IF_ERROR(read_block());
    const size_t step = std::min(size, ready().size());
    std::memcpy(to, at_, step);
    consume(step);
    to += step;
    size -= step;
  }
  return Status::ok();
}

}  // namespace ddb
