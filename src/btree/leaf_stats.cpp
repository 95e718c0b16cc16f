// leaf_stats: least and greatest integers, lengths of strings.
#include "btree/leaf_stats.h"

namespace ddb {
namespace {

void add_integers(const int64_t* values, uint32_t count, const ValidityRun* validity, ColumnStats* stats) {
  int64_t low = stats->low;
  int64_t high = stats->high;
  if (validity == nullptr) {
    for (uint32_t i = 0; i < count; ++i) {
      low = values[i] < low ? values[i] : low;
      high = values[i] > high ? values[i] : high;
    }
  } else {
    for (uint32_t i = 0; i < count; ++i) {
      if (!validity->is_valid(i)) continue;
      low = values[i] < low ? values[i] : low;
      high = values[i] > high ? values[i] : high;
    }
  }
  stats->low = low;
  stats->high = high;
}

void add_strings(const StringCell* cells, uint32_t count, const ValidityRun* validity, ColumnStats* stats) {
  for (uint32_t i = 0; i < count; ++i) {
    if (validity != nullptr && !validity->is_valid(i)) continue;
    const StringCell& cell = cells[i];
    stats->heap_bytes += cell.bytes;
    if (cell.overflow) {
      stats->length = ColumnStats::kLengthsVary;
    } else if (stats->length != cell.bytes) {
      stats->length = stats->length == ColumnStats::kNoString ? cell.bytes : ColumnStats::kLengthsVary;
    }
  }
}

}  // namespace

void add_rows(const ColumnSource& source, PhysicalKind kind, uint32_t from, uint32_t count,
              ColumnStats* stats) {
  for (uint32_t done = 0; done < count; done += kRunRows) {
    const uint32_t run = std::min(kRunRows, count - done);
    ValidityRun validity;
    bool valid = true;
    switch (kind) {
      case PhysicalKind::kBool:
      case PhysicalKind::kInt16:
      case PhysicalKind::kInt32:
      case PhysicalKind::kInt64: {
        int64_t values[kRunRows];
        valid = source.load_integers(from + done, run, values, &validity);
        add_integers(values, run, valid ? nullptr : &validity, stats);
        break;
      }
      case PhysicalKind::kString: {
        StringCell cells[kRunRows];
        valid = source.load_strings(from + done, run, cells, &validity);
        add_strings(cells, run, valid ? nullptr : &validity, stats);
        break;
      }
      default:
        valid = source.load_validity(from + done, run, &validity);
        break;
    }
    stats->nulls |= !valid;
  }
}

void add_row_ids(const LeafSource& source, uint32_t from, uint32_t count, RowIdStats* stats) {
  if (count == 0) return;
  int64_t id = 0;
  if (stats->rows == 0) {
    load_row_ids(source, from, 1, &id);
    stats->first = id;
  }
  load_row_ids(source, from + count - 1, 1, &id);
  stats->last = id;
  stats->rows += count;
}

}  // namespace ddb
