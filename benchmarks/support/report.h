// report: what a benchmark prints. For people one aligned line per figure; for programs one JSON object per figure, on a
// line of its own that begins with '{'. A missed target is printed, never an exit status: this machine's disk is noisy.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/samples.h"

namespace bench {

struct Target {
  enum class Of { kValue, kRatio };
  enum class Sense { kAtMost, kAtLeast };
  Of of = Of::kRatio;
  Sense sense = Sense::kAtMost;
  double bound = 0;

  static Target ratio_at_most(double bound) { return {Of::kRatio, Sense::kAtMost, bound}; }
  static Target ratio_at_least(double bound) { return {Of::kRatio, Sense::kAtLeast, bound}; }
  static Target value_at_most(double bound) { return {Of::kValue, Sense::kAtMost, bound}; }
  static Target value_at_least(double bound) { return {Of::kValue, Sense::kAtLeast, bound}; }
};

struct Figure {
  std::string name;  // [a-z0-9_./] only
  std::string unit;
  std::vector<double> rounds;  // the figure is their median
  std::string floor_name;      // what it is compared with; empty: nothing
  std::vector<double> floor_rounds;
  std::optional<Target> target;

  double value() const { return median(rounds); }
  // Median of the rounds' ratios: engine and floor of one round saw the same phase of the disk.
  double ratio() const { return median(ratios(rounds, floor_rounds)); }
};

class Report {
 public:
  Report(std::string benchmark, std::string command)
      : benchmark_(std::move(benchmark)), command_(std::move(command)) {
    std::printf("== %s\ncommand: %s\n", benchmark_.c_str(), command_.c_str());
    double load[3] = {};
    if (::getloadavg(load, 3) == 3) setting("load_at_start", number(load[0]));
  }

  // A setting in force, repeated in every later JSON line.
  void setting(const std::string& name, const std::string& value) {
    std::printf("setting: %s = %s\n", name.c_str(), value.c_str());
    if (!settings_json_.empty()) settings_json_ += ',';
    settings_json_ += quoted(name);
    settings_json_ += ':';
    settings_json_ += quoted(value);
  }
  void setting(const std::string& name, uint64_t value) { setting(name, std::to_string(value)); }
  void remark(const std::string& text) { std::printf("remark: %s\n", text.c_str()); }

  // Where the other CPU computes without pause, this machine notices the end of a flush only at the next timer tick:
  // a bare durable write then takes 4 ms, and so does everything compared with it.
  void judge_disk(double bare_p50_us) {
    if (bare_p50_us < 1000) return;
    remark("a bare durable write took " + number(bare_p50_us) +
           " us: the machine is busy, no figure of this run counts");
  }

  void figure(const Figure& figure) {
    std::string line =
        pad(figure.name, 44) + pad_left(number(figure.value()), 12) + " " + pad(figure.unit, 10);
    if (!figure.floor_name.empty()) {
      line += " floor " + number(median(figure.floor_rounds)) + " (" + figure.floor_name + ")  ratio " +
              number(figure.ratio());
    }
    if (figure.target)
      line += "  target " + target_text(*figure.target) + ": " + (met(figure) ? "met" : "MISSED");
    std::printf("%s\n%s\n", line.c_str(), json(figure).c_str());
    std::fflush(stdout);
  }
  // A figure without a floor or a target.
  void figure(const std::string& name, double value, const std::string& unit) {
    Figure plain;
    plain.name = name;
    plain.unit = unit;
    plain.rounds = {value};
    figure(plain);
  }

 private:
  static bool met(const Figure& figure) {
    const double measured = figure.target->of == Target::Of::kRatio ? figure.ratio() : figure.value();
    return figure.target->sense == Target::Sense::kAtMost ? measured <= figure.target->bound
                                                          : measured >= figure.target->bound;
  }
  static std::string target_text(const Target& target) {
    return std::string(target.of == Target::Of::kRatio ? "ratio " : "") +
           (target.sense == Target::Sense::kAtMost ? "<= " : ">= ") + number(target.bound);
  }
  static std::string number(double value) {
    char text[64];
    const double size = value < 0 ? -value : value;
    std::snprintf(text, sizeof text,
                  size >= 1000  ? "%.0f"
                  : size >= 100 ? "%.1f"
                  : size >= 10  ? "%.2f"
                                : "%.3f",
                  value);
    return text;
  }
  static std::string exact(double value) {
    char text[64];
    std::snprintf(text, sizeof text, "%.6g", value);
    return text;
  }
  static std::string list(const std::vector<double>& values) {
    std::string out = "[";
    for (size_t i = 0; i < values.size(); ++i) {
      if (i != 0) out += ',';
      out += exact(values[i]);
    }
    out += ']';
    return out;
  }
  static std::string pad(std::string text, size_t width) {
    if (text.size() < width) text.append(width - text.size(), ' ');
    return text;
  }
  static std::string pad_left(const std::string& text, size_t width) {
    return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
  }
  static std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
      if (c == '"' || c == '\\') out += '\\';
      out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return out + "\"";
  }
  std::string json(const Figure& figure) const {
    std::string out = "{\"benchmark\":" + quoted(benchmark_) + ",\"figure\":" + quoted(figure.name) +
                      ",\"value\":" + exact(figure.value()) + ",\"unit\":" + quoted(figure.unit) +
                      ",\"rounds\":" + list(figure.rounds);
    if (!figure.floor_name.empty()) {
      out += ",\"floor\":" + quoted(figure.floor_name) +
             ",\"floor_value\":" + exact(median(figure.floor_rounds)) +
             ",\"floor_rounds\":" + list(figure.floor_rounds) + ",\"ratio\":" + exact(figure.ratio());
    }
    if (figure.target) {
      out += ",\"target\":" + quoted(target_text(*figure.target)) +
             ",\"met\":" + (met(figure) ? "true" : "false");
    }
    return out + ",\"command\":" + quoted(command_) + ",\"settings\":{" + settings_json_ + "}}";
  }

  std::string benchmark_, command_, settings_json_;
};

}  // namespace bench
