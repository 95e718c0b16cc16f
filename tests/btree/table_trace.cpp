// table_trace: the model, the operations, and shrinking.
#include "btree/table_trace.h"

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <optional>

#include "base/seeded_random.h"
#include "btree/shrink.h"
#include "btree/table_cursor.h"
#include "btree/table_writer.h"
#include "btree/verify.h"
#include "record/vector_value.h"
#include "txn/database.h"
#include "txn/session.h"
#include "vfs/memory_vfs.h"

namespace ddb::table_trace {
namespace {

constexpr TreeId kTree{7};
constexpr uint64_t kArenaBytes = uint64_t{256} << 20;
constexpr uint32_t kBatchRows = 700;

using Row = std::map<uint16_t, Value>;  // by column id
using Model = std::map<int64_t, Row>;

Value null_of(const SqlType& type) { return {type, Null{}}; }

std::string random_text(SeededRandom& random, size_t bytes) {
  std::string text(bytes, 'x');
  const bool dull = random.chance(400);
  for (char& c : text) c = static_cast<char>('a' + (dull ? random.below(2) : random.below(26)));
  return text;
}

// What a column's values are like is drawn once; each value then from the step's seed.
struct ColumnShape {
  SqlType type;
  uint32_t nulls_per_mille = 0;
  uint64_t span = 100;  // of integers
  uint32_t bytes = 8;   // of strings
  bool fixed = false;   // all strings of this length
  uint32_t long_per_mille = 0;
};

ColumnShape draw_column(SeededRandom& random) {
  static constexpr SqlTypeId kTypes[] = {
      SqlTypeId::kBoolean,   SqlTypeId::kSmallint,        SqlTypeId::kInteger, SqlTypeId::kBigint,
      SqlTypeId::kReal,      SqlTypeId::kDoublePrecision, SqlTypeId::kNumeric, SqlTypeId::kText,
      SqlTypeId::kText,      SqlTypeId::kBytea,           SqlTypeId::kUuid,    SqlTypeId::kDate,
      SqlTypeId::kTimestamp, SqlTypeId::kInterval};
  ColumnShape shape;
  shape.type.id = kTypes[random.below(std::size(kTypes))];
  if (shape.type.id == SqlTypeId::kNumeric) {
    const uint64_t form = random.below(3);
    shape.type.typmod = form == 0 ? numeric_typmod(10, 2) : form == 1 ? numeric_typmod(30, 4) : kNoTypmod;
  }
  shape.nulls_per_mille = random.chance(400) ? static_cast<uint32_t>(random.below(1000)) : 0;
  shape.span = uint64_t{1} << random.below(62);
  shape.bytes = static_cast<uint32_t>(1 + random.below(random.chance(200) ? 300 : 24));
  shape.fixed = random.chance(500);
  shape.long_per_mille = random.chance(250) ? static_cast<uint32_t>(random.below(60)) : 0;
  return shape;
}

Value draw_value(SeededRandom& random, const ColumnShape& shape) {
  if (random.chance(shape.nulls_per_mille)) return null_of(shape.type);
  const uint64_t below = random.chance(30) ? random.next() >> 2 : random.below(shape.span);
  const auto number = static_cast<int64_t>(random.chance(300) ? below : ~below + 1);
  Value value{shape.type, Null{}};
  switch (shape.type.id) {
    case SqlTypeId::kBoolean:
      value.payload = random.chance(500);
      break;
    case SqlTypeId::kSmallint:
      value.payload = static_cast<int16_t>(number);
      break;
    case SqlTypeId::kInteger:
    case SqlTypeId::kDate:
      value.payload = static_cast<int32_t>(number);
      break;
    case SqlTypeId::kReal:
      value.payload = static_cast<float>(number) / 4;
      break;
    case SqlTypeId::kDoublePrecision:
      value.payload =
          random.chance(20) ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(number) / 8;
      break;
    case SqlTypeId::kNumeric: {
      const int scale = shape.type.typmod == kNoTypmod ? static_cast<int>(random.below(6))
                                                       : numeric_scale(shape.type.typmod);
      value.payload =
          Numeric::from_scaled(shape.type.typmod == kNoTypmod ? number : number % 10'000'000, scale);
      break;
    }
    case SqlTypeId::kUuid: {
      Uuid uuid;
      for (uint8_t& byte : uuid.bytes) byte = static_cast<uint8_t>(random.next());
      value.payload = uuid;
      break;
    }
    case SqlTypeId::kInterval:
      value.payload = Interval{static_cast<int32_t>(random.below(40)), static_cast<int32_t>(random.below(40)),
                               number % 1'000'000};
      break;
    case SqlTypeId::kText:
    case SqlTypeId::kBytea: {
      size_t bytes = shape.fixed ? shape.bytes : random.below(shape.bytes + 1);
      if (random.chance(shape.long_per_mille))
        bytes = 400 + random.below(random.chance(100) ? 100'000 : 9'000);
      value.payload = random_text(random, bytes);
      break;
    }
    default:
      value.payload = number;
      break;
  }
  return value;
}

// The constant of a predicate, as the column's kind holds it.
void set_constant(const Value& value, BatchArena& arena, ScanPredicate* predicate, std::string* text) {
  Vector one;
  const PhysicalKind kind = physical_kind(value.type);
  if (!one.allocate(kind, 1, arena).is_ok() || !set_value(one, 0, value, arena).is_ok()) return;
  switch (kind) {
    case PhysicalKind::kBool:
      predicate->integer = one.value<uint8_t>(0);
      break;
    case PhysicalKind::kInt16:
      predicate->integer = one.value<int16_t>(0);
      break;
    case PhysicalKind::kInt32:
      predicate->integer = one.value<int32_t>(0);
      break;
    case PhysicalKind::kInt64:
      predicate->integer = one.value<int64_t>(0);
      break;
    case PhysicalKind::kInt128:
      predicate->wide = one.value<__int128>(0);
      break;
    case PhysicalKind::kFloat:
      predicate->real = static_cast<double>(one.value<float>(0));
      break;
    case PhysicalKind::kDouble:
      predicate->real = one.value<double>(0);
      break;
    case PhysicalKind::kString:
      *text = one.value<StringView16>(0).view();
      predicate->string = StringView16(*text);
      break;
    default:
      break;
  }
}

bool holds(const Value& value, CompareOp op, const Value& constant) {
  if (op == CompareOp::kIsNull) return value.is_null();
  if (op == CompareOp::kIsNotNull) return !value.is_null();
  if (value.is_null()) return false;
  const int order = compare_values(value, constant);
  switch (op) {
    case CompareOp::kEqual:
      return order == 0;
    case CompareOp::kNotEqual:
      return order != 0;
    case CompareOp::kLess:
      return order < 0;
    case CompareOp::kLessEqual:
      return order <= 0;
    case CompareOp::kGreater:
      return order > 0;
    default:
      return order >= 0;
  }
}

class Machine {
 public:
  explicit Machine(const Shape& shape) : shape_(shape), columns_random_(mix64(shape.seed)) {
    schemas_.push_back(std::make_unique<TableSchema>());
    TableColumn key;
    key.id = 1;
    key.type = {SqlTypeId::kBigint, kNoTypmod};
    key.kind = PhysicalKind::kInt64;
    key.missing = null_of(key.type);
    schemas_.back()->columns.push_back(key);
    schemas_.back()->row_id_column = 0;
    shapes_[1] = {key.type, 0, 0, 0, false, 0};
    const uint64_t count = 1 + columns_random_.below(7);
    for (uint64_t i = 0; i < count; ++i) add_column(*schemas_.back(), true);
    schemas_.back()->version = 1;
  }

