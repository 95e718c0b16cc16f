// file_header: encode and decode of header copies and the double-write directory.
#include "format/file_header.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "base/byte_order.h"
#include "base/crc32c.h"

namespace ddb {
namespace {

// The line ends catch transfers in text mode, as PNG's do.
constexpr unsigned char kMagic[16] = {'D',  'e',  'c',  'e',  'n',  't', 'D', 'B',
                                      '\r', '\n', 0x1A, '\n', 0x89, 0,   0,   1};
constexpr uint32_t kDoubleWriteMagic = 0x44574444;  // "DDWD"
constexpr size_t kHeaderBytes = 256;
constexpr uint32_t kFlagClean = 1;

struct HeaderLayout {
  unsigned char magic[16];
  U32le format_version;
  U32le page_bytes;
  U64le read_features;
  U64le write_features;
  U32le reserved_bytes;
  U32le double_write_slots;
  unsigned char uuid[16];
  U64le checkpoint_lsn;
  U64le log_must_reach;
  U32le flags;
  unsigned char zero[168];
  U32le crc;
};
static_assert(sizeof(HeaderLayout) == kHeaderBytes);

struct DirectoryLayout {
  U32le magic;
  U32le crc;
  unsigned char uuid[16];
  U64le sequence;
  U64le target;
  U32le count;
  U32le zero;
};
static_assert(sizeof(DirectoryLayout) == 48);

bool page_bytes_valid(uint32_t bytes) {
  return bytes >= kPageBytesMin && bytes <= kPageBytesMax && (bytes & (bytes - 1)) == 0;
}

}  // namespace

void encode_header(const FileHeader& header, std::span<std::byte, kHeaderCopyBytes> out) {
  std::memset(out.data(), 0, out.size());
  HeaderLayout layout{};
  std::memcpy(layout.magic, kMagic, sizeof(kMagic));
  layout.format_version = header.format_version;
  layout.page_bytes = header.page_bytes;
  layout.read_features = header.read_features;
  layout.write_features = header.write_features;
  layout.reserved_bytes = header.reserved_bytes;
  layout.double_write_slots = header.double_write_slots;
  std::memcpy(layout.uuid, header.uuid.data(), 16);
  layout.checkpoint_lsn = header.checkpoint_lsn.value;
  layout.log_must_reach = header.log_must_reach.value;
  layout.flags = header.clean ? kFlagClean : 0;
  layout.crc = crc32c(&layout, kHeaderBytes - 4);
  std::memcpy(out.data(), &layout, kHeaderBytes);
}

bool looks_foreign(std::span<const std::byte> copy) {
  return copy.size() < sizeof(kMagic) || std::memcmp(copy.data(), kMagic, 8) != 0;
}

Result<FileHeader> decode_header(std::span<const std::byte> copy) {
  if (copy.size() < kHeaderBytes) return Status::corruption("file header is truncated");
  HeaderLayout layout;
  std::memcpy(&layout, copy.data(), kHeaderBytes);
  if (looks_foreign(copy)) return Status::corruption("file header has no DecentDB magic");
  if (crc32c(&layout, kHeaderBytes - 4) != layout.crc)
    return Status::corruption("file header has a bad checksum");
  FileHeader header;
  header.format_version = layout.format_version;
  header.page_bytes = layout.page_bytes;
  header.read_features = layout.read_features;
  header.write_features = layout.write_features;
  header.reserved_bytes = layout.reserved_bytes;
  header.double_write_slots = layout.double_write_slots;
  std::memcpy(header.uuid.data(), layout.uuid, 16);
  header.checkpoint_lsn = Lsn(layout.checkpoint_lsn);
  header.log_must_reach = Lsn(layout.log_must_reach);
  header.clean = (layout.flags & kFlagClean) != 0;
  if (header.format_version != kFormatVersion || header.read_features != 0)
    return header;  // judged by the caller
  if (!page_bytes_valid(header.page_bytes) || header.reserved_bytes > header.page_bytes / 8 ||
      header.double_write_slots == 0 || header.double_write_slots > 64 ||
      uint64_t{header.double_write_slots} * header.page_bytes > kDoubleWriteBytesMax) {
    return Status::corruption("file header has impossible page or double-write sizes");
  }
  return header;
}

Result<FileHeader> merge_headers(std::span<const std::byte> copy0, std::span<const std::byte> copy1,
                                 uint32_t* valid_mask) {
  *valid_mask = 0;
  Result<FileHeader> a = decode_header(copy0);
  Result<FileHeader> b = decode_header(copy1);
  if (!a.is_ok() && !b.is_ok()) {
    if (looks_foreign(copy0) && looks_foreign(copy1)) {
      return Status::corruption("not a DecentDB file: neither header copy carries its magic");
    }
    return Status::corruption("both header copies are damaged")
        .with_detail(std::string(a.status().message()) +
                     "; second copy: " + std::string(b.status().message()))
        .with_hint("restore the file from a backup");
  }
  if (a.is_ok()) *valid_mask |= 1;
  if (b.is_ok()) *valid_mask |= 2;
  FileHeader merged = a.is_ok() ? *a : *b;
  if (a.is_ok() && b.is_ok()) {
    if (a->uuid != b->uuid || a->page_bytes != b->page_bytes ||
        a->double_write_slots != b->double_write_slots) {
      return Status::corruption("the two header copies belong to different files");
    }
    merged.checkpoint_lsn = std::max(a->checkpoint_lsn, b->checkpoint_lsn);
    merged.log_must_reach = std::max(a->log_must_reach, b->log_must_reach);
    merged.clean = a->clean && b->clean;
  }
  if (merged.format_version > kFormatVersion || merged.read_features != 0) {
    return Status::error(sqlstate::kFeatureNotSupported,
                         "the file has format version " + std::to_string(merged.format_version) +
                             " or features that this version of DecentDB does not know")
        .with_hint("open it with a newer DecentDB");
  }
  if (merged.format_version < kFormatVersion) return Status::corruption("file header has format version 0");
  return merged;
}

void encode_double_write(const DoubleWriteDirectory& directory, const FileUuid& uuid,
                         std::span<std::byte, kDoubleWriteDirectoryBytes> out) {
  std::memset(out.data(), 0, out.size());
  DirectoryLayout layout{};
  layout.magic = kDoubleWriteMagic;
  std::memcpy(layout.uuid, uuid.data(), 16);
  layout.sequence = directory.sequence;
  layout.target = directory.target.value;
  layout.count = directory.count;
  std::memcpy(out.data(), &layout, sizeof(layout));
  std::byte* entry = out.data() + sizeof(layout);
  for (uint32_t i = 0; i < directory.count; ++i, entry += 8) {
    store_le<uint32_t>(entry, directory.entries[i].page.value);
    store_le<uint32_t>(entry + 4, directory.entries[i].image_crc);
  }
  store_le<uint32_t>(out.data() + 4, crc32c(out.data() + 8, sizeof(layout) - 8 + directory.count * 8));
}

bool decode_double_write(std::span<const std::byte> bytes, const FileUuid& uuid, DoubleWriteDirectory* out) {
  if (bytes.size() < kDoubleWriteDirectoryBytes) return false;
  DirectoryLayout layout;
  std::memcpy(&layout, bytes.data(), sizeof(layout));
  const uint32_t count = layout.count;
  if (layout.magic != kDoubleWriteMagic || count > out->entries.size()) return false;
  if (crc32c(bytes.data() + 8, sizeof(layout) - 8 + count * 8) != layout.crc) return false;
  if (std::memcmp(layout.uuid, uuid.data(), 16) != 0) return false;
  out->sequence = layout.sequence;
  out->target = Lsn(layout.target);
  out->count = count;
  const std::byte* entry = bytes.data() + sizeof(layout);
  for (uint32_t i = 0; i < count; ++i, entry += 8) {
    out->entries[i] = {PageNo(load_le<uint32_t>(entry)), load_le<uint32_t>(entry + 4)};
  }
  return true;
}

}  // namespace ddb
