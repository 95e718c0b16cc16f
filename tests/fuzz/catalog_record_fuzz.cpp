// catalog_record_fuzz: catalog records of any bytes, for rows of any kind. A record is refused with XX001 or 0A000, or it is a definition that
// passes its check and encodes to the same bytes.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "catalog/definition_check.h"
#include "catalog/object_encoding.h"
#include "catalog/value_encoding.h"

using namespace ddb;

namespace {

void require(bool holds) {
  if (!holds) __builtin_trap();
}

bool refused(const Status& status) {
  return status.is(sqlstate::kCorrupted) || status.is(sqlstate::kFeatureNotSupported);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  constexpr uint8_t kKinds =
      static_cast<uint8_t>(ObjectKind::kForeignKey) - static_cast<uint8_t>(ObjectKind::kSchema) + 1;
  CatalogEntry entry;
  entry.id = ObjectId(1030);
  entry.kind = static_cast<ObjectKind>(static_cast<uint8_t>(ObjectKind::kSchema) + data[0] % kKinds);
  entry.name = "name";
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (is_relation(entry.kind)) entry.schema = SchemaId(16);
  if (entry.kind == ObjectKind::kIndex || is_constraint(entry.kind)) entry.parent = ObjectId(1028);
  if (entry.kind == ObjectKind::kForeignKey) entry.target = ObjectId(1027);
  if (entry.kind == ObjectKind::kTable || entry.kind == ObjectKind::kIndex) {
    entry.tree = TreeId(70);
    entry.root = PageNo(9);
  }

  const Result<CatalogObject> object = decode_object(entry, bytes);
  if (object.is_ok()) {
    std::string again;
    encode_object(object.value(), again);
    require(again == bytes);
    require(check_definition(object.value()).is_ok());
    require(kind_of(object.value()) == entry.kind);
    const Dependencies needs = dependencies_of(object.value());
    require(needs.stored.size() + needs.near.size() <= size);
  } else {
    require(refused(object.status()));
  }

  if (const Result<CatalogHeader> header = decode_header(bytes); !header.is_ok()) {
    require(refused(header.status()));
  }
  const Result<Value> value = decode_value(bytes);
  if (value.is_ok()) {
    std::string again;
    append_value(value.value(), again);
    const Result<Value> twice = decode_value(again);
    require(twice.is_ok() && identical_values(value.value(), twice.value()));
  } else {
    require(refused(value.status()));
  }
  return 0;
}
