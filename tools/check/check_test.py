"""check_test: each rule of check.py is shown to fire on a deliberate violation, and to stay silent on clean files."""

import pathlib
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import check  # noqa: E402
import cxx_text  # noqa: E402

OPENING = "// x: promises something.\n"
ADR = "# Title\n\n## Context\n\n## Options\n\n## Decision\n\n## Consequences\n"


class CheckTest(unittest.TestCase):
    def errors(self, files):
        """The violations found in a tree of these files and the repository's own layer table."""
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            table = HERE.parents[1] / "cmake" / "layer_table.cmake"
            files = {"cmake/layer_table.cmake": table.read_text(encoding="utf-8"), **files}
            for name, text in files.items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            return check.run(root).errors

    def assert_fires(self, files, fragment):
        found = self.errors(files)
        self.assertEqual(len(found), 1, found)
        self.assertIn(fragment, found[0])

    def assert_clean(self, files):
        self.assertEqual(self.errors(files), [])

    def source(self, body, name="src/wal/log.cpp"):
        return {name: OPENING + body}

    def test_clean_tree(self):
        self.assert_clean({
            "src/wal/log.h": OPENING + '#pragma once\n#include <vector>\n#include "base/status.h"\n',
            "src/wal/log.cpp": OPENING + '#include "wal/log.h"\n#include "vfs/file.h"\nvoid f() {}\n',
            "tests/wal/log_test.cpp": '#include "wal/log.h"\n#include "support/seeds.h"\n',
            "tests/fuzz/log_fuzz.cpp": '#include "txn/database.h"\n',
            "design/adr/0001-file-format.md": ADR, "design/adr/0002-log.md": ADR})

    def test_forbidden_include(self):
        self.assert_fires(self.source('#include "pager/cache.h"\n'), 'may not include "pager/cache.h"')
        self.assert_fires(self.source('#include <pager/cache.h>\n'), 'may not include "pager/cache.h"')
        self.assert_fires({"src/wal/log.h": OPENING + '#pragma once\n  #  include "txn/lock.h"\n'}, "may not include")
        self.assert_fires({"tests/wal/log_test.cpp": '#include "pager/cache.h"\n'}, "may not include")

    def test_nothing_is_transitive(self):
        self.assert_fires(self.source('#include "pager/cache.h"\n', "src/search/a.cpp"), "layer search may not")

    def test_foreign_nodes(self):
        nodes = '#include "sql/pg_nodes.h"\n'
        header = {"src/sql/pg_nodes.h": OPENING + "#pragma once\n#include <postgres.h>\n#include <nodes/parsenodes.h>\n"}
        self.assert_clean(header)
        self.assert_clean(self.source('#include <string>\n#include "sql/parser.h"\n' + nodes, "src/sql/convert_query.cpp"))
        self.assert_fires(self.source(nodes, "src/sql/parser.cpp"), "only the conversion")
        self.assert_fires(self.source('#include "sql/converter.h"\n', "src/sql/parser.cpp"), "only the conversion")
        self.assert_fires(self.source(nodes, "src/plan/binder.cpp"), "only the conversion")
        self.assert_fires(self.source(nodes + "#include <string>\n", "src/sql/convert_query.cpp"), "must be the last include")
        self.assert_fires(self.source("#include <postgres.h>\n", "src/sql/convert_query.cpp"), "come in through")
        self.assert_fires(self.source("#include <nodes/pg_list.h>\n", "src/plan/binder.cpp"), "come in through")
        self.assert_fires(self.source("#include <pg_query.h>\n", "src/sql/parser.cpp"), "come in through")

    def test_relative_include(self):
        self.assert_fires(self.source('#include "../pager/cache.h"\n'), "walks around the layers")

    def test_include_without_layer(self):
        self.assert_fires(self.source('#include "log.h"\n'), 'write "wal/..."')

    def test_unknown_layer(self):
        self.assert_fires({"src/walrus/a.cpp": OPENING}, "lies in no layer")

    def test_table_with_a_cycle(self):
        table = 'set(T\n  "base:"\n  "vfs: wal"\n  "wal: vfs"\n)\n'
        self.assert_fires({"cmake/layer_table.cmake": table}, "vfs uses wal")

    def test_file_sizes(self):
        self.assert_fires(self.source("int a;\n" * 800), "801 lines, at most 800")
        self.assert_clean(self.source("int a;\n" * 799))
        self.assert_fires({"src/wal/a.h": OPENING + "#pragma once\n" + "int a;\n" * 399}, "401 lines, at most 400")
        self.assert_clean({"src/wal/a.gen.cpp": OPENING + "int a;\n" * 900})
        self.assert_clean({"include/decentdb.h": "int a;\n" * 900})

    def long_function(self, head, lines):
        return head + " {\n" + "  g();\n" * (lines - 2) + "}\n"

    def test_function_length(self):
        for before, head, after in (
                ("", "Status Log::append(std::span<const Run> runs) noexcept", ""),
                ("", "Log::Log(File& f) : file_(f), lsn_{1}, map_{{1, 2}}", ""),
                ("", "template <class T, class U = std::vector<T>> auto f(T t) -> std::vector<U>", ""),
                ("class A {\n public:\n", "  void f() const", "};\n"),
                ("namespace ddb {\nnamespace {\n", "TEST(Wal, KeepsOrder)", "}\n}\n")):
            self.assert_fires(self.source(before + self.long_function(head, 121) + after), "function of 121 lines")

    def test_function_at_the_limit(self):
        self.assert_clean(self.source(self.long_function("void f()", 120) + self.long_function("void g()", 120)))

    def test_long_data_is_no_function(self):
        self.assert_clean(self.source("const int kTable[] = {\n" + "  (1),\n" * 200 + "};\n"))
        self.assert_clean(self.source("class DDB_CAPABILITY(\"m\") A {\n" + "  int a(int b);\n" * 200 + "};\n"))

    def test_braces_in_literals_comments_and_macros(self):
        body = ("#define OPEN() \\\n  if (x) {\n// {\n/* { */\nauto a = \"{\\\"{\"; auto b = '{'; auto c = R\"x({)x\";\n"
                "int n = 1'000'000;\n")
        self.assert_clean(self.source(body + self.long_function("void f()", 100) + "int a;\n" * 100))
        self.assertEqual([f[:2] for f in cxx_text.functions(body + "void f() {\n}\nint g() {\n}\n")], [(7, 8), (9, 10)])

    def test_functions_are_found(self):
        text = ("namespace a {\nstruct S {\n  S() : x_{1} {\n  }\n  int f() { return 1; }\n  int x_;\n};\n"
                "Status g(int x = h({1})) {\n  auto l = [&] {\n  };\n}\n}\n")
        self.assertEqual([(f[0], f[1]) for f in cxx_text.functions(text)], [(3, 4), (5, 5), (8, 11)])

    def test_banned_names(self):
        for name in ("src/wal/log_utils.h", "src/wal/page_manager.h", "src/wal/helper.h"):
            self.assert_fires({name: OPENING + "#pragma once\n"}, "says nothing")
        self.assert_clean({"src/wal/utility_of_runs.h": OPENING + "#pragma once\n"})

    def test_snake_case(self):
        self.assert_fires({"src/wal/LogFile.cpp": OPENING}, "snake_case")

    def test_banned_calls(self):
        for call in ("abort();", "std::abort();", "::abort();", "exit(1);", "std::exit(1);", 'printf("x");',
                     'if (x) return printf("x");', "std::fprintf(stderr, x);", 'std::cout << "x";', "std::cerr << 1;",
                     "assert(x > 0);"):
            self.assert_fires(self.source("void f() { " + call + " }\n"), "src/wal/log.cpp:2")

    def test_calls_that_are_allowed(self):
        self.assert_clean(self.source(
            'static_assert(sizeof(int) == 4);\n// abort() and assert(x)\nconst char* k = "printf(";\n'
            "#define DDB_STOP(x) \\\n  std::abort()\nStatus abort(int x);\n"
            "void f() { tx.abort(); tx->abort(); snprintf(b, 1, x); on_exit(1); }\nvoid Txn::abort() {}\n"
            "void g() { std::abort(); }  // check-allow: abort, in a test\n"))
        self.assert_clean({"src/cli/main.cpp": OPENING + "void f() { std::cout << 1; std::printf(x); }\n"})
        self.assert_clean({"tests/wal/a_test.cpp": "void f() { std::abort(); }\n"})

    def test_opening_comment_and_pragma_once(self):
        self.assert_fires({"src/wal/a.cpp": "int a;\n"}, "promise")
        self.assert_fires({"src/wal/a.h": OPENING}, "#pragma once")

    def test_adr_numbering(self):
        self.assert_fires({"design/adr/0001-a.md": ADR, "design/adr/0003-b.md": ADR}, "0002 is missing")
        self.assert_fires({"design/adr/0001-a.md": ADR, "design/adr/0001-b.md": ADR}, "is taken by")
        self.assert_fires({"design/adr/01-a.md": ADR}, "NNNN-title.md")
        self.assert_fires({"design/adr/0001-a.md": ADR.replace("## Options", "## Choices")}, "'Options'")

    def test_machine_paths_and_registry_hosts(self):
        self.assert_fires({"docs/a.md": "see /" + "work/main\n"}, "a path of one machine")
        self.assert_fires({"docs/a.md": "see `/" + "home/x`\n"}, "a path of one machine")
        self.assert_clean({"docs/a.md": "the tree/root/leaf, build/" + "work/x\n"})
        self.assert_fires({"docs/a.md": "from https://pypi" + ".org/simple\n"}, "a registry host")
        self.assert_fires({"docs/a.md": "from http:" + "//registry.internal:80/x\n"}, "a registry host")

    def test_test_outside_the_build(self):
        self.assert_fires({"tests/lost/a_test.cpp": ""}, "no folder that the build looks into")
        self.assert_fires({"tests/fuzz/seeds.cpp": ""}, "no folder that the build looks into")

    def test_the_check_checks_itself(self):
        own = {f"tools/check/{p.name}": p.read_text(encoding="utf-8") for p in HERE.glob("*.py")}
        self.assert_clean(own)


if __name__ == "__main__":
    unittest.main()
