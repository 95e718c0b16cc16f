// sorted_batch: sorting by digits, copying by column.
#include "btree/sorted_batch.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace ddb {
namespace {

constexpr uint32_t kPlaceBits = 11;  // of a row's place in its batch
static_assert(kVectorRowsMax == 1u << kPlaceBits);
constexpr uint64_t kPlaceMask = kVectorRowsMax - 1;

// Counting sort by the bits from `first_bit` on, as many as a place has; equal ones keep their order.
void order_by_digit(const std::vector<uint64_t>& from, uint32_t rows, uint32_t first_bit,
                    std::vector<uint64_t>& to) {
  std::array<uint32_t, kVectorRowsMax> begin{};
  for (uint32_t i = 0; i < rows; ++i) ++begin[from[i] >> first_bit & kPlaceMask];
  uint32_t sum = 0;
  for (uint32_t& count : begin) sum += std::exchange(count, sum);
  for (uint32_t i = 0; i < rows; ++i) to[begin[from[i] >> first_bit & kPlaceMask]++] = from[i];
}

template <size_t kBytes>
void copy_rows(const char* from, const uint16_t* rows, uint32_t count, char* to) {
  for (uint32_t i = 0; i < count; ++i)
    std::memcpy(to + size_t{i} * kBytes, from + size_t{rows[i]} * kBytes, kBytes);
}

}  // namespace

SortedBatch::SortedBatch(const TableSchema& schema) : schema_(schema), memory_(2 * kBytesMax) {
  for (const TableColumn& column : schema.columns) row_bytes_ += bytes_per_value(column.kind);
}

bool SortedBatch::wants(const RowBatch& batch) const {
  if (batch.rows < kRowsMin || batch.overflow != nullptr || row_bytes_ * batch.rows > kBytesMax) return false;
  uint32_t falls = 0;
  for (uint32_t i = 1; i < batch.rows; ++i) falls += batch.row_ids[i] < batch.row_ids[i - 1] ? 1 : 0;
  return falls > batch.rows / 8;
}

bool SortedBatch::sort(const RowBatch& batch) {
  rows_ = batch.rows;
  if (vectors_ == nullptr) {
    vectors_ = std::make_unique<Vector[]>(schema_.columns.size());
    for (size_t i = 0; i < schema_.columns.size(); ++i) columns_.push_back(&vectors_[i]);
  }
  order_rows(batch);
  row_ids_.resize(rows_);
  for (uint32_t i = 0; i < rows_; ++i) row_ids_[i] = batch.row_ids[from_[i]];
  if (std::adjacent_find(row_ids_.begin(), row_ids_.end()) != row_ids_.end()) return false;
  for (uint32_t i = 0; i < schema_.columns.size(); ++i) {
    if (i == schema_.row_id_column) continue;
    if (!vectors_[i].allocate(schema_.columns[i].kind, rows_, memory_).is_ok()) return false;
    take_column(*batch.columns[i], vectors_[i]);
  }
  return true;
}

void SortedBatch::order_rows(const RowBatch& batch) {
  const auto [low, high] = std::minmax_element(batch.row_ids, batch.row_ids + rows_);
  const auto smallest = static_cast<uint64_t>(*low);
  const auto bits = static_cast<uint32_t>(std::bit_width(static_cast<uint64_t>(*high) - smallest));
  from_.resize(rows_);
  if (bits + kPlaceBits > 64) {
    for (uint32_t i = 0; i < rows_; ++i) from_[i] = static_cast<uint16_t>(i);
    std::sort(from_.begin(), from_.end(),
              [&](uint16_t a, uint16_t b) { return batch.row_ids[a] < batch.row_ids[b]; });
    return;
  }
  order_.resize(rows_);
  scratch_.resize(rows_);
  for (uint32_t i = 0; i < rows_; ++i)
    order_[i] = (static_cast<uint64_t>(batch.row_ids[i]) - smallest) << kPlaceBits | i;
  for (uint32_t done = 0; done < bits; done += kPlaceBits) {
    order_by_digit(order_, rows_, kPlaceBits + done, scratch_);
    order_.swap(scratch_);
  }
  for (uint32_t i = 0; i < rows_; ++i) from_[i] = static_cast<uint16_t>(order_[i] & kPlaceMask);
}

void SortedBatch::take_column(const Vector& source, Vector& to) {
  if (source.is_constant()) return to.set_view(source);
  const auto* from = static_cast<const char*>(source.raw_data());
  auto* into = static_cast<char*>(const_cast<void*>(to.raw_data()));
  switch (bytes_per_value(source.kind())) {
    case 1:
      copy_rows<1>(from, from_.data(), rows_, into);
      break;
    case 2:
      copy_rows<2>(from, from_.data(), rows_, into);
      break;
    case 4:
      copy_rows<4>(from, from_.data(), rows_, into);
      break;
    case 8:
      copy_rows<8>(from, from_.data(), rows_, into);
      break;
    default:
      copy_rows<16>(from, from_.data(), rows_, into);
      break;
  }
  if (source.validity() == nullptr) return;
  uint64_t* const validity = to.mutable_validity();
  std::fill_n(validity, validity_words(rows_), 0);
  for (uint32_t i = 0; i < rows_; ++i)
    validity[i / 64] |= uint64_t{source.is_valid(from_[i]) ? 1u : 0u} << (i % 64);
}

}  // namespace ddb
