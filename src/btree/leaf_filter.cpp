// leaf_filter: simple predicates on the arrays of a leaf, 64 rows at a time: a loop without branches makes a mask, the mask's
// bits become positions. Integers are compared as they are stored: the constant is brought into the array's domain once.
#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include "btree/leaf_kernels.h"
#include "btree/leaf_read.h"
#include "btree/missing_cell.h"

namespace ddb {
namespace {

constexpr size_t kBlock = 64;

bool is_null_test(CompareOp op) { return op == CompareOp::kIsNull || op == CompareOp::kIsNotNull; }

// One byte, 0 or 1, of each row becomes a bit.
uint64_t mask_of(const uint8_t* keep, size_t count) {
  uint64_t mask = 0;
  for (size_t i = 0; i < kBlock; i += 8) {
    // The product's top byte collects the low bits of eight bytes, first byte lowest.
    mask |= (load_le<uint64_t>(keep + i) * 0x0102040810204080u >> 56) << i;
  }
  return mask & low_bits(count);
}

template <typename Keep>
uint64_t block_mask(size_t count, Keep&& keep) {
  alignas(64) uint8_t kept[kBlock];
  if (count == kBlock) {
    for (size_t i = 0; i < kBlock; ++i) kept[i] = static_cast<uint8_t>(keep(i));
    return mask_of(kept, kBlock);
  }
  for (size_t i = 0; i < count; ++i) kept[i] = static_cast<uint8_t>(keep(i));
  for (size_t i = count; i < kBlock; ++i) kept[i] = 0;
  return mask_of(kept, count);
}

// Which rows are judged, as positions: a range, or a list.
struct RangeRows {
  uint32_t first;
  uint16_t position(size_t i) const { return static_cast<uint16_t>(first + i); }
};
struct ListRows {
  const uint16_t* positions;
  uint16_t position(size_t i) const { return positions[i]; }
};

// Appends the rows of a mask; `out` may be the list that the rows come from.
template <typename Rows>
uint32_t emit(Rows rows, size_t done, size_t count, uint64_t mask, uint16_t* out, uint32_t kept) {
  if (mask == low_bits(count)) {
    for (size_t i = 0; i < count; ++i) out[kept + i] = rows.position(done + i);
    return kept + static_cast<uint32_t>(count);
  }
  for (; mask != 0; mask &= mask - 1) {
    out[kept++] = rows.position(done + static_cast<size_t>(std::countr_zero(mask)));
  }
  return kept;
}

// Runs `judge(slots, count)` → mask over blocks of rows. NULLs are taken out, or (`nulls_only`) everything else.
template <typename Judge>
class Filter {
 public:
  Filter(const TableLeaf& leaf, const LeafEntry& entry, Judge judge)
      : leaf_(leaf), entry_(entry), judge_(judge) {}

  uint32_t range(uint32_t first, uint32_t count, uint16_t* out) const {
    return visit_slots(leaf_, first, [&](auto slots) { return run(RangeRows{first}, slots, count, out); });
  }
  uint32_t list(const uint16_t* positions, uint32_t count, uint16_t* out) const {
    if (leaf_.permutation() == 0) {
      return run(ListRows{positions}, ListedSlots{reinterpret_cast<const std::byte*>(positions)}, count, out);
    }
    uint32_t kept = 0;
    for (uint32_t done = 0; done < count; done += kBlock) {
      const uint32_t block = std::min<uint32_t>(kBlock, count - done);
      std::array<uint16_t, kBlock> slots;
      for (uint32_t i = 0; i < block; ++i) slots[i] = static_cast<uint16_t>(leaf_.slot(positions[done + i]));
      const ListedSlots listed{reinterpret_cast<const std::byte*>(slots.data())};
      kept = emit(ListRows{positions}, done, block, mask(listed, block), out, kept);
    }
    return kept;
  }

