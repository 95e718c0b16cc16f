// open_recovery: opening a database whose process was killed with a large log, and reading one page of it. The log is made
// by a child that kills itself; every round opens a fresh copy, synced and in the operating system's cache.
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <filesystem>

#include "base/crc32c.h"
#include "support/arguments.h"
#include "support/engine_store.h"
#include "support/raw_file.h"

using namespace bench;
using namespace ddb;

namespace {

struct Plan {
  uint64_t rounds, log_bytes, change_bytes;
  uint32_t pages;
  Options options;
};

constexpr const char* kStore = "store.ddb";
constexpr const char* kLog = "store.ddb-wal";

void image_transaction(Session& session, PageNo number, uint32_t page_bytes, Random& random,
                       std::vector<uint64_t>& content) {
  for (uint64_t& word : content) word = random.next();
  const uint64_t stamp = page_stamp(number.value);
  must(session.begin_write(), "begin_write");
  {
    PageWriter page = must(session.change(number), "change");
    page.write(kPageHeaderBytes, content.data(), page_bytes - kPageHeaderBytes);
    page.write(word_offset(number.value, true), &stamp, sizeof stamp);
  }
  must(session.commit(Durability::kRelaxed), "commit");
}

// Runs in a child: fills, closes, then writes the log and dies with it.
[[noreturn]] void make_log_and_die(const std::string& path, const Plan& plan, bool images) {
  // Limits so far away that no checkpoint starts; no threads, so that only the 1 MiB bound of the relaxed tail syncs.
  Options options = plan.options;
  options.background_threads = false;
  options.memory_limit = uint64_t{1} << 30;
  options.wal_limit = uint64_t{1} << 30;
  std::vector<PageNo> pages;
  {
    const auto filling = open_store(path, options);
    pages = fill_store(*filling, plan.pages);
    must(filling->close(), "close");
  }
  const auto database = open_store(path, options);
  const auto session = new_session(*database);
  Random random(11);
  std::vector<uint64_t> content(options.page_bytes / 8);
  RowChanges changes(pages, options.page_bytes, plan.change_bytes, 12);
  const Stats began = database->stats();
  const uint64_t before = began.log.bytes_written;
  uint64_t transactions = 0;
  // Asking for the counters takes time: not after each of the small ones.
  for (const uint64_t ask = images ? 16 : 1024; true; ++transactions) {
    if (transactions % ask == 0 && database->stats().log.bytes_written - before >= plan.log_bytes) break;
    if (images) {
      image_transaction(*session, pages[random.below(pages.size())], options.page_bytes, random, content);
    } else {
      changes.commit(*session, Durability::kRelaxed);
    }
  }
  // Its block names the newest sync before it: at most the relaxed tail (1 MiB) back.
  changes.commit(*session, Durability::kFull);
  const Stats stats = database->stats();
  if (stats.checkpoint.slices != began.checkpoint.slices) fail("a checkpoint ran while the log was made");
  std::printf("remark: made %llu transactions, %llu log bytes, log file %llu bytes, %llu syncs\n",
              static_cast<unsigned long long>(transactions),
              static_cast<unsigned long long>(stats.log.bytes_written - before),
              static_cast<unsigned long long>(stats.log.file_bytes),
              static_cast<unsigned long long>(stats.log.syncs - began.log.syncs));
  std::fflush(stdout);
  ::raise(SIGKILL);
  ::_exit(1);
}

void make_log(const BenchDirectory& directory, const Plan& plan, bool images) {
  std::fflush(stdout);
  const pid_t child = ::fork();
  if (child < 0) fail_errno("fork");
  if (child == 0) make_log_and_die(directory.file(kStore), plan, images);
  int status = 0;
  if (::waitpid(child, &status, 0) != child) fail_errno("waitpid");
  if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) fail("the child that makes the log failed");
}

// Copied, then synced: after a kill everything but the tail of a log has long been written back.
void copy_synced(const std::string& from, const std::string& to) {
  std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing);
  const Descriptor copy(to, O_RDWR);
  if (::fsync(copy.fd()) != 0) fail_errno("fsync " + to);
}

double read_whole_ms(const std::string& path, bool checksum) {
  const Descriptor file(path, O_RDONLY);
  const size_t chunk = 256 << 10;
  static const AlignedBuffer buffer = aligned_buffer(chunk);
  const uint64_t began = now_ns();
  for (uint64_t at = 0;; at += chunk) {
    const ssize_t got = ::pread(file.fd(), buffer.get(), chunk, static_cast<off_t>(at));
    if (got < 0) fail_errno("pread");
    if (got == 0) break;
    if (checksum) keep(crc32c(buffer.get(), static_cast<size_t>(got)));
  }
  return static_cast<double>(now_ns() - began) / 1e6;
}

double open_and_read_ms(const std::string& path, const Options& options, PageNo number) {
  const uint64_t began = now_ns();
  {
    const auto database = open_store(path, options);
    const auto session = new_session(*database);
    must(session->begin_read(), "begin_read");
    check_stamp(*session, number);
    const double ms = static_cast<double>(now_ns() - began) / 1e6;
    must(session->rollback(), "rollback");
    return ms;
  }
}

void run(Report& report, const BenchDirectory& directory, const Plan& plan, bool images) {
  make_log(directory, plan, images);
  const std::string name = images ? "images" : "deltas";
  Figure writing, reading_only;
  writing.name = name + ".open_and_read";
  writing.unit = reading_only.unit = "ms";
  writing.floor_name = "pread of the log";
  writing.target = Target::value_at_most(70);
  reading_only.name = name + ".open_read_only_and_read";
  reading_only.floor_name = "pread of the log + CRC32C";
  Options read_only = plan.options;
  read_only.read_only = true;
  const std::string store = directory.file("copy.ddb"), log = directory.file("copy.ddb-wal");
  Random random(13);
  for (uint64_t round = 0; round < plan.rounds; ++round) {
    copy_synced(directory.file(kStore), store);
    copy_synced(directory.file(kLog), log);
    // fill_store's pages lie behind root and free map; anyone between will do.
    const PageNo number(static_cast<uint32_t>(2 + random.below(plan.pages - 2)));
    writing.floor_rounds.push_back(read_whole_ms(log, false));
    reading_only.floor_rounds.push_back(read_whole_ms(log, true));
    reading_only.rounds.push_back(open_and_read_ms(store, read_only, number));
    writing.rounds.push_back(open_and_read_ms(store, plan.options, number));
    std::filesystem::remove(store);
    std::filesystem::remove(log);
  }
  report.figure(writing);
  report.figure(reading_only);
  std::filesystem::remove(directory.file(kStore));
  std::filesystem::remove(directory.file(kLog));
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments(argc, argv);
  Plan plan{};
  plan.pages = static_cast<uint32_t>(arguments.number("pages", 4000, "pages that the log changes"));
  plan.rounds = arguments.number("rounds", 5, "rounds; figures are medians over them");
  plan.log_bytes = arguments.number("log-bytes", 100'000'000, "bytes of the log");
  plan.change_bytes = arguments.number("change-bytes", 100, "bytes changed by a delta");
  plan.options.wal_limit = arguments.number("wal-limit", 128 << 20, "of the database");
  const bool memory_disk = arguments.flag("memory-disk", "accept tmpfs");
  arguments.finish(true);

  Report report("micro.open_recovery", arguments.command());
  const BenchDirectory directory(arguments.directory(), memory_disk);
  describe(report, plan.options);
  report.setting("log_bytes", plan.log_bytes);
  report.setting("pages", plan.pages);
  run(report, directory, plan, true);
  run(report, directory, plan, false);
  return 0;
}
