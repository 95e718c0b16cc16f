// case_table: upper and lower case as the C.UTF-8 locale has them: one character for one character, whatever locale the
// host has set.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ddb {

// Characters first, first + step, …, last.
struct CaseRange {
  uint32_t first;
  uint32_t last;
  uint32_t step;
  int32_t value;  // to add; of kLetters: 1
};

namespace case_table {
extern const CaseRange kLower[];
extern const uint32_t kLowerCount;
extern const CaseRange kUpper[];
extern const uint32_t kUpperCount;
extern const CaseRange kLetters[];  // and digits
extern const uint32_t kLettersCount;
}  // namespace case_table

enum class LetterCase : uint8_t { kLower, kUpper, kInitial };

// Appends `text` in that case to `out`; kInitial: the first letter of each word upper, the others lower. REQUIRES: valid
// UTF-8; other bytes are kept. Throws std::bad_alloc.
void append_in_case(std::string_view text, LetterCase wanted, std::string& out);

}  // namespace ddb
