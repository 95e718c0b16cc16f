// object_encoding: the fields of each kind, and one walk over them for writing and for reading. A field number is never
// used again; a new field gets the next number and decides whether older programs may overlook it.
#include "catalog/object_encoding.h"

#include <concepts>
#include <optional>
#include <type_traits>
#include <vector>

#include "catalog/definition_check.h"
#include "catalog/record_fields.h"
#include "catalog/value_encoding.h"

namespace ddb {
namespace {

// Definitions are walked as const when written and as they are when read.
template <typename T, typename Def>
concept Is = std::same_as<std::remove_const_t<T>, Def>;

template <typename Archive, Is<BoundExpression> T>
void fields(Archive& archive, T& bound) {
  archive(1, bound.bytes);
  archive(2, bound.text);
  archive(3, bound.references, kReferencesMax);
}

template <typename Archive, Is<ColumnDef> T>
void fields(Archive& archive, T& column) {
  archive(1, column.id);
  archive(2, column.name);
  archive(3, column.type);
  archive(4, column.not_null);
  archive(5, column.default_value);
  archive(6, column.generated);
  archive(7, column.missing);
  archive(8, column.identity);
  archive(9, column.sequence);
}

template <typename Archive, Is<SchemaDef> T>
void fields(Archive& /*archive*/, T& /*schema*/) {}

template <typename Archive, Is<TableDef> T>
void fields(Archive& archive, T& table) {
  archive(1, table.version);
  archive(2, table.columns, TableSchema::kColumnsMax);
  archive(3, table.row_id_column);
  archive(4, table.next_column_id);
}

template <typename Archive, Is<IndexColumn> T>
void fields(Archive& archive, T& column) {
  archive(1, column.column);
  archive(2, column.expression);
  archive(3, column.descending);
  archive(4, column.nulls_first);
}

template <typename Archive, Is<IndexDef> T>
void fields(Archive& archive, T& index) {
  archive(1, index.unique);
  archive(2, index.nulls_distinct);
  archive(3, index.valid);
  archive(4, index.key, kKeyColumnsMax);
  archive(5, index.included, kKeyColumnsMax);
  archive(6, index.condition);
}

template <typename Archive, Is<ViewColumn> T>
void fields(Archive& archive, T& column) {
  archive(1, column.name);
  archive(2, column.type);
}

template <typename Archive, Is<ViewDef> T>
void fields(Archive& archive, T& view) {
  archive(1, view.columns, TableSchema::kColumnsMax);
  archive(2, view.query);
}

template <typename Archive, Is<SequenceDef> T>
void fields(Archive& archive, T& sequence) {
  archive(1, sequence.type);
  archive(2, sequence.start);
  archive(3, sequence.increment);
  archive(4, sequence.min);
  archive(5, sequence.max);
  archive(6, sequence.cycle);
  archive(7, sequence.owner.object);
  archive(8, sequence.owner.column);
  archive(9, sequence.identity);
}

template <typename Archive, Is<ConstraintDef> T>
void fields(Archive& archive, T& constraint) {
  archive(1, constraint.columns, TableSchema::kColumnsMax);
  archive(2, constraint.check);
  archive(3, constraint.deferrable);
  archive(4, constraint.initially_deferred);
  archive(5, constraint.index);
  archive(6, constraint.referenced_columns, kKeyColumnsMax);
  archive(7, constraint.referenced_constraint);
  archive(8, constraint.referenced_index);
  archive(9, constraint.on_update);
  archive(10, constraint.on_delete);
  archive(11, constraint.match);
  archive(12, constraint.on_delete_columns, kKeyColumnsMax);
}

template <typename Archive, Is<CatalogHeader> T>
void fields(Archive& archive, T& header) {
  archive(1, header.next_object_id);
  archive(2, header.next_tree_id);
}

constexpr uint64_t last_of(ColumnIdentity /*kind*/) {
  return static_cast<uint64_t>(ColumnIdentity::kByDefault);
}
constexpr uint64_t last_of(ReferentialAction /*kind*/) {
  return static_cast<uint64_t>(ReferentialAction::kSetDefault);
}
constexpr uint64_t last_of(MatchKind /*kind*/) { return static_cast<uint64_t>(MatchKind::kFull); }

template <typename T>
struct IsStrongId : std::false_type {};
template <typename Tag, typename Rep>
struct IsStrongId<StrongId<Tag, Rep>> : std::true_type {};

template <typename T>
concept Number =
    std::same_as<T, bool> || std::unsigned_integral<T> || std::is_enum_v<T> || IsStrongId<T>::value;

template <Number T>
uint64_t number_of(const T& value) {
  if constexpr (IsStrongId<T>::value) {
    return value.value;
  } else {
    return static_cast<uint64_t>(value);
  }
}

// A message keeps the fields that it does not know.
template <typename T>
concept Message = requires(T message) {
  message.newer_fields;
};

// False beyond the type's range.
template <Number T>
bool set_number(uint64_t number, T* value) {
  if constexpr (IsStrongId<T>::value) {
    *value = T(static_cast<typename T::rep_type>(number));
  } else if constexpr (std::is_enum_v<T>) {
    if (number > last_of(T{})) return false;
    *value = static_cast<T>(number);
  } else {
    *value = static_cast<T>(number);
  }
  return number_of(*value) == number;
}

// --- Writing ----------------------------------------------------------------------------------------------------------

template <Message M>
void write_message(const M& message, std::string& out);

class FieldWriter {
 public:
  explicit FieldWriter(std::string& out) : out_(out) {}

