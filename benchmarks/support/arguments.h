// arguments: `--name value`, `--name=value` and `--flag`. Unknown arguments end the program with the list of known ones,
// so that a misspelt setting never measures the wrong thing.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

namespace bench {

class Arguments {
 public:
  Arguments(int argc, char** argv) {
    for (int i = 0; i < argc; ++i) {
      if (i != 0) command_ += ' ';
      command_ += i == 0 ? program_name(argv[0]) : argv[i];
      if (i != 0) words_.emplace_back(argv[i]);
    }
    taken_.resize(words_.size());
  }

  // A number with an optional suffix k, m or g (powers of 1024).
  uint64_t number(const std::string& name, uint64_t otherwise, const char* what) {
    const std::string text = this->text(name, std::to_string(otherwise), what);
    char* end = nullptr;
    uint64_t value = std::strtoull(text.c_str(), &end, 10);
    const char suffix = *end == '\0' ? '\0' : static_cast<char>(*end++ | 0x20);
    value <<= suffix == 'k' ? 10 : suffix == 'm' ? 20 : suffix == 'g' ? 30 : 0;
    if (*end != '\0' || text.empty()) {
      std::fprintf(stderr, "--%s: '%s' is no number\n", name.c_str(), text.c_str());
      std::exit(2);
    }
    return value;
  }
  double seconds(const std::string& name, double otherwise, const char* what) {
    char shown[32];
    std::snprintf(shown, sizeof shown, "%g", otherwise);
    return std::strtod(text(name, shown, what).c_str(), nullptr);
  }
  std::string text(const std::string& name, const std::string& otherwise, const char* what) {
    help_ += "  --" + name + " (" + (otherwise.empty() ? "none" : otherwise) + ")  " + what + "\n";
    for (size_t i = 0; i < words_.size(); ++i) {
      if (words_[i] == "--" + name && i + 1 < words_.size()) {
        taken_[i] = taken_[i + 1] = true;
        return words_[i + 1];
      }
      if (words_[i].rfind("--" + name + "=", 0) == 0) {
        taken_[i] = true;
        return words_[i].substr(name.size() + 3);
      }
    }
    return otherwise;
  }
  bool flag(const std::string& name, const char* what) {
    help_ += "  --" + name + "  " + what + "\n";
    for (size_t i = 0; i < words_.size(); ++i) {
      if (words_[i] != "--" + name) continue;
      taken_[i] = true;
      return true;
    }
    return false;
  }
  // Comma-separated numbers.
  std::vector<uint64_t> numbers(const std::string& name, const std::string& otherwise, const char* what) {
    std::vector<uint64_t> out;
    const std::string list = text(name, otherwise, what);
    for (size_t at = 0; at <= list.size();) {
      const size_t end = std::min(list.find(',', at), list.size());
      out.push_back(std::strtoull(list.substr(at, end - at).c_str(), nullptr, 10));
      at = end + 1;
    }
    return out;
  }

  // REQUIRES: every known argument has been asked for. One bare word is the directory for files.
  void finish(bool takes_directory) {
    for (size_t i = 0; i < words_.size(); ++i) {
      if (taken_[i]) continue;
      if (takes_directory && directory_.empty() && words_[i][0] != '-') {
        directory_ = words_[i];
        continue;
      }
      std::fprintf(stderr, "unknown argument '%s'; known:\n%s%s", words_[i].c_str(),
                   takes_directory ? "  DIRECTORY for files, on a real disk\n" : "", help_.c_str());
      std::exit(2);
    }
  }

  const std::string& directory() const { return directory_; }
  const std::string& command() const { return command_; }

 private:
  static std::string program_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

  std::vector<std::string> words_;
  std::vector<bool> taken_;
  std::string command_, help_, directory_;
};

}  // namespace bench
