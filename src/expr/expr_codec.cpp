// expr_codec: every node that is read is judged: its arguments must be what its kind, function and type promise.
#include "expr/expr_codec.h"

#include <algorithm>
#include <vector>

#include "base/byte_order.h"
#include "expr/conversion.h"
#include "expr/kernel.h"
#include "record/scaled_numeric.h"
#include "record/type_modifier.h"
#include "record/utf8.h"

namespace ddb {
namespace {

constexpr char kVersion = 1;
constexpr size_t kHeaderBytes = 18;
constexpr uint32_t kNull = 0xFFFFFFFF;

Status damaged(std::string_view what) {
  return Status::corruption("damaged expression: " + std::string(what));
}

void append_u32(uint32_t value, std::string& out) {
  char bytes[4];
  store_le<uint32_t>(bytes, value);
  out.append(bytes, sizeof(bytes));
}

bool has_function(ExprKind kind) {
  return kind == ExprKind::kCall || kind == ExprKind::kIsDistinct || kind == ExprKind::kIsNotDistinct ||
         (kind >= ExprKind::kNullIf && kind <= ExprKind::kNotIn);
}

PhysicalKind constant_kind(const Expr& expr) { return physical_kind(value_type(expr)); }

bool is_string(const Expr& expr) { return constant_kind(expr) == PhysicalKind::kString; }

void append_node(const Expr& expr, std::string& out) {
  out += static_cast<char>(expr.kind);
  out += static_cast<char>(expr.is_explicit);
  append_u32(static_cast<uint32_t>(expr.type.oid), out);
  append_u32(static_cast<uint32_t>(expr.type.typmod), out);
  if (expr.kind != ExprKind::kConstant) {
    append_u32(has_function(expr.kind) ? static_cast<uint32_t>(expr.function->oid) : expr.index, out);
    append_u32(expr.argument_count, out);
    for (const Expr* argument : expr.args()) append_node(*argument, out);
    return;
  }
  std::string_view value;
  if (expr.constant != nullptr) {
    value = is_string(expr) ? static_cast<const StringView16*>(expr.constant)->view()
                            : std::string_view(static_cast<const char*>(expr.constant),
                                               bytes_per_value(constant_kind(expr)));
  }
  append_u32(expr.constant == nullptr ? kNull : static_cast<uint32_t>(value.size()), out);
  append_u32(0, out);
  out += value;
}

bool same_form(const Expr& argument, const ExprType& type) {
  if (argument.type.oid != type.oid) return false;
  return type.oid != TypeOid::kNumeric || numeric_form(argument.type.typmod) == numeric_form(type.typmod);
}

bool all_of_type(const Expr& expr, TypeOid type) {
  return std::all_of(expr.args().begin(), expr.args().end(),
                     [&](const Expr* a) { return a->type.oid == type; });
}

// Whether a function that declares `declared` may be given `actual`: only the same type, and literals where any type goes.
bool accepts(TypeOid declared, TypeOid actual) {
  if (declared == actual) return actual != TypeOid::kUnknown;
  return declared == TypeOid::kAny;
}

bool is_good_call(const Expr& expr) {
  const auto declared = argument_types(*expr.function);
  const bool is_variadic = expr.function->variadic != TypeOid::kNone;
  const size_t fixed = declared.size() - static_cast<size_t>(is_variadic);
  if (expr.argument_count < fixed || (!is_variadic && expr.argument_count != fixed)) return false;
  if (is_variadic && expr.argument_count == fixed) return false;
  for (uint32_t i = 0; i < expr.argument_count; ++i) {
    const TypeOid wanted = i < fixed ? declared[i] : expr.function->variadic;
    if (!accepts(wanted, expr.arg(i).type.oid)) return false;
  }
  return expr.type == ExprType{expr.function->result, kNoTypmod} && expr.function->kind == 'f' &&
         !expr.function->returns_set;
}

// The function of a comparison inside a node takes two arguments, may not raise, and answers a boolean.
bool is_good_comparison(const Expr& expr) {
  const auto declared = argument_types(*expr.function);
  if (declared.size() != 2 || expr.function->result != TypeOid::kBoolean || !expr.function->is_strict)
    return false;
  if (expr.function->variadic != TypeOid::kNone || expr.kernel->can_error) return false;
  if (expr.kind == ExprKind::kGreatest || expr.kind == ExprKind::kLeast) {
    // varchar is compared by text's function.
    const auto text_like = [](TypeOid t) { return t == TypeOid::kVarchar ? TypeOid::kText : t; };
    return expr.argument_count > 0 && declared[0] == text_like(expr.type.oid) && declared[1] == declared[0] &&
           std::all_of(expr.args().begin(), expr.args().end(),
                       [&](const Expr* a) { return same_form(*a, expr.type); });
  }
  if (expr.argument_count < 2) return false;
  for (uint32_t i = 1; i < expr.argument_count; ++i) {
    if (expr.arg(i).type.oid != declared[1]) return false;
    // One form for all: the node compares each by the type of the first of them.
    if (!same_form(expr.arg(i), expr.arg(1).type)) return false;
  }
  if (expr.arg(0).type.oid != declared[0]) return false;
  const bool is_list = expr.kind == ExprKind::kIn || expr.kind == ExprKind::kNotIn;
  if (!is_list && expr.argument_count != 2) return false;
  if (expr.kind == ExprKind::kNullIf) return same_form(expr.arg(0), expr.type);
  return expr.type == ExprType{TypeOid::kBoolean, kNoTypmod};
}

bool is_good_choice(const Expr& expr) {
  if (expr.argument_count < 3 || expr.argument_count % 2 == 0) return false;
  for (uint32_t i = 0; i < expr.argument_count; ++i) {
    const bool is_condition = i % 2 == 0 && i + 1 < expr.argument_count;
    if (is_condition ? expr.arg(i).type.oid != TypeOid::kBoolean : !same_form(expr.arg(i), expr.type))
      return false;
  }
  return true;
}

bool is_good_node(const Expr& expr) {
  const bool is_boolean = expr.type == ExprType{TypeOid::kBoolean, kNoTypmod};
  switch (expr.kind) {
    case ExprKind::kConstant:
    case ExprKind::kParameter:
    case ExprKind::kColumn:
      return expr.argument_count == 0;
    case ExprKind::kCall:
      return is_good_call(expr);
    case ExprKind::kRelabel:
      return expr.argument_count == 1 && type_category(expr.type.oid) == 'S' &&
             type_category(expr.arg(0).type.oid) == 'S' && expr.type.typmod == kNoTypmod;
    case ExprKind::kThroughText:
      return expr.argument_count == 1 && expr.type.typmod == kNoTypmod &&
             expr.arg(0).type.oid != TypeOid::kUnknown;
    case ExprKind::kModify:
      return expr.argument_count == 1 && expr.arg(0).type.oid == expr.type.oid;
    case ExprKind::kAnd:
    case ExprKind::kOr:
      return is_boolean && expr.argument_count >= 2 && all_of_type(expr, TypeOid::kBoolean);
    case ExprKind::kNot:
    case ExprKind::kIsTrue:
    case ExprKind::kIsNotTrue:
    case ExprKind::kIsFalse:
    case ExprKind::kIsNotFalse:
      return is_boolean && expr.argument_count == 1 && all_of_type(expr, TypeOid::kBoolean);
    case ExprKind::kIsNull:
    case ExprKind::kIsNotNull:
      return is_boolean && expr.argument_count == 1;
    case ExprKind::kCase:
      return is_good_choice(expr);
    case ExprKind::kCoalesce:
      return expr.argument_count > 0 && std::all_of(expr.args().begin(), expr.args().end(),
                                                    [&](const Expr* a) { return same_form(*a, expr.type); });
    default:
      return is_good_comparison(expr);
  }
}

// A modifier that a declaration could have made.
bool is_good_typmod(const ExprType& type) {
  if (type.typmod == kNoTypmod) return true;
  switch (type.oid) {
    case TypeOid::kNumeric:
      return type.typmod >= 0 && numeric_precision(type.typmod) >= 1 &&
             numeric_precision(type.typmod) <= kNumericPrecisionMax &&
             numeric_scale(type.typmod) >= -kNumericScaleMax &&
             numeric_scale(type.typmod) <= kNumericScaleMax;
    case TypeOid::kVarchar:
    case TypeOid::kChar:
      return type.typmod >= 1 && type.typmod <= kCharacterLengthMax;
    case TypeOid::kTime:
    case TypeOid::kTimestamp:
    case TypeOid::kTimestamptz:
      return type.typmod >= 0 && type.typmod <= 6;
    case TypeOid::kInterval:
      return type.typmod >= 0 && ((type.typmod & 0xFFFF) <= 6 || (type.typmod & 0xFFFF) == 0xFFFF);
    default:
      return false;
  }
}

template <typename T>
T constant_as(const Expr& expr) {
  T value;
  std::memcpy(&value, expr.constant, sizeof(T));
  return value;
}

template <typename Int>
bool is_scaled(const Expr& expr) {
  const Int value = constant_as<Int>(expr);
  return is_scaled_nan(value) || scaled_has_digits(value, ScaledForm<Int>::kDigits);
}

// Whether a constant of fixed width is one that its type has.
bool is_in_range(const Expr& expr) {
  switch (expr.type.oid) {
    case TypeOid::kDate: {
      const Date date{constant_as<int32_t>(expr)};
      return !date.is_finite() || (date.days >= kDateMin && date.days < kDateEnd);
    }
    case TypeOid::kTime:
      return constant_as<int64_t>(expr) >= 0 && constant_as<int64_t>(expr) <= kMicrosPerDay;
    case TypeOid::kTimestamp:
    case TypeOid::kTimestamptz: {
      const Timestamp timestamp{constant_as<int64_t>(expr)};
      return !timestamp.is_finite() || timestamp.is_in_range() || timestamp.micros == kTimestampEnd;
    }
    case TypeOid::kNumeric:
      return constant_kind(expr) == PhysicalKind::kInt64 ? is_scaled<int64_t>(expr)
                                                         : is_scaled<__int128>(expr);
    default:
      return true;
  }
}

class Decoder {
 public:
  Decoder(std::string_view bytes, ExprArena& arena) : bytes_(bytes), arena_(arena) {}

