// time_zone_abbreviations: the abbreviations that PostgreSQL's set "Default" knows. Keeps: sorted by name, so that the
// search may halve; names of at most 10 characters.
#include <algorithm>
#include <iterator>

#include "record/time_zone.h"

namespace ddb {
namespace {

// name, zone (when the meaning has changed over the years), seconds east, daylight saving.
// clang-format off
constexpr ZoneAbbreviation kAbbreviations[] = {
    {"acdt", "", 37800, true}, {"acsst", "", 37800, true}, {"acst", "", 34200, false},
    {"act", "", -18000, false}, {"acwst", "", 31500, false}, {"adt", "", -10800, true},
    {"aedt", "", 39600, true}, {"aesst", "", 39600, true}, {"aest", "", 36000, false},
    {"aft", "", 16200, false}, {"akdt", "", -28800, true}, {"akst", "", -32400, false},
    {"almst", "", 25200, true}, {"almt", "", 21600, false}, {"amst", "Asia/Yerevan", 0, false},
    {"amt", "", -14400, false}, {"anast", "Asia/Anadyr", 0, false}, {"anat", "Asia/Anadyr", 0, false},
    {"arst", "America/Argentina/Buenos_Aires", 0, false},
    {"art", "America/Argentina/Buenos_Aires", 0, false}, {"ast", "", -14400, false},
    {"awsst", "", 32400, true}, {"awst", "", 28800, false}, {"azost", "", 0, true},
    {"azot", "", -3600, false}, {"azst", "Asia/Baku", 0, false}, {"azt", "Asia/Baku", 0, false},
    {"bdst", "", 7200, true}, {"bdt", "", 21600, false}, {"bnt", "", 28800, false},
    {"bort", "", 28800, false}, {"bot", "", -14400, false}, {"bra", "", -10800, false},
    {"brst", "", -7200, true}, {"brt", "", -10800, false}, {"bst", "", 3600, true},
    {"btt", "", 21600, false}, {"cadt", "", 37800, true}, {"cast", "", 34200, false},
    {"cct", "", 28800, false}, {"cdt", "", -18000, true}, {"cest", "", 7200, true},
    {"cet", "", 3600, false}, {"cetdst", "", 7200, true}, {"chadt", "", 49500, true},
    {"chast", "", 45900, false}, {"chut", "", 36000, false}, {"ckt", "Pacific/Rarotonga", 0, false},
    {"clst", "", -10800, true}, {"clt", "America/Santiago", 0, false}, {"cot", "", -18000, false},
    {"cst", "", -21600, false}, {"cxt", "", 25200, false}, {"davt", "Antarctica/Davis", 0, false},
    {"ddut", "", 36000, false}, {"easst", "Pacific/Easter", 0, false}, {"east", "Pacific/Easter", 0, false},
    {"eat", "", 10800, false}, {"edt", "", -14400, true}, {"eest", "", 10800, true},
    {"eet", "", 7200, false}, {"eetdst", "", 10800, true}, {"egst", "", 0, true}, {"egt", "", -3600, false},
    {"est", "", -18000, false}, {"fet", "", 10800, false}, {"fjst", "", 46800, true},
    {"fjt", "", 43200, false}, {"fkst", "Atlantic/Stanley", 0, false},
    {"fkt", "Atlantic/Stanley", 0, false}, {"fnst", "", -3600, true}, {"fnt", "", -7200, false},
    {"galt", "", -21600, false}, {"gamt", "", -32400, false}, {"gest", "Asia/Tbilisi", 0, false},
    {"get", "Asia/Tbilisi", 0, false}, {"gft", "", -10800, false}, {"gilt", "", 43200, false},
    {"gmt", "", 0, false}, {"gyt", "America/Guyana", 0, false}, {"hkt", "", 28800, false},
    {"hst", "", -36000, false}, {"ict", "", 25200, false}, {"idt", "", 10800, true},
    {"iot", "Indian/Chagos", 0, false}, {"irkst", "Asia/Irkutsk", 0, false},
    {"irkt", "Asia/Irkutsk", 0, false}, {"irt", "", 12600, false}, {"ist", "", 7200, false},
    {"jayt", "", 32400, false}, {"jst", "", 32400, false}, {"kdt", "", 36000, true},
    {"kgst", "", 21600, true}, {"kgt", "Asia/Bishkek", 0, false}, {"kost", "Pacific/Kosrae", 0, false},
    {"krast", "Asia/Krasnoyarsk", 0, false}, {"krat", "Asia/Krasnoyarsk", 0, false},
    {"kst", "", 32400, false}, {"lhdt", "Australia/Lord_Howe", 0, false}, {"lhst", "", 37800, false},
    {"ligt", "", 36000, false}, {"lint", "Pacific/Kiritimati", 0, false}, {"lkt", "Asia/Colombo", 0, false},
    {"magst", "Asia/Magadan", 0, false}, {"magt", "Asia/Magadan", 0, false}, {"mart", "", -34200, false},
    {"mawt", "Antarctica/Mawson", 0, false}, {"mdt", "", -21600, true}, {"mest", "", 7200, true},
    {"mesz", "", 7200, true}, {"met", "", 3600, false}, {"metdst", "", 7200, true},
    {"mez", "", 3600, false}, {"mht", "", 43200, false}, {"mmt", "", 23400, false},
    {"mpt", "", 36000, false}, {"msd", "", 14400, true}, {"msk", "Europe/Moscow", 0, false},
    {"mst", "", -25200, false}, {"must", "", 18000, true}, {"mut", "", 14400, false},
    {"mvt", "", 18000, false}, {"myt", "", 28800, false}, {"ndt", "", -9000, true},
    {"nft", "", -12600, false}, {"novst", "Asia/Novosibirsk", 0, false},
    {"novt", "Asia/Novosibirsk", 0, false}, {"npt", "", 20700, false}, {"nst", "", -12600, false},
    {"nut", "Pacific/Niue", 0, false}, {"nzdt", "", 46800, true}, {"nzst", "", 43200, false},
    {"nzt", "", 43200, false}, {"omsst", "Asia/Omsk", 0, false}, {"omst", "Asia/Omsk", 0, false},
    {"pdt", "", -25200, true}, {"pet", "", -18000, false}, {"petst", "Asia/Kamchatka", 0, false},
    {"pett", "Asia/Kamchatka", 0, false}, {"pgt", "", 36000, false}, {"pht", "", 28800, false},
    {"pkst", "", 21600, true}, {"pkt", "", 18000, false}, {"pmdt", "", -7200, true},
    {"pmst", "", -10800, false}, {"pont", "", 39600, false}, {"pst", "", -28800, false},
    {"pwt", "", 32400, false}, {"pyst", "", -10800, true}, {"pyt", "America/Asuncion", 0, false},
    {"ret", "", 14400, false}, {"sadt", "", 37800, true}, {"sast", "", 7200, false},
    {"sct", "", 14400, false}, {"sgt", "Asia/Singapore", 0, false}, {"taht", "", -36000, false},
    {"tft", "", 18000, false}, {"tjt", "", 18000, false}, {"tkt", "Pacific/Fakaofo", 0, false},
    {"tmt", "Asia/Ashgabat", 0, false}, {"tot", "", 46800, false}, {"trut", "", 36000, false},
    {"tvt", "", 43200, false}, {"uct", "", 0, false}, {"ulast", "", 32400, true},
    {"ulat", "Asia/Ulaanbaatar", 0, false}, {"ut", "", 0, false}, {"utc", "", 0, false},
    {"uyst", "", -7200, true}, {"uyt", "", -10800, false}, {"uzst", "", 21600, true},
    {"uzt", "", 18000, false}, {"vet", "America/Caracas", 0, false},
    {"vlast", "Asia/Vladivostok", 0, false}, {"vlat", "Asia/Vladivostok", 0, false},
    {"volt", "Europe/Volgograd", 0, false}, {"vut", "", 39600, false}, {"wadt", "", 28800, true},
    {"wakt", "", 43200, false}, {"wast", "", 25200, false}, {"wat", "", 3600, false},
    {"wdt", "", 32400, true}, {"wet", "", 0, false}, {"wetdst", "", 3600, true}, {"wft", "", 43200, false},
    {"wgst", "", -7200, true}, {"wgt", "", -10800, false}, {"xjt", "", 21600, false},
    {"yakst", "Asia/Yakutsk", 0, false}, {"yakt", "Asia/Yakutsk", 0, false}, {"yapt", "", 36000, false},
    {"yekst", "", 21600, true}, {"yekt", "Asia/Yekaterinburg", 0, false}, {"z", "", 0, false},
    {"zulu", "", 0, false},
};
// clang-format on

}  // namespace

const ZoneAbbreviation* find_zone_abbreviation(std::string_view lower) {
  const std::string_view key = lower.substr(0, 10);
  const auto* found =
      std::lower_bound(std::begin(kAbbreviations), std::end(kAbbreviations), key,
                       [](const ZoneAbbreviation& a, std::string_view k) { return a.name < k; });
  return found != std::end(kAbbreviations) && found->name == key ? found : nullptr;
}

}  // namespace ddb
