"""check: the rules of the tree that a machine can hold. Prints one line per violation and exits 1 if there is any.

Usage: check.py [--root FOLDER] [--quiet]    (--quiet: no warnings)

A line may except itself from a banned call with `// check-allow: <call>, <reason>`."""

import argparse
import os
import pathlib
import re
import subprocess
import sys

import cxx_text

CXX_FOLDERS = ("src", "tests", "benchmarks", "tools", "include")
LINES_MAX = {".cpp": 800, ".h": 400}
LINES_AIM = {".cpp": 300, ".h": 150}
FUNCTION_LINES_MAX = 120
FUNCTION_LINES_AIM = 70
BANNED_NAME_WORDS = {"util", "utils", "helper", "helpers", "common", "misc", "manager", "managers"}
ADR_HEADINGS = ("Context", "Options", "Decision", "Consequences")

# Spelled in two parts, so that this file passes its own check.
MACHINE_PATH = re.compile(r"(?<![\w.$}>/-])/(?:" + "work|root|home" + r")/")
REGISTRY_HOST = re.compile(
    r"\b(?:" + "|".join(a + r"\." + b for a, b in (
        ("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("crates", "io"), ("docker", "io"),
        ("ghcr", "io"), ("proxy.golang", "org"), ("deb.debian", "org"), ("rubygems", "org")))
    + r")\b|https?://[^/\s]*(?:registry|nexus|artifactory|mirror)[^/\s]*", re.IGNORECASE)

BANNED_CALLS = (("abort", "an embedded engine never ends its host: return a Status or use DDB_CHECK"),
                ("exit", "an embedded engine never ends its host"),
                ("printf", "an embedded engine does not write to its host's streams"),
                ("fprintf", "an embedded engine does not write to its host's streams"),
                ("assert", "use DDB_ASSERT or DDB_CHECK"))
BANNED_STREAMS = re.compile(r"\bstd::(cout|cerr|clog)\b")
STREAM_LAYERS = {"cli"}


class Tree:
    """The files of the repository and what was found in them."""

    def __init__(self, root):
        self.root = pathlib.Path(root).resolve()
        self.errors = []
        self.warnings = []
        self.files = self.list_files()

    def list_files(self):
        """Tracked and not ignored files; without git, all files outside build/."""
        if (self.root / ".git").exists():
            try:
                done = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=self.root,
                                      capture_output=True, text=True, check=False)
                if done.returncode == 0:
                    names = sorted(set(done.stdout.split("\0")) - {""})
                    return [n for n in names if (self.root / n).is_file()]
            except FileNotFoundError:
                pass
        names = []
        for folder, subfolders, files in os.walk(self.root):
            subfolders[:] = [s for s in subfolders if s not in (".git", "build", "__pycache__")]
            names += [(pathlib.Path(folder) / f).relative_to(self.root).as_posix() for f in files]
        return sorted(names)

    def text(self, name):
        """The file's text, or None for a binary file."""
        data = (self.root / name).read_bytes()
        return None if b"\0" in data[:8192] else data.decode("utf-8", errors="replace")

    def error(self, name, line, message):
        self.errors.append(f"{name}:{line}: {message}" if line else f"{name}: {message}")

    def warn(self, name, line, message):
        self.warnings.append(f"{name}:{line}: warning: {message}" if line else f"{name}: warning: {message}")


def is_cxx(name):
    return name.endswith((".cpp", ".h")) and name.split("/")[0] in CXX_FOLDERS


def is_generated(name):
    return name.endswith((".gen.cpp", ".gen.h"))


def is_public_header(name):
    return name.startswith("include/")


def read_layer_table(root):
    """{layer: set of layers it may include}, from the same file that CMake builds from."""
    text = (pathlib.Path(root) / "cmake" / "layer_table.cmake").read_text(encoding="utf-8")
    table = {}
    for layer, uses in re.findall(r'^\s*"([a-z]+):([a-z ]*)"', text, re.MULTILINE):
        table[layer] = set(uses.split()) | {layer, "base"}
    return table


def check_table(tree, table):
    """The table itself: only known layers, and only layers further down, so it cannot have a cycle."""
    seen = {"base"}
    for layer, uses in table.items():
        seen.add(layer)
        for used in sorted(uses - seen):
            tree.error("cmake/layer_table.cmake", 0, f"{layer} uses {used}, which is not above it in the table")


STORAGE = ("base", "vfs", "format", "wal", "pager", "txn")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.MULTILINE)


