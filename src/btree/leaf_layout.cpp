// leaf_layout: decides how a leaf is laid out for its rows: encodings, widths, bitmaps, capacity.
#include <algorithm>
#include <limits>

#include "btree/leaf_build.h"
#include "btree/leaf_kernels.h"
#include "btree/leaf_source.h"
#include "btree/leaf_stats.h"

namespace ddb {
namespace {

constexpr uint64_t kSlotsMax = 32768;
// Fewer rows say little about the heap bytes of those to come.
constexpr uint32_t kTellingRows = 16;

constexpr uint64_t aligned(uint64_t bytes) { return (bytes + 15) / 16 * 16; }

// Not above `low`, and base + all that the width holds stays an integer.
int64_t highest_base(int64_t low, uint32_t width) {
  const uint64_t most = narrow_max(width);
  if (most > static_cast<uint64_t>(std::numeric_limits<int64_t>::max()))
    return std::numeric_limits<int64_t>::min();
  return std::min(low, std::numeric_limits<int64_t>::max() - static_cast<int64_t>(most));
}

// The base with most room for other values: zero, else the signed range of the width, else the least value.
int64_t base_for(int64_t low, int64_t high, uint32_t width) {
  if (width == 8) return 0;
  const auto most = static_cast<int64_t>(narrow_max(width));
  if (low >= 0 && high <= most) return 0;
  const int64_t half = most / 2;
  if (low >= -half - 1 && high <= half && width > 0) return -half - 1;
  return highest_base(low, width);
}

void choose_narrow(const ColumnStats& stats, const LeafHints::Column& hint, LeafEntry* entry) {
  const int64_t low = stats.has_integers() ? stats.low : 0;
  const int64_t high = stats.has_integers() ? stats.high : 0;
  entry->encoding = LeafEncoding::kNarrow;
  entry->width =
      std::max(hint.width_min, narrow_width(static_cast<uint64_t>(high) - static_cast<uint64_t>(low)));
  entry->base = base_for(low, high, entry->width);
}

void choose_string(const ColumnStats& stats, const LeafHints::Column& hint, LeafEntry* entry) {
  entry->base = 0;
  if (!hint.varying && stats.length >= 1 && stats.length <= 255) {
    entry->encoding = LeafEncoding::kEqual;
    entry->width = static_cast<uint8_t>(stats.length);
  } else {
    entry->encoding = LeafEncoding::kHeap;
    entry->width = 4;
  }
}

uint64_t saturating_multiply(uint64_t a, uint64_t b) {
  uint64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? std::numeric_limits<uint64_t>::max() : product;
}

}  // namespace

LeafBuilder::LeafBuilder(const TableSchema& schema, uint32_t content_bytes)
    : schema_(schema), content_bytes_(content_bytes) {
  for (uint32_t i = 0; i < schema.columns.size(); ++i) {
    if (i != schema.row_id_column) plan_.schema_columns.push_back(i);
    missing_.push_back(missing_cell(schema.columns[i]));
  }
  std::sort(plan_.schema_columns.begin(), plan_.schema_columns.end(),
            [&](uint32_t a, uint32_t b) { return schema_.columns[a].id < schema_.columns[b].id; });
  plan_.entries.resize(plan_.schema_columns.size() + 1);
  stats_.resize(plan_.schema_columns.size());
}

LeafBuilder::~LeafBuilder() = default;

void LeafBuilder::clear_stats() { std::fill(stats_.begin(), stats_.end(), ColumnStats()); }

void LeafBuilder::add_to_stats(const LeafSource& source, uint32_t from, uint32_t count, RowIdStats* ids) {
  if (count == 0) return;
  add_row_ids(source, from, count, ids);
  for (size_t i = 0; i < stats_.size(); ++i) {
    const uint32_t column = plan_.schema_columns[i];
    const ColumnSource cells(source, schema_.columns[column], column, &missing_[column]);
    add_rows(cells, schema_.columns[column].kind, from, count, &stats_[i]);
  }
}

// Encodings, widths and bases; whether there is a bitmap stands in `validity` until place_arrays().
void LeafBuilder::choose_arrays(const RowIdStats& ids, bool sparse, const LeafHints& hints) {
  static constexpr LeafHints::Column kNoHint;
  sparse_ = sparse;
  plan_.rows = static_cast<uint32_t>(ids.rows);
  for (size_t i = 0; i < stats_.size(); ++i) {
    const uint32_t column = plan_.schema_columns[i];
    const PhysicalKind kind = schema_.columns[column].kind;
    const LeafHints::Column& hint = column < hints.columns.size() ? hints.columns[column] : kNoHint;
    LeafEntry& entry = plan_.entries[i + 1];
    entry.column_id = schema_.columns[column].id;
    entry.validity = stats_[i].nulls || hint.nullable ? 1 : 0;
    if (is_narrow_kind(kind)) {
      choose_narrow(stats_[i], hint, &entry);
    } else if (kind == PhysicalKind::kString) {
      choose_string(stats_[i], hint, &entry);
    } else {
      entry.base = 0;
      entry.encoding = LeafEncoding::kFixed;
      entry.width = static_cast<uint8_t>(bytes_per_value(kind));
    }
  }
  choose_row_ids(ids, sparse, ids.rows == 0 ? 0 : ids.span());
}

// Row ids reach from the first on; where rows come in anywhere, the range has room below and above.
void LeafBuilder::choose_row_ids(const RowIdStats& ids, bool sparse, uint64_t reach) {
  LeafEntry& entry = plan_.entries[0];
  entry = LeafEntry();
  if (ids.rows == 0) return;
  if (!sparse) {
    entry.width = narrow_width(reach);
    entry.base = entry.width < 8 ? highest_base(ids.first, entry.width) : std::min<int64_t>(ids.first, 0);
    return;
  }
  entry.width = narrow_width(std::max<uint64_t>(saturating_multiply(reach, 2), 1));
  if (entry.width == 8) {
    entry.base = ids.first >= 0 ? 0 : std::numeric_limits<int64_t>::min();
    return;
  }
  const auto below = static_cast<int64_t>((narrow_max(entry.width) - ids.span()) / 2);
  const int64_t least = ids.first >= 0 ? 0 : std::numeric_limits<int64_t>::min();
  entry.base = highest_base(ids.first - least < below ? least : ids.first - below, entry.width);
}

uint64_t LeafBuilder::heap_bytes() const {
  uint64_t bytes = 0;
  for (size_t i = 0; i < stats_.size(); ++i) {
    if (plan_.entries[i + 1].encoding == LeafEncoding::kHeap) bytes += stats_[i].heap_bytes;
  }
  return bytes;
}

// Directory, arrays, and the permutation or room for one.
uint64_t LeafBuilder::bytes_for(uint64_t capacity) const {
  uint64_t bytes = aligned(kLeafDirectory + plan_.entries.size() * kLeafEntryBytes);
  const uint64_t bitmap = aligned((capacity + 63) / 64 * 8);
  for (const LeafEntry& entry : plan_.entries) {
    bytes += aligned(capacity * entry.width) + (entry.validity != 0 ? bitmap : 0);
  }
  return bytes + aligned(capacity * 2);
}

// The most slots that the page has room for, with these rows and more of the mean size; 0 if the rows do not fit.
uint64_t LeafBuilder::capacity_for(uint64_t rows, uint64_t mean_heap) const {
  const uint64_t heap = heap_bytes();
  const auto fits = [&](uint64_t capacity) {
    return bytes_for(capacity) + heap + (capacity - rows) * mean_heap <= content_bytes_;
  };
  uint64_t low = std::max<uint64_t>(rows, 1);
  if (low > kSlotsMax || !fits(low)) return 0;
  uint64_t high = kSlotsMax;
  while (low < high) {
    const uint64_t middle = (low + high + 1) / 2;
    if (fits(middle)) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

// Ids that go on as they do: as many more as the leaf has room for.
void LeafBuilder::widen_row_ids(const RowIdStats& ids, uint64_t mean_heap, uint64_t rows_wanted) {
  if (ids.rows == 0) return;
  const LeafEntry narrow = plan_.entries[0];
  const uint64_t step = ids.rows < 2 ? 1 : (ids.span() + ids.rows - 2) / (ids.rows - 1);
  choose_row_ids(ids, false, std::max(ids.span(), saturating_multiply(step, plan_.capacity)));
  if (plan_.entries[0].width == narrow.width) return;
  const uint64_t capacity = capacity_for(ids.rows, mean_heap);
  if (capacity >= rows_wanted && capacity > 0) {
    plan_.capacity = static_cast<uint32_t>(capacity);
  } else {
    plan_.entries[0] = narrow;
  }
}

void LeafBuilder::place_arrays() {
  uint64_t at = aligned(kLeafDirectory + plan_.entries.size() * kLeafEntryBytes);
  for (LeafEntry& entry : plan_.entries) {
    if (entry.validity != 0) {
      entry.validity = static_cast<uint16_t>(at);
      at += aligned((uint64_t{plan_.capacity} + 63) / 64 * 8);
    }
    entry.offset = entry.width == 0 ? uint16_t{0} : static_cast<uint16_t>(at);
    at += aligned(uint64_t{plan_.capacity} * entry.width);
  }
  permutation_ = sparse_ ? static_cast<uint32_t>(at) : 0;
  if (sparse_) at += aligned(uint64_t{plan_.capacity} * 2);
  arrays_end_ = static_cast<uint32_t>(at);
}

void LeafBuilder::note_hints(LeafHints& hints) const {
  if (hints.columns.size() < schema_.columns.size()) hints.columns.resize(schema_.columns.size());
  for (size_t i = 0; i < stats_.size(); ++i) {
    LeafHints::Column& hint = hints.columns[plan_.schema_columns[i]];
    const LeafEntry& entry = plan_.entries[i + 1];
    if (entry.encoding == LeafEncoding::kNarrow) hint.width_min = std::max(hint.width_min, entry.width);
    hint.nullable |= stats_[i].nulls;
    hint.varying |= stats_[i].length == ColumnStats::kLengthsVary;
  }
  if (plan_.rows > 0) hints.heap_bytes = (plan_.heap_bytes + plan_.rows - 1) / plan_.rows;
}

bool LeafBuilder::plan(std::span<const LeafSource> sources, bool sparse, uint32_t room, LeafHints& hints) {
  RowIdStats ids;
  clear_stats();
  for (const LeafSource& source : sources) add_to_stats(source, 0, source.count, &ids);
  if (ids.rows > kSlotsMax) return false;
  choose_arrays(ids, sparse, hints);
  const uint64_t heap = heap_bytes();
  if (heap > content_bytes_) return false;
  plan_.heap_bytes = static_cast<uint32_t>(heap);
  uint64_t mean = ids.rows == 0 ? hints.heap_bytes : (heap + ids.rows - 1) / ids.rows;
  if (ids.rows < kTellingRows) mean = std::max<uint64_t>(mean, hints.heap_bytes);
  plan_.capacity = static_cast<uint32_t>(capacity_for(ids.rows, mean));
  if (plan_.capacity == 0) return false;
  if (!sparse) widen_row_ids(ids, mean, ids.rows + room);
  if (plan_.capacity < ids.rows + room) return false;
  place_arrays();
  note_hints(hints);
  return true;
}

uint32_t LeafBuilder::fitting(std::span<const LeafSource> sources, bool sparse, uint32_t fill_percent,
                              LeafHints& hints) {
  constexpr uint32_t kStepRows = 32;
  const uint64_t directory = aligned(kLeafDirectory + plan_.entries.size() * kLeafEntryBytes);
  const uint64_t limit = directory + (content_bytes_ - directory) * std::min(fill_percent, 100u) / 100;
  RowIdStats ids;
  clear_stats();
  // Whether the rows seen fit; a single one may have the whole page.
  const auto fits = [&] {
    if (ids.rows > kSlotsMax) return false;
    choose_arrays(ids, sparse, hints);
    return bytes_for(ids.rows) + heap_bytes() <= (ids.rows == 1 ? content_bytes_ : limit);
  };
  for (const LeafSource& source : sources) {
    uint32_t step = kStepRows;
    for (uint32_t from = 0; from < source.count;) {
      step = std::min(step, source.count - from);
      before_ = stats_;
      const RowIdStats ids_before = ids;
      add_to_stats(source, from, step, &ids);
      if (fits()) {
        from += step;
        continue;
      }
      stats_ = before_;
      ids = ids_before;
      if (step == 1) return static_cast<uint32_t>(ids.rows);
      step /= 2;
    }
  }
  return static_cast<uint32_t>(ids.rows);
}

size_t LeafBuilder::row_bytes(const RowBatch& batch, uint32_t row) const {
  size_t bytes = sizeof(int64_t);
  for (const uint32_t column : plan_.schema_columns) {
    const PhysicalKind kind = schema_.columns[column].kind;
    if (kind != PhysicalKind::kString) {
      bytes += bytes_per_value(kind);
      continue;
    }
    bytes += 4;
    const Vector& strings = *batch.columns[column];
    if (!strings.is_valid(row)) continue;
    bytes += batch.is_overflow(column, row) ? kOverflowRefBytes : strings.value<StringView16>(row).size();
  }
  return bytes;
}

}  // namespace ddb
