// table_split: room for rows that do not fit their leaf as it is: rebuild, split, new leaf at the right edge; inner pages above.
#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "btree/table_writer.h"

namespace ddb {
namespace {

// Rows of a batch with which a new leaf is laid out: enough to see widths and lengths.
constexpr uint32_t kLayoutRows = 64;

uint32_t count_rows(std::span<const LeafSource> sources) {
  uint32_t rows = 0;
  for (const LeafSource& source : sources) rows += source.count;
  return rows;
}

// Rows [from, from + count) of the sources, written to `out`; returns how many sources they are.
size_t slice(std::span<const LeafSource> sources, uint32_t from, uint32_t count, LeafSource* out) {
  size_t parts = 0;
  for (const LeafSource& source : sources) {
    if (from >= source.count) {
      from -= source.count;
      continue;
    }
    const uint32_t taken = std::min(source.count - from, count);
    if (taken > 0) out[parts++] = {source.leaf, source.batch, source.first + from, taken};
    count -= taken;
    from = 0;
    if (count == 0) break;
  }
  return parts;
}

int64_t first_row_id(const LeafSource& source) {
  return source.leaf != nullptr ? source.leaf->row_id(source.first) : source.batch->row_ids[source.first];
}

Status row_too_large(uint32_t content_bytes) {
  return Status::error(sqlstate::kProgramLimit, "row is too big: it does not fit a page of " +
                                                    std::to_string(content_bytes) +
                                                    " bytes although its long values are stored elsewhere")
      .with_hint("use fewer or shorter columns, or a larger page size");
}

}  // namespace

void TableWriter::keep_old(const PageWriter& leaf) {
  std::memcpy(old_page_.data(), leaf.data(), old_page_.size());
}

// The layout is planned.
Status TableWriter::write_leaf(PageWriter& leaf, std::span<const LeafSource> sources) {
  std::byte* page = leaf.change(kPageHeaderBytes, content_bytes_ - kPageHeaderBytes) - kPageHeaderBytes;
  builder_.write(sources, page);
  return Status::ok();
}

Status TableWriter::new_leaf(std::span<const LeafSource> sources, PageNo* page) {
  DDB_TRY(PageWriter leaf, session_.allocate(tree_.tree, kTableLeaf, page));
  session_.note_checked(leaf.data());
  return write_leaf(leaf, sources);
}

Result<uint32_t> TableWriter::make_room(TreePath& path, PageWriter& leaf, uint32_t position,
                                        const RowBatch& batch, uint32_t first, uint32_t rows,
                                        uint32_t replaced) {
  ++shape_changes_;
  keep_old(leaf);
  const TableLeaf old(old_page_.data());
  const uint32_t old_rows = old.rows();
  const bool appends = position == old_rows && replaced == 0;
  const bool at_edge = appends && path.is_last();
  const uint32_t taken = appends ? std::min(rows, old_rows == 0 ? kLayoutRows : 1u) : 1;
  const bool filled = at_edge && old_rows > 0 && fill_left(leaf.data(), path) == 0;
  LeafSource parts[3] = {{&old, nullptr, 0, position},
                         {nullptr, &batch, first, taken},
                         {&old, nullptr, position + replaced, old_rows - position - replaced}};
  const bool sparse = old.permutation() != 0 || !(appends || replaced != 0);
  // A rebuild must pay: else it would be done again at the next row.
  const uint32_t room = replaced != 0 ? 0 : old_rows / (at_edge ? 16 : 8);
  if (!filled) {
    if (builder_.plan(parts, sparse, room, hints_)) {
      DDB_RETURN_IF_ERROR(write_leaf(leaf, parts));
      return taken;
    }
    if (taken > 1) {
      parts[1].count = 1;
      if (builder_.plan(parts, sparse, 0, hints_)) {
        DDB_RETURN_IF_ERROR(write_leaf(leaf, parts));
        return 1u;
      }
    }
  }
  if (old_rows == replaced) return row_too_large(content_bytes_);
  if (at_edge) return add_leaf_at_edge(path, leaf, batch, first, rows);
  DDB_RETURN_IF_ERROR(split_leaf(path, leaf, parts, sparse));
  return 1u;
}

// The full leaf stays as it is: appended leaves are full.
Result<uint32_t> TableWriter::add_leaf_at_edge(TreePath& path, PageWriter& leaf, const RowBatch& batch,
                                               uint32_t first, uint32_t rows) {
  leaf.release();
  LeafSource source{nullptr, &batch, first, std::min(rows, kLayoutRows)};
  if (!builder_.plan({&source, 1}, false, 0, hints_)) {
    source.count = 1;
    if (!builder_.plan({&source, 1}, false, 0, hints_)) return row_too_large(content_bytes_);
  }
  PageNo page = kNoPage;
  DDB_RETURN_IF_ERROR(new_leaf({&source, 1}, &page));
  if (path.depth == 0) DDB_RETURN_IF_ERROR(grow_root(path));
  DDB_RETURN_IF_ERROR(add_child(path, path.depth - 1, batch.row_ids[first], page));
  if (options_.direct && path.leaf != tree_.root && session_.allocated_here(path.leaf)) {
    DDB_RETURN_IF_ERROR(session_.write_direct(path.leaf).status());
  }
  return source.count;
}

// The rows of a leaf (and one more) on two leaves, about half each.
Status TableWriter::split_leaf(TreePath& path, PageWriter& leaf, std::span<const LeafSource> sources,
                               bool sparse) {
  ++shape_changes_;
  if (path.depth == 0) {
    leaf.release();
    DDB_RETURN_IF_ERROR(grow_root(path));
    DDB_TRY(leaf, change_tree_page(session_, tree_.tree, path.leaf, 0));
  }
  const uint32_t rows = count_rows(sources);
  const uint32_t cut = rows / 2;
  LeafSource left[3];
  LeafSource right[3];
  const std::span<const LeafSource> low(left, slice(sources, 0, cut, left));
  const std::span<const LeafSource> high(right, slice(sources, cut, rows - cut, right));
  if (cut == 0 || !builder_.plan(low, sparse, 0, hints_) || !builder_.plan(high, sparse, 0, hints_)) {
    return write_pieces(path, leaf, sources, sparse);
  }
  PageNo page = kNoPage;
  DDB_RETURN_IF_ERROR(new_leaf(high, &page));
  if (!builder_.plan(low, sparse, 0, hints_)) {  // the other half taught the hints something
    DDB_RETURN_IF_ERROR(session_.free(page));
    return write_pieces(path, leaf, sources, sparse);
  }
  DDB_RETURN_IF_ERROR(write_leaf(leaf, low));
  leaf.release();
  return add_child(path, path.depth - 1, first_row_id(high[0]), page);
}

// Rows of very different sizes: as many to each leaf, from the front, as fit.
Status TableWriter::write_pieces(TreePath& path, PageWriter& leaf, std::span<const LeafSource> sources,
                                 bool sparse) {
  const uint32_t rows = count_rows(sources);
  for (uint32_t from = 0; from < rows;) {
    LeafSource parts[3];
    const std::span<const LeafSource> rest(parts, slice(sources, from, rows - from, parts));
    uint32_t taken = builder_.fitting(rest, sparse, 100, hints_);
    LeafSource piece[3];
    std::span<const LeafSource> part(piece, slice(sources, from, taken, piece));
    while (taken > 1 && !builder_.plan(part, sparse, 0, hints_)) {
      taken = taken - (taken + 7) / 8;
      part = std::span<const LeafSource>(piece, slice(sources, from, taken, piece));
    }
    if (taken == 0 || !builder_.plan(part, sparse, 0, hints_)) return row_too_large(content_bytes_);
    if (from == 0) {
      DDB_RETURN_IF_ERROR(write_leaf(leaf, part));
      leaf.release();
    } else {
      const int64_t separator = first_row_id(part[0]);
      PageNo page = kNoPage;
      DDB_RETURN_IF_ERROR(new_leaf(part, &page));
      DDB_RETURN_IF_ERROR(add_child(path, path.depth - 1, separator, page));
      DDB_RETURN_IF_ERROR(find_leaf(session_, tree_, separator, &path));
    }
    from += taken;
  }
  return Status::ok();
}

// The root's content moves to a page of its own, and the root becomes an inner page above it.
Status TableWriter::grow_root(TreePath& path) {
  if (path.depth + 1 >= kTreeLevelsMax)
    return Status::corruption("tree " + std::to_string(tree_.tree.value) + " is too deep");
  DDB_TRY(PageWriter root, change_tree_page(session_, tree_.tree, tree_.root, path.depth));
  PageNo page = kNoPage;
  DDB_TRY(PageWriter copy, session_.allocate(tree_.tree, page_type(root.data()), &page));
  copy.write(kPageHeaderBytes, root.data() + kPageHeaderBytes, content_bytes_ - kPageHeaderBytes);
  session_.note_checked(copy.data());
  *root.change(20, 1) = static_cast<std::byte>(kTableInner);
  std::memset(root.change(kPageHeaderBytes, content_bytes_ - kPageHeaderBytes), 0,
              content_bytes_ - kPageHeaderBytes);
  const int64_t separator = 0;
  build_inner(root, content_bytes_, path.depth + 1, {&separator, 1}, {&page, 1});
  for (uint32_t i = path.depth; i > 0; --i) path.steps[i] = path.steps[i - 1];
  if (path.depth > 0) {
    path.steps[1].page = page;
  } else {
    path.leaf = page;
  }
  path.steps[0] = {tree_.root, 0, 1};
  ++path.depth;
  return Status::ok();
}

// The inner page steps[depth] gets a child behind the one that the path takes.
Status TableWriter::add_child(TreePath& path, uint32_t depth, int64_t separator, PageNo child) {
  const TreePath::Step& step = path.steps[depth];
  DDB_TRY(PageWriter inner, change_tree_page(session_, tree_.tree, step.page, path.depth - depth));
  if (insert_child(inner, content_bytes_, step.index + 1, separator, child)) return Status::ok();
  inner.release();
  return split_inner(path, depth, separator, child);
}

Status TableWriter::split_inner(TreePath& path, uint32_t depth, int64_t separator, PageNo child) {
  if (depth == 0) {
    DDB_RETURN_IF_ERROR(grow_root(path));
    depth = 1;
  }
  const TreePath::Step step = path.steps[depth];
  const uint32_t level = path.depth - depth;
  DDB_TRY(PageWriter inner, change_tree_page(session_, tree_.tree, step.page, level));
  const TableInner view(inner.data(), content_bytes_);
  const uint32_t count = view.count();
  std::vector<int64_t> separators(count + 1);
  std::vector<PageNo> children(count + 1);
  for (uint32_t i = 0, to = 0; i < count; ++i, ++to) {
    separators[to] = i == 0 ? 0 : view.separator(i);
    children[to] = view.child(i);
    if (i == step.index) {
      ++to;
      separators[to] = separator;
      children[to] = child;
    }
  }
  // At the right edge pages stay full.
  const uint32_t cut = path.is_last() && step.index + 1 == count ? count : (count + 1) / 2;
  PageNo page = kNoPage;
  {
    DDB_TRY(PageWriter right, session_.allocate(tree_.tree, kTableInner, &page));
    build_inner(right, content_bytes_, level, std::span(separators).subspan(cut),
                std::span(children).subspan(cut));
    session_.note_checked(right.data());
  }
  build_inner(inner, content_bytes_, level, std::span(separators).first(cut), std::span(children).first(cut));
  inner.release();
  return add_child(path, depth - 1, separators[cut], page);
}

}  // namespace ddb
