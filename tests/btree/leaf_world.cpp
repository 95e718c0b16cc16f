// leaf_world: comparison of a leaf with its model.
#include "leaf_world.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "btree/missing_cell.h"

namespace ddb {
namespace {

void expect_same(const Vector& vector, uint32_t row, const TableColumn& column, const LeafValue& wanted,
                 const char* how) {
  Result<Value> value = value_at(vector, column.type, row);
  ASSERT_TRUE(value.is_ok()) << value.status().to_string();
  ASSERT_TRUE(identical_values(*value, wanted.value)) << how << ", column " << column.id << ", row " << row;
  if (!wanted.value.is_null() && std::holds_alternative<std::string>(wanted.value.payload)) {
    // Equal short views are equal memory.
    ASSERT_TRUE(vector.value<StringView16>(row) == StringView16(wanted.value.get<std::string>())) << how;
  }
}

void expect_column(const TableLeaf& leaf, const TableSchema& schema, const LeafModel& model, uint32_t c,
                   uint32_t first, uint32_t count) {
  const TableColumn& column = schema.columns[c];
  const uint32_t index = leaf_index(leaf, schema, c);
  if (index == kLeafMissing) return;
  BatchArena arena(1 << 26);
  Vector out;
  ASSERT_TRUE(out.allocate(column.kind, kVectorRowsMax, arena).is_ok());
  read_column(leaf, index, column.kind, first, count, &out);
  auto row = std::next(model.begin(), first);
  for (uint32_t i = 0; i < count; ++i, ++row) {
    expect_same(out, i, column, row->second[c], "read_column");
    if (::testing::Test::HasFatalFailure()) return;
  }
}

// A NULL keeps its slot, all zero.
void expect_zero_nulls(const TableLeaf& leaf) {
  for (uint32_t c = 0; c < leaf.columns(); ++c) {
    const LeafEntry entry = leaf.column(c);
    for (uint32_t position = 0; position < leaf.rows(); ++position) {
      const uint32_t slot = leaf.slot(position);
      if (leaf.is_valid(entry, slot)) continue;
      const std::byte* cell = leaf.page() + entry.offset + size_t{slot} * entry.width;
      ASSERT_TRUE(std::all_of(cell, cell + entry.width, [](std::byte b) { return b == std::byte{0}; }));
    }
  }
}

void expect_cells(const TableLeaf& leaf, const TableSchema& schema, const LeafModel& model, uint32_t c,
                  SeededRandom& random) {
  const TableColumn& column = schema.columns[c];
  const uint32_t index = leaf_index(leaf, schema, c);
  if (index == kLeafMissing) return;
  BatchArena arena(1 << 26);
  Vector cells;
  Vector chosen;
  ASSERT_TRUE(cells.allocate(column.kind, kVectorRowsMax, arena).is_ok());
  ASSERT_TRUE(chosen.allocate(column.kind, kVectorRowsMax, arena).is_ok());
  std::vector<uint16_t> positions;
  std::vector<const LeafValue*> wanted;
  auto row = model.begin();
  for (uint32_t position = 0; position < leaf.rows(); ++position, ++row) {
    const uint32_t at = position % kVectorRowsMax;
    read_cell(leaf, index, column.kind, leaf.slot(position), &cells, at);
    expect_same(cells, at, column, row->second[c], "read_cell");
    if (::testing::Test::HasFatalFailure()) return;
    if (index != kLeafRowId && leaf.column(index).encoding == LeafEncoding::kHeap) {
      ASSERT_EQ(is_overflow_cell(leaf, leaf.column(index), leaf.slot(position)), row->second[c].overflow);
    }
    if (random.chance(400) && positions.size() < kVectorRowsMax) {
      positions.push_back(static_cast<uint16_t>(position));
      wanted.push_back(&row->second[c]);
    }
  }
  const auto half = static_cast<uint32_t>(positions.size() / 2);
  const auto rest = static_cast<uint32_t>(positions.size()) - half;
  read_positions(leaf, index, column.kind, positions.data(), half, &chosen, 0);
  read_positions(leaf, index, column.kind, positions.data() + half, rest, &chosen, half);
  for (uint32_t i = 0; i < positions.size(); ++i) {
    expect_same(chosen, i, column, *wanted[i], "read_positions");
    if (::testing::Test::HasFatalFailure()) return;
  }
}

}  // namespace

void expect_leaf_is(const LeafPage& page, const TableSchema& schema, const LeafModel& model,
                    SeededRandom& random) {
  const Status status = page.check();
  ASSERT_TRUE(status.is_ok()) << status.to_string();
  const TableLeaf leaf = page.leaf();
  ASSERT_EQ(leaf.rows(), model.size());
  ASSERT_EQ(page.content_bytes() - leaf.heap_start(), live_heap_bytes(leaf) + leaf.heap_garbage());
  std::vector<int64_t> ids(leaf.rows());
  read_row_ids(leaf, 0, leaf.rows(), ids.data());
  uint32_t position = 0;
  for (const auto& entry : model) {
    ASSERT_EQ(ids[position], entry.first);
    ASSERT_EQ(leaf.row_id(position), entry.first);
    ASSERT_EQ(leaf.lower_bound(entry.first), position);
    if (entry.first < INT64_MAX) {
      ASSERT_EQ(leaf.lower_bound(entry.first + 1), position + 1);
    }
    ++position;
  }
  ASSERT_EQ(leaf.lower_bound(INT64_MIN), 0u);
  for (int i = 0; i < 8 && !model.empty(); ++i) {
    const uint64_t near = static_cast<uint64_t>(model.begin()->first) - 20 + random.below(40);
    const auto id = static_cast<int64_t>(random.chance(500) ? near : random.next());
    ASSERT_EQ(leaf.lower_bound(id), std::distance(model.begin(), model.lower_bound(id))) << id;
  }
  expect_zero_nulls(leaf);
  if (::testing::Test::HasFatalFailure()) return;
  for (uint32_t c = 0; c < schema.columns.size(); ++c) {
    for (uint32_t first = 0; first < leaf.rows(); first += kVectorRowsMax) {
      expect_column(leaf, schema, model, c, first, std::min(kVectorRowsMax, leaf.rows() - first));
    }
    const auto first = static_cast<uint32_t>(random.below(leaf.rows() + 1));
    const auto count = static_cast<uint32_t>(random.below(std::min(kVectorRowsMax, leaf.rows() - first) + 1));
    expect_column(leaf, schema, model, c, first, count);
    expect_cells(leaf, schema, model, c, random);
    if (::testing::Test::HasFatalFailure()) return;
  }
}

namespace {

// −1, 0, 1 of values that are not NULL: text by bytes, as leaves compare.
bool satisfies(CompareOp op, const Value& value, const Value& constant) {
  if (op == CompareOp::kIsNull) return value.is_null();
  if (op == CompareOp::kIsNotNull) return !value.is_null();
  if (value.is_null()) return false;
  int order = 0;
  if (std::holds_alternative<std::string>(value.payload)) {
    order = value.get<std::string>().compare(constant.get<std::string>());
  } else {
    order = compare_values(value, constant);
  }
  switch (op) {
    case CompareOp::kEqual:
      return order == 0;
    case CompareOp::kNotEqual:
      return order != 0;
    case CompareOp::kLess:
      return order < 0;
    case CompareOp::kLessEqual:
      return order <= 0;
    case CompareOp::kGreater:
      return order > 0;
    default:
      return order >= 0;
  }
}

ScanPredicate predicate_of(const TableSchema& schema, uint32_t column, CompareOp op, const Value& constant) {
  ScanPredicate predicate;
  predicate.column = column;
  predicate.op = op;
  TableColumn holder = schema.columns[column];
  holder.missing = constant;
  const MissingCell cell = missing_cell(holder);
  predicate.integer = cell.integer;
  std::memcpy(&predicate.wide, cell.fixed, sizeof(predicate.wide));
  if (holder.kind == PhysicalKind::kFloat && !constant.is_null()) predicate.real = constant.get<float>();
  if (holder.kind == PhysicalKind::kDouble && !constant.is_null()) predicate.real = constant.get<double>();
  return predicate;
}

}  // namespace

void expect_filter(const LeafPage& page, const TableSchema& schema, const LeafModel& model, uint32_t column,
                   CompareOp op, const Value& constant, SeededRandom& random) {
  const bool null_test = op == CompareOp::kIsNull || op == CompareOp::kIsNotNull;
  if (constant.is_null() && !null_test) return;
  ScanPredicate predicate = predicate_of(schema, column, op, constant);
  std::string bytes;
  if (!constant.is_null() && std::holds_alternative<std::string>(constant.payload)) {
    bytes = constant.get<std::string>();
    predicate.string = StringView16(bytes);
  }
  if (!is_leaf_predicate(schema, predicate)) return;
  const TableLeaf leaf = page.leaf();
  const uint32_t index = leaf_index(leaf, schema, column);
  const auto first = static_cast<uint32_t>(random.below(leaf.rows() + 1) / 2);
  const uint32_t count = std::min(kVectorRowsMax, leaf.rows() - first);
  std::vector<uint16_t> wanted;
  std::vector<uint16_t> given;
  std::vector<uint16_t> wanted_of_given;
  bool unsure_wanted = false;
  bool unsure_of_given = false;
  auto row = std::next(model.begin(), first);
  for (uint32_t i = 0; i < count; ++i, ++row) {
    const LeafValue& value = row->second[column];
    const bool reference = value.overflow && !null_test;
    const bool keep = reference || satisfies(op, value.value, constant);
    const auto position = static_cast<uint16_t>(first + i);
    if (keep) wanted.push_back(position);
    unsure_wanted |= reference;
    if (random.chance(600)) {
      given.push_back(position);
      if (keep) wanted_of_given.push_back(position);
      unsure_of_given |= reference;
    }
  }
  std::vector<uint16_t> out(kVectorRowsMax);
  bool unsure = false;
  out.resize(filter_range(leaf, schema, predicate, index, first, count, out.data(), &unsure));
  ASSERT_EQ(out, wanted) << "filter_range, column " << column << ", op " << static_cast<int>(op);
  // An array of one length has no references to be unsure about.
  ASSERT_EQ(unsure, unsure_wanted);
  unsure = false;
  const auto given_count = static_cast<uint32_t>(given.size());
  given.resize(
      filter_positions(leaf, schema, predicate, index, given.data(), given_count, given.data(), &unsure));
  ASSERT_EQ(given, wanted_of_given) << "filter_positions, column " << column << ", op "
                                    << static_cast<int>(op);
  ASSERT_EQ(unsure, unsure_of_given);
}

TableSchema all_kinds_schema(bool with_key) {
  TableSchema schema;
  uint16_t id = 1;
  for (const SqlType& type :
       {SqlType{SqlTypeId::kBoolean, kNoTypmod}, SqlType{SqlTypeId::kBigint, kNoTypmod},
        SqlType{SqlTypeId::kSmallint, kNoTypmod}, SqlType{SqlTypeId::kInteger, kNoTypmod},
        SqlType{SqlTypeId::kBigint, kNoTypmod}, SqlType{SqlTypeId::kReal, kNoTypmod},
        SqlType{SqlTypeId::kDoublePrecision, kNoTypmod}, SqlType{SqlTypeId::kText, kNoTypmod},
        SqlType{SqlTypeId::kBytea, kNoTypmod}, SqlType{SqlTypeId::kUuid, kNoTypmod},
        SqlType{SqlTypeId::kInterval, kNoTypmod}, SqlType{SqlTypeId::kDate, kNoTypmod},
        SqlType{SqlTypeId::kTimestamptz, kNoTypmod}, SqlType{SqlTypeId::kNumeric, numeric_typmod(12, 2)},
        SqlType{SqlTypeId::kNumeric, numeric_typmod(30, 4)}, SqlType{SqlTypeId::kNumeric, kNoTypmod}}) {
    schema.columns.push_back(leaf_column(id, type));
    id = static_cast<uint16_t>(id + 1 + id % 3);
  }
  if (with_key) schema.row_id_column = 1;
  return schema;
}

ValueShape random_shape(const TableColumn& column, SeededRandom& random) {
  static constexpr uint64_t kSpans[] = {
      1, 2, 100, 256, 257, 60000, 65536, 1u << 20, uint64_t{1} << 32, ~uint64_t{0}};
  static constexpr int64_t kLows[] = {0,        1, -1, -100, 1000, -40000, int64_t{1} << 33, INT64_MAX - 50,
                                      INT64_MIN};
  ValueShape shape;
  shape.span = kSpans[random.below(std::size(kSpans))];
  shape.low = kLows[random.below(std::size(kLows))];
  shape.length = static_cast<uint32_t>(random.chance(100) ? random.below(300) : random.below(30));
  shape.same_length = random.chance(400);
  shape.nulls = random.chance(500) ? 0 : random.chance(200) ? 500 : 30;
  shape.overflows =
      column.kind == PhysicalKind::kString && column.type.id != SqlTypeId::kNumeric && random.chance(200) ? 30
                                                                                                          : 0;
  return shape;
}

namespace {

std::string random_bytes(uint32_t length, SeededRandom& random) {
  std::string bytes(length, 'a');
  for (char& c : bytes) c = static_cast<char>('a' + random.below(3));
  return bytes;
}

double random_real(SeededRandom& random) {
  static const double kSpecial[] = {0.0,
                                    -0.0,
                                    1.5,
                                    -1.5,
                                    std::numeric_limits<double>::infinity(),
                                    -std::numeric_limits<double>::infinity(),
                                    std::nan("")};
  if (random.chance(300)) return kSpecial[random.below(std::size(kSpecial))];
  return static_cast<double>(random.below(100)) - 50;
}

int64_t random_integer(const ValueShape& shape, SeededRandom& random) {
  const uint64_t above = shape.span == ~uint64_t{0} ? random.next() : random.below(shape.span);
  const uint64_t value = static_cast<uint64_t>(shape.low) + above;
  // Beyond the integers: at their end.
  return shape.low > 0 && value > static_cast<uint64_t>(INT64_MAX) ? INT64_MAX : static_cast<int64_t>(value);
}

Value random_numeric(const SqlType& type, const ValueShape& shape, SeededRandom& random) {
  const int64_t whole = static_cast<int64_t>(random.below(std::min<uint64_t>(shape.span, 1'000'000'000)));
  std::string digits =
      (random.chance(300) ? "-" : "") + std::to_string(whole) + "." + std::to_string(random.below(90) + 10);
  if (type.typmod != kNoTypmod && numeric_precision(type.typmod) > 20 && random.chance(300))
    digits = "123456789012345" + digits.substr(digits.find_first_of("0123456789"));
  auto parsed = numeric_parse(digits, type.typmod);
  EXPECT_TRUE(parsed.is_ok()) << digits;
  return Value{type, std::move(parsed).value()};
}

}  // namespace

LeafValue random_value(const TableColumn& column, const ValueShape& shape, SeededRandom& random) {
  const SqlType& type = column.type;
  if (random.chance(shape.nulls)) return null_of(type);
  const int64_t integer = random_integer(shape, random);
  switch (type.id) {
    case SqlTypeId::kBoolean:
      return {Value{type, shape.span > 1 ? integer % 2 != 0 : true}};
    case SqlTypeId::kSmallint:
      return {Value{type, static_cast<int16_t>(integer)}};
    case SqlTypeId::kInteger:
    case SqlTypeId::kDate:
      return {Value{type, static_cast<int32_t>(integer)}};
    case SqlTypeId::kReal:
      return {Value{type, static_cast<float>(random_real(random))}};
    case SqlTypeId::kDoublePrecision:
      return {Value{type, random_real(random)}};
    case SqlTypeId::kNumeric:
      return {random_numeric(type, shape, random)};
    case SqlTypeId::kText:
    case SqlTypeId::kBytea: {
      if (random.chance(shape.overflows)) {
        return {Value{type, random_bytes(kOverflowRefBytes, random)}, true};
      }
      const auto length =
          static_cast<uint32_t>(shape.same_length ? shape.length : random.below(shape.length + 1));
      return {Value{type, random_bytes(length, random)}};
    }
    case SqlTypeId::kUuid: {
      Uuid uuid;
      for (uint8_t& byte : uuid.bytes) byte = static_cast<uint8_t>(random.next());
      return {Value{type, uuid}};
    }
    case SqlTypeId::kInterval:
      return {Value{type, Interval{static_cast<int32_t>(random.next()),
                                   static_cast<int32_t>(random.below(30)), integer}}};
    default:
      return {Value{type, integer}};
  }
}

}  // namespace ddb
