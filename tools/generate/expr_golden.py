"""expr_golden: asks a PostgreSQL 15 server for the results of every built operator, function and cast over edge values.

Usage: expr_golden.py [--output FILE]    The server is the one psql finds: UTF8, lc_collate C, lc_ctype C.UTF-8, zone UTC.

A line: kind, name, arguments "type|text" or "type|" and \\N for NULL, then "=" and the result as its output function writes
it, "~" for NULL, or "!" and the SQLSTATE. Backslash, tab and newline are escaped as in COPY."""

import argparse
import itertools
import pathlib
import random
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASES_PER_SIGNATURE = 30
LONG = "a long text of more than twelve bytes, abc"

VALUES = {
    "bool": ["true", "false"],
    "int2": ["0", "1", "-1", "7", "32767", "-32768"],
    "int4": ["0", "1", "-1", "3", "100", "2147483647", "-2147483648"],
    "int8": ["0", "1", "-1", "10", "2147483648", "9223372036854775807", "-9223372036854775808"],
    "float4": ["0", "-0", "1.5", "-2.25", "0.1", "3.4e38", "1e-45", "NaN", "Infinity", "-Infinity"],
    "float8": ["0", "-0", "1", "-1", "0.5", "-2.5", "0.1", "1e308", "4.9e-324", "1e15", "NaN", "Infinity", "-Infinity"],
    "numeric": ["0", "1", "-1", "0.5", "-2.50", "99.9999", "100", "1e-10", "123456789012345678901234567890.12345",
                "-7.000", "NaN", "Infinity", "-Infinity"],
    "numeric(10,2)": ["0", "1", "-1.50", "99999999.99", "-0.01", "NaN"],
    "numeric(30,4)": ["0", "1", "-1.5", "12345678901234567890.1234", "-0.0001", "NaN"],
    "text": ["", "a", "abc", "ABC def", "  pad  ", "äöü ß", "日本語", "a%b_c", "\\", "x,y,,z", LONG, "Élan ﬁ", "😀x", "b",
             "mary_had a-little2lamb", "ABC dEF"],
    "varchar": ["", "abc", LONG],
    "varchar(3)": ["", "a", "äöü"],
    "bpchar": ["", "ab", "ab  "],
    "char(4)": ["", "ab", "abcd", "äö"],
    "bytea": ["", "\\x00", "\\x616263", "\\xff00ab", "\\x5c61"],
    "uuid": ["00000000-0000-0000-0000-000000000000", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
             "ffffffff-ffff-ffff-ffff-ffffffffffff"],
    "date": ["2000-01-01", "2024-02-29", "1999-12-31", "infinity", "-infinity", "0044-03-15 BC", "5874897-12-31",
             "4714-11-24 BC", "2024-01-31"],
    "time": ["00:00:00", "12:34:56.789", "23:59:59.999999", "24:00:00"],
    "timestamp": ["2000-01-01 00:00:00", "2024-02-29 12:34:56.789012", "1999-12-31 23:59:59.999999", "infinity",
                  "-infinity", "4714-11-24 00:00:00 BC", "294276-12-31 23:59:59.999999", "2024-03-31 02:30:00"],
    "timestamptz": ["2000-01-01 00:00:00+00", "2024-02-29 12:34:56.789012+00", "infinity", "-infinity",
                    "1999-12-31 23:59:59.999999+05", "294276-12-31 23:59:59.999999+00"],
    "interval": ["0", "1 mon", "30 days", "720:00:00", "-1 day 02:03:04", "1 year 2 mons 3 days 04:05:06.789",
                 "-178000000 years", "1000000 hours"],
}

FIELDS = ["year", "month", "day", "hour", "minute", "second", "epoch", "dow", "isodow", "doy", "week", "quarter",
          "century", "decade", "millennium", "microseconds", "milliseconds", "julian", "isoyear", "timezone", "bogus"]
ZONES = ["UTC", "<+03>-3", "CET-1CEST,M3.5.0,M10.5.0/3", "bogus/zone"]
ENCODINGS = ["hex", "base64", "escape", "HEX", "bogus"]
PATTERNS = ["%", "", "a%", "%b_c", "%a%", "_", "a\\%b\\_c", "abc", "%\\", "\\", "___", "%def", "%b%", "A%", "%ä%", "日_語",
            "%%c", "%_\\", "a\\", "ÄÖÜ%", "%abc"]
