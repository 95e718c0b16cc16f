// page_lookup: nanoseconds to find a cached page by its number and to read one word of it, over 1,000 hot pages.
// No engine code.
#include "support/arguments.h"
#include "support/page_lookup_loop.h"
#include "support/report.h"

using namespace bench;

int main(int argc, char** argv) {
  Arguments arguments(argc, argv);
  const auto pages = static_cast<uint32_t>(arguments.number("pages", 1000, "hot pages"));
  const uint64_t page_bytes = arguments.number("page-bytes", 8192, "bytes of a page");
  const uint64_t rounds = arguments.number("rounds", 5, "rounds; figures are medians over them");
  const uint64_t lookups = arguments.number("lookups", 4'000'000, "lookups of each variant a round");
  arguments.finish(false);

  Report report("floor.page_lookup", arguments.command());
  report.setting("pages", pages);
  report.setting("page_bytes", page_bytes);
  const std::vector<uint32_t> sequence = page_sequence(pages, 4096, 42);
  const PageLookupLoop direct(pages, page_bytes, false), recorded(pages, page_bytes, true);

  struct Variant {
    const char* name;
    const PageLookupLoop* loop;
    bool spread;
    std::vector<double> rounds;
  };
  std::vector<Variant> variants = {{"array.spread_word", &direct, true, {}},
                                   {"array.first_word", &direct, false, {}},
                                   {"array_and_record.spread_word", &recorded, true, {}},
                                   {"array_and_record.first_word", &recorded, false, {}}};
  const size_t passes = std::max<size_t>(1, lookups / sequence.size());
  for (Variant& variant : variants) keep(variant.loop->pass(sequence, variant.spread));
  for (uint64_t round = 0; round < rounds; ++round) {
    for (Variant& variant : variants) {
      variant.rounds.push_back(ns_per_element(passes, sequence.size(),
                                              [&] { return variant.loop->pass(sequence, variant.spread); }));
    }
  }
  for (const Variant& variant : variants) {
    Figure figure;
    figure.name = variant.name;
    figure.unit = "ns";
    figure.rounds = variant.rounds;
    report.figure(figure);
  }
  return 0;
}