  Result<const Expr*> node(uint32_t level) {
    if (level > kExprDepthMax || ++nodes_ > kExprNodesMax) {
      return Status::error(sqlstate::kTooComplex, "stored expression is too complex");
    }
    if (bytes_.size() < kHeaderBytes) return damaged("cut short");
    Expr expr;
    const auto kind = static_cast<uint8_t>(bytes_[0]);
    if (kind < static_cast<uint8_t>(ExprKind::kConstant) || kind > static_cast<uint8_t>(ExprKind::kNotIn)) {
      return damaged("unknown kind");
    }
    expr.kind = static_cast<ExprKind>(kind);
    if (static_cast<uint8_t>(bytes_[1]) > 1) return damaged("unknown flags");
    expr.is_explicit = bytes_[1] == 1;
    expr.type.oid = static_cast<TypeOid>(load_le<uint32_t>(&bytes_[2]));
    expr.type.typmod = static_cast<int32_t>(load_le<uint32_t>(&bytes_[6]));
    const auto number = load_le<uint32_t>(&bytes_[10]);
    expr.argument_count = load_le<uint32_t>(&bytes_[14]);
    bytes_.remove_prefix(kHeaderBytes);
    const bool is_literal = expr.kind == ExprKind::kConstant && expr.type.oid == TypeOid::kUnknown;
    if (!is_literal && !sql_type_id(expr.type.oid).has_value()) return damaged("unknown type");
    if (!is_good_typmod(expr.type)) return damaged("wrong modifier");
    if (expr.is_explicit && expr.kind != ExprKind::kModify) return damaged("flag of another kind");
    DDB_RETURN_IF_ERROR(expr.kind == ExprKind::kConstant ? constant(number, expr) : reference(number, expr));
    DDB_RETURN_IF_ERROR(arguments(level, expr));
    if (!is_good_node(expr)) return damaged("arguments that do not fit");
    set_can_error(expr);
    DDB_TRY(Expr* const made, arena_.new_expr());
    *made = expr;
    return made;
  }

