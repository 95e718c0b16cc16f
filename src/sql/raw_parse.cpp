// raw_parse: calls the grammar under a jump of our own. The declarations are the library's, whose globals are thread-local, unlike those of the
// server's headers.
#include "sql/raw_parse.h"

#include <csetjmp>
#include <csignal>
#include <cstdlib>

#include "base/assert.h"
#include "sql/raw_error.h"

extern "C" {
struct ErrorContextCallback;
extern __thread volatile sig_atomic_t pg_query_initialized;
extern __thread MemoryContextData* TopMemoryContext;
extern __thread MemoryContextData* CurrentMemoryContext;
extern __thread sigjmp_buf* PG_exception_stack;
extern __thread ErrorContextCallback* error_context_stack;
extern __thread void (*emit_log_hook)(ErrorData*);
extern __thread int log_min_messages;
void MemoryContextInit(void);
int SetDatabaseEncoding(int encoding);
void pg_query_free_top_memory_context(MemoryContextData* context);
MemoryContextData* pg_query_enter_memory_context(void);
void pg_query_exit_memory_context(MemoryContextData* context);
List* raw_parser(const char* text, int mode);
ErrorData* CopyErrorData(void);
void FlushErrorState(void);
}

namespace ddb {

namespace {

constexpr int kUtf8 = 6;     // PG_UTF8
constexpr int kNotice = 18;  // elevel NOTICE
constexpr int kDefaultMode = 0;

// What the hook fills during a parse; one parse runs on a thread at a time.
thread_local std::vector<ParseNotice>* notices_of_thread = nullptr;

enum class ThreadState : unsigned char { kFresh, kReady, kEnded };
// Trivial, hence still there when other thread-local objects are gone.
thread_local ThreadState thread_state = ThreadState::kFresh;

void on_report(ErrorData* error) { take_notice(*error, notices_of_thread); }

// Frees the thread's parser memory when the thread ends.
struct ThreadMemory {
  bool start() {
    // What comes next ends the process when there is no memory at all: ask first.
    void* probe = std::malloc(size_t{64} << 10);
    if (probe == nullptr) return false;
    std::free(probe);
    pg_query_initialized = 1;
    MemoryContextInit();
    SetDatabaseEncoding(kUtf8);
    log_min_messages = kNotice;
    emit_log_hook = on_report;
    thread_state = ThreadState::kReady;
    return true;
  }
  ~ThreadMemory() {
    if (thread_state == ThreadState::kReady) {
      CurrentMemoryContext = TopMemoryContext;
      pg_query_free_top_memory_context(TopMemoryContext);
    }
    thread_state = ThreadState::kEnded;
  }
};
thread_local ThreadMemory thread_memory;

struct Outcome {
  MemoryContextData* context = nullptr;
  List* tree = nullptr;
  ErrorData* error = nullptr;
  bool failed = false;
};

// Fills `outcome`, which lives outside this frame, so that a jump loses nothing of it. No object with a destructor may live here.
__attribute__((noinline)) void run_grammar(const char* text, Outcome* outcome) noexcept {
  sigjmp_buf jump;
  sigjmp_buf* const saved_jump = PG_exception_stack;
  ErrorContextCallback* const saved_callbacks = error_context_stack;
  if (sigsetjmp(jump, 0) == 0) {
    PG_exception_stack = &jump;
    outcome->context = pg_query_enter_memory_context();
    outcome->tree = raw_parser(text, kDefaultMode);
  } else {
    // A second jump, when copying the error runs out of memory, ends here too: without an error record.
    if (outcome->error == nullptr && outcome->context != nullptr && sigsetjmp(jump, 0) == 0) {
      PG_exception_stack = &jump;
      CurrentMemoryContext = outcome->context;
      outcome->error = CopyErrorData();
    }
    outcome->failed = true;
    FlushErrorState();
  }
  PG_exception_stack = saved_jump;
  error_context_stack = saved_callbacks;
}

}  // namespace

Status RawParse::parse(const char* text, std::vector<ParseNotice>& notices) {
  DDB_CHECK(context_ == nullptr);
  if (thread_state != ThreadState::kReady) [[unlikely]] {
    if (thread_state == ThreadState::kEnded) {
      return Status::error(sqlstate::kNotInState, "SQL cannot be parsed by a thread that is ending");
    }
    if (!thread_memory.start()) return Status::out_of_memory();
  }
  notices_of_thread = &notices;
  Outcome outcome;
  run_grammar(text, &outcome);
  notices_of_thread = nullptr;
  context_ = outcome.context;
  if (outcome.error != nullptr) return status_of(*outcome.error);
  // Without a record there was no memory to make one.
  if (outcome.failed) return Status::out_of_memory();
  tree_ = outcome.tree;
  return Status::ok();
}

RawParse::~RawParse() {
  if (context_ != nullptr) pg_query_exit_memory_context(context_);
}

}  // namespace ddb
