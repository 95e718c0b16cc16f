// registry_tables: the shape of the generated tables; registry.h answers questions about them.
#pragma once

#include <cstdint>

#include "expr/type_oid.h"

namespace ddb {

struct TypeEntry {
  TypeOid oid;
  const char* name;      // "int4"
  const char* sql_name;  // "integer"
  char category;         // pg_type.typcategory: 'N' numbers, 'S' strings, 'D' dates, …
  char kind;             // 'b' base, 'p' pseudo, 'e' enum, 'r' range, 'm' multirange, 'd' domain
  bool is_preferred;
  TypeOid element;  // of an array
  TypeOid array;
};

struct FunctionEntry {
  FunctionOid oid;
  const char* name;
  // What computes it: the C function of PostgreSQL, or "sql:name(types)" of a function written in SQL.
  const char* symbol;
  TypeOid result;
  TypeOid variadic;         // element type of the last argument; kNone: not variadic
  uint32_t first_argument;  // in kArguments
  uint8_t argument_count;
  uint8_t default_count;  // of the last arguments
  char kind;              // 'f' function, 'a' aggregate, 'w' window function
  char volatility;        // 'i' immutable, 's' stable, 'v' volatile
  bool is_strict;
  bool returns_set;
};

struct OperatorEntry {
  OperatorOid oid;
  const char* name;
  TypeOid left;  // kNone: a prefix operator
  TypeOid right;
  TypeOid result;
  FunctionOid function;
  OperatorOid commutator;
  OperatorOid negator;
};

struct CastEntry {
  TypeOid source;
  TypeOid target;
  FunctionOid function;
  char context;  // 'i' implicit, 'a' assignment, 'e' explicit
  char method;   // 'f' function, 'i' through text, 'b' the same bits
};

namespace registry_tables {
extern const TypeEntry kTypes[];  // by OID
extern const uint32_t kTypeCount;
extern const TypeOid kArguments[];
extern const FunctionEntry kFunctions[];  // by name
extern const uint32_t kFunctionCount;
extern const OperatorEntry kOperators[];  // by name
extern const uint32_t kOperatorCount;
extern const CastEntry kCasts[];  // by source, target
extern const uint32_t kCastCount;
}  // namespace registry_tables

}  // namespace ddb