def check_includes(tree, table, name, text):
    parts = name.split("/")
    in_src = parts[0] == "src" and len(parts) > 2
    if parts[0] == "src" and (len(parts) < 3 or parts[1] not in table):
        tree.error(name, 0, "lies in no layer of cmake/layer_table.cmake")
        return
    in_layer_test = parts[0] == "tests" and len(parts) > 2 and parts[1] in table
    for match in INCLUDE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        quote, target = match.groups()
        first = target.split("/")[0]
        if ".." in target.split("/"):
            tree.error(name, line, f'"{target}": a relative path walks around the layers; write "layer/file.h"')
        elif (in_src or in_layer_test) and first in table and "/" in target:
            # Tests above the storage core open databases, and those above the trees build indexes.
            opens = in_layer_test and "txn" in table[parts[1]] and first in STORAGE
            opens = opens or (in_layer_test and "btree" in table[parts[1]] and first == "spill")
            if first not in table[parts[1]] and not opens:
                tree.error(name, line, f'layer {parts[1]} may not include "{target}" (cmake/layer_table.cmake)')
        elif in_src and quote == '"':
            tree.error(name, line, f'"{target}" names no layer; write "{parts[1]}/..."')


# PostgreSQL's node headers define macros without end, and globals that the library has as thread-local: few may see them.
FOREIGN_NODES = "sql/pg_nodes.h"
FOREIGN_NODES_USERS = re.compile(r"src/sql/(convert\w*|converter|raw_error|pg_nodes)\.(cpp|h)|tests/sql/convert_coverage_test\.cpp")
FOREIGN_HEADER = re.compile(r"postgres(_fe)?\.h|c\.h|fmgr\.h|pg_query[\w/.]*\.h|(nodes|parser|utils|catalog|access|lib|libpq|port)/\w+\.h")


def check_foreign_nodes(tree, table, name, text):
    """The server's headers come in through src/sql/pg_nodes.h, which only the conversion includes, after all else."""
    includes = [(text.count("\n", 0, m.start()) + 1, *m.groups()) for m in INCLUDE.finditer(text)]
    for at, (line, quote, target) in enumerate(includes):
        if target in (FOREIGN_NODES, "sql/converter.h"):
            if not FOREIGN_NODES_USERS.fullmatch(name):
                tree.error(name, line, f'"{target}": only the conversion of src/sql may see PostgreSQL\'s nodes')
            elif at + 1 != len(includes):
                tree.error(name, line, f'"{target}" must be the last include: it defines macros')
        elif (quote == "<" and target.split("/")[0] not in table and FOREIGN_HEADER.fullmatch(target)
              and name != "src/sql/pg_nodes.h" and name.startswith(("src/", "tests/"))):
            tree.error(name, line, f'<{target}>: PostgreSQL\'s headers come in through {FOREIGN_NODES}')


def check_size(tree, name, text):
    if is_generated(name):
        return
    ext = os.path.splitext(name)[1]
    lines = text.count("\n")
    if lines > LINES_MAX[ext] and not is_public_header(name):
        tree.error(name, 0, f"{lines} lines, at most {LINES_MAX[ext]}")
    elif lines > LINES_AIM[ext]:
        tree.warn(name, 0, f"{lines} lines, aim at {LINES_AIM[ext]}")
    for first, last, head in cxx_text.functions(text):
        length = last - first + 1
        short = head if len(head) <= 70 else head[:67] + "..."
        if length > FUNCTION_LINES_MAX:
            tree.error(name, first, f"function of {length} lines, at most {FUNCTION_LINES_MAX}: {short}")
        elif length > FUNCTION_LINES_AIM:
            tree.warn(name, first, f"function of {length} lines, aim at {FUNCTION_LINES_AIM}: {short}")


def check_name(tree, name):
    stem = name.split("/")[-1].split(".")[0]
    words = set(re.split(r"[_\-]", stem.lower()))
    for part in name.split("/")[:-1]:
        words |= set(re.split(r"[_\-]", part.lower()))
    for word in sorted(words & BANNED_NAME_WORDS):
        tree.error(name, 0, f"'{word}' in a name says nothing; name the concept")
    if is_cxx(name) and not re.fullmatch(r"[a-z0-9_.]+", name.split("/")[-1]):
        tree.error(name, 0, "file names are snake_case")


