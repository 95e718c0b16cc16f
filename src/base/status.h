// status: an error as a value. Keeps: an ok Status is one null pointer (tests cost one branch); making an error
// never throws, also when memory is out (a static "out of memory" representation stands in).
#pragma once

#include <atomic>
#include <cstdint>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace ddb {

// Five characters of PostgreSQL's appendix A, kept as one integer so that comparing is cheap.
struct SqlState {
  char code[6];
  constexpr bool operator==(const SqlState& other) const {
    for (int i = 0; i < 5; ++i) {
      if (code[i] != other.code[i]) return false;
    }
    return true;
  }
  constexpr std::string_view view() const { return std::string_view(code, 5); }
};

namespace sqlstate {
inline constexpr SqlState kConnectionDoesNotExist{"08003"};  // connection_does_not_exist
inline constexpr SqlState kOutcomeUnknown{"08007"};          // transaction_resolution_unknown
inline constexpr SqlState kFeatureNotSupported{"0A000"};     // feature_not_supported
inline constexpr SqlState kStringTruncation{"22001"};        // string_data_right_truncation
inline constexpr SqlState kNumericOutOfRange{"22003"};       // numeric_value_out_of_range
inline constexpr SqlState kInvalidDatetime{"22007"};         // invalid_datetime_format
inline constexpr SqlState kDatetimeOverflow{"22008"};        // datetime_field_overflow
inline constexpr SqlState kInvalidZoneOffset{"22009"};       // invalid_time_zone_displacement_value
inline constexpr SqlState kDivisionByZero{"22012"};          // division_by_zero
inline constexpr SqlState kIntervalOverflow{"22015"};        // interval_field_overflow
inline constexpr SqlState kSequenceLimit{"2200H"};           // sequence_generator_limit_exceeded
inline constexpr SqlState kNullNotAllowed{"22004"};          // null_value_not_allowed
inline constexpr SqlState kInvalidLogArgument{"2201E"};      // invalid_argument_for_logarithm
inline constexpr SqlState kInvalidPowerArgument{"2201F"};    // invalid_argument_for_power_function
inline constexpr SqlState kSubstringError{"22011"};          // substring_error
inline constexpr SqlState kNotInRepertoire{"22021"};         // character_not_in_repertoire
inline constexpr SqlState kInvalidParameter{"22023"};        // invalid_parameter_value
inline constexpr SqlState kInvalidEscapeSequence{"22025"};   // invalid_escape_sequence
inline constexpr SqlState kInvalidEscapeCharacter{"22019"};  // invalid_escape_character
inline constexpr SqlState kInvalidText{"22P02"};             // invalid_text_representation
inline constexpr SqlState kNotNullViolation{"23502"};        // not_null_violation
inline constexpr SqlState kForeignKeyViolation{"23503"};     // foreign_key_violation
inline constexpr SqlState kUniqueViolation{"23505"};         // unique_violation
inline constexpr SqlState kCheckViolation{"23514"};          // check_violation
inline constexpr SqlState kInvalidState{"25000"};            // invalid_transaction_state
inline constexpr SqlState kReadOnly{"25006"};                // read_only_sql_transaction
inline constexpr SqlState kFailedTransaction{"25P02"};       // in_failed_sql_transaction
inline constexpr SqlState kDependentObjects{"2BP01"};        // dependent_objects_still_exist
inline constexpr SqlState kBadSavepoint{"3B001"};            // invalid_savepoint_specification
inline constexpr SqlState kUndefinedSchema{"3F000"};         // invalid_schema_name
inline constexpr SqlState kSerialization{"40001"};           // serialization_failure
inline constexpr SqlState kSyntaxError{"42601"};             // syntax_error
inline constexpr SqlState kNameTooLong{"42622"};             // name_too_long
inline constexpr SqlState kDuplicateColumn{"42701"};         // duplicate_column
inline constexpr SqlState kUndefinedColumn{"42703"};         // undefined_column
inline constexpr SqlState kUndefinedObject{"42704"};         // undefined_object
inline constexpr SqlState kDuplicateObject{"42710"};         // duplicate_object
inline constexpr SqlState kAmbiguousFunction{"42725"};       // ambiguous_function
inline constexpr SqlState kDatatypeMismatch{"42804"};        // datatype_mismatch
inline constexpr SqlState kInvalidForeignKey{"42830"};       // invalid_foreign_key
inline constexpr SqlState kCannotCoerce{"42846"};            // cannot_coerce
inline constexpr SqlState kUndefinedFunction{"42883"};       // undefined_function
inline constexpr SqlState kUndefinedTable{"42P01"};          // undefined_table
inline constexpr SqlState kUndefinedParameter{"42P02"};      // undefined_parameter
inline constexpr SqlState kDuplicateSchema{"42P06"};         // duplicate_schema
inline constexpr SqlState kDuplicateTable{"42P07"};          // duplicate_table, index, view or sequence
inline constexpr SqlState kAmbiguousParameter{"42P08"};      // ambiguous_parameter
inline constexpr SqlState kInvalidDefinition{"42P16"};       // invalid_table_definition
inline constexpr SqlState kIndeterminateDatatype{"42P18"};   // indeterminate_datatype
inline constexpr SqlState kDiskFull{"53100"};                // disk_full
inline constexpr SqlState kOutOfMemory{"53200"};             // out_of_memory
inline constexpr SqlState kLimitExceeded{"53400"};           // configuration_limit_exceeded
inline constexpr SqlState kProgramLimit{"54000"};            // program_limit_exceeded
inline constexpr SqlState kTooComplex{"54001"};              // statement_too_complex
inline constexpr SqlState kTooManyColumns{"54011"};          // too_many_columns
inline constexpr SqlState kNotInState{"55000"};              // object_not_in_prerequisite_state
inline constexpr SqlState kObjectInUse{"55006"};             // object_in_use
inline constexpr SqlState kLockNotAvailable{"55P03"};        // lock_not_available
inline constexpr SqlState kQueryCanceled{"57014"};           // query_canceled
inline constexpr SqlState kIoError{"58030"};                 // io_error
inline constexpr SqlState kUndefinedFile{"58P01"};           // undefined_file
inline constexpr SqlState kDuplicateFile{"58P02"};           // duplicate_file
inline constexpr SqlState kSnapshotTooOld{"72000"};          // snapshot_too_old
inline constexpr SqlState kInternal{"XX000"};                // internal_error
inline constexpr SqlState kCorrupted{"XX001"};               // data_corrupted
}  // namespace sqlstate

