// snapshot_scan: reads every page of a file that is much larger than the memory limit, through one snapshot and from the
// operating system's cache, against bare preads of the same pages, with and without their checksums.
#include "base/crc32c.h"
#include "support/arguments.h"
#include "support/engine_store.h"
#include "support/raw_file.h"

using namespace bench;
using namespace ddb;

namespace {

// Reads the pages of a file of the same size into a ring of buffers as large as the memory limit.
class BareScan {
 public:
  BareScan(const std::string& path, uint64_t pages, uint64_t page_bytes, uint64_t ring_bytes)
      : page_bytes_(page_bytes), ring_pages_(ring_bytes / page_bytes), ring_(aligned_buffer(ring_bytes)) {
    make_written_file(path, pages * page_bytes);
    file_ = Descriptor(path, O_RDONLY);
  }
  uint64_t read(uint64_t page, bool checksum) {
    std::byte* into = ring_.get() + next_++ % ring_pages_ * page_bytes_;
    const auto at = static_cast<off_t>(page * page_bytes_);
    if (::pread(file_.fd(), into, page_bytes_, at) != static_cast<ssize_t>(page_bytes_)) fail_errno("pread");
    if (checksum) return crc32c(into, page_bytes_);
    uint64_t word;
    std::memcpy(&word, into + word_offset(static_cast<uint32_t>(page), true), sizeof word);
    return word;
  }

 private:
  uint64_t page_bytes_, ring_pages_;
  AlignedBuffer ring_;
  Descriptor file_;
  uint64_t next_ = 0;
};

std::vector<uint32_t> scan_order(size_t count, bool random) {
  std::vector<uint32_t> order(count);
  for (size_t i = 0; i < count; ++i) order[i] = static_cast<uint32_t>(i);
  Random generator(9);
  for (size_t i = count - 1; random && i > 0; --i) std::swap(order[i], order[generator.below(i + 1)]);
  return order;
}

void scan(Report& report, Database& database, const std::vector<PageNo>& pages, BareScan& bare, bool random,
          uint64_t rounds) {
  const std::vector<uint32_t> order = scan_order(pages.size(), random);
  const auto session = new_session(database);
  std::vector<double> engine, plain, checked;
  const CacheStats before = database.stats().cache;
  for (uint64_t round = 0; round < rounds; ++round) {
    engine.push_back(ns_per_element(1, order.size(), [&] {
      must(session->begin_read(), "begin_read");
      for (const uint32_t i : order) check_stamp(*session, pages[i]);
      must(session->commit(), "commit");
      return 0;
    }));
    plain.push_back(ns_per_element(1, order.size(), [&] {
      for (const uint32_t i : order) keep(bare.read(i, false));
      return 0;
    }));
    checked.push_back(ns_per_element(1, order.size(), [&] {
      for (const uint32_t i : order) keep(bare.read(i, true));
      return 0;
    }));
  }
  const CacheStats after = database.stats().cache;
  const std::string name = random ? "random" : "in_order";
  Figure figure;
  figure.unit = "ns/page";
  figure.rounds = engine;
  figure.name = name + ".by_pread";
  figure.floor_name = "pread";
  figure.floor_rounds = plain;
  report.figure(figure);
  figure.name = name + ".by_pread_and_checksum";
  figure.floor_name = "pread + CRC32C";
  figure.floor_rounds = checked;
  report.figure(figure);
  report.figure(
      name + ".misses_a_page",
      static_cast<double>(after.misses - before.misses) / static_cast<double>(order.size() * rounds), "");
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments(argc, argv);
  const auto page_count = static_cast<uint32_t>(arguments.number("pages", 50'000, "pages of the file"));
  const uint64_t rounds = arguments.number("rounds", 5, "rounds; figures are medians over them");
  Options options;
  options.memory_limit = arguments.number("memory-limit", 8 << 20, "of the database");
  const bool memory_disk = arguments.flag("memory-disk", "accept tmpfs");
  arguments.finish(true);

  Report report("micro.snapshot_scan", arguments.command());
  const BenchDirectory directory(arguments.directory(), memory_disk);
  describe(report, options);
  report.setting("pages", page_count);
  const std::string path = directory.file("scan.ddb");
  std::vector<PageNo> pages;
  {
    Options filling;
    const auto database = open_store(path, filling);
    pages = fill_store(*database, page_count);
    must(database->close(), "close");
  }
  const auto database = open_store(path, options);
  BareScan bare(directory.file("floor"), page_count, options.page_bytes, options.memory_limit);
  scan(report, *database, pages, bare, false, rounds);
  scan(report, *database, pages, bare, true, rounds);
  return 0;
}
