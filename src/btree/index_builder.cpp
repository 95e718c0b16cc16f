// index_builder: in a unique index one byte before the payload says whether the entry may repeat.
#include "btree/index_builder.h"

#include "record/key_row_id.h"

namespace ddb {

Status IndexBuilder::add(const IndexEntry& entry, bool may_repeat) {
  Status added;
  if (unique_) {
    scratch_.assign(1, may_repeat ? '\1' : '\0');
    scratch_.append(entry.payload);
    added = sort_.add(entry.key, scratch_);
  } else {
    added = sort_.add(entry.key, entry.payload);
  }
  return added.is_ok() ? added : session_.fail_transaction(std::move(added));
}

Result<std::optional<RepeatedKey>> IndexBuilder::finish() {
  if (Status sorted = sort_.finish(); !sorted.is_ok()) return session_.fail_transaction(std::move(sorted));
  bool has_last = false;
  for (;;) {
    Result<const SortRecord*> next = sort_.next();
    if (!next.is_ok()) return session_.fail_transaction(next.status());
    const SortRecord* record = *next;
    if (record == nullptr) break;
    std::string_view payload = record->payload;
    if (unique_) {
      const bool may_repeat = payload.front() != '\0';
      payload.remove_prefix(1);
      std::string_view columns = record->key;
      Result<uint64_t> row_id = take_key_row_id_from_end(columns);
      if (!row_id.is_ok()) return session_.fail_transaction(row_id.status());
      if (!may_repeat) {
        if (has_last && columns == last_) {
          sort_.reset();
          return std::optional(RepeatedKey{static_cast<int64_t>(*row_id), last_row_id_});
        }
        last_.assign(columns);
        last_row_id_ = static_cast<int64_t>(*row_id);
        has_last = true;
      }
    }
    DDB_RETURN_IF_ERROR(loader_.add({record->key, payload}));
  }
  DDB_RETURN_IF_ERROR(loader_.finish());
  return std::optional<RepeatedKey>();
}

}  // namespace ddb
