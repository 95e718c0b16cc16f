// string_format_kernels: text made of other values: concat() and what writes numbers and quotes.
#include "expr/text_memory.h"

namespace ddb {
namespace {

using Text = std::string_view;

Status append_argument(KernelCall& call, uint32_t i, uint32_t row) {
  return append_cell_text(call.arg(i), call.argument_types[i], row, call.state.context.datetime,
                          call.state.scratch);
}

// NULLs are left out.
Status concat_row(KernelCall& call, uint32_t row) {
  std::string& out = empty_scratch(call.state);
  for (uint32_t i = 0; i < call.argument_count; ++i) {
    if (call.arg(i).is_valid(row)) DDB_RETURN_IF_ERROR(append_argument(call, i, row));
  }
  return call.result.set_string(row, out, call.state.heap);
}

// NULL when the separator is.
Status concat_with_separator_row(KernelCall& call, uint32_t row) {
  if (call.arg(0).is_null(row)) {
    call.result.set_null(row);
    return Status::ok();
  }
  std::string& out = empty_scratch(call.state);
  bool is_first = true;
  for (uint32_t i = 1; i < call.argument_count; ++i) {
    if (call.arg(i).is_null(row)) continue;
    if (!is_first) DDB_RETURN_IF_ERROR(append_argument(call, 0, row));
    is_first = false;
    DDB_RETURN_IF_ERROR(append_argument(call, i, row));
  }
  return call.result.set_string(row, out, call.state.heap);
}

template <bool OfNulls>
Status count_nulls_row(KernelCall& call, uint32_t row) {
  int32_t count = 0;
  for (uint32_t i = 0; i < call.argument_count; ++i) count += call.arg(i).is_null(row) == OfNulls;
  call.result.set(row, count);
  return Status::ok();
}

Text hex(KernelState& state, uint64_t value) {
  std::string& out = empty_scratch(state);
  int shift = 60;
  while (shift > 0 && (value >> shift & 15) == 0) shift -= 4;
  for (; shift >= 0; shift -= 4) out += "0123456789abcdef"[value >> shift & 15];
  return out;
}

void append_quoted(Text text, std::string& out) {
  if (text.find('\\') != Text::npos) out += 'E';
  out += '\'';
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += c;
    out += c;
  }
  out += '\'';
}

Text quoted(KernelState& state, Text text) {
  std::string& out = empty_scratch(state);
  append_quoted(text, out);
  return out;
}

Status quote_nullable_row(KernelCall& call, uint32_t row) {
  std::string& out = empty_scratch(call.state);
  if (call.arg(0).is_null(row)) {
    out += "NULL";
  } else {
    append_quoted(call.arg(0).value<StringView16>(row).view(), out);
  }
  return call.result.set_string(row, out, call.state.heap);
}

constexpr KernelEntry kEntries[] = {
    {"text_concat", &concat_row},
    {"text_concat_ws", &concat_with_separator_row},
    {"pg_num_nulls", &count_nulls_row<true>},
    {"pg_num_nonnulls", &count_nulls_row<false>},
    {"quote_nullable", &quote_nullable_row},
    row_kernel("quote_literal", [](KernelState& s, Text a) { return quoted(s, a); }),
    row_kernel("to_hex32", [](KernelState& s, int32_t a) { return hex(s, static_cast<uint32_t>(a)); }),
    row_kernel("to_hex64", [](KernelState& s, int64_t a) { return hex(s, static_cast<uint64_t>(a)); }),
};

}  // namespace

std::span<const KernelEntry> string_format_kernels() { return kEntries; }

}  // namespace ddb
