// engine_store: opening and filling a page store for a micro benchmark. Every engine error ends the program with its text.
#pragma once

#include <dirent.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/status.h"
#include "support/bench_directory.h"
#include "support/clock.h"
#include "support/page_lookup_loop.h"
#include "support/report.h"
#include "txn/database.h"
#include "txn/session.h"

namespace bench {

inline void must(const ddb::Status& status, const char* what) {
  if (!status.is_ok()) [[unlikely]]
    fail(std::string(what) + ": " + status.to_string());
}
template <typename T>
inline T must(ddb::Result<T> result, const char* what) {
  if (!result.is_ok()) [[unlikely]]
    must(result.status(), what);
  return std::move(result).value();
}

inline void describe(Report& report, const ddb::Options& options) {
  report.setting("page_bytes", options.page_bytes);
  report.setting("memory_limit", options.memory_limit);
  report.setting("wal_limit", options.wal_limit);
  report.setting("background_threads", options.background_threads ? "yes" : "no");
}

inline std::unique_ptr<ddb::Database> open_store(const std::string& path, const ddb::Options& options) {
  return must(ddb::Database::open(path, options), "open");
}
inline std::unique_ptr<ddb::Session> new_session(ddb::Database& database) {
  return must(database.new_session(), "new_session");
}

inline constexpr ddb::TreeId kBenchTree{1000};

// What word_offset(page, spread) of a page that fill_store made holds until somebody changes it.
inline uint64_t page_stamp(uint32_t page) { return (uint64_t{page} + 1) * 0x9E3779B97F4A7C15u; }

// Allocates `count` pages in transactions of `batch` and writes the stamp of each; returns their numbers. The rest of a
// page is zero, so that filling costs little log.
inline std::vector<ddb::PageNo> fill_store(ddb::Database& database, uint32_t count, uint32_t batch = 64) {
  std::vector<ddb::PageNo> pages;
  const auto session = new_session(database);
  while (pages.size() < count) {
    must(session->begin_write(), "begin_write");
    for (uint32_t i = 0; i < batch && pages.size() < count; ++i) {
      ddb::PageNo number;
      ddb::PageWriter page =
          must(session->allocate(kBenchTree, ddb::PageType::kFirstTree, &number), "allocate");
      const uint64_t stamp = page_stamp(number.value);
      page.write(word_offset(number.value, true), &stamp, sizeof stamp);
      pages.push_back(number);
    }
    must(session->commit(ddb::Durability::kRelaxed), "commit");
  }
  must(database.checkpoint(), "checkpoint");
  return pages;
}

// The stamp that a read found, or the end of the program: a fast read of the wrong bytes is no figure.
inline uint64_t read_stamp(ddb::Session& session, ddb::PageNo number) {
  const ddb::PageRef page = must(session.read(number), "read");
  uint64_t word;
  std::memcpy(&word, page.data() + word_offset(number.value, true), sizeof word);
  return word;
}
inline void check_stamp(ddb::Session& session, ddb::PageNo number) {
  if (read_stamp(session, number) != page_stamp(number.value)) {
    fail("page " + std::to_string(number.value) + " does not hold its stamp");
  }
}

// One row-sized change: a page in [pages), `length` new bytes at a random place behind the stamps.
class RowChanges {
 public:
  RowChanges(std::vector<ddb::PageNo> pages, size_t page_bytes, size_t length, uint64_t seed)
      : pages_(std::move(pages)),
        page_bytes_(page_bytes),
        length_(length),
        random_(seed),
        bytes_(length + 8) {}

  // Draws what the next apply() writes, so that the drawing is not timed.
  void draw() {
    page_ = pages_[random_.below(pages_.size())];
    constexpr size_t kFrom = 4032;  // behind every stamp, also in the smallest page
    const size_t room = page_bytes_ - kFrom;
    offset_ = room > length_ ? kFrom + random_.below(room - length_) : page_bytes_ - length_;
    for (size_t i = 0; i < length_; i += 8) {
      const uint64_t word = random_.next();
      std::memcpy(bytes_.data() + i, &word, sizeof word);
    }
  }
  void apply(ddb::Session& session) {
    ddb::PageWriter page = must(session.change(page_), "change");
    page.write(offset_, bytes_.data(), length_);
  }
  // Begins, changes and commits; returns nanoseconds.
  uint64_t commit(ddb::Session& session, ddb::Durability durability) {
    draw();
    const uint64_t began = now_ns();
    must(session.begin_write(), "begin_write");
    apply(session);
    must(session.commit(durability), "commit");
    return now_ns() - began;
  }

 private:
  std::vector<ddb::PageNo> pages_;
  size_t page_bytes_, length_;
  Random random_;
  std::vector<std::byte> bytes_;
  ddb::PageNo page_;
  size_t offset_ = 0;
};

// The open flags of every descriptor on the log, as /proc shows them ("02100002 02100002"), to compare with a bare loop.
inline std::string log_descriptor_flags() {
  std::string out;
  DIR* folder = ::opendir("/proc/self/fd");
  if (folder == nullptr) return "unknown";
  while (const dirent* entry = ::readdir(folder)) {
    char target[4096];
    const std::string name = entry->d_name;
    const ssize_t length = ::readlink(("/proc/self/fd/" + name).c_str(), target, sizeof target);
    if (length < 4 ||
        std::string(target, static_cast<size_t>(length)).substr(static_cast<size_t>(length) - 4) != "-wal") {
      continue;
    }
    std::FILE* info = std::fopen(("/proc/self/fdinfo/" + name).c_str(), "r");
    if (info == nullptr) continue;
    char line[256], flags[64];
    while (std::fgets(line, sizeof line, info) != nullptr) {
      if (std::sscanf(line, "flags: %63s", flags) == 1) out += (out.empty() ? "" : " ") + std::string(flags);
    }
    std::fclose(info);
  }
  ::closedir(folder);
  return out;
}

}  // namespace bench
