// ast_visit: a node as what it is, and its children. visit() is the only switch over all kinds.
#pragma once

#include <type_traits>

#include "sql/ast_session.h"

namespace ddb::ast {

// Calls f with the node as its own type.
template <typename F>
decltype(auto) visit(const Node& node, F&& f) {
  switch (node.kind) {
#define DDB_AST_VISIT(Name) \
  case NodeKind::k##Name:   \
    return f(static_cast<const Name&>(node));
    DDB_AST_KINDS(DDB_AST_VISIT)
#undef DDB_AST_VISIT
  }
  __builtin_unreachable();
}

// Calls f(const Node&) with each direct child, in the order of the fields.
template <typename F>
void for_each_child(const Node& node, F&& f) {
  visit(node, [&](const auto& typed) {
    typed.fields([&](std::string_view, const auto& value) {
      using V = std::remove_cvref_t<decltype(value)>;
      if constexpr (std::is_pointer_v<V>) {
        if (value != nullptr) f(static_cast<const Node&>(*value));
      } else if constexpr (requires { value.front()->kind; }) {
        for (const auto* item : value) f(static_cast<const Node&>(*item));
      }
    });
  });
}

}  // namespace ddb::ast
