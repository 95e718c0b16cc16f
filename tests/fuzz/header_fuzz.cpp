// header_fuzz: header copies and the double-write directory from arbitrary bytes: a value or an error, never a crash, and
// what decodes encodes back to the same meaning.
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "base/byte_order.h"
#include "base/crc32c.h"
#include "format/file_header.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace ddb;
  std::vector<std::byte> bytes(2 * kHeaderCopyBytes + kDoubleWriteDirectoryBytes);
  std::memcpy(bytes.data(), data, size < bytes.size() ? size : bytes.size());
  const std::span<std::byte> all(bytes);
  if (size > 0 && (data[0] & 1) != 0) {  // let the fuzzer past the checksums
    for (const uint64_t at : kHeaderCopyOffset) store_le<uint32_t>(&bytes[at + 252], crc32c(&bytes[at], 252));
  }
  uint32_t valid = 0;
  (void)merge_headers(all.first(kHeaderCopyBytes), all.subspan(kHeaderCopyBytes, kHeaderCopyBytes), &valid)
      .is_ok();
  (void)decode_header(all.first(size < bytes.size() ? size : bytes.size())).is_ok();
  Result<FileHeader> header = decode_header(all.first(kHeaderCopyBytes));
  if (header.is_ok() && header->format_version == kFormatVersion) {
    std::array<std::byte, kHeaderCopyBytes> again;
    encode_header(*header, again);
    Result<FileHeader> second = decode_header(again);
    if (!second.is_ok() || second->checkpoint_lsn != header->checkpoint_lsn ||
        second->clean != header->clean || second->page_bytes != header->page_bytes) {
      __builtin_trap();
    }
  }
  const std::span<std::byte> directory = all.subspan(2 * kHeaderCopyBytes);
  FileUuid uuid;
  std::memcpy(uuid.data(), directory.data() + 8, 16);
  const uint32_t count = load_le<uint32_t>(directory.data() + 40);
  if (count <= 64) store_le<uint32_t>(directory.data() + 4, crc32c(directory.data() + 8, 40 + count * 8));
  DoubleWriteDirectory decoded;
  (void)decode_double_write(directory, uuid, &decoded);
  return 0;
}
