// reader: seeded read transactions, short and long, each page compared with the model at the snapshot's LSN.
#pragma once

#include <memory>
#include <vector>

#include "base/seeded_random.h"
#include "support/world.h"

namespace ddb::sim {

class Reader {
 public:
  Reader(World& world, uint64_t seed) : world_(world), random_(seed) {}
  ~Reader();
  void run_one();

 private:
  struct Held {
    PageRef page;
    const PageImage* image;
    size_t number;
  };
  bool begin();
  bool take_snapshot(const char* call, uint64_t visible_before);
  bool step(uint64_t count);
  bool read_page();
  void check_held();
  bool check(const Status& status, const char* call);

  World& world_;
  SeededRandom random_;
  std::unique_ptr<Session> session_;
  Isolation isolation_ = Isolation::kReadCommitted;
  const DbState* state_ = nullptr;
  uint64_t snapshot_ = 0;
  std::vector<Held> held_;
};

}  // namespace ddb::sim