  template <Number T>
  void operator()(uint32_t number, const T& value) {
    if (number_of(value) != 0) put_number(number, number_of(value));
  }
  void operator()(uint32_t number, int64_t value) {
    if (value != 0) put_number(number, zigzag(value));
  }
  void operator()(uint32_t number, const std::string& text) {
    if (!text.empty()) append_field(number, text, out_);
  }
  void operator()(uint32_t number, const SqlType& type) {
    content_.clear();
    append_sql_type(type, content_);
    append_field(number, content_, out_);
  }
  void operator()(uint32_t number, const Value& value) {
    content_.clear();
    append_value(value, content_);
    append_field(number, content_, out_);
  }
  template <typename T>
  void operator()(uint32_t number, const std::optional<T>& value) {
    if (value) (*this)(number, *value);
  }
  template <Number T>
  void operator()(uint32_t number, const std::vector<T>& values, uint32_t /*count_max*/) {
    content_.clear();
    for (const T& value : values) append_varint(number_of(value), content_);
    if (!values.empty()) append_field(number, content_, out_);
  }
  void operator()(uint32_t number, const std::vector<ObjectReference>& references, uint32_t /*count_max*/) {
    content_.clear();
    for (const ObjectReference& reference : references) {
      append_varint(reference.object.value, content_);
      append_varint(reference.column.value, content_);
    }
    if (!references.empty()) append_field(number, content_, out_);
  }
  template <Message M>
  void operator()(uint32_t number, const std::vector<M>& messages, uint32_t /*count_max*/) {
    for (const M& message : messages) (*this)(number, message);
  }
  template <Message M>
  void operator()(uint32_t number, const M& message) {
    std::string content;
    write_message(message, content);
    append_field(number, content, out_);
  }

 private:
  void put_number(uint32_t number, uint64_t value) {
    content_.clear();
    append_varint(value, content_);
    append_field(number, content_, out_);
  }

  std::string& out_;
  std::string content_;
};

template <Message M>
void write_message(const M& message, std::string& out) {
  FieldWriter writer(out);
  fields(writer, message);
  out.append(message.newer_fields);
}

// 1 a constant, or 2 anything else.
template <>
void write_message(const StoredExpression& expression, std::string& out) {
  FieldWriter writer(out);
  if (expression.constant() != nullptr) writer(1, *expression.constant());
  if (expression.bound() != nullptr) writer(2, *expression.bound());
  out.append(expression.newer_fields);
}

// --- Reading ----------------------------------------------------------------------------------------------------------

// Sets to 0 what the encoding leaves out when it is 0.
class FieldEraser {
 public:
  template <typename T>
  void operator()(uint32_t /*number*/, T& value, uint32_t /*count_max*/ = 0) {
    if constexpr (Number<T> || std::same_as<T, int64_t>) value = T{};
  }
};

template <Message M>
Status read_message(std::string_view bytes, M* message);

// Gives the one field to the member that has its number.
class FieldReader {
 public:
  explicit FieldReader(const RecordField& field) : field_(field) {}
  bool found() const { return found_; }
  Status take_status() { return std::move(status_); }

