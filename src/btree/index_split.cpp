// index_split: entries that do not fit their page as it is: the page built anew, or several pages and new children of the parent.
#include <algorithm>

#include "btree/index_writer.h"

namespace ddb {
namespace {

// std::string_view compares as memcmp does.
bool is_below(const IndexEntry& a, const IndexEntry& b) { return a.key < b.key; }

}  // namespace

Status IndexWriter::new_page(IndexPageKind kind, std::span<const IndexEntry> entries, PageNo* page) {
  DDB_TRY(PageWriter made, session_.allocate(tree_.tree, kind.level == 0 ? kIndexLeaf : kIndexInner, page));
  build_index_node(made, session_.content_bytes(), kind, entries);
  session_.note_checked(made.data());
  return Status::ok();
}

// The page's entries and the new ones, in order.
Status IndexWriter::merge_entries(const IndexNode& node, std::span<const IndexEntry> entries,
                                  IndexScratch* out) {
  const uint32_t count = node.count();
  out->clear();
  out->reserve(count + entries.size(), IndexScratch::bytes_of(node));
  for (uint32_t i = 0; i < count; ++i) out->add(node, i);
  for (const IndexEntry& entry : entries) out->add(entry);
  const std::span<IndexEntry> all = out->entries();
  // Key 0 of an inner page means: below all others.
  if (node.level() > 0) all.front().key = {};
  std::inplace_merge(all.begin(), all.begin() + count, all.end(), is_below);
  for (size_t i = 1; i < all.size(); ++i) {
    if (!is_below(all[i - 1], all[i]))
      return Status::corruption("page " + std::to_string(page_number_of(node.page()).value) +
                                " of index tree " + std::to_string(tree_.tree.value) +
                                ": keys do not ascend, or an entry is there already");
  }
  return Status::ok();
}

Status IndexWriter::add_entries(IndexPath& path, uint32_t step, std::span<const IndexEntry> entries) {
  const uint32_t content_bytes = session_.content_bytes();
  const uint32_t level = path.depth - step;
  const PageNo number = path.page(step);
  DDB_TRY(PageWriter page, change_index_page(session_, tree_.tree, number, level));
  const IndexNode node(page.data());
  const IndexPageKind kind{level, static_cast<uint16_t>(node.payload_kind())};
  if (kind.payload == 0 &&
      std::ranges::any_of(entries, [](const IndexEntry& e) { return !e.payload.empty(); }))
    return Status::corruption("a payload for index tree " + std::to_string(tree_.tree.value) +
                              ", which has none");
  switch (editor_.insert(page, entries)) {
    case IndexChange::kDone:
      return Status::ok();
    case IndexChange::kConflict:
      return Status::corruption("page " + std::to_string(number.value) + " of index tree " +
                                std::to_string(tree_.tree.value) + ": an entry is there already");
    case IndexChange::kRebuild:
      break;
  }
  IndexScratch& scratch = scratch_[level];
  // At the right edge pages stay full.
  const bool at_edge =
      !path.has_high && (node.count() == 0 || node.compare(node.count() - 1, entries.front().key) < 0);
  DDB_RETURN_IF_ERROR(merge_entries(node, entries, &scratch));
  const std::span<const IndexEntry> all = scratch.entries();
  if (index_bytes(all, kind) <= index_room(content_bytes)) {
    build_index_node(page, content_bytes, kind, all);
    return Status::ok();
  }
  std::vector<uint32_t> ends;
  cut_into_pages(all, kind, content_bytes, at_edge ? index_room(content_bytes) : 0, &ends);
  if (step == 0) {
    page.release();
    return cut_root(kind, all, ends);
  }
  std::vector<Child> children(ends.size() - 1);
  for (size_t i = 0; i + 1 < ends.size(); ++i) {
    const uint32_t first = ends[i];
    children[i].separator =
        level == 0 ? shortest_separator(all[first - 1].key, all[first].key) : all[first].key;
    DDB_RETURN_IF_ERROR(new_page(kind, all.subspan(first, ends[i + 1] - first), &children[i].page));
  }
  build_index_node(page, content_bytes, kind, all.first(ends[0]));
  page.release();
  std::vector<char> numbers(children.size() * kIndexChildBytes);
  std::vector<IndexEntry> added(children.size());
  for (size_t i = 0; i < children.size(); ++i) {
    store_le<uint32_t>(numbers.data() + i * kIndexChildBytes, children[i].page.value);
    added[i] = {children[i].separator, {numbers.data() + i * kIndexChildBytes, kIndexChildBytes}};
  }
  return add_entries(path, step - 1, added);
}

// All pieces go to pages of their own, and the root becomes an inner page above them.
Status IndexWriter::cut_root(IndexPageKind kind, std::span<const IndexEntry> entries,
                             std::span<const uint32_t> ends) {
  if (kind.level + 1 >= kTreeLevelsMax)
    return Status::corruption("index tree " + std::to_string(tree_.tree.value) + " is too deep");
  std::vector<IndexEntry> children(ends.size());
  std::vector<char> numbers(ends.size() * kIndexChildBytes);
  for (size_t i = 0; i < ends.size(); ++i) {
    const uint32_t first = i == 0 ? 0 : ends[i - 1];
    PageNo page = kNoPage;
    DDB_RETURN_IF_ERROR(new_page(kind, entries.subspan(first, ends[i] - first), &page));
    char* number = numbers.data() + i * kIndexChildBytes;
    store_le<uint32_t>(number, page.value);
    const std::string_view separator = i == 0 ? std::string_view()
                                       : kind.level == 0
                                           ? shortest_separator(entries[first - 1].key, entries[first].key)
                                           : entries[first].key;
    children[i] = {separator, {number, kIndexChildBytes}};
  }
  DDB_TRY(PageWriter root, change_index_page(session_, tree_.tree, tree_.root, kind.level));
  *root.change(20, 1) = static_cast<std::byte>(kIndexInner);
  build_index_node(root, session_.content_bytes(), {kind.level + 1, kIndexChildBytes}, children);
  return Status::ok();
}

}  // namespace ddb
