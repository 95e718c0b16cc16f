// sql_parse: text to syntax tree, in µs a statement. The floor is the grammar alone (libpg_query's raw tree): the difference is the check of the
// text and the copy into our tree.
#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "sql/ast_compare.h"
#include "sql/parser.h"
#include "sql/raw_parse.h"
#include "support/arguments.h"
#include "support/bench_directory.h"
#include "support/clock.h"
#include "support/report.h"

using namespace bench;
using namespace ddb;

namespace {

std::string insert_of(int rows) {
  std::string sql = "INSERT INTO t (id, name, value) VALUES ";
  for (int i = 0; i < rows; ++i) {
    if (i > 0) sql += ", ";
    sql += "(" + std::to_string(i) + ", 'name " + std::to_string(i) + "', " + std::to_string(i) + ".5)";
  }
  return sql;
}

struct Text {
  const char* name;
  std::string sql;
};

// Mean µs of one call, over about `calls` of them.
template <typename F>
double measure(uint64_t calls, F&& f) {
  for (uint64_t i = 0; i < calls / 10 + 1; ++i) f();
  const auto start = now_ns();
  for (uint64_t i = 0; i < calls; ++i) f();
  return static_cast<double>(now_ns() - start) / 1000.0 / static_cast<double>(calls);
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments(argc, argv);
  const uint64_t rounds = arguments.number("rounds", 9, "rounds; figures are medians over them");
  const uint64_t bytes = arguments.number("bytes", 4 << 20, "bytes of text parsed in a round");
  arguments.finish(false);
  Report report("micro.sql_parse", arguments.command());
  const Text texts[] = {
      {"select_by_key", "SELECT * FROM users WHERE id = $1"},
      {"insert_3_values", "INSERT INTO users (id, name, email) VALUES ($1, $2, $3)"},
      {"update_by_key", "UPDATE users SET name = $1, age = age + 1 WHERE id = $2"},
      {"tpch_q5",
       "SELECT n_name, sum(l_extendedprice * (1 - l_discount)) AS revenue FROM customer, orders, lineitem, "
       "supplier, nation, region "
       "WHERE c_custkey = o_custkey AND l_orderkey = o_orderkey AND l_suppkey = s_suppkey AND c_nationkey = "
       "s_nationkey "
       "AND s_nationkey = n_nationkey AND n_regionkey = r_regionkey AND r_name = 'ASIA' AND o_orderdate >= "
       "date '1994-01-01' "
       "AND o_orderdate < date '1994-01-01' + interval '1' year GROUP BY n_name ORDER BY revenue DESC"},
      {"insert_1000_rows", insert_of(1000)},
  };
  for (const Text& text : texts) {
    const uint64_t calls = std::max<uint64_t>(bytes / text.sql.size() / 8, 5);
    Figure parse{std::string(text.name), "us", {}, "grammar alone", {}, {}};
    Figure walk{std::string(text.name) + ".hash", "us", {}, "", {}, {}};
    uint64_t held = 0;
    for (uint64_t round = 0; round < rounds; ++round) {
      parse.floor_rounds.push_back(measure(calls, [&] {
        std::vector<ParseNotice> notices;
        RawParse raw;
        if (!raw.parse(text.sql.c_str(), notices).is_ok()) fail("the statement is wrong");
        keep(raw.tree());
      }));
      parse.rounds.push_back(measure(calls, [&] {
        auto script = parse_sql(text.sql);
        if (!script.is_ok()) fail("the statement is wrong");
        held = script->statements[0].arena.bytes_held();
        keep(script->statements[0].root);
      }));
      const auto script = std::move(parse_sql(text.sql)).value();
      walk.rounds.push_back(measure(calls, [&] { keep(ast::hash(*script.statements[0].root)); }));
    }
    report.figure(parse);
    report.figure(walk);
    report.figure(std::string(text.name) + ".arena", static_cast<double>(held), "bytes");
  }
  return 0;
}
