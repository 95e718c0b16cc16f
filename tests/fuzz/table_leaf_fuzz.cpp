// table_leaf_fuzz: any bytes as a table leaf: the check refuses them, or everything that reads the leaf stays inside of the page.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "btree/leaf_build.h"
#include "btree/leaf_read.h"
#include "btree/table_leaf.h"
#include "record/batch_arena.h"
#include "record/vector.h"

namespace {

using namespace ddb;

constexpr uint32_t kPage = 4096;
constexpr PhysicalKind kKinds[] = {PhysicalKind::kBool,    PhysicalKind::kInt16,  PhysicalKind::kInt32,
                                   PhysicalKind::kInt64,   PhysicalKind::kInt128, PhysicalKind::kFloat,
                                   PhysicalKind::kDouble,  PhysicalKind::kString, PhysicalKind::kUuid,
                                   PhysicalKind::kInterval};

uint64_t sum = 0;  // what was read: kept, so that reading is not left out

// Every byte that the rows refer to.
void touch(const Vector& vector, uint32_t rows) {
  for (uint32_t i = 0; i < rows; ++i) {
    if (vector.is_null(i)) continue;
    if (vector.kind() == PhysicalKind::kString) {
      for (const char c : vector.value<StringView16>(i).view()) sum += static_cast<unsigned char>(c);
    } else {
      visit_kind(vector.kind(), [&](auto type) {
        const auto value = vector.value<typename decltype(type)::type>(i);
        std::array<unsigned char, sizeof(value)> bytes;
        std::memcpy(bytes.data(), &value, sizeof(value));
        for (const unsigned char byte : bytes) sum += byte;
      });
    }
  }
}

void filter(const TableLeaf& leaf, const TableSchema& schema, uint32_t index, uint32_t first,
            uint32_t count) {
  static uint16_t out[kVectorRowsMax];
  ScanPredicate predicate;
  predicate.string = StringView16("some text that is long");
  for (int op = 0; op < 8; ++op) {
    predicate.op = static_cast<CompareOp>(op);
    predicate.integer = op * 100 - 200;
    if (!is_leaf_predicate(schema, predicate)) continue;
    bool unsure = false;
    uint32_t kept = filter_range(leaf, schema, predicate, index, first, count, out, &unsure);
    kept = filter_positions(leaf, schema, predicate, index, out, kept, out, &unsure);
    sum += kept + static_cast<uint32_t>(unsure);
  }
}

SqlType type_of(PhysicalKind kind) {
  switch (kind) {
    case PhysicalKind::kBool:
      return {SqlTypeId::kBoolean};
    case PhysicalKind::kInt16:
      return {SqlTypeId::kSmallint};
    case PhysicalKind::kInt32:
      return {SqlTypeId::kInteger};
    case PhysicalKind::kInt64:
      return {SqlTypeId::kBigint};
    case PhysicalKind::kInt128:
      return {SqlTypeId::kNumeric, numeric_typmod(30, 2)};
    case PhysicalKind::kFloat:
      return {SqlTypeId::kReal};
    case PhysicalKind::kDouble:
      return {SqlTypeId::kDoublePrecision};
    case PhysicalKind::kString:
      return {SqlTypeId::kText};
    case PhysicalKind::kUuid:
      return {SqlTypeId::kUuid};
    case PhysicalKind::kInterval:
      return {SqlTypeId::kInterval};
  }
  return {};
}

void read_all(const TableLeaf& leaf, uint32_t index, PhysicalKind kind) {
  static BatchArena arena(1 << 24);
  arena.reset();
  Vector column;
  Vector chosen;
  if (!column.allocate(kind, kVectorRowsMax, arena).is_ok()) __builtin_trap();
  if (!chosen.allocate(kind, kVectorRowsMax, arena).is_ok()) __builtin_trap();
  TableSchema schema;
  schema.columns.resize(1);
  schema.columns[0].id = 1;
  schema.columns[0].type = type_of(kind);
  schema.columns[0].kind = kind;
  static uint16_t positions[kVectorRowsMax];
  for (uint32_t first = 0; first < leaf.rows(); first += kVectorRowsMax) {
    const uint32_t count = std::min(kVectorRowsMax, leaf.rows() - first);
    for (const uint32_t skipped : {0u, 1u, 64u}) {
      if (skipped >= count) break;
      read_column(leaf, index, kind, first + skipped, count - skipped, &column);
      touch(column, count - skipped);
    }
    for (uint32_t i = 0; i < count; ++i) positions[i] = static_cast<uint16_t>(first + count - 1 - i);
    chosen.reset();
    read_positions(leaf, index, kind, positions, count, &chosen, 0);
    touch(chosen, count);
    for (uint32_t i = 0; i < count; ++i) read_cell(leaf, index, kind, leaf.slot(first + i), &chosen, i);
    touch(chosen, count);
    filter(leaf, schema, index, first, count);
  }
}

// What a rebuild does with the leaf: plan, and write if it fits.
void rebuild(const TableLeaf& leaf) {
  TableSchema schema;
  for (uint32_t i = 0; i < leaf.columns() && i < 12; ++i) {
    TableColumn column;
    column.id = leaf.column(i).column_id;
    column.kind = kKinds[(i + leaf.used()) % std::size(kKinds)];
    column.type = type_of(column.kind);
    column.missing = Value{column.type, Null{}};
    schema.columns.push_back(column);
  }
  LeafBuilder builder(schema, kPage);
  LeafHints hints;
  const LeafSource source{&leaf, nullptr, 0, leaf.rows()};
  sum += builder.fitting({&source, 1}, true, 90, hints);
  if (!builder.plan({&source, 1}, leaf.used() % 2 == 0, 0, hints)) return;
  auto* page = static_cast<std::byte*>(std::aligned_alloc(64, kPage));
  builder.write({&source, 1}, page);
  if (!check_table_leaf({page, kPage}, kPage).is_ok()) __builtin_trap();
  std::free(page);
}

// A good leaf with columns of all kinds, to start from.
std::vector<std::byte> good_leaf(uint32_t rows, bool sparse, bool with_nulls) {
  TableSchema schema;
  for (const PhysicalKind kind : kKinds) {
    TableColumn column;
    column.id = static_cast<uint16_t>(schema.columns.size() + 1);
    column.kind = kind;
    column.type = type_of(kind);
    column.missing = Value{column.type, Null{}};
    schema.columns.push_back(column);
  }
  TableColumn equal = schema.columns[7];
  equal.id = 20;
  schema.columns.push_back(equal);
  BatchArena arena(1 << 20);
  std::unique_ptr<Vector[]> vectors(new Vector[schema.columns.size()]);
  std::vector<const Vector*> columns;
  std::vector<int64_t> ids;
  for (uint32_t i = 0; i < rows; ++i) ids.push_back(int64_t{i} * 3 - 10);
  for (size_t c = 0; c < schema.columns.size(); ++c) {
    Vector& vector = vectors[c];
    if (!vector.allocate(schema.columns[c].kind, rows, arena).is_ok()) __builtin_trap();
    for (uint32_t i = 0; i < rows; ++i) {
      if (vector.kind() == PhysicalKind::kString) {
        const size_t length = c == 10 ? 5 : i % 30;
        vector.set(i, StringView16(std::string_view("some text that is long enough to be cut", length)));
      } else {
        visit_kind(vector.kind(), [&](auto type) {
          using T = typename decltype(type)::type;
          std::array<unsigned char, sizeof(T)> bytes{};
          bytes[0] = static_cast<unsigned char>(vector.kind() == PhysicalKind::kBool ? i % 2 : i * 5);
          T value;
          std::memcpy(&value, bytes.data(), sizeof(T));
          vector.set(i, value);
        });
      }
      if (with_nulls && (i + c) % 7 == 0) vector.set_null(i);
    }
    columns.push_back(&vector);
  }
  const RowBatch batch{rows, ids.data(), columns, nullptr};
  const LeafSource source{nullptr, &batch, 0, rows};
  LeafBuilder builder(schema, kPage);
  LeafHints hints;
  if (!builder.plan({&source, 1}, sparse, 0, hints)) __builtin_trap();
  std::vector<std::byte> page(kPage);
  builder.write({&source, 1}, page.data());
  return page;
}

void fill(std::byte* page, const uint8_t* data, size_t size, uint8_t mode) {
  static const std::vector<std::byte> good[] = {good_leaf(20, false, false), good_leaf(20, true, true),
                                                good_leaf(1, true, false), good_leaf(10, false, true)};
  std::memset(page, 0, kPage);
  if ((mode & 1) == 0) {
    for (size_t i = kPageHeaderBytes; i < kPage; ++i) {
      page[i] = static_cast<std::byte>(data[(i - kPageHeaderBytes) % size]);
    }
    return;
  }
  std::memcpy(page, good[mode >> 1 & 3].data(), kPage);
  // Edits of three bytes: offset (in header and directory, or anywhere) and the new value.
  for (size_t i = 0; i + 3 <= size; i += 3) {
    const uint32_t at = data[i] | data[i + 1] << 8;
    page[(at & 0x8000) != 0 ? at % kPage : kPageHeaderBytes + at % 220] = static_cast<std::byte>(data[i + 2]);
  }
}

}  // namespace