  std::string start() {
    Options options;
    options.vfs = &vfs_;
    options.page_bytes = shape_.page_bytes;
    options.memory_limit = shape_.memory_limit;
    options.temp_directory = "/tmp";
    Result<std::unique_ptr<Database>> opened = Database::open("/db/table.ddb", options);
    if (!opened.is_ok()) return "open: " + opened.status().to_string();
    database_ = std::move(*opened);
    Result<std::unique_ptr<Session>> session = database_->new_session();
    if (!session.is_ok()) return session.status().to_string();
    session_ = std::move(*session);
    if (tree_) return begin();
    if (std::string wrong = begin(); !wrong.empty()) return wrong;
    Result<TableTree> made = create_table_tree(*session_, kTree, schema());
    if (!made.is_ok()) return "create: " + made.status().to_string();
    tree_ = *made;
    renew();
    return commit();
  }

  std::string apply(const Step& step) {
    SeededRandom random(step.seed);
    switch (step.kind) {
      case Kind::kAppend:
        return append(random);
      case Kind::kInsertRandom:
        return insert_random(random);
      case Kind::kInsertExisting:
        return insert_existing(random);
      case Kind::kUpdate:
        return update(random);
      case Kind::kErase:
        return erase(random);
      case Kind::kEraseRange:
        return erase_range(random);
      case Kind::kFetch:
        return fetch(random);
      case Kind::kScan:
        return scan(random, false);
      case Kind::kFilter:
        return scan(random, true);
      case Kind::kAddColumn:
        return change_schema(random, true);
      case Kind::kDropColumn:
        return change_schema(random, false);
      case Kind::kSavepoint:
        return savepoint();
      case Kind::kRollbackTo:
        return rollback_to();
      case Kind::kCommit:
        return commit();
      case Kind::kRollback:
        return rollback();
      case Kind::kCheckpoint:
        return database_->checkpoint().is_ok() ? "" : "checkpoint failed";
      case Kind::kReopen:
        return reopen();
      case Kind::kShrink:
        return shrink_some(random);
      case Kind::kVerify:
        return verify();
    }
    return "";
  }

