// leaf_source: loops over vectors and arrays that bring cells into one form.
#include "btree/leaf_source.h"

#include <cstring>

namespace ddb {
namespace {

bool all_valid(const ValidityRun& validity, uint32_t count) {
  uint64_t all = ~uint64_t{0};
  for (uint32_t i = 0; i < validity_words(count); ++i) all &= validity.words[i];
  return all == ~uint64_t{0};
}

void set_all(ValidityRun* validity, bool valid) {
  std::memset(validity->words, valid ? 0xFF : 0, sizeof(validity->words));
}

template <typename Fixed, typename Slots>
void gather_fixed(const std::byte* from, Slots slots, uint32_t count, std::byte* to) {
  for (size_t i = 0; i < count; ++i) {
    std::memcpy(to + i * sizeof(Fixed), from + slots(i) * sizeof(Fixed), sizeof(Fixed));
  }
}

struct Bytes16 {
  uint64_t halves[2];
};

template <typename Slots>
void copy_fixed(const std::byte* from, size_t width, Slots slots, uint32_t count, std::byte* to) {
  switch (width) {
    case 4:
      return gather_fixed<uint32_t>(from, slots, count, to);
    case 8:
      return gather_fixed<uint64_t>(from, slots, count, to);
    default:
      return gather_fixed<Bytes16>(from, slots, count, to);
  }
}

}  // namespace

ColumnSource::ColumnSource(const LeafSource& source, const TableColumn& column, uint32_t column_index,
                           const MissingCell* missing)
    : kind_(column.kind), column_(column_index), first_(source.first), missing_(missing) {
  if (source.leaf == nullptr) {
    form_ = Form::kBatch;
    batch_ = source.batch;
    vector_ = batch_->columns[column_index];
    return;
  }
  const uint32_t index = source.leaf->find_column(column.id);
  if (index == source.leaf->columns()) return;
  entry_ = source.leaf->column(index);
  if (!suits_kind(entry_, kind_)) return;
  form_ = Form::kLeaf;
  leaf_ = source.leaf;
}

bool ColumnSource::load_validity(uint32_t from, uint32_t count, ValidityRun* validity) const {
  switch (form_) {
    case Form::kLeaf:
      if (entry_.validity == 0) return true;
      return visit_slots(*leaf_, first_ + from, [&](auto slots) {
        return copy_validity(leaf_->page(), entry_, slots, count, validity->words);
      });
    case Form::kBatch: {
      if (vector_->validity() == nullptr) return true;
      if (vector_->is_constant()) {
        set_all(validity, vector_->is_valid(0));
        return all_valid(*validity, count);
      }
      const auto* words = reinterpret_cast<const std::byte*>(vector_->validity());
      for (uint32_t done = 0; done < count; done += 64) {
        const uint32_t bits = std::min<uint32_t>(64, count - done);
        validity->words[done / 64] = bits_at(words, first_ + from + done, bits) | ~low_bits(bits);
      }
      return all_valid(*validity, count);
    }
    case Form::kMissing:
      if (!missing_->is_null) return true;
      set_all(validity, false);
      return false;
  }
  return true;
}

template <typename T>
void ColumnSource::vector_integers(uint32_t from, uint32_t count, int64_t* out) const {
  const T* values = vector_->data<T>();
  if (vector_->is_constant()) {
    std::fill_n(out, count, static_cast<int64_t>(*values));
    return;
  }
  values += first_ + from;
  for (uint32_t i = 0; i < count; ++i) out[i] = static_cast<int64_t>(values[i]);
}

bool ColumnSource::load_integers(uint32_t from, uint32_t count, int64_t* out, ValidityRun* validity) const {
  const bool valid = load_validity(from, count, validity);
  switch (form_) {
    case Form::kLeaf:
      visit_slots(*leaf_, first_ + from,
                  [&](auto slots) { decode_narrow(leaf_->page(), entry_, slots, count, out); });
      break;
    case Form::kBatch:
      if (kind_ == PhysicalKind::kInt64) vector_integers<int64_t>(from, count, out);
      if (kind_ == PhysicalKind::kInt32) vector_integers<int32_t>(from, count, out);
      if (kind_ == PhysicalKind::kInt16) vector_integers<int16_t>(from, count, out);
      if (kind_ == PhysicalKind::kBool) vector_integers<uint8_t>(from, count, out);
      break;
    case Form::kMissing:
      std::fill_n(out, count, missing_->integer);
      break;
  }
  if (kind_ == PhysicalKind::kBool) {
    for (uint32_t i = 0; i < count; ++i) out[i] = static_cast<int64_t>(out[i] != 0);
  }
  return valid;
}

void ColumnSource::leaf_strings(uint32_t from, uint32_t count, StringCell* out,
                                const ValidityRun* validity) const {
  const std::byte* page = leaf_->page();
  const std::byte* array = page + entry_.offset;
  visit_slots(*leaf_, first_ + from, [&](auto slots) {
    if (entry_.encoding == LeafEncoding::kEqual) {
      for (uint32_t i = 0; i < count; ++i) {
        out[i] = {reinterpret_cast<const char*>(array) + slots(i) * entry_.width, entry_.width, false};
      }
      return;
    }
    for (uint32_t i = 0; i < count; ++i) {
      const HeapCell cell = heap_cell(array + slots(i) * 4);
      out[i] = {reinterpret_cast<const char*>(page) + cell.offset, cell.bytes(), cell.is_overflow()};
    }
  });
  if (validity != nullptr) replace_nulls(out, count, *validity, StringCell());
}

void ColumnSource::vector_strings(uint32_t from, uint32_t count, StringCell* out,
                                  const ValidityRun* validity) const {
  const StringView16* values = vector_->data<StringView16>();
  const bool references = batch_->overflow != nullptr && batch_->overflow[column_] != nullptr;
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t row = first_ + from + i;
    if (validity != nullptr && !validity->is_valid(i)) {
      out[i] = {};
      continue;
    }
    const StringView16& value = values[vector_->row(row)];
    out[i] = {value.data(), value.size(), references && batch_->is_overflow(column_, row)};
  }
}

