// object_encoding: definitions and catalog records. Keeps: what decodes passes check_definition() and encodes to the same bytes.
//
//   record  1 format version, then the fields of the object's kind (object_encoding.cpp has the numbers, record_fields.h
//           the bytes)
//
// A record holds what the object's row (catalog_trees.h) does not. An older program reads a newer one's records: fields
// that it does not know are kept, unless they are marked as required.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"
#include "catalog/catalog_object.h"

namespace ddb {

inline constexpr uint8_t kRecordFormat = 1;

// Appends the record. Throws std::bad_alloc.
void encode_object(const CatalogObject& object, std::string& out);

// The object of a row and its record. Trusts nothing: XX001 saying what is wrong, 0A000 for a newer format or a required field that
// this version does not know. REQUIRES: has_record(entry.kind). Throws std::bad_alloc.
Result<CatalogObject> decode_object(const CatalogEntry& entry, std::string_view record);

// The catalog's own record, under id 0.
struct CatalogHeader {
  uint64_t next_object_id = 0;
  uint32_t next_tree_id = 0;
  std::string newer_fields;
};
void encode_header(const CatalogHeader& header, std::string& out);
// XX001, 0A000 as above.
Result<CatalogHeader> decode_header(std::string_view record);

}  // namespace ddb
