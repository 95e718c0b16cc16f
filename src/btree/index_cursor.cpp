// index_cursor: from leaf to leaf along the kept way, and entries out of them.
#include "btree/index_cursor.h"

#include <algorithm>

#include "btree/index_lookup.h"

namespace ddb {

void IndexCursor::open(Session& session, const IndexRange& range, const Want& want) {
  session_ = &session;
  want_ = want;
  placed_ = false;
  leaf_.release();
  for (uint32_t i = 0; i < depth_; ++i) levels_[i].page.release();
  depth_ = 0;
  has_way_ = false;
  if (row_ids_.empty()) row_ids_.resize(kVectorRowsMax);
  seek(range);
}

void IndexCursor::seek(const IndexRange& range) {
  low_.assign(range.low);
  high_.assign(range.high);
  has_high_ = !range.high.empty();
  placed_ = false;
  done_ = has_high_ && low_ >= high_;
}

// What is left of the range, for a cursor that lets go of its leaf.
void IndexCursor::remember() {
  if (!placed_) return;
  placed_ = false;
  const IndexNode node(leaf_.data());
  scratch_.clear();
  if (!want_.backwards) {
    if (first_ < end_) {
      node.append_key(first_, scratch_);
    } else if (end_ > 0) {
      node.append_key(end_ - 1, scratch_);
      scratch_.append('\0');  // the least key above it
    }
    if (scratch_.view() > low_) low_.assign(scratch_.view());
    return;
  }
  if (first_ < end_) {
    node.append_key(end_ - 1, scratch_);
    scratch_.append('\0');
  } else if (first_ < node.count()) {
    node.append_key(first_, scratch_);
  } else {
    return;
  }
  if (!has_high_ || scratch_.view() < high_) high_.assign(scratch_.view());
  has_high_ = true;
}

void IndexCursor::release() {
  remember();
  leaf_.release();
  for (uint32_t i = 0; i < depth_; ++i) levels_[i].page.release();
  depth_ = 0;
  has_way_ = false;
}

// To the leaf where what is left of the range begins (or, backwards, ends).
Status IndexCursor::place() {
  const std::string_view key = want_.backwards ? std::string_view(high_) : std::string_view(low_);
  const bool to_last = want_.backwards && !has_high_;
  uint32_t step = 0;
  if (has_way_ && !to_last) {
    // Down from the root as long as the way leads to the key.
    while (step < depth_) {
      const IndexNode node(levels_[step].page.data());
      const uint32_t index = levels_[step].index;
      if (index > 0 && node.compare(index, key) > 0) break;
      if (index + 1 < node.count() && node.compare(index + 1, key) <= 0) break;
      ++step;
    }
    if (step == depth_ && leaf_.valid()) return enter_leaf(kNoPage);
    step = std::min(step, depth_ - 1);
  } else {
    leaf_.release();
    for (uint32_t i = 0; i < depth_; ++i) levels_[i].page.release();
    depth_ = 0;
    has_way_ = false;
    uint32_t level = 0;
    DDB_TRY(PageRef root, read_index_root(*session_, tree_, &level));
    if (level == 0) {
      leaf_ = std::move(root);
      return enter_leaf(kNoPage);
    }
    depth_ = level;
    levels_[0].page = std::move(root);
  }
  return descend(step);
}

// From the inner page of `step` to the leaf of the place.
Status IndexCursor::descend(uint32_t step) {
  const bool to_last = want_.backwards && !has_high_;
  has_way_ = false;
  for (;; ++step) {
    Level& level = levels_[step];
    const IndexNode node(level.page.data());
    level.index = to_last ? node.count() - 1 : node.find_child(want_.backwards ? high_ : low_);
    const PageNo page = node.child(level.index);
    if (step + 1 == depth_) {
      DDB_RETURN_IF_ERROR(enter_leaf(page));
      has_way_ = true;
      return Status::ok();
    }
    DDB_TRY(levels_[step + 1].page, read_index_page(*session_, tree_.tree, page, depth_ - step - 1));
  }
}

// kNoPage: the leaf that is here.
Status IndexCursor::enter_leaf(PageNo page) {
  if (page != kNoPage) {
    placed_ = false;
    DDB_TRY(leaf_, read_index_page(*session_, tree_.tree, page, 0));
  }
  const IndexNode node(leaf_.data());
  first_ = low_.empty() ? 0 : node.lower_bound(low_);
  end_ = has_high_ ? node.lower_bound(high_, first_) : node.count();
  if (first_ > end_) first_ = end_;
  ends_here_ = want_.backwards ? first_ > 0 : end_ < node.count();
  placed_ = true;
  return Status::ok();
}

// To the next leaf along the way, if the range goes on there.
Status IndexCursor::step_over() {
  if (ends_here_) {
    done_ = true;
    return Status::ok();
  }
  uint32_t step = depth_;
  while (step > 0) {
    const Level& level = levels_[step - 1];
    const IndexNode node(level.page.data());
    if (want_.backwards ? level.index > 0 : level.index + 1 < node.count()) break;
    --step;
  }
  if (step == 0) {
    done_ = true;
    return Status::ok();
  }
  --step;
  {
    Level& level = levels_[step];
    const IndexNode node(level.page.data());
    const uint32_t bound = want_.backwards ? level.index : level.index + 1;
    if (want_.backwards ? node.compare(bound, low_) <= 0 : has_high_ && node.compare(bound, high_) >= 0) {
      done_ = true;
      return Status::ok();
    }
    level.index = want_.backwards ? level.index - 1 : level.index + 1;
  }
  has_way_ = false;
  placed_ = false;
  for (;; ++step) {
    const IndexNode node(levels_[step].page.data());
    const PageNo page = node.child(levels_[step].index);
    if (step + 1 == depth_) {
      DDB_RETURN_IF_ERROR(enter_leaf(page));
      has_way_ = true;
      return Status::ok();
    }
    DDB_TRY(levels_[step + 1].page, read_index_page(*session_, tree_.tree, page, depth_ - step - 1));
    levels_[step + 1].index = want_.backwards ? IndexNode(levels_[step + 1].page.data()).count() - 1 : 0;
  }
}

Result<uint32_t> IndexCursor::next_batch(uint32_t rows_max) {
  while (!done_) {
    if (!placed_) {
      DDB_RETURN_IF_ERROR(place());
    }
    if (first_ < end_) {
      DDB_TRY(const uint32_t rows, take(std::min(rows_max, kVectorRowsMax)));
      // Pages move while they are written.
      if (session_->writing()) release();
      return rows;
    }
    DDB_RETURN_IF_ERROR(step_over());
  }
  if (session_->writing()) release();
  return 0;
}

Result<uint32_t> IndexCursor::take(uint32_t rows_max) {
  const IndexNode node(leaf_.data());
  const uint32_t rows = std::min(end_ - first_, rows_max);
  keys_.clear();
  payloads_.clear();
  key_ends_.clear();
  payload_ends_.clear();
  for (uint32_t i = 0; i < rows; ++i) {
    const uint32_t at = want_.backwards ? end_ - 1 - i : first_ + i;
    DDB_TRY(row_ids_[i], index_row_id(node, at, scratch_));
    if (want_.keys) {
      node.append_key(at, keys_);
      key_ends_.push_back(static_cast<uint32_t>(keys_.size()));
    }
    if (want_.payloads) {
      payloads_.append(node.payload(at));
      payload_ends_.push_back(static_cast<uint32_t>(payloads_.size()));
    }
  }
  if (want_.backwards) {
    end_ -= rows;
  } else {
    first_ += rows;
  }
  return rows;
}

}  // namespace ddb
