"""expr_generated: the registry, the case table and the golden files are what their scripts make of a PostgreSQL 15 server.

Starts a server of its own in a new folder. Without PostgreSQL 15 on this machine it is skipped (exit status 77)."""

import os
import pathlib
import pwd
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SKIPPED = 77
FILES = [("tools/generate/expr_registry.py", "src/expr/registry.gen.cpp"),
         ("tools/generate/expr_case_table.py", "src/expr/case_table.gen.cpp"),
         ("tools/generate/expr_type_pairs.py", "tests/expr/golden/type_pairs.txt"),
         ("tools/generate/expr_golden.py", "tests/expr/golden/kernels.txt")]


def server_folder():
    for folder in ("/usr/lib/postgresql/15/bin", os.path.dirname(shutil.which("initdb") or "")):
        if folder and pathlib.Path(folder, "initdb").exists():
            version = subprocess.run([f"{folder}/initdb", "--version"], capture_output=True, text=True, check=False)
            if " 15." in version.stdout:
                return folder
    return None


def as_server_user(command):
    """The server refuses to run as root."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


def compare(folder):
    wrong = 0
    environment = dict(os.environ, PGHOST=folder, PGPORT="5432",
                       PGUSER="postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name)
    for script, made in FILES:
        output = pathlib.Path(folder, pathlib.Path(made).name)
        subprocess.run([sys.executable, str(ROOT / script), "--output", str(output)], env=environment, check=True,
                       stdout=subprocess.DEVNULL)
        same = output.read_bytes() == (ROOT / made).read_bytes()
        print(f"{made}: {'as generated' if same else 'DIFFERS from what ' + script + ' makes'}")
        wrong += not same
    return wrong


def main():
    server = server_folder()
    if server is None or not shutil.which("psql"):
        print("skipped: no PostgreSQL 15 server on this machine")
        return SKIPPED
    if os.geteuid() == 0 and not shutil.which("runuser"):
        print("skipped: root cannot start a server without runuser")
        return SKIPPED
    folder = tempfile.mkdtemp(prefix="expr_generated_")
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        data = f"{folder}/data"
        subprocess.run(as_server_user([f"{server}/initdb", "-D", data, "--encoding=UTF8", "--lc-collate=C",
                                       "--lc-ctype=C.UTF-8", "-A", "trust", "-N"]),
                       check=True, stdout=subprocess.DEVNULL)
        options = f"-c fsync=off -c timezone=UTC -c listen_addresses= -c unix_socket_directories={folder}"
        control = [f"{server}/pg_ctl", "-D", data, "-w", "-o", options, "-l", f"{folder}/log"]
        subprocess.run(as_server_user([*control, "start"]), check=True, stdout=subprocess.DEVNULL)
        try:
            return 1 if compare(folder) else 0
        finally:
            subprocess.run(as_server_user([*control[:4], "-m", "immediate", "stop"]), check=True, stdout=subprocess.DEVNULL)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
