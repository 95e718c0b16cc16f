// conversion: the casts that no function of the registry does: through text, and to the modifier of a type.
#pragma once

#include "expr/kernel.h"

namespace ddb {

// Reads the argument's text as a value of the result's type (without its modifier). Row kernel of one valid argument.
Status convert_through_text(KernelCall& call, uint32_t row);
bool through_text_can_error(SqlTypeId source, SqlTypeId target);
// Writing the one or reading the other depends on the zone and styles of the session.
bool through_text_is_stable(SqlTypeId source, SqlTypeId target);

// Brings a value of a type to another modifier of the same type: cuts or refuses what is too long, rounds, drops fields.
// variant 1: the cast is written, so text is cut. Row kernels of one valid argument.
Status convert_modifier(KernelCall& call, uint32_t row);
bool modifier_can_error(const SqlType& source, const SqlType& target, bool is_explicit);

}  // namespace ddb
