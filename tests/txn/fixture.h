// fixture: a database on a memory file system, and small pages with a number in them.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "txn/database.h"
#include "txn/session.h"
#include "vfs/memory_vfs.h"

#define ASSERT_OK(expr)                                      \
  do {                                                       \
    ::ddb::Status ok_status = (expr);                        \
    ASSERT_TRUE(ok_status.is_ok()) << ok_status.to_string(); \
  } while (false)

namespace ddb {

class StoreFixture : public ::testing::Test {
 protected:
  Options options() {
    Options o;
    o.vfs = &vfs_;
    o.page_bytes = 4096;
    return o;
  }
  void open(const Options& o, const std::string& path = "test.ddb") {
    db_.reset();
    auto opened = Database::open(path, o);
    ASSERT_TRUE(opened.is_ok()) << opened.status().to_string();
    db_ = std::move(opened).value();
  }
  std::unique_ptr<Session> session() {
    auto made = db_->new_session();
    EXPECT_TRUE(made.is_ok()) << made.status().to_string();
    return std::move(made).value();
  }
  // Commits `count` pages that hold 0, 1, 2, …, in transactions of `batch`.
  std::vector<PageNo> make_pages(uint64_t count, uint64_t batch = ~uint64_t{0}) {
    std::vector<PageNo> pages;
    auto s = session();
    EXPECT_TRUE(s->begin_write().is_ok());
    for (uint64_t i = 0; i < count; ++i) {
      PageNo page;
      auto w = s->allocate(TreeId(7), PageType::kFirstTree, &page);
      EXPECT_TRUE(w.is_ok()) << w.status().to_string();
      if (!w.is_ok()) break;
      w->write(100, &i, 8);
      pages.push_back(page);
      w->release();
      if ((i + 1) % batch != 0) continue;
      EXPECT_TRUE(s->commit().is_ok());
      EXPECT_TRUE(s->begin_write().is_ok());
    }
    EXPECT_TRUE(s->commit().is_ok());
    return pages;
  }
  static Status set(Session& s, PageNo page, uint64_t value) {
    DDB_TRY(PageWriter w, s.change(page));
    w.write(100, &value, 8);
    return Status::ok();
  }
  static Result<uint64_t> get(Session& s, PageNo page) {
    DDB_TRY(const PageRef r, s.read(page));
    uint64_t value = 0;
    std::memcpy(&value, r.data() + 100, 8);
    return value;
  }
  Status commit_one(Session& s, PageNo page, uint64_t value, Durability durability = Durability::kFull) {
    DDB_RETURN_IF_ERROR(s.begin_write());
    if (Status changed = set(s, page, value); !changed.is_ok()) {
      (void)s.rollback().is_ok();
      return changed;
    }
    return s.commit(durability).status();
  }

  MemoryVfs vfs_;
  std::unique_ptr<Database> db_;
};

}  // namespace ddb
