// world: which errors a configuration explains, and comparing a session's view with the model.
#include "support/world.h"

#include <cstdio>

namespace ddb::sim {

void World::tell_slow(const char* what, uint64_t a, uint64_t b) const {
  std::fprintf(stderr, "    %llu ns, fiber %llu: %s %llu %llu\n",
               static_cast<unsigned long long>(runtime.now_ns()),
               static_cast<unsigned long long>(runtime.current_thread()), what,
               static_cast<unsigned long long>(a), static_cast<unsigned long long>(b));
}

void World::pause(uint64_t ns) {
  CoopScheduler* coop = runtime.coop();
  if (coop == nullptr) return;
  const uint64_t deadline = runtime.now_ns() + ns;
  int key = 0;  // of this call alone: nobody wakes it
  while (runtime.now_ns() < deadline && !over()) coop->wait(&key, deadline);
}

bool World::tolerates(const Status& status, const char* call, uint32_t allowed) {
  const Status poison = database.poisoned();
  if (!poison.is_ok()) saw_poison = true;
  const Tolerance& may = config.tolerance;
  const SqlState state = status.sqlstate();
  bool fine = false;
  if (state == sqlstate::kLockNotAvailable) fine = (allowed & kAllowTimeout) != 0;
  if (state == sqlstate::kSerialization) fine = (allowed & kAllowSerialization) != 0;
  if (state == sqlstate::kProgramLimit) fine = (allowed & kAllowProgramLimit) != 0;
  if (state == sqlstate::kFailedTransaction) fine = (allowed & kAllowFailed) != 0;
  if (state == sqlstate::kOutcomeUnknown) fine = may.io_errors && !poison.is_ok();
  if (state == sqlstate::kLimitExceeded) fine = may.queue;
  if (state == sqlstate::kIoError) fine = may.io_errors;
  if (state == sqlstate::kDiskFull) fine = may.io_errors || may.temp_space;
  if (state == sqlstate::kOutOfMemory) fine = may.memory || may.temp_space || may.io_errors;
  if (state == sqlstate::kSnapshotTooOld) {
    fine = (allowed & kAllowEnded) != 0 && (may.temp_space || may.io_errors);
  }
  if (!fine) wrong(std::string(call) + " gives " + status.to_string());
  return fine;
}

std::string snapshot_page_difference(const std::byte* data, size_t page, const PageImage& image, uint64_t lsn,
                                     uint32_t page_bytes) {
  std::string difference = page_difference(data, image, page_bytes);
  const uint64_t found = page_lsn(data).value;
  if (difference.empty() && page_number_of(data).value != page) {
    difference = "says it is page " + std::to_string(page_number_of(data).value);
  }
  if (difference.empty() && (found < image.changed_lsn || found > lsn)) {
    difference =
        "has LSN " + std::to_string(found) + ", but was changed by LSN " + std::to_string(image.changed_lsn);
  }
  if (difference.empty()) return difference;
  return "page " + std::to_string(page) + " at snapshot " + std::to_string(lsn) + ": " + difference;
}

namespace {

std::string counter_difference(const char* what, uint64_t found, uint64_t expected) {
  if (found == expected) return {};
  return std::string(what) + " is " + std::to_string(found) + ", expected " + std::to_string(expected);
}

// Page count, catalog root, schema version.
std::string root_difference(Session& session, const DbState& state, Status* failed_read) {
  Result<uint32_t> count = session.page_count();
  if (!count.is_ok()) return *failed_read = count.status(), std::string();
  Result<PageNo> root = session.catalog_root();
  if (!root.is_ok()) return *failed_read = root.status(), std::string();
  Result<uint64_t> version = session.schema_version();
  if (!version.is_ok()) return *failed_read = version.status(), std::string();
  std::string difference = counter_difference("page count", *count, state.pages.size());
  if (difference.empty())
    difference = counter_difference("catalog root", root->value, state.catalog_root.value);
  if (difference.empty()) difference = counter_difference("schema version", *version, state.schema_version);
  return difference;
}

// Every bit of every bitmap page, those past the page count included.
std::string free_map_difference(Session& session, const DbState& state, uint32_t page_bytes,
                                Status* failed_read) {
  const FreeMapLayout layout = FreeMapLayout::of(page_bytes, 0);
  for (uint32_t first = 0; first < state.pages.size(); first += layout.pages_per_group) {
    Result<PageRef> map = session.read(layout.map_page(PageNo(first)));
    if (!map.is_ok()) return *failed_read = map.status(), std::string();
    for (uint32_t bit = 0; bit < layout.pages_per_group; ++bit) {
      // Whole zero words past the end are the common case.
      if (first + bit >= state.pages.size() && bit % 64 == 0 &&
          load_le<uint64_t>(map->data() + free_map_byte(bit)) == 0) {
        bit += 63;
        continue;
      }
      const bool in_use = free_map_test(map->data(), bit);
      if (in_use == state.in_use(first + bit)) continue;
      return "the free map says that page " + std::to_string(first + bit) + (in_use ? " is" : " is not") +
             " in use";
    }
  }
  return {};
}

}  // namespace

std::string state_difference(Session& session, const DbState& state, uint64_t lsn, uint32_t page_bytes,
                             Status* failed_read) {
  std::string difference = root_difference(session, state, failed_read);
  if (!difference.empty() || !failed_read->is_ok()) return difference;
  difference = free_map_difference(session, state, page_bytes, failed_read);
  if (!difference.empty() || !failed_read->is_ok()) return difference;
  for (size_t page = 0; page < state.pages.size(); ++page) {
    if (state.pages[page] == nullptr || state.pages[page]->bytes == nullptr) continue;
    Result<PageRef> read = session.read(PageNo(static_cast<uint32_t>(page)));
    if (!read.is_ok()) {
      *failed_read = read.status();
      return {};
    }
    difference = snapshot_page_difference(read->data(), page, *state.pages[page], lsn, page_bytes);
    if (!difference.empty()) return difference;
  }
  return {};
}

void settle_open_outcome(World& world, Session& session, uint64_t lsn) {
  if (!world.history.has(lsn)) return;
  const Commit& commit = world.history.at(lsn);
  const bool open = commit.outcome == Outcome::kPending || commit.outcome == Outcome::kUnknown;
  if (!open || !world.config.tolerance.io_errors ||
      same_state(*commit.with, *commit.without, world.page_bytes())) {
    return;
  }
  Status failed;
  const bool with = state_difference(session, *commit.with, lsn, world.page_bytes(), &failed).empty();
  if (with || !failed.is_ok()) return;
  const bool without = state_difference(session, *commit.without, lsn, world.page_bytes(), &failed).empty();
  if (without && failed.is_ok() && world.history.has(lsn)) world.history.settle_as_withdrawn(lsn);
}

}  // namespace ddb::sim