SPECIAL = {
    **{(s, 0): FIELDS for s in ("extract_date", "extract_time", "extract_timestamp", "extract_timestamptz",
                                "extract_interval", "sql:date_part(text,date)", "time_part", "timestamp_part",
                                "timestamptz_part", "interval_part", "timestamp_trunc", "timestamptz_trunc",
                                "interval_trunc", "timestamptz_trunc_zone")},
    **{(s, 0): ZONES for s in ("timestamp_zone", "timestamptz_zone")},
    ("timestamptz_trunc_zone", 2): ZONES,
    ("binary_encode", 1): ENCODINGS,
    ("binary_decode", 1): ENCODINGS,
    ("binary_decode", 0): ["", "616263", "6", "xy", "YWJj", "YQ==", "YQ", "Y=", "a\\001b\\\\", "a\\0", " 61 62 ", "===="],
    **{(s, 1): PATTERNS for s in ("textlike", "textnlike", "texticlike", "texticnlike", "like_escape")},
    ("like_escape", 1): ["", "#", "\\", "ab", "%", "ä"],
    ("split_part", 1): ["", ",", "a", "y,", "ab"],
    ("split_part", 2): ["0", "1", "2", "4", "-1", "-2", "-5", "2147483647", "-2147483648"],
    ("make_date", 0): ["2024", "-44", "0", "5874897", "2023"], ("make_date", 1): ["2", "12", "13", "0"],
    ("make_date", 2): ["29", "31", "1", "0"],
    **{("make_interval", i): ["0", "1", "-5", "1000"] for i in range(6)},
    ("make_time", 0): ["0", "23", "24", "-1"], ("make_time", 1): ["0", "59", "60"],
    ("make_time", 2): ["0", "59.9999999", "60", "-1", "NaN"],
    **{(s, i): v for s in ("make_timestamp", "make_timestamptz") for i, v in enumerate(
        (["2024", "-44", "0", "294276"], ["2", "12", "13"], ["29", "1", "31"], ["0", "23", "24"], ["0", "59", "60"],
         ["0", "59.5", "60", "61"]))},
    ("numeric_round", 1): ["0", "1", "-1", "3", "-2", "20000", "-20000"],
    ("numeric_trunc", 1): ["0", "1", "-1", "3", "-2", "20000", "-20000"],
    ("numeric_fac", 0): ["0", "1", "5", "20", "25", "-1", "40000"],
    ("interval_mul", 1): ["0", "1", "0.5", "-1.5", "1e10", "NaN", "Infinity", "0.1"],
    ("interval_div", 1): ["0", "1", "0.5", "-1.5", "3", "1e-10", "NaN", "Infinity"],
    ("mul_d_interval", 0): ["0", "1", "0.5", "-1.5", "NaN"],
    ("chr", 0): ["0", "1", "65", "228", "26085", "128512", "1114112", "55296", "-1"],
    ("float8_timestamptz", 0): ["0", "1.5", "-1e10", "1e20", "NaN", "Infinity", "-Infinity", "1700000000.123456"],
    **{(s, 1): ["0", "1", "2", "-1", "5", "100", "2147483647", "-2147483648", "33", "64"]
       for s in ("int2shl", "int2shr", "int4shl", "int4shr", "int8shl", "int8shr")},
    **{("translate", i): ["", "abc", "äb", "xyz", "1"] for i in (1, 2)},
    **{("replace_text", i): ["", "a", "b", "äö", ", "] for i in (1, 2)},
    ("textpos", 1): ["", "a", "b", "ö", "語", "abc", "zz"],
    ("text_starts_with", 1): ["", "a", "ABC", "日", "zz"],
    **{(s, 1): ["", " ", "a", "abc", "äß", "x,"] for s in ("btrim", "ltrim", "rtrim")},
}

