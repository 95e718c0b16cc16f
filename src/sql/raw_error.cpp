// raw_error: reads PostgreSQL's ErrorData.
#include "sql/raw_error.h"

#include <new>

#include "sql/pg_nodes.h"

namespace ddb {

namespace {

// Five characters of six bits each.
SqlState state_of(int code) {
  SqlState state{};
  for (int i = 0; i < 5; ++i) {
    state.code[i] = static_cast<char>(PGUNSIXBIT(code));
    code >>= 6;
  }
  return state;
}

TextPosition position_of(const ErrorData& error) {
  TextPosition position;
  if (error.cursorpos > 0) position.character = error.cursorpos;
  return position;
}

}  // namespace

Status status_of(const ErrorData& error) noexcept {
  Status status =
      Status::error(state_of(error.sqlerrcode), error.message != nullptr ? error.message : "syntax error")
          .with_position(position_of(error));
  if (error.detail != nullptr) status = std::move(status).with_detail(error.detail);
  if (error.hint != nullptr) status = std::move(status).with_hint(error.hint);
  return status;
}

void take_notice(ErrorData& error, std::vector<ParseNotice>* notices) noexcept {
  error.output_to_server = false;
  error.output_to_client = false;
  // The message of an error arrives by its jump.
  if (error.elevel >= PGERROR || notices == nullptr) return;
  try {
    notices->push_back({error.elevel >= PGWARNING, state_of(error.sqlerrcode),
                        error.message != nullptr ? error.message : "", position_of(error)});
  } catch (const std::bad_alloc&) {
    return;
  }
}

}  // namespace ddb
