// md5: RFC 1321, for SQL's md5(). Not for anything that must resist an attacker.
#pragma once

#include <string>
#include <string_view>

namespace ddb {

// Appends the 32 hexadecimal digits. Throws std::bad_alloc.
void append_md5(std::string_view bytes, std::string& out);

}  // namespace ddb
