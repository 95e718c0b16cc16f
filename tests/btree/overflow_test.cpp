// Chains of overflow pages: values of every size come back and their pages are given back; chains and references that lie give
// XX001 naming the page, and take no memory for what they claim.
#include "btree/overflow.h"

#include <algorithm>
#include <functional>
#include <set>

#include "base/seeded_random.h"
#include "txn/fixture.h"

namespace ddb {
namespace {

constexpr TreeId kTree{7};
constexpr int64_t kRow = -5;
constexpr uint16_t kColumn = 0x0203;

enum class Kind { kRandom, kText, kZeros, kHalf };

std::string make_value(Kind kind, size_t bytes, uint64_t seed) {
  SeededRandom random(seed);
  std::string value(bytes, '\0');
  for (size_t i = 0; i < bytes; ++i) {
    const bool noise = kind == Kind::kRandom || (kind == Kind::kHalf && i % 128 < 64);
    if (noise) value[i] = static_cast<char>(random.next());
    if (kind == Kind::kText) value[i] = static_cast<char>('a' + random.below(3));
  }
  return value;
}

std::string hex(const std::byte* bytes, size_t count) {
  static const char* kDigits = "0123456789abcdef";
  std::string out;
  for (size_t i = 0; i < count; ++i) {
    out += kDigits[static_cast<unsigned>(bytes[i]) >> 4];
    out += kDigits[static_cast<unsigned>(bytes[i]) & 15];
  }
  return out;
}

// Its memory too, which an assignment would keep.
void forget(std::string& text) { std::string().swap(text); }

class OverflowTest : public StoreFixture {
 protected:
  void start(uint32_t page_bytes, uint32_t reserved_bytes = 0) {
    session_.reset();
    db_.reset();
    vfs_ = std::make_unique<MemoryVfs>();
    Options o = options();
    o.vfs = vfs_.get();
    o.page_bytes = page_bytes;
    o.reserved_bytes = reserved_bytes;
    o.background_threads = false;
    open(o);
    session_ = session();
    ASSERT_OK(session_->begin_write());
  }
  void TearDown() override {
    session_.reset();
    db_.reset();
  }

  uint32_t room() const { return overflow_page_room(session_->content_bytes()); }
  OverflowRef write(std::string_view value) {
    auto ref = write_overflow(*session_, kTree, kRow, kColumn, value, scratch_);
    EXPECT_TRUE(ref.is_ok()) << ref.status().to_string();
    return ref.is_ok() ? *ref : OverflowRef();
  }
  Status read(const OverflowRef& ref) { return read_overflow(*session_, kTree, ref, out_, scratch_); }
  std::vector<PageNo> pages_of(const OverflowRef& ref) {
    std::vector<PageNo> pages;
    const Status status = list_overflow_pages(*session_, kTree, ref, &pages);
    EXPECT_TRUE(status.is_ok()) << status.to_string();
    return pages;
  }
  // What the free map says.
  std::set<uint32_t> used_pages() {
    std::set<uint32_t> used;
    const uint32_t count = session_->page_count().value();
    for (uint32_t page = 0; page < count; ++page) {
      const auto is_used = session_->is_allocated(PageNo(page));
      EXPECT_TRUE(is_used.is_ok()) << is_used.status().to_string();
      if (is_used.value()) used.insert(page);
    }
    return used;
  }
  void put(PageNo page, size_t offset, const std::string& bytes) {
    auto writer = session_->change(page);
    ASSERT_TRUE(writer.is_ok()) << writer.status().to_string();
    writer->write(offset, bytes.data(), bytes.size());
  }
  void put32(PageNo page, size_t offset, uint32_t value) {
    std::string bytes(4, '\0');
    store_le<uint32_t>(reinterpret_cast<std::byte*>(bytes.data()), value);
    put(page, offset, bytes);
  }
  // Reading, listing and freeing the chain fail, naming that page, and give no page back.
  void expect_refused(const OverflowRef& ref, PageNo named, const std::string& what) {
    const std::set<uint32_t> used = used_pages();
    const std::string name = "page " + std::to_string(named.value);
    std::vector<PageNo> pages;
    for (const Status& status : {read(ref), list_overflow_pages(*session_, kTree, ref, &pages),
                                 free_overflow(*session_, kTree, ref)}) {
      EXPECT_TRUE(status.is(sqlstate::kCorrupted)) << what << ": " << status.to_string();
      const size_t at = status.message().find(name);
      EXPECT_NE(at, std::string::npos) << what << ": " << status.to_string();
      EXPECT_NE(status.message().find(what), std::string::npos) << status.to_string();
    }
    EXPECT_EQ(used_pages(), used);
  }

