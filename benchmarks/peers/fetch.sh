#!/usr/bin/env bash
# fetch: SQLite, DuckDB and LMDB, the peers of the benchmarks, into build/peers, from where CMake takes them (cmake/peers.cmake).
#
#   benchmarks/peers/fetch.sh [--force] [--into FOLDER]
#
# On Debian 12. npm packages come from the registry that the machine's npm is configured for; npm and liblmdb-dev are
# installed when missing. Does nothing when everything is there already, unless --force. Nothing of it is committed, and
# the engine never links it.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

sqlite_package=better-sqlite3@12.11.1
sqlite_version=3.53.2
duckdb_package=@duckdb/node-bindings-linux-x64@1.5.6-r.1
duckdb_version=v1.5.6
duckdb_header_package=duckdb@1.4.4 # the C API only grows: a header older than the library
lmdb_version=0.9.24

# What sqlite.org recommends for an application of its own (compile.html), but several threads with a connection each, as
# later benchmarks have; and the calls that its configure script would have found.
sqlite_flags=(-O3 -DNDEBUG -DHAVE_FDATASYNC=1 -DHAVE_USLEEP=1
  -DSQLITE_THREADSAFE=2 -DSQLITE_DQS=0 -DSQLITE_DEFAULT_MEMSTATUS=0 -DSQLITE_DEFAULT_WAL_SYNCHRONOUS=1
  -DSQLITE_LIKE_DOESNT_MATCH_BLOBS -DSQLITE_MAX_EXPR_DEPTH=0 -DSQLITE_OMIT_DECLTYPE -DSQLITE_OMIT_DEPRECATED
  -DSQLITE_OMIT_PROGRESS_CALLBACK -DSQLITE_OMIT_SHARED_CACHE -DSQLITE_USE_ALLOCA -DSQLITE_OMIT_AUTOINIT
  -DSQLITE_STRICT_SUBTYPE=1)

force=0
into=$root/build/peers
while (($#)); do
  case $1 in
    --force) force=1 ;;
    --into)
      (($# > 1)) || { echo "--into needs a folder" >&2; exit 2; }
      into=$(realpath -m "$2")
      shift
      ;;
    -h | --help) sed -n '2,/^set/p' "${BASH_SOURCE[0]}" | sed '$d; s/^# \{0,1\}//'; exit 0 ;;
    *) echo "unknown argument $1 (--help lists them)" >&2; exit 2 ;;
  esac
  shift
done

[[ $(uname -m) == x86_64 ]] || { echo "the DuckDB package is for x86_64 only" >&2; exit 1; }

# What VERSIONS says when all is done: another pin or flag fetches anew.
wanted="sqlite $sqlite_version ($sqlite_package) ${sqlite_flags[*]}
duckdb $duckdb_version ($duckdb_package, header of $duckdb_header_package)
lmdb $lmdb_version (Debian)"

mkdir -p "$(dirname "$into")"
exec 9>"$into.lock"
flock 9
if ((!force)) && [[ -f $into/VERSIONS && $(<"$into/VERSIONS") == "$wanted" ]]; then
  echo "$wanted"
  exit 0
fi

missing=()
command -v npm >/dev/null || missing+=(npm)
command -v gcc >/dev/null || missing+=(gcc)
[[ -f /usr/include/lmdb.h ]] || missing+=(liblmdb-dev)
if ((${#missing[@]})); then
  as_root=()
  if [[ $(id -u) != 0 ]]; then
    command -v sudo >/dev/null || { echo "missing Debian packages: ${missing[*]} (neither root nor sudo)" >&2; exit 1; }
    as_root=(sudo)
  fi
  echo "installing: ${missing[*]}"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" \
    >/dev/null </dev/null
fi

work=$into.new
rm -rf "$work"
mkdir -p "$work"/{sqlite,duckdb,lmdb,packed}
trap 'rm -rf "$work"' EXIT

# fetch PACKAGE FOLDER: the package's files in $work/packed/FOLDER.
fetch() {
  local package=$1 folder=$work/packed/$2
  mkdir -p "$folder"
  echo "fetching $package"
  (cd "$folder" && npm pack "$package" --ignore-scripts --silent >/dev/null && tar xzf ./*.tgz --strip-components=1)
}

fetch "$sqlite_package" sqlite
# Some versions of the package hold the amalgamation inside an archive of its own.
source=$work/packed/sqlite/deps/sqlite3
if [[ ! -f $source/sqlite3.c ]]; then
  mkdir -p "$source"
  tar xzf "$work/packed/sqlite/deps/sqlite3.tar.gz" -C "$source"
fi
grep -q "^#define SQLITE_VERSION  *\"$sqlite_version\"" "$source/sqlite3.h" || { echo "not SQLite $sqlite_version" >&2; exit 1; }
cp "$source/sqlite3.c" "$source/sqlite3.h" "$work/sqlite/"
echo "compiling SQLite"
(cd "$work/sqlite" && gcc "${sqlite_flags[@]}" -c sqlite3.c -o sqlite3.o && ar rcs libsqlite3.a sqlite3.o && rm sqlite3.o)

fetch "$duckdb_package" duckdb
fetch "$duckdb_header_package" duckdb_header
cp "$work/packed/duckdb/libduckdb.so" "$work/duckdb/"
cp "$work/packed/duckdb_header/src/duckdb/src/include/duckdb.h" "$work/duckdb/"

cp /usr/include/lmdb.h "$work/lmdb/"
cp "$(gcc -print-file-name=liblmdb.a)" "$work/lmdb/"

# The libraries themselves say what they are.
cat >"$work/packed/versions.c" <<'C'
#include <duckdb.h>
#include <lmdb.h>
#include <sqlite3.h>
#include <stdio.h>
int main(void) {
  int major, minor, patch;
  mdb_version(&major, &minor, &patch);
  printf("%s %s %d.%d.%d\n", sqlite3_libversion(), duckdb_library_version(), major, minor, patch);
  return 0;
}
C
gcc "$work/packed/versions.c" -I"$work/sqlite" -I"$work/duckdb" -I"$work/lmdb" -o "$work/packed/versions" \
  "$work/sqlite/libsqlite3.a" "$work/lmdb/liblmdb.a" -L"$work/duckdb" -lduckdb "-Wl,-rpath,$work/duckdb" -lm -lpthread -ldl
found=$("$work/packed/versions")
if [[ $found != "$sqlite_version $duckdb_version $lmdb_version" ]]; then
  echo "found $found, wanted $sqlite_version $duckdb_version $lmdb_version" >&2
  exit 1
fi

rm -rf "$work/packed" "$into"
echo "$wanted" >"$work/VERSIONS"
mv "$work" "$into"
echo "$wanted"