# Arguments that are not in pg_proc one by one.
VARIADIC = [("concat", ["text", "int4", "bool"]), ("concat", ["float8", "numeric", "date"]), ("concat", ["char(4)", "bytea"]),
            ("concat_ws", ["text", "int4", "text"]), ("concat_ws", ["text", "timestamp", "interval"]),
            ("num_nulls", ["int4", "text"]), ("num_nonnulls", ["int4", "text", "bool"]),
            ("quote_nullable", ["text"]), ("quote_literal", ["text"])]

TYPES = ["bool", "int2", "int4", "int8", "float4", "float8", "numeric", "text", "varchar", "bpchar", "bytea", "uuid",
         "date", "time", "timestamp", "timestamptz", "interval"]
CAST_TARGETS = TYPES + ["numeric(5,2)", "numeric(3,-1)", "numeric(25,5)", "varchar(3)", "char(3)", "time(2)",
                        "timestamp(0)", "timestamptz(3)", "interval(1)", "interval year to month", "interval day"]
TEXT_OF = {
    "bool": ["t", "no", "maybe"], "int2": ["12", " -5 ", "40000", "1.5", ""], "int4": ["12", "2147483648", "x"],
    "int8": ["99", "9223372036854775808"], "float4": ["1.5", "1e50", "nan"], "float8": ["-1e-3", "1e400", "inf", ""],
    "numeric": ["1.50", "NaN", "1e3", "abc"], "bytea": ["\\x0g", "\\x0a", "a\\000"], "uuid": ["{a0eebc999c0b4ef8bb6d6bb9bd380a11}", "x"],
    "date": ["2024-02-30", "Jan 5 2024", "epoch"], "time": ["25:00", "1:2:3 PM"],
    "timestamp": ["2024-01-01T01:02:03", "x"], "timestamptz": ["2024-01-01 01:02:03+02", "2024-01-01 00:00 PST"],
    "interval": ["1 day ago", "P1Y2M", "1 fortnight"],
}

SETUP = """
CREATE FUNCTION pg_temp.try(expression text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE answer text;
BEGIN
  EXECUTE 'SELECT CASE WHEN x IS NULL THEN ''~'' ELSE ''='' || concat(x) END FROM (SELECT (' || expression || ') AS x OFFSET 0) s'
    INTO answer;
  RETURN answer;
EXCEPTION WHEN OTHERS THEN
  RETURN '!' || SQLSTATE;
END $$;
SET extra_float_digits = 1;
CREATE TEMP TABLE asked (n int, expression text);
"""

OPERATORS = """SELECT o.oprname, CASE WHEN p.prolang = 14 THEN 'sql:' || p.proname || '(' || (SELECT string_agg(t.typname, ',' ORDER BY a.n)
    FROM unnest(p.proargtypes) WITH ORDINALITY a(o, n) JOIN pg_type t ON t.oid = a.o) || ')' ELSE p.prosrc END,
  coalesce(l.typname, ''), r.typname FROM pg_operator o JOIN pg_proc p ON p.oid = o.oprcode
  LEFT JOIN pg_type l ON l.oid = o.oprleft JOIN pg_type r ON r.oid = o.oprright ORDER BY o.oid"""

FUNCTIONS = """SELECT p.proname, CASE WHEN p.prolang = 14 THEN 'sql:' || p.proname || '(' || (SELECT string_agg(t.typname, ',' ORDER BY a.n)
    FROM unnest(p.proargtypes) WITH ORDINALITY a(o, n) JOIN pg_type t ON t.oid = a.o) || ')' ELSE p.prosrc END,
  (SELECT string_agg(t.typname, ' ' ORDER BY a.n) FROM unnest(p.proargtypes) WITH ORDINALITY a(o, n)
    JOIN pg_type t ON t.oid = a.o)
  FROM pg_proc p WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind = 'f' AND p.pronargs > 0
  AND p.oid NOT IN (SELECT oprcode FROM pg_operator) AND p.provariadic = 0 AND NOT p.proretset
  AND p.proname NOT IN ('bool', 'int2', 'int4', 'int8', 'float4', 'float8', 'numeric', 'text', 'varchar', 'bpchar', 'date',
    'time', 'timestamp', 'timestamptz', 'interval', 'dround', 'age') ORDER BY p.proname COLLATE "C", p.oid"""


def psql(script):
    done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d", "postgres"],
                          input=script, capture_output=True, text=True, check=True)
    return [line.split("\t") for line in done.stdout.splitlines()]


