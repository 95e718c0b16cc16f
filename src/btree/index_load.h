// index_load: an index tree built from sorted entries, page after page.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "btree/index_build.h"
#include "btree/index_page.h"
#include "txn/session.h"

namespace ddb {

struct IndexLoadOptions {
  uint32_t fill_percent = 100;  // of each page but the last of a level; 50…100
  bool direct = true;           // finished leaves go to the main file at once (STORAGE 14)
};

// For one session and thread within one write transaction. Memory: a page of entries a level. An error fails the transaction. Throws
// std::bad_alloc.
class IndexLoader {
 public:
  // REQUIRES: the tree is new and empty; `payloads` as it was created.
  IndexLoader(Session& session, const IndexTree& tree, bool payloads, const IndexLoadOptions& options = {});

  // The next entry. XX001 unless its key is above the last one; 54000 for one that is too long; the session's errors.
  Status add(const IndexEntry& entry);
  // Writes what is left, and the root. Nothing may follow.
  Status finish();

  uint64_t entries() const { return entries_; }

 private:
  // The page of a level that is being filled.
  struct Pending {
    std::string bytes;  // keys and payloads of its entries, one after the other
    std::vector<uint32_t> key_bytes, payload_bytes;
    uint64_t size = 0;                 // of its cells and slots without the shared prefix counted once
    size_t prefix = 0;                 // shared by all its keys
    uint32_t shortest = ~uint32_t{0};  // key
    std::string last;                  // key of the last entry
    std::string bound;                 // separates this page from the one before it
    bool is_first = true;              // of its level
  };
  Status add_to(uint32_t level, const IndexEntry& entry);
  Status flush(uint32_t level, bool to_root);
  Status fail(Status status) { return session_.fail_transaction(std::move(status)); }
  uint64_t bytes_with(const Pending& pending, const IndexEntry& entry, size_t prefix, uint16_t payload) const;

  Session& session_;
  const IndexTree tree_;
  const IndexLoadOptions options_;
  const uint16_t payload_;
  std::vector<std::unique_ptr<Pending>> levels_;
  std::vector<IndexEntry> views_;
  uint64_t entries_ = 0;
};

}  // namespace ddb