 private:
  template <typename Slots>
  uint64_t mask(Slots slots, size_t count) const {
    const uint64_t valid =
        entry_.validity == 0 ? ~uint64_t{0} : validity_of(leaf_.page(), entry_, slots, count);
    return judge_(slots, count, valid) & valid;
  }
  template <typename Rows, typename Slots>
  uint32_t run(Rows rows, Slots slots, uint32_t count, uint16_t* out) const {
    uint32_t kept = 0;
    for (uint32_t done = 0; done < count; done += kBlock) {
      const uint32_t block = std::min<uint32_t>(kBlock, count - done);
      kept = emit(rows, done, block, mask(skip(slots, done), block), out, kept);
    }
    return kept;
  }

  const TableLeaf& leaf_;
  const LeafEntry& entry_;
  const Judge judge_;
};

// What is judged: positions of a leaf, as a range or a list, and where the survivors go.
struct Task {
  const TableLeaf& leaf;
  const uint16_t* positions;  // null: the range
  uint32_t first;
  uint32_t count;
  uint16_t* out;

  template <typename Judge>
  uint32_t run(const LeafEntry& entry, Judge judge) const {
    const Filter<Judge> filter(leaf, entry, judge);
    return positions == nullptr ? filter.range(first, count, out) : filter.list(positions, count, out);
  }
  uint32_t none() const { return 0; }
  uint32_t all() const {
    if (positions == nullptr) {
      for (uint32_t i = 0; i < count; ++i) out[i] = static_cast<uint16_t>(first + i);
    } else if (positions != out) {
      std::memmove(out, positions, count * sizeof(uint16_t));
    }
    return count;
  }
  uint32_t all_if(bool keep) const { return keep ? all() : none(); }
  // All that are not NULL.
  uint32_t valid(const LeafEntry& entry) const {
    if (entry.validity == 0) return all();
    return run(entry, [](auto, size_t count_of_block, uint64_t) { return low_bits(count_of_block); });
  }
  uint32_t nulls(const LeafEntry& entry) const {
    if (entry.validity == 0) return none();
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; ++i) {
      const uint32_t position = positions == nullptr ? first + i : positions[i];
      const bool is_null = !leaf.is_valid(entry, leaf.slot(position));
      out[kept] = static_cast<uint16_t>(position);
      kept += static_cast<uint32_t>(is_null);
    }
    return kept;
  }
};

// The integers that satisfy a comparison: [low, high], or all others.
template <typename Int>
struct Range {
  Int low;
  Int high;
  bool outside = false;
  bool empty = false;

