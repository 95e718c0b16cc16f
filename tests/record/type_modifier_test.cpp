// type_modifier_test: modifiers are accepted and refused as in PostgreSQL.
#include "record/type_modifier.h"

#include <gtest/gtest.h>

#include "record/outcome.h"

namespace ddb {
namespace {

TEST(TypeModifier, NumericPrecisionAndScaleHaveBounds) {
  const int32_t typmod = checked_numeric_typmod(1000, -1000).value();
  EXPECT_EQ(numeric_precision(typmod), 1000);
  EXPECT_EQ(numeric_scale(typmod), -1000);
  EXPECT_EQ(outcome(checked_numeric_typmod(0, 0)), "22023: NUMERIC precision 0 must be between 1 and 1000");
  EXPECT_EQ(outcome(checked_numeric_typmod(2000, 5000)),
            "22023: NUMERIC precision 2000 must be between 1 and 1000");
  EXPECT_EQ(outcome(checked_numeric_typmod(5, 1001)),
            "22023: NUMERIC scale 1001 must be between -1000 and 1000");
  EXPECT_EQ(outcome(checked_numeric_typmod(5, -1001)),
            "22023: NUMERIC scale -1001 must be between -1000 and 1000");
}

TEST(TypeModifier, CharacterLengthsHaveBounds) {
  EXPECT_EQ(outcome(checked_length_typmod(SqlTypeId::kVarchar, 10485760)), "10485760");
  EXPECT_EQ(outcome(checked_length_typmod(SqlTypeId::kVarchar, 0)),
            "22023: length for type varchar must be at least 1");
  EXPECT_EQ(outcome(checked_length_typmod(SqlTypeId::kChar, 10485761)),
            "22023: length for type char cannot exceed 10485760");
}

}  // namespace
}  // namespace ddb
