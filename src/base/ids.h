// ids: numbers that must not be mixed up are types of their own.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace ddb {

template <typename Tag, typename Rep>
struct StrongId {
  using rep_type = Rep;
  Rep value = 0;
  constexpr StrongId() = default;
  constexpr explicit StrongId(Rep v) : value(v) {}
  constexpr auto operator<=>(const StrongId&) const = default;
  constexpr StrongId next() const { return StrongId(static_cast<Rep>(value + 1)); }
};

// Position of a page in the main file, counted behind the headers and the double-write area. 0 is the root page.
using PageNo = StrongId<struct PageNoTag, uint32_t>;
// Log sequence number: the ordinal of a write transaction in log order. 0 = none, 1 = the creation of the file.
using Lsn = StrongId<struct LsnTag, uint64_t>;
// The tree that owns a page; 0 = the store itself.
using TreeId = StrongId<struct TreeIdTag, uint32_t>;

inline constexpr PageNo kNoPage{0xFFFFFFFFu};
inline constexpr Lsn kNoLsn{0};
inline constexpr Lsn kMaxLsn{0xFFFFFFFFFFFFFFFFull};

}  // namespace ddb

template <typename Tag, typename Rep>
struct std::hash<ddb::StrongId<Tag, Rep>> {
  size_t operator()(ddb::StrongId<Tag, Rep> id) const noexcept {
    return static_cast<size_t>(id.value) * 0x9E3779B97F4A7C15ull;
  }
};
