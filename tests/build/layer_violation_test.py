"""layer_violation_test: the build itself refuses an include that the layer table does not allow.

Builds a scratch project from this repository's own CMakeLists.txt and cmake/ with tiny layers, shows that allowed
includes compile, then tries forbidden ones, each of which must end in "No such file or directory", or, above the trees,
in the refusal of check_includes.cmake."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

REPO = pathlib.Path(__file__).resolve().parents[2]
TABLE = {"base": [], "vfs": ["base"], "format": ["base"], "wal": ["vfs", "format", "base"],
         "pager": ["wal", "vfs", "format", "base"], "txn": ["pager", "wal", "vfs", "format", "base"],
         "record": ["base"], "spill": ["vfs", "record"],
         "btree": ["txn", "pager", "format", "record", "spill"], "search": ["btree", "txn", "record", "base"]}


def includes(layers):
    return "// scratch.\n" + "".join(f'#include "{layer}/x.h"\n' for layer in layers)


class LayerViolation(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls.folder.name)
        shutil.copytree(REPO / "cmake", cls.root / "cmake")
        for name in ("CMakeLists.txt", "CMakePresets.json"):
            shutil.copy(REPO / name, cls.root / name)
        for layer, allowed in TABLE.items():
            (cls.root / "src" / layer).mkdir(parents=True)
            cls.header(layer).write_text("#pragma once\n")
            cls.source(layer).write_text(includes([layer, *allowed]))
        cls.test_source = cls.root / "tests" / "wal" / "x_test.cpp"
        cls.test_source.parent.mkdir(parents=True)
        cls.test_source.write_text(includes(["wal", *TABLE["wal"]]))
        # A folder without any layer must not stop the others: access, sql and so on are absent here.
        cls.run_in_root("cmake", "--preset", "release")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def header(cls, layer):
        return cls.root / "src" / layer / "x.h"

    @classmethod
    def source(cls, layer):
        return cls.root / "src" / layer / "x.cpp"

    @classmethod
    def run_in_root(cls, *command):
        done = subprocess.run(command, cwd=cls.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            raise AssertionError(done.stdout)
        return done.stdout

    def build(self, target):
        done = subprocess.run(["cmake", "--build", "build/release", "--target", target], cwd=self.root,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return done.returncode, done.stdout

    def assert_refused(self, path, target, forbidden, spelled=None):
        before = path.read_text()
        spelled = spelled or f"{forbidden}/x.h"
        path.write_text(before + f'#include "{spelled}"\n')
        try:
            code, output = self.build(target)
        finally:
            path.write_text(before)
        self.assertNotEqual(code, 0, f"{target} compiled with {spelled}")
        self.assertRegex(output, rf"{spelled}:\s+(No such file or directory|layer\s+[a-z]+\s+may\s+not\s+include\s+it)")

    def test_a_allowed_includes_compile(self):
        for target in ("ddb_txn", "ddb_search", "ddb_wal_sim", "test_wal"):
            if target == "test_wal":
                target = "CMakeFiles/test_wal.dir/tests/wal/x_test.cpp.o"
            code, output = self.build(target)
            self.assertEqual(code, 0, output)

    def test_upward_include_is_not_found(self):
        self.assert_refused(self.source("wal"), "ddb_wal", "pager")
        self.assert_refused(self.source("wal"), "ddb_wal_sim", "pager")
        self.assert_refused(self.source("vfs"), "ddb_vfs", "format")
        self.assert_refused(self.source("base"), "ddb_base", "vfs")

    def test_nothing_is_transitive(self):
        # search may use btree, and btree may use pager.
        self.assert_refused(self.source("search"), "ddb_search", "pager")

    def test_a_header_is_refused_too(self):
        self.assert_refused(self.header("wal"), "ddb_wal", "txn")

    def test_src_is_no_include_folder(self):
        self.assert_refused(self.source("wal"), "ddb_wal", "pager", spelled="src/pager/x.h")

    def test_a_unit_test_is_held_to_its_layer(self):
        self.assert_refused(self.test_source, "test_wal", "pager")


if __name__ == "__main__":
    unittest.main()
