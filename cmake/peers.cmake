# peers: SQLite, DuckDB and LMDB, which benchmarks compare the engine with. Only when benchmarks/peers/fetch.sh has put
# them into DDB_PEERS, and only for the release build; everything else is built without them, and nothing but programs of
# benchmarks/peers and benchmarks/versus links them.

set(DDB_PEERS ${PROJECT_SOURCE_DIR}/build/peers CACHE PATH "what benchmarks/peers/fetch.sh made")

# A glob, so that the next build configures again when the folder appears.
file(GLOB peers_made CONFIGURE_DEPENDS ${DDB_PEERS}/VERSIONS)
if(NOT peers_made OR NOT DDB_BUILD STREQUAL "release")
  return()
endif()

foreach(peer sqlite lmdb)
  add_library(peer_${peer} STATIC IMPORTED)
  set_target_properties(peer_${peer} PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES ${DDB_PEERS}/${peer}
    INTERFACE_LINK_LIBRARIES "Threads::Threads;m;${CMAKE_DL_LIBS}")
endforeach()
set_target_properties(peer_sqlite PROPERTIES IMPORTED_LOCATION ${DDB_PEERS}/sqlite/libsqlite3.a)
set_target_properties(peer_lmdb PROPERTIES IMPORTED_LOCATION ${DDB_PEERS}/lmdb/liblmdb.a)
add_library(peer_duckdb SHARED IMPORTED)
set_target_properties(peer_duckdb PROPERTIES
  IMPORTED_LOCATION ${DDB_PEERS}/duckdb/libduckdb.so
  INTERFACE_INCLUDE_DIRECTORIES ${DDB_PEERS}/duckdb)

# benchmarks/peers/*_peer.cpp: the bench table in each of them; alone.cpp: they without the engine.
file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/benchmarks/peers/*_peer.cpp)
add_library(bench_peers STATIC ${sources})
target_include_directories(bench_peers PRIVATE ${PROJECT_SOURCE_DIR}/benchmarks)
target_link_libraries(bench_peers PRIVATE ddb_flags PUBLIC peer_sqlite peer_lmdb peer_duckdb)
ddb_executable(peers_alone SOURCES ${PROJECT_SOURCE_DIR}/benchmarks/peers/alone.cpp
  INCLUDES ${PROJECT_SOURCE_DIR}/benchmarks LIBS bench_peers)

# benchmarks/versus/*.cpp: one program per file, over the engine and the peers.
file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/benchmarks/versus/*.cpp)
foreach(source IN LISTS sources)
  get_filename_component(stem ${source} NAME_WE)
  ddb_executable(versus_${stem} SOURCES ${source} LAYERS ${DDB_STORAGE_LAYERS} record spill btree catalog access
    INCLUDES ${PROJECT_SOURCE_DIR}/benchmarks LIBS bench_peers)
endforeach()
