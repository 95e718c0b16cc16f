// entry_sort: radix by head, then group by group the next bytes.
#include "spill/entry_sort.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "base/prefetch.h"

namespace ddb {

namespace {

// Figures of ADR 0015.
constexpr size_t kComparisonMax = 512;  // entries that std::sort takes
constexpr size_t kInsertionMax = 12;    // entries of a group that are compared whole
constexpr size_t kLevelsMax = 256;      // nested groups before a group is compared whole
constexpr size_t kPiece = 32768;        // entries between two reports of work
constexpr size_t kPrefetchAhead = 8;

class EntrySort {
 public:
  EntrySort(const RecordArena& arena, std::span<SortEntry> entries, WorkWatch& watch)
      : arena_(arena), entries_(entries.data()), count_(entries.size()), watch_(watch) {}

  Status run() {
    DDB_RETURN_IF_ERROR(by_head(entries_, entries_ + count_));
    return refine();
  }

 private:
  using Part = uint64_t SortEntry::*;

  std::string_view key(const SortEntry& entry) const { return arena_.record(entry.ref).key; }
  size_t rest(const SortEntry& entry, size_t depth) const { return key(entry).size() - depth; }

  // --- Order by (head, ref) ---

  Status by_head(SortEntry* first, SortEntry* last) { return radix(first, last, &SortEntry::head); }

  // The entries' bits that differ in `part`; 0 when none do. Sets `sorted` when they are in order already.
  Result<uint64_t> differing(const SortEntry* first, const SortEntry* last, Part part, bool& sorted) {
    uint64_t bits = 0;
    sorted = true;
    for (const SortEntry* at = first + 1; at < last;) {
      const SortEntry* const stop = at + std::min<size_t>(kPiece, static_cast<size_t>(last - at));
      DDB_RETURN_IF_ERROR(watch_.spent(static_cast<uint64_t>(stop - at)));
      bool ordered = true;
      for (; at != stop; ++at) {
        bits |= at->*part ^ first->*part;
        ordered &= !(*at < at[-1]);
      }
      sorted &= ordered;
    }
    return bits;
  }

  Status radix(SortEntry* first, SortEntry* last, Part part) {
    const auto count = static_cast<size_t>(last - first);
    if (count <= kComparisonMax) {
      std::sort(first, last);
      return watch_.spent(count * 40);
    }
    bool sorted = false;
    DDB_TRY(const uint64_t bits, differing(first, last, part, sorted));
    if (sorted) return Status::ok();
    // References are all different: the second part always has bits.
    if (bits == 0) return radix(first, last, &SortEntry::ref);
    const auto width = static_cast<unsigned>(std::bit_width(bits));
    const unsigned shift = width > 8 ? width - 8 : 0;
    std::array<SortEntry*, 257> begin;
    DDB_RETURN_IF_ERROR(distribute(first, last, part, shift, begin));
    for (size_t b = 0; b < 256; ++b) {
      if (begin[b + 1] - begin[b] < 2) continue;
      DDB_RETURN_IF_ERROR(radix(begin[b], begin[b + 1], part));
    }
    return Status::ok();
  }

  static size_t digit(const SortEntry& entry, Part part, unsigned shift) {
    return (entry.*part >> shift) & 0xFF;
  }

  // Puts each entry into the bucket of its digit; bucket b is [begin[b], begin[b + 1]).
  Status distribute(SortEntry* first, SortEntry* last, Part part, unsigned shift,
                    std::array<SortEntry*, 257>& begin) {
    std::array<size_t, 256> counts{};
    for (const SortEntry* at = first; at != last;) {
      const SortEntry* const stop = at + std::min<size_t>(kPiece, static_cast<size_t>(last - at));
      DDB_RETURN_IF_ERROR(watch_.spent(static_cast<uint64_t>(stop - at)));
      for (; at != stop; ++at) ++counts[digit(*at, part, shift)];
    }
    std::array<SortEntry*, 256> next;
    begin[0] = first;
    for (size_t b = 0; b < 256; ++b) {
      next[b] = begin[b];
      begin[b + 1] = begin[b] + counts[b];
    }
    size_t moved = 0;
    for (size_t b = 0; b < 256; ++b) {
      while (next[b] != begin[b + 1]) {
        // Follows one cycle until an entry of this bucket turns up.
        SortEntry carried = *next[b];
        for (size_t home = digit(carried, part, shift); home != b; home = digit(carried, part, shift)) {
          std::swap(carried, *next[home]++);
          ++moved;
        }
        *next[b]++ = carried;
        if (++moved >= kPiece) {
          DDB_RETURN_IF_ERROR(watch_.spent(moved * 6));
          moved = 0;
        }
      }
    }
    return Status::ok();
  }

  // --- Groups of equal heads ---

  struct Level {
    size_t end;
    size_t depth;  // bytes of the key before the heads of [.., end)
  };

