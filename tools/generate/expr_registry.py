"""expr_registry: writes src/expr/registry.gen.cpp from the catalogs of a PostgreSQL 15 server.

Usage: expr_registry.py [--output FILE]    The server is the one psql finds (PGHOST, PGPORT, PGUSER).

All types that a function, operator or cast of pg_catalog names are in the registry, supported or not: an overload that
PostgreSQL weighs must be weighed here too. Left out: functions over internal, cstring and trigger-like types, which no
SQL expression can call, and procedures."""

import argparse
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]

# internal, cstring, trigger, event_trigger and the handlers.
HIDDEN = "(2281,2275,2279,3838,325,3115,269,3310,2280,32)"

TYPES = """SELECT t.oid, t.typname, format_type(t.oid, NULL), t.typcategory, t.typispreferred::int, t.typelem, t.typarray,
  t.typtype FROM pg_type t WHERE t.typnamespace = 'pg_catalog'::regnamespace AND t.typtype <> 'c'
  AND (t.typelem = 0 OR (SELECT e.typtype FROM pg_type e WHERE e.oid = t.typelem) <> 'c') ORDER BY t.oid"""

FUNCTIONS = f"""SELECT p.oid, p.proname, p.prorettype, p.prokind, p.provolatile, p.proisstrict::int, p.proretset::int,
  p.provariadic, p.pronargdefaults, p.proargtypes::text,
  CASE WHEN p.prolang = 14 THEN 'sql:' || p.proname || '(' || coalesce((SELECT string_agg(t.typname, ',' ORDER BY a.n)
    FROM unnest(p.proargtypes) WITH ORDINALITY a(o, n) JOIN pg_type t ON t.oid = a.o), '') || ')' ELSE p.prosrc END
  FROM pg_proc p WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind IN ('f', 'a', 'w')
  AND p.prorettype NOT IN {HIDDEN}
  AND NOT EXISTS (SELECT FROM unnest(p.proargtypes) a WHERE a IN {HIDDEN}) ORDER BY p.proname COLLATE "C", p.oid"""

OPERATORS = """SELECT o.oid, o.oprname, o.oprleft, o.oprright, o.oprresult, o.oprcode::oid, o.oprcom, o.oprnegate
  FROM pg_operator o WHERE o.oprnamespace = 'pg_catalog'::regnamespace ORDER BY o.oprname COLLATE "C", o.oid"""

CASTS = """SELECT c.castsource, c.casttarget, c.castfunc, c.castcontext, c.castmethod FROM pg_cast c
  WHERE c.oid < 16384 ORDER BY c.castsource, c.casttarget"""


def rows(query):
    done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d", "postgres",
                           "-c", query], capture_output=True, text=True, check=True)
    return [line.split("\t") for line in done.stdout.splitlines()]


def text(value):
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def write(out):
    version = int(rows("SHOW server_version_num")[0][0])
    if version // 10000 != 15:
        raise SystemExit(f"needs PostgreSQL 15, this is {version}")
    out.append("// registry.gen: types, functions, operators and casts of PostgreSQL 15, by tools/generate/expr_registry.py.")
    out.append('#include "expr/registry_tables.h"')
    out.append("")
    out.append("namespace ddb::registry_tables {")
    out.append("")
    types = rows(TYPES)
    out.append(f"const TypeEntry kTypes[{len(types)}] = {{")
    for oid, name, sql_name, category, preferred, element, array, kind in types:
        out.append(f"    {{TypeOid{{{oid}}}, {text(name)}, {text(sql_name)}, '{category}', '{kind}', "
                   f"{'true' if preferred == '1' else 'false'}, TypeOid{{{element}}}, TypeOid{{{array}}}}},")
    out.append("};")
    out.append(f"const uint32_t kTypeCount = {len(types)};")
    out.append("")
    functions = rows(FUNCTIONS)
    arguments = []
    places = {}
    entries = []
    for oid, name, result, kind, volatility, strict, is_set, variadic, defaults, args, symbol in functions:
        key = tuple(args.split())
        if key not in places:
            places[key] = len(arguments)
            arguments += key
        entries.append(f"    {{FunctionOid{{{oid}}}, {text(name)}, {text(symbol)}, TypeOid{{{result}}}, TypeOid{{{variadic}}}, "
                       f"{places[key]}, {len(key)}, {defaults}, '{kind}', '{volatility}', "
                       f"{'true' if strict == '1' else 'false'}, {'true' if is_set == '1' else 'false'}}},")
    out.append(f"const TypeOid kArguments[{len(arguments)}] = {{")
    for i in range(0, len(arguments), 12):
        out.append("    " + " ".join(f"TypeOid{{{a}}}," for a in arguments[i:i + 12]))
    out.append("};")
    out.append("")
    out.append(f"const FunctionEntry kFunctions[{len(entries)}] = {{")
    out += entries
    out.append("};")
    out.append(f"const uint32_t kFunctionCount = {len(entries)};")
    out.append("")
    operators = rows(OPERATORS)
    out.append(f"const OperatorEntry kOperators[{len(operators)}] = {{")
    for oid, name, left, right, result, function, commutator, negator in operators:
        out.append(f"    {{OperatorOid{{{oid}}}, {text(name)}, TypeOid{{{left}}}, TypeOid{{{right}}}, TypeOid{{{result}}}, "
                   f"FunctionOid{{{function}}}, OperatorOid{{{commutator}}}, OperatorOid{{{negator}}}}},")
    out.append("};")
    out.append(f"const uint32_t kOperatorCount = {len(operators)};")
    out.append("")
    casts = rows(CASTS)
    out.append(f"const CastEntry kCasts[{len(casts)}] = {{")
    for source, target, function, context, method in casts:
        out.append(f"    {{TypeOid{{{source}}}, TypeOid{{{target}}}, FunctionOid{{{function}}}, '{context}', '{method}'}},")
    out.append("};")
    out.append(f"const uint32_t kCastCount = {len(casts)};")
    out.append("")
    out.append("}  // namespace ddb::registry_tables")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--output", default=str(ROOT / "src/expr/registry.gen.cpp"))
    options = parser.parse_args()
    out = []
    write(out)
    pathlib.Path(options.output).write_text("\n".join(out) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