def check_calls(tree, name, text):
    layer = name.split("/")[1]
    lines = text.split("\n")
    code = cxx_text.code_only(text)
    # The body of a DDB_ macro may do what code may not.
    code = re.sub(r"^[ \t]*#[ \t]*define[ \t]+DDB_(?:\\\n|[^\n])*", lambda m: cxx_text.blank(m.group(0)), code,
                  flags=re.MULTILINE)

    def report(at, call, reason):
        line = code.count("\n", 0, at) + 1
        if f"check-allow: {call}" not in lines[line - 1]:
            tree.error(name, line, f"{call}: {reason}")

    for call, reason in BANNED_CALLS:
        if call.endswith("printf") and layer in STREAM_LAYERS:
            continue
        for match in re.finditer(r"(?:\bstd::|(?<![\w:])::|(?<![\w:.>~]))" + call + r"\s*\(", code):
            before = code[:match.start()].rstrip()
            # `Status abort(` declares a member; `tx.abort(` and `Tx::abort(` name one.
            word = re.search(r"[\w>&*]+$", before)
            if match.group(0).startswith(call) and word and word.group(0) not in ("return", "else", "do"):
                continue
            report(match.start(), call, reason)
    if layer not in STREAM_LAYERS:
        for match in BANNED_STREAMS.finditer(code):
            report(match.start(), match.group(0), "an embedded engine does not write to its host's streams")


def check_opening(tree, name, text):
    if not text.startswith("//"):
        tree.error(name, 1, "opens without a // comment that says its promise")
    if name.endswith(".h") and not re.search(r"^#pragma once$", text, re.MULTILINE):
        tree.error(name, 1, "no #pragma once")


def check_adrs(tree):
    numbers = {}
    for name in tree.files:
        match = re.fullmatch(r"design/adr/(.+)", name)
        if not match or match.group(1).lower() == "readme.md":
            continue
        named = re.fullmatch(r"(\d{4})-[a-z0-9]+(?:-[a-z0-9]+)*\.md", match.group(1))
        if not named:
            tree.error(name, 0, "an ADR is named NNNN-title.md, in lower case")
            continue
        numbers.setdefault(int(named.group(1)), []).append(name)
        text = tree.text(name) or ""
        for heading in ADR_HEADINGS:
            if not re.search(rf"^#+\s+{heading}\b", text, re.MULTILINE):
                tree.error(name, 0, f"has no heading '{heading}'")
    for number, names in sorted(numbers.items()):
        if len(names) > 1:
            tree.error(names[1], 0, f"number {number:04} is taken by {names[0]}")
    for expected, number in enumerate(sorted(numbers), start=1):
        if number != expected:
            tree.error(numbers[number][0], 0, f"number {number:04}, but {expected:04} is missing")
            break


def check_hosts_and_paths(tree, name, text):
    for number, line in enumerate(text.split("\n"), start=1):
        for pattern, what in ((MACHINE_PATH, "a path of one machine"), (REGISTRY_HOST, "a registry host")):
            match = pattern.search(line)
            if match:
                tree.error(name, number, f"{what}: {match.group(0)}")


def check_tests_in_build(tree, table):
    """No test file lies outside the build: each tests/**/*.cpp must match a glob of cmake/programs.cmake."""
    folders = set(table) | {"sim", "crash", "stress", "support", "kill", "faults"}
    for name in tree.files:
        parts = name.split("/")
        if parts[0] != "tests" or not name.endswith(".cpp"):
            continue
        if len(parts) > 2 and parts[1] in folders:
            continue
        if len(parts) == 3 and parts[1] == "fuzz" and name.endswith("_fuzz.cpp"):
            continue
        tree.error(name, 0, "no folder that the build looks into (cmake/programs.cmake)")


def run(root):
    tree = Tree(root)
    table = read_layer_table(root)
    check_table(tree, table)
    check_adrs(tree)
    check_tests_in_build(tree, table)
    for name in tree.files:
        check_name(tree, name)
        text = tree.text(name)
        if text is None:
            continue
        check_hosts_and_paths(tree, name, text)
        if not is_cxx(name):
            continue
        check_size(tree, name, text)
        check_includes(tree, table, name, text)
        check_foreign_nodes(tree, table, name, text)
        if name.startswith("src/"):
            check_opening(tree, name, text)
            if name.count("/") > 1:
                check_calls(tree, name, text)
    return tree


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", default=pathlib.Path(__file__).resolve().parents[2])
    parser.add_argument("--quiet", action="store_true")
    args = parser.parse_args()
    tree = run(args.root)
    if not args.quiet:
        for line in tree.warnings:
            print(line)
    for line in tree.errors:
        print(line)
    print(f"check: {len(tree.files)} files, {len(tree.errors)} violations, {len(tree.warnings)} warnings")
    return 1 if tree.errors else 0


if __name__ == "__main__":
    sys.exit(main())
