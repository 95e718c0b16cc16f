// compression: LZ4 blocks and zstd frames of known length. The only place that sees the two libraries.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"

namespace ddb {

enum class Compression : uint8_t { kNone = 0, kLz4 = 1, kZstd = 2 };

// Compresses into `out` if that saves at least an eighth; kNone (out is unspecified) otherwise. LZ4 below 64 KiB, zstd level 1
// above; of long values a sample is tried first. Throws std::bad_alloc.
Compression compress(std::string_view bytes, std::string& out);

// Whether bytes so compressed can give that length at all: asked before memory is taken for it.
bool may_decompress_to(Compression how, std::string_view bytes, uint32_t out_bytes);

// XX001 unless `bytes` decompress to exactly out_bytes, which are written to `out`.
Status decompress(Compression how, std::string_view bytes, uint32_t out_bytes, char* out);

}  // namespace ddb
