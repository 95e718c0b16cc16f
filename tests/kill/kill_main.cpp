// kill_main: ddb_kill, kill -9 against a real file.
//
//   ddb_kill rounds N FOLDER [SEED]     N times: a child commits and reports each acknowledgement through a pipe, is killed with
//                                       -9 at a random moment, and what it reported is looked for
//   ddb_kill writer PATH MODE SEED      the child; MODE is full, relaxed or mixed
//
// Transaction i writes i to the first page and, with bytes that follow from i, to one of the others; so the file shows exactly
// which transactions it holds. Nothing acknowledged may be missing after a kill, not even of relaxed commits.
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "base/seeded_random.h"
#include "txn/database.h"
#include "txn/session.h"

namespace {

using namespace ddb;

constexpr uint32_t kPages = 200;  // besides the first
constexpr uint32_t kFirstPage = 2;
constexpr size_t kAt = kPageHeaderBytes;

Options options() {
  Options options;
  options.page_bytes = 4096;
  options.memory_limit = 160 * 4096;  // less than the pages: eviction and spill take part
  options.wal_segment_bytes = 64 * 1024;
  options.wal_limit = 1 << 20;
  options.double_write_slots = 16;
  options.temp_file_limit = 16 << 20;
  return options;
}

PageNo page_of(uint64_t i) { return PageNo(static_cast<uint32_t>(kFirstPage + 1 + i % kPages)); }

void fill(PageWriter& writer, uint64_t i, size_t bytes) {
  std::byte* to = writer.change(kAt, bytes);
  store_le<uint64_t>(to, i);
  for (size_t at = 8; at + 8 <= bytes; at += 8) store_le<uint64_t>(to + at, mix64(i ^ at));
}

bool filled(const std::byte* page, uint64_t i, size_t bytes) {
  if (load_le<uint64_t>(page + kAt) != i) return false;
  for (size_t at = 8; at + 8 <= bytes; at += 8) {
    if (load_le<uint64_t>(page + kAt + at) != mix64(i ^ at)) return false;
  }
  return true;
}

// How much of its page transaction i writes: small deltas and whole pages.
size_t bytes_of(uint64_t i) { return i % 7 == 0 ? 4000 : 8 + 8 * (mix64(i) % 20); }

bool say(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  return false;
}

// --- The child ---------------------------------------------------------------------------------------------------------

Status create_pages(Session& session) {
  DDB_RETURN_IF_ERROR(session.begin_write());
  for (uint32_t i = 0; i <= kPages; ++i) {
    PageNo page = kNoPage;
    DDB_RETURN_IF_ERROR(session.allocate(TreeId(1), PageType::kFirstTree, &page).status());
    if (page.value != kFirstPage + i)
      return Status::error(sqlstate::kInternal, "pages of a new file do not count up");
  }
  return session.commit().status();
}

Status write_one(Session& session, uint64_t i, Durability durability) {
  DDB_RETURN_IF_ERROR(session.begin_write());
  // Now and then one transaction stands for many: all pages at once, more than the memory holds.
  const uint64_t last = i % 1009 == 0 ? i + kPages - 1 : i;
  for (; i <= last; ++i) {
    DDB_TRY(PageWriter writer, session.change(page_of(i)));
    fill(writer, i, bytes_of(i));
  }
  DDB_TRY(PageWriter first, session.change(PageNo(kFirstPage)));
  store_le<uint64_t>(first.change(kAt, 8), last);
  first = PageWriter();
  return session.commit(durability).status();
}

Result<uint64_t> newest(Session& session) {
  DDB_TRY(const PageRef first, session.read(PageNo(kFirstPage)));
  return load_le<uint64_t>(first.data() + kAt);
}

Status write_for_ever(const std::string& path, const std::string& mode, uint64_t seed) {
  SeededRandom random(seed);
  DDB_TRY(std::unique_ptr<Database> database, Database::open(path, options()));
  DDB_TRY(std::unique_ptr<Session> session, database->new_session());
  DDB_RETURN_IF_ERROR(session->begin_read());
  DDB_TRY(const uint32_t count, session->page_count());
  DDB_RETURN_IF_ERROR(session->rollback());
  if (count < kFirstPage + 1 + kPages) DDB_RETURN_IF_ERROR(create_pages(*session));
  for (;;) {
    DDB_RETURN_IF_ERROR(session->begin_read());
    DDB_TRY(const uint64_t done, newest(*session));
    DDB_RETURN_IF_ERROR(session->rollback());
    const bool full = mode == "full" || (mode == "mixed" && random.chance(300));
    DDB_RETURN_IF_ERROR(write_one(*session, done + 1, full ? Durability::kFull : Durability::kRelaxed));
    const uint64_t acknowledged = (done + 1) % 1009 == 0 ? done + kPages : done + 1;
    if (::write(STDOUT_FILENO, &acknowledged, sizeof(acknowledged)) != sizeof(acknowledged))
      return Status::ok();
    if (random.chance(2)) DDB_RETURN_IF_ERROR(database->checkpoint());
  }
}

// --- The parent --------------------------------------------------------------------------------------------------------

struct Child {
  pid_t pid = -1;
  int acknowledgements = -1;  // read end
};

Child start_writer(const char* self, const std::string& path, const std::string& mode, uint64_t seed) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return {};
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    const std::string seed_text = std::to_string(seed);
    ::execl(self, self, "writer", path.c_str(), mode.c_str(), seed_text.c_str(), static_cast<char*>(nullptr));
    ::_exit(127);
  }
  ::close(ends[1]);
  return {pid, ends[0]};
}

