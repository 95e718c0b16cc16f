// crash_main: ddb_crash, the crash campaign.
//
//   ddb_crash --points N --seed S [--jobs J] [--failures F] [--fault NAME] [--start K] [--one-seed] [--verbose] [--trace] [--dump FOLDER]
//   ddb_crash --all-faults [--points N] [--seed S] [--every K] [--jobs J] [--verbose]
//
// The first form crashes at N I/O points of simulations with the seeds S, S+1, … and says as its last line how many points,
// recoveries and failures there were; it exits with 1 if anything failed. The second runs the campaign once for each named
// fault of base/faults.h and exits with 1 unless every one is caught within N points; with one I/O point in K (8 unless told),
// the same number of points sees more seeds.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "base/faults.h"
#include "support/campaign.h"

namespace {

using ddb::Fault;
using ddb::sim::CampaignRequest;
using ddb::sim::CampaignResult;

struct Arguments {
  CampaignRequest campaign;
  Fault fault = Fault::kNone;
  bool all_faults = false;
  unsigned jobs = 1;
  uint64_t every = 0;          // 0: 1, with --all-faults 8
  unsigned limit_seconds = 0;  // a job that takes longer ends by SIGALRM
};

// What a job tells its parent: numbers first, then the text of the first failure.
struct Report {
  CampaignResult result;
  bool complete = false;
  int signal = 0;
  uint64_t seed = 0;  // being simulated when it ended by a signal
};

int usage(const char* wrong) {
  std::fprintf(
      stderr,
      "%s\nusage: ddb_crash --points N --seed S [--jobs J] [--failures F] [--fault NAME] [--start "
      "K] [--verbose]\n"
      "       ddb_crash --all-faults [--points N] [--seed S] [--every K] [--jobs J] [--verbose]\nfaults:",
      wrong);
  for (int i = 1; i < static_cast<int>(Fault::kCoreEnd); ++i)
    std::fprintf(stderr, " %s", fault_name(static_cast<Fault>(i)));
  std::fprintf(stderr, "\n");
  return 2;
}

bool read_number(const std::string& text, uint64_t* value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *value);
  return error == std::errc() && end == text.data() + text.size();
}

bool find_fault(const char* name, Fault* fault) {
  for (int i = 0; i < static_cast<int>(Fault::kCoreEnd); ++i) {
    if (std::strcmp(name, ddb::fault_name(static_cast<Fault>(i))) != 0) continue;
    *fault = static_cast<Fault>(i);
    return true;
  }
  return false;
}

// --- One job -----------------------------------------------------------------------------------------------------------

int report_pipe = -1;

void write_all(int fd, const void* bytes, size_t count) {
  for (size_t done = 0; done < count;) {
    const ssize_t n = ::write(fd, static_cast<const char*>(bytes) + done, count - done);
    if (n <= 0) return;
    done += static_cast<size_t>(n);
  }
}

// The engine crashed or hangs: the parent learns at which seed. Only async-signal-safe calls.
void on_fatal_signal(int signal) {
  const uint64_t words[2] = {~uint64_t{0}, ddb::sim::campaign_place.seed};
  write_all(report_pipe, words, sizeof(words));
  std::signal(signal, SIG_DFL);
  ::raise(signal);
}

void install_signal_handler() {
  static char stack[64 * 1024];
  stack_t alternate = {};
  alternate.ss_sp = stack;
  alternate.ss_size = sizeof(stack);
  ::sigaltstack(&alternate, nullptr);
  struct sigaction action = {};
  action.sa_handler = on_fatal_signal;
  action.sa_flags = SA_ONSTACK;
  for (int signal : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGALRM})
    ::sigaction(signal, &action, nullptr);
}

