// tree_pages_fuzz: any bytes as an inner page, as a reference to overflow pages, and as compressed bytes: they are refused, or what
// reads them stays inside of its memory and gives what the obvious way gives.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "btree/compression.h"
#include "btree/overflow.h"
#include "btree/table_inner.h"

namespace {

using namespace ddb;

constexpr uint32_t kPage = 4096;

void require(bool holds) {
  if (!holds) __builtin_trap();
}

struct Free {
  void operator()(std::byte* page) const { std::free(page); }
};
// Of its own, so that a read behind the page is seen.
using Page = std::unique_ptr<std::byte, Free>;

uint64_t sum = 0;  // what was read: kept, so that reading is not left out

void read_inner(const TableInner& inner) {
  const auto find_slowly = [&](int64_t row_id) {
    uint32_t found = 0;
    for (uint32_t i = 1; i < inner.count(); ++i) {
      if (inner.separator(i) <= row_id) found = i;
    }
    return found;
  };
  require(inner.level() >= 1 && inner.level() <= kTreeLevelsMax);
  require(inner.count() >= 1);
  for (uint32_t i = 0; i < inner.count(); ++i) {
    require(inner.child(i).value > 1);
    sum += inner.child(i).value;
    if (i == 0) continue;
    require(inner.find(inner.separator(i)) == i);
    require(inner.separator(i) == INT64_MIN || inner.find(inner.separator(i) - 1) == i - 1);
  }
  for (const int64_t row_id : {INT64_MIN, int64_t{-1}, int64_t{0}, int64_t{255}, INT64_MAX})
    require(inner.find(row_id) == find_slowly(row_id));
}

// Input: content bytes (two), the header from byte 32 (16), how far separators go up if they are to ascend (0: as they are), then
// separators and children; what is missing repeats.
void try_inner(const uint8_t* data, size_t size) {
  if (size < 20) return;
  const auto given = static_cast<uint32_t>(data[0] | data[1] << 8);
  const uint32_t content = given % 4 != 0 ? kPage - given % 64 : given;
  const Page page(static_cast<std::byte*>(std::aligned_alloc(64, kPage)));
  std::memset(page.get(), 0, kPage);
  page.get()[4] = std::byte{9};
  std::memcpy(page.get() + kPageHeaderBytes, data + 2, 16);
  const uint8_t step = data[18];
  data += 19;
  size -= 19;
  for (size_t i = kInnerKeys; i < kPage; ++i)
    page.get()[i] = static_cast<std::byte>(data[(i - kInnerKeys) % size]);
  if (step != 0 && content <= kPage && content > kInnerKeys + 24) {
    auto separator = load_le<uint64_t>(page.get() + kInnerKeys);
    for (uint32_t i = 0; i < inner_capacity(content); ++i, separator += step)
      store_le<uint64_t>(page.get() + kInnerKeys + size_t{8} * i, separator);
  }
  const Status status = check_table_inner({page.get(), kPage}, content);
  if (status.is_ok()) {
    read_inner(TableInner(page.get(), content));
  } else {
    require(status.is(sqlstate::kCorrupted));
  }
}

// A reference that is taken is one that encode() gives.
void try_reference(std::string_view bytes) {
  const Result<OverflowRef> ref = OverflowRef::decode(bytes);
  if (!ref.is_ok()) {
    require(ref.status().is(sqlstate::kCorrupted));
    return;
  }
  require(ref.value().stored > 0 && ref.value().stored <= kValueBytesMax);
  require(ref.value().bytes >= ref.value().stored && ref.value().bytes <= kValueBytesMax);
  require(ref.value().first.value > 1);
  char again[kOverflowRefBytes];
  ref.value().encode(again);
  require(bytes == std::string_view(again, sizeof(again)));
}

// Any bytes decompress to exactly what was asked for, or not at all. In memory of exactly their sizes.
void try_decompress(Compression how, uint32_t out_bytes, std::string_view bytes) {
  const std::unique_ptr<char[]> in(new char[bytes.size()]);
  std::copy(bytes.begin(), bytes.end(), in.get());
  const std::string_view held(in.get(), bytes.size());
  const bool may = may_decompress_to(how, held, out_bytes);
  const std::unique_ptr<char[]> out(new char[out_bytes]);
  const Status status = decompress(how, held, out_bytes, out.get());
  if (!status.is_ok()) {
    require(status.is(sqlstate::kCorrupted));
    return;
  }
  for (uint32_t i = 0; i < out_bytes; ++i) sum += static_cast<unsigned char>(out[i]);
  // What lies in pages was compressed with its length: only such frames are taken, and all of them are.
  require(may || how == Compression::kZstd);
}

// What is compressed comes back, and may be decompressed.
void try_compress(std::string_view bytes, size_t repeats) {
  std::string value;
  for (size_t i = 0; i < repeats && value.size() < 100'000; ++i) value += bytes;
  std::string stored;
  const Compression how = compress(value, stored);
  if (how == Compression::kNone) return;
  require(stored.size() <= value.size() - value.size() / 8);
  const auto length = static_cast<uint32_t>(value.size());
  require(may_decompress_to(how, stored, length));
  std::string out(value.size(), '\0');
  require(decompress(how, stored, length, out.data()).is_ok() && out == value);
  require(!decompress(how, stored, length - 1, out.data()).is_ok());
  out.resize(value.size() + 1);
  require(!decompress(how, stored, length + 1, out.data()).is_ok());
}

}  // namespace

// The first byte says what the rest is.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 5) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0:
      try_inner(data + 1, size - 1);
      break;
    case 1:
      try_reference(rest);
      try_reference(rest.substr(0, kOverflowRefBytes));
      break;
    case 2:
      try_decompress(static_cast<Compression>(data[1] % 3),
                     static_cast<uint32_t>(data[2] | data[3] << 8 | (data[4] & 3) << 16), rest.substr(4));
      break;
    default:
      try_compress(rest.substr(1), size_t{1} + data[1] * size_t{data[1]});
      break;
  }
  return 0;
}
