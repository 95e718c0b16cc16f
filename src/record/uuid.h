// uuid: 16 bytes that order as memcmp.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"

namespace ddb {

struct Uuid {
  std::array<uint8_t, 16> bytes{};
  friend bool operator==(const Uuid&, const Uuid&) = default;
  friend auto operator<=>(const Uuid&, const Uuid&) = default;
};
static_assert(sizeof(Uuid) == 16);

// 32 hexadecimal digits of any case; a hyphen may follow every four of them but the last; braces may enclose all. No
// white space. 22P02 with the text. Throws std::bad_alloc.
Result<Uuid> parse_uuid(std::string_view text);

// 8-4-4-4-12 lower-case digits. Throws std::bad_alloc.
void append_uuid(const Uuid& value, std::string& out);

}  // namespace ddb