[[noreturn]] void run_job(const CampaignRequest& request, unsigned limit_seconds, int fd,
                          bool show_progress) {
  report_pipe = fd;
  install_signal_handler();
  if (limit_seconds != 0) ::alarm(limit_seconds);
  uint64_t shown = 0;
  const CampaignResult result = ddb::sim::run_campaign(request, [&](const CampaignResult& so_far) {
    if (!show_progress || so_far.points < shown + 5'000) return;
    shown = so_far.points;
    std::fprintf(
        stderr, "  %llu points, %llu seeds, %llu failures\n", static_cast<unsigned long long>(so_far.points),
        static_cast<unsigned long long>(so_far.seeds), static_cast<unsigned long long>(so_far.failures));
  });
  const uint64_t words[7] = {result.points,  result.recoveries, result.failures, result.seeds,
                             result.commits, result.io_calls,   result.digest};
  write_all(fd, words, sizeof(words));
  write_all(fd, result.failure_text.data(), result.failure_text.size());
  std::fflush(nullptr);
  ::_exit(0);
}

Report read_report(int fd, pid_t pid) {
  std::string bytes;
  char buffer[4096];
  for (ssize_t n = 0; (n = ::read(fd, buffer, sizeof(buffer))) > 0;)
    bytes.append(buffer, static_cast<size_t>(n));
  ::close(fd);
  int status = 0;
  ::waitpid(pid, &status, 0);
  Report report;
  uint64_t words[7] = {};
  if (WIFSIGNALED(status)) {
    report.signal = WTERMSIG(status);
    if (bytes.size() >= 16) std::memcpy(words, bytes.data() + bytes.size() - 16, 16);
    if (words[0] == ~uint64_t{0}) report.seed = words[1];
    return report;
  }
  if (bytes.size() < sizeof(words)) return report;
  std::memcpy(words, bytes.data(), sizeof(words));
  report.result = {words[0], words[1], words[2], words[3],
                   words[4], words[5], words[6], bytes.substr(sizeof(words))};
  report.complete = true;
  return report;
}

// Every job is a process of its own, so that a crash of the engine is a result like any other.
CampaignResult run_jobs(const Arguments& arguments, bool show_progress) {
  struct Job {
    pid_t pid;
    int fd;
  };
  std::vector<Job> jobs;
  std::fflush(nullptr);
  const uint64_t points = arguments.campaign.points;
  for (unsigned i = 0; i < arguments.jobs; ++i) {
    int ends[2];
    if (::pipe(ends) != 0) break;
    CampaignRequest request = arguments.campaign;
    request.first_seed += i;
    request.seed_step = arguments.jobs;
    request.points = points / arguments.jobs + (i < points % arguments.jobs ? 1 : 0);
    const pid_t pid = ::fork();
    if (pid == 0) {
      ::close(ends[0]);
      run_job(request, arguments.limit_seconds, ends[1], show_progress && i == 0);
    }
    ::close(ends[1]);
    jobs.push_back({pid, ends[0]});
  }
  CampaignResult total;
  for (const Job& job : jobs) {
    const Report report = read_report(job.fd, job.pid);
    total.points += report.result.points;
    total.recoveries += report.result.recoveries;
    total.failures += report.result.failures;
    total.seeds += report.result.seeds;
    total.commits += report.result.commits;
    total.io_calls += report.result.io_calls;
    total.digest ^= report.result.digest;
    std::string failure = report.result.failure_text;
    if (!report.complete) {
      ++total.failures;
      failure = "seed " + std::to_string(report.seed) + ": the process ended by signal " +
                std::to_string(report.signal) + (report.signal == SIGALRM ? " (took too long)" : "") +
                "\n  replay: ddb_crash --seed " + std::to_string(report.seed) + " --points 100000 --verbose";
    }
    if (failure.empty()) continue;
    if (!total.failure_text.empty()) total.failure_text += "\n";
    total.failure_text += failure;
  }
  return total;
}

// --- The two forms -----------------------------------------------------------------------------------------------------

void print_last_line(const CampaignResult& result) {
  std::printf("points %llu, recoveries %llu, failures %llu\n", static_cast<unsigned long long>(result.points),
              static_cast<unsigned long long>(result.recoveries),
              static_cast<unsigned long long>(result.failures));
}

int run_one_campaign(Arguments arguments) {
  arguments.campaign.every = std::max<uint64_t>(1, arguments.every);
  ddb::active_fault = arguments.fault;
  if (arguments.fault != Fault::kNone) std::printf("with the fault %s\n", fault_name(arguments.fault));
  const CampaignResult result = run_jobs(arguments, true);
  if (!result.failure_text.empty()) std::printf("%s\n", result.failure_text.c_str());
  std::printf("seeds %llu from %llu, I/O calls %llu, commits %llu, digest %016llx\n",
              static_cast<unsigned long long>(result.seeds),
              static_cast<unsigned long long>(arguments.campaign.first_seed),
              static_cast<unsigned long long>(result.io_calls),
              static_cast<unsigned long long>(result.commits),
              static_cast<unsigned long long>(result.digest));
  print_last_line(result);
  return result.failures == 0 ? 0 : 1;
}

// The first line of a failure says what was caught.
std::string first_line(const std::string& text) {
  const std::string line = text.substr(0, text.find('\n'));
  return line.size() > 150 ? line.substr(0, 147) + "..." : line;
}

int run_all_faults(Arguments arguments) {
  int missed = 0;
  arguments.campaign.failures_max = 1;
  arguments.limit_seconds = 300;
  arguments.campaign.every = arguments.every != 0 ? arguments.every : 8;
  const unsigned jobs = std::exchange(arguments.jobs, 1);
  // Faults are independent: `jobs` of them at a time, each in one process.
  const int count = static_cast<int>(Fault::kCoreEnd);
  for (int first = 1; first < count; first += static_cast<int>(jobs)) {
    std::vector<std::pair<pid_t, int>> running;
    const int last = std::min(count, first + static_cast<int>(jobs));
    std::fflush(nullptr);
    for (int i = first; i < last; ++i) {
      int ends[2];
      if (::pipe(ends) != 0) return 1;
      const pid_t pid = ::fork();
      if (pid == 0) {
        ::close(ends[0]);
        ddb::active_fault = static_cast<Fault>(i);
        run_job(arguments.campaign, arguments.limit_seconds, ends[1], false);
      }
      ::close(ends[1]);
      running.emplace_back(pid, ends[0]);
    }
    for (int i = first; i < last; ++i) {
      const Report report = read_report(running[i - first].second, running[i - first].first);
      const bool caught = !report.complete || report.result.failures > 0;
      missed += caught ? 0 : 1;
      std::string how = first_line(report.result.failure_text);
      if (!report.complete) {
        how = "seed " + std::to_string(report.seed) + ": the process ended by signal " +
              std::to_string(report.signal);
      }
      std::printf("%-26s %s after %6llu points%s%s\n", fault_name(static_cast<Fault>(i)),
                  caught ? "caught" : "MISSED", static_cast<unsigned long long>(report.result.points),
                  caught ? ": " : "", how.c_str());
      std::fflush(stdout);
    }
  }
  std::printf("faults %d, missed %d\n", count - 1, missed);
  return missed == 0 ? 0 : 1;
}

bool parse(int argc, char** argv, Arguments* out) {
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    const bool has_value = i + 1 < argc;
    if (name == "--verbose") {
      out->campaign.verbose = true;
    } else if (name == "--one-seed") {
      out->campaign.one_seed = true;
    } else if (name == "--trace") {
      out->campaign.trace = true;
    } else if (name == "--all-faults") {
      out->all_faults = true;
    } else if (name == "--dump" && has_value) {
      out->campaign.dump_folder = argv[++i];
    } else if (name == "--fault" && has_value) {
      if (!find_fault(argv[++i], &out->fault)) return false;
    } else if (has_value) {
      uint64_t value = 0;
      if (!read_number(argv[++i], &value)) return false;
      if (name == "--points") {
        out->campaign.points = value;
      } else if (name == "--seed") {
        out->campaign.first_seed = value;
      } else if (name == "--start") {
        out->campaign.first_io = value;
      } else if (name == "--every") {
        out->every = value;
      } else if (name == "--failures") {
        out->campaign.failures_max = std::max<uint64_t>(1, value);
      } else if (name == "--jobs") {
        out->jobs = static_cast<unsigned>(std::clamp<uint64_t>(value, 1, 64));
      } else if (name == "--limit-seconds") {
        out->limit_seconds = static_cast<unsigned>(value);
      } else {
        return false;
      }
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  if (!parse(argc, argv, &arguments)) return usage("ddb_crash: an argument is unknown or not a number");
  return arguments.all_faults ? run_all_faults(arguments) : run_one_campaign(arguments);
}