// Input: mode, content bytes / 16 (0: the page), then the page from byte 32 on (what is missing repeats), or edits of a good leaf.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 4) return 0;
  const uint32_t content = data[1] == 0 || data[1] % 4 != 0 ? kPage : data[1] * 16u;
  // Of its own, so that a read behind the page is seen.
  auto* page = static_cast<std::byte*>(std::aligned_alloc(64, kPage));
  fill(page, data + 2, size - 2, data[0]);
  if (check_table_leaf({page, kPage}, content).is_ok()) {
    const TableLeaf leaf(page);
    std::unique_ptr<int64_t[]> ids(new int64_t[leaf.rows() + 1]);
    read_row_ids(leaf, 0, leaf.rows(), ids.get());
    for (uint32_t i = 0; i < leaf.rows(); ++i) {
      if (ids[i] != leaf.row_id(i) || leaf.lower_bound(ids[i]) != i) __builtin_trap();
    }
    for (const PhysicalKind kind : kKinds) {
      read_all(leaf, kLeafRowId, kind);
      for (uint32_t index = 0; index < std::min(leaf.columns(), 16u); ++index) {
        read_all(leaf, index, kind);
        if (leaf.column(index).encoding != LeafEncoding::kHeap) continue;
        for (uint32_t i = 0; i < leaf.rows(); ++i) {
          sum += static_cast<uint64_t>(is_overflow_cell(leaf, leaf.column(index), leaf.slot(i)));
        }
      }
    }
    rebuild(leaf);
  }
  std::free(page);
  return 0;
}
