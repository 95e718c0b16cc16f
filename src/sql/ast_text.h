// ast_text: a tree as text, for tests and for people who debug: (Operator names=[+] left=(Constant type=Integer integer=1) right=…). Not SQL.
#pragma once

#include <string>

#include "sql/ast_node.h"

namespace ddb::ast {

enum class Places { kHidden, kShown };  // kShown: each node ends with @ and its location

// Fields at their defaults are left out. Throws std::bad_alloc. Recursion is as deep as the tree.
std::string to_text(const Node& node, Places places = Places::kHidden);

}  // namespace ddb::ast