  std::string finish() {
    if (std::string wrong = verify(); !wrong.empty()) return wrong;
    const Status dropped = drop_table_tree(*session_, *tree_);
    if (!dropped.is_ok()) return "drop: " + dropped.to_string();
    const uint32_t count = session_->page_count().value();
    for (uint32_t page = 2; page < count; ++page) {
      const PageNo number(page);
      if (session_->is_allocated(number).value() && page_owner(session_->read(number)->data()) == kTree) {
        return "page " + std::to_string(page) + " is still in use after the table was dropped";
      }
    }
    return "";
  }

  uint64_t operations() const { return operations_; }

 private:
  const TableSchema& schema() const { return *schemas_.back(); }

  void add_column(TableSchema& to, bool first) {
    TableColumn column;
    column.id = next_id_++;
    const ColumnShape shape = draw_column(columns_random_);
    shapes_[column.id] = shape;
    column.type = shape.type;
    column.kind = physical_kind(shape.type);
    column.missing =
        first || columns_random_.chance(300) ? null_of(shape.type) : draw_value(columns_random_, shape);
    // Longer defaults are refused.
    if (const auto* text = std::get_if<std::string>(&column.missing.payload);
        text != nullptr && text->size() > shape_.page_bytes / 40) {
      column.missing = null_of(shape.type);
    }
    to.columns.push_back(column);
  }

  // After another schema or session.
  void renew() {
    reader_ = std::make_unique<TableReader>(*tree_, schema());
    // Some load as bulk loads do: leaves at the right edge not quite full, and into the main file at once.
    const WriterOptions bulk{static_cast<uint32_t>(50 + shape_.seed % 51), true};
    writer_ = std::make_unique<TableWriter>(*session_, *tree_, schema(),
                                            shape_.seed % 4 == 1 ? bulk : WriterOptions{});
    cursor_ = std::make_unique<TableCursor>(*tree_, schema());
  }

