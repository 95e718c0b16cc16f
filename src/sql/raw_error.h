// raw_error: what PostgreSQL's error record says, as ours.
#pragma once

#include <vector>

#include "base/status.h"
#include "sql/parser.h"

struct ErrorData;

namespace ddb {

Status status_of(const ErrorData& error) noexcept;

// Appends a notice or warning and marks the record as dealt with, so that nothing is written to a stream. Called by C code: without memory the
// notice is lost, nothing is thrown.
void take_notice(ErrorData& error, std::vector<ParseNotice>* notices) noexcept;

}  // namespace ddb
