// tree_test: the shape of trees, and what the grammar accepts with another meaning than one might think.
#include <gtest/gtest.h>

#include "sql/ast_compare.h"
#include "sql/parse_text.h"

using namespace ddb;
using namespace ddb::test;

namespace {

TEST(Tree, ConstantsAreIntegersWhereTheirDigitsFit) {
  EXPECT_EQ(expression("1"), "(Constant type=Integer integer=1)");
  EXPECT_EQ(expression("-2147483648"), "(Constant type=Integer integer=-2147483648)");
  EXPECT_EQ(expression("2147483648"), "(Constant type=Integer integer=2147483648)");
  EXPECT_EQ(expression("-9223372036854775808"), "(Constant type=Integer integer=-9223372036854775808)");
  EXPECT_EQ(expression("9223372036854775808"), "(Constant type=Numeric text='9223372036854775808')");
  EXPECT_EQ(expression("00000000000000000000000000001"), "(Constant type=Integer integer=1)");
  EXPECT_EQ(expression("1.0"), "(Constant type=Numeric text='1.0')");
  EXPECT_EQ(expression("1e3"), "(Constant type=Numeric text='1e3')");
  EXPECT_EQ(expression("'a''b'"), "(Constant type=String text='a'b')");
  EXPECT_EQ(expression("''"), "(Constant type=String)");
  EXPECT_EQ(expression("NULL"), "(Constant type=Null)");
  EXPECT_EQ(expression("true"), "(Constant type=Boolean integer=1)");
}

TEST(Tree, OperatorsBindAsInPostgres) {
  EXPECT_EQ(expression("1 + 2 * 3"),
            "(Operator names=['+'] left=(Constant type=Integer integer=1) right=(Operator names=['*'] "
            "left=(Constant type=Integer "
            "integer=2) right=(Constant type=Integer integer=3)))");
  EXPECT_EQ(expression("a AND b AND c"),
            "(Logical type=And arguments=[(ColumnRef names=['a']) (ColumnRef names=['b']) (ColumnRef "
            "names=['c'])])");
  EXPECT_EQ(expression("-a"), "(Operator names=['-'] right=(ColumnRef names=['a']))");
}

// Of other databases' dialects PostgreSQL's grammar makes something else: seen here so that nobody is surprised.
TEST(Tree, ForeignDialectsHaveAnotherMeaning) {
  EXPECT_NE(
      tree("SELECT 1 FROM a ASOF JOIN b ON true")
          .find(
              "left=(TableItem table=(TableName name='a' persistence=Permanent) alias=(Alias name='asof'))"),
      std::string::npos);
  EXPECT_EQ(expression("?1"), "(Operator names=['?'] right=(Constant type=Integer integer=1))");
  EXPECT_EQ(expression("@x"), "(Operator names=['@'] right=(ColumnRef names=['x']))");
  EXPECT_EQ(expression("a == b"),
            "(Operator names=['=='] left=(ColumnRef names=['a']) right=(ColumnRef names=['b']))");
  EXPECT_EQ(tree("SHOW TABLES"), "(ShowVariable name='tables')");
}

TEST(Tree, SpecialSyntaxArrivesAsCalls) {
  EXPECT_EQ(expression("EXTRACT(year FROM a)"),
            "(FunctionCall names=['pg_catalog' 'extract'] arguments=[(Constant type=String text='year') "
            "(ColumnRef names=['a'])] sql_syntax=yes)");
  EXPECT_EQ(expression("a AT TIME ZONE 'UTC'"),
            "(FunctionCall names=['pg_catalog' 'timezone'] arguments=[(Constant type=String text='UTC') "
            "(ColumnRef names=['a'])] sql_syntax=yes)");
  EXPECT_EQ(expression("a LIKE b ESCAPE c"),
            "(Like type=Like operand=(ColumnRef names=['a']) pattern=(FunctionCall names=['pg_catalog' "
            "'like_escape'] "
            "arguments=[(ColumnRef names=['b']) (ColumnRef names=['c'])]))");
}

// The server's headers number these otherwise than the library.
TEST(Tree, LimitsAreToldApart) {
  EXPECT_EQ(tree("SELECT 1 LIMIT 3").find("with_ties"), std::string::npos);
  EXPECT_EQ(tree("SELECT 1").find("limit"), std::string::npos);
  EXPECT_NE(tree("SELECT 1 ORDER BY 1 FETCH FIRST 3 ROWS WITH TIES").find("with_ties=yes"),
            std::string::npos);
  EXPECT_EQ(tree("SELECT 1 OFFSET 3").find("limit"), std::string::npos);
}

TEST(Tree, AttributesOfColumnConstraintsAreFolded) {
  const auto constraint = [](const std::string& text) {
    const std::string made = tree("CREATE TABLE t (a int " + text + ")");
    const size_t begin = made.find("(Constraint");
    return begin == std::string::npos ? made : made.substr(begin, made.find(" match=") - begin);
  };
  EXPECT_EQ(constraint("UNIQUE DEFERRABLE INITIALLY DEFERRED"),
            "(Constraint type=Unique deferrable=yes initially_deferred=yes");
  EXPECT_EQ(constraint("UNIQUE INITIALLY DEFERRED"),
            "(Constraint type=Unique deferrable=yes initially_deferred=yes");
  EXPECT_EQ(constraint("UNIQUE NOT DEFERRABLE INITIALLY IMMEDIATE"), "(Constraint type=Unique");
  EXPECT_EQ(constraint("CHECK (a > 0) DEFERRABLE"), "42601@36/37: misplaced DEFERRABLE clause");
  EXPECT_EQ(constraint("UNIQUE NOT DEFERRABLE INITIALLY DEFERRED"),
            "42601@44/45: constraint declared INITIALLY DEFERRED must be DEFERRABLE");
  EXPECT_EQ(constraint("UNIQUE DEFERRABLE NOT DEFERRABLE"),
            "42601@40/41: multiple DEFERRABLE/NOT DEFERRABLE clauses not allowed");
}

TEST(Tree, PlacesAreBytes) {
  EXPECT_EQ(tree("SELECT 'é', b", ast::Places::kShown),
            "(Query body=(SelectBody distinct=None targets=[(Target value=(Constant type=String "
            "text='é'@7)@7) (Target "
            "value=(ColumnRef names=['b']@13)@13)]@0)@0)");
}

TEST(Tree, EqualTreesHaveEqualHashesWhereverTheyStand) {
  const auto parse = [](std::string_view sql) { return std::move(parse_sql(sql)).value(); };
  for (const auto& [a, b, values, lifted] : {
           std::tuple{"SELECT a FROM t WHERE b = 1", "select  a\nfrom t where (b = 1)", true, true},
           std::tuple{"SELECT a FROM t WHERE b = 1", "SELECT a FROM t WHERE b = 2", false, true},
           std::tuple{"SELECT a FROM t WHERE b = 1", "SELECT a FROM t WHERE b = 'x'", false, false},
           std::tuple{"SELECT a FROM t WHERE b = 1", "SELECT a FROM t WHERE b = NULL", false, false},
           std::tuple{"SELECT a FROM t WHERE b = 1", "SELECT a FROM u WHERE b = 1", false, false},
           std::tuple{"SELECT a, b FROM t", "SELECT a FROM t", false, false},
       }) {
    const ParsedScript left = parse(a);
    const ParsedScript right = parse(b);
    const ast::Node& x = *left.statements[0].root;
    const ast::Node& y = *right.statements[0].root;
    EXPECT_EQ(ast::equal(x, y), values) << a << " / " << b;
    EXPECT_EQ(ast::equal(x, y, ast::Constants::kLifted), lifted) << a << " / " << b;
    EXPECT_EQ(ast::hash(x) == ast::hash(y), values) << a << " / " << b;
    EXPECT_EQ(ast::hash(x, ast::Constants::kLifted) == ast::hash(y, ast::Constants::kLifted), lifted)
        << a << " / " << b;
  }
}

TEST(Tree, OutlivesTheScript) {
  ParsedStatement kept = [] {
    ParsedScript script = std::move(parse_sql(std::string("SELECT 1; SELECT some_column"))).value();
    return std::move(script.statements[1]);
  }();
  EXPECT_NE(ast::to_text(*kept.root).find("'some_column'"), std::string::npos);
}

}  // namespace
