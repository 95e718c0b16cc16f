// status_test: an error says what it says, costs one branch, and can be made without memory.
#include "base/status.h"

#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include "base/failing_new.h"

namespace ddb {
namespace {

TEST(Status, OkIsOneNullPointer) {
  EXPECT_EQ(sizeof(Status), sizeof(void*));
  const Status status;
  EXPECT_TRUE(status.is_ok());
  EXPECT_TRUE(status.message().empty());
  EXPECT_EQ(status.sqlstate().view(), "00000");
}

TEST(Status, CarriesAllItsParts) {
  Status status =
      Status::error(sqlstate::kDiskFull, "no room", 28).with_detail("on /data").with_hint("buy disks");
  EXPECT_FALSE(status.is_ok());
  EXPECT_TRUE(status.is(sqlstate::kDiskFull));
  EXPECT_FALSE(status.is(sqlstate::kIoError));
  EXPECT_EQ(status.message(), "no room");
  EXPECT_EQ(status.detail(), "on /data");
  EXPECT_EQ(status.hint(), "buy disks");
  EXPECT_EQ(status.sys_errno(), 28);
  EXPECT_EQ(status.to_string(), "53100: no room (on /data)");
}

TEST(Status, PrefixKeepsTheRestAndLeavesOtherCopiesAlone) {
  const Status first = Status::corruption("bad page").with_detail("page 7");
  const Status second = Status(first).with_prefix("opening: ");
  EXPECT_EQ(first.message(), "bad page");
  EXPECT_EQ(second.message(), "opening: bad page");
  EXPECT_EQ(second.detail(), "page 7");
  EXPECT_TRUE(Status::ok().with_prefix("x").is_ok());
}

TEST(Status, CopiesShareAndMovesEmpty) {
  Status first = Status::error(sqlstate::kIoError, "broken");
  Status copy = first;
  Status moved = std::move(first);
  EXPECT_EQ(copy.message(), "broken");
  EXPECT_EQ(moved.message(), "broken");
  copy = Status::ok();
  EXPECT_TRUE(copy.is_ok());
  EXPECT_EQ(moved.message(), "broken");
}

TEST(Status, MakingAnErrorWithoutMemoryGivesOutOfMemory) {
  const std::string long_text(200, 'x');
  for (uint64_t failing = 1; failing <= 2; ++failing) {
    Status status;
    {
      FailingNew fail(failing);
      status = Status::error(sqlstate::kIoError, long_text);
    }
    EXPECT_TRUE(status.is(sqlstate::kOutOfMemory)) << failing;
    EXPECT_EQ(status.message(), "out of memory");
    const Status copy = status;
    EXPECT_EQ(std::move(status).with_detail("d").with_hint("h").with_prefix("p").message(), "out of memory");
    EXPECT_TRUE(copy.detail().empty());
  }
}

TEST(Status, TextThatFindsNoMemoryLeavesTheErrorAsItWas) {
  Status status = Status::error(sqlstate::kIoError, "short");
  const std::string long_text(200, 'x');
  {
    FailingNew fail(1);
    status = std::move(status).with_detail(long_text);
  }
  EXPECT_TRUE(status.is(sqlstate::kIoError));
  EXPECT_EQ(status.message(), "short");
  {
    FailingNew fail(1);
    status = std::move(status).with_prefix(long_text);
  }
  EXPECT_TRUE(status.is(sqlstate::kIoError));
  EXPECT_EQ(status.message(), "short");
}

Result<std::unique_ptr<int>> number_or_error(bool good) {
  if (!good) return Status::error(sqlstate::kUndefinedFile, "none");
  return std::make_unique<int>(7);
}

Status twice(bool good, int& out) {
  DDB_TRY(const auto number, number_or_error(good));
  out = 2 * *number;
  return Status::ok();
}

TEST(Result, TryHandsOnTheValueOrTheError) {
  int out = 0;
  EXPECT_TRUE(twice(true, out).is_ok());
  EXPECT_EQ(out, 14);
  EXPECT_TRUE(twice(false, out).is(sqlstate::kUndefinedFile));
}

TEST(Result, MovesBetweenValueAndError) {
  Result<std::string> result = std::string(100, 'a');
  result = Result<std::string>(Status::error(sqlstate::kInternal, "no"));
  EXPECT_FALSE(result.is_ok());
  result = Result<std::string>(std::string(100, 'b'));
  ASSERT_TRUE(result.is_ok());
  EXPECT_EQ(*result, std::string(100, 'b'));
  EXPECT_TRUE(result.status().is_ok());
}

}  // namespace
}  // namespace ddb
