// lmdb_peer: the calls, and the packing of a row:
//
//   offset size                     offset size
//        0    4  a                      20    1  length of d
//        4    8  b                      21    1  length of e
//       12    8  c                      22       d, then e
#include "peers/lmdb_peer.h"

#include <lmdb.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "support/bench_directory.h"

namespace bench {
namespace {

constexpr size_t kMapBytes = size_t{16} << 30;  // an address range, not memory
constexpr size_t kB = 4;
constexpr size_t kTexts = 22;

void check(int code, const char* what) {
  if (code == MDB_SUCCESS) [[likely]]
    return;
  fail(std::string("lmdb: ") + what + ": " + mdb_strerror(code));
}

template <typename T>
T number_at(const char* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

struct PackedRow {
  explicit PackedRow(const BenchRow& row) {
    std::memcpy(bytes.data(), &row.a, 4);
    std::memcpy(bytes.data() + kB, &row.b, 8);
    std::memcpy(bytes.data() + 12, &row.c, 8);
    bytes[20] = static_cast<char>(row.d.size());
    bytes[21] = static_cast<char>(row.e.size());
    std::memcpy(bytes.data() + kTexts, row.d.data(), row.d.size());
    std::memcpy(bytes.data() + kTexts + row.d.size(), row.e.data(), row.e.size());
  }
  std::array<char, kTexts + 8 + 22> bytes;
};

void add_row(const MDB_val& key, const MDB_val& value, ReadSum* sum) {
  const auto* bytes = static_cast<const char*>(value.mv_data);
  const auto d_bytes = static_cast<uint8_t>(bytes[20]);
  sum->add_id(number_at<int64_t>(static_cast<const char*>(key.mv_data)));
  sum->add_a(number_at<int32_t>(bytes));
  sum->add_b(number_at<int64_t>(bytes + kB));
  sum->add_c(number_at<double>(bytes + 12));
  sum->add_d({bytes + kTexts, d_bytes});
  sum->add_e({bytes + kTexts + d_bytes, static_cast<uint8_t>(bytes[21])});
}

MDB_val key_of(int64_t& id) { return {sizeof id, &id}; }

}  // namespace

LmdbPeer::LmdbPeer(const std::string& path, PeerSync sync) : sync_(sync) {
  check(mdb_env_create(&env_), "create");
  check(mdb_env_set_maxdbs(env_, 2), "maxdbs");
  check(mdb_env_set_mapsize(env_, kMapBytes), "mapsize");
  const unsigned int no_sync = sync == PeerSync::kNone ? MDB_NOSYNC : 0;
  check(mdb_env_open(env_, path.c_str(), MDB_NOSUBDIR | no_sync, 0644), "open");
  MDB_txn* transaction = nullptr;
  check(mdb_txn_begin(env_, nullptr, 0, &transaction), "begin");
  check(mdb_dbi_open(transaction, "bench", MDB_INTEGERKEY | MDB_CREATE, &table_), "table");
  check(mdb_txn_commit(transaction), "commit");
}

LmdbPeer::~LmdbPeer() { mdb_env_close(env_); }

std::string LmdbPeer::version() const {
  int major = 0, minor = 0, patch = 0;
  mdb_version(&major, &minor, &patch);
  return "lmdb " + std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
}

std::string LmdbPeer::settings() const {
  return sync_ == PeerSync::kFull ? "integer keys, packed rows" : "integer keys, packed rows, MDB_NOSYNC";
}

void LmdbPeer::load(const BenchTable& table) {
  begin_write();
  for (uint64_t i = 0; i < table.rows(); ++i) {
    BenchRow row = table.row(i);
    PackedRow packed(row);
    MDB_val key = key_of(row.id);
    MDB_val value{packed.bytes.size(), packed.bytes.data()};
    check(mdb_cursor_put(writer_, &key, &value, MDB_APPEND), "append");
    if (!has_index_) continue;
    MDB_val text{row.e.size(), row.e.data()};
    check(mdb_put(write_, index_, &text, &key, 0), "put into the index");
  }
  commit();
}

// Sorted, so that each page is filled once.
void LmdbPeer::index_e() {
  MDB_txn* transaction = nullptr;
  check(mdb_txn_begin(env_, nullptr, 0, &transaction), "begin");
  // The few texts that come twice have several ids.
  check(mdb_dbi_open(transaction, "e", MDB_DUPSORT | MDB_DUPFIXED | MDB_INTEGERDUP | MDB_CREATE, &index_),
        "index");
  MDB_cursor* cursor = nullptr;
  check(mdb_cursor_open(transaction, table_, &cursor), "cursor");
  std::vector<std::pair<std::string, int64_t>> entries;
  MDB_val key, value;
  int code = mdb_cursor_get(cursor, &key, &value, MDB_FIRST);
  for (; code == MDB_SUCCESS; code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) {
    const auto* bytes = static_cast<const char*>(value.mv_data);
    entries.emplace_back(
        std::string(bytes + kTexts + static_cast<uint8_t>(bytes[20]), static_cast<uint8_t>(bytes[21])),
        number_at<int64_t>(static_cast<const char*>(key.mv_data)));
  }
  mdb_cursor_close(cursor);
  std::sort(entries.begin(), entries.end());
  for (auto& [text, id] : entries) {
    MDB_val e{text.size(), text.data()};
    MDB_val number = key_of(id);
    check(mdb_put(transaction, index_, &e, &number, MDB_APPENDDUP), "append to the index");
  }
  check(mdb_txn_commit(transaction), "commit");
  has_index_ = true;
}

bool LmdbPeer::find_e(std::string_view e, ReadSum* sum) {
  MDB_val key{e.size(), const_cast<char*>(e.data())}, id;
  const int code = mdb_get(read_, index_, &key, &id);
  if (code == MDB_NOTFOUND) return false;
  check(code, "get");
  return fetch(number_at<int64_t>(static_cast<const char*>(id.mv_data)), sum);
}

void LmdbPeer::begin_read() {
  check(mdb_txn_begin(env_, nullptr, MDB_RDONLY, &read_), "begin");
  check(mdb_cursor_open(read_, table_, &reader_), "cursor");
}
void LmdbPeer::end_read() {
  mdb_cursor_close(reader_);
  mdb_txn_abort(read_);
}

bool LmdbPeer::fetch(int64_t id, ReadSum* sum) {
  MDB_val key = key_of(id), value;
  const int code = mdb_get(read_, table_, &key, &value);
  if (code == MDB_NOTFOUND) return false;
  check(code, "get");
  add_row(key, value, sum);
  return true;
}

void LmdbPeer::range(int64_t first_id, uint32_t rows, ReadSum* sum) {
  const int64_t end = first_id + rows;
  MDB_val key = key_of(first_id), value;
  int code = mdb_cursor_get(reader_, &key, &value, MDB_SET_RANGE);
  while (code == MDB_SUCCESS && number_at<int64_t>(static_cast<const char*>(key.mv_data)) < end) {
    add_row(key, value, sum);
    code = mdb_cursor_get(reader_, &key, &value, MDB_NEXT);
  }
  if (code != MDB_NOTFOUND) check(code, "range");
}

void LmdbPeer::scan_b(ReadSum* sum) {
  MDB_val key, value;
  int code = mdb_cursor_get(reader_, &key, &value, MDB_FIRST);
  for (; code == MDB_SUCCESS; code = mdb_cursor_get(reader_, &key, &value, MDB_NEXT)) {
    sum->add_b(number_at<int64_t>(static_cast<const char*>(value.mv_data) + kB));
  }
  if (code != MDB_NOTFOUND) check(code, "scan");
}

void LmdbPeer::scan_all(ReadSum* sum) {
  MDB_val key, value;
  int code = mdb_cursor_get(reader_, &key, &value, MDB_FIRST);
  for (; code == MDB_SUCCESS; code = mdb_cursor_get(reader_, &key, &value, MDB_NEXT))
    add_row(key, value, sum);
  if (code != MDB_NOTFOUND) check(code, "scan");
}

void LmdbPeer::update_b(const BenchTable& table, std::span<const int64_t> ids, uint64_t version) {
  begin_write();
  for (int64_t id : ids) {
    MDB_val key = key_of(id), value;
    const int code = mdb_cursor_get(writer_, &key, &value, MDB_SET_KEY);
    if (code == MDB_NOTFOUND) continue;
    check(code, "get");
    std::array<char, 64> row;
    if (value.mv_size > row.size()) fail("lmdb: a row is too long");
    std::memcpy(row.data(), value.mv_data, value.mv_size);
    const int64_t b = table.b_of(id, version);
    std::memcpy(row.data() + kB, &b, sizeof b);
    value.mv_data = row.data();
    check(mdb_cursor_put(writer_, &key, &value, MDB_CURRENT), "put");
  }
  commit();
}

void LmdbPeer::erase(std::span<const int64_t> ids) {
  begin_write();
  for (int64_t id : ids) {
    MDB_val key = key_of(id);
    const int code = mdb_del(write_, table_, &key, nullptr);
    if (code != MDB_NOTFOUND) check(code, "delete");
  }
  commit();
}

uint64_t LmdbPeer::file_bytes() {
  MDB_envinfo info;
  MDB_stat stat;
  check(mdb_env_info(env_, &info), "info");
  check(mdb_env_stat(env_, &stat), "stat");
  return (info.me_last_pgno + 1) * stat.ms_psize;
}

void LmdbPeer::begin_write() {
  check(mdb_txn_begin(env_, nullptr, 0, &write_), "begin");
  check(mdb_cursor_open(write_, table_, &writer_), "cursor");
}
void LmdbPeer::commit() {
  mdb_cursor_close(writer_);
  check(mdb_txn_commit(write_), "commit");
}

}  // namespace bench
