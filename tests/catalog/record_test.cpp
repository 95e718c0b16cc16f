// record_test: the bytes of catalog records never change, what is written reads back, and damaged ones are told.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "catalog/definition_check.h"
#include "catalog/object_encoding.h"
#include "catalog/record_fields.h"
#include "catalog/value_encoding.h"
#include "catalog_world.h"
#include "golden/records_v1.h"
#include "random_objects.h"
#include "record/bytea_text.h"

namespace ddb {
namespace {

std::string record_of(const CatalogObject& object) {
  std::string record;
  encode_object(object, record);
  return record;
}
std::string hex_of(std::string_view bytes) {
  std::string text;
  append_bytea(bytes, text);
  return text.substr(2);
}
std::string bytes_of(const char* hex) { return std::move(parse_bytea(std::string("\\x") + hex)).value(); }

// A table with everything a column can have.
TableDef golden_table() {
  TableDef table = table_of("orders", 2);
  table.id = TableId(1030);
  table.tree = {TreeId(64), PageNo(7)};
  table.version = 3;
  table.columns[1].default_value = constant(-5);
  table.columns[1].missing = Value{plain(SqlTypeId::kInteger), int32_t{300}};
  table.columns[2].default_value = expression({{ObjectId(1025), ColumnId()}}, "nextval('s')");
  ColumnDef amount = column(9, "amount", SqlTypeId::kNumeric);
  amount.type.typmod = numeric_typmod(12, 2);
  amount.missing = Value{amount.type, std::move(numeric_parse("1.50")).value()};
  table.columns.push_back(amount);
  ColumnDef serial = column(10, "serial", SqlTypeId::kBigint);
  serial.identity = ColumnIdentity::kAlways;
  serial.sequence = SequenceId(1026);
  table.columns.push_back(serial);
  ColumnDef sum = column(11, "sum");
  sum.generated = true;
  sum.default_value = expression({{ObjectId(1030), ColumnId(2)}, {ObjectId(1030), ColumnId(3)}}, "a + b");
  table.columns.push_back(sum);
  table.next_column_id = 12;
  return table;
}

IndexDef golden_index() {
  IndexDef index;
  index.id = IndexId(1031);
  index.table = TableId(1030);
  index.schema = SchemaId(16);
  index.name = "orders_a";
  index.tree = {TreeId(65), PageNo(8)};
  index.unique = true;
  index.key.resize(2);
  index.key[0].column = ColumnId(2);
  index.key[0].descending = true;
  index.key[0].nulls_first = true;
  index.key[1].expression = expression({{ObjectId(1030), ColumnId(3)}}, "abs(b)");
  index.included = {ColumnId(9)};
  index.condition = expression({{ObjectId(1030), ColumnId(2)}}, "a > 0");
  return index;
}

std::vector<CatalogObject> golden_objects() {
  ViewDef view;
  view.id = ViewId(1033);
  view.schema = SchemaId(16);
  view.name = "totals";
  view.columns = {{"n", plain(SqlTypeId::kBigint), ""}, {"t", {SqlTypeId::kVarchar, 20}, ""}};
  view.query = expression({{ObjectId(1030), ColumnId(2)}}, "SELECT 1");
  SequenceDef sequence;
  sequence.id = SequenceId(1026);
  sequence.schema = SchemaId(16);
  sequence.name = "orders_serial_seq";
  sequence.start = 100;
  sequence.increment = -2;
  sequence.min = -1000;
  sequence.max = 1000;
  sequence.cycle = true;
  sequence.owner = {ObjectId(1030), ColumnId(10)};
  sequence.identity = true;
  ConstraintDef foreign;
  foreign.id = ConstraintId(1034);
  foreign.table = TableId(1030);
  foreign.name = "orders_fk";
  foreign.kind = ConstraintKind::kForeignKey;
  foreign.columns = {ColumnId(2), ColumnId(3)};
  foreign.deferrable = true;
  foreign.initially_deferred = true;
  foreign.referenced_table = TableId(1028);
  foreign.referenced_columns = {ColumnId(1), ColumnId(4)};
  foreign.referenced_constraint = ConstraintId(1029);
  foreign.on_update = ReferentialAction::kCascade;
  foreign.on_delete = ReferentialAction::kSetNull;
  foreign.match = MatchKind::kFull;
  foreign.on_delete_columns = {ColumnId(3)};
  ConstraintDef unique;
  unique.id = ConstraintId(1035);
  unique.table = TableId(1030);
  unique.name = "orders_key";
  unique.kind = ConstraintKind::kUnique;
  unique.columns = {ColumnId(2)};
  unique.index = IndexId(1031);
  ConstraintDef check;
  check.id = ConstraintId(1036);
  check.table = TableId(1030);
  check.name = "positive";
  check.columns = {ColumnId(2)};
  check.check = expression({{ObjectId(1030), ColumnId(2)}}, "a > 0");
  return {SchemaDef{SchemaId(16), "public", ""},
          golden_table(),
          golden_index(),
          view,
          sequence,
          foreign,
          unique,
          check};
}

TEST(Record, TheBytesOfFormat1StayAsTheyWere) {
  const std::vector<CatalogObject> objects = golden_objects();
  ASSERT_EQ(objects.size(), std::size(kGoldenRecordsV1));
  for (size_t i = 0; i < objects.size(); ++i) {
    ASSERT_OK(check_definition(objects[i]));
    EXPECT_EQ(hex_of(record_of(objects[i])), kGoldenRecordsV1[i]) << i;
    auto decoded = decode_object(entry_of(objects[i]), bytes_of(kGoldenRecordsV1[i]));
    EXPECT_OK(decoded.status());
    if (decoded.is_ok()) {
      EXPECT_EQ(record_of(decoded.value()), record_of(objects[i]));
    }
  }
  std::string header;
  encode_header({1037, 66, ""}, header);
  EXPECT_EQ(hex_of(header), kGoldenHeaderV1);
}

TEST(Record, DecodedDefinitionsSayWhatWasWritten) {
  auto decoded = decode_object(entry_of(golden_table()), record_of(golden_table()));
  ASSERT_OK(decoded.status());
  const auto& table = std::get<TableDef>(decoded.value());
  EXPECT_EQ(table.id, TableId(1030));
  EXPECT_EQ(table.name, "orders");
  EXPECT_EQ(table.tree.tree, TreeId(64));
  EXPECT_EQ(table.row_id_column, ColumnId(1));
  EXPECT_TRUE(table.columns[0].not_null);
  EXPECT_EQ(table.columns[1].default_value->constant()->get<int32_t>(), -5);
  EXPECT_EQ(table.columns[1].missing->get<int32_t>(), 300);
  EXPECT_EQ(table.columns[2].default_value->bound()->text, "nextval('s')");
  EXPECT_EQ(numeric_to_text(table.columns[3].missing->get<Numeric>()), "1.50");
  EXPECT_EQ(table.columns[4].identity, ColumnIdentity::kAlways);
  EXPECT_TRUE(table.columns[5].generated);
  EXPECT_EQ(table.columns[5].default_value->bound()->references[1].column, ColumnId(3));
  auto index = decode_object(entry_of(golden_index()), record_of(golden_index()));
  ASSERT_OK(index.status());
  const auto& found = std::get<IndexDef>(index.value());
  EXPECT_TRUE(found.valid && found.unique && found.nulls_distinct);
  EXPECT_EQ(found.key[1].expression->bound()->text, "abs(b)");
}

TEST(Record, RandomDefinitionsReadBack) {
  for (uint64_t seed = 1; seed <= 3000; ++seed) {
    RandomObjects objects(seed);
    const CatalogObject object = objects.next();
    ASSERT_TRUE(check_definition(object).is_ok()) << seed << " " << check_definition(object).to_string();
    const std::string record = record_of(object);
    auto decoded = decode_object(entry_of(object), record);
    ASSERT_TRUE(decoded.is_ok()) << seed << " " << decoded.status().to_string();
    EXPECT_EQ(record_of(decoded.value()), record) << seed;
    EXPECT_EQ(entry_of(decoded.value()).name, entry_of(object).name) << seed;
    EXPECT_EQ(dependencies_of(decoded.value()).stored, dependencies_of(object).stored) << seed;
    EXPECT_EQ(dependencies_of(decoded.value()).near, dependencies_of(object).near) << seed;
  }
}

TEST(Record, ValuesReadBackIdentical) {
  for (uint64_t seed = 1; seed <= 3000; ++seed) {
    RandomObjects objects(seed);
    const CatalogObject object = objects.next();
    const auto* table = std::get_if<TableDef>(&object);
    if (table == nullptr) continue;
    for (const ColumnDef& column : table->columns) {
      if (!column.missing) continue;
      std::string bytes;
      append_value(*column.missing, bytes);
      auto value = decode_value(bytes);
      ASSERT_TRUE(value.is_ok()) << seed << " " << value.status().to_string();
      EXPECT_TRUE(identical_values(value.value(), *column.missing)) << seed;
      EXPECT_EQ(value.value().type, column.missing->type);
      EXPECT_FALSE(decode_value(std::string_view(bytes).substr(0, 1)).is_ok());
    }
  }
}

TEST(Record, FieldsOfANewerVersionAreKeptOrRefused) {
  const TableDef table = golden_table();
  std::string newer = record_of(table);
  append_varint(uint64_t{40} << 1, newer);
  append_varint(3, newer);
  newer += "new";
  auto decoded = decode_object(entry_of(table), newer);
  ASSERT_OK(decoded.status());
  EXPECT_EQ(record_of(decoded.value()), newer) << "written back as it was";
  auto changed = std::get<TableDef>(decoded.value());
  changed.columns[0].not_null = true;
  changed.columns[1].name = "renamed";
  EXPECT_EQ(record_of(changed).substr(record_of(changed).size() - 5), newer.substr(newer.size() - 5));

  std::string required = record_of(table);
  append_varint(uint64_t{40} << 1 | 1, required);
  append_varint(0, required);
  EXPECT_STATE("0A000", decode_object(entry_of(table), required).status());
  std::string format = record_of(table);
  format[0] = 2;
  EXPECT_STATE("0A000", decode_object(entry_of(table), format).status());

  // In a column, two levels down.
  TableDef inner = table;
  append_field(60, "x", inner.columns[2].newer_fields);
  append_field(61, "y", inner.columns[2].default_value->newer_fields);
  auto nested = decode_object(entry_of(inner), record_of(inner));
  ASSERT_OK(nested.status());
  EXPECT_EQ(record_of(nested.value()), record_of(inner));
}

TEST(Record, EveryCutAndEveryChangedByteIsToldOrReadsAsItself) {
  for (const CatalogObject& object : golden_objects()) {
    const std::string record = record_of(object);
    const CatalogEntry entry = entry_of(object);
    for (size_t length = 0; length < record.size(); ++length) {
      auto cut = decode_object(entry, std::string_view(record).substr(0, length));
      // A cut between two fields may leave a whole definition.
      if (cut.is_ok()) {
        EXPECT_EQ(record_of(cut.value()), record.substr(0, length));
      }
    }
    for (size_t at = 0; at < record.size(); ++at) {
      for (int bit = 0; bit < 8; ++bit) {
        std::string bad = record;
        bad[at] = static_cast<char>(bad[at] ^ (1 << bit));
        auto decoded = decode_object(entry, bad);
        if (decoded.is_ok()) {
          EXPECT_EQ(record_of(decoded.value()), bad);
          EXPECT_OK(check_definition(decoded.value()));
        } else {
          EXPECT_TRUE(decoded.status().is(sqlstate::kCorrupted) ||
                      decoded.status().is(sqlstate::kFeatureNotSupported));
        }
      }
    }
  }
}

TEST(Record, ListsAreBoundedBeforeTheyTakeMemory) {
  // 10,000 empty columns in 20,000 bytes.
  std::string record(1, static_cast<char>(kRecordFormat));
  for (int i = 0; i < 10'000; ++i) append_field(2, "", record);
  EXPECT_STATE("XX001", decode_object(entry_of(golden_table()), record).status());
  // A length far behind the end.
  std::string length(1, static_cast<char>(kRecordFormat));
  append_varint(4, length);
  append_varint(~uint64_t{0}, length);
  EXPECT_STATE("XX001", decode_object(entry_of(golden_table()), length).status());
}

TEST(Record, VarintsAreReadWithinTheirBytes) {
  for (const uint64_t value : {uint64_t{0}, uint64_t{127}, uint64_t{128}, uint64_t{1} << 63, ~uint64_t{0}}) {
    std::string bytes;
    append_varint(value, bytes);
    ByteSource source(bytes);
    uint64_t read = 0;
    ASSERT_TRUE(source.take_varint(&read));
    EXPECT_EQ(read, value);
    EXPECT_TRUE(source.empty());
    ByteSource cut(std::string_view(bytes).substr(0, bytes.size() - 1));
    EXPECT_FALSE(cut.take_varint(&read));
  }
  ByteSource eleven(std::string_view("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11));
  uint64_t read = 0;
  EXPECT_FALSE(eleven.take_varint(&read));
  EXPECT_EQ(unzigzag(zigzag(INT64_MIN)), INT64_MIN);
  EXPECT_EQ(unzigzag(zigzag(-1)), -1);
}

}  // namespace
}  // namespace ddb
