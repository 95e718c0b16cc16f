// parameter_types: the types of $1, $2, …: given with the statement, or learnt from where each first stands.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/status.h"
#include "expr/expr.h"

namespace ddb {

inline constexpr uint32_t kParametersMax = 65'535;

class ParameterTypes {
 public:
  // `given[i]` is the type of $(i + 1); kUnknown: to be learnt. Throws std::bad_alloc.
  explicit ParameterTypes(std::span<const TypeOid> given = {}) : types_(given.begin(), given.end()) {}

  // The type so far, perhaps kUnknown. 42P02 for $0 and beyond kParametersMax. Throws std::bad_alloc.
  Result<TypeOid> type_of(uint32_t number);
  // $number is used as `type`. 42P08 "inconsistent types deduced for parameter $1".
  Status learn(uint32_t number, TypeOid type);
  // After the last expression: 42P18 "could not determine data type of parameter $1".
  Status finish() const;
  // Of each root of the finished statement: 42P08 for a parameter that stands somewhere without its type.
  Status check(const Expr& root) const;

  std::span<const TypeOid> types() const { return types_; }

 private:
  std::vector<TypeOid> types_;
};

}  // namespace ddb
