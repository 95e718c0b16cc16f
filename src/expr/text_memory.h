// text_memory: room for the text a kernel makes: in the batch's arena, or in its scratch string.
#pragma once

#include <string>
#include <string_view>

#include "expr/row_kernel.h"

namespace ddb {

// PostgreSQL's largest value: one byte less than 1 GiB, with its header.
inline constexpr size_t kTextBytesMax = 0x3FFFFFFF - 4;

inline Status text_too_long() { return Status::error(sqlstate::kProgramLimit, "requested length too large"); }

// Room of `bytes` bytes that live as long as the batch. 54000, 53200.
inline Result<char*> text_room(KernelState& state, size_t bytes) {
  if (bytes > kTextBytesMax) return text_too_long();
  char* room = state.heap.allocate(bytes, 1);
  if (room == nullptr) return Status::out_of_memory();
  return room;
}

// The batch's scratch string, empty; returned as a view it is copied.
inline std::string& empty_scratch(KernelState& state) {
  state.scratch.clear();
  return state.scratch;
}

// Appends a value as its output function writes it. REQUIRES: the row is valid. XX001.
Status append_cell_text(const Vector& vector, const SqlType& type, uint32_t row,
                        const DateTimeContext& context, std::string& out);

}  // namespace ddb
