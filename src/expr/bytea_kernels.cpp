// bytea_kernels: lengths, parts and text forms of bytea; md5 of text and bytea. Positions count bytes.
#include <algorithm>

#include "expr/md5.h"
#include "expr/text_memory.h"
#include "record/ascii.h"
#include "record/utf8.h"

namespace ddb {
namespace {

using Bytes = std::string_view;

Status negative_length() {
  return Status::error(sqlstate::kSubstringError, "negative substring length not allowed");
}

Result<Kept> part(Bytes bytes, int32_t start, int32_t length) {
  if (length < 0) return negative_length();
  const int64_t end = std::min<int64_t>(int64_t{start} + length, static_cast<int64_t>(bytes.size()) + 1);
  const int64_t first = std::max<int64_t>(start, 1);
  if (end <= first) return Kept{Bytes()};
  return Kept{bytes.substr(static_cast<size_t>(first - 1), static_cast<size_t>(end - first))};
}
Kept rest(Bytes bytes, int32_t start) {
  const auto skipped = static_cast<size_t>(std::max<int64_t>(int64_t{start} - 1, 0));
  return Kept{skipped >= bytes.size() ? Bytes() : bytes.substr(skipped)};
}

Result<Kept> join(KernelState& state, Bytes a, Bytes b) {
  DDB_TRY(char* const room, text_room(state, a.size() + b.size()));
  std::copy(b.begin(), b.end(), std::copy(a.begin(), a.end(), room));
  return Kept{Bytes(room, a.size() + b.size())};
}

Bytes trim(Bytes bytes, Bytes set, bool left, bool right) {
  const auto in_set = [&](char c) { return set.find(c) != Bytes::npos; };
  while (left && !bytes.empty() && in_set(bytes.front())) bytes.remove_prefix(1);
  while (right && !bytes.empty() && in_set(bytes.back())) bytes.remove_suffix(1);
  return bytes;
}

// --- encode() and decode() ------------------------------------------------------------------------------------------------

enum class Encoding { kHex, kBase64, kEscape };

Result<Encoding> encoding_named(Bytes name) {
  const auto is = [&](Bytes lower) {
    return name.size() == lower.size() && starts_with_ignoring_case(name, lower);
  };
  if (is("hex")) return Encoding::kHex;
  if (is("base64")) return Encoding::kBase64;
  if (is("escape")) return Encoding::kEscape;
  return Status::error(sqlstate::kInvalidParameter, "unrecognized encoding: \"" + std::string(name) + "\"");
}

constexpr Bytes kBase64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void append_base64(Bytes bytes, std::string& out) {
  constexpr size_t kLineLength = 76;
  size_t on_line = 0;
  for (size_t at = 0; at < bytes.size(); at += 3) {
    uint32_t group = 0;
    for (size_t i = 0; i < 3; ++i) {
      group = group << 8 | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0u);
    }
    for (size_t i = 0; i < 4; ++i) {
      out += at + i > bytes.size() ? '=' : kBase64Digits[group >> (18 - 6 * i) & 63];
    }
    on_line += 4;
    if (on_line >= kLineLength) {
      out += '\n';
      on_line = 0;
    }
  }
}

Status base64_error(Bytes what) { return Status::error(sqlstate::kInvalidParameter, what); }

Status append_from_base64(Bytes text, std::string& out) {
  uint32_t group = 0;
  int digits = 0, padding = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') continue;
    uint32_t value = 0;
    if (c == '=') {
      // Only the last one or two of four.
      if (padding == 0) {
        if (digits == 2) {
          padding = 1;
        } else if (digits == 3) {
          padding = 2;
        } else {
          return base64_error("unexpected \"=\" while decoding base64 sequence");
        }
      }
    } else {
      const size_t digit = c == '\0' ? Bytes::npos : kBase64Digits.find(c);
      if (digit == Bytes::npos) {
        const size_t size = std::min(utf8_size_by_first_byte(c), text.size() - at);
        return base64_error("invalid symbol \"" + std::string(text.substr(at, size)) +
                            "\" found while decoding base64 sequence");
      }
      value = static_cast<uint32_t>(digit);
    }
    group = group << 6 | value;
    if (++digits < 4) continue;
    out += static_cast<char>(group >> 16 & 0xFF);
    if (padding == 0 || padding > 1) out += static_cast<char>(group >> 8 & 0xFF);
    if (padding == 0 || padding > 2) out += static_cast<char>(group & 0xFF);
    group = 0;
    digits = 0;
  }
  if (digits == 0) return Status::ok();
  return base64_error("invalid base64 end sequence")
      .with_hint("Input data is missing padding, is truncated, or is otherwise corrupted.");
}