  template <typename T>
  void operator()(uint32_t number, T& value, uint32_t count_max = 0) {
    if (number != field_.number) return;
    found_ = true;
    status_ = read(field_.content, &value, count_max);
    if (status_.is_ok()) return;
    status_ = std::move(status_).with_prefix("field " + std::to_string(number) + ": ");
  }

 private:
  template <Number T>
  static Status read(std::string_view content, T* value, uint32_t /*count_max*/) {
    ByteSource source(content);
    uint64_t number = 0;
    if (!source.take_varint(&number) || !source.empty() || !set_number(number, value)) {
      return Status::corruption("is no number in its range");
    }
    return Status::ok();
  }
  static Status read(std::string_view content, int64_t* value, uint32_t /*count_max*/) {
    ByteSource source(content);
    uint64_t number = 0;
    if (!source.take_varint(&number) || !source.empty()) return Status::corruption("is no number");
    *value = unzigzag(number);
    return Status::ok();
  }
  static Status read(std::string_view content, std::string* text, uint32_t /*count_max*/) {
    text->assign(content);
    return Status::ok();
  }
  static Status read(std::string_view content, SqlType* type, uint32_t /*count_max*/) {
    ByteSource source(content);
    DDB_TRY(*type, take_sql_type(source));
    return source.empty() ? Status::ok() : Status::corruption("has bytes behind a type");
  }
  static Status read(std::string_view content, Value* value, uint32_t /*count_max*/) {
    DDB_TRY(*value, decode_value(content));
    return Status::ok();
  }
  template <typename T>
  static Status read(std::string_view content, std::optional<T>* value, uint32_t count_max) {
    value->emplace();
    return read(content, &**value, count_max);
  }
  template <Number T>
  static Status read(std::string_view content, std::vector<T>* values, uint32_t count_max) {
    for (ByteSource source(content); !source.empty();) {
      uint64_t number = 0;
      T value{};
      if (values->size() == count_max || !source.take_varint(&number) || !set_number(number, &value)) {
        return Status::corruption("is no list of at most " + std::to_string(count_max) + " numbers");
      }
      values->push_back(value);
    }
    return Status::ok();
  }
  static Status read(std::string_view content, std::vector<ObjectReference>* references, uint32_t count_max) {
    for (ByteSource source(content); !source.empty();) {
      uint64_t object = 0;
      uint64_t column = 0;
      ObjectReference reference;
      if (references->size() == count_max || !source.take_varint(&object) || !source.take_varint(&column) ||
          !set_number(object, &reference.object) || !set_number(column, &reference.column)) {
        return Status::corruption("is no list of at most " + std::to_string(count_max) + " references");
      }
      references->push_back(reference);
    }
    return Status::ok();
  }
  template <Message M>
  static Status read(std::string_view content, std::vector<M>* messages, uint32_t count_max) {
    if (messages->size() == count_max) {
      return Status::corruption("comes more than " + std::to_string(count_max) + " times");
    }
    messages->emplace_back();
    return read_message(content, &messages->back());
  }
  template <Message M>
  static Status read(std::string_view content, M* message, uint32_t /*count_max*/) {
    return read_message(content, message);
  }

