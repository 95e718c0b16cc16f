// recovery_check: crash, open, compare, go on, crash again, open, compare.
#include "support/recovery_check.h"

#include <fstream>
#include <optional>
#include <vector>

#include "base/inline_runtime.h"
#include "base/seeded_random.h"
#include "support/writer.h"
#include "vfs/sim_vfs.h"

namespace ddb::sim {
namespace {

const std::string kPath = kDatabasePath;

// A moment of the recovery, crashed once more.
struct SecondCrash {
  std::unique_ptr<SimDisk> disk;
  std::unique_ptr<History> history;
  bool by_power = true;
  bool opened = false;  // the recovery had returned
};

// What a disk must hold.
struct Expected {
  const History* history;
  bool by_power;
  bool opened;  // the history is that of the recovered universe
};

class RecoveryCheck {
 public:
  explicit RecoveryCheck(const CheckInput& input)
      : in_(input),
        random_(input.seed),
        runtime_(mix64(input.seed ^ 0x4E)),
        store_(input.config.options.page_bytes) {}

  CheckOutput run() {
    const bool cuts_power = !random_.chance(150);
    by_power_ = cuts_power || in_.power_failed;
    if (!in_.dump_folder.empty()) dump(in_.disk, "0_running");
    disk_ = cuts_power ? in_.disk.crash(random_.next()) : in_.disk.clone_as_is();
    // The recovery is not to fail for want of room: what it does then is the business of the running simulation.
    disk_->set_capacity(0);
    if (in_.every_header_copy) lose_each_header();
    if (cuts_power) damage_header(*disk_);
    if (!in_.dump_folder.empty()) dump(*disk_, "1_crashed");
    if (random_.chance(150)) visit_read_only(*disk_, first_crash(), "first crash");
    if (ok()) visit_writing();
    if (ok() && (faulty_ || random_.chance(200))) {
      visit_read_only(*disk_, opened_ ? Expected{now_.get(), false, true} : first_crash(), "opened again");
    }
    if (ok() && second_.disk != nullptr) visit_second();
    return std::move(out_);
  }

 private:
  bool ok() const { return out_.failure.empty() && !missing_; }
  void fail(const std::string& what) {
    if (out_.failure.empty()) out_.failure = (by_power_ ? "[power loss] " : "[kill] ") + damage_ + what;
  }

  Options options(Vfs& vfs, bool read_only) {
    Options options = in_.config.options;
    options.vfs = &vfs;
    options.runtime = &runtime_;
    options.create_if_missing = false;
    options.read_only = read_only;
    return options;
  }

  // Nothing is lost with either of two valid header copies.
  void lose_each_header() {
    for (int which = 0; which < 2 && ok(); ++which) {
      std::optional<std::string> content = disk_->visible_content(kPath);
      if (!content || content->size() < kHeaderCopyOffset[1] + kHeaderCopyBytes) return;
      const auto copy = [&](int i) {
        return std::as_bytes(std::span(content->data() + kHeaderCopyOffset[i], kHeaderCopyBytes));
      };
      if (!decode_header(copy(0)).is_ok() || !decode_header(copy(1)).is_ok()) return;
      char* bytes = content->data() + kHeaderCopyOffset[which];
      for (size_t i = 0; i < kHeaderCopyBytes; ++i) bytes[i] = static_cast<char>(random_.next());
      std::unique_ptr<SimDisk> disk = disk_->clone_as_is();
      disk->put_file(kPath, std::as_bytes(std::span(content->data(), content->size())));
      damage_ = "[header copy " + std::to_string(which) + " lost] ";
      visit_read_only(*disk, first_crash(), "first crash");
    }
    if (ok()) damage_.clear();
  }

  // Flips bits in one of two valid header copies. Rarely, but often where they differ, and then mostly in the newer one.
  void damage_header(SimDisk& disk) {
    std::optional<std::string> content = disk.visible_content(kPath);
    if (!content || content->size() < kHeaderCopyOffset[1] + kHeaderCopyBytes) return;
    auto copy = [&](int i) {
      return std::as_bytes(std::span(content->data() + kHeaderCopyOffset[i], kHeaderCopyBytes));
    };
    Result<FileHeader> first = decode_header(copy(0));
    Result<FileHeader> second = decode_header(copy(1));
    if (!first.is_ok() || !second.is_ok()) return;
    const bool differ = first->checkpoint_lsn != second->checkpoint_lsn;
    if (!random_.chance(differ ? 600 : 100)) return;
    const int newer = first->checkpoint_lsn < second->checkpoint_lsn ? 1 : 0;
    const int which = differ && random_.chance(800) ? newer : random_.chance(500) ? 1 : 0;
    char* bytes = content->data() + kHeaderCopyOffset[which];
    for (uint64_t flips = 1 + random_.below(4); flips > 0; --flips) {
      bytes[random_.below(256)] ^= static_cast<char>(1 << random_.below(8));
    }
    if (random_.chance(300)) std::fill(bytes, bytes + 512, '\0');
    disk.put_file(kPath, std::as_bytes(std::span(content->data(), content->size())));
    damage_ = "[header copy " + std::to_string(which) + " damaged] ";
  }

