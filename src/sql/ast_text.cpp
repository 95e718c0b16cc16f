// ast_text: dump made of the nodes' own lists of fields.
#include "sql/ast_text.h"

#include <array>
#include <type_traits>

#include "sql/ast_visit.h"

namespace ddb::ast {

std::string_view name_of(NodeKind kind) {
  static constexpr std::array kNames = {
#define DDB_AST_NAME(Name) std::string_view(#Name),
      DDB_AST_KINDS(DDB_AST_NAME)
#undef DDB_AST_NAME
  };
  const auto index = static_cast<size_t>(kind);
  return index < kNames.size() ? kNames[index] : std::string_view("?");
}

namespace {

// The member's name without its k, out of "kA, kB, kC".
std::string_view member(std::string_view list, size_t index) {
  for (size_t i = 0; i < index; ++i) {
    const size_t comma = list.find(',');
    if (comma == std::string_view::npos) return "?";
    list.remove_prefix(comma + 1);
  }
  list = list.substr(0, list.find(','));
  const size_t begin = list.find_first_not_of(" \n");
  return begin == std::string_view::npos ? std::string_view("?") : list.substr(begin + 1);
}

class Printer {
 public:
  explicit Printer(Places places) : places_(places) {}

  void node(const Node& node) {
    out_.append("(").append(name_of(node.kind));
    visit(node, [&](const auto& typed) {
      typed.fields([&](std::string_view name, const auto& value) { field(name, value); });
    });
    if (places_ == Places::kShown && node.location >= 0)
      out_.append("@").append(std::to_string(node.location));
    out_.append(")");
  }
  std::string take() { return std::move(out_); }

 private:
  template <typename V>
  void field(std::string_view name, const V& value) {
    if constexpr (std::is_pointer_v<V>) {
      if (value == nullptr) return;
    } else if constexpr (std::is_enum_v<V>) {
      // Always shown: the first member is a value like the others.
    } else if constexpr (requires { value.empty(); }) {
      if (value.empty()) return;
    } else {
      if (value == V{}) return;
    }
    out_.append(" ").append(name).append("=");
    put(value);
  }

  template <typename V>
  void put(const V& value) {
    if constexpr (std::is_pointer_v<V>) {
      node(*value);
    } else if constexpr (std::is_same_v<V, bool>) {
      out_.append(value ? "yes" : "no");
    } else if constexpr (std::is_enum_v<V>) {
      out_.append(member(enumerators(value), static_cast<size_t>(value)));
    } else if constexpr (std::is_same_v<V, std::string_view>) {
      out_.append("'").append(value).append("'");
    } else if constexpr (requires { value.size(); }) {
      out_.append("[");
      for (size_t i = 0; i < value.size(); ++i) {
        if (i > 0) out_.append(" ");
        put(value[i]);
      }
      out_.append("]");
    } else {
      out_.append(std::to_string(value));
    }
  }

  std::string out_;
  Places places_;
};

}  // namespace

std::string to_text(const Node& node, Places places) {
  Printer printer(places);
  printer.node(node);
  return printer.take();
}

}  // namespace ddb::ast
