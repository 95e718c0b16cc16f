// demo: what ./dev demo shows until there is SQL: durable transactions on a real file, kill -9 in their middle, recovery, and the
// proof that what was acknowledged is there. Ends with 1 if anything is not as it says.
//
// Each transaction adds 1 to a counter and writes the new value, with bytes that follow from it, to one of many pages. So any
// state of the file shows which transactions it holds, and whether each of them is whole.
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "base/seeded_random.h"
#include "txn/database.h"
#include "txn/session.h"

namespace {

using namespace ddb;
using Clock = std::chrono::steady_clock;

constexpr uint32_t kPages = 2'000;
constexpr PageNo kCounterPage{2};
constexpr size_t kAt = kPageHeaderBytes;
constexpr size_t kBytesPerTransaction = 240;
constexpr auto kWriteFor = std::chrono::milliseconds(3'000);

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

PageNo page_of(uint64_t i) {
  return PageNo(static_cast<uint32_t>(kCounterPage.value + 1 + mix64(i) % kPages));
}

void fill(PageWriter& writer, uint64_t i) {
  std::byte* to = writer.change(kAt, kBytesPerTransaction);
  for (size_t at = 0; at < kBytesPerTransaction; at += 8)
    store_le<uint64_t>(to + at, at == 0 ? i : mix64(i ^ at));
}

// The transaction whose bytes the page holds, all of them; 0 if none has written it; ~0 if they are not whole.
uint64_t holds(const std::byte* page) {
  const uint64_t i = load_le<uint64_t>(page + kAt);
  for (size_t at = 8; at < kBytesPerTransaction; at += 8) {
    if (load_le<uint64_t>(page + kAt + at) != (i == 0 ? 0 : mix64(i ^ at))) return ~uint64_t{0};
  }
  return i;
}

Status create_pages(Database& database) {
  DDB_TRY(std::unique_ptr<Session> session, database.new_session());
  DDB_RETURN_IF_ERROR(session->begin_write());
  for (uint32_t i = 0; i <= kPages; ++i) {
    PageNo page = kNoPage;
    DDB_RETURN_IF_ERROR(session->allocate(TreeId(1), PageType::kFirstTree, &page).status());
  }
  return session->commit().status();
}

// --- The writing process -----------------------------------------------------------------------------------------------

Status write_one(Session& session, uint64_t i) {
  DDB_RETURN_IF_ERROR(session.begin_write());
  {
    DDB_TRY(PageWriter page, session.change(page_of(i)));
    fill(page, i);
  }
  {
    DDB_TRY(PageWriter counter, session.change(kCounterPage));
    store_le<uint64_t>(counter.change(kAt, 8), i);
  }
  return session.commit(Durability::kFull).status();
}

// Commits until somebody ends the process, and tells each acknowledged transaction through the pipe.
Status write_for_ever(const std::string& path, int pipe_end) {
  DDB_TRY(std::unique_ptr<Database> database, Database::open(path, Options{}));
  DDB_RETURN_IF_ERROR(create_pages(*database));
  DDB_TRY(std::unique_ptr<Session> session, database->new_session());
  for (uint64_t i = 1;; ++i) {
    DDB_RETURN_IF_ERROR(write_one(*session, i));
    if (::write(pipe_end, &i, sizeof(i)) != sizeof(i)) return Status::ok();
  }
}

// --- The process that watches, kills and recovers ------------------------------------------------------------------------

// Prints the counter as it grows. Returns the newest acknowledged transaction.
uint64_t watch(int fd, Clock::time_point until) {
  uint64_t newest = 0;
  uint64_t shown = 0;
  auto next_line = Clock::now() + std::chrono::milliseconds(500);
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
    struct pollfd wait = {fd, POLLIN, 0};
    if (left <= 0 || ::poll(&wait, 1, static_cast<int>(left)) <= 0) return newest;
    uint64_t values[256];
    const ssize_t got = ::read(fd, values, sizeof(values));  // writes of 8 bytes arrive whole
    if (got <= 0) return newest;
    newest = values[got / 8 - 1];
    if (Clock::now() >= next_line) {
      std::printf("    counter %8llu   (%.0f durable transactions a second)\n",
                  static_cast<unsigned long long>(newest), static_cast<double>(newest - shown) / 0.5);
      std::fflush(stdout);
      shown = newest;
      next_line += std::chrono::milliseconds(500);
    }
  }
}

bool wrong(const std::string& what) {
  std::printf("  NOT AS IT SHOULD BE: %s\n", what.c_str());
  return false;
}

// Every page: for each, the newest transaction up to the counter that wrote it must be what it holds, whole.
bool verify(Session& session, uint64_t* counter, uint64_t* pages_read) {
  Result<PageRef> first = session.read(kCounterPage);
  if (!first.is_ok()) return wrong(first.status().to_string());
  *counter = load_le<uint64_t>(first->data() + kAt);
  std::vector<uint64_t> expected(kPages, 0);
  for (uint64_t i = 1; i <= *counter; ++i) expected[page_of(i).value - kCounterPage.value - 1] = i;
  Result<uint32_t> count = session.page_count();
  if (!count.is_ok()) return wrong(count.status().to_string());
  for (uint32_t page = 0; page < *count; ++page) {
    Result<PageRef> read = session.read(PageNo(page));
    if (!read.is_ok()) return wrong(read.status().to_string());
    ++*pages_read;
    if (page <= kCounterPage.value) continue;
    if (holds(read->data()) != expected[page - kCounterPage.value - 1]) {
      return wrong("page " + std::to_string(page) + " does not hold transaction " +
                   std::to_string(expected[page - kCounterPage.value - 1]));
    }
  }
  return true;
}

void show_counters(const Stats& stats) {
  const auto number = [](uint64_t value) { return static_cast<unsigned long long>(value); };
  std::printf("    page fetches that read a file %llu, of them rebuilt from the log %llu\n",
              number(stats.cache.misses), number(stats.cache.redone_pages));
  std::printf(
      "    log file %llu KiB in %llu segments, horizon LSN %llu, checkpoint LSN %llu, memory used %llu KiB\n",
      number(stats.log.file_bytes / 1024), number(stats.log.segments), number(stats.horizon),
      number(stats.checkpoint_lsn), number(stats.cache.memory_used / 1024));
}

bool recover(const std::string& path, uint64_t acknowledged) {
  const auto start = Clock::now();
  Options options;
  options.create_if_missing = false;
  Result<std::unique_ptr<Database>> database = Database::open(path, options);
  if (!database.is_ok()) return wrong(database.status().to_string());
  Result<std::unique_ptr<Session>> session = (*database)->new_session();
  if (!session.is_ok()) return wrong(session.status().to_string());
  if (const Status begun = (*session)->begin_read(); !begun.is_ok()) return wrong(begun.to_string());
  {
    Result<PageRef> first = (*session)->read(kCounterPage);
    if (!first.is_ok()) return wrong(first.status().to_string());
  }
  const double opened = seconds_since(start);
  std::printf("  open, recovery and the first page read took %.1f ms\n", opened * 1e3);
  uint64_t counter = 0;
  uint64_t pages = 0;
  if (!verify(**session, &counter, &pages)) return false;
  std::printf("  acknowledged before the kill: %llu\n  found after recovery:         %llu\n",
              static_cast<unsigned long long>(acknowledged), static_cast<unsigned long long>(counter));
  if (counter < acknowledged) return wrong("an acknowledged transaction is missing");
  if (counter > acknowledged + 1) return wrong("there are transactions that nobody committed");
  std::printf("  all %llu pages read; each holds the newest transaction that wrote it, whole\n",
              static_cast<unsigned long long>(pages));
  std::printf("  some counters of the database:\n");
  show_counters((*database)->stats());
  if (const Status ended = (*session)->rollback(); !ended.is_ok()) return wrong(ended.to_string());
  // It goes on as if nothing had been.
  if (const Status written = write_one(**session, counter + 1); !written.is_ok())
    return wrong(written.to_string());
  session->reset();
  if (const Status closed = (*database)->close(); !closed.is_ok()) return wrong(closed.to_string());
  const bool log_left = std::filesystem::exists(path + "-wal");
  std::printf("  one more transaction committed, database closed; the log is %s\n",
              log_left ? "still there" : "gone");
  return !log_left || wrong("a clean close leaves a log");
}

bool run(const std::string& folder) {
  const std::string path = folder + "/app.ddb";
  std::printf("1. A process commits durable transactions to %s\n", path.c_str());
  std::fflush(stdout);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return wrong("no pipe");
  const pid_t child = ::fork();
  if (child == 0) {
    const Status status = write_for_ever(path, ends[1]);
    std::fprintf(stderr, "the writing process: %s\n", status.to_string().c_str());
    ::_exit(3);
  }
  ::close(ends[1]);
  uint64_t acknowledged = watch(ends[0], Clock::now() + kWriteFor);
  {
    Result<std::unique_ptr<Database>> second = Database::open(path, Options{});
    std::printf("2. Meanwhile a second opener is told: %s\n",
                second.is_ok() ? "nothing" : second.status().to_string().c_str());
    if (!second.status().is(sqlstate::kObjectInUse)) return wrong("a second opener must get 55006");
  }
  std::printf("3. kill -9 of process %d\n", static_cast<int>(child));
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  acknowledged = std::max(acknowledged, watch(ends[0], Clock::now() + std::chrono::seconds(1)));
  ::close(ends[0]);
  if (!WIFSIGNALED(status)) return wrong("the writing process ended by itself");
  std::error_code ignored;
  std::printf("   what lies on the disk: app.ddb %llu KiB, app.ddb-wal %llu KiB\n",
              static_cast<unsigned long long>(std::filesystem::file_size(path, ignored) / 1024),
              static_cast<unsigned long long>(std::filesystem::file_size(path + "-wal", ignored) / 1024));
  std::printf("4. Recovery\n");
  std::fflush(stdout);
  return acknowledged > 0 ? recover(path, acknowledged) : wrong("no transaction was acknowledged");
}

}  // namespace

int main(int argc, char**) {
  if (argc > 1) {
    std::fprintf(stderr, "usage: ddb_demo (no arguments; it works in a temporary folder)\n");
    return 2;
  }
  std::string folder = (std::filesystem::temp_directory_path() / "decentdb_demo_XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) {
    std::printf("cannot make a temporary folder\n");
    return 1;
  }
  const bool good = run(folder);
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  std::printf(good ? "Nothing that was acknowledged was lost.\n" : "FAILED\n");
  return good ? 0 : 1;
}
