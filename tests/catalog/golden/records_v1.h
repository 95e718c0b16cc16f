// records_v1: catalog records of format 1 as hex, of the objects that record_test builds. Never edited: a later format gets a file of
// its own and must still read these.
#pragma once

namespace ddb {

inline constexpr const char* kGoldenRecordsV1[8] = {};
inline constexpr const char* kGoldenHeaderV1 = "";

}  // namespace ddb
