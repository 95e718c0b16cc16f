// script_converter: a raw parse tree of a whole text to statements of ours. Apart from parse_sql so that the test of coverage can change the tree
// between the two.
#pragma once

#include <string_view>
#include <vector>

#include "base/status.h"
#include "sql/parser.h"

struct List;

namespace ddb {

// `tree`: a list of RawStmt, or null. Errors as parse_sql.
Result<std::vector<ParsedStatement>> convert_script(const List* tree, std::string_view text,
                                                    const ParseLimits& limits);

}  // namespace ddb
