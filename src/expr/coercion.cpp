// coercion: pathways and common types.
#include "expr/coercion.h"

#include <string>

namespace ddb {
namespace {

using Kind = CoercionPath::Kind;

// What polymorphic arguments must agree on. kNone: not known (yet).
struct Polymorphic {
  TypeOid element = TypeOid::kNone;
  TypeOid array = TypeOid::kNone;
  TypeOid range = TypeOid::kNone;
  TypeOid common = TypeOid::kNone;
  TypeOid common_range = TypeOid::kNone;
  bool has_element = false;
  bool has_common = false;
};

// False: another type is there already.
bool agree(TypeOid& known, TypeOid actual) {
  if (known != TypeOid::kNone && known != actual) return false;
  known = actual;
  return true;
}

bool is_of_kind(TypeOid oid, char kind) {
  const TypeEntry* type = find_type(oid);
  return type != nullptr && type->kind == kind;
}

TypeOid element_of(TypeOid array) {
  return is_array_type(array) ? find_type(array)->element : TypeOid::kNone;
}
TypeOid array_of(TypeOid element) {
  const TypeEntry* type = find_type(element);
  return type != nullptr ? type->array : TypeOid::kNone;
}

// kNone: no common type.
TypeOid common_or_none(std::span<const TypeOid> types);

// Takes one argument's word on the polymorphic types; false: a contradiction.
bool take_argument(TypeOid declared, TypeOid actual, Polymorphic& p) {
  switch (declared) {
    case TypeOid::kAnyNonArray:
      return !is_array_type(actual) && agree(p.element, actual);
    case TypeOid::kAnyEnum:
      return is_of_kind(actual, 'e') && agree(p.element, actual);
    case TypeOid::kAnyElement:
      return agree(p.element, actual);
    case TypeOid::kAnyArray:
      return is_array_type(actual) && agree(p.array, actual);
    case TypeOid::kAnyRange:
      return is_of_kind(actual, 'r') && agree(p.range, actual);
    case TypeOid::kAnyMultirange:
      return is_of_kind(actual, 'm');
    case TypeOid::kAnyCompatibleRange:
      return is_of_kind(actual, 'r') && agree(p.common_range, actual);
    case TypeOid::kAnyCompatibleMultirange:
      return is_of_kind(actual, 'm');
    case TypeOid::kAnyCompatibleArray:
      return is_array_type(actual);
    case TypeOid::kAnyCompatibleNonArray:
      return !is_array_type(actual);
    default:
      return true;
  }
}

bool is_compatible_family(TypeOid declared) {
  return declared == TypeOid::kAnyCompatible || declared == TypeOid::kAnyCompatibleNonArray ||
         declared == TypeOid::kAnyCompatibleArray;
}

// check_generic_type_consistency: what the polymorphic arguments agree on; false: they do not.
bool gather_polymorphic(std::span<const TypeOid> actual, std::span<const TypeOid> declared, Polymorphic& p) {
  constexpr size_t kArgumentsMax = 100;
  TypeOid compatible[kArgumentsMax];
  size_t compatible_count = 0;
  bool has_enum = false;
  for (size_t i = 0; i < declared.size(); ++i) {
    has_enum = has_enum || declared[i] == TypeOid::kAnyEnum;
    if (actual[i] == TypeOid::kUnknown) continue;
    if (!take_argument(declared[i], actual[i], p)) return false;
    if (is_compatible_family(declared[i])) {
      if (compatible_count == kArgumentsMax) return false;
      compatible[compatible_count++] =
          declared[i] == TypeOid::kAnyCompatibleArray ? element_of(actual[i]) : actual[i];
    }
  }
  if (p.array != TypeOid::kNone && !agree(p.element, element_of(p.array))) return false;
  if (has_enum && p.element == TypeOid::kNone) return false;
  if (compatible_count != 0) {
    p.common = common_or_none({compatible, compatible_count});
    if (p.common == TypeOid::kNone) return false;
    for (size_t i = 0; i < compatible_count; ++i) {
      if (!can_coerce(compatible[i], p.common, CastContext::kImplicit)) return false;
    }
  }
  return true;
}

// select_common_type's walk. `odd` becomes the type that cannot be matched with the returned one, if any.
TypeOid walk_common_type(std::span<const TypeOid> types, TypeOid& odd) {
  odd = TypeOid::kNone;
  TypeOid common = types[0];
  for (const TypeOid next : types.subspan(1)) {
    if (next == TypeOid::kUnknown || next == common) continue;
    if (common == TypeOid::kUnknown) {
      common = next;
    } else if (type_category(next) != type_category(common)) {
      odd = next;
      return common;
    } else if (!is_preferred_type(common) && can_coerce(common, next, CastContext::kImplicit) &&
               !can_coerce(next, common, CastContext::kImplicit)) {
      common = next;
    }
  }
  return common == TypeOid::kUnknown ? TypeOid::kText : common;
}

TypeOid common_or_none(std::span<const TypeOid> types) {
  TypeOid odd;
  const TypeOid common = walk_common_type(types, odd);
  return odd == TypeOid::kNone ? common : TypeOid::kNone;
}

// What stands for a polymorphic type; kNone: nothing tells.
TypeOid settled(TypeOid declared, const Polymorphic& p) {
  switch (declared) {
    case TypeOid::kAnyElement:
    case TypeOid::kAnyNonArray:
    case TypeOid::kAnyEnum:
      return p.element;
    case TypeOid::kAnyArray:
      return p.array != TypeOid::kNone ? p.array : array_of(p.element);
    case TypeOid::kAnyRange:
      return p.range;
    case TypeOid::kAnyCompatible:
    case TypeOid::kAnyCompatibleNonArray:
      return p.common;
    case TypeOid::kAnyCompatibleArray:
      return array_of(p.common);
    case TypeOid::kAnyCompatibleRange:
      return p.common_range;
    case TypeOid::kAnyMultirange:
    case TypeOid::kAnyCompatibleMultirange:
      return TypeOid::kNone;
    default:
      return declared;
  }
}

}  // namespace

bool is_polymorphic(TypeOid oid) {
  switch (oid) {
    case TypeOid::kAnyElement:
    case TypeOid::kAnyArray:
    case TypeOid::kAnyNonArray:
    case TypeOid::kAnyEnum:
    case TypeOid::kAnyRange:
    case TypeOid::kAnyMultirange:
    case TypeOid::kAnyCompatible:
    case TypeOid::kAnyCompatibleArray:
    case TypeOid::kAnyCompatibleNonArray:
    case TypeOid::kAnyCompatibleRange:
    case TypeOid::kAnyCompatibleMultirange:
      return true;
    default:
      return false;
  }
}

CoercionPath find_coercion(TypeOid source, TypeOid target, CastContext context) {
  if (source == target) return {Kind::kRelabel};
  if (const CastEntry* cast = find_cast(source, target)) {
    const CastContext needed = cast->context == 'i'   ? CastContext::kImplicit
                               : cast->context == 'a' ? CastContext::kAssignment
                                                      : CastContext::kExplicit;
    if (context < needed) return {};
    if (cast->method == 'f') return {Kind::kFunction, cast->function};
    return {cast->method == 'i' ? Kind::kThroughText : Kind::kRelabel};
  }
  // Every type reads and writes text; that is a cast to a string type on assignment, from one only when written.
  if (context >= CastContext::kAssignment && type_category(target) == 'S') return {Kind::kThroughText};
  if (context >= CastContext::kExplicit && type_category(source) == 'S') return {Kind::kThroughText};
  return {};
}

bool can_coerce(TypeOid source, TypeOid target, CastContext context) {
  return can_coerce_all({&source, 1}, {&target, 1}, context);
}

bool can_coerce_all(std::span<const TypeOid> sources, std::span<const TypeOid> targets, CastContext context) {
  bool has_polymorphic = false;
  for (size_t i = 0; i < targets.size(); ++i) {
    if (sources[i] == targets[i] || targets[i] == TypeOid::kAny) continue;
    if (is_polymorphic(targets[i])) {
      has_polymorphic = true;
      continue;
    }
    if (sources[i] == TypeOid::kUnknown) continue;
    if (find_coercion(sources[i], targets[i], context).kind == Kind::kNone) return false;
  }
  Polymorphic p;
  return !has_polymorphic || gather_polymorphic(sources, targets, p);
}

Result<TypeOid> settle_polymorphic(std::span<const TypeOid> actual, std::span<TypeOid> declared,
                                   TypeOid result) {
  Polymorphic p;
  if (!gather_polymorphic(actual, declared, p)) {
    return Status::error(sqlstate::kDatatypeMismatch, "arguments declared polymorphic are not all alike");
  }
  // Only literals of no type: they are text where types need only be compatible.
  if (p.common == TypeOid::kNone) p.common = TypeOid::kText;
  const auto undetermined = [] {
    return Status::error(sqlstate::kDatatypeMismatch,
                         "could not determine polymorphic type because input has type unknown");
  };
  for (TypeOid& type : declared) {
    type = settled(type, p);
    if (type == TypeOid::kNone) return undetermined();
  }
  const TypeOid settled_result = settled(result, p);
  if (settled_result == TypeOid::kNone) return undetermined();
  return settled_result;
}

Result<TypeOid> select_common_type(std::span<const TypeOid> types, std::string_view what) {
  TypeOid odd;
  const TypeOid common = walk_common_type(types, odd);
  if (odd == TypeOid::kNone) return common;
  return Status::error(sqlstate::kDatatypeMismatch, std::string(what) + " types " +
                                                        std::string(type_name(common)) + " and " +
                                                        std::string(type_name(odd)) + " cannot be matched");
}

}  // namespace ddb