  // Walks over all entries once. A group is ordered by its next bytes and then walked over itself, as a level of its own,
  // before its parent goes on behind it: the parent's heads there are still what they were.
  Status refine() {
    std::array<Level, kLevelsMax> levels;
    levels[0] = {count_, 0};
    size_t top = 0;
    size_t at = 0;
    for (;;) {
      const Level level = levels[top];
      if (at == level.end) {
        if (top == 0) return Status::ok();
        --top;
        continue;
      }
      size_t end = at + 1;
      while (end != level.end && entries_[end].head == entries_[at].head) ++end;
      DDB_RETURN_IF_ERROR(watch_.spent((end - at) * 2));
      if (end - at == 1) {
        at = end;
        continue;
      }
      if (end - at <= kInsertionMax || top + 1 == kLevelsMax) {
        DDB_RETURN_IF_ERROR(compare_whole(entries_ + at, entries_ + end, level.depth));
        at = end;
        continue;
      }
      DDB_TRY(at, pass_ended(at, end, level.depth));
      if (at == end) continue;
      DDB_TRY(const size_t depth, next_depth(at, end, level.depth + 8));
      DDB_RETURN_IF_ERROR(load_heads(at, end, depth));
      DDB_RETURN_IF_ERROR(by_head(entries_ + at, entries_ + end));
      levels[++top] = {end, depth};
    }
  }

  // Of a group with equal heads at `depth`: puts the keys that end within these eight bytes first, the shorter before the
  // longer. They are then in their final order. Returns where the others begin.
  Result<size_t> pass_ended(size_t first, size_t last, size_t depth) {
    const size_t rest_of_first = std::min<size_t>(rest(entries_[first], depth), 9);
    bool same = true;
    for (size_t i = first; i != last; ++i) {
      if ((i - first) % kPiece == kPiece - 1) DDB_RETURN_IF_ERROR(watch_.spent(kPiece * 20));
      if (i + kPrefetchAhead < last) prefetch(arena_.address(entries_[i + kPrefetchAhead].ref));
      const size_t rest_here = std::min<size_t>(rest(entries_[i], depth), 9);
      same &= rest_here == rest_of_first;
      entries_[i].head = rest_here;
    }
    DDB_RETURN_IF_ERROR(watch_.spent((last - first) % kPiece * 20));
    if (same) return rest_of_first == 9 ? first : last;
    DDB_RETURN_IF_ERROR(by_head(entries_ + first, entries_ + last));
    const SortEntry longer{9, 0};
    return static_cast<size_t>(std::lower_bound(entries_ + first, entries_ + last, longer) - entries_);
  }

  // How many bytes all keys of the group share, which are `depth` or more.
  Result<size_t> next_depth(size_t first, size_t last, size_t depth) {
    const std::string_view model = key(entries_[first]);
    size_t shared = model.size();
    for (size_t i = first + 1; i != last && shared > depth; ++i) {
      const std::string_view other = key(entries_[i]);
      const size_t most = std::min(shared, other.size());
      size_t same = depth;
      while (same < most && model[same] == other[same]) ++same;
      shared = same;
      DDB_RETURN_IF_ERROR(watch_.spent(20 + (same - depth)));
    }
    return shared;
  }

  Status load_heads(size_t first, size_t last, size_t depth) {
    for (size_t i = first; i != last; ++i) {
      if ((i - first) % kPiece == kPiece - 1) DDB_RETURN_IF_ERROR(watch_.spent(kPiece * 20));
      entries_[i].head = key_head(key(entries_[i]), depth);
    }
    return watch_.spent((last - first) % kPiece * 20);
  }

  // --- Whole keys ---

  bool before(const SortEntry& a, const SortEntry& b, size_t depth) {
    const int order = compare_keys(key(a), key(b), depth);
    return order != 0 ? order < 0 : a.ref < b.ref;
  }
  // What a comparison may cost: keys are compared at some 16 bytes a nanosecond.
  uint64_t comparison_cost() const { return 20 + arena_.longest() / 16; }

  Status compare_whole(SortEntry* first, SortEntry* last, size_t depth) {
    if (static_cast<size_t>(last - first) > kInsertionMax) return heap_sort(first, last, depth);
    for (SortEntry* at = first + 1; at != last; ++at) {
      const SortEntry entry = *at;
      SortEntry* to = at;
      for (; to != first && before(entry, to[-1], depth); --to) *to = to[-1];
      *to = entry;
      DDB_RETURN_IF_ERROR(watch_.spent(comparison_cost() * static_cast<uint64_t>(at - to + 1)));
    }
    return Status::ok();
  }

  // For keys that share hundreds of ever longer beginnings; slow, but it can be cancelled between any two steps.
  Status heap_sort(SortEntry* first, SortEntry* last, size_t depth) {
    const auto count = static_cast<size_t>(last - first);
    for (size_t i = count / 2; i-- > 0;) DDB_RETURN_IF_ERROR(sift(first, i, count, depth));
    for (size_t end = count - 1; end > 0; --end) {
      std::swap(first[0], first[end]);
      DDB_RETURN_IF_ERROR(sift(first, 0, end, depth));
    }
    return Status::ok();
  }
  Status sift(SortEntry* heap, size_t at, size_t count, size_t depth) {
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
      if (child + 1 < count && before(heap[child], heap[child + 1], depth)) ++child;
      if (!before(heap[at], heap[child], depth)) break;
      std::swap(heap[at], heap[child]);
      DDB_RETURN_IF_ERROR(watch_.spent(2 * comparison_cost()));
    }
    return Status::ok();
  }

  const RecordArena& arena_;
  SortEntry* const entries_;
  const size_t count_;
  WorkWatch& watch_;
};

}  // namespace

Status sort_entries(const RecordArena& arena, std::span<SortEntry> entries, WorkWatch& watch) {
  return EntrySort(arena, entries, watch).run();
}

}  // namespace ddb
