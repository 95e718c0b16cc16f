// btree_loop: a bare B+tree in memory, which inserts and lookups of the engine's tables are judged by: 16 KiB nodes, rows in
// slotted leaves, and nothing else: no log, no versions, no checksums, no page cache, no deletes.
//
//   leaf   0 2 rows   2 2 heap begin   8 8 base   16 slots of 8 bytes in key order: 4 key − base, 2 offset, 2 length;
//          the cells lie in a heap from the back
//   inner  0 2 children   16 separators, 8 bytes each   then pointers to children; child i holds keys from
//          separator i − 1 on
//
// A leaf at the right edge splits full / one row, any other in halves; likewise inner nodes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "datasets/bench_table.h"
#include "datasets/read_sum.h"
#include "support/bench_directory.h"

namespace bench {

inline constexpr size_t kNodeBytes = 16384;

// Memory of nodes. reset() keeps it: memory that was never touched costs ten times as much as what is used again, and
// would measure the kernel.
class NodeArena {
 public:
  std::byte* allocate() {
    if (used_ == chunks_.size() * kChunkNodes) {
      chunks_.emplace_back(static_cast<std::byte*>(std::aligned_alloc(kNodeBytes, kNodeBytes * kChunkNodes)));
      if (chunks_.back() == nullptr) fail("out of memory");
    }
    std::byte* node = chunks_[used_ / kChunkNodes].get() + used_ % kChunkNodes * kNodeBytes;
    ++used_;
    return node;
  }
  void reset() { used_ = 0; }
  uint64_t bytes_used() const { return used_ * kNodeBytes; }

 private:
  static constexpr size_t kChunkNodes = 256;
  struct Free {
    void operator()(std::byte* bytes) const { std::free(bytes); }
  };
  std::vector<std::unique_ptr<std::byte[], Free>> chunks_;
  size_t used_ = 0;
};

// All columns of the bench table behind its key: 0 4 a   4 8 b   12 8 c   20 1 length of d   21 d, then e.
struct BenchCell {
  static size_t bytes(const BenchRow& row) { return 21 + row.d.size() + row.e.size(); }
  static void write(const BenchRow& row, char* to) {
    std::memcpy(to, &row.a, 4);
    std::memcpy(to + 4, &row.b, 8);
    std::memcpy(to + 12, &row.c, 8);
    to[20] = static_cast<char>(row.d.size());
    std::memcpy(to + 21, row.d.data(), row.d.size());
    std::memcpy(to + 21 + row.d.size(), row.e.data(), row.e.size());
  }
  static void read(int64_t id, std::string_view cell, ReadSum* sum) {
    const size_t d_bytes = static_cast<uint8_t>(cell[20]);
    sum->add_id(id);
    sum->add_a(number_at<int32_t>(cell.data()));
    sum->add_b(number_at<int64_t>(cell.data() + 4));
    sum->add_c(number_at<double>(cell.data() + 12));
    sum->add_d(cell.substr(21, d_bytes));
    sum->add_e(cell.substr(21 + d_bytes));
  }

 private:
  template <typename T>
  static T number_at(const char* from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
  }
};

// (bigint, text of 8 bytes, text of 22 bytes): id, d and e. 0 1 length of d   1 d, then e.
struct TextsCell {
  static size_t bytes(const BenchRow& row) { return 1 + row.d.size() + row.e.size(); }
  static void write(const BenchRow& row, char* to) {
    to[0] = static_cast<char>(row.d.size());
    std::memcpy(to + 1, row.d.data(), row.d.size());
    std::memcpy(to + 1 + row.d.size(), row.e.data(), row.e.size());
  }
  static void read(int64_t id, std::string_view cell, ReadSum* sum) {
    const size_t d_bytes = static_cast<uint8_t>(cell[0]);
    sum->add_id(id);
    sum->add_d(cell.substr(1, d_bytes));
    sum->add_e(cell.substr(1 + d_bytes));
  }
};

// REQUIRES of all keys: not negative, each once. For one thread.
template <typename Cell>
class BareBtree {
 public:
  explicit BareBtree(NodeArena& arena) : arena_(&arena) {
    Leaf* leaf = new_leaf(0);
    root_ = last_ = reinterpret_cast<std::byte*>(leaf);
  }

