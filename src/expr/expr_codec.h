// expr_codec: the bytes of a stored expression: ids, not names. Keeps: what decode() accepts is safe to evaluate, whatever
// the bytes; equal trees have equal bytes.
//
//   u8 version (1), then nodes, each before its arguments:
//   offset size
//        0    1  kind (ExprKind)
//        1    1  1: is_explicit
//        2    4  OID of the type
//        6    4  typmod
//       10    4  index of kParameter and kColumn; OID of the function of calls and comparisons; size of a constant's
//                value in bytes, 0xFFFFFFFF: NULL; else 0
//       14    4  number of arguments; 0 for a constant
//       18       a constant's value: text as it is, all else as a vector holds it, little endian
#pragma once

#include <string>
#include <string_view>

#include "expr/expr.h"

namespace ddb {

// Appends the bytes. REQUIRES: no literals or parameters without a type outside of arguments that take any type. Throws
// std::bad_alloc.
void encode_expression(const Expr& expr, std::string& out);

// XX001 for bytes that are no expression, 0A000 for a later version or a function that is not built, 54001, 53200. Throws
// std::bad_alloc.
Result<const Expr*> decode_expression(std::string_view bytes, ExprArena& arena);

}  // namespace ddb