Status append_from_hex(Bytes text, std::string& out) {
  for (size_t at = 0; at < text.size();) {
    if (text[at] == ' ' || text[at] == '\n' || text[at] == '\t' || text[at] == '\r') {
      ++at;
      continue;
    }
    int byte = 0;
    for (int i = 0; i < 2; ++i, ++at) {
      if (at == text.size()) {
        return Status::error(sqlstate::kInvalidParameter, "invalid hexadecimal data: odd number of digits");
      }
      const int digit = hex_digit_value(text[at]);
      if (digit < 0) {
        const size_t size = std::min(utf8_size_by_first_byte(text[at]), text.size() - at);
        return Status::error(sqlstate::kInvalidParameter,
                             "invalid hexadecimal digit: \"" + std::string(text.substr(at, size)) + "\"");
      }
      byte = byte << 4 | digit;
    }
    out += static_cast<char>(byte);
  }
  return Status::ok();
}

void append_escaped(Bytes bytes, std::string& out) {
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == 0 || byte >= 0x80) {
      out += '\\';
      for (int shift = 6; shift >= 0; shift -= 3) out += static_cast<char>('0' + (byte >> shift & 7));
    } else {
      if (c == '\\') out += c;
      out += c;
    }
  }
}

Status append_from_escaped(Bytes text, std::string& out) {
  const auto octal = [&](size_t at, char max) {
    return at < text.size() && text[at] >= '0' && text[at] <= max;
  };
  for (size_t at = 0; at < text.size();) {
    if (text[at] != '\\') {
      out += text[at++];
    } else if (octal(at + 1, '3') && octal(at + 2, '7') && octal(at + 3, '7')) {
      out += static_cast<char>((text[at + 1] - '0') << 6 | (text[at + 2] - '0') << 3 | (text[at + 3] - '0'));
      at += 4;
    } else if (at + 1 < text.size() && text[at + 1] == '\\') {
      out += '\\';
      at += 2;
    } else {
      return Status::error(sqlstate::kInvalidText, "invalid input syntax for type bytea");
    }
  }
  return Status::ok();
}

Result<Bytes> encode(KernelState& state, Bytes bytes, Bytes name) {
  DDB_TRY(const Encoding encoding, encoding_named(name));
  std::string& out = empty_scratch(state);
  if (encoding == Encoding::kBase64) append_base64(bytes, out);
  if (encoding == Encoding::kEscape) append_escaped(bytes, out);
  for (size_t i = 0; encoding == Encoding::kHex && i < bytes.size(); ++i) {
    out += "0123456789abcdef"[static_cast<unsigned char>(bytes[i]) >> 4];
    out += "0123456789abcdef"[bytes[i] & 15];
  }
  return Bytes(out);
}

Result<Bytes> decode(KernelState& state, Bytes text, Bytes name) {
  DDB_TRY(const Encoding encoding, encoding_named(name));
  std::string& out = empty_scratch(state);
  Status status;
  if (encoding == Encoding::kHex) status = append_from_hex(text, out);
  if (encoding == Encoding::kBase64) status = append_from_base64(text, out);
  if (encoding == Encoding::kEscape) status = append_from_escaped(text, out);
  if (!status.is_ok()) return status;
  return Bytes(out);
}

Bytes md5(KernelState& state, Bytes bytes) {
  std::string& out = empty_scratch(state);
  append_md5(bytes, out);
  return out;
}

constexpr KernelEntry kEntries[] = {
    row_kernel("byteaoctetlen", [](Bytes a) { return static_cast<int32_t>(a.size()); }),
    row_kernel("sql:bit_length(bytea)", [](Bytes a) { return static_cast<int32_t>(a.size() * 8); }),
    row_kernel("byteacat", [](KernelState& s, Bytes a, Bytes b) { return join(s, a, b); }),
    row_kernel("bytea_substr", [](Bytes a, int32_t start, int32_t n) { return part(a, start, n); }),
    row_kernel("bytea_substr_no_len", [](Bytes a, int32_t start) { return rest(a, start); }),
    row_kernel("byteatrim", [](Bytes a, Bytes set) { return Kept{trim(a, set, true, true)}; }),
    row_kernel("bytealtrim", [](Bytes a, Bytes set) { return Kept{trim(a, set, true, false)}; }),
    row_kernel("byteartrim", [](Bytes a, Bytes set) { return Kept{trim(a, set, false, true)}; }),
    row_kernel("byteapos",
               [](Bytes a, Bytes b) {
                 const size_t at = a.find(b);
                 return at == Bytes::npos ? 0 : static_cast<int32_t>(at) + 1;
               }),
    row_kernel("binary_encode", [](KernelState& s, Bytes a, Bytes name) { return encode(s, a, name); }),
    row_kernel("binary_decode", [](KernelState& s, Bytes a, Bytes name) { return decode(s, a, name); }),
    row_kernel("md5_text", [](KernelState& s, Bytes a) { return md5(s, a); }),
    row_kernel("md5_bytea", [](KernelState& s, Bytes a) { return md5(s, a); }),
};

}  // namespace

std::span<const KernelEntry> bytea_kernels() { return kEntries; }

}  // namespace ddb