// Reads acknowledgements until the moment comes or the child ends. False at its end.
bool listen_until(int fd, std::chrono::steady_clock::time_point moment, uint64_t* newest_value,
                  uint64_t* count) {
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(moment - std::chrono::steady_clock::now())
            .count();
    struct pollfd wait = {fd, POLLIN, 0};
    if (left <= 0 || ::poll(&wait, 1, static_cast<int>(left)) <= 0) return true;
    uint64_t values[512];
    const ssize_t got = ::read(fd, values, sizeof(values));  // writes of 8 bytes are whole
    if (got <= 0) return false;
    *newest_value = values[got / 8 - 1];
    *count += static_cast<uint64_t>(got) / 8;
  }
}

// What the file shows must be exactly the transactions 1 … some n, with n at least what was acknowledged.
bool check_file(const std::string& path, bool read_only, uint64_t acknowledged, bool close, uint64_t* found) {
  Options how = options();
  how.read_only = read_only;
  how.create_if_missing = false;
  Result<std::unique_ptr<Database>> database = Database::open(path, how);
  if (!database.is_ok()) return say("after the kill: " + database.status().to_string());
  {
    Result<std::unique_ptr<Session>> session = (*database)->new_session();
    if (!session.is_ok() || !(*session)->begin_read().is_ok()) return say("after the kill: no session");
    Result<uint64_t> value = newest(**session);
    if (!value.is_ok()) return say("after the kill: " + value.status().to_string());
    *found = *value;
    if (*found < acknowledged) {
      return say("LOST: " + std::to_string(acknowledged) + " was acknowledged, the file ends at " +
                 std::to_string(*found));
    }
    for (uint64_t i = *found > kPages ? *found - kPages + 1 : 1; i <= *found; ++i) {
      Result<PageRef> page = (*session)->read(page_of(i));
      if (!page.is_ok()) return say("after the kill: " + page.status().to_string());
      if (!filled(page->data(), i, bytes_of(i))) {
        return say("WRONG: the file ends at " + std::to_string(*found) + ", but transaction " +
                   std::to_string(i) + " is not there");
      }
    }
  }
  if (close) {
    const Status closed = (*database)->close();
    if (!closed.is_ok()) return say("close(): " + closed.to_string());
  }
  return true;
}

bool check_second_opener(const std::string& path, pid_t holder) {
  for (const bool read_only : {false, true}) {
    Options how = options();
    how.read_only = read_only;
    how.create_if_missing = false;
    Result<std::unique_ptr<Database>> second = Database::open(path, how);
    const Status status = second.status();
    if (!status.is(sqlstate::kObjectInUse))
      return say("a second opener gets " + (status.is_ok() ? "ok" : status.to_string()));
    if (status.to_string().find(std::to_string(holder)) == std::string::npos) {
      return say("a second opener is not told the pid " + std::to_string(holder) + ": " + status.to_string());
    }
  }
  return true;
}

