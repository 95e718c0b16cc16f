// status: the heap representation of an error, shared by reference count.
#include "base/status.h"

namespace ddb {

struct Status::Rep {
  std::atomic<uint32_t> refs{1};
  SqlState state{"XX000"};
  int sys_errno = 0;
  TextPosition position;
  std::string message;
  std::string detail;
  std::string hint;
  std::string object[4];  // schema, table, column, constraint
};

namespace {
constexpr std::string_view kNoMemoryText = "out of memory";
}  // namespace

// A tagged pointer value that is never dereferenced: the error that needs no memory.
#define DDB_NO_MEMORY_REP (reinterpret_cast<Rep*>(static_cast<uintptr_t>(1)))

Status Status::out_of_memory() noexcept { return Status(DDB_NO_MEMORY_REP); }

Status Status::error(SqlState state, std::string_view message, int sys_errno) noexcept {
  try {
    auto* rep = new Rep;
    Status status(rep);
    rep->state = state;
    rep->sys_errno = sys_errno;
    rep->message.assign(message);
    return status;
  } catch (const std::bad_alloc&) {
    return out_of_memory();
  }
}

namespace {
template <typename F>
void ignore_no_memory(F&& f) noexcept {
  try {
    f();
  } catch (const std::bad_alloc&) {  // the plain message stays
  }
}
}  // namespace

Status Status::with_detail(std::string_view detail) && noexcept {
  if (rep_ != nullptr && rep_ != DDB_NO_MEMORY_REP) ignore_no_memory([&] { rep_->detail.assign(detail); });
  return std::move(*this);
}

Status Status::with_hint(std::string_view hint) && noexcept {
  if (rep_ != nullptr && rep_ != DDB_NO_MEMORY_REP) ignore_no_memory([&] { rep_->hint.assign(hint); });
  return std::move(*this);
}

Status Status::with_prefix(std::string_view prefix) && noexcept {
  if (rep_ == nullptr || rep_ == DDB_NO_MEMORY_REP) return std::move(*this);
  Status made = error(rep_->state, message(), rep_->sys_errno);
  if (made.rep_ == DDB_NO_MEMORY_REP) return std::move(*this);
  ignore_no_memory([&] {
    made.rep_->message.insert(0, prefix);
    made.rep_->detail = rep_->detail;
    made.rep_->hint = rep_->hint;
    made.rep_->position = rep_->position;
    for (size_t i = 0; i < 4; ++i) made.rep_->object[i] = rep_->object[i];
  });
  return made;
}

Status Status::with_object(const ErrorObject& object) && noexcept {
  if (rep_ == nullptr || rep_ == DDB_NO_MEMORY_REP) return std::move(*this);
  ignore_no_memory([&] {
    rep_->object[0].assign(object.schema);
    rep_->object[1].assign(object.table);
    rep_->object[2].assign(object.column);
    rep_->object[3].assign(object.constraint);
  });
  return std::move(*this);
}

Status Status::with_position(TextPosition position) && noexcept {
  if (rep_ != nullptr && rep_ != DDB_NO_MEMORY_REP) rep_->position = position;
  return std::move(*this);
}

TextPosition Status::position() const noexcept {
  return rep_ == nullptr || rep_ == DDB_NO_MEMORY_REP ? TextPosition() : rep_->position;
}

ErrorObject Status::object() const noexcept {
  if (rep_ == nullptr || rep_ == DDB_NO_MEMORY_REP) return {};
  return {rep_->object[0], rep_->object[1], rep_->object[2], rep_->object[3]};
}

SqlState Status::sqlstate() const noexcept {
  if (rep_ == nullptr) return SqlState{"00000"};
  return rep_ == DDB_NO_MEMORY_REP ? sqlstate::kOutOfMemory : rep_->state;
}

std::string_view Status::message() const noexcept {
  if (rep_ == nullptr) return {};
  return rep_ == DDB_NO_MEMORY_REP ? kNoMemoryText : std::string_view(rep_->message);
}

std::string_view Status::detail() const noexcept {
  return rep_ == nullptr || rep_ == DDB_NO_MEMORY_REP ? std::string_view() : std::string_view(rep_->detail);
}

std::string_view Status::hint() const noexcept {
  return rep_ == nullptr || rep_ == DDB_NO_MEMORY_REP ? std::string_view() : std::string_view(rep_->hint);
}

int Status::sys_errno() const noexcept {
  return rep_ == nullptr || rep_ == DDB_NO_MEMORY_REP ? 0 : rep_->sys_errno;
}

std::string Status::to_string() const {
  std::string text(sqlstate().view());
  text.append(": ").append(message());
  if (!detail().empty()) text.append(" (").append(detail()).append(")");
  return text;
}

void Status::retain_slow(Rep* rep) noexcept {
  if (rep != DDB_NO_MEMORY_REP) rep->refs.fetch_add(1, std::memory_order_relaxed);
}

void Status::release_slow(Rep* rep) noexcept {
  if (rep == DDB_NO_MEMORY_REP) return;
  if (rep->refs.fetch_sub(1, std::memory_order_acq_rel) == 1) delete rep;
}

}  // namespace ddb
