// registry: binary searches over the generated tables.
#include "expr/registry.h"

#include <algorithm>
#include <vector>

namespace ddb {
namespace {

using namespace registry_tables;

// Functions by OID: built once, at the first question.
const std::vector<const FunctionEntry*>& functions_by_oid() {
  static const std::vector<const FunctionEntry*> kSorted = [] {
    std::vector<const FunctionEntry*> sorted;
    sorted.reserve(kFunctionCount);
    for (uint32_t i = 0; i < kFunctionCount; ++i) sorted.push_back(&kFunctions[i]);
    std::sort(sorted.begin(), sorted.end(),
              [](const FunctionEntry* a, const FunctionEntry* b) { return a->oid < b->oid; });
    return sorted;
  }();
  return kSorted;
}

template <typename Entry>
std::span<const Entry> entries_named(std::string_view name, const Entry* entries, uint32_t count) {
  const Entry* end = entries + count;
  const Entry* first = std::lower_bound(
      entries, end, name, [](const Entry& e, std::string_view n) { return std::string_view(e.name) < n; });
  const Entry* last = first;
  while (last != end && std::string_view(last->name) == name) ++last;
  return {first, last};
}

}  // namespace

const TypeEntry* find_type(TypeOid oid) {
  const TypeEntry* end = kTypes + kTypeCount;
  const TypeEntry* found =
      std::lower_bound(kTypes, end, oid, [](const TypeEntry& t, TypeOid o) { return t.oid < o; });
  return found != end && found->oid == oid ? found : nullptr;
}

const TypeEntry* find_type(std::string_view name) {
  const TypeEntry* end = kTypes + kTypeCount;
  const TypeEntry* found = std::find_if(kTypes, end, [&](const TypeEntry& t) { return t.name == name; });
  return found != end ? found : nullptr;
}

std::string_view type_name(TypeOid oid) {
  const TypeEntry* type = find_type(oid);
  return type != nullptr ? type->sql_name : "???";
}

char type_category(TypeOid oid) {
  const TypeEntry* type = find_type(oid);
  return type != nullptr ? type->category : '\0';
}

bool is_preferred_type(TypeOid oid) {
  const TypeEntry* type = find_type(oid);
  return type != nullptr && type->is_preferred;
}

std::span<const FunctionEntry> functions_named(std::string_view name) {
  return entries_named(name, kFunctions, kFunctionCount);
}

const FunctionEntry* find_function(FunctionOid oid) {
  const auto& sorted = functions_by_oid();
  const auto found = std::lower_bound(sorted.begin(), sorted.end(), oid,
                                      [](const FunctionEntry* f, FunctionOid o) { return f->oid < o; });
  return found != sorted.end() && (*found)->oid == oid ? *found : nullptr;
}

std::span<const TypeOid> argument_types(const FunctionEntry& function) {
  return {kArguments + function.first_argument, function.argument_count};
}

std::span<const OperatorEntry> operators_named(std::string_view name) {
  return entries_named(name, kOperators, kOperatorCount);
}

const OperatorEntry* find_operator(OperatorOid oid) {
  const OperatorEntry* end = kOperators + kOperatorCount;
  const OperatorEntry* found =
      std::find_if(kOperators, end, [&](const OperatorEntry& o) { return o.oid == oid; });
  return found != end ? found : nullptr;
}

const OperatorEntry* find_operator(std::string_view name, TypeOid left, TypeOid right) {
  for (const OperatorEntry& entry : operators_named(name)) {
    if (entry.left == left && entry.right == right) return &entry;
  }
  return nullptr;
}

const CastEntry* find_cast(TypeOid source, TypeOid target) {
  const CastEntry* end = kCasts + kCastCount;
  const auto before = [](const CastEntry& c, const std::pair<TypeOid, TypeOid>& wanted) {
    return std::pair(c.source, c.target) < wanted;
  };
  const CastEntry* found = std::lower_bound(kCasts, end, std::pair(source, target), before);
  return found != end && found->source == source && found->target == target ? found : nullptr;
}

std::string function_signature(std::string_view name, std::span<const TypeOid> arguments) {
  std::string text(name);
  text += '(';
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (i != 0) text += ", ";
    text += type_name(arguments[i]);
  }
  return text + ')';
}

std::string operator_signature(std::string_view name, TypeOid left, TypeOid right) {
  std::string text;
  if (left != TypeOid::kNone) {
    text += type_name(left);
    text += ' ';
  }
  text += name;
  text += ' ';
  text += type_name(right);
  return text;
}

}  // namespace ddb
