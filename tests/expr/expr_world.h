// expr_world: what tests of expressions need: an arena, a builder, vectors made of values, and SQL's names of types.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "expr/evaluator.h"
#include "expr/expr_builder.h"
#include "record/interval_typmod.h"
#include "record/type_modifier.h"
#include "record/vector_value.h"

namespace ddb {

inline constexpr uint64_t kTestBytes = 64 << 20;

struct ExprWorld {
  ExprArena arena{kTestBytes};
  ParameterTypes parameters;
  DateTimeContext datetime;
  ExprBuilder build{arena, parameters, datetime};

  // The expression, or a test failure and nullptr.
  const Expr* must(Result<const Expr*> made) {
    EXPECT_TRUE(made.is_ok()) << made.status().to_string();
    return made.is_ok() ? *made : nullptr;
  }
  const Expr* integer(int32_t value) { return must(build.constant(Value{{SqlTypeId::kInteger}, value})); }
  const Expr* text(const std::string& value) {
    return must(build.constant(Value{{SqlTypeId::kText}, value}));
  }
};

inline std::string state_of(const Status& status) { return std::string(status.sqlstate().view()); }

// "int4", "numeric(10,2)", "char(4)", "interval year to month": as the golden files spell types.
inline SqlType type_named(const std::string& spelled) {
  const std::string name = spelled.substr(0, spelled.find_first_of("( "));
  SqlType type;
  if (name == "char") {
    type.id = SqlTypeId::kChar;
  } else {
    const TypeEntry* entry = find_type(std::string_view(name));
    EXPECT_NE(entry, nullptr) << spelled;
    type.id = sql_type_id(entry->oid).value_or(SqlTypeId::kText);
  }
  const size_t open = spelled.find('(');
  if (spelled == "interval year to month") {
    type.typmod = interval_typmod(kIntervalYear | kIntervalMonth, kIntervalFullPrecision);
  } else if (spelled == "interval day") {
    type.typmod = interval_typmod(kIntervalDay, kIntervalFullPrecision);
  } else if (open != std::string::npos) {
    const int first = std::stoi(spelled.substr(open + 1));
    const size_t comma = spelled.find(',');
    const int second = comma == std::string::npos ? 0 : std::stoi(spelled.substr(comma + 1));
    type.typmod = type.id == SqlTypeId::kNumeric    ? numeric_typmod(first, second)
                  : type.id == SqlTypeId::kInterval ? interval_typmod(kIntervalFullRange, first)
                                                    : first;
  }
  return type;
}

// An owned vector of these values.
struct ValueVector {
  ValueVector(const SqlType& type, const std::vector<Value>& values) {
    EXPECT_TRUE(vector.allocate(physical_kind(type), static_cast<uint32_t>(values.size()), arena).is_ok());
    for (uint32_t i = 0; i < values.size(); ++i) {
      EXPECT_TRUE(set_value(vector, i, values[i], arena).is_ok());
    }
  }
  BatchArena arena{kTestBytes};
  Vector vector;
};

// A row of a result as the golden files write it.
inline std::string text_at(const Vector& vector, const SqlType& type, uint32_t row,
                           const DateTimeContext& context = {}) {
  if (vector.is_null(row)) return "~";
  const auto value = value_at(vector, type, row);
  EXPECT_TRUE(value.is_ok()) << value.status().to_string();
  std::string text = "=";
  EXPECT_TRUE(append_value_text(value.value(), text, context).is_ok());
  return text;
}

}  // namespace ddb