// What an error is about, as PostgreSQL's error fields have it; empty where it is about no such thing. Views.
struct ErrorObject {
  std::string_view schema, table, column, constraint;
};

// A place in an SQL text. Positions count from 1 in characters, as PostgreSQL reports them; offsets from 0 in bytes.
struct TextPosition {
  int64_t byte_offset = -1;  // −1: none
  int64_t character = 0;     // 0: none
  bool operator==(const TextPosition&) const = default;
};

class [[nodiscard]] Status {
 public:
  Status() noexcept = default;
  static Status ok() noexcept { return Status(); }

  // Never throws: without memory the result is the static 53200 representation.
  static Status error(SqlState state, std::string_view message, int sys_errno = 0) noexcept;
  static Status corruption(std::string_view message) noexcept { return error(sqlstate::kCorrupted, message); }
  static Status out_of_memory() noexcept;

  // The same error with further text; an ok status stays ok. `with_prefix` puts text before the message.
  Status with_detail(std::string_view detail) && noexcept;
  Status with_hint(std::string_view hint) && noexcept;
  Status with_prefix(std::string_view prefix) && noexcept;
  Status with_object(const ErrorObject& object) && noexcept;
  Status with_position(TextPosition position) && noexcept;

  Status(const Status& other) noexcept : rep_(other.rep_) { retain(rep_); }
  Status(Status&& other) noexcept : rep_(std::exchange(other.rep_, nullptr)) {}
  Status& operator=(const Status& other) noexcept {
    retain(other.rep_);
    release(std::exchange(rep_, other.rep_));
    return *this;
  }
  Status& operator=(Status&& other) noexcept {
    std::swap(rep_, other.rep_);
    return *this;
  }
  ~Status() { release(rep_); }

