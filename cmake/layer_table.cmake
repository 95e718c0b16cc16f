# layer_table: which layer may include which. The only copy: CMake builds from it and tools/check reads it.
#
# One entry per layer, bottom first: "name: layers it may include". `base` may be used everywhere and is not listed.
# Nothing is transitive: a layer that needs what lies two steps down names it here. A layer whose folder under src/
# does not exist yet is skipped.
set(DDB_LAYER_TABLE
  "base:"
  "vfs:"
  "format:"
  "record:"
  "wal: vfs format"
  "pager: wal vfs format"
  "txn: pager wal vfs format"
  "spill: vfs record"
  "btree: txn pager format record spill"
  "catalog: btree txn record"
  "search: btree txn record"
  "access: catalog search btree txn record"
  "sql: record"
  "expr: record"
  "plan: sql expr catalog record"
  "exec: plan expr access catalog search spill txn record"
  "engine: exec plan expr sql access search catalog btree spill txn pager wal record format vfs"
  "api: engine"
  "cli: api"
)

# The layers of the storage core. Simulation, crash, stress, fuzz, micro benchmarks and the demo may include all of them.
set(DDB_STORAGE_LAYERS base vfs format wal pager txn)

# Libraries that a layer links, of Debian packages that ./dev installs.
set(DDB_LIBRARIES_btree lz4 zstd)
set(DDB_LIBRARIES_sql pg_query)

# Folders of foreign headers that a layer's sources and tests may include, as SYSTEM: "a header in it;where it is looked for".
# sql: the nodes of PostgreSQL 15's parse trees, which the library above makes; no other version has the same structs.
set(DDB_HEADERS_sql nodes/parsenodes.h /usr/include/postgresql/15/server)
