// verify_claims: which pages a walk has reached, and what it found wrong. Keeps: each page is claimed at most once, so that no bytes make a
// walk endless.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "btree/verify.h"
#include "txn/session.h"

namespace ddb {

class VerifyClaims {
 public:
  VerifyClaims(Session& session, size_t findings_max, VerifyReport* report)
      : session_(session), findings_max_(findings_max), report_(*report) {}

  // The root page, the free map and `others`. Before anything else.
  Status begin(std::span<const PageNo> others);
  // What is in use and was not reached, and the other way round. At the end.
  Status compare_free_map();

  void find(VerifyRule rule, PageNo page, TreeId tree, std::string text);
  // False, with a finding, if the page is out of range or was reached before.
  bool claim(PageNo page, TreeId tree);
  // A page that says it is somebody else's: whoever it belongs to may still reach it, and if nobody does it was reported already.
  void disown(PageNo page);
  // The page, or nothing with a finding. Errors of the session as a whole end the walk.
  Result<std::optional<PageRef>> read(PageNo page, TreeId tree);

  Session& session() { return session_; }
  VerifyReport& report() { return report_; }

 private:
  bool is_reached(uint32_t page) const { return (reached_[page / 64] >> (page % 64) & 1) != 0; }
  bool is_blamed(uint32_t page) const { return (blamed_[page / 64] >> (page % 64) & 1) != 0; }
  Status check_root();

  Session& session_;
  const size_t findings_max_;
  VerifyReport& report_;
  uint32_t count_ = 0;
  std::vector<uint64_t> reached_;
  std::vector<uint64_t> blamed_;  // reported where they hang, and not counted as reached there
};

// verify_index.cpp: the pages of one index tree.
Status verify_index_pages(VerifyClaims& claims, const VerifiedIndex& index);

}  // namespace ddb