def escape(value):
    return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


def values_of(kind, symbol, place):
    return SPECIAL.get((symbol, place), VALUES.get(kind))


def variants(kinds):
    """Numeric and character arguments also with modifiers."""
    out = [kinds]
    if "numeric" in kinds:
        out.append([k if k != "numeric" else "numeric(10,2)" for k in kinds])
        out.append([k if k != "numeric" else ("numeric(10,2)", "numeric(30,4)")[i % 2] for i, k in enumerate(kinds)])
    if "bpchar" in kinds:
        out.append([k if k != "bpchar" else "char(4)" for k in kinds])
    return out


def sample(kind, name, kinds, symbol):
    lists = [values_of(k, symbol, i) + [None] for i, k in enumerate(kinds)]
    rng = random.Random(f"{kind} {name} {kinds}")
    total = 1
    for values in lists:
        total *= len(values)
    if total <= CASES_PER_SIGNATURE:
        return list(itertools.product(*lists))
    chosen = [[rng.choice(values) for values in lists] for _ in range(CASES_PER_SIGNATURE)]
    # Each edge value at least once, NULL at most now and then.
    for i, values in enumerate(lists):
        for j, value in enumerate(values[:CASES_PER_SIGNATURE]):
            chosen[(j * (i + 1)) % CASES_PER_SIGNATURE][i] = value
    return list(dict.fromkeys(tuple(c) for c in chosen))


def sql_value(kind, value):
    if value is None:
        return f"NULL::{kind}"
    quoted = value.replace("'", "''")
    return f"'{quoted}'::{kind}"


def sql_of(kind, name, kinds, values):
    parts = [sql_value(k, v) for k, v in zip(kinds, values)]
    if kind == "prefix":
        return f"{name} {parts[0]}"
    if kind == "infix":
        return f"{parts[0]} {name} {parts[1]}"
    if kind == "cast":
        return f"CAST({parts[0]} AS {name})"
    return f'pg_catalog."{name}"({", ".join(parts)})'


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--output", default=str(ROOT / "tests/expr/golden/kernels.txt"))
    options = parser.parse_args()
    built = set((ROOT / "tests/expr/golden/built_symbols.txt").read_text(encoding="utf-8").split("\n"))
    asked = []

    def ask(kind, name, kinds, symbol):
        if all(k in VALUES for k in kinds):
            for variant in variants(kinds):
                asked.extend((kind, name, tuple(variant), v) for v in sample(kind, name, variant, symbol))

    for name, symbol, left, right in psql(OPERATORS):
        if symbol in built:
            ask("infix" if left else "prefix", name, [left, right] if left else [right], symbol)
    for name, symbol, kinds in psql(FUNCTIONS):
        if symbol in built:
            ask("function", name, kinds.split(" "), symbol)
    for name, kinds in VARIADIC:
        ask("function", name, kinds, "")
    for source in TYPES + ["numeric(10,2)", "char(4)"]:
        for target in CAST_TARGETS:
            values = VALUES[source] + (TEXT_OF.get(target.split("(")[0].split(" ")[0], []) if source == "text" else [])
            asked.extend(("cast", target, (source,), (v,)) for v in values)
    asked = list(dict.fromkeys(asked))
    script = [SETUP, "COPY asked FROM STDIN;"]
    for n, case in enumerate(asked):
        script.append(f"{n}\t{escape(sql_of(*case))}")
    script += ["\\.", "SELECT replace(replace(replace(pg_temp.try(expression), E'\\\\', E'\\\\\\\\'), E'\\t', E'\\\\t'), E'\\n', E'\\\\n')"
               " FROM asked ORDER BY n;"]
    answers = ["\t".join(row) for row in psql("\n".join(script) + "\n")]
    out = []
    for (kind, name, kinds, values), answer in zip(asked, answers, strict=True):
        arguments = [f"{k}|" + ("\\N" if v is None else escape(v)) for k, v in zip(kinds, values)]
        out.append("\t".join([kind, name, *arguments, answer]))
    pathlib.Path(options.output).write_text("\n".join(out) + "\n", encoding="utf-8")
    print(f"{len(out)} cases")


if __name__ == "__main__":
    main()
