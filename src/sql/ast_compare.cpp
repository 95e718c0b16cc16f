// ast_compare: equality and hash made of the nodes' own lists of fields.
#include "sql/ast_compare.h"

#include <type_traits>

#include "sql/ast_visit.h"

namespace ddb::ast {

namespace {

// Collects the fields of one node to be compared with those of another: `at` names the field by its place.
class FieldEqual {
 public:
  FieldEqual(const void* a, const void* b, Constants constants)
      : a_(static_cast<const char*>(a)), b_(static_cast<const char*>(b)), constants_(constants) {}

  template <typename V>
  void operator()(std::string_view, const V& value) {
    if (!same_) return;
    // The same field of the other node lies at the same place.
    const ptrdiff_t at = reinterpret_cast<const char*>(&value) - a_;
    same_ = compare(value, *reinterpret_cast<const V*>(b_ + at));
  }
  bool same() const { return same_; }

 private:
  template <typename V>
  bool compare(const V& a, const V& b) const {
    if constexpr (std::is_pointer_v<V>) {
      if (a == nullptr || b == nullptr) return a == b;
      return equal(*a, *b, constants_);
    } else if constexpr (requires { a.size(); } && !std::is_same_v<V, std::string_view>) {
      if (a.size() != b.size()) return false;
      for (size_t i = 0; i < a.size(); ++i) {
        if (!compare(a[i], b[i])) return false;
      }
      return true;
    } else {
      return a == b;
    }
  }

  const char* a_;
  const char* b_;
  Constants constants_;
  bool same_ = true;
};

class FieldHash {
 public:
  FieldHash(uint64_t seed, Constants constants) : hash_(seed), constants_(constants) {}

  template <typename V>
  void operator()(std::string_view, const V& value) {
    add(value);
  }
  uint64_t value() const { return hash_; }

 private:
  void mix(uint64_t word) {
    hash_ = (hash_ ^ word) * 0x9E3779B97F4A7C15u;
    hash_ ^= hash_ >> 29;
  }
  template <typename V>
  void add(const V& value) {
    if constexpr (std::is_pointer_v<V>) {
      mix(value == nullptr ? 0 : hash(*value, constants_));
    } else if constexpr (std::is_same_v<V, std::string_view>) {
      mix(value.size());
      for (const char c : value) mix(static_cast<unsigned char>(c));
    } else if constexpr (requires { value.size(); }) {
      mix(value.size());
      for (const auto& item : value) add(item);
    } else {
      mix(static_cast<uint64_t>(value));
    }
  }

  uint64_t hash_;
  Constants constants_;
};

bool lifted(const Node& node, Constants constants) {
  return constants == Constants::kLifted && node.kind == NodeKind::kConstant &&
         as<Constant>(node).type != ConstantType::kNull;
}

}  // namespace

bool equal(const Node& a, const Node& b, Constants constants) {
  if (a.kind != b.kind) return false;
  if (lifted(a, constants)) return as<Constant>(a).type == as<Constant>(b).type;
  return visit(a, [&](const auto& typed) {
    FieldEqual fields(&typed, static_cast<std::remove_reference_t<decltype(typed)>*>(&b), constants);
    typed.fields(fields);
    return fields.same();
  });
}

uint64_t hash(const Node& node, Constants constants) {
  const uint64_t seed = static_cast<uint64_t>(node.kind) + 0x51ED270B;
  if (lifted(node, constants))
    return (seed * 31 + static_cast<uint64_t>(as<Constant>(node).type)) * 0x9E3779B97F4A7C15u;
  return visit(node, [&](const auto& typed) {
    FieldHash fields(seed, constants);
    typed.fields(fields);
    return fields.value();
  });
}

}  // namespace ddb::ast