  const RecordField& field_;
  bool found_ = false;
  Status status_;
};

Status keep_newer(const RecordField& field, std::string* newer_fields) {
  if (field.required) {
    return Status::error(sqlstate::kFeatureNotSupported,
                         "field " + std::to_string(field.number) + " is of a newer version of the program")
        .with_hint("open the database with the version that changed it, or a later one");
  }
  newer_fields->append(field.whole);
  return Status::ok();
}

template <Message M>
Status read_message(std::string_view bytes, M* message) {
  FieldEraser eraser;
  fields(eraser, *message);
  for (ByteSource source(bytes); !source.empty();) {
    DDB_TRY(const RecordField field, take_field(source));
    FieldReader reader(field);
    if (!field.required) fields(reader, *message);
    DDB_RETURN_IF_ERROR(reader.take_status());
    if (!reader.found()) DDB_RETURN_IF_ERROR(keep_newer(field, &message->newer_fields));
  }
  return Status::ok();
}

template <>
Status read_message(std::string_view bytes, StoredExpression* expression) {
  bool found = false;
  for (ByteSource source(bytes); !source.empty();) {
    DDB_TRY(const RecordField field, take_field(source));
    FieldReader reader(field);
    if (!field.required && field.number == 1) reader(1, expression->content.emplace<Value>());
    if (!field.required && field.number == 2) reader(2, expression->content.emplace<BoundExpression>());
    DDB_RETURN_IF_ERROR(reader.take_status());
    found |= reader.found();
    if (!reader.found()) DDB_RETURN_IF_ERROR(keep_newer(field, &expression->newer_fields));
  }
  return found ? Status::ok() : Status::corruption("an expression without content");
}

Result<std::string_view> take_format(std::string_view record) {
  ByteSource source(record);
  uint8_t format = 0;
  if (!source.take_byte(&format) || format == 0) return Status::corruption("has no format");
  if (format > kRecordFormat) {
    return Status::error(sqlstate::kFeatureNotSupported, "has format " + std::to_string(format) +
                                                             ", this version of the program reads " +
                                                             std::to_string(kRecordFormat));
  }
  return source.rest();
}

// What the row says of the object, before its record is read.
CatalogObject object_of_row(const CatalogEntry& entry) {
  const std::string name(entry.name);
  switch (entry.kind) {
    case ObjectKind::kTable: {
      TableDef table;
      table.schema = entry.schema;
      table.tree = {entry.tree, entry.root};
      return table;
    }
    case ObjectKind::kIndex: {
      IndexDef index;
      index.table = TableId(entry.parent.value);
      index.schema = entry.schema;
      index.tree = {entry.tree, entry.root};
      return index;
    }
    case ObjectKind::kView: {
      ViewDef view;
      view.schema = entry.schema;
      return view;
    }
    case ObjectKind::kSequence: {
      SequenceDef sequence;
      sequence.schema = entry.schema;
      return sequence;
    }
    case ObjectKind::kCheck:
    case ObjectKind::kUnique:
    case ObjectKind::kPrimaryKey:
    case ObjectKind::kForeignKey: {
      ConstraintDef constraint;
      constraint.kind = static_cast<ConstraintKind>(static_cast<uint8_t>(entry.kind) -
                                                    static_cast<uint8_t>(ObjectKind::kCheck));
      constraint.table = TableId(entry.parent.value);
      constraint.referenced_table = TableId(entry.target.value);
      return constraint;
    }
    default:
      return SchemaDef();
  }
}

Result<CatalogObject> decode_checked(const CatalogEntry& entry, std::string_view record) {
  DDB_TRY(const std::string_view body, take_format(record));
  CatalogObject object = object_of_row(entry);
  set_id(object, entry.id);
  std::visit([&](auto& def) { def.name = entry.name; }, object);
  DDB_RETURN_IF_ERROR(std::visit([&](auto& def) { return read_message(body, &def); }, object));
  if (Status checked = check_definition(object); !checked.is_ok()) {
    return Status::corruption(checked.message());
  }
  std::string again;
  encode_object(object, again);
  if (again != record) return Status::corruption("is not how this object is written");
  return object;
}

}  // namespace

void encode_object(const CatalogObject& object, std::string& out) {
  out.push_back(static_cast<char>(kRecordFormat));
  std::visit([&](const auto& def) { write_message(def, out); }, object);
}

Result<CatalogObject> decode_object(const CatalogEntry& entry, std::string_view record) {
  Result<CatalogObject> decoded = decode_checked(entry, record);
  if (decoded.is_ok()) return decoded;
  return decoded.status().with_prefix(std::string("catalog record of ") + object_kind_name(entry.kind) + " " +
                                      std::to_string(entry.id.value) + ": ");
}

void encode_header(const CatalogHeader& header, std::string& out) {
  out.push_back(static_cast<char>(kRecordFormat));
  write_message(header, out);
}

Result<CatalogHeader> decode_header(std::string_view record) {
  Result<std::string_view> body = take_format(record);
  CatalogHeader header;
  Status status = body.status();
  if (status.is_ok()) status = read_message(*body, &header);
  if (!status.is_ok()) return std::move(status).with_prefix("catalog header: ");
  return header;
}

}  // namespace ddb
