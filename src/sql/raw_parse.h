// raw_parse: libpg_query's parser and its memory. Keeps: each thread frees what it took when it ends; the grammar's errors and warnings come
// back as values and reach no stream; nothing of C++ is skipped by its jumps.
//
// The library's own entries are avoided: pg_query_init makes a pthread key for each thread, of which a process has about 1,000; pg_query_exit frees
// memory that the key would free again; pg_query_parse may point stderr elsewhere for the whole process; and none of them tells the SQLSTATE.
#pragma once

#include <vector>

#include "base/status.h"
#include "sql/parser.h"

struct List;
struct MemoryContextData;

namespace ddb {

// One parse and the memory of its tree, which ends with it. On one thread one at a time.
class RawParse {
 public:
  RawParse() = default;
  RawParse(const RawParse&) = delete;
  RawParse& operator=(const RawParse&) = delete;
  ~RawParse();

  // Once. `text` ends with a NUL. Errors are the grammar's, with position().character only; 53200; 55000 on a thread whose
  // thread-local objects are gone already.
  Status parse(const char* text, std::vector<ParseNotice>& notices);

  // Of RawStmt nodes; null for none.
  const List* tree() const { return tree_; }

 private:
  MemoryContextData* context_ = nullptr;
  List* tree_ = nullptr;
};

}  // namespace ddb