  Expected first_crash() const { return {&in_.history, by_power_, false}; }
  // Creation makes the name durable before open() returns, or else the first write does.
  bool may_be_missing(const Status& status, const Expected& expected) const {
    return !in_.created && expected.history->kill_floor() == 1 && status.is(sqlstate::kUndefinedFile);
  }

  Recovered compare(Database& database, const Expected& expected, const char* where) {
    RelaxedBound bound = in_.bound;
    if (expected.opened) bound.age_ns_max = 0;  // nobody syncs by time there
    Recovered found = compare_recovered(database, *expected.history, expected.by_power, bound, in_.now_ns);
    ++out_.recoveries;
    out_.digest = mix64(out_.digest ^ found.lsn ^ (found.with ? 0 : 1ull << 40));
    if (!found.failure.empty()) fail(std::string(where) + ": " + found.failure);
    return found;
  }

  void visit_read_only(SimDisk& disk, const Expected& expected, const char* where) {
    if (!in_.dump_folder.empty()) dump(disk, where[0] == 'o' ? "3_opened_again" : "3_read_only");
    SimVfs vfs(disk, runtime_);
    const uint64_t version = disk.version();
    Result<std::unique_ptr<Database>> database = Database::open(kPath, options(vfs, true));
    if (!database.is_ok()) {
      if (may_be_missing(database.status(), expected)) return;
      return fail(std::string(where) + ", read-only: " + database.status().to_string());
    }
    compare(**database, expected, where);
    if (random_.chance(300)) {
      const Status status = (*database)->close();
      if (!status.is_ok()) fail(std::string(where) + ", read-only close(): " + status.to_string());
    }
    database->reset();
    if (disk.version() != version) fail(std::string(where) + ": a read-only open changed the disk");
  }

  // Recovers for writing, and goes on for a while in the recovered universe.
  void visit_writing() {
    SimVfs vfs(*disk_, runtime_);
    now_ = std::make_unique<History>(in_.history);
    vfs.set_hook([this](uint64_t io_index) { consider_second_crash(io_index); });
    faulty_ = random_.chance(60);
    if (faulty_) inject_fault(vfs);
    Result<std::unique_ptr<Database>> database = Database::open(kPath, options(vfs, false));
    if (!database.is_ok()) {
      const Status status = database.status();
      missing_ = may_be_missing(status, first_crash());
      if (missing_ || (faulty_ && is_io_error(status))) return;
      return fail("open: " + status.to_string());
    }
    Recovered found;
    if (faulty_) {
      found = compare_recovered(**database, in_.history, by_power_, in_.bound, in_.now_ns);
      // A read may have been what failed: then the next visit tells.
      if (!found.failure.empty()) return;
    } else {
      found = compare(**database, first_crash(), "first crash");
      if (!ok()) return;
    }
    opened_ = true;
    now_->adopt(found.lsn, found.with);
    lost_ = found.lsn;
    go_on(**database);
  }

  // One I/O call of the recovery, or of what follows it, fails.
  void inject_fault(SimVfs& vfs) {
    const uint64_t at = 1 + random_.below(60);
    const auto fault = static_cast<InjectedFault>(1 + random_.below(4));
    vfs.set_faults([at, fault](IoCall, const std::string&, uint64_t io_index) {
      return io_index == at ? fault : InjectedFault::kNone;
    });
  }

  static bool is_io_error(const Status& status) {
    return status.is(sqlstate::kIoError) || status.is(sqlstate::kDiskFull) ||
           status.is(sqlstate::kOutcomeUnknown);
  }

  void go_on(Database& database) {
    const uint64_t acts = random_.chance(450) ? 0 : 1 + random_.below(3);
    for (uint64_t i = 0; i < acts && ok(); ++i) {
      const uint64_t kind = random_.below(10);
      if (kind < 6) {
        write(database, i == 0 && random_.chance(500));
      } else if (kind < 9) {
        if (settle(database.checkpoint(), "checkpoint()")) now_->make_durable(now_->kill_floor());
      } else {
        settle(database.background_step().status(), "background_step()");
      }
    }
    if (ok() && random_.chance(250) && settle(database.close(), "close()"))
      now_->make_durable(now_->kill_floor());
  }

  bool settle(const Status& status, const char* call) {
    if (status.is_ok()) return true;
    if (!faulty_ || !is_io_error(status)) fail(std::string(call) + " after recovery: " + status.to_string());
    return false;
  }

