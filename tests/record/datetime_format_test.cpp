// datetime_format_test: the text of dates and timestamps in every style, field order and zone. Every expectation was
// printed by PostgreSQL 15.18 under the same settings.
#include <gtest/gtest.h>

#include "record/datetime_rows.h"

namespace ddb {
namespace {

struct Row {
  DateFormat format;
  DateOrder order;
  int32_t seconds_east;
  const char* value;  // in ISO style, UTC
  const char* timestamptz_text;
  const char* timestamp_text;
  const char* date_text;
};

constexpr Row kRows[] = {
    {DateFormat::kIso, DateOrder::kMdy, 0, "1997-02-10 17:32:01.5+00", "1997-02-10 17:32:01.5+00",
     "1997-02-10 17:32:01.5", "1997-02-10"},
    {DateFormat::kIso, DateOrder::kMdy, 0, "0044-03-15 12:00+00 BC", "0044-03-15 12:00:00+00 BC",
     "0044-03-15 12:00:00 BC", "0044-03-15 BC"},
    {DateFormat::kIso, DateOrder::kMdy, 0, "123456-07-08 09:10:11+00", "123456-07-08 09:10:11+00",
     "123456-07-08 09:10:11", "123456-07-08"},
    {DateFormat::kIso, DateOrder::kMdy, 19800, "1997-02-10 17:32:01.5+00", "1997-02-10 23:02:01.5+05:30",
     "1997-02-10 17:32:01.5", "1997-02-10"},
    {DateFormat::kIso, DateOrder::kMdy, 19800, "0044-03-15 12:00+00 BC", "0044-03-15 17:30:00+05:30 BC",
     "0044-03-15 12:00:00 BC", "0044-03-15 BC"},
    {DateFormat::kIso, DateOrder::kMdy, 19800, "123456-07-08 09:10:11+00", "123456-07-08 14:40:11+05:30",
     "123456-07-08 09:10:11", "123456-07-08"},
    {DateFormat::kIso, DateOrder::kMdy, -12600, "1997-02-10 17:32:01.5+00", "1997-02-10 14:02:01.5-03:30",
     "1997-02-10 17:32:01.5", "1997-02-10"},
    {DateFormat::kIso, DateOrder::kMdy, -12600, "0044-03-15 12:00+00 BC", "0044-03-15 08:30:00-03:30 BC",
     "0044-03-15 12:00:00 BC", "0044-03-15 BC"},
    {DateFormat::kIso, DateOrder::kMdy, -12600, "123456-07-08 09:10:11+00", "123456-07-08 05:40:11-03:30",
     "123456-07-08 09:10:11", "123456-07-08"},
    {DateFormat::kIso, DateOrder::kDmy, 0, "1997-02-10 17:32:01.5+00", "1997-02-10 17:32:01.5+00",
     "1997-02-10 17:32:01.5", "1997-02-10"},
    {DateFormat::kIso, DateOrder::kDmy, 0, "0044-03-15 12:00+00 BC", "0044-03-15 12:00:00+00 BC",
     "0044-03-15 12:00:00 BC", "0044-03-15 BC"},
    {DateFormat::kIso, DateOrder::kDmy, 0, "123456-07-08 09:10:11+00", "123456-07-08 09:10:11+00",
     "123456-07-08 09:10:11", "123456-07-08"},
    {DateFormat::kIso, DateOrder::kDmy, 19800, "1997-02-10 17:32:01.5+00", "1997-02-10 23:02:01.5+05:30",
     "1997-02-10 17:32:01.5", "1997-02-10"},
    {DateFormat::kIso, DateOrder::kDmy, 19800, "0044-03-15 12:00+00 BC", "0044-03-15 17:30:00+05:30 BC",
     "0044-03-15 12:00:00 BC", "0044-03-15 BC"},
    {DateFormat::kIso, DateOrder::kDmy, 19800, "123456-07-08 09:10:11+00", "123456-07-08 14:40:11+05:30",
     "123456-07-08 09:10:11", "123456-07-08"},
    {DateFormat::kIso, DateOrder::kYmd, 0, "1997-02-10 17:32:01.5+00", "1997-02-10 17:32:01.5+00",
     "1997-02-10 17:32:01.5", "1997-02-10"},
    {DateFormat::kIso, DateOrder::kYmd, 0, "0044-03-15 12:00+00 BC", "0044-03-15 12:00:00+00 BC",
     "0044-03-15 12:00:00 BC", "0044-03-15 BC"},
    {DateFormat::kIso, DateOrder::kYmd, 0, "123456-07-08 09:10:11+00", "123456-07-08 09:10:11+00",
     "123456-07-08 09:10:11", "123456-07-08"},
    {DateFormat::kSql, DateOrder::kMdy, 0, "1997-02-10 17:32:01.5+00", "02/10/1997 17:32:01.5 UTC",
     "02/10/1997 17:32:01.5", "02/10/1997"},
    {DateFormat::kSql, DateOrder::kMdy, 0, "0044-03-15 12:00+00 BC", "03/15/0044 12:00:00 UTC BC",
     "03/15/0044 12:00:00 BC", "03/15/0044 BC"},
    {DateFormat::kSql, DateOrder::kMdy, 0, "123456-07-08 09:10:11+00", "07/08/123456 09:10:11 UTC",
     "07/08/123456 09:10:11", "07/08/123456"},
    {DateFormat::kSql, DateOrder::kMdy, 19800, "1997-02-10 17:32:01.5+00", "02/10/1997 23:02:01.5 +05:30",
     "02/10/1997 17:32:01.5", "02/10/1997"},
    {DateFormat::kSql, DateOrder::kMdy, 19800, "0044-03-15 12:00+00 BC", "03/15/0044 17:30:00 +05:30 BC",
     "03/15/0044 12:00:00 BC", "03/15/0044 BC"},
    {DateFormat::kSql, DateOrder::kMdy, 19800, "123456-07-08 09:10:11+00", "07/08/123456 14:40:11 +05:30",
     "07/08/123456 09:10:11", "07/08/123456"},
    {DateFormat::kSql, DateOrder::kMdy, -12600, "1997-02-10 17:32:01.5+00", "02/10/1997 14:02:01.5 -03:30",
     "02/10/1997 17:32:01.5", "02/10/1997"},
    {DateFormat::kSql, DateOrder::kMdy, -12600, "0044-03-15 12:00+00 BC", "03/15/0044 08:30:00 -03:30 BC",
     "03/15/0044 12:00:00 BC", "03/15/0044 BC"},
    {DateFormat::kSql, DateOrder::kMdy, -12600, "123456-07-08 09:10:11+00", "07/08/123456 05:40:11 -03:30",
     "07/08/123456 09:10:11", "07/08/123456"},
    {DateFormat::kSql, DateOrder::kDmy, 0, "1997-02-10 17:32:01.5+00", "10/02/1997 17:32:01.5 UTC",
     "10/02/1997 17:32:01.5", "10/02/1997"},
    {DateFormat::kSql, DateOrder::kDmy, 0, "0044-03-15 12:00+00 BC", "15/03/0044 12:00:00 UTC BC",
     "15/03/0044 12:00:00 BC", "15/03/0044 BC"},
    {DateFormat::kSql, DateOrder::kDmy, 0, "123456-07-08 09:10:11+00", "08/07/123456 09:10:11 UTC",
     "08/07/123456 09:10:11", "08/07/123456"},
    {DateFormat::kSql, DateOrder::kDmy, 19800, "1997-02-10 17:32:01.5+00", "10/02/1997 23:02:01.5 +05:30",
     "10/02/1997 17:32:01.5", "10/02/1997"},
    {DateFormat::kSql, DateOrder::kDmy, 19800, "0044-03-15 12:00+00 BC", "15/03/0044 17:30:00 +05:30 BC",
     "15/03/0044 12:00:00 BC", "15/03/0044 BC"},
    {DateFormat::kSql, DateOrder::kDmy, 19800, "123456-07-08 09:10:11+00", "08/07/123456 14:40:11 +05:30",
     "08/07/123456 09:10:11", "08/07/123456"},
    {DateFormat::kSql, DateOrder::kYmd, 0, "1997-02-10 17:32:01.5+00", "02/10/1997 17:32:01.5 UTC",
     "02/10/1997 17:32:01.5", "02/10/1997"},
    {DateFormat::kSql, DateOrder::kYmd, 0, "0044-03-15 12:00+00 BC", "03/15/0044 12:00:00 UTC BC",
     "03/15/0044 12:00:00 BC", "03/15/0044 BC"},
    {DateFormat::kSql, DateOrder::kYmd, 0, "123456-07-08 09:10:11+00", "07/08/123456 09:10:11 UTC",
     "07/08/123456 09:10:11", "07/08/123456"},
    {DateFormat::kPostgres, DateOrder::kMdy, 0, "1997-02-10 17:32:01.5+00", "Mon Feb 10 17:32:01.5 1997 UTC",
     "Mon Feb 10 17:32:01.5 1997", "02-10-1997"},
    {DateFormat::kPostgres, DateOrder::kMdy, 0, "0044-03-15 12:00+00 BC", "Fri Mar 15 12:00:00 0044 UTC BC",
     "Fri Mar 15 12:00:00 0044 BC", "03-15-0044 BC"},
    {DateFormat::kPostgres, DateOrder::kMdy, 0, "123456-07-08 09:10:11+00", "Tue Jul 08 09:10:11 123456 UTC",
     "Tue Jul 08 09:10:11 123456", "07-08-123456"},
    {DateFormat::kPostgres, DateOrder::kMdy, 19800, "1997-02-10 17:32:01.5+00",
     "Mon Feb 10 23:02:01.5 1997 +05:30", "Mon Feb 10 17:32:01.5 1997", "02-10-1997"},
    {DateFormat::kPostgres, DateOrder::kMdy, 19800, "0044-03-15 12:00+00 BC",
     "Fri Mar 15 17:30:00 0044 +05:30 BC", "Fri Mar 15 12:00:00 0044 BC", "03-15-0044 BC"},
    {DateFormat::kPostgres, DateOrder::kMdy, 19800, "123456-07-08 09:10:11+00",
     "Tue Jul 08 14:40:11 123456 +05:30", "Tue Jul 08 09:10:11 123456", "07-08-123456"},
    {DateFormat::kPostgres, DateOrder::kMdy, -12600, "1997-02-10 17:32:01.5+00",
     "Mon Feb 10 14:02:01.5 1997 -03:30", "Mon Feb 10 17:32:01.5 1997", "02-10-1997"},
    {DateFormat::kPostgres, DateOrder::kMdy, -12600, "0044-03-15 12:00+00 BC",
     "Fri Mar 15 08:30:00 0044 -03:30 BC", "Fri Mar 15 12:00:00 0044 BC", "03-15-0044 BC"},
    {DateFormat::kPostgres, DateOrder::kMdy, -12600, "123456-07-08 09:10:11+00",
     "Tue Jul 08 05:40:11 123456 -03:30", "Tue Jul 08 09:10:11 123456", "07-08-123456"},
    {DateFormat::kPostgres, DateOrder::kDmy, 0, "1997-02-10 17:32:01.5+00", "Mon 10 Feb 17:32:01.5 1997 UTC",
     "Mon 10 Feb 17:32:01.5 1997", "10-02-1997"},
    {DateFormat::kPostgres, DateOrder::kDmy, 0, "0044-03-15 12:00+00 BC", "Fri 15 Mar 12:00:00 0044 UTC BC",
     "Fri 15 Mar 12:00:00 0044 BC", "15-03-0044 BC"},
    {DateFormat::kPostgres, DateOrder::kDmy, 0, "123456-07-08 09:10:11+00", "Tue 08 Jul 09:10:11 123456 UTC",
     "Tue 08 Jul 09:10:11 123456", "08-07-123456"},
    {DateFormat::kPostgres, DateOrder::kDmy, 19800, "1997-02-10 17:32:01.5+00",
     "Mon 10 Feb 23:02:01.5 1997 +05:30", "Mon 10 Feb 17:32:01.5 1997", "10-02-1997"},
    {DateFormat::kPostgres, DateOrder::kDmy, 19800, "0044-03-15 12:00+00 BC",
     "Fri 15 Mar 17:30:00 0044 +05:30 BC", "Fri 15 Mar 12:00:00 0044 BC", "15-03-0044 BC"},
    {DateFormat::kPostgres, DateOrder::kDmy, 19800, "123456-07-08 09:10:11+00",
     "Tue 08 Jul 14:40:11 123456 +05:30", "Tue 08 Jul 09:10:11 123456", "08-07-123456"},
    {DateFormat::kPostgres, DateOrder::kYmd, 0, "1997-02-10 17:32:01.5+00", "Mon Feb 10 17:32:01.5 1997 UTC",
     "Mon Feb 10 17:32:01.5 1997", "02-10-1997"},
    {DateFormat::kPostgres, DateOrder::kYmd, 0, "0044-03-15 12:00+00 BC", "Fri Mar 15 12:00:00 0044 UTC BC",
     "Fri Mar 15 12:00:00 0044 BC", "03-15-0044 BC"},
    {DateFormat::kPostgres, DateOrder::kYmd, 0, "123456-07-08 09:10:11+00", "Tue Jul 08 09:10:11 123456 UTC",
     "Tue Jul 08 09:10:11 123456", "07-08-123456"},
    {DateFormat::kGerman, DateOrder::kMdy, 0, "1997-02-10 17:32:01.5+00", "10.02.1997 17:32:01.5 UTC",
     "10.02.1997 17:32:01.5", "10.02.1997"},
    {DateFormat::kGerman, DateOrder::kMdy, 0, "0044-03-15 12:00+00 BC", "15.03.0044 12:00:00 UTC BC",
     "15.03.0044 12:00:00 BC", "15.03.0044 BC"},
    {DateFormat::kGerman, DateOrder::kMdy, 0, "123456-07-08 09:10:11+00", "08.07.123456 09:10:11 UTC",
     "08.07.123456 09:10:11", "08.07.123456"},
    {DateFormat::kGerman, DateOrder::kMdy, 19800, "1997-02-10 17:32:01.5+00", "10.02.1997 23:02:01.5 +05:30",
     "10.02.1997 17:32:01.5", "10.02.1997"},
    {DateFormat::kGerman, DateOrder::kMdy, 19800, "0044-03-15 12:00+00 BC", "15.03.0044 17:30:00 +05:30 BC",
     "15.03.0044 12:00:00 BC", "15.03.0044 BC"},
    {DateFormat::kGerman, DateOrder::kMdy, 19800, "123456-07-08 09:10:11+00", "08.07.123456 14:40:11 +05:30",
     "08.07.123456 09:10:11", "08.07.123456"},
    {DateFormat::kGerman, DateOrder::kMdy, -12600, "1997-02-10 17:32:01.5+00", "10.02.1997 14:02:01.5 -03:30",
     "10.02.1997 17:32:01.5", "10.02.1997"},
    {DateFormat::kGerman, DateOrder::kMdy, -12600, "0044-03-15 12:00+00 BC", "15.03.0044 08:30:00 -03:30 BC",
     "15.03.0044 12:00:00 BC", "15.03.0044 BC"},
    {DateFormat::kGerman, DateOrder::kMdy, -12600, "123456-07-08 09:10:11+00", "08.07.123456 05:40:11 -03:30",
     "08.07.123456 09:10:11", "08.07.123456"},
    {DateFormat::kGerman, DateOrder::kDmy, 0, "1997-02-10 17:32:01.5+00", "10.02.1997 17:32:01.5 UTC",
     "10.02.1997 17:32:01.5", "10.02.1997"},
    {DateFormat::kGerman, DateOrder::kDmy, 0, "0044-03-15 12:00+00 BC", "15.03.0044 12:00:00 UTC BC",
     "15.03.0044 12:00:00 BC", "15.03.0044 BC"},
    {DateFormat::kGerman, DateOrder::kDmy, 0, "123456-07-08 09:10:11+00", "08.07.123456 09:10:11 UTC",
     "08.07.123456 09:10:11", "08.07.123456"},
    {DateFormat::kGerman, DateOrder::kDmy, 19800, "1997-02-10 17:32:01.5+00", "10.02.1997 23:02:01.5 +05:30",
     "10.02.1997 17:32:01.5", "10.02.1997"},
    {DateFormat::kGerman, DateOrder::kDmy, 19800, "0044-03-15 12:00+00 BC", "15.03.0044 17:30:00 +05:30 BC",
     "15.03.0044 12:00:00 BC", "15.03.0044 BC"},
    {DateFormat::kGerman, DateOrder::kDmy, 19800, "123456-07-08 09:10:11+00", "08.07.123456 14:40:11 +05:30",
     "08.07.123456 09:10:11", "08.07.123456"},
    {DateFormat::kGerman, DateOrder::kYmd, 0, "1997-02-10 17:32:01.5+00", "10.02.1997 17:32:01.5 UTC",
     "10.02.1997 17:32:01.5", "10.02.1997"},
    {DateFormat::kGerman, DateOrder::kYmd, 0, "0044-03-15 12:00+00 BC", "15.03.0044 12:00:00 UTC BC",
     "15.03.0044 12:00:00 BC", "15.03.0044 BC"},
    {DateFormat::kGerman, DateOrder::kYmd, 0, "123456-07-08 09:10:11+00", "08.07.123456 09:10:11 UTC",
     "08.07.123456 09:10:11", "08.07.123456"},
};

TEST(DateTimeFormat, PrintsEveryStyle) {
  for (const Row& row : kRows) {
    const FixedZone zone = row.seconds_east == 0 ? FixedZone() : FixedZone(row.seconds_east);
    DateTimeContext context;
    context.format = row.format;
    context.order = row.order;
    context.zone = &zone;
    EXPECT_EQ(text_of(timestamptz(row.value), context), row.timestamptz_text) << row.value;
    EXPECT_EQ(text_of(timestamp(row.value), context), row.timestamp_text) << row.value;
    EXPECT_EQ(text_of(date(row.value), context), row.date_text) << row.value;
  }
}

TEST(DateTimeFormat, PrintsInfinitiesInEveryStyle) {
  for (const DateFormat format :
       {DateFormat::kIso, DateFormat::kSql, DateFormat::kPostgres, DateFormat::kGerman}) {
    DateTimeContext context;
    context.format = format;
    EXPECT_EQ(text_of(Date::infinity(), context), "infinity");
    EXPECT_EQ(text_of(Timestamp::minus_infinity(), context), "-infinity");
    EXPECT_EQ(text_of(Timestamptz::infinity(), context), "infinity");
  }
}

TEST(DateTimeFormat, AppendsToWhatIsThere) {
  std::string text = "time: ";
  format_time(time_of_day("24:00"), text);
  EXPECT_EQ(text, "time: 24:00:00");
}

}  // namespace
}  // namespace ddb