  std::string begin() {
    const Status begun = session_->begin_write();
    if (!begun.is_ok()) return "begin: " + begun.to_string();
    if (tree_) renew();
    committed_ = model_;
    committed_schemas_ = schemas_.size();
    saved_.clear();
    return "";
  }
  std::string commit() {
    const Status done = session_->commit(Durability::kRelaxed).status();
    if (!done.is_ok()) return "commit: " + done.to_string();
    return begin();
  }
  std::string rollback() {
    const Status done = session_->rollback();
    if (!done.is_ok()) return "rollback: " + done.to_string();
    model_ = committed_;
    schemas_.resize(committed_schemas_);
    return begin();
  }
  std::string savepoint() {
    if (saved_.size() > 4) return "";
    if (!session_->savepoint().is_ok()) return "savepoint failed";
    saved_.push_back({model_, schemas_.size()});
    return "";
  }
  std::string rollback_to() {
    if (saved_.empty()) return "";
    if (!session_->rollback_to(static_cast<uint32_t>(saved_.size())).is_ok()) return "rollback_to failed";
    model_ = saved_.back().first;
    schemas_.resize(saved_.back().second);
    renew();
    return "";
  }
  std::string reopen() {
    if (std::string wrong = commit(); !wrong.empty()) return wrong;
    reader_.reset();
    writer_.reset();
    cursor_.reset();
    (void)session_->rollback().is_ok();
    session_.reset();
    const Status closed = database_->close();
    database_.reset();
    if (!closed.is_ok()) return "close: " + closed.to_string();
    return start();
  }

  std::string change_schema(SeededRandom& random, bool add) {
    if (add ? schema().columns.size() > 9 : schema().columns.size() < 3) return "";
    auto next = std::make_unique<TableSchema>(schema());
    next->version = ++newest_version_;
    if (add) {
      add_column(*next, false);
      const TableColumn& column = next->columns.back();
      for (auto& [id, row] : model_) row.emplace(column.id, column.missing);
    } else {
      const size_t victim = 1 + random.below(next->columns.size() - 1);
      const uint16_t id = next->columns[victim].id;
      next->columns.erase(next->columns.begin() + static_cast<ptrdiff_t>(victim));
      for (auto& [key, row] : model_) row.erase(id);
    }
    schemas_.push_back(std::move(next));
    if (Status good = schema().check(session_->content_bytes()); !good.is_ok())
      return "schema: " + good.to_string();
    renew();
    return "";
  }

  Row draw_row(SeededRandom& random, int64_t id) {
    Row row;
    for (const TableColumn& column : schema().columns) {
      if (column.id == 1) {
        row.emplace(1, Value{column.type, id});
      } else {
        row.emplace(column.id, draw_value(random, shapes_[column.id]));
      }
    }
    return row;
  }

  // Rows as a batch. Vectors live in this object until the next call.
  std::string insert(const std::vector<std::pair<int64_t, Row>>& rows, uint32_t expected) {
    BatchArena arena(kArenaBytes);
    const auto columns = static_cast<uint32_t>(schema().columns.size());
    auto vectors = std::make_unique<Vector[]>(columns);
    std::vector<const Vector*> pointers(columns);
    std::vector<int64_t> ids;
    for (const auto& [id, row] : rows) ids.push_back(id);
    for (uint32_t c = 0; c < columns; ++c) {
      const TableColumn& column = schema().columns[c];
      if (Status made = vectors[c].allocate(column.kind, static_cast<uint32_t>(rows.size()), arena);
          !made.is_ok())
        return made.to_string();
      for (uint32_t i = 0; i < rows.size(); ++i) {
        const Value& value = rows[i].second.at(column.id);
        if (value.is_null()) {
          vectors[c].set_null(i);
        } else if (Status set = set_value(vectors[c], i, value, arena); !set.is_ok()) {
          return set.to_string();
        }
      }
      pointers[c] = &vectors[c];
    }
    Result<uint32_t> done = writer_->insert({static_cast<uint32_t>(rows.size()), ids.data(), pointers});
    if (!done.is_ok()) return "insert: " + done.status().to_string();
    if (*done != expected)
      return "insert took " + std::to_string(*done) + " rows of " + std::to_string(expected);
    for (uint32_t i = 0; i < *done; ++i) model_[rows[i].first] = rows[i].second;
    operations_ += *done;
    return "";
  }

