// string_view16_test: views compare as the bytes they show, whichever form holds them.
#include "record/string_view16.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/seeded_random.h"

namespace ddb {
namespace {

TEST(StringView16, HoldsShortTextAndPointsAtLongText) {
  for (size_t size = 0; size < 40; ++size) {
    const std::string text(size, 'x');
    const StringView16 view(text);
    EXPECT_EQ(view.view(), text);
    EXPECT_EQ(view.size(), size);
    EXPECT_EQ(view.is_inline(), size <= 12);
    const bool points_at_text = view.data() == text.data();
    EXPECT_EQ(points_at_text, size > 12);
  }
  EXPECT_EQ(StringView16(std::string_view()).view(), "");
  EXPECT_TRUE(StringView16().empty());
}

TEST(StringView16, ShortTextDoesNotNeedItsSource) {
  StringView16 view;
  {
    const std::string text = "twelve bytes";
    view = StringView16(text);
  }
  EXPECT_EQ(view.view(), "twelve bytes");
}

TEST(StringView16, OrdersAsMemcmp) {
  constexpr uint64_t kSeed = 77;
  SCOPED_TRACE(kSeed);
  SeededRandom random(kSeed);
  std::vector<std::string> texts = {"", std::string(1, '\0'), std::string(5, '\0'), "abcd",
                                    std::string("abcd\0", 5)};
  // Few different bytes, so that long prefixes are shared; among them NUL and bytes above 0x7F.
  constexpr char kBytes[] = {'\0', 'a', 'b', static_cast<char>(0xFF)};
  for (int i = 0; i < 300; ++i) {
    std::string text(random.below(4) == 0 ? 11 : random.below(20), 'a');
    for (char& c : text) {
      if (random.chance(300)) c = kBytes[random.below(4)];
    }
    texts.push_back(text);
  }
  const auto sign = [](int order) { return (order > 0) - (order < 0); };
  for (const std::string& a : texts) {
    for (const std::string& b : texts) {
      const std::string copy = b;
      const StringView16 left(a);
      const StringView16 right(copy);
      ASSERT_EQ(sign(compare(left, right)), sign(a.compare(b)));
      ASSERT_EQ(left == right, a == b);
      ASSERT_EQ(left < right, a < b);
    }
  }
}

}  // namespace
}  // namespace ddb
