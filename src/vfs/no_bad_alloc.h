// no_bad_alloc: turns an allocation that failed inside a call of the file layer into 53200.
#pragma once

#include <new>

#include "base/status.h"

namespace ddb {

// body() returns a Status or a Result.
template <typename F>
auto without_bad_alloc(F&& body) -> decltype(body()) {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return Status::out_of_memory();
  }
}

}  // namespace ddb
