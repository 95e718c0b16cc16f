// page_changes: seeded changes of a page, made to the engine's copy and to the model's in the same way.
#pragma once

#include "base/seeded_random.h"
#include "txn/database.h"
#include "txn/session.h"

namespace ddb::sim {

struct ByteChange {
  uint32_t offset = 0;
  uint32_t length = 0;
  uint64_t fill = 0;  // seed of the bytes; 0: zeros
};

// Draws one change inside the content of a page: mostly some bytes, sometimes a large part or zeros.
ByteChange draw_change(SeededRandom& random, uint32_t page_bytes);
// A change that makes an image of the whole content.
ByteChange draw_whole(SeededRandom& random, uint32_t page_bytes);
void apply_change(const ByteChange& change, std::byte* page);
void apply_change(const ByteChange& change, PageWriter& writer);
// Makes the page equal to `target`, touching only what differs.
void apply_difference(const std::byte* target, uint32_t page_bytes, PageWriter& writer);

}  // namespace ddb::sim
