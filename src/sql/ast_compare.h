// ast_compare: whether two trees say the same, and a hash that agrees with it. Places in the text never count. Recursion is as deep as the
// tree, which the parser's limit bounds.
#pragma once

#include <cstdint>

#include "sql/ast_node.h"

namespace ddb::ast {

// kValues: constants count by their value. kLifted: all non-null constants of one type are alike, as in a plan whose literals became parameters.
enum class Constants { kValues, kLifted };

bool equal(const Node& a, const Node& b, Constants constants = Constants::kValues);

// Equal trees have equal hashes, in every process of this build.
uint64_t hash(const Node& node, Constants constants = Constants::kValues);

}  // namespace ddb::ast