  bool at_end() const { return bytes_.empty(); }

 private:
  Status reference(uint32_t number, Expr& expr) {
    if (!has_function(expr.kind)) {
      const bool has_index = expr.kind == ExprKind::kParameter || expr.kind == ExprKind::kColumn;
      if (!has_index && number != 0) return damaged("index of another kind");
      if (expr.kind == ExprKind::kParameter && (number == 0 || number > 65'535))
        return damaged("wrong parameter");
      expr.index = number;
      return Status::ok();
    }
    expr.function = find_function(FunctionOid{number});
    if (expr.function == nullptr) return damaged("unknown function");
    expr.kernel = find_kernel(expr.function->symbol);
    if (expr.kernel == nullptr) {
      return Status::error(sqlstate::kFeatureNotSupported,
                           std::string("function ") + expr.function->name + " is not supported");
    }
    expr.can_error = expr.kernel->can_error;
    expr.volatility = expr.function->volatility == 'i'   ? Volatility::kImmutable
                      : expr.function->volatility == 's' ? Volatility::kStable
                                                         : Volatility::kVolatile;
    return Status::ok();
  }

  Status constant(uint32_t size, Expr& expr) {
    if (size == kNull) return Status::ok();
    if (bytes_.size() < size) return damaged("cut short");
    const std::string_view value = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    const size_t width = bytes_per_value(constant_kind(expr));
    DDB_TRY(char* const place, arena_.allocate(width, 16));
    expr.constant = place;
    if (!is_string(expr)) {
      if (size != width) return damaged("a value of another size");
      std::memcpy(place, value.data(), size);
      return is_in_range(expr) ? Status::ok() : damaged("a value out of range");
    }
    if (expr.type.oid == TypeOid::kNumeric) {
      DDB_TRY(const DecodedNumeric decoded, numeric_decode(value));
      if (decoded.size != value.size()) return damaged("bytes behind a number");
    } else if (expr.type.oid != TypeOid::kBytea && !validate_utf8(value).is_ok()) {
      return damaged("text that is not UTF-8");
    }
    DDB_TRY(const std::string_view kept, arena_.copy(value));
    new (place) StringView16(kept);
    return Status::ok();
  }

  Status arguments(uint32_t level, Expr& expr) {
    // Each takes a header at least, so a wrong count cannot ask for much.
    if (expr.argument_count > kExprArgumentsMax || expr.argument_count > bytes_.size() / kHeaderBytes) {
      return damaged("too many arguments");
    }
    std::vector<const Expr*> read;
    for (uint32_t i = 0; i < expr.argument_count; ++i) {
      DDB_TRY(const Expr* const argument, node(level + 1));
      read.push_back(argument);
      expr.depth = std::max<uint16_t>(expr.depth, static_cast<uint16_t>(argument->depth + 1));
      expr.node_count += argument->node_count;
      expr.can_error = expr.can_error || argument->can_error;
      expr.volatility = std::max(expr.volatility, argument->volatility);
    }
    DDB_TRY(expr.arguments, arena_.copy(read));
    return Status::ok();
  }

  static void set_can_error(Expr& expr) {
    if (expr.kind == ExprKind::kThroughText) {
      const SqlType source = value_type(expr.arg(0)), target = value_type(expr);
      expr.can_error = expr.can_error || through_text_can_error(source.id, target.id);
      if (through_text_is_stable(source.id, target.id)) {
        expr.volatility = std::max(expr.volatility, Volatility::kStable);
      }
    } else if (expr.kind == ExprKind::kModify) {
      expr.can_error =
          expr.can_error || modifier_can_error(value_type(expr.arg(0)), value_type(expr), expr.is_explicit);
    }
  }

  std::string_view bytes_;
  ExprArena& arena_;
  uint32_t nodes_ = 0;
};

}  // namespace

void encode_expression(const Expr& expr, std::string& out) {
  out += kVersion;
  append_node(expr, out);
}

Result<const Expr*> decode_expression(std::string_view bytes, ExprArena& arena) {
  if (bytes.empty()) return damaged("no bytes");
  if (bytes[0] != kVersion) {
    return Status::error(sqlstate::kFeatureNotSupported, "stored expression of a later version");
  }
  Decoder decoder(bytes.substr(1), arena);
  DDB_TRY(const Expr* const expr, decoder.node(1));
  if (!decoder.at_end()) return damaged("bytes left over");
  return expr;
}

}  // namespace ddb