  std::string append(SeededRandom& random) {
    if (model_.size() > 2 * shape_.rows_target) return "";
    int64_t id = model_.empty() ? static_cast<int64_t>(random.below(1000)) - 500 : model_.rbegin()->first;
    const uint64_t gap = random.chance(700) ? 1 : 1 + random.below(1000);
    std::vector<std::pair<int64_t, Row>> rows;
    for (uint64_t i = 1 + random.below(kBatchRows); i > 0; --i) {
      id += static_cast<int64_t>(1 + random.below(gap));
      rows.emplace_back(id, draw_row(random, id));
    }
    return insert(rows, static_cast<uint32_t>(rows.size()));
  }
  std::string insert_random(SeededRandom& random) {
    std::vector<std::pair<int64_t, Row>> rows;
    std::map<int64_t, bool> seen;
    for (uint64_t i = 1 + random.below(random.chance(300) ? 200 : 4); i > 0; --i) {
      const auto id =
          static_cast<int64_t>(random.below(uint64_t{shape_.rows_target} * 20)) - shape_.rows_target * 10;
      if (model_.contains(id) || !seen.emplace(id, true).second) continue;
      rows.emplace_back(id, draw_row(random, id));
    }
    if (rows.empty()) return "";
    return insert(rows, static_cast<uint32_t>(rows.size()));
  }
  std::string insert_existing(SeededRandom& random) {
    if (model_.empty()) return "";
    const int64_t taken = any(random)->first;
    std::vector<std::pair<int64_t, Row>> rows;
    const int64_t top = model_.rbegin()->first;
    const uint64_t before = random.below(3);
    for (uint64_t i = 0; i < before; ++i) {
      const int64_t id = top + 1 + static_cast<int64_t>(i);
      rows.emplace_back(id, draw_row(random, id));
    }
    rows.emplace_back(taken, draw_row(random, taken));
    rows.emplace_back(top + 10, draw_row(random, top + 10));
    return insert(rows, static_cast<uint32_t>(before));
  }

  Model::iterator any(SeededRandom& random) {
    const int64_t low = model_.begin()->first;
    const int64_t high = model_.rbegin()->first;
    auto at =
        model_.lower_bound(low + static_cast<int64_t>(random.below(static_cast<uint64_t>(high - low) + 1)));
    return at == model_.end() ? model_.begin() : at;
  }

  std::string update(SeededRandom& random) {
    if (model_.empty() || schema().columns.size() < 2) return "";
    for (uint64_t i = 1 + random.below(20); i > 0; --i) {
      auto at = any(random);
      std::vector<uint32_t> columns;
      for (uint32_t c = 1; c < schema().columns.size(); ++c) {
        if (random.chance(400)) columns.push_back(c);
      }
      BatchArena arena(kArenaBytes);
      auto vectors = std::make_unique<Vector[]>(columns.size());
      std::vector<const Vector*> pointers;
      Row changed = at->second;
      for (size_t c = 0; c < columns.size(); ++c) {
        const TableColumn& column = schema().columns[columns[c]];
        const Value value = draw_value(random, shapes_[column.id]);
        if (!vectors[c].allocate(column.kind, 1, arena).is_ok()) return "arena";
        if (value.is_null()) {
          vectors[c].set_null(0);
        } else if (!set_value(vectors[c], 0, value, arena).is_ok()) {
          return "set_value";
        }
        pointers.push_back(&vectors[c]);
        changed[column.id] = value;
      }
      Result<bool> done = writer_->update(at->first, columns, pointers, 0);
      if (!done.is_ok()) return "update: " + done.status().to_string();
      if (!*done) return "update does not find row " + std::to_string(at->first);
      at->second = changed;
      ++operations_;
    }
    const auto missing = static_cast<int64_t>(random.next() >> 20);
    if (model_.contains(missing)) return "";
    Result<bool> done = writer_->update(missing, {}, {}, 0);
    return done.is_ok() && !*done ? "" : "update of a missing row";
  }

  std::string erase_one(int64_t id) {
    Result<bool> done = writer_->erase(id);
    if (!done.is_ok()) return "erase: " + done.status().to_string();
    if (*done != (model_.erase(id) > 0))
      return "erase of row " + std::to_string(id) + " gives " + std::to_string(*done);
    ++operations_;
    return "";
  }
  std::string erase(SeededRandom& random) {
    for (uint64_t i = 1 + random.below(30); i > 0 && !model_.empty(); --i) {
      if (std::string wrong = erase_one(any(random)->first); !wrong.empty()) return wrong;
    }
    return erase_one(static_cast<int64_t>(random.next() >> 20));
  }
  std::string erase_range(SeededRandom& random) {
    if (model_.empty()) return "";
    auto at = random.chance(200) ? model_.begin() : any(random);
    const bool thins = random.chance(300);
    std::vector<int64_t> ids;
    for (uint64_t i = random.below(random.chance(100) ? 4000 : 600); i > 0 && at != model_.end(); --i, ++at) {
      if (!thins || random.chance(900)) ids.push_back(at->first);
    }
    if (random.chance(500)) std::reverse(ids.begin(), ids.end());
    for (const int64_t id : ids) {
      if (std::string wrong = erase_one(id); !wrong.empty()) return wrong;
    }
    return "";
  }

