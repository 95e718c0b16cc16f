// verify_claims: reaching pages, and comparing with the free map.
#include "btree/verify_claims.h"

#include <algorithm>

namespace ddb {

Status VerifyClaims::begin(std::span<const PageNo> others) {
  DDB_TRY(count_, session_.page_count());
  reached_.assign((size_t{count_} + 63) / 64, 0);
  blamed_.assign(reached_.size(), 0);
  const FreeMapLayout map =
      FreeMapLayout::of(session_.page_bytes(), session_.page_bytes() - session_.content_bytes());
  DDB_RETURN_IF_ERROR(check_root());
  for (uint64_t page = 1; page < count_; page += map.pages_per_group)
    claim(PageNo(static_cast<uint32_t>(page)), TreeId(0));
  for (const PageNo page : others) {
    if (!claim(page, TreeId(0))) continue;
    DDB_RETURN_IF_ERROR(read(page, TreeId(0)).status());
  }
  return Status::ok();
}

void VerifyClaims::find(VerifyRule rule, PageNo page, TreeId tree, std::string text) {
  ++report_.findings_count;
  if (report_.findings.size() < findings_max_)
    report_.findings.push_back({rule, page, tree, std::move(text)});
}

bool VerifyClaims::claim(PageNo page, TreeId tree) {
  if (page.value >= count_) {
    find(VerifyRule::kUnreadable, page, tree,
         "lies behind the end: there are " + std::to_string(count_) + " pages");
    return false;
  }
  if (is_reached(page.value)) {
    find(VerifyRule::kReachedTwice, page, tree, "is reached a second time");
    return false;
  }
  reached_[page.value / 64] |= uint64_t{1} << (page.value % 64);
  return true;
}

void VerifyClaims::disown(PageNo page) {
  reached_[page.value / 64] &= ~(uint64_t{1} << (page.value % 64));
  blamed_[page.value / 64] |= uint64_t{1} << (page.value % 64);
}

Status VerifyClaims::check_root() {
  claim(kRootPage, TreeId(0));
  DDB_TRY(const std::optional<PageRef> ref, read(kRootPage, TreeId(0)));
  if (ref && (page_owner(ref->data()) != TreeId(0) || page_type(ref->data()) != PageType::kRoot)) {
    find(VerifyRule::kOwner, kRootPage, TreeId(0), "is no root page");
  }
  return Status::ok();
}

Result<std::optional<PageRef>> VerifyClaims::read(PageNo page, TreeId tree) {
  Result<PageRef> ref = session_.read(page);
  if (ref.is_ok()) return std::optional<PageRef>(std::move(*ref));
  const Status& status = ref.status();
  if (!status.is(sqlstate::kCorrupted) && !status.is(sqlstate::kIoError)) return status;
  find(VerifyRule::kUnreadable, page, tree, std::string(status.message()));
  return std::optional<PageRef>();
}

Status VerifyClaims::compare_free_map() {
  const FreeMapLayout map =
      FreeMapLayout::of(session_.page_bytes(), session_.page_bytes() - session_.content_bytes());
  for (uint64_t first = 0; first < count_; first += map.pages_per_group) {
    const PageNo number = map.map_page(PageNo(static_cast<uint32_t>(first)));
    if (number.value >= count_) break;
    DDB_TRY(const std::optional<PageRef> ref, read(number, TreeId(0)));
    if (!ref) continue;
    if (page_owner(ref->data()) != TreeId(0) || page_type(ref->data()) != PageType::kFreeMap) {
      find(VerifyRule::kOwner, number, TreeId(0), "is no page of the free map");
      continue;
    }
    const uint64_t end = std::min<uint64_t>(count_, first + map.pages_per_group);
    for (uint64_t at = first; at < end; ++at) {
      const PageNo page(static_cast<uint32_t>(at));
      const bool used = free_map_test(ref->data(), map.bit(page));
      if (!used) ++report_.free_pages;
      if (used && !is_reached(page.value) && !is_blamed(page.value)) {
        Result<PageRef> stray = session_.read(page);
        find(VerifyRule::kUnreachable, page, stray.is_ok() ? page_owner(stray->data()) : TreeId(0),
             "is in use, but nothing reaches it");
      } else if (!used && is_reached(page.value)) {
        find(VerifyRule::kReachedFree, page, TreeId(0), "is reached, but free according to the free map");
      }
    }
  }
  return Status::ok();
}

}  // namespace ddb