  bool is_ok() const noexcept { return rep_ == nullptr; }
  explicit operator bool() const noexcept { return is_ok(); }

  SqlState sqlstate() const noexcept;  // "00000" when ok
  bool is(SqlState state) const noexcept { return !is_ok() && sqlstate() == state; }
  std::string_view message() const noexcept;
  std::string_view detail() const noexcept;
  std::string_view hint() const noexcept;
  ErrorObject object() const noexcept;
  TextPosition position() const noexcept;
  int sys_errno() const noexcept;
  std::string to_string() const;  // "XX001: message (detail)"

 private:
  struct Rep;
  explicit Status(Rep* rep) noexcept : rep_(rep) {}
  static void retain(Rep* rep) noexcept {
    if (rep != nullptr) retain_slow(rep);
  }
  static void release(Rep* rep) noexcept {
    if (rep != nullptr) release_slow(rep);
  }
  static void retain_slow(Rep* rep) noexcept;
  static void release_slow(Rep* rep) noexcept;

  Rep* rep_ = nullptr;
};

// A value or the Status that says why there is none.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) noexcept(std::is_nothrow_move_constructible_v<T>)
      : ok_(true) {  // NOLINT: implicit by design
    new (&value_) T(std::move(value));
  }
  Result(Status status) noexcept : ok_(false) { new (&status_) Status(std::move(status)); }  // NOLINT
  Result(Result&& other) noexcept(std::is_nothrow_move_constructible_v<T>) : ok_(other.ok_) {
    if (ok_) {
      new (&value_) T(std::move(other.value_));
    } else {
      new (&status_) Status(std::move(other.status_));
    }
  }
  Result(const Result&) = delete;
  Result& operator=(const Result&) = delete;
  Result& operator=(Result&& other) noexcept {
    if (this != &other) {
      this->~Result();
      new (this) Result(std::move(other));
    }
    return *this;
  }
  ~Result() {
    if (ok_) {
      value_.~T();
    } else {
      status_.~Status();
    }
  }

  bool is_ok() const noexcept { return ok_; }
  explicit operator bool() const noexcept { return ok_; }
  // REQUIRES: is_ok().
  T& value() & noexcept { return value_; }
  const T& value() const& noexcept { return value_; }
  T&& value() && noexcept { return std::move(value_); }
  T& operator*() & noexcept { return value_; }
  T* operator->() noexcept { return &value_; }
  Status status() const { return ok_ ? Status() : status_; }

 private:
  bool ok_;
  union {
    T value_;
    Status status_;
  };
};

}  // namespace ddb

#define DDB_CONCAT_INNER(a, b) a##b
#define DDB_CONCAT(a, b) DDB_CONCAT_INNER(a, b)

// DDB_TRY(auto page, cache.read(root)); returns the error to the caller, or declares `page`.
#define DDB_TRY(decl, ...) DDB_TRY_IMPL(DDB_CONCAT(ddb_result_, __COUNTER__), decl, __VA_ARGS__)
#define DDB_TRY_IMPL(tmp, decl, ...) \
  auto tmp = (__VA_ARGS__);          \
  if (!tmp.is_ok()) [[unlikely]]     \
    return tmp.status();             \
  decl = std::move(tmp).value()

// DDB_RETURN_IF_ERROR(file.sync());
#define DDB_RETURN_IF_ERROR(...)                                                    \
  do {                                                                              \
    if (::ddb::Status ddb_status = (__VA_ARGS__); !ddb_status.is_ok()) [[unlikely]] \
      return ddb_status;                                                            \
  } while (false)
