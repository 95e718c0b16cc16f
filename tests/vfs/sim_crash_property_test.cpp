// sim_crash_property_test: random work on one simulated file and on many names, crashed with thousands of seeds and
// compared with every state a real disk could have left. A failure prints its seeds.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "base/inline_runtime.h"
#include "base/seeded_random.h"
#include "vfs/bytes.h"
#include "vfs/sim_vfs.h"

namespace ddb {
namespace {

// All contents the file has had since its last successful sync, oldest first, as the program saw them.
struct History {
  std::vector<std::string> versions{""};
  std::string& now() { return versions.back(); }
};

std::string sector_of(const std::string& content, size_t at, size_t bytes) {
  std::string sector = at < content.size() ? content.substr(at, bytes) : std::string();
  sector.resize(bytes, '\0');
  return sector;
}

// The versions of a sector, each also as cut at any size in between.
std::vector<std::string> sector_versions(const History& history, size_t at, size_t bytes) {
  std::vector<std::string> all;
  for (const std::string& version : history.versions) {
    const std::string whole = sector_of(version, at, bytes);
    if (!all.empty() && all.back() == whole) continue;
    all.push_back(whole);
  }
  const size_t whole_versions = all.size();
  for (const std::string& version : history.versions) {
    if (version.size() <= at || version.size() >= at + bytes) continue;
    for (size_t i = 0; i < whole_versions; ++i) {
      std::string cut = all[i];
      std::fill(cut.begin() + static_cast<std::ptrdiff_t>(version.size() - at), cut.end(), '\0');
      all.push_back(cut);
    }
  }
  return all;
}

bool is_torn(const std::string& sector, const std::vector<std::string>& versions) {
  for (const std::string& from : versions) {
    const auto new_part =
        static_cast<size_t>(std::mismatch(sector.begin(), sector.end(), from.begin()).first - sector.begin());
    for (const std::string& old : versions) {
      if (std::equal(sector.begin() + static_cast<std::ptrdiff_t>(new_part), sector.end(),
                     old.begin() + static_cast<std::ptrdiff_t>(new_part))) {
        return true;
      }
    }
  }
  return false;
}

// Why `left` is impossible; empty if it is possible.
std::string why_impossible(const History& history, std::string left, CrashMode mode, size_t sector_bytes) {
  bool size_known = false;
  for (const std::string& version : history.versions) size_known |= version.size() == left.size();
  if (!size_known) return "size " + std::to_string(left.size()) + " never was";
  const size_t size = left.size();
  left.resize((size + sector_bytes - 1) / sector_bytes * sector_bytes, '\0');
  for (size_t at = 0; at < left.size(); at += sector_bytes) {
    std::vector<std::string> versions = sector_versions(history, at, sector_bytes);
    const bool changed =
        std::any_of(versions.begin(), versions.end(), [&](auto& one) { return one != versions[0]; });
    for (std::string& version : versions) {
      for (size_t i = 0; i < sector_bytes; ++i) version[i] = at + i < size ? version[i] : '\0';
    }
    const std::string sector = left.substr(at, sector_bytes);
    if (std::find(versions.begin(), versions.end(), sector) != versions.end()) continue;
    if (changed && mode == CrashMode::kGarble) continue;
    if (changed && mode == CrashMode::kPrefix && is_torn(sector, versions)) continue;
    return "sector at " + std::to_string(at) + " never was";
  }
  return {};
}

class FileWork {
 public:
  FileWork(uint64_t seed, uint32_t sector_bytes) : random_(seed), disk_(sector_bytes) {
    file_ = must_open(vfs_, "/db", OpenMode::kCreateNew);
    EXPECT_OK(vfs_.sync_dir("/db"));
  }
  void step(int number) {
    std::string next = history_.now();
    const size_t offset = random_.below(9'000);
    const uint64_t kind = random_.below(20);
    if (kind == 0) {
      EXPECT_OK(file_->sync());
      history_.versions = {history_.now()};
      return;
    }
    if (kind <= 2) {
      EXPECT_OK(file_->truncate(offset));
      next.resize(offset);
    } else if (kind == 3) {
      EXPECT_OK(file_->allocate(offset, 600));
      next.resize(std::max(next.size(), offset + 600));
    } else {
      const std::string text(1 + random_.below(kind < 8 ? 6'000 : 400), static_cast<char>(33 + number % 90));
      EXPECT_OK(file_->write(offset, as_bytes(text)));
      next.resize(std::max(next.size(), offset + text.size()));
      next.replace(offset, text.size(), text);
    }
    history_.versions.push_back(next);
  }
  void check(uint64_t seed, CrashMode mode) {
    const std::string left = disk_.crash(seed, mode)->visible_content("/db").value();
    const std::string why = why_impossible(history_, left, mode, disk_.sector_bytes());
    ASSERT_EQ(why, "") << "crash seed " << seed << " mode " << static_cast<int>(mode);
    if (mode == CrashMode::kAllKept) {
      ASSERT_EQ(left, history_.now());
    }
    if (mode == CrashMode::kAllLost) {
      ASSERT_EQ(left, history_.versions.front());
    }
  }

 private:
  SeededRandom random_;
  SimDisk disk_;
  InlineRuntime runtime_{1};
  SimVfs vfs_{disk_, runtime_};
  std::unique_ptr<File> file_;
  History history_;
};

TEST(SimCrashProperty, OnlyStatesOfTheFileSinceItsSyncAreLeft) {
  static constexpr CrashMode kModes[] = {CrashMode::kAllLost, CrashMode::kAllKept, CrashMode::kSectors,
                                         CrashMode::kPrefix,  CrashMode::kGarble,  CrashMode::kSizesOnly,
                                         CrashMode::kDataOnly};
  for (uint64_t seed = 0; seed < 16; ++seed) {
    SCOPED_TRACE("work seed " + std::to_string(seed));
    FileWork work(seed, seed % 2 == 0 ? 512 : 4'096);
    uint64_t crash_seed = seed * 1'000'000;
    for (int step = 0; step < 40; ++step) {
      work.step(step);
      for (CrashMode mode : kModes) {
        work.check(++crash_seed, mode);
        if (::testing::Test::HasFatalFailure()) return;
      }
    }
  }
}

TEST(SimCrashProperty, SyncedBytesSurviveEverySeed) {
  for (uint64_t seed = 0; seed < 5'000; ++seed) {
    SeededRandom random(seed);
    SimDisk disk(seed % 2 == 0 ? 512 : 4'096);
    InlineRuntime runtime(seed);
    SimVfs vfs(disk, runtime);
    auto file = must_open(vfs, "/db", OpenMode::kCreateNew);
    std::string synced;
    for (int i = 0; i < 4; ++i) {
      const std::string text(random.below(5'000), static_cast<char>('a' + i));
      EXPECT_OK(file->write(synced.size(), as_bytes(text)));
      synced += text;
    }
    EXPECT_OK(file->sync());
    EXPECT_OK(vfs.sync_dir("/db"));
    // Appends on a fresh sector afterwards, unsynced, must leave it alone.
    const uint64_t fresh = (synced.size() + 4'095) / 4'096 * 4'096;
    EXPECT_OK(file->write(fresh + random.below(3) * 4'096, as_bytes(std::string(random.below(9'000), 'u'))));
    const std::string left = disk.crash(seed)->visible_content("/db").value();
    ASSERT_EQ(left.substr(0, synced.size()), synced) << "seed " << seed;
  }
}

// Names: each file's content is its own number, synced at once, so only the directory can lose something.
TEST(SimCrashProperty, NamesAreNeverInAnImpossibleState) {
  for (uint64_t seed = 0; seed < 1'500; ++seed) {
    SeededRandom random(seed);
    SimDisk disk;
    InlineRuntime runtime(seed);
    SimVfs vfs(disk, runtime);
    std::map<std::string, std::string> names;               // as the program sees them
    std::map<std::string, std::string> durable;             // at the last sync_dir
    std::map<std::string, std::set<std::string>> possible;  // contents a name had since then; "" = none
    for (int step = 0; step < 25; ++step) {
      const std::string name = "/d/" + std::string(1, static_cast<char>('a' + random.below(5)));
      const std::string other = "/d/" + std::string(1, static_cast<char>('a' + random.below(5)));
      switch (random.below(8)) {
        case 0:
          EXPECT_OK(vfs.sync_dir(name));
          durable = names;
          possible.clear();
          break;
        case 1:
        case 2:
          if (names.erase(name) != 0) {
            EXPECT_OK(vfs.unlink(name));
          }
          break;
        case 3:
        case 4:
          if (names.contains(name) && name != other) {
            EXPECT_OK(vfs.rename(name, other));
            names[other] = names[name];
            names.erase(name);
          }
          break;
        default:
          if (!names.contains(name)) {
            auto file = must_open(vfs, name, OpenMode::kCreateNew);
            names[name] = std::to_string(step);
            EXPECT_OK(file->write(0, as_bytes(names[name])));
            EXPECT_OK(file->sync());
          }
      }
      for (char c = 'a'; c < 'f'; ++c) {
        const std::string each = "/d/" + std::string(1, c);
        possible[each].insert(durable.contains(each) ? durable[each] : "");
        possible[each].insert(names.contains(each) ? names[each] : "");
      }
      auto after = disk.crash(seed * 100 + static_cast<uint64_t>(step));
      std::set<std::string> seen;
      for (const auto& [each, contents] : possible) {
        const std::string content = after->visible_content(each).value_or("");
        ASSERT_TRUE(contents.contains(content))
            << each << " is " << content << ", seed " << seed << " step " << step;
        ASSERT_TRUE(content.empty() || seen.insert(content).second)
            << "two names, seed " << seed << " step " << step;
      }
      // A file whose name nothing touched since the sync is there; one that was only renamed is somewhere.
      for (const auto& [each, content] : durable) {
        const bool still_named =
            std::any_of(names.begin(), names.end(), [&id = content](auto& one) { return one.second == id; });
        ASSERT_TRUE(!still_named || seen.contains(content))
            << "lost " << content << ", seed " << seed << " step " << step;
      }
    }
  }
}

}  // namespace
}  // namespace ddb