bool ColumnSource::load_strings(uint32_t from, uint32_t count, StringCell* out, ValidityRun* validity) const {
  const bool valid = load_validity(from, count, validity);
  const ValidityRun* nulls = valid ? nullptr : validity;
  switch (form_) {
    case Form::kLeaf:
      leaf_strings(from, count, out, nulls);
      break;
    case Form::kBatch:
      vector_strings(from, count, out, nulls);
      break;
    case Form::kMissing:
      std::fill_n(out, count,
                  StringCell{missing_->text.data(), static_cast<uint32_t>(missing_->text.size()), false});
      break;
  }
  return valid;
}

bool ColumnSource::load_fixed(uint32_t from, uint32_t count, std::byte* to, ValidityRun* validity) const {
  const bool valid = load_validity(from, count, validity);
  const size_t width = bytes_per_value(kind_);
  switch (form_) {
    case Form::kLeaf:
      visit_slots(*leaf_, first_ + from,
                  [&](auto slots) { copy_fixed(leaf_->page() + entry_.offset, width, slots, count, to); });
      break;
    case Form::kBatch: {
      const auto* values = static_cast<const std::byte*>(vector_->raw_data());
      if (vector_->is_constant()) {
        for (uint32_t i = 0; i < count; ++i) std::memcpy(to + i * width, values, width);
      } else {
        std::memcpy(to, values + size_t{first_ + from} * width, count * width);
      }
      break;
    }
    case Form::kMissing:
      for (uint32_t i = 0; i < count; ++i) std::memcpy(to + i * width, missing_->fixed, width);
      break;
  }
  if (!valid) {
    for (uint32_t i = 0; i < count; ++i) {
      if (!validity->is_valid(i)) std::memset(to + i * width, 0, width);
    }
  }
  return valid;
}

void store_equal(const StringCell* strings, uint32_t count, uint32_t width, std::byte* array) {
  for (size_t i = 0; i < count; ++i) {
    if (strings[i].bytes == width) {
      std::memcpy(array + i * width, strings[i].data, width);
    } else {
      std::memset(array + i * width, 0, width);
    }
  }
}

uint32_t store_heap(const StringCell* strings, uint32_t count, std::byte* page, std::byte* array,
                    uint32_t heap) {
  for (size_t i = 0; i < count; ++i) {
    const StringCell& string = strings[i];
    if (string.bytes == 0) {
      store_heap_cell(array + i * 4, 0, 0);
      continue;
    }
    heap -= string.bytes;
    std::memcpy(page + heap, string.data, string.bytes);
    store_heap_cell(array + i * 4, heap, string.overflow ? kOverflowLength : string.bytes);
  }
  return heap;
}

void load_row_ids(const LeafSource& source, uint32_t from, uint32_t count, int64_t* out) {
  if (source.leaf != nullptr) {
    visit_slots(*source.leaf, source.first + from, [&](auto slots) {
      decode_narrow(source.leaf->page(), source.leaf->row_ids(), slots, count, out);
    });
  } else {
    std::memcpy(out, source.batch->row_ids + source.first + from, count * sizeof(int64_t));
  }
}

}  // namespace ddb
