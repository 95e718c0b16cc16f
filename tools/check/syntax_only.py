"""syntax_only: runs the compile commands of src/ with -fsyntax-only, in parallel; clang's thread-safety analysis runs
in the front end and needs no code generation. Usage: syntax_only.py build/clang-tsa/compile_commands.json"""

import concurrent.futures
import json
import os
import shlex
import subprocess
import sys


def command_of(entry):
    """The entry's compiler call without launcher, output and -c, and with -fsyntax-only."""
    words = shlex.split(entry["command"])
    if "ccache" in os.path.basename(words[0]):
        words = words[1:]
    out = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word in ("-o", "-MF", "-MT"):
            skip = True
        elif word not in ("-c", "-MD"):
            out.append(word)
    return out + ["-fsyntax-only"]


def check(entry):
    done = subprocess.run(command_of(entry), cwd=entry["directory"], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    return entry["file"], done.returncode, done.stdout


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        entries = json.load(f)
    # Each source is there twice: as itself and with DDB_FAULTS, whose code paths are the simulation's.
    entries = [e for e in entries if "-DDDB_FAULTS=1" not in e["command"]]
    if not entries:
        print("skipped: no sources in src/ yet")
        return 0
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, code, output in pool.map(check, entries):
            if output:
                print(output, end="")
            if code != 0:
                print(f"FAILED {os.path.relpath(name)}")
                failed += 1
    print(f"{len(entries) - failed} sources clean, {failed} with errors")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
