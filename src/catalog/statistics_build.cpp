// statistics_build: sorts a column's sampled values and reads its statistics off the order.
#include "catalog/statistics_build.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "catalog/distinct_estimate.h"
#include "catalog/histogram.h"
#include "catalog/sample_leaves.h"
#include "catalog/statistics_codec.h"
#include "catalog/statistics_frequent.h"

namespace ddb {
namespace {

struct Item {
  const SampleCell* cell;
  uint32_t ordinal;  // among the values that were read, in order of row ids
};

// Equal values: items [first, first + count).
struct Group {
  uint32_t first;
  uint32_t count;
};

StatisticsValue value_of(const SampleCell& cell) {
  return {std::string(cell.key), cell.kind == SampleKind::kPrefix, cell.hash};
}

std::vector<Group> group_equal(std::span<const Item> items) {
  std::vector<Group> groups;
  for (uint32_t i = 0; i < items.size(); ++i) {
    if (i > 0 && compare_cells(*items[i - 1].cell, *items[i].cell) == 0) {
      ++groups.back().count;
    } else {
      groups.push_back({i, 1});
    }
  }
  return groups;
}

// Pearson's, of the places of the values in both orders: both are permutations of 0 … n − 1.
std::optional<double> correlation_of(std::span<const Item> items) {
  if (items.size() < 2) return std::nullopt;
  const auto n = static_cast<double>(items.size());
  double products = 0;
  for (uint32_t i = 0; i < items.size(); ++i)
    products += static_cast<double>(i) * static_cast<double>(items[i].ordinal);
  const double sum = n * (n - 1) / 2;
  const double squares = n * (n - 1) * (2 * n - 1) / 6;
  return std::clamp((n * products - sum * sum) / (n * squares - sum * sum), -1.0, 1.0);
}

// The most frequent groups that occur more than once, at most as many as are kept.
std::vector<Group> most_frequent(const std::vector<Group>& groups) {
  std::vector<Group> frequent;
  for (const Group& group : groups) {
    if (group.count > 1) frequent.push_back(group);
  }
  const size_t kept = std::min<size_t>(frequent.size(), kFrequentValuesMax);
  std::partial_sort(frequent.begin(), frequent.begin() + static_cast<ptrdiff_t>(kept), frequent.end(),
                    [](const Group& a, const Group& b) {
                      return a.count != b.count ? a.count > b.count : a.first < b.first;
                    });
  frequent.resize(kept);
  return frequent;
}

void add_frequent(std::span<const Item> items, std::span<const Group> frequent, double rows,
                  ColumnStatistics* column) {
  for (const Group& group : frequent)
    column->frequent.push_back({value_of(*items[group.first].cell), group.count / rows});
}

// Of the values that are not frequent ones. `frequent` is sorted by place.
void add_histogram(std::span<const Item> items, std::vector<Group> frequent, size_t groups,
                   ColumnStatistics* column) {
  std::sort(frequent.begin(), frequent.end(),
            [](const Group& a, const Group& b) { return a.first < b.first; });
  std::vector<const SampleCell*> rest;
  rest.reserve(items.size());
  size_t skipped = 0;
  for (uint32_t i = 0; i < items.size();) {
    if (skipped < frequent.size() && frequent[skipped].first == i) {
      i += frequent[skipped++].count;
    } else {
      rest.push_back(items[i++].cell);
    }
  }
  const auto distinct = static_cast<uint32_t>(groups - frequent.size());
  for (const uint32_t position : histogram_positions(static_cast<uint32_t>(rest.size()), distinct))
    column->histogram.push_back(value_of(*rest[position]));
}

// Of the values that were read.
void add_values(std::span<const Item> items, DistinctSample counts, const RowSample& sample,
                ColumnStatistics* column) {
  const auto rows = static_cast<double>(sample.rows.size());
  const std::vector<Group> groups = group_equal(items);
  counts.distinct = groups.size();
  for (const Group& group : groups) counts.once += group.count == 1 ? 1 : 0;
  column->distinct = estimate_distinct(counts, column->null_fraction, sample.table_rows);
  if (items.empty()) return;

  column->min = value_of(*items.front().cell);
  column->max = value_of(*items.back().cell);
  column->bounds_exact = sample.is_complete && counts.unread == 0;
  if (groups.size() > 1) column->correlation = correlation_of(items);

  std::vector<Group> frequent = most_frequent(groups);
  std::vector<uint32_t> frequencies;
  for (const Group& group : frequent) frequencies.push_back(group.count);
  frequent.resize(
      frequent_values_kept(frequencies, {sample.rows.size(), sample.table_rows, column->null_fraction,
                                         column->distinct, groups.size(), counts.unread > 0}));
  add_frequent(items, frequent, rows, column);
  add_histogram(items, std::move(frequent), groups.size(), column);
}

uint64_t rounded(double count) { return count >= 1 ? static_cast<uint64_t>(std::llround(count)) : 0; }

}  // namespace

ColumnStatistics column_statistics(const TableColumn& column, std::span<const SampleCell> cells,
                                   const RowSample& sample) {
  ColumnStatistics found;
  found.column_id = column.id;
  found.type = column.type;
  std::vector<Item> items;
  items.reserve(cells.size());
  DistinctSample counts;
  double width = 0;
  for (const SampleCell& cell : cells) {
    if (cell.kind == SampleKind::kNull) continue;
    ++counts.values;
    width += cell.width;
    if (cell.is_read()) {
      items.push_back({&cell, static_cast<uint32_t>(items.size())});
    } else {
      ++counts.unread;
    }
  }
  if (cells.empty()) return found;
  const auto rows = static_cast<double>(cells.size());
  found.null_fraction = (rows - static_cast<double>(counts.values)) / rows;
  found.unread_fraction = static_cast<double>(counts.unread) / rows;
  if (counts.values > 0) found.average_width = width / static_cast<double>(counts.values);
  std::sort(items.begin(), items.end(), [](const Item& a, const Item& b) {
    const int order = compare_cells(*a.cell, *b.cell);
    return order != 0 ? order < 0 : a.ordinal < b.ordinal;
  });
  add_values(items, counts, sample, &found);
  return found;
}

Result<TableStatistics> statistics_of_sample(const RowSample& sample, const TableSchema& schema,
                                             const SampleOptions& options) {
  TableStatistics statistics;
  statistics.analyzed = true;
  statistics.rows = statistics.rows_analyzed = rounded(sample.table_rows);
  statistics.rows_sampled = sample.rows.size();
  statistics.leaves = rounded(sample.leaves);
  statistics.inner_pages = rounded(sample.inner_pages);
  statistics.is_complete = sample.is_complete;
  if (sample.rows.empty()) return statistics;
  SampleColumns columns(sample);
  std::vector<SampleCell> cells;
  uint64_t bytes = 0;
  for (const TableColumn& column : schema.columns) {
    DDB_RETURN_IF_ERROR(check_cancelled(options));
    columns.next(&cells);
    ColumnStatistics found = column_statistics(column, cells, sample);
    if (bytes + encoded_column_bytes(found) > kStatisticsListsBytesMax) {
      found.frequent.clear();
      found.histogram.clear();
    }
    bytes += encoded_column_bytes(found);
    statistics.columns.push_back(std::move(found));
  }
  std::sort(statistics.columns.begin(), statistics.columns.end(),
            [](const ColumnStatistics& a, const ColumnStatistics& b) { return a.column_id < b.column_id; });
  // Values were read from pages: one that its type does not have must not get into the stored statistics.
  DDB_RETURN_IF_ERROR(check_statistics(statistics));
  return statistics;
}

Result<TableStatistics> analyze_table(Session& session, const TableTree& tree, const TableSchema& schema,
                                      const SampleOptions& options) {
  DDB_TRY(const RowSample sample, sample_rows(session, tree, schema, options));
  Result<TableStatistics> found = statistics_of_sample(sample, schema, options);
  if (!found.is_ok()) return found.status().with_prefix("tree " + std::to_string(tree.tree.value) + ": ");
  return found;
}

}  // namespace ddb
