// compression: calls of liblz4 and libzstd.
#include "btree/compression.h"

#include <lz4.h>
#include <zstd.h>

#include <cstring>

namespace ddb {
namespace {

constexpr size_t kWorthTrying = 64;  // shorter values save nothing
constexpr size_t kZstdFrom = 64 * 1024;
constexpr size_t kSampleFrom = 16 * 1024;
constexpr size_t kSampleBytes = 4096;

bool saves(size_t from, size_t to) { return to != 0 && to <= from - from / 8; }

// One sample from the middle tells text from what is compressed already.
bool sample_shrinks(std::string_view bytes) {
  char out[LZ4_COMPRESSBOUND(kSampleBytes)];
  const char* from = bytes.data() + (bytes.size() - kSampleBytes) / 2;
  const int size =
      LZ4_compress_default(from, out, static_cast<int>(kSampleBytes), static_cast<int>(sizeof(out)));
  return size > 0 && saves(kSampleBytes, static_cast<size_t>(size));
}

}  // namespace

Compression compress(std::string_view bytes, std::string& out) {
  if (bytes.size() < kWorthTrying) return Compression::kNone;
  if (bytes.size() >= kSampleFrom && !sample_shrinks(bytes)) return Compression::kNone;
  const size_t room = bytes.size() - bytes.size() / 8;
  out.resize(room);
  if (bytes.size() < kZstdFrom) {
    const int size = LZ4_compress_default(bytes.data(), out.data(), static_cast<int>(bytes.size()),
                                          static_cast<int>(room));
    if (size <= 0) return Compression::kNone;
    out.resize(static_cast<size_t>(size));
    return Compression::kLz4;
  }
  const size_t size = ZSTD_compress(out.data(), room, bytes.data(), bytes.size(), 1);
  if (ZSTD_isError(size) != 0) return Compression::kNone;
  out.resize(size);
  return Compression::kZstd;
}

bool may_decompress_to(Compression how, std::string_view bytes, uint32_t out_bytes) {
  constexpr uint64_t kLz4RatioMax = 255;
  if (how == Compression::kZstd) return ZSTD_getFrameContentSize(bytes.data(), bytes.size()) == out_bytes;
  if (how == Compression::kLz4) return out_bytes <= bytes.size() * kLz4RatioMax;
  return bytes.size() == out_bytes;
}

Status decompress(Compression how, std::string_view bytes, uint32_t out_bytes, char* out) {
  bool good = false;
  switch (how) {
    case Compression::kNone:
      good = bytes.size() == out_bytes;
      if (good && out_bytes != 0) std::memcpy(out, bytes.data(), out_bytes);
      break;
    case Compression::kLz4:
      good = bytes.size() <= INT32_MAX && out_bytes <= INT32_MAX &&
             LZ4_decompress_safe(bytes.data(), out, static_cast<int>(bytes.size()),
                                 static_cast<int>(out_bytes)) == static_cast<int>(out_bytes);
      break;
    case Compression::kZstd:
      good = ZSTD_decompress(out, out_bytes, bytes.data(), bytes.size()) == out_bytes;
      break;
  }
  if (!good) return Status::corruption("compressed bytes do not give the value they should");
  return Status::ok();
}

}  // namespace ddb
