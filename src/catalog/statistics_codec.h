// statistics_codec: a table's statistics as bytes. Keeps: what decodes passes check_statistics(), and encodes to the same bytes if
// no optional field was skipped.
//
// All numbers are little endian; f64 is an IEEE double.
//
//   record   version u8 = 1, then fields
//   field    tag u8, bytes u32, content. Tags ascend; only a column's may come more than once. Tags from 128 on are
//            optional: who does not know one skips it. An unknown tag below is 0A000.
//
//   table    1  rows u64, changes u64
//            2  rows analyzed u64, rows sampled u64, leaves u64, inner pages u64, complete u8; present iff analyzed
//            3  a column: fields; repeated, column ids ascend
//   column   1  column id u16, type u8, modifier i32, fractions of NULLs and of unread values f64 f64, width f64,
//               distinct f64
//            2  exact u8, min value, max value; present iff there are bounds
//            3  correlation f64; present iff known
//            4  count u16, then {frequency f64, value} each; present iff there are any
//            5  count u16, values; likewise
//   value    cut u8 (0, 1), bytes u16, key; if cut, hash u64
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"
#include "catalog/statistics.h"

namespace ddb {

// What columns with lists of values may take together, so that those of 1,600 columns without lists still fit.
inline constexpr uint64_t kStatisticsListsBytesMax = kStatisticsBytesMax - (uint64_t{1} << 20);

// REQUIRES: check_statistics(). Appends. 54000 beyond kStatisticsBytesMax (never of what analyze_table() makes). Throws
// std::bad_alloc.
Status encode_statistics(const TableStatistics& statistics, std::string& out);
// Trusts nothing; takes memory in proportion to the bytes. XX001 for damaged bytes, 0A000 for those of a newer version. Throws
// std::bad_alloc.
Result<TableStatistics> decode_statistics(std::string_view bytes);

// Of a column's field in the record, tag and length included.
uint64_t encoded_column_bytes(const ColumnStatistics& column);

}  // namespace ddb
