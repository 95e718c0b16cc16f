// leaf_rows: schemas and rows for the leaf prototypes. Rows follow from their key and a seed, so nothing has to be kept.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace bench {

enum class CellKind : uint8_t { kInt, kDouble, kText };

struct LeafColumn {
  CellKind kind;
  uint8_t bytes;  // of the type (int, double), of each text
};

// Columns besides the row id: int 0…99, 40-bit bigint, double, 8-byte and 22-byte text, repeated.
inline std::vector<LeafColumn> leaf_columns(size_t count_with_id) {
  static constexpr std::array<LeafColumn, 5> kCycle{
      LeafColumn{CellKind::kInt, 4}, LeafColumn{CellKind::kInt, 8}, LeafColumn{CellKind::kDouble, 8},
      LeafColumn{CellKind::kText, 8}, LeafColumn{CellKind::kText, 22}};
  std::vector<LeafColumn> columns;
  for (size_t i = 0; i + 1 < count_with_id; ++i) columns.push_back(kCycle[i % kCycle.size()]);
  return columns;
}

// Doubles are kept as their bits in `number`.
struct LeafCell {
  int64_t number = 0;
  std::string_view text;
};
struct LeafRow {
  uint64_t key = 0;
  std::vector<LeafCell> cells;
};

inline uint64_t mixed(uint64_t x) {
  x += 0x9E3779B97F4A7C15u;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

// Fills the row of `key`; `texts` holds the bytes of its texts, 32 a column.
inline void make_row(uint64_t key, const std::vector<LeafColumn>& columns, LeafRow* row,
                     std::vector<char>* texts) {
  row->key = key;
  row->cells.resize(columns.size());
  texts->resize(columns.size() * 32);
  for (size_t i = 0; i < columns.size(); ++i) {
    const uint64_t r = mixed(key * 64 + i);
    LeafCell& cell = row->cells[i];
    if (columns[i].kind == CellKind::kInt) {
      cell.number = static_cast<int64_t>(columns[i].bytes == 4 ? r % 100 : r >> 24);
    } else if (columns[i].kind == CellKind::kDouble) {
      cell.number = std::bit_cast<int64_t>(static_cast<double>(r >> 11) * 0x1.0p-53);
    } else {
      char* out = texts->data() + i * 32;
      for (size_t b = 0; b < columns[i].bytes; b += 8) {
        const uint64_t word = (mixed(r + b) & 0x0F0F0F0F0F0F0F0Fu) + 0x6161616161616161u;
        std::memcpy(out + b, &word, 8);
      }
      cell.text = std::string_view(out, columns[i].bytes);
    }
  }
}

// What a scan hands on: one vector a column, of the rows of one leaf.
struct LeafVectors {
  static constexpr size_t kRowsMax = 4096;
  size_t rows = 0;
  std::vector<std::vector<int64_t>> numbers;
  std::vector<std::vector<std::string_view>> texts;
  explicit LeafVectors(size_t columns) : numbers(columns, std::vector<int64_t>(kRowsMax)), texts(columns) {
    for (auto& t : texts) t.resize(kRowsMax);
  }
};

enum class Inserted { kDone, kRebuild };

}  // namespace bench
