"""expr_type_pairs: asks a PostgreSQL 15 server what every operator, function and aggregate of the supported types makes
of every combination of argument types, an untyped NULL (?) and a parameter ($) among them.

Usage: expr_type_pairs.py [--output FILE]    The server is the one psql finds.

A line: kind, name, the first arguments, then per last argument the result type or the SQLSTATE, with the types that
parameters got behind a slash."""

import argparse
import itertools
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]

TYPES = ["bool", "int2", "int4", "int8", "float4", "float8", "numeric", "text", "varchar", "bpchar", "bytea", "uuid",
         "date", "time", "timestamp", "timestamptz", "interval"]
OPERANDS = TYPES + ["?", "$"]

SETUP = """
CREATE FUNCTION pg_temp.try(expression text, parameters int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE t oid; answer text; given text;
BEGIN
  IF parameters = 0 THEN
    EXECUTE 'SELECT pg_typeof(' || expression || ')::oid' INTO t;
    SELECT typname INTO answer FROM pg_type WHERE oid = t;
    RETURN answer;
  END IF;
  EXECUTE 'PREPARE p AS SELECT pg_typeof(' || expression || ')::oid';
  SELECT string_agg(y.typname, ',' ORDER BY a.n) INTO given FROM pg_prepared_statements s,
    unnest(s.parameter_types) WITH ORDINALITY a(o, n) JOIN pg_type y ON y.oid = a.o WHERE s.name = 'p';
  EXECUTE 'EXECUTE p(' || substr(repeat(',NULL', parameters), 2) || ')' INTO t;
  EXECUTE 'DEALLOCATE p';
  SELECT typname INTO answer FROM pg_type WHERE oid = t;
  RETURN answer || '/' || given;
EXCEPTION WHEN OTHERS THEN
  IF EXISTS (SELECT FROM pg_prepared_statements WHERE name = 'p') THEN EXECUTE 'DEALLOCATE p'; END IF;
  RETURN SQLSTATE;
END $$;
CREATE TEMP TABLE asked (n int, expression text, parameters int);
"""

SUPPORTED = "ARRAY[" + ",".join(f"'{t}'::regtype::oid" for t in TYPES) + "]"
POLYMORPHIC = "ARRAY[2283,2776,5077,5079,2276]::oid[]"

OPERATORS = f"""SELECT oprname, bool_or(oprleft = 0)::int, bool_or(oprleft <> 0)::int FROM pg_operator
  WHERE oprright = ANY({SUPPORTED} || {POLYMORPHIC}) AND (oprleft = 0 OR oprleft = ANY({SUPPORTED} || {POLYMORPHIC}))
  AND (oprright = ANY({SUPPORTED}) OR oprleft = ANY({SUPPORTED})) GROUP BY oprname ORDER BY oprname"""

FUNCTIONS = f"""SELECT DISTINCT p.proname COLLATE "C", p.prokind, p.pronargs FROM pg_proc p
  WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind IN ('f', 'a') AND NOT p.proretset
  AND p.provolatile <> 'v' AND p.pronargs BETWEEN 1 AND 3
  AND p.proname !~ '^(pg_|lo_|has_|txid|float4|float8|int2|int4|int8|hash|time_|timestamp|date_|interval_|numeric_|text|bpchar|bytea|varchar|uuid|bool|cash|ri_|inet|in_range|to_reg|regexp|binary|json|xml|ts_|query|set_|current_set|shobj|col_desc|obj_desc|format_type|getdata|convert|database_to|schema_to|table_to|cursor_to|like$|notlike|name|array_|unnest|any_value|percentile|mode|rank|dense_rank|cume|percent_|gin_)' AND p.proname !~ '(_out|typmodout|range)$'
  OR (p.proname IN ('date_part', 'date_trunc', 'date_bin', 'timestamp', 'timestamptz', 'timestampt', 'text', 'like_escape',
    'float8', 'int4', 'numeric', 'array_agg', 'date_pl_interval') AND p.pronargs BETWEEN 1 AND 3
    AND p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind IN ('f', 'a'))
  ORDER BY 1, 2, 3"""

SUITABLE = f"""SELECT DISTINCT p.proname, p.pronargs FROM pg_proc p WHERE p.pronamespace = 'pg_catalog'::regnamespace
  AND (SELECT bool_and(a = ANY({SUPPORTED} || {POLYMORPHIC})) FROM unnest(p.proargtypes) a)"""


def psql(script):
    done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d", "postgres"],
                          input=script, capture_output=True, text=True, check=True)
    return [line.split("\t") for line in done.stdout.splitlines()]


def operand(kind, taken):
    """The SQL of an operand; `taken` counts the parameters before it."""
    if kind == "?":
        return "NULL", taken
    if kind == "$":
        return f"${taken + 1}", taken + 1
    return f"NULL::{kind}", taken


def question(kind, name, kinds):
    taken = 0
    parts = []
    for k in kinds:
        part, taken = operand(k, taken)
        parts.append(part)
    if kind == "prefix":
        return f"{name} {parts[0]}", taken
    if kind == "infix":
        return f"{parts[0]} OPERATOR(pg_catalog.{name}) {parts[1]}", taken
    return f'pg_catalog."{name}"({", ".join(parts)})', taken


def combinations(name, count):
    if count < 3:
        return list(itertools.product(OPERANDS, repeat=count))
    # A sample that is the same at every run: every first pair meets one third type, chosen by position.
    pairs = itertools.product(range(len(OPERANDS)), repeat=2)
    step = len(name)
    return [(OPERANDS[a], OPERANDS[b], OPERANDS[(a * 7 + b * 3 + step + k) % len(OPERANDS)])
            for a, b in pairs for k in (0,) if (a + b) % 3 == 0]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--output", default=str(ROOT / "tests/expr/golden/type_pairs.txt"))
    options = parser.parse_args()
    asked = []
    for name, prefix, infix in psql(OPERATORS):
        if infix == "1":
            asked += [("infix", name, c) for c in combinations(name, 2)]
        if prefix == "1":
            asked += [("prefix", name, c) for c in combinations(name, 1)]
    suitable = {(n, c) for n, c in psql(SUITABLE)}
    for name, kind, count in psql(FUNCTIONS):
        if (name, count) in suitable:
            asked += [("function", name, c) for c in combinations(name, int(count))]
    asked = list(dict.fromkeys(asked))
    script = [SETUP, "COPY asked FROM STDIN;"]
    for n, (kind, name, kinds) in enumerate(asked):
        expression, parameters = question(kind, name, kinds)
        script.append(f"{n}\t{expression.replace(chr(92), chr(92) * 2)}\t{parameters}")
    script += ["\\.", "SELECT pg_temp.try(expression, parameters) FROM asked ORDER BY n;"]
    answers = [row[0] for row in psql("\n".join(script) + "\n")]
    lines = {}
    for (kind, name, kinds), answer in zip(asked, answers, strict=True):
        lines.setdefault((kind, name, kinds[:-1]), []).append(f"{kinds[-1]}={answer}")
    out = [f"{kind}\t{name}\t{' '.join(first)}\t{' '.join(results)}" for (kind, name, first), results in lines.items()]
    path = pathlib.Path(options.output)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(out) + "\n", encoding="utf-8")
    print(f"{len(asked)} questions")


if __name__ == "__main__":
    main()
