// row_errors: what failed first in a batch. Keeps: row_end() is the lowest failing row, so rows below it are good and
// nobody need look at rows from it on.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/status.h"
#include "record/selection.h"

namespace ddb {

class RowErrors {
 public:
  void clear() {
    if (row_end_ == kNoRow) return;
    row_end_ = kNoRow;
    status_ = Status();
  }
  // Of one row the first error counts, as an evaluation row by row would have met it first.
  void note(uint32_t row, Status status) {
    if (row >= row_end_) return;
    row_end_ = row;
    status_ = std::move(status);
  }
  bool any() const { return row_end_ != kNoRow; }
  uint32_t row_end() const { return row_end_; }
  const Status& status() const { return status_; }

  // The rows below the failing one.
  Selection good_rows(const Selection& rows) const {
    if (!any()) [[likely]]
      return rows;
    if (rows.is_dense()) return Selection::all(std::min(rows.count(), row_end_));
    const uint16_t* end = rows.positions() + rows.count();
    const uint16_t* cut = std::lower_bound(rows.positions(), end, row_end_);
    return Selection(rows.positions(), static_cast<uint32_t>(cut - rows.positions()));
  }

 private:
  static constexpr uint32_t kNoRow = ~uint32_t{0};
  uint32_t row_end_ = kNoRow;
  Status status_;
};

}  // namespace ddb
