// tree_pages_fuzz: inner pages of trees, references to overflow pages and compressed bytes from arbitrary input: an error or sound
// answers, never a crash.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "btree/compression.h"
#include "btree/overflow.h"
#include "btree/table_inner.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void try_inner(const uint8_t* data, size_t size) {
  constexpr uint32_t kPage = 4096;
  std::vector<std::byte> page(kPage);
  std::memcpy(page.data(), data, std::min<size_t>(size, kPage));
  if (!ddb::check_table_inner(page, kPage).is_ok()) return;
  const ddb::TableInner inner(page.data(), kPage);
  for (uint32_t i = 0; i < inner.count(); ++i) {
    require(inner.child(i).value > 1);
    if (i == 0) continue;
    require(inner.find(inner.separator(i)) == i);
    if (inner.separator(i) != INT64_MIN) require(inner.find(inner.separator(i) - 1) == i - 1);
  }
}

void try_overflow(std::string_view bytes) {
  ddb::Result<ddb::OverflowRef> ref = ddb::OverflowRef::decode(bytes.substr(0, ddb::kOverflowRefBytes));
  if (ref.is_ok()) {
    char again[ddb::kOverflowRefBytes];
    ref->encode(again);
    require(bytes.substr(0, ddb::kOverflowRefBytes) == std::string_view(again, sizeof(again)));
  }
  if (bytes.size() < 4) return;
  const auto how = static_cast<ddb::Compression>(static_cast<uint8_t>(bytes[0]) % 3);
  const uint32_t out_bytes = (static_cast<uint8_t>(bytes[1]) | static_cast<uint8_t>(bytes[2]) << 8) + 1u;
  const std::string_view packed = bytes.substr(3);
  std::string out(out_bytes, '\0');
  if (ddb::may_decompress_to(how, packed, out_bytes))
    (void)ddb::decompress(how, packed, out_bytes, out.data()).is_ok();
  std::string shorter;
  const ddb::Compression made = ddb::compress(bytes, shorter);
  if (made == ddb::Compression::kNone) return;
  std::string back(bytes.size(), '\0');
  require(ddb::decompress(made, shorter, static_cast<uint32_t>(bytes.size()), back.data()).is_ok());
  require(back == bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try_inner(data, size);
  try_overflow({reinterpret_cast<const char*>(data), size});
  return 0;
}
