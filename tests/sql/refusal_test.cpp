// refusal_test: what the grammar takes and we do not is refused with 0A000, by name, where it stands; and what is refused by the grammar has
// PostgreSQL's own SQLSTATE, message and place, compared with a server where one is installed.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>

#include "sql/parse_text.h"
#include "sql/statement_corpus.h"

using namespace ddb;
using namespace ddb::test;

namespace {

TEST(Refusal, ConstructsAreNamed) {
  const std::pair<const char*, const char*> cases[] = {
      {"SELECT a FROM t TABLESAMPLE system (1)", "0A000@28/29: TABLESAMPLE is not supported"},
      {"SELECT a INTO u FROM t", "0A000@14/15: SELECT INTO (write CREATE TABLE AS) is not supported"},
      {"SELECT a FROM t ORDER BY a USING <", "0A000@33/34: ORDER BY … USING is not supported"},
      {"SELECT B'101'", "0A000@7/8: a bit string is not supported"},
      {"SELECT xmlelement(name a)", "0A000@7/8: XML is not supported"},
      {"SELECT CAST(a AS SETOF int)", "0A000@23/24: SETOF is not supported"},
      {"DELETE FROM t WHERE CURRENT OF c", "0A000@-1/0: WHERE CURRENT OF is not supported"},
      {"WITH a AS (SELECT 1) SEARCH DEPTH FIRST BY x SET y SELECT 1", "0A000@21/22: SEARCH is not supported"},
      {"WITH a AS (SELECT 1) CYCLE x SET y USING z SELECT 1", "0A000@21/22: CYCLE is not supported"},
      {"UPDATE t SET a[1] = 2", "0A000@13/14: a subscript or field of a column to be set is not supported"},
      {"INSERT INTO t (a.b) VALUES (1)",
       "0A000@15/16: a subscript or field of a column to be set is not supported"},
      {"CREATE TABLE t (LIKE u)", "0A000@21/22: LIKE in CREATE TABLE is not supported"},
      {"CREATE TABLE t (a int) INHERITS (u)", "0A000@0/1: INHERITS is not supported"},
      {"CREATE TABLE t (a int) PARTITION BY LIST (a)", "0A000@23/24: PARTITION BY is not supported"},
      {"CREATE TABLE t PARTITION OF u DEFAULT", "0A000@30/31: PARTITION OF is not supported"},
      {"CREATE TABLE t OF u", "0A000@18/19: CREATE TABLE OF is not supported"},
      {"CREATE TABLE t (a int) WITH (fillfactor = 70)", "0A000@0/1: WITH (…) of a table is not supported"},
      {"CREATE TABLE t (a int) TABLESPACE x", "0A000@0/1: TABLESPACE is not supported"},
      {"CREATE TABLE t (a int) USING heap", "0A000@0/1: USING of a table is not supported"},
      {"CREATE UNLOGGED TABLE t (a int)", "0A000@22/23: UNLOGGED is not supported"},
      {"CREATE TABLE t (a text COMPRESSION pglz)", "0A000@16/17: COMPRESSION is not supported"},
      {"CREATE TABLE t (a int, EXCLUDE USING gist (a WITH =))", "0A000@23/24: EXCLUDE is not supported"},
      {"CREATE TABLE t (a int CHECK (a > 0) NO INHERIT)", "0A000@22/23: NO INHERIT is not supported"},
      {"CREATE TABLE t (a int UNIQUE WITH (fillfactor = 70))",
       "0A000@22/23: WITH (…) of a constraint is not supported"},
      {"CREATE TABLE t (a int UNIQUE USING INDEX TABLESPACE x)",
       "0A000@22/23: USING INDEX TABLESPACE is not supported"},
      {"CREATE TABLE t AS EXECUTE p", "0A000@0/1: CREATE TABLE AS EXECUTE is not supported"},
      {"CREATE MATERIALIZED VIEW v AS SELECT 1", "0A000@0/1: CREATE MATERIALIZED VIEW is not supported"},
      {"CREATE INDEX ON t (a) WITH (fillfactor = 70)", "0A000@0/1: WITH (…) of an index is not supported"},
      {"CREATE INDEX ON t (a text_ops (x = 1))", "0A000@-1/0: options of an operator class is not supported"},
      {"CREATE VIEW v WITH (security_barrier) AS SELECT 1", "0A000@0/1: WITH (…) of a view is not supported"},
      {"CREATE SCHEMA AUTHORIZATION u", "0A000@28/29: AUTHORIZATION is not supported"},
      {"CREATE SCHEMA s CREATE TABLE t (a int)", "0A000@0/1: an element of CREATE SCHEMA is not supported"},
      {"ALTER TABLE t SET LOGGED", "0A000@0/1: SET LOGGED or UNLOGGED is not supported"},
      {"ALTER TABLE t OWNER TO u", "0A000@0/1: OWNER TO is not supported"},
      {"ALTER TABLE t ENABLE ROW LEVEL SECURITY", "0A000@0/1: ROW LEVEL SECURITY is not supported"},
      {"ALTER TABLE t ALTER a ADD GENERATED ALWAYS AS IDENTITY",
       "0A000@0/1: ADD, SET or DROP IDENTITY is not supported"},
      {"ALTER TABLE t SET SCHEMA s", "0A000@0/1: ALTER … SET SCHEMA is not supported"},
      {"ALTER INDEX i SET (fillfactor = 70)", "0A000@0/1: ALTER INDEX is not supported"},
      {"ALTER VIEW v ALTER a SET DEFAULT 1", "0A000@0/1: ALTER VIEW is not supported"},
      {"ALTER TYPE t RENAME ATTRIBUTE a TO b", "0A000@0/1: RENAME of a ATTRIBUTE is not supported"},
      {"DROP FUNCTION f", "0A000@0/1: DROP FUNCTION is not supported"},
      {"DROP TYPE t", "0A000@0/1: DROP TYPE is not supported"},
      {"DROP TRIGGER a ON t", "0A000@0/1: DROP TRIGGER is not supported"},
      {"PREPARE TRANSACTION 'x'", "0A000@0/1: PREPARE TRANSACTION is not supported"},
      {"SET a FROM CURRENT", "0A000@0/1: SET … FROM CURRENT is not supported"},
      {"SET TRANSACTION SNAPSHOT 'x'", "0A000@0/1: SET TRANSACTION SNAPSHOT is not supported"},
      {"COPY t FROM PROGRAM 'x'", "0A000@0/1: COPY … PROGRAM is not supported"},
      {"EXPLAIN DECLARE c CURSOR FOR SELECT 1", "0A000@0/1: EXPLAIN of this statement is not supported"},
      {"COMMENT ON TABLE t IS 'x'", "0A000@0/1: COMMENT is not supported"},
      {"  MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE", "0A000@2/3: MERGE is not supported"},
      {"CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'x'", "0A000@0/1: CREATE FUNCTION is not supported"},
      {"CREATE TRIGGER a BEFORE INSERT ON t EXECUTE FUNCTION f()",
       "0A000@0/1: CREATE TRIGGER is not supported"},
      {"CREATE RULE r AS ON INSERT TO t DO NOTHING", "0A000@0/1: CREATE RULE is not supported"},
      {"CREATE STATISTICS s ON a, b FROM t", "0A000@0/1: CREATE STATISTICS is not supported"},
      {"CREATE DOMAIN d AS int", "0A000@0/1: CREATE DOMAIN is not supported"},
      {"CREATE TYPE t AS ENUM ('a')", "0A000@0/1: CREATE TYPE is not supported"},
      {"CREATE EXTENSION e", "0A000@0/1: CREATE EXTENSION is not supported"},
      {"CREATE ROLE r", "0A000@0/1: CREATE ROLE is not supported"},
      {"CREATE DATABASE d", "0A000@0/1: CREATE DATABASE is not supported"},
      {"GRANT SELECT ON t TO u", "0A000@0/1: GRANT or REVOKE is not supported"},
      {"DO 'x'", "0A000@0/1: DO is not supported"},
      {"CALL p()", "0A000@0/1: CALL is not supported"},
      {"DECLARE c CURSOR FOR SELECT 1", "0A000@0/1: DECLARE CURSOR is not supported"},
      {"FETCH c", "0A000@0/1: FETCH or MOVE is not supported"},
      {"CLOSE c", "0A000@0/1: CLOSE is not supported"},
      {"REINDEX TABLE t", "0A000@0/1: REINDEX is not supported"},
      {"CLUSTER t", "0A000@0/1: CLUSTER is not supported"},
      {"LISTEN a", "0A000@0/1: LISTEN is not supported"},
      {"NOTIFY a", "0A000@0/1: NOTIFY is not supported"},
      {"LOAD 'x'", "0A000@0/1: LOAD is not supported"},
      {"SECURITY LABEL ON TABLE t IS 'x'", "0A000@0/1: SECURITY LABEL is not supported"},
  };
  for (const auto& [sql, expected] : cases) EXPECT_EQ(tree(sql), expected) << sql;
}

// Wrong in PostgreSQL's grammar.
constexpr const char* kWrong[] = {
    "SELEC",
    "SELECT 1 +",
    "SELECT FROM WHERE",
    "SELECT 'abc",
    "SELECT \"abc",
    "SELECT $$abc",
    "SELECT /* abc",
    "SELECT 1abc",
    "SELECT 1.5abc",
    "SELECT 0x1F",
    "SELECT 1_000",
    "SELECT \"\"",
    "SELECT U&'\\00zz'",
    "SELECT U&'\\d800'",
    "SELECT E'\\u12'",
    "SELECT E'\\xff'",
    "SELECT U&'a' UESCAPE 'bc'",
    "SELECT :x",
    "SELECT a ? b ?",
    "SELECT * FROM",
    "SELECT a FROM t WHERE",
    "SELECT a FROM t GROUP",
    "SELECT a FROM t ORDER a",
    "SELECT a FROM t LIMIT 1, 2",
    "SELECT a FROM t LIMIT",
    "SELECT a FROM (SELECT 1)",
    "SELECT a FROM (VALUES (1))",
    "SELECT a FROM t JOIN u",
    "SELECT a FROM t NATURAL JOIN u ON true",
    "SELECT a b c FROM t",
    "SELECT a FROM t FETCH FIRST 1 ROWS WITH TIES",
    "SELECT a FROM t ORDER BY a LIMIT 1 LIMIT 2",
    "SELECT a FROM t ORDER BY a ORDER BY b",
    "SELECT a FROM t FETCH FIRST 1 ROWS ONLY LIMIT 1",
    "SELECT 1 LIMIT 1 OFFSET 1 OFFSET 2",
    "SELECT f(VARIADIC a, b)",
    "SELECT f(a := )",
    "SELECT count(DISTINCT)",
    "SELECT f(ALL)",
    "SELECT CASE END",
    "SELECT CASE WHEN a",
    "SELECT CAST(a int)",
    "SELECT a::",
    "SELECT (1, 2",
    "SELECT f(DISTINCT a) WITHIN GROUP (ORDER BY b)",
    "SELECT f(VARIADIC a) WITHIN GROUP (ORDER BY b)",
    "SELECT f(a ORDER BY b) WITHIN GROUP (ORDER BY c)",
    "SELECT sum(a) OVER (ROWS BETWEEN UNBOUNDED FOLLOWING AND CURRENT ROW)",
    "SELECT sum(a) OVER (ROWS UNBOUNDED FOLLOWING)",
    "SELECT sum(a) OVER (ROWS 1 FOLLOWING)",
    "SELECT sum(a) OVER (ROWS BETWEEN CURRENT ROW AND 1 PRECEDING)",
    "SELECT sum(a) OVER (ROWS BETWEEN 1 FOLLOWING AND CURRENT ROW)",
    "SELECT sum(a) OVER (ROWS BETWEEN CURRENT ROW AND UNBOUNDED PRECEDING)",
    "SELECT sum(a) OVER (ROWS BETWEEN 1 FOLLOWING AND 1 PRECEDING)",
    "SELECT a FROM t WHERE a IN ()",
    "SELECT a BETWEEN 1",

    "SELECT NOT",
    "SELECT a = ANY b",
    "SELECT UNIQUE (SELECT 1)",
    "SELECT (a, b) OVERLAPS (c)",
    "SELECT (a) OVERLAPS (b, c)",
    "SELECT a < b < c",
    "SELECT a = b = c",
    "SELECT a.*.b",
    "SELECT float(0) '1'",
    "SELECT a::float(99)",
    "SELECT a::bit varying(",
    "SELECT ARRAY[1",

    "SELECT CURRENT_DATE()",
    "SELECT interval(3) '1' day",
    "SELECT EXTRACT(year a)",
    "SELECT $1x",
    "SELECT $0",

    "INSERT t VALUES (1)",
    "INSERT INTO t",
    "INSERT INTO t VALUES",
    "INSERT INTO t VALUES ()",
    "INSERT INTO t () VALUES (1)",
    "INSERT INTO t (a, ) VALUES (1)",
    "INSERT OR REPLACE INTO t VALUES (1)",
    "REPLACE INTO t VALUES (1)",
    "INSERT INTO t VALUES (1) ON CONFLICT",
    "INSERT INTO t VALUES (1) ON CONFLICT DO UPDATE",
    "INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET",
    "UPDATE t",
    "UPDATE t SET",
    "UPDATE t SET a",
    "UPDATE t SET a = ",
    "UPDATE t SET (a, b) = ",
    "UPDATE t SET a = 1 WHERE",
    "DELETE t",
    "DELETE FROM",
    "DELETE FROM t WHERE",
    "DELETE FROM t LIMIT 1",
    "TRUNCATE",
    "CREATE",
    "CREATE TABLE",
    "CREATE TABLE t",
    "CREATE TABLE t (a)",
    "CREATE TABLE t (a int",
    "CREATE TABLE t (a int,)",
    "CREATE TABLE t (int)",
    "CREATE TABLE t (a int PRIMARY)",
    "CREATE TABLE t (a int REFERENCES)",
    "CREATE TABLE t (a int DEFAULT)",
    "CREATE TABLE t (a int GENERATED ALWAYS)",
    "CREATE TABLE t (a int GENERATED BY DEFAULT AS (a) STORED)",
    "CREATE TABLE t (a int GENERATED ALWAYS AS (a))",
    "CREATE TABLE t (a int, FOREIGN KEY (a) REFERENCES u MATCH PARTIAL)",
    "CREATE TABLE t (a int, CHECK (a > 0) DEFERRABLE)",
    "CREATE TABLE t (a int, UNIQUE (a) NOT VALID)",
    "CREATE TABLE t (a int, UNIQUE (a) NOT DEFERRABLE INITIALLY DEFERRED)",
    "CREATE TABLE t (a int, FOREIGN KEY (a) REFERENCES u ON UPDATE SET NULL (a))",
    "CREATE TABLE t (a int, FOREIGN KEY (a) REFERENCES u NO INHERIT)",
    "CREATE TABLE t (a int DEFERRABLE)",
    "CREATE TABLE t (a int UNIQUE NOT DEFERRABLE INITIALLY DEFERRED)",
    "CREATE TABLE t (a int UNIQUE DEFERRABLE DEFERRABLE)",
    "CREATE TABLE t (a int UNIQUE INITIALLY DEFERRED INITIALLY IMMEDIATE)",
    "CREATE TABLE t (a int INITIALLY DEFERRED)",
    "CREATE TABLE t (a int COLLATE \"C\" COLLATE \"C\")",
    "CREATE TABLE t (a int) WITH OIDS",
    "CREATE TABLE t (a int) AS",
    "CREATE TABLE a.b.c.d (x int)",
    "CREATE TABLE IF EXISTS t (a int)",
    "CREATE OR REPLACE TABLE t (a int)",
    "CREATE TABLE t (a SETOF)",
    "CREATE INDEX t (a)",
    "CREATE INDEX i ON t",
    "CREATE INDEX i ON t ()",
    "CREATE INDEX IF NOT EXISTS ON t (a)",
    "CREATE INDEX i ON t (a + 1)",
    "CREATE VIEW v",
    "CREATE VIEW v AS",
    "CREATE VIEW v AS INSERT INTO t VALUES (1)",
    "CREATE RECURSIVE VIEW v (n) AS SELECT 1 WITH CHECK OPTION",
    "CREATE SEQUENCE",
    "CREATE SEQUENCE q START",
    "CREATE SCHEMA",
    "CREATE SCHEMA IF NOT EXISTS s CREATE TABLE t (a int)",
    "CREATE DATABASE",
    "DROP",
    "DROP TABLE",
    "DROP TABLE t u",
    "DROP TABLE IF NOT EXISTS t",
    "DROP INDEX",
    "ALTER TABLE t",
    "ALTER TABLE t ADD",
    "ALTER TABLE t DROP",
    "ALTER TABLE t ALTER a",
    "ALTER TABLE t RENAME",
    "ALTER TABLE t RENAME a b",
    "ALTER TABLE t ADD CONSTRAINT c",

    "ALTER SEQUENCE q",
    "BEGIN IMMEDIATE",
    "BEGIN ISOLATION",
    "BEGIN ISOLATION LEVEL",
    "COMMIT AND",
    "SAVEPOINT",
    "ROLLBACK TO",
    "RELEASE",
    "SET",
    "SET a",
    "SET a =",
    "SET a b",
    "SHOW",
    "RESET",
    "EXPLAIN",
    "EXPLAIN (ANALYZE",
    "EXPLAIN QUERY PLAN SELECT 1",
    "PRAGMA x",
    "ATTACH 'x' AS y",
    "VACUUM (",
    "ANALYZE (a",
    "COPY t",
    "COPY t FROM",
    "COPY t (a) TO",
    "COPY (SELECT 1) FROM STDIN",
    "COPY t TO STDOUT WHERE a",
    "PREPARE",
    "PREPARE p",
    "EXECUTE",
    "DEALLOCATE",
    "LOCK",
    "LOCK t IN x MODE",
    "SET CONSTRAINTS",
    "GRANT",
    "WITH a SELECT 1",
    "WITH a AS SELECT 1",
    "WITH a AS (SELECT 1)",
    "VALUES",
    "VALUES ()",
    "SELECT 1 UNION",
    "SELECT 1 INTERSECT ALL",
    "(SELECT 1",
    "SELECT 1)",
    "TABLE",
    "SELECT 'a' 'b'",
    "SELECT é é é",
    "SELECT 'é' FROM FROM",
    "SELECT 1 FROM t AS",
    "SELECT 1 FROM t x y",
    "SELECT * FROM a.b.c.d",
    "SELECT JSON_OBJECT('a': 1)",
};

// All wrong texts: those above, and statements of the corpus that end too early.
std::vector<std::string> wrong_texts() {
  std::vector<std::string> texts(std::begin(kWrong), std::end(kWrong));
  for (const char* sql : kStatements) {
    const std::string_view whole(sql);
    for (const size_t part : {2, 3, 5}) {
      const std::string cut(whole.substr(0, whole.size() - whole.size() / part));
      const Result<ParsedScript> script = parse_sql(cut + ";\n");
      if (!script.is_ok() && !script.status().is(sqlstate::kFeatureNotSupported)) texts.push_back(cut);
    }
  }
  return texts;
}

constexpr const char* kServer = "/usr/lib/postgresql/15/bin";

std::string run(const std::string& command) {
  std::string out;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return out;
  std::array<char, 4096> buffer;
  while (const size_t got = ::fread(buffer.data(), 1, buffer.size(), pipe)) out.append(buffer.data(), got);
  ::pclose(pipe);
  return out;
}

// The log's errors by the number in their statement. A message of several lines goes on behind tabs.
std::map<size_t, std::string> errors_in(const std::string& log) {
  const std::regex error(R"(^(?:ERROR|FATAL):  (\w{5}): ([^]*?)(?: at character (\d+))?$)");
  const std::regex number(R"(#(\d+)# \*/)");
  std::vector<std::string> entries;
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    if (!entries.empty() && line.starts_with('\t')) {
      entries.back() += "\n" + line.substr(1);
    } else {
      entries.push_back(line);
    }
  }
  std::map<size_t, std::string> errors;
  std::string last;
  for (const std::string& entry : entries) {
    std::smatch match;
    if (std::regex_match(entry, match, error)) {
      last = match[1].str() + " at " + (match[3].matched ? match[3].str() : "0") + ": " + match[2].str();
    } else if (entry.starts_with("STATEMENT:") && std::regex_search(entry, match, number)) {
      if (!last.empty()) errors[std::stoul(match[1])] = last;
      last.clear();
    }
  }
  return errors;
}