  void insert(const BenchRow& row) {
    Path path;
    Leaf* leaf = descend(row.id, &path);
    const size_t position = lower_bound(*leaf, head_of(*leaf, row.id));
    if (put(leaf, position, row)) return;
    const bool at_right_edge = as_node(leaf) == last_ && position == leaf->rows;
    Leaf* right = new_leaf(0);
    if (at_right_edge) {
      right->base = row.id;
      put(right, 0, row);
      last_ = as_node(right);
    } else {
      split(leaf, right);
      if (as_node(leaf) == last_) last_ = as_node(right);
      Leaf* home = row.id < right->base ? leaf : right;
      if (!put(home, lower_bound(*home, head_of(*home, row.id)), row))
        fail("half a leaf has no room for a row");
    }
    add_child(path, right->base, as_node(right), at_right_edge);
  }

  // REQUIRES: the key lies above all others. Goes to the last leaf without a descent when there is room.
  void append(const BenchRow& row) {
    Leaf* leaf = reinterpret_cast<Leaf*>(last_);
    if (!put(leaf, leaf->rows, row)) insert(row);
  }

  // The cell of a key, or nothing: a view of the leaf.
  std::string_view find(int64_t key) const {
    const Leaf* leaf = descend(key, nullptr);
    if (leaf->rows == 0) return {};
    const uint64_t wanted = static_cast<uint64_t>(key - leaf->base);
    size_t base = 0;
    for (size_t n = leaf->rows; n > 1;) {
      const size_t half = n / 2;
      base = leaf->slots[base + half].head <= wanted ? base + half : base;
      n -= half;
    }
    const Slot slot = leaf->slots[base];
    return slot.head == wanted ? cell_of(*leaf, slot) : std::string_view();
  }

  // take(key, cell) for every row in key order.
  template <typename Take>
  void scan(Take&& take) const {
    scan_below(root_, height_, take);
  }

 private:
  struct Slot {
    uint32_t head;
    uint16_t offset;
    uint16_t length;
  };
  struct Leaf {
    static constexpr size_t kSlotsMax = (kNodeBytes - 16) / sizeof(Slot);
    uint16_t rows;
    uint16_t heap;
    int64_t base;
    Slot slots[kSlotsMax];
  };
  struct Inner {
    static constexpr size_t kChildrenMax = (kNodeBytes - 16 + 8) / 16;
    uint16_t children;
    int64_t separators[kChildrenMax - 1];
    std::byte* child[kChildrenMax];
  };
  static_assert(sizeof(Leaf) == kNodeBytes && sizeof(Inner) <= kNodeBytes);
  struct Path {
    struct Step {
      Inner* node;
      size_t child;
    };
    std::array<Step, 8> steps;
  };

  static std::byte* as_node(Leaf* leaf) { return reinterpret_cast<std::byte*>(leaf); }
  static uint32_t head_of(const Leaf& leaf, int64_t key) {
    const uint64_t head = static_cast<uint64_t>(key - leaf.base);
    if (head >> 32 != 0) fail("the keys of a leaf lie too far apart");
    return static_cast<uint32_t>(head);
  }
  static std::string_view cell_of(const Leaf& leaf, const Slot& slot) {
    return {reinterpret_cast<const char*>(&leaf) + slot.offset, slot.length};
  }

  Leaf* new_leaf(int64_t base) {
    auto* leaf = new (arena_->allocate()) Leaf;
    leaf->rows = 0;
    leaf->heap = kNodeBytes;
    leaf->base = base;
    return leaf;
  }
  Inner* new_inner() {
    auto* inner = new (arena_->allocate()) Inner;
    inner->children = 0;
    return inner;
  }

  // The child that holds `key`: the number of separators at or below it.
  static size_t child_of(const Inner& inner, int64_t key) {
    const int64_t* separators = inner.separators;
    size_t base = 0;
    size_t n = inner.children - size_t{1};
    while (n > 0) {
      const size_t half = (n + 1) / 2;
      base = separators[base + half - 1] <= key ? base + half : base;
      n -= half;
    }
    return base;
  }
  Leaf* descend(int64_t key, Path* path) const {
    std::byte* node = root_;
    for (size_t depth = 0; depth < height_; ++depth) {
      auto* inner = reinterpret_cast<Inner*>(node);
      const size_t child = child_of(*inner, key);
      if (path != nullptr) path->steps[depth] = {inner, child};
      node = inner->child[child];
    }
    return reinterpret_cast<Leaf*>(node);
  }

