// parser_test: what the parser checks itself: bytes, limits, parameters, boundaries of statements, notices, refusals, threads.
#include <gtest/gtest.h>
#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <thread>
#include <vector>

#include "sql/ast_compare.h"
#include "sql/ast_visit.h"
#include "sql/parse_text.h"

using namespace ddb;
using namespace ddb::test;

namespace {

std::string repeat(std::string_view part, size_t count) {
  std::string out;
  out.reserve(part.size() * count);
  for (size_t i = 0; i < count; ++i) out += part;
  return out;
}

std::string state(std::string_view sql, const ParseLimits& limits = {}) {
  const Result<ParsedScript> script = parse_sql(sql, limits);
  return std::string(script.status().sqlstate().view());
}

TEST(Parser, RefusesBytesThatAreNotUtf8) {
  EXPECT_EQ(state("SELECT '\xff'"), "22021");
  EXPECT_EQ(state("SELECT '\xc3"), "22021");
  EXPECT_EQ(state("SELECT '\xed\xa0\x80'"), "22021");
  EXPECT_EQ(state("SELECT \"\xc3\xa9\""), "00000");
}

TEST(Parser, RefusesNul) {
  EXPECT_EQ(state(std::string_view("SELECT 1\0; DROP TABLE t", 23)), "22021");
  EXPECT_EQ(state(std::string_view("\0", 1)), "22021");
}

TEST(Parser, RefusesLongText) {
  ParseLimits limits;
  limits.text_bytes_max = 20;
  EXPECT_EQ(state("SELECT 1            ", limits), "00000");
  EXPECT_EQ(state("SELECT 1             ", limits), "54000");
  EXPECT_EQ(state("SELECT '" + repeat("x", 16u << 20) + "'"), "54000");
  const std::string longest = "SELECT '" + repeat("x", (16u << 20) - 9) + "'";
  EXPECT_EQ(longest.size(), 16u << 20);
  EXPECT_EQ(state(longest), "00000");
}

TEST(Parser, ReadsParametersFromTheText) {
  EXPECT_EQ(tree("SELECT $0"), "42P02@7/8: there is no parameter $0");
  EXPECT_EQ(tree("SELECT $99999999999999"), "42P02@7/8: there is no parameter $99999999999999");
  EXPECT_EQ(tree("SELECT $65536"), "42P02@7/8: there is no parameter $65536");
  // The grammar takes this for $1.
  EXPECT_EQ(tree("SELECT $4294967297"), "42P02@7/8: there is no parameter $4294967297");
  EXPECT_EQ(expression("$65535"), "(Parameter number=65535)");
  EXPECT_EQ(tree("SELECT 'é', $0"), "42P02@13/13: there is no parameter $0");
}

TEST(Parser, NestingHasALimit) {
  ParseLimits limits;
  limits.depth_max = 10;
  EXPECT_EQ(state("SELECT " + repeat("- ", 8) + "a", limits), "00000");
  EXPECT_EQ(state("SELECT " + repeat("- ", 9) + "a", limits), "54001");
  EXPECT_EQ(state("SELECT * FROM " + repeat("(SELECT * FROM ", 5) + "t" + repeat(") x", 5), limits), "54001");
  EXPECT_EQ(state("SELECT 1" + repeat(" UNION SELECT 1", 9), limits), "54001");
  EXPECT_EQ(state("SELECT * FROM t" + repeat(" JOIN t ON true", 9), limits), "54001");
}

TEST(Parser, DeepTextsAreRefusedNotFatal) {
  EXPECT_EQ(state("SELECT " + repeat("(", 20000) + "1" + repeat(")", 20000)), "42601")
      << "the grammar's own stack ends";
  EXPECT_EQ(state("SELECT 1" + repeat("+1", 10000)), "54001");
  EXPECT_EQ(state("SELECT 1" + repeat("+1", 1000000)), "54001");
  EXPECT_EQ(state("SELECT " + repeat("NOT ", 5000) + "a"), "54001");
  EXPECT_EQ(state("SELECT a FROM t WHERE true" + repeat(" AND b", 10000)), "00000") << "AND is one flat node";
}

// Ten thousand levels, for who sets the limit so: every walk of this layer gets through with a stack to match.
TEST(Parser, DeepTreesPassWhereTheLimitAllows) {
  std::thread([] {}).join();
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, size_t{256} << 20);
  pthread_t thread;
  const auto run = [](void*) -> void* {
    ParseLimits limits;
    limits.depth_max = 20000;
    const auto script = parse_sql("SELECT 1" + repeat("+1", 10000), limits);
    EXPECT_TRUE(script.is_ok());
    if (!script.is_ok()) return nullptr;
    auto again = parse_sql("SELECT  1" + repeat("+1", 10000), limits);
    const ast::Node& a = *const_cast<Result<ParsedScript>&>(script)->statements[0].root;
    const ast::Node& b = *again->statements[0].root;
    EXPECT_TRUE(ast::equal(a, b));
    EXPECT_EQ(ast::hash(a), ast::hash(b));
    EXPECT_GT(ast::to_text(a).size(), 100000u);
    return nullptr;
  };
  ASSERT_EQ(pthread_create(&thread, &attributes, run, nullptr), 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

TEST(Parser, TellsWhereStatementsBeginAndEnd) {
  const std::string sql = " -- x\n SELECT 1 ;; /* a /* b */ ; */ SELECT ';' -- c\n ; COMMIT ";
  const auto script = std::move(parse_sql(sql)).value();
  ASSERT_EQ(script.statements.size(), 3u);
  const auto text = [&](size_t i) {
    return sql.substr(static_cast<size_t>(script.statements[i].text_begin),
                      static_cast<size_t>(script.statements[i].text_end - script.statements[i].text_begin));
  };
  EXPECT_EQ(text(0), "SELECT 1");
  EXPECT_EQ(text(1), "SELECT ';' -- c");
  EXPECT_EQ(text(2), "COMMIT");
  EXPECT_EQ(sql.substr(static_cast<size_t>(script.statements[0].tail), 3), "; /");
  EXPECT_EQ(sql.substr(static_cast<size_t>(script.statements[1].tail)), " COMMIT ");
  EXPECT_EQ(static_cast<size_t>(script.statements[2].tail), sql.size());
  for (const char* none : {"", "  ", ";;", "-- only a comment", "/* ; */"}) {
    EXPECT_TRUE(std::move(parse_sql(none)).value().statements.empty()) << none;
  }
}

TEST(Parser, ErrorsCarryCharacterAndByte) {
  EXPECT_EQ(tree("SELECT 'éé' FRM t x"), "42601@18/17: syntax error at or near \"t\"");
  EXPECT_EQ(tree("SELECT 1 +"), "42601@10/11: syntax error at end of input");
  EXPECT_EQ(tree("SELECT 'é'; MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE"),
            "0A000@13/13: MERGE is not supported");
}

TEST(Parser, ReportsWhatIsCutOrDeprecated) {
  const auto cut = std::move(parse_sql("SELECT " + repeat("x", 64))).value();
  ASSERT_EQ(cut.notices.size(), 1u);
  EXPECT_FALSE(cut.notices[0].warning);
  EXPECT_EQ(cut.notices[0].state.view(), "42622");
  EXPECT_NE(ast::to_text(*cut.statements[0].root).find("'" + repeat("x", 63) + "'"), std::string::npos);
  const auto global = std::move(parse_sql("CREATE GLOBAL TEMP TABLE t (a int)")).value();
  ASSERT_EQ(global.notices.size(), 1u);
  EXPECT_TRUE(global.notices[0].warning);
  EXPECT_EQ(global.notices[0].position, (TextPosition{7, 8}));
}

// pg_query_parse would point stderr elsewhere for the whole process, and PostgreSQL writes its warnings there.
TEST(Parser, WritesToNoStream) {
  int pipe_ends[2];
  ASSERT_EQ(::pipe(pipe_ends), 0);
  const int saved = ::dup(STDERR_FILENO);
  ::dup2(pipe_ends[1], STDERR_FILENO);
  (void)parse_sql("CREATE GLOBAL TEMP TABLE t (a int)").is_ok();
  (void)parse_sql("SELECT " + repeat("x", 64)).is_ok();
  (void)parse_sql("SELEC").is_ok();
  ASSERT_EQ(::write(STDERR_FILENO, "end", 3), 3);
  ::dup2(saved, STDERR_FILENO);
  ::close(saved);
  ::close(pipe_ends[1]);
  char read_back[64] = {};
  EXPECT_EQ(::read(pipe_ends[0], read_back, sizeof read_back), 3);
  EXPECT_STREQ(read_back, "end");
  ::close(pipe_ends[0]);
}

// libpg_query's own set-up would use up the process's thread keys after about 1,000 threads.
TEST(Parser, ThousandsOfThreadsLeaveNoKeyBehind) {
  constexpr int kThreads = 3000;
  constexpr int kAtOnce = 8;
  std::atomic<int> right = 0;
  for (int i = 0; i < kThreads; i += kAtOnce) {
    std::vector<std::thread> threads;
    for (int j = 0; j < kAtOnce; ++j) {
      threads.emplace_back([&right, i, j] {
        const std::string number = std::to_string(i + j);
        const bool good =
            expression(number) ==
            (i + j == 0 ? "(Constant type=Integer)" : "(Constant type=Integer integer=" + number + ")");
        const bool bad = state("SELEC") == "42601";
        if (good && bad) ++right;
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(right, kThreads);
  pthread_key_t key;
  ASSERT_EQ(pthread_key_create(&key, nullptr), 0);
  pthread_key_delete(key);
}

TEST(Parser, WalkVisitsEveryNodeOnce) {
  const auto script = std::move(parse_sql("SELECT a + 1, f(b) FROM t WHERE c IN (1, 2) ORDER BY d")).value();
  int count = 0;
  const auto walk = [&count](const auto& self, const ast::Node& node) -> void {
    ++count;
    ast::for_each_child(node, [&](const ast::Node& child) { self(self, child); });
  };
  walk(walk, *script.statements[0].root);
  const std::string text = ast::to_text(*script.statements[0].root);
  EXPECT_EQ(count, std::count(text.begin(), text.end(), '('));
}

}  // namespace