// Newer servers of version 15 quote more of the junk.
std::string without_junk(std::string message) {
  const size_t junk = message.find("trailing junk");
  return junk == std::string::npos ? message : message.substr(0, message.find(" at or near"));
}

// A server of one process that reads statements from its input and logs each error with its SQLSTATE, place and statement. No socket, nothing to stop.
TEST(Refusal, ErrorsAreThoseOfTheServer) {
  if (::access((std::string(kServer) + "/postgres").c_str(), X_OK) != 0)
    GTEST_SKIP() << "no PostgreSQL 15 server is installed";
  char name[] = "/tmp/ddb_parser_oracle_XXXXXX";
  ASSERT_NE(::mkdtemp(name), nullptr);
  const std::filesystem::path folder(name);
  std::filesystem::permissions(folder, std::filesystem::perms::all);
  const std::vector<std::string> texts = wrong_texts();
  {
    std::ofstream input(folder / "input");
    for (size_t i = 0; i < texts.size(); ++i) input << texts[i] << " /* #" << i << "# */;\n\n";
  }
  const std::string data = (folder / "data").string();
  {
    std::ofstream script(folder / "run.sh");
    script
        << "cd " << name << " && " << kServer << "/initdb -D " << data
        << " -U postgres --encoding=UTF8 --lc-collate=C --lc-ctype=C.UTF-8 --no-sync >init.log 2>&1 || { cat "
           "init.log; exit 1; }\n"
        << kServer << "/postgres --single -j -D " << data
        << " -c fsync=off -c log_error_verbosity=verbose -c log_line_prefix= -c log_min_error_statement=error"
        << " -c log_min_messages=warning -c lc_messages=C postgres <input 2>&1 >/dev/null\nrm -rf " << data
        << "\n";
  }
  // The server does not run for root.
  const bool root = ::geteuid() == 0;
  if (root && run("id -u postgres 2>/dev/null").empty()) {
    std::filesystem::remove_all(folder);
    GTEST_SKIP() << "root without a user postgres to run the server";
  }
  const std::string shell = "sh " + (folder / "run.sh").string();
  const std::string log = run(root ? "su postgres -s /bin/sh -c '" + shell + "'" : shell);
  std::filesystem::remove_all(folder);

  const std::map<size_t, std::string> of_server = errors_in(log);
  ASSERT_GT(of_server.size(), 150u) << log.substr(0, 2000);
  size_t compared = 0;
  for (size_t i = 0; i < texts.size(); ++i) {
    const Result<ParsedScript> script = parse_sql(texts[i] + " /* #" + std::to_string(i) + "# */;\n");
    const Status status = script.status();
    const std::string ours = std::string(status.sqlstate().view()) + " at " +
                             std::to_string(status.position().character) + ": " +
                             std::string(status.message());
    if (!of_server.contains(i)) {
      // A text that ends within a comment or a quote takes the next ones with it.
      continue;
    }
    ++compared;
    EXPECT_EQ(without_junk(ours), without_junk(of_server.at(i))) << texts[i];
  }
  RecordProperty("compared", static_cast<int>(compared));
  EXPECT_GT(compared, 300u);
}

}  // namespace
