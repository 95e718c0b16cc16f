// record_fields: tagged fields, the bytes of catalog records. Keeps: a reader never looks outside its bytes and takes memory in
// proportion to them; a definition has exactly one encoding.
//
//   field   varint tag = number × 2 + required, varint length, `length` bytes
//   number  1…; ascending within a message, repeated for lists; a number is never used for anything else
//   content number: varint, 7 bits a byte, low ones first, the top bit says that more follow; 0 and false are no field
//           signed: (v << 1) ^ (v >> 63) as a number
//           text: its bytes; empty is no field
//           list of numbers: varints behind each other; list of messages: a field each
//           message: its fields
//
// A field whose number the reader does not know is kept as it is and written back behind the others, unless it is marked required: then
// the object means something that this version of the program would ignore, and reading it is 0A000.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"

namespace ddb {

void append_varint(uint64_t value, std::string& out);
constexpr uint64_t zigzag(int64_t value) {
  return (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
}
constexpr int64_t unzigzag(uint64_t value) {
  return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
}
void append_field(uint32_t number, std::string_view content, std::string& out);

// Bytes being read from the front. Every take fails, and takes nothing, when the bytes do not hold it.
class ByteSource {
 public:
  explicit ByteSource(std::string_view bytes) : rest_(bytes) {}
  bool empty() const { return rest_.empty(); }
  size_t size() const { return rest_.size(); }
  std::string_view rest() const { return rest_; }
  bool take_byte(uint8_t* byte);
  // At most 10 bytes of a number below 2^64.
  bool take_varint(uint64_t* value);
  bool take(uint64_t bytes, std::string_view* taken);

 private:
  std::string_view rest_;
};

struct RecordField {
  uint64_t number = 0;
  bool required = false;
  std::string_view content;
  std::string_view whole;  // tag and length included
};
// The next field of a message. XX001 for bytes that are none. REQUIRES: !source.empty().
Result<RecordField> take_field(ByteSource& source);

}  // namespace ddb
