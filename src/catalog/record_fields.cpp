// record_fields: varints and fields.
#include "catalog/record_fields.h"

namespace ddb {

void append_varint(uint64_t value, std::string& out) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

void append_field(uint32_t number, std::string_view content, std::string& out) {
  append_varint(uint64_t{number} << 1, out);
  append_varint(content.size(), out);
  out.append(content);
}

bool ByteSource::take_byte(uint8_t* byte) {
  if (rest_.empty()) return false;
  *byte = static_cast<uint8_t>(rest_.front());
  rest_.remove_prefix(1);
  return true;
}

bool ByteSource::take_varint(uint64_t* value) {
  uint64_t sum = 0;
  for (size_t i = 0; i < 10 && i < rest_.size(); ++i) {
    const auto byte = static_cast<uint8_t>(rest_[i]);
    if (i == 9 && byte > 1) return false;
    sum |= uint64_t{byte & 0x7Fu} << (7 * i);
    if (byte < 0x80) {
      *value = sum;
      rest_.remove_prefix(i + 1);
      return true;
    }
  }
  return false;
}

bool ByteSource::take(uint64_t bytes, std::string_view* taken) {
  if (bytes > rest_.size()) return false;
  *taken = rest_.substr(0, bytes);
  rest_.remove_prefix(bytes);
  return true;
}

Result<RecordField> take_field(ByteSource& source) {
  const std::string_view from = source.rest();
  uint64_t tag = 0;
  uint64_t length = 0;
  RecordField field;
  if (!source.take_varint(&tag) || tag < 2) return Status::corruption("a field without a number");
  field.number = tag >> 1;
  field.required = (tag & 1) != 0;
  if (!source.take_varint(&length) || !source.take(length, &field.content)) {
    return Status::corruption("field " + std::to_string(field.number) + " is cut short");
  }
  field.whole = from.substr(0, from.size() - source.size());
  return field;
}

}  // namespace ddb
