// entry_sort: orders the entries of a run by key, equal keys by arrival, in place. Keeps: cancelled within milliseconds
// whatever the keys are; no recursion that keys can deepen.
//
// Two parts take turns. Entries are ordered by (head, reference) with an in-place radix sort ("American flag": McIlroy,
// Bostic, McIlroy, Engineering Radix Sort, 1993) that takes the eight highest bits in which a range differs and leaves
// small ranges to std::sort. Then each group of equal heads skips the bytes that all its keys share, gets the next eight
// bytes as its heads, and is ordered again (multikey sorting with cached characters: Bentley, Sedgewick 1997; Ng, Kakehi
// 2007). References order as records arrived, so that each step is stable.
#pragma once

#include <span>

#include "spill/record_arena.h"
#include "spill/work_watch.h"

namespace ddb {

// `entries` are those of arena.entries(). For one thread. Errors: those of `watch` (57014); then the entries are in some
// order and their heads are lost.
Status sort_entries(const RecordArena& arena, std::span<SortEntry> entries, WorkWatch& watch);

}  // namespace ddb