  // The number of rows below.
  static size_t lower_bound(const Leaf& leaf, uint32_t head) {
    size_t base = 0;
    size_t n = leaf.rows;
    while (n > 0) {
      const size_t half = (n + 1) / 2;
      base = leaf.slots[base + half - 1].head < head ? base + half : base;
      n -= half;
    }
    return base;
  }
  static bool put(Leaf* leaf, size_t position, const BenchRow& row) {
    const size_t bytes = Cell::bytes(row);
    const size_t slots_end = 16 + (leaf->rows + size_t{1}) * sizeof(Slot);
    if (slots_end + bytes > leaf->heap) return false;
    leaf->heap = static_cast<uint16_t>(leaf->heap - bytes);
    Cell::write(row, reinterpret_cast<char*>(leaf) + leaf->heap);
    Slot* slot = leaf->slots + position;
    std::memmove(slot + 1, slot, (leaf->rows - position) * sizeof(Slot));
    *slot = {head_of(*leaf, row.id), leaf->heap, static_cast<uint16_t>(bytes)};
    ++leaf->rows;
    return true;
  }

  // The upper half of the rows goes to `right`; both heaps are packed.
  void split(Leaf* left, Leaf* right) {
    std::memcpy(&scratch_, left, kNodeBytes);
    const size_t half = scratch_.rows / 2;
    right->base = scratch_.base + scratch_.slots[half].head;
    left->rows = 0;
    left->heap = kNodeBytes;
    for (size_t i = 0; i < scratch_.rows; ++i) {
      Leaf* to = i < half ? left : right;
      const Slot& slot = scratch_.slots[i];
      to->heap = static_cast<uint16_t>(to->heap - slot.length);
      std::memcpy(reinterpret_cast<char*>(to) + to->heap, cell_of(scratch_, slot).data(), slot.length);
      to->slots[to->rows++] = {head_of(*to, scratch_.base + slot.head), to->heap, slot.length};
    }
  }

  // Hangs `node`, whose keys begin at `separator`, behind the child where the path ended.
  void add_child(const Path& path, int64_t separator, std::byte* node, bool at_right_edge) {
    for (size_t depth = height_; depth-- > 0;) {
      Inner* parent = path.steps[depth].node;
      const size_t at = path.steps[depth].child + 1;
      if (parent->children < Inner::kChildrenMax) return hang(parent, at, separator, node);
      Inner* right = new_inner();
      const size_t keep = at_right_edge ? Inner::kChildrenMax - 1 : Inner::kChildrenMax / 2;
      const int64_t raised = parent->separators[keep - 1];
      right->children = static_cast<uint16_t>(parent->children - keep);
      std::memcpy(right->child, parent->child + keep, right->children * sizeof(std::byte*));
      std::memcpy(right->separators, parent->separators + keep,
                  (right->children - size_t{1}) * sizeof(int64_t));
      parent->children = static_cast<uint16_t>(keep);
      if (at <= keep) {
        hang(parent, at, separator, node);
      } else {
        hang(right, at - keep, separator, node);
      }
      separator = raised;
      node = reinterpret_cast<std::byte*>(right);
    }
    Inner* root = new_inner();
    root->children = 2;
    root->child[0] = root_;
    root->child[1] = node;
    root->separators[0] = separator;
    root_ = reinterpret_cast<std::byte*>(root);
    if (++height_ == std::tuple_size_v<decltype(Path::steps)>) fail("the tree is too high");
  }
  // REQUIRES: at > 0, and there is room.
  static void hang(Inner* inner, size_t at, int64_t separator, std::byte* node) {
    const size_t behind = inner->children - at;
    std::memmove(inner->child + at + 1, inner->child + at, behind * sizeof(std::byte*));
    std::memmove(inner->separators + at, inner->separators + at - 1, behind * sizeof(int64_t));
    inner->child[at] = node;
    inner->separators[at - 1] = separator;
    ++inner->children;
  }

  template <typename Take>
  static void scan_below(const std::byte* node, size_t height, Take&& take) {
    if (height > 0) {
      const auto* inner = reinterpret_cast<const Inner*>(node);
      for (size_t i = 0; i < inner->children; ++i) scan_below(inner->child[i], height - 1, take);
      return;
    }
    const auto* leaf = reinterpret_cast<const Leaf*>(node);
    for (size_t i = 0; i < leaf->rows; ++i) {
      take(leaf->base + leaf->slots[i].head, cell_of(*leaf, leaf->slots[i]));
    }
  }

  NodeArena* arena_;
  std::byte* root_ = nullptr;
  std::byte* last_ = nullptr;  // the leaf at the right edge
  size_t height_ = 0;          // of inner nodes above the leaves
  Leaf scratch_;
};

}  // namespace bench