  bool contains(Int value) const { return (!empty && value >= low && value <= high) != outside; }
};

template <typename Int>
Range<Int> range_of(CompareOp op, Int constant, Int least, Int most) {
  switch (op) {
    case CompareOp::kEqual:
      return {constant, constant};
    case CompareOp::kNotEqual:
      return {constant, constant, true};
    case CompareOp::kLess:
      return constant == least ? Range<Int>{0, 0, false, true}
                               : Range<Int>{least, static_cast<Int>(constant - 1)};
    case CompareOp::kLessEqual:
      return {least, constant};
    case CompareOp::kGreater:
      return constant == most ? Range<Int>{0, 0, false, true}
                              : Range<Int>{static_cast<Int>(constant + 1), most};
    default:
      return {constant, most};
  }
}

Range<int64_t> integer_range(const ScanPredicate& predicate) {
  return range_of<int64_t>(predicate.op, predicate.integer, std::numeric_limits<int64_t>::min(),
                           std::numeric_limits<int64_t>::max());
}

constexpr __int128 kInt128Max = static_cast<__int128>(~static_cast<unsigned __int128>(0) >> 1);
Range<__int128> wide_range(const ScanPredicate& predicate) {
  return range_of<__int128>(predicate.op, predicate.wide, -kInt128Max - 1, kInt128Max);
}

uint32_t filter_narrow(const Task& task, const LeafEntry& entry, const Range<int64_t>& range) {
  // Nothing of the array lies in the range: then all or none is outside of it.
  const auto disjoint = [&] { return range.outside ? task.valid(entry) : task.none(); };
  if (range.empty) return disjoint();
  uint64_t low = static_cast<uint64_t>(range.low);
  uint64_t high = static_cast<uint64_t>(range.high);
  if (entry.width < 8) {
    const auto most = static_cast<int64_t>(static_cast<uint64_t>(entry.base) + narrow_max(entry.width));
    if (range.high < entry.base || range.low > most) return disjoint();
    low = static_cast<uint64_t>(std::max(range.low, entry.base)) - static_cast<uint64_t>(entry.base);
    high = static_cast<uint64_t>(std::min(range.high, most)) - static_cast<uint64_t>(entry.base);
    if (low == 0 && high == narrow_max(entry.width)) return range.outside ? task.none() : task.valid(entry);
  }
  return visit_width(entry.width, [&](auto type) {
    using T = typename decltype(type)::type;
    // One unsigned comparison for both ends; with eight bytes it is that of signed ones moved to zero.
    const auto from = static_cast<T>(low);
    const auto span = static_cast<T>(high - low);
    const std::byte* array = task.leaf.page() + entry.offset;
    const uint64_t flip = range.outside ? ~uint64_t{0} : 0;
    return task.run(entry, [=](auto slots, size_t count, uint64_t) {
      const uint64_t inside = block_mask(count, [&](size_t i) {
        return static_cast<T>(load_le<T>(array + slots(i) * sizeof(T)) - from) <= span;
      });
      return (inside ^ flip) & low_bits(count);
    });
  });
}

uint32_t filter_wide(const Task& task, const LeafEntry& entry, const Range<__int128>& range) {
  if (range.empty) return task.none();
  using U = unsigned __int128;
  const std::byte* array = task.leaf.page() + entry.offset;
  const U from = static_cast<U>(range.low);
  const U span = static_cast<U>(range.high) - from;
  const uint64_t flip = range.outside ? ~uint64_t{0} : 0;
  return task.run(entry, [=](auto slots, size_t count, uint64_t) {
    const uint64_t inside =
        block_mask(count, [&](size_t i) { return load_le<U>(array + slots(i) * sizeof(U)) - from <= span; });
    return (inside ^ flip) & low_bits(count);
  });
}

// Above everything and equal to itself: NaN.
bool compare_reals(CompareOp op, double value, double constant) {
  const bool less = std::isnan(constant) ? !std::isnan(value) : value < constant;
  const bool equal = std::isnan(constant) ? std::isnan(value) : value == constant;
  switch (op) {
    case CompareOp::kEqual:
      return equal;
    case CompareOp::kNotEqual:
      return !equal;
    case CompareOp::kLess:
      return less;
    case CompareOp::kLessEqual:
      return less || equal;
    case CompareOp::kGreater:
      return !less && !equal;
    default:
      return !less;
  }
}

template <typename Real>
uint32_t filter_real(const Task& task, const LeafEntry& entry, const ScanPredicate& predicate) {
  const std::byte* array = task.leaf.page() + entry.offset;
  const double constant = predicate.real;
  const auto run = [&](bool flipped, auto compare) {
    const uint64_t flip = flipped ? ~uint64_t{0} : 0;
    return task.run(entry, [=](auto slots, size_t count, uint64_t) {
      const uint64_t mask = block_mask(count, [&](size_t i) {
        return compare(static_cast<double>(load_le<Real>(array + slots(i) * sizeof(Real))));
      });
      return (mask ^ flip) & low_bits(count);
    });
  };
  // A NaN fails every comparison but !=, so that "above" is "not less or equal".
  const CompareOp op = predicate.op;
  if (std::isnan(constant)) {
    if (op == CompareOp::kLessEqual) return task.valid(entry);
    if (op == CompareOp::kGreater) return task.none();
    const bool flipped = op == CompareOp::kNotEqual || op == CompareOp::kLess;
    return run(flipped, [](double value) { return value != value; });
  }
  if (op == CompareOp::kEqual || op == CompareOp::kNotEqual) {
    return run(op == CompareOp::kNotEqual, [=](double value) { return value == constant; });
  }
  if (op == CompareOp::kLess || op == CompareOp::kGreaterEqual) {
    return run(op == CompareOp::kGreaterEqual, [=](double value) { return value < constant; });
  }
  return run(op == CompareOp::kGreater, [=](double value) { return value <= constant; });
}

bool compare_strings(CompareOp op, std::string_view value, std::string_view constant) {
  if (op == CompareOp::kEqual) return value == constant;
  if (op == CompareOp::kNotEqual) return value != constant;
  const int order = value.compare(constant);
  switch (op) {
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

// Judges each valid row of a block alone.
template <typename Slots, typename Keep>
uint64_t each_valid(Slots slots, size_t count, uint64_t valid, Keep&& keep) {
  uint64_t mask = 0;
  for (size_t i = 0; i < count; ++i) {
    if ((valid >> i & 1) != 0) mask |= static_cast<uint64_t>(keep(slots(i))) << i;
  }
  return mask;
}

template <typename T>
uint32_t filter_equal_word(const Task& task, const LeafEntry& entry, std::string_view constant,
                           bool negated) {
  T wanted;
  std::memcpy(&wanted, constant.data(), sizeof(T));
  const std::byte* array = task.leaf.page() + entry.offset;
  const uint64_t flip = negated ? ~uint64_t{0} : 0;
  return task.run(entry, [=](auto slots, size_t count, uint64_t) {
    const uint64_t same = block_mask(count, [&](size_t i) {
      T value;
      std::memcpy(&value, array + slots(i) * sizeof(T), sizeof(T));
      return value == wanted;
    });
    return (same ^ flip) & low_bits(count);
  });
}

uint32_t filter_equal_array(const Task& task, const LeafEntry& entry, CompareOp op,
                            std::string_view constant) {
  const bool is_equality = op == CompareOp::kEqual || op == CompareOp::kNotEqual;
  const bool negated = op == CompareOp::kNotEqual;
  const size_t width = entry.width;
  if (is_equality) {
    if (constant.size() != width) return negated ? task.valid(entry) : task.none();
    if (width == 1) return filter_equal_word<uint8_t>(task, entry, constant, negated);
    if (width == 2) return filter_equal_word<uint16_t>(task, entry, constant, negated);
    if (width == 4) return filter_equal_word<uint32_t>(task, entry, constant, negated);
    if (width == 8) return filter_equal_word<uint64_t>(task, entry, constant, negated);
  }
  const auto* array = reinterpret_cast<const char*>(task.leaf.page()) + entry.offset;
  return task.run(entry, [=](auto slots, size_t count, uint64_t valid) {
    return each_valid(slots, count, valid, [&](size_t slot) {
      return compare_strings(op, std::string_view(array + slot * width, width), constant);
    });
  });
}

uint32_t filter_heap_array(const Task& task, const LeafEntry& entry, CompareOp op, std::string_view constant,
                           bool* unsure) {
  const std::byte* page = task.leaf.page();
  bool references = false;
  bool* seen = &references;
  const uint32_t kept = task.run(entry, [=](auto slots, size_t count, uint64_t valid) {
    return each_valid(slots, count, valid, [&](size_t slot) {
      const HeapCell cell = heap_cell(page + entry.offset + slot * 4);
      if (cell.is_overflow()) [[unlikely]] {
        *seen = true;
        return true;
      }
      const std::string_view text(reinterpret_cast<const char*>(page) + cell.offset, cell.length);
      return compare_strings(op, text, constant);
    });
  });
  *unsure |= references;
  return kept;
}

// Row ids ascend with the positions: the range is one of positions too.
uint32_t filter_row_ids(const Task& task, const Range<int64_t>& range) {
  const uint32_t from = range.empty ? 0 : task.leaf.lower_bound(range.low);
  uint32_t to = range.empty ? 0 : task.leaf.rows();
  if (!range.empty && range.high != std::numeric_limits<int64_t>::max())
    to = task.leaf.lower_bound(range.high + 1);
  uint32_t kept = 0;
  for (uint32_t i = 0; i < task.count; ++i) {
    const uint32_t position = task.positions == nullptr ? task.first + i : task.positions[i];
    const bool inside = position >= from && position < to;
    task.out[kept] = static_cast<uint16_t>(position);
    kept += static_cast<uint32_t>(inside != range.outside);
  }
  return kept;
}

bool missing_satisfies(const TableColumn& column, const ScanPredicate& predicate) {
  const MissingCell cell = missing_cell(column);
  if (is_null_test(predicate.op)) return cell.is_null == (predicate.op == CompareOp::kIsNull);
  if (cell.is_null) return false;
  switch (column.kind) {
    case PhysicalKind::kFloat: {
      float value = 0;
      std::memcpy(&value, cell.fixed, sizeof(value));
      return compare_reals(predicate.op, value, predicate.real);
    }
    case PhysicalKind::kDouble: {
      double value = 0;
      std::memcpy(&value, cell.fixed, sizeof(value));
      return compare_reals(predicate.op, value, predicate.real);
    }
    case PhysicalKind::kInt128: {
      __int128 value = 0;
      std::memcpy(&value, cell.fixed, sizeof(value));
      return wide_range(predicate).contains(value);
    }
    case PhysicalKind::kString:
      return compare_strings(predicate.op, cell.text, predicate.string.view());
    default:
      return integer_range(predicate).contains(cell.integer);
  }
}

uint32_t filter(const Task& task, const TableSchema& schema, const ScanPredicate& predicate, uint32_t index,
                bool* unsure) {
  const TableColumn& column = schema.columns[predicate.column];
  if (index == kLeafMissing) return task.all_if(missing_satisfies(column, predicate));
  if (index == kLeafRowId) {
    if (is_null_test(predicate.op)) return task.all_if(predicate.op == CompareOp::kIsNotNull);
    return filter_row_ids(task, integer_range(predicate));
  }
  const LeafEntry entry = task.leaf.column(index);
  // As read_column(): another table's array is NULL.
  if (!suits_kind(entry, column.kind)) [[unlikely]]
    return task.all_if(predicate.op == CompareOp::kIsNull);
  if (predicate.op == CompareOp::kIsNull) return task.nulls(entry);
  if (predicate.op == CompareOp::kIsNotNull) return task.valid(entry);
  switch (column.kind) {
    case PhysicalKind::kFloat:
      return filter_real<float>(task, entry, predicate);
    case PhysicalKind::kDouble:
      return filter_real<double>(task, entry, predicate);
    case PhysicalKind::kInt128:
      return filter_wide(task, entry, wide_range(predicate));
    case PhysicalKind::kString:
      if (entry.encoding == LeafEncoding::kEqual) {
        return filter_equal_array(task, entry, predicate.op, predicate.string.view());
      }
      return filter_heap_array(task, entry, predicate.op, predicate.string.view(), unsure);
    case PhysicalKind::kUuid:
    case PhysicalKind::kInterval:
      return task.valid(entry);
    default:
      return filter_narrow(task, entry, integer_range(predicate));
  }
}

}  // namespace

bool is_leaf_predicate(const TableSchema& schema, const ScanPredicate& predicate) {
  const TableColumn& column = schema.columns[predicate.column];
  if (is_null_test(predicate.op)) return true;
  if (column.kind == PhysicalKind::kUuid || column.kind == PhysicalKind::kInterval) return false;
  return column.kind != PhysicalKind::kString || column.type.id != SqlTypeId::kNumeric;
}

uint32_t filter_positions(const TableLeaf& leaf, const TableSchema& schema, const ScanPredicate& predicate,
                          uint32_t index, const uint16_t* positions, uint32_t count, uint16_t* out,
                          bool* unsure) {
  return filter({leaf, positions, 0, count, out}, schema, predicate, index, unsure);
}

uint32_t filter_range(const TableLeaf& leaf, const TableSchema& schema, const ScanPredicate& predicate,
                      uint32_t index, uint32_t first, uint32_t count, uint16_t* out, bool* unsure) {
  return filter({leaf, nullptr, first, count, out}, schema, predicate, index, unsure);
}

}  // namespace ddb
