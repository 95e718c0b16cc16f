// verify: walks the pages of a database and reports every broken rule. Works on damaged files: each page is judged once, depth and memory
// are bounded, nothing is trusted before it was checked.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "btree/index_page.h"
#include "btree/table_schema.h"
#include "btree/tree_page.h"
#include "txn/session.h"

namespace ddb {

enum class VerifyRule : uint8_t {
  kUnreadable,    // checksum, I/O, redo
  kOwner,         // a page of another tree, or of another kind, than where it hangs
  kStructure,     // invariants of the page itself
  kLevel,         // a child is not one level below its parent
  kOrder,         // row ids or separators outside the range of their place
  kReachedTwice,  // a page hangs in two places
  kReachedFree,   // a page in use that the free map calls free
  kUnreachable,   // a page that the free map calls used and nothing reaches
  kColumns,       // a leaf with columns or a version that its table does not know
  kLongValue,     // a long value whose chain does not hold what the row says
  kShape,         // an empty leaf, an inner root with one child
};
const char* verify_rule_name(VerifyRule rule);

struct VerifyFinding {
  VerifyRule rule;
  PageNo page;
  TreeId tree;
  std::string text;
};

struct VerifyReport {
  uint64_t findings_count = 0;          // of all
  std::vector<VerifyFinding> findings;  // the first ones
  uint64_t leaves = 0, inner_pages = 0, overflow_pages = 0, free_pages = 0, rows = 0, overflow_bytes = 0;
  uint64_t index_leaves = 0, index_entries = 0;
};

struct VerifiedTable {
  TableTree tree;
  const TableSchema* schema;
};

struct VerifiedIndex {
  IndexTree tree;
  bool payloads = false;  // entries carry one
};
struct VerifiedParts {
  std::span<const VerifiedTable> tables;
  std::span<const VerifiedIndex> indexes;
  std::span<const PageNo> others;  // pages that belong to other layers
};

// Judges every page of the session's snapshot (or of its write transaction): the trees of `parts`, and that each page in use is reached
// exactly once. Ok also when there are findings. The session's errors other than
// XX001 and 58030 of single pages; 53200. Keeps at most `findings_max` findings; memory: two bits a page.
Status verify_pages(Session& session, const VerifiedParts& parts, size_t findings_max, VerifyReport* report);
inline Status verify_pages(Session& session, std::span<const VerifiedTable> tables,
                           std::span<const PageNo> others, size_t findings_max, VerifyReport* report) {
  return verify_pages(session, {tables, {}, others}, findings_max, report);
}

}  // namespace ddb
