// leaf_build: writes a planned leaf, column by column.
#include "btree/leaf_build.h"

#include <algorithm>
#include <cstring>

#include "btree/leaf_kernels.h"
#include "btree/leaf_source.h"
#include "btree/leaf_stats.h"

namespace ddb {
namespace {

void store_entry(const LeafEntry& entry, std::byte* at) {
  store_le<uint64_t>(at, static_cast<uint64_t>(entry.base));
  store_le<uint16_t>(at + 8, entry.offset);
  at[10] = static_cast<std::byte>(entry.width);
  at[11] = static_cast<std::byte>(entry.encoding);
  store_le<uint16_t>(at + 12, entry.validity);
  store_le<uint16_t>(at + 14, entry.column_id);
}

// Sets bits [first, first + count) of a zeroed bitmap.
void store_validity(const ValidityRun* validity, uint32_t first, uint32_t count, std::byte* words) {
  for (uint32_t done = 0; done < count; done += 64) {
    const uint32_t bits = std::min<uint32_t>(64, count - done);
    const uint64_t word = (validity == nullptr ? ~uint64_t{0} : validity->words[done / 64]) & low_bits(bits);
    const uint32_t at = first + done;
    std::byte* low = words + at / 64 * 8;
    store_le<uint64_t>(low, load_le<uint64_t>(low) | word << (at % 64));
    if (at % 64 + bits > 64) store_le<uint64_t>(low + 8, load_le<uint64_t>(low + 8) | word >> (64 - at % 64));
  }
}

// Calls run(source index, from, count, slot) for runs of at most kRunRows rows; rows lie in slots 0, 1, ….
template <typename Run>
void each_run(std::span<const LeafSource> sources, Run&& run) {
  uint32_t slot = 0;
  for (size_t i = 0; i < sources.size(); ++i) {
    for (uint32_t done = 0; done < sources[i].count; done += kRunRows) {
      const uint32_t count = std::min(kRunRows, sources[i].count - done);
      run(sources[i], done, count, slot);
      slot += count;
    }
  }
}

}  // namespace

void LeafBuilder::write(std::span<const LeafSource> sources, std::byte* page) {
  std::memset(page + kPageHeaderBytes, 0, content_bytes_ - kPageHeaderBytes);
  write_directory(page);
  write_row_ids(sources, page);
  uint32_t heap = content_bytes_;
  for (size_t i = 1; i < plan_.entries.size(); ++i) write_column(sources, i, page, &heap);
  store_le<uint16_t>(page + 44, static_cast<uint16_t>(heap));
}

void LeafBuilder::write_directory(std::byte* page) const {
  store_le<uint32_t>(page + 32, schema_.version);
  store_le<uint16_t>(page + 36, static_cast<uint16_t>(plan_.rows));
  store_le<uint16_t>(page + 38, static_cast<uint16_t>(plan_.capacity));
  store_le<uint16_t>(page + 40, static_cast<uint16_t>(plan_.rows));
  store_le<uint16_t>(page + 42, static_cast<uint16_t>(permutation_));
  store_le<uint16_t>(page + 48, static_cast<uint16_t>(plan_.entries.size() - 1));
  store_le<uint16_t>(page + 50, static_cast<uint16_t>(arrays_end_));
  for (size_t i = 0; i < plan_.entries.size(); ++i) {
    store_entry(plan_.entries[i], page + kLeafDirectory + i * kLeafEntryBytes);
  }
  if (permutation_ == 0) return;
  for (uint32_t i = 0; i < plan_.rows; ++i) {
    store_le<uint16_t>(page + permutation_ + 2 * i, static_cast<uint16_t>(i));
  }
}

void LeafBuilder::write_row_ids(std::span<const LeafSource> sources, std::byte* page) const {
  const LeafEntry& entry = plan_.entries[0];
  each_run(sources, [&](const LeafSource& source, uint32_t from, uint32_t count, uint32_t slot) {
    int64_t ids[kRunRows];
    load_row_ids(source, from, count, ids);
    encode_narrow(ids, count, entry, page, slot);
  });
}

void LeafBuilder::write_column(std::span<const LeafSource> sources, size_t index, std::byte* page,
                               uint32_t* heap) const {
  const LeafEntry& entry = plan_.entries[index];
  const uint32_t column = plan_.schema_columns[index - 1];
  each_run(sources, [&](const LeafSource& source, uint32_t from, uint32_t count, uint32_t slot) {
    const ColumnSource cells(source, schema_.columns[column], column, &missing_[column]);
    std::byte* array = page + entry.offset + size_t{slot} * entry.width;
    ValidityRun validity;
    bool valid = true;
    switch (entry.encoding) {
      case LeafEncoding::kNarrow: {
        int64_t values[kRunRows];
        valid = cells.load_integers(from, count, values, &validity);
        if (!valid) replace_nulls(values, count, validity, entry.base);
        encode_narrow(values, count, entry, page, slot);
        break;
      }
      case LeafEncoding::kFixed:
        valid = cells.load_fixed(from, count, array, &validity);
        break;
      case LeafEncoding::kEqual:
      case LeafEncoding::kHeap: {
        StringCell strings[kRunRows];
        valid = cells.load_strings(from, count, strings, &validity);
        if (entry.encoding == LeafEncoding::kEqual) {
          store_equal(strings, count, entry.width, array);
        } else {
          *heap = store_heap(strings, count, page, array, *heap);
        }
        break;
      }
    }
    if (entry.validity != 0) store_validity(valid ? nullptr : &validity, slot, count, page + entry.validity);
  });
}

}  // namespace ddb