  void round_trip(const std::string& value, Kind kind);

  std::unique_ptr<MemoryVfs> vfs_;
  std::unique_ptr<Session> session_;
  std::string out_;
  std::string scratch_;
};

void OverflowTest::round_trip(const std::string& value, Kind kind) {
  const std::set<uint32_t> before = used_pages();
  const OverflowRef ref = write(value);
  ASSERT_EQ(ref.bytes, value.size());
  if (ref.compression == Compression::kNone) {
    ASSERT_EQ(ref.stored, value.size());
  } else {
    ASSERT_LE(ref.stored, value.size() - value.size() / 8);
    ASSERT_EQ(ref.compression, value.size() < 65536 ? Compression::kLz4 : Compression::kZstd);
  }
  if (kind == Kind::kRandom) {
    ASSERT_EQ(ref.compression, Compression::kNone);
  } else if (kind == Kind::kZeros && value.size() >= 64) {
    ASSERT_NE(ref.compression, Compression::kNone);
  }

  char encoded[kOverflowRefBytes];
  ref.encode(encoded);
  const auto decoded = OverflowRef::decode({encoded, sizeof(encoded)});
  ASSERT_TRUE(decoded.is_ok());
  ASSERT_EQ(decoded.value().first, ref.first);
  ASSERT_EQ(decoded.value().stored, ref.stored);
  ASSERT_EQ(decoded.value().bytes, ref.bytes);
  ASSERT_EQ(decoded.value().compression, ref.compression);

  const std::vector<PageNo> pages = pages_of(ref);
  ASSERT_EQ(pages.size(), (ref.stored + room() - 1) / room());
  std::set<uint32_t> expected = before;
  for (const PageNo page : pages) ASSERT_TRUE(expected.insert(page.value).second);
  ASSERT_EQ(used_pages(), expected);

  out_ = "what was here before";
  ASSERT_OK(read(ref));
  ASSERT_TRUE(out_ == value);
  ASSERT_OK(session_->commit().status());
  ASSERT_OK(session_->begin_read());
  ASSERT_OK(read(ref));
  ASSERT_TRUE(out_ == value);
  ASSERT_OK(session_->rollback());
  ASSERT_OK(session_->begin_write());

  ASSERT_OK(free_overflow(*session_, kTree, ref));
  ASSERT_EQ(used_pages(), before);
}

TEST_F(OverflowTest, ValuesOfEverySizeComeBackAndTheirPagesAreGivenBack) {
  for (const uint32_t page_bytes : {4096u, 8192u, 16384u, 32768u}) {
    for (const uint32_t reserved_bytes : {0u, 32u}) {
      start(page_bytes, reserved_bytes);
      const size_t page = room();
      ASSERT_EQ(page, page_bytes - reserved_bytes - 56);
      std::vector<size_t> sizes = {1,        2,    63,       64,    65,    1000,  16383,    16384,  16385,
                                   page - 1, page, page + 1, 65535, 65536, 65537, 2 * page, 1 << 20};
      for (const size_t around : {2 * page, 3 * page, size_t{1} << 20}) {
        sizes.push_back(around - 1);
        sizes.push_back(around + 1);
      }
      for (const size_t bytes : sizes) {
        for (const Kind kind : {Kind::kRandom, Kind::kText, Kind::kZeros, Kind::kHalf}) {
          SCOPED_TRACE(std::to_string(bytes) + " bytes of kind " + std::to_string(static_cast<int>(kind)) +
                       ", page " + std::to_string(page_bytes) + " - " + std::to_string(reserved_bytes));
          round_trip(make_value(kind, bytes, bytes), kind);
          if (HasFatalFailure()) return;
        }
      }
    }
  }
}

// What is stored, not the value, fills pages: compressed bytes of exactly so many pages, one more, one less.
TEST_F(OverflowTest, CompressedBytesMayEndWhereAPageDoes) {
  start(4096);
  std::set<uint32_t> rests;
  for (size_t noise = 2 * room() - 80; noise < 2 * room() + 20; ++noise) {
    const std::string value = make_value(Kind::kRandom, noise, 1) + std::string(4000, ' ');
    const OverflowRef ref = write(value);
    ASSERT_EQ(ref.compression, Compression::kLz4);
    rests.insert(ref.stored % room());
    ASSERT_OK(read(ref));
    ASSERT_TRUE(out_ == value);
    ASSERT_OK(free_overflow(*session_, kTree, ref));
  }
  EXPECT_TRUE(rests.count(0) != 0 && rests.count(1) != 0 && rests.count(room() - 1) != 0);
}

TEST_F(OverflowTest, AnEmptyValueTakesNoPages) {
  start(4096);
  const std::set<uint32_t> before = used_pages();
  const OverflowRef ref = write("");
  EXPECT_EQ(ref.stored, 0u);
  EXPECT_EQ(ref.bytes, 0u);
  EXPECT_EQ(used_pages(), before);
  out_ = "old";
  ASSERT_OK(read(ref));
  EXPECT_EQ(out_, "");
  ASSERT_OK(free_overflow(*session_, kTree, ref));
}

TEST_F(OverflowTest, AValueThatIsTooLongIsRefusedBeforeAnythingIsWritten) {
  start(4096);
  const std::set<uint32_t> before = used_pages();
  // A view of bytes that are not there: nothing may look at them.
  const std::string little = "x";
  const auto ref = write_overflow(*session_, kTree, kRow, kColumn,
                                  std::string_view(little.data(), size_t{kValueBytesMax} + 1), scratch_);
  EXPECT_TRUE(ref.status().is(sqlstate::kProgramLimit)) << ref.status().to_string();
  EXPECT_FALSE(session_->failed());
  EXPECT_EQ(used_pages(), before);
}

TEST_F(OverflowTest, TheFormatsAreTheDocumentedOnes) {
  OverflowRef ref;
  ref.first = PageNo(0x01020304);
  ref.stored = 0x0A0B;
  ref.bytes = 0x00C0D0E0;
  ref.compression = Compression::kZstd;
  char encoded[kOverflowRefBytes];
  ref.encode(encoded);
  EXPECT_EQ(hex(reinterpret_cast<const std::byte*>(encoded), sizeof(encoded)),
            "040302010b0a0000e0d0c00002000000");

  start(4096);
  const std::string value = make_value(Kind::kRandom, room() + 3, 9);
  const std::vector<PageNo> pages = pages_of(write(value));
  ASSERT_EQ(pages.size(), 2u);
  ASSERT_LT(pages[1].value, 256u);
  {
    const auto first = session_->read(pages[0]);
    ASSERT_TRUE(first.is_ok());
    const std::byte* data = first.value().data();
    EXPECT_EQ(hex(data + 16, 16), "07000000120100000000000000000000");
    const auto next = static_cast<std::byte>(pages[1].value);
    // Next page, bytes, row id; column id, zero, number.
    EXPECT_EQ(hex(data + 32, 16), hex(&next, 1) + "000000c80f0000fbffffffffffffff");
    EXPECT_EQ(hex(data + 48, 8), "0302000000000000");
    EXPECT_EQ(std::memcmp(data + 56, value.data(), room()), 0);
  }
  const auto second = session_->read(pages[1]);
  ASSERT_TRUE(second.is_ok());
  const std::byte* data = second.value().data();
  EXPECT_EQ(hex(data + 32, 24), "0000000003000000fbffffffffffffff0302000001000000");
  EXPECT_EQ(std::memcmp(data + 56, value.data() + room(), 3), 0);
  EXPECT_EQ(hex(data + 59, 5), "0000000000");
}

TEST_F(OverflowTest, BytesThatAreNoReferenceAreRefused) {
  OverflowRef good;
  good.first = PageNo(9);
  good.stored = 500;
  good.bytes = 900;
  good.compression = Compression::kLz4;
  char bytes[kOverflowRefBytes];
  const auto decode = [&](size_t length = kOverflowRefBytes) {
    return OverflowRef::decode({bytes, length}).status();
  };
  const auto expect_refused = [&](const std::function<void(OverflowRef&)>& damage) {
    OverflowRef ref = good;
    damage(ref);
    ref.encode(bytes);
    EXPECT_TRUE(decode().is(sqlstate::kCorrupted));
  };
  good.encode(bytes);
  ASSERT_OK(decode());
  EXPECT_TRUE(decode(15).is(sqlstate::kCorrupted));
  EXPECT_TRUE(OverflowRef::decode(std::string(17, '\1')).status().is(sqlstate::kCorrupted));
  for (const size_t at : {13, 14, 15}) {
    good.encode(bytes);
    bytes[at] = 1;
    EXPECT_TRUE(decode().is(sqlstate::kCorrupted)) << at;
  }
  for (const uint32_t page : {0u, 1u, kNoPage.value})
    expect_refused([&](auto& r) { r.first = PageNo(page); });
  for (const uint32_t stored : {0u, 900u, 901u, kValueBytesMax + 1, ~0u})
    expect_refused([&](auto& r) { r.stored = stored; });
  for (const uint32_t length : {0u, 500u, 499u, kValueBytesMax + 1, ~0u})
    expect_refused([&](auto& r) { r.bytes = length; });
  expect_refused([](auto& r) { r.compression = static_cast<Compression>(3); });
  expect_refused([](auto& r) { r.compression = static_cast<Compression>(255); });
  expect_refused([](auto& r) { r.compression = Compression::kNone; });  // 500 stored of 900
  good.bytes = kValueBytesMax;
  good.encode(bytes);
  ASSERT_OK(decode());
}

TEST_F(OverflowTest, ChainsThatLieAreNamed) {
  start(4096);
  const std::string value = make_value(Kind::kRandom, 2 * room() + 100, 3);
  const OverflowRef ref = write(value);
  const std::vector<PageNo> pages = pages_of(ref);
  const std::vector<PageNo> other = pages_of(write(make_value(Kind::kRandom, 2 * room() + 100, 4)));
  ASSERT_EQ(pages.size(), 3u);
  ASSERT_OK(session_->commit().status());

  // Each in a transaction of its own.
  const auto expect = [&](const std::function<void()>& damage, PageNo named, const std::string& what) {
    SCOPED_TRACE(what);
    ASSERT_OK(session_->begin_write());
    damage();
    expect_refused(ref, named, what);
    ASSERT_OK(session_->rollback());
  };
  expect([&] { put32(pages[1], 16, 8); }, pages[1], "belongs to tree 8");
  expect([&] { put(pages[2], 20, "\x10"); }, pages[2], "has type 16");
  expect([&] { put32(pages[1], 52, 2); }, pages[1], "out of order");
  expect([&] { put32(pages[0], 52, 1); }, pages[0], "out of order");
  expect([&] { put32(pages[0], 32, pages[2].value); }, pages[2], "out of order");
  expect([&] { put32(pages[1], 32, pages[0].value); }, pages[0], "out of order");
  expect([&] { put32(pages[1], 32, pages[1].value); }, pages[1], "out of order");
  expect([&] { put32(pages[0], 36, room() - 1); }, pages[0], "holds 4039 bytes");
  expect([&] { put32(pages[0], 36, room() + 1); }, pages[0], "holds 4041 bytes");
  expect([&] { put32(pages[2], 36, 99); }, pages[2], "holds 99 bytes");
  expect([&] { put32(pages[2], 36, 101); }, pages[2], "holds 101 bytes");
  expect([&] { put32(pages[1], 36, 0); }, pages[1], "holds 0 bytes");
  expect([&] { put32(pages[1], 36, ~0u); }, pages[1], "bytes");
  expect([&] { put32(pages[1], 32, 0); }, pages[1], "does not end where its bytes do");
  expect([&] { put32(pages[2], 32, other[0].value); }, pages[2], "does not end where its bytes do");
  expect([&] { put32(pages[2], 32, pages[0].value); }, pages[2], "does not end where its bytes do");
  expect([&] { put32(pages[1], 32, 100000); }, PageNo(100000), "");
  expect([&] { put32(pages[1], 32, kNoPage.value); }, kNoPage, "");
  // A page of the store itself, and the tail of another chain: there the last page gives it away or nothing does.
  expect([&] { put32(pages[1], 32, 1); }, PageNo(1), "belongs to tree 0");
  ASSERT_OK(session_->begin_write());
  ASSERT_OK(read(ref));
  EXPECT_TRUE(out_ == value);
}

TEST_F(OverflowTest, ReferencesThatLieAreNamed) {
  start(4096);
  const std::string value = make_value(Kind::kRandom, 2 * room() + 100, 3);
  const OverflowRef good = write(value);
  const std::vector<PageNo> pages = pages_of(good);
  const auto with = [&](const std::function<void(OverflowRef&)>& change) {
    OverflowRef ref = good;
    change(ref);
    return ref;
  };
  const auto with_bytes = [&](uint32_t bytes) { return with([&](auto& r) { r.stored = r.bytes = bytes; }); };
  expect_refused(with_bytes(good.bytes + 1), pages[2], "holds 100 bytes");
  expect_refused(with_bytes(good.bytes - 1), pages[2], "holds 100 bytes");
  expect_refused(with_bytes(2 * room()), pages[1], "does not end");
  expect_refused(with_bytes(3 * room()), pages[2], "holds 100 bytes");
  expect_refused(with_bytes(room()), pages[0], "does not end");
  expect_refused(with_bytes(1), pages[0], "holds 4040 bytes");
  expect_refused(with([&](auto& r) { r.first = pages[1]; }), pages[1], "out of order");
  expect_refused(with([&](auto& r) { r.first = PageNo(77777); }), PageNo(77777), "");
  // Memory follows the pages that there are.
  forget(out_);
  expect_refused(with_bytes(kValueBytesMax), pages[2], "holds 100 bytes");
  EXPECT_LT(out_.capacity(), 64u << 10);
}

class CompressedOverflowTest : public OverflowTest, public testing::WithParamInterface<uint32_t> {
 protected:
  void SetUp() override {
    start(8192);
    value_ = make_value(Kind::kText, GetParam(), 5);
    ref_ = write(value_);
    ASSERT_EQ(ref_.compression, GetParam() < 65536 ? Compression::kLz4 : Compression::kZstd);
    pages_ = pages_of(ref_);
  }
  void expect_unreadable(const OverflowRef& ref) {
    forget(out_);
    forget(scratch_);
    const Status status = read(ref);
    EXPECT_TRUE(status.is(sqlstate::kCorrupted)) << status.to_string();
    EXPECT_NE(status.message().find("page " + std::to_string(pages_[0].value)), std::string::npos);
    // Neither the pages' bytes nor the value may take more than they are.
    EXPECT_LE(out_.capacity(), std::max<size_t>(ref.bytes, 64));
    EXPECT_LE(scratch_.capacity(), 2 * std::max<size_t>(ref.stored, 64));
  }