  // Some transactions, perhaps first again those that the crash has lost.
  void write(Database& database, bool repeat) {
    Verdict verdict;
    SimConfig config = in_.config;
    config.tolerance.io_errors = faulty_;
    World world{database, *now_, store_, config, runtime_, verdict, in_.trace};
    Writer writer(world, random_.next());
    if (repeat && lost_ != 0 && lost_ < in_.history.last()) {
      std::vector<const DbState*> states;
      for (uint64_t lsn = lost_; lsn <= in_.history.last() && states.size() < 4; ++lsn) {
        states.push_back(lsn == lost_ ? &now_->state(lsn) : &in_.history.state(lsn));
      }
      writer.repeat_lost(states);
    } else {
      for (uint64_t i = 1 + random_.below(3); i > 0 && !verdict.failed() && !world.saw_poison; --i)
        writer.run_one();
    }
    if (verdict.failed()) fail("writing after recovery: " + verdict.text());
  }

  // Each I/O point has the same chance to be the one of the second crash.
  void consider_second_crash(uint64_t io_index) {
    if (random_.below(io_index) != 0) return;
    const bool kill = random_.chance(120);
    second_.disk = kill ? disk_->clone_as_is() : disk_->crash(random_.next());
    second_.history = std::make_unique<History>(opened_ ? *now_ : in_.history);
    second_.opened = opened_;
    second_.by_power = opened_ ? !kill : by_power_ || !kill;
  }

  // The files as they are visible, for a debugger's eyes.
  void dump(const SimDisk& disk, const char* name) {
    for (const std::string& path : disk.file_names()) {
      const std::string file = in_.dump_folder + "/" + name + "_" + path.substr(path.rfind('/') + 1);
      const std::string content = disk.visible_content(path).value_or("");
      std::ofstream(file, std::ios::binary)
          .write(content.data(), static_cast<std::streamsize>(content.size()));
    }
  }

  void visit_second() {
    if (!in_.dump_folder.empty()) dump(*second_.disk, "2_crashed_again");
    const char* where = second_.opened ? "second crash" : "crash in recovery";
    const Expected expected{second_.history.get(), second_.by_power, second_.opened};
    if (random_.chance(500)) return visit_read_only(*second_.disk, expected, where);
    SimVfs vfs(*second_.disk, runtime_);
    Result<std::unique_ptr<Database>> database = Database::open(kPath, options(vfs, false));
    if (!database.is_ok()) {
      if (may_be_missing(database.status(), expected)) return;
      return fail(std::string(where) + ": " + database.status().to_string());
    }
    compare(**database, expected, where);
  }

  const CheckInput& in_;
  SeededRandom random_;
  InlineRuntime runtime_;
  ImageStore store_;  // of what is written after the recovery
  std::unique_ptr<SimDisk> disk_;
  std::unique_ptr<History> now_;  // of the recovered universe
  SecondCrash second_;
  uint64_t lost_ = 0;  // recovered LSN: later ones were lost
  bool by_power_ = true;
  bool opened_ = false;   // the recovery has returned what it found
  bool missing_ = false;  // there is no database yet
  bool faulty_ = false;   // one I/O call of the recovered universe fails
  std::string damage_;
  CheckOutput out_;
};

}  // namespace

Recovered compare_recovered(Database& database, const History& history, bool by_power,
                            const RelaxedBound& bound, uint64_t now_ns) {
  Recovered found;
  Result<std::unique_ptr<Session>> session = database.new_session();
  if (!session.is_ok()) return found.failure = "new_session(): " + session.status().to_string(), found;
  const Status begun = (*session)->begin_read();
  if (!begun.is_ok()) return found.failure = "begin_read(): " + begun.to_string(), found;
  found.lsn = (*session)->snapshot().value;
  found.failure =
      by_power ? history.judge_power_loss(found.lsn, bound, now_ns) : history.judge_kill(found.lsn);
  if (!found.failure.empty()) return found;
  const Commit& commit = history.at(found.lsn);
  Status failed;
  const uint32_t page_bytes = database.page_bytes();
  found.failure = state_difference(**session, *commit.state(), found.lsn, page_bytes, &failed);
  if (!found.failure.empty() && commit.outcome != Outcome::kAcknowledged &&
      commit.outcome != Outcome::kWithdrawn &&
      state_difference(**session, *commit.without, found.lsn, page_bytes, &failed).empty()) {
    found.failure.clear();
    found.with = false;
  }
  if (!failed.is_ok()) found.failure = "reading LSN " + std::to_string(found.lsn) + ": " + failed.to_string();
  if (!found.failure.empty()) {
    found.failure = "recovered LSN " + std::to_string(found.lsn) + " (floor " +
                    std::to_string(by_power ? history.power_floor() : history.kill_floor()) + ", newest " +
                    std::to_string(history.last()) + "): " + found.failure;
  }
  return found;
}

CheckOutput check_recovery(const CheckInput& input) { return RecoveryCheck(input).run(); }

}  // namespace ddb::sim