  std::string differs(const Row& row, const Vector& vector, uint32_t i, const TableColumn& column,
                      int64_t id) const {
    const Value& expected = row.at(column.id);
    std::string where = "row " + std::to_string(id) + ", column " + std::to_string(column.id) + " (" +
                        sql_type_name(column.type) + ")";
    if (vector.is_null(i) != expected.is_null())
      return where + (expected.is_null() ? " is not NULL" : " is NULL");
    if (expected.is_null()) return "";
    Result<Value> found = value_at(vector, column.type, i);
    if (!found.is_ok()) return where + ": " + found.status().to_string();
    if (identical_values(*found, expected)) return "";
    std::string a;
    std::string b;
    (void)append_value_text(*found, a).is_ok();
    (void)append_value_text(expected, b).is_ok();
    return where + " is '" + a.substr(0, 60) + "', expected '" + b.substr(0, 60) + "'";
  }

  std::string fetch(SeededRandom& random) {
    BatchArena arena(kArenaBytes);
    const auto count = static_cast<uint32_t>(schema().columns.size());
    auto vectors = std::make_unique<Vector[]>(count);
    std::vector<uint32_t> columns;
    std::vector<Vector*> pointers;
    for (uint32_t c = 0; c < count; ++c) {
      if (!vectors[c].allocate(schema().columns[c].kind, 4, arena).is_ok()) return "arena";
      columns.push_back(c);
      pointers.push_back(&vectors[c]);
    }
    for (uint64_t i = 1 + random.below(20); i > 0; --i) {
      const bool there = !model_.empty() && random.chance(900);
      const int64_t id = there ? any(random)->first : static_cast<int64_t>(random.next() >> 10);
      FoundRow row;
      Result<bool> found = reader_->find(*session_, id, &row);
      if (!found.is_ok()) return "find: " + found.status().to_string();
      const auto at = model_.find(id);
      if (*found != (at != model_.end()))
        return "find of row " + std::to_string(id) + " gives " + std::to_string(*found);
      if (!*found) continue;
      const auto to = static_cast<uint32_t>(random.below(4));
      if (Status read = reader_->read(*session_, row, columns, pointers, to, arena); !read.is_ok())
        return "read: " + read.to_string();
      for (uint32_t c = 0; c < count; ++c) {
        if (std::string wrong = differs(at->second, vectors[c], to, schema().columns[c], id); !wrong.empty())
          return "fetch: " + wrong;
      }
    }
    return "";
  }