  std::string value_;
  OverflowRef ref_;
  std::vector<PageNo> pages_;
};

TEST_P(CompressedOverflowTest, TheLengthMustBeExact) {
  for (const int64_t off : {-1, 1, -100, 100}) {
    OverflowRef ref = ref_;
    ref.bytes = static_cast<uint32_t>(ref_.bytes + off);
    expect_unreadable(ref);
  }
  OverflowRef ref = ref_;
  ref.bytes = ref_.stored + 1;
  expect_unreadable(ref);
}

TEST_P(CompressedOverflowTest, AHugeClaimTakesNoMemory) {
  OverflowRef ref = ref_;
  ref.bytes = kValueBytesMax;
  forget(out_);
  EXPECT_TRUE(read(ref).is(sqlstate::kCorrupted));
  EXPECT_LT(out_.capacity(), 64u << 10);
}

TEST_P(CompressedOverflowTest, AnotherCompressionIsRefused) {
  OverflowRef ref = ref_;
  ref.compression = ref_.compression == Compression::kLz4 ? Compression::kZstd : Compression::kLz4;
  expect_unreadable(ref);
}

TEST_P(CompressedOverflowTest, GarbageIsRefusedOrGivesTheLength) {
  SeededRandom random(17);
  ASSERT_OK(session_->commit().status());
  uint32_t refused = 0;
  for (int i = 0; i < 200; ++i) {
    ASSERT_OK(session_->begin_write());
    // Runs of bytes, anywhere in the chain; now and then all of it.
    const PageNo page = pages_[random.below(pages_.size())];
    const bool last = page == pages_.back();
    const size_t held = last ? ref_.stored - (pages_.size() - 1) * room() : room();
    const size_t bytes = i % 10 == 0 ? held : 1 + random.below(std::min<size_t>(held, 20));
    const size_t at = random.below(held - bytes + 1);
    put(page, 56 + at, make_value(Kind::kRandom, bytes, random.next()));
    forget(out_);
    const Status status = read(ref_);
    if (status.is_ok()) {
      EXPECT_EQ(out_.size(), ref_.bytes);
    } else {
      ++refused;
      EXPECT_TRUE(status.is(sqlstate::kCorrupted)) << status.to_string();
      EXPECT_LE(out_.capacity(), ref_.bytes);
    }
    ASSERT_OK(session_->rollback());
  }
  EXPECT_GT(refused, 20u);
}

INSTANTIATE_TEST_SUITE_P(Kinds, CompressedOverflowTest, testing::Values(60'000u, 300'000u));

// A zstd frame may name its length: one that lies about it takes what the reference says, no more, and gives nothing.
TEST_F(OverflowTest, AFrameThatLiesAboutItsLengthIsRefused) {
  start(4096);
  // Magic, descriptor (single segment, 4 bytes of content size), 1 MiB, then a raw last block of 3 bytes.
  std::string frame("\x28\xb5\x2f\xfd\xa0\x00\x00\x10\x00\x19\x00\x00\x61\x62\x63", 15);
  OverflowRef ref = write(frame);
  ASSERT_EQ(ref.compression, Compression::kNone);
  ref.compression = Compression::kZstd;
  ref.bytes = 1 << 20;
  EXPECT_TRUE(may_decompress_to(Compression::kZstd, frame, ref.bytes));
  const Status status = read(ref);
  EXPECT_TRUE(status.is(sqlstate::kCorrupted)) << status.to_string();
  EXPECT_LE(out_.capacity(), ref.bytes);
  // The reference and the frame do not agree: no memory is taken at all.
  ref.bytes = kValueBytesMax;
  forget(out_);
  EXPECT_TRUE(read(ref).is(sqlstate::kCorrupted));
  EXPECT_LT(out_.capacity(), 1024u);
}

TEST_F(OverflowTest, ARollbackGivesPagesBackAndASavepointKeepsTheOldValue) {
  start(4096);
  const std::string value = make_value(Kind::kText, 100'000, 1);
  const OverflowRef ref = write(value);
  ASSERT_OK(session_->commit().status());
  ASSERT_OK(session_->begin_write());
  const std::set<uint32_t> before = used_pages();
  const auto depth = session_->savepoint();
  ASSERT_OK(depth.status());
  ASSERT_OK(free_overflow(*session_, kTree, ref));
  write(make_value(Kind::kRandom, 50'000, 2));
  ASSERT_OK(session_->rollback_to(depth.value()));
  EXPECT_EQ(used_pages(), before);
  ASSERT_OK(read(ref));
  EXPECT_TRUE(out_ == value);
  write(make_value(Kind::kRandom, 50'000, 3));
  ASSERT_OK(session_->rollback());
  ASSERT_OK(session_->begin_write());
  EXPECT_EQ(used_pages(), before);
}

}  // namespace
}  // namespace ddb