bool run_round(const char* self, const std::string& path, uint64_t seed, uint64_t* newest_found,
               uint64_t* total) {
  static constexpr const char* kModes[] = {"full", "relaxed", "mixed"};
  SeededRandom random(seed);
  const char* mode = kModes[random.below(3)];
  const Child child = start_writer(self, path, mode, random.next());
  if (child.pid < 0) return say("cannot start the writer");
  uint64_t acknowledged = *newest_found;
  uint64_t count = 0;
  // The first acknowledgement may take as long as it takes: a file may have to be made and recovered.
  const auto start = std::chrono::steady_clock::now();
  bool alive = true;
  while (alive && count == 0 && std::chrono::steady_clock::now() - start < std::chrono::seconds(20)) {
    alive =
        listen_until(child.acknowledgements, std::chrono::steady_clock::now() + std::chrono::milliseconds(20),
                     &acknowledged, &count);
    if (random.chance(30)) break;  // a kill in the middle of opening
  }
  bool good = true;
  if (alive && count > 0) {
    if (random.chance(400)) good = check_second_opener(path, child.pid);
    const auto wait = std::chrono::milliseconds(1 + random.below(random.chance(500) ? 60 : 900));
    alive =
        listen_until(child.acknowledgements, std::chrono::steady_clock::now() + wait, &acknowledged, &count);
  }
  ::kill(child.pid, SIGKILL);
  int status = 0;
  ::waitpid(child.pid, &status, 0);
  listen_until(child.acknowledgements, std::chrono::steady_clock::now() + std::chrono::seconds(5),
               &acknowledged, &count);
  ::close(child.acknowledgements);
  if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) return say("the writer ended by itself");
  *total += count;
  uint64_t found = 0;
  if (count == 0 && *newest_found == 0 && ::access(path.c_str(), F_OK) != 0)
    return good;                                      // killed before the file was made
  if (count == 0 && *newest_found == 0) return good;  // or before its pages were
  if (random.chance(300)) good = check_file(path, true, acknowledged, false, &found) && good;
  good = check_file(path, false, acknowledged, random.chance(300), &found) && good;
  std::printf("  %-7s %6llu commits acknowledged, newest %llu, found %llu\n", mode,
              static_cast<unsigned long long>(count), static_cast<unsigned long long>(acknowledged),
              static_cast<unsigned long long>(found));
  std::fflush(stdout);
  *newest_found = found;
  return good;
}

int run_rounds(const char* self, uint64_t rounds, const std::string& folder, uint64_t seed) {
  const std::string path = folder + "/app.ddb";
  uint64_t newest_found = 0;
  uint64_t total = 0;
  for (uint64_t i = 0; i < rounds; ++i) {
    if (run_round(self, path, seed + i, &newest_found, &total)) continue;
    std::printf("kill: round %llu of seed %llu failed\n", static_cast<unsigned long long>(i),
                static_cast<unsigned long long>(seed));
    return 1;
  }
  std::printf("kill: %llu rounds, %llu commits acknowledged, none lost\n",
              static_cast<unsigned long long>(rounds), static_cast<unsigned long long>(total));
  return total > 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  if (what == "writer" && argc == 5) {
    const Status status = write_for_ever(argv[2], argv[3], std::strtoull(argv[4], nullptr, 10));
    std::fprintf(stderr, "writer: %s\n", status.to_string().c_str());
    return 3;
  }
  if (what == "rounds" && argc >= 4) {
    return run_rounds("/proc/self/exe", std::strtoull(argv[2], nullptr, 10), argv[3],
                      argc > 4 ? std::strtoull(argv[4], nullptr, 10) : 1);
  }
  std::fprintf(stderr, "usage: ddb_kill rounds N FOLDER [SEED] | ddb_kill writer PATH MODE SEED\n");
  return 2;
}