  std::string scan(SeededRandom& random, bool filters) {
    ScanRequest request;
    if (!model_.empty() && random.chance(700)) {
      request.low = any(random)->first - static_cast<int64_t>(random.below(2));
      if (random.chance(500)) request.high = any(random)->first;
    }
    request.backwards = random.chance(400);
    request.row_ids = random.chance(700);
    std::vector<uint32_t> columns;
    for (uint32_t c = 0; c < schema().columns.size(); ++c) {
      if (random.chance(600)) columns.push_back(c);
    }
    request.columns = columns;
    BatchArena arena(kArenaBytes);
    std::vector<ScanPredicate> predicates;
    std::vector<Value> constants;
    std::string texts[3];
    for (uint64_t i = filters ? 1 + random.below(3) : 0; i > 0; --i) {
      ScanPredicate predicate;
      predicate.column = static_cast<uint32_t>(random.below(schema().columns.size()));
      predicate.op = static_cast<CompareOp>(random.below(8));
      const TableColumn& column = schema().columns[predicate.column];
      Value constant = model_.empty() || random.chance(300) ? draw_value(random, shapes_[column.id])
                                                            : any(random)->second.at(column.id);
      if (column.id == 1 && constant.is_null()) constant = Value{column.type, int64_t{5}};
      if (constant.is_null() && predicate.op < CompareOp::kIsNull) continue;
      if (!is_leaf_predicate(schema(), predicate)) continue;
      if (!constant.is_null()) set_constant(constant, arena, &predicate, &texts[predicates.size()]);
      predicates.push_back(predicate);
      constants.push_back(constant);
    }
    request.predicates = predicates;
    std::vector<int64_t> expected;
    if (request.low <= request.high) {
      for (auto at = model_.lower_bound(request.low); at != model_.end() && at->first <= request.high; ++at) {
        bool keep = true;
        for (size_t i = 0; i < predicates.size(); ++i) {
          keep = keep && holds(at->second.at(schema().columns[predicates[i].column].id), predicates[i].op,
                               constants[i]);
        }
        if (keep) expected.push_back(at->first);
      }
    }
    if (request.backwards) std::reverse(expected.begin(), expected.end());
    return compare_scan(request, expected, random.chance(100) ? 1 + random.below(4) : 0);
  }

  std::string compare_scan(const ScanRequest& request, const std::vector<int64_t>& expected,
                           uint64_t release_after) {
    if (Status opened = cursor_->open(*session_, request); !opened.is_ok())
      return "open: " + opened.to_string();
    size_t seen = 0;
    for (uint64_t batch = 0;; ++batch) {
      Result<uint32_t> rows = cursor_->next_batch();
      if (!rows.is_ok()) return "next_batch: " + rows.status().to_string();
      if (*rows == 0) break;
      if (seen + *rows > expected.size())
        return "the scan gives more than " + std::to_string(expected.size()) + " rows";
      for (uint32_t i = 0; i < *rows; ++i, ++seen) {
        const int64_t id = expected[seen];
        if (request.row_ids && cursor_->row_ids()[i] != id) {
          return "the scan gives row id " + std::to_string(cursor_->row_ids()[i]) + ", expected " +
                 std::to_string(id);
        }
        for (uint32_t c = 0; c < request.columns.size(); ++c) {
          std::string wrong =
              differs(model_.at(id), cursor_->column(c), i, schema().columns[request.columns[c]], id);
          if (!wrong.empty()) return "scan: " + wrong;
        }
      }
      if (release_after == batch + 1) cursor_->release();
    }
    cursor_->release();
    if (seen == expected.size()) return "";
    return "the scan gives " + std::to_string(seen) + " rows, expected " + std::to_string(expected.size());
  }

  std::string verify() {
    ScanRequest request;
    std::vector<uint32_t> columns;
    for (uint32_t c = 0; c < schema().columns.size(); ++c) columns.push_back(c);
    request.columns = columns;
    request.row_ids = true;
    std::vector<int64_t> expected;
    for (const auto& [id, row] : model_) expected.push_back(id);
    VerifyReport report;
    const VerifiedTable table{*tree_, &schema()};
    if (Status walked = verify_pages(*session_, {&table, 1}, {}, 10, &report); !walked.is_ok())
      return "verify: " + walked.to_string();
    if (report.findings_count != 0) {
      const VerifyFinding& first = report.findings.front();
      return "verify: page " + std::to_string(first.page.value) + " " + first.text + " (" +
             verify_rule_name(first.rule) + ")";
    }
    if (report.rows != model_.size()) return "verify counts " + std::to_string(report.rows) + " rows";
    return compare_scan(request, expected, 0);
  }

  // A few pages, or until nothing can move any more.
  std::string shrink_some(SeededRandom& random) {
    const bool all = random.chance(300);
    for (int step = 0;; ++step) {
      Result<ShrinkStep> done =
          shrink_file(*session_, {&*tree_, 1}, 1 + static_cast<uint32_t>(random.below(20)));
      if (!done.is_ok()) return "shrink: " + done.status().to_string();
      if (done->done != nullptr || !all) return "";
      if (step > 20000) return "shrinking does not end";
      if (saved_.empty() && random.chance(50)) {
        if (std::string wrong = commit(); !wrong.empty()) return wrong;
      }
    }
  }

