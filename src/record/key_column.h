// key_column: the bytes of one column in a key that orders by memcmp. Keeps: for two values of the column, memcmp of
// the bytes orders as the type does, in the column's direction, and equal values have equal bytes; no encoding is a
// prefix of another, so columns are concatenated without anything between them.
//
//   marker  then
//   0x01    nothing: NULL, where NULLs come first
//   0x02    the value; every byte complemented when the column descends
//   0x03    nothing: NULL, where NULLs come last
//
//   type                      value                                                          decoding gives
//   boolean                   0 or 1                                                         the value
//   smallint, integer, bigint, date, time, timestamp, timestamptz
//                             big endian, highest bit flipped: 2, 4 or 8 bytes               the value
//   real, double precision    IEEE bits, big endian; all flipped when negative, else the     an equal one: −0 as 0
//                             highest; −0 as 0, every NaN as the quiet one
//   numeric(p, s)             key_numeric.cpp                                                the value
//   numeric                   key_numeric.cpp                                                least display scale
//   text, varchar             the bytes, 0x00                                                the value
//   char(n)                   the bytes without padding, 0x00                                the value
//   bpchar (char without n)   the bytes without padding, 0x00                                without padding
//   bytea                     the bytes, 0x00 as 0x00 0xFF; 0x00 0x00 ends                   the value
//   uuid                      16 bytes                                                       the value
//   interval                  span in µs, big endian, highest bit flipped: 10 bytes          months, days, µs greedily
//
// The types whose decoding is not the value are those of equal_may_differ() (value.h): an index that is to give such a
// value back stores it beside the key. A constrained numeric gets its display scale and char(n) its padding from the
// modifier, which values of the column obey. The direction does not move NULLs: SQL's defaults are ASC NULLS LAST and
// DESC NULLS FIRST.
//
// Bounds: keys that begin with the columns P are those k with P <= k < P + 0xFF, whatever follows, row ids included
// (kAboveEveryColumn).
#pragma once

#include <cstdint>

#include "record/sql_type.h"

namespace ddb {

struct KeyColumn {
  SqlType type;
  bool descending = false;
  bool nulls_first = false;
};

inline constexpr uint8_t kKeyNullFirst = 0x01;
inline constexpr uint8_t kKeyValue = 0x02;
inline constexpr uint8_t kKeyNullLast = 0x03;
// Appended to a key of the first columns: above all keys that begin with them.
inline constexpr uint8_t kAboveEveryColumn = 0xFF;

constexpr uint8_t key_null_marker(const KeyColumn& column) {
  return column.nulls_first ? kKeyNullFirst : kKeyNullLast;
}

}  // namespace ddb
