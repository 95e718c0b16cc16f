"""expr_case_table: writes src/expr/case_table.gen.cpp: upper and lower case and letters of all characters, as a PostgreSQL
15 server with the C.UTF-8 locale has them.

Usage: expr_case_table.py [--output FILE]    The server is the one psql finds."""

import argparse
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]

QUERY = """SELECT i, ascii(lower(chr(i))) - i, ascii(upper(chr(i))) - i,
  (right(initcap(chr(i) || 'b'), 1) = 'b')::int FROM generate_series(128, 1114111) i
  WHERE i NOT BETWEEN 55296 AND 57343"""


def ranges(values):
    """Runs of equal value at a constant distance of 1 or 2: (first, last, step, value)."""
    runs = []
    for code, value in values:
        if runs:
            first, last, step, run_value = runs[-1]
            gap = code - last
            if value == run_value and (gap == step or (first == last and gap in (1, 2))):
                runs[-1] = (first, code, gap, value)
                continue
        runs.append((code, code, 1, value))
    return runs


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--output", default=str(ROOT / "src/expr/case_table.gen.cpp"))
    options = parser.parse_args()
    done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-F", " ", "-v", "ON_ERROR_STOP=1", "-d", "postgres", "-c",
                           "SELECT datctype FROM pg_database WHERE datname = current_database()", "-c", QUERY],
                          capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    if lines[0] not in ("C.UTF-8", "C.utf8"):
        raise SystemExit(f"needs LC_CTYPE C.UTF-8, this is {lines[0]}")
    rows = [tuple(map(int, line.split())) for line in lines[1:]]
    out = ["// case_table.gen: case of characters in the C.UTF-8 locale, by tools/generate/expr_case_table.py.",
           '#include "expr/case_table.h"', "", "namespace ddb::case_table {", ""]
    for name, column in (("kLower", 1), ("kUpper", 2), ("kLetters", 3)):
        runs = ranges([(row[0], row[column]) for row in rows if row[column] != 0])
        out.append(f"const CaseRange {name}[{len(runs)}] = {{")
        out += [f"    {{{first}, {last}, {step}, {value}}}," for first, last, step, value in runs]
        out += ["};", f"const uint32_t {name}Count = {len(runs)};", ""]
    out.append("}  // namespace ddb::case_table")
    pathlib.Path(options.output).write_text("\n".join(out) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