  const Shape shape_;
  SeededRandom columns_random_;
  MemoryVfs vfs_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Session> session_;
  std::vector<std::unique_ptr<TableSchema>> schemas_;
  uint32_t newest_version_ = 1;
  uint16_t next_id_ = 2;
  std::map<uint16_t, ColumnShape> shapes_;
  std::optional<TableTree> tree_;
  std::unique_ptr<TableReader> reader_;
  std::unique_ptr<TableWriter> writer_;
  std::unique_ptr<TableCursor> cursor_;
  Model model_;
  Model committed_;
  size_t committed_schemas_ = 1;
  std::vector<std::pair<Model, size_t>> saved_;
  uint64_t operations_ = 0;
};

const char* kind_name(Kind kind) {
  static constexpr const char* kNames[] = {
      "append",   "insert_random", "insert_existing", "update",      "erase",     "erase_range", "fetch",
      "scan",     "filter",        "add_column",      "drop_column", "savepoint", "rollback_to", "commit",
      "rollback", "checkpoint",    "reopen",          "verify",      "shrink"};
  return kNames[static_cast<size_t>(kind)];
}

}  // namespace

std::vector<Step> make_steps(uint64_t seed, uint32_t count) {
  static constexpr struct {
    Kind kind;
    uint32_t weight;
  } kWeights[] = {
      {Kind::kAppend, 8},     {Kind::kInsertRandom, 20}, {Kind::kInsertExisting, 3}, {Kind::kUpdate, 20},
      {Kind::kErase, 12},     {Kind::kEraseRange, 5},    {Kind::kFetch, 10},         {Kind::kScan, 6},
      {Kind::kFilter, 8},     {Kind::kAddColumn, 1},     {Kind::kDropColumn, 1},     {Kind::kSavepoint, 3},
      {Kind::kRollbackTo, 2}, {Kind::kCommit, 4},        {Kind::kRollback, 1},       {Kind::kCheckpoint, 1},
      {Kind::kReopen, 1},     {Kind::kVerify, 2},        {Kind::kShrink, 3}};
  uint32_t total = 0;
  for (const auto& entry : kWeights) total += entry.weight;
  SeededRandom random(seed);
  std::vector<Step> steps;
  for (uint32_t i = 0; i < count; ++i) {
    auto pick = static_cast<uint32_t>(random.below(total));
    size_t which = 0;
    while (pick >= kWeights[which].weight) pick -= kWeights[which++].weight;
    steps.push_back({kWeights[which].kind, random.next()});
  }
  return steps;
}

std::string run(const Shape& shape, const std::vector<Step>& steps, uint64_t* operations) {
  Machine machine(shape);
  std::string wrong = machine.start();
  for (size_t i = 0; i < steps.size() && wrong.empty(); ++i) {
    wrong = machine.apply(steps[i]);
    if (!wrong.empty()) wrong = "step " + std::to_string(i) + " (" + kind_name(steps[i].kind) + "): " + wrong;
  }
  if (wrong.empty()) wrong = machine.finish();
  if (operations != nullptr) *operations += machine.operations();
  return wrong;
}

std::vector<Step> shrink(const Shape& shape, std::vector<Step> steps) {
  for (size_t part = steps.size() / 2; part > 0;) {
    bool any = false;
    for (size_t at = 0; at + part <= steps.size();) {
      std::vector<Step> shorter(steps.begin(), steps.begin() + static_cast<ptrdiff_t>(at));
      shorter.insert(shorter.end(), steps.begin() + static_cast<ptrdiff_t>(at + part), steps.end());
      if (run(shape, shorter, nullptr).empty()) {
        at += part;
      } else {
        steps = std::move(shorter);
        any = true;
      }
    }
    if (!any || part > steps.size()) part /= 2;
  }
  return steps;
}

std::string to_string(const std::vector<Step>& steps) {
  std::string text;
  for (const Step& step : steps)
    text += std::string("  ") + kind_name(step.kind) + " " + std::to_string(step.seed) + "\n";
  return text;
}

}  // namespace ddb::table_trace
