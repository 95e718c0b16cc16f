"""node_fields: writes tests/sql/node_fields.gen.h, the fields of the structs of PostgreSQL's parse trees that src/sql converts.

Usage: node_fields.py [--check] [--headers FOLDER] [--proto FILE]

The structs are those that src/sql/convert*.cpp names; their fields come from the server's headers. libpg_query's own description of its nodes
(pg_query.proto) is the second witness: where a struct's fields or an enumeration's members differ between the two, the script fails, unless
the difference is one of those below. With --check nothing is written: exit 1 if the file is not what would be written."""

import argparse
import pathlib
import re
import sys

REPO = pathlib.Path(__file__).resolve().parents[2]
OUT = REPO / "tests" / "sql" / "node_fields.gen.h"
HEADERS = ("nodes.h", "primnodes.h", "parsenodes.h", "lockoptions.h", "value.h")

# Known differences between the headers and the library: "struct or enumeration": how the conversion deals with it.
KNOWN_ENUMS = {"LimitOption": "numbered by convert_query.cpp as the library does", "WCOKind": "never in a raw tree"}
# Always refused whatever they hold: their fields need no proof.
REFUSED = {"XmlExpr", "XmlSerialize", "RangeTableSample", "RangeTableFunc", "TableLikeClause", "BitString"}
NOT_NODES = {"List", "Node", "RawStmt", "PartitionBoundSpec"}


def without_comments(text):
    return re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL)


def read_headers(folder):
    """({struct: [(type, field)]}, {enumeration: [member]})"""
    structs, enums = {}, {}
    for name in HEADERS:
        text = without_comments((folder / name).read_text(encoding="utf-8"))
        for enum, body in re.findall(r"typedef enum (\w+)\s*\{(.*?)\}", text, re.DOTALL):
            enums[enum] = [m.split("=")[0].strip() for m in body.split(",") if m.strip()]
        for struct, body in re.findall(r"struct (\w+)\s*\n\{(.*?)\n\}", text, re.DOTALL):
            body = re.sub(r"union ValUnion\s*\{.*?\}", "ValUnion", body, flags=re.DOTALL)
            fields = []
            for declaration in body.split(";"):
                match = re.fullmatch(r"\s*(?:const\s+|struct\s+)?(\w+)\s*(\*?)\s*(\w+)\s*", declaration)
                if match:
                    fields.append((match.group(1) + match.group(2), match.group(3)))
                elif declaration.strip():
                    sys.exit(f"{name}: {struct}: cannot read '{declaration.strip()}'")
            structs[struct] = fields
    return structs, enums


def read_proto(path):
    """({message: [field as the C struct calls it]}, {enumeration: [member]})"""
    text = path.read_text(encoding="utf-8")
    messages = {}
    for name, body in re.findall(r"^message (\w+)\s*\{(.*?)^\}", text, re.DOTALL | re.MULTILINE):
        messages[name] = re.findall(r'json_name="(\w+)"', body)
    enums = {name: re.findall(r"(\w+)\s*=\s*\d+;", body)[1:]
             for name, body in re.findall(r"^enum (\w+)\s*\{(.*?)\}", text, re.DOTALL | re.MULTILINE)}
    return messages, enums


def consumed(structs):
    """The structs that the conversion names."""
    names = set()
    for path in sorted((REPO / "src" / "sql").glob("convert*.cpp")):
        text = re.sub(r"//[^\n]*", "", path.read_text(encoding="utf-8"))
        names |= set(re.findall(r"(?<!\w)::(\w+)", text))
    return sorted((names & set(structs)) - REFUSED - NOT_NODES)


def kind_of(type_name, structs, enums):
    if type_name == "bool":
        return "kBool", 0
    if type_name == "char":
        return "kChar", 0
    if type_name == "char*":
        return "kText", 0
    if type_name == "List*":
        return "kList", 0
    if type_name in ("Node*", "Expr*"):
        return "kNode", 0
    if type_name == "ValUnion":
        return "kValue", 0
    if type_name in enums:
        return "kEnum", len(enums[type_name])
    if type_name in ("int", "int16", "int32", "Oid", "Index", "bits32", "SubTransactionId"):
        return "kInteger", 0
    if type_name.endswith("*") and type_name[:-1] in structs:
        return "kTyped", 0
    sys.exit(f"a field of type {type_name}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--headers", default="/usr/include/postgresql/15/server/nodes")
    parser.add_argument("--proto", default="/usr/include/pg_query/pg_query.proto")
    args = parser.parse_args()
    structs, enums = read_headers(pathlib.Path(args.headers))
    messages, library_enums = read_proto(pathlib.Path(args.proto))

    wrong = []
    for enum in sorted(set(enums) & set(library_enums)):
        if enums[enum] != library_enums[enum] and enum not in KNOWN_ENUMS:
            wrong.append(f"enumeration {enum}: headers {enums[enum]}, library {library_enums[enum]}")
    out = ["// node_fields: the fields of the raw nodes that src/sql converts. Written by tools/sql/node_fields.py; do not edit.", "#pragma once", "",
           "// NODE(struct) FIELD(struct, field, kind, number of members of an enumeration, struct pointed to)",
           "#define DDB_RAW_NODES(NODE, FIELD) \\"]
    rows = []
    for struct in consumed(structs):
        fields = [(t, f) for t, f in structs[struct] if (t, f) not in (("NodeTag", "type"), ("Expr", "xpr"))]
        if struct in messages and struct not in ("Integer", "Float", "Boolean", "String"):
            known = [f for f in messages[struct] if f != "xpr"]
            # A_Const's value is inlined in the description.
            if struct != "A_Const" and [f for _, f in fields] != known:
                wrong.append(f"struct {struct}: headers {[f for _, f in fields]}, library {known}")
        elif struct not in ("Integer", "Float", "Boolean", "String"):
            wrong.append(f"struct {struct}: not in the library's description")
        rows.append(f"  NODE({struct})")
        for type_name, field in fields:
            kind, count = kind_of(type_name, structs, enums)
            pointed = type_name[:-1] if kind == "kTyped" else "Node"
            rows.append(f"  FIELD({struct}, {field}, {kind}, {count}, {pointed})")
    if wrong:
        sys.exit("\n".join(wrong))
    out += [row + " \\" for row in rows[:-1]] + [rows[-1], ""]
    text = "\n".join(out)
    if not args.check:
        OUT.write_text(text, encoding="utf-8")
        print(f"{len([r for r in rows if 'NODE' in r])} structs, {len([r for r in rows if 'FIELD' in r])} fields")
        return 0
    if not OUT.exists() or OUT.read_text(encoding="utf-8") != text:
        print("tests/sql/node_fields.gen.h is not what tools/sql/node_fields.py writes")
        return 1
    print("node_fields.gen.h is up to date")
    return 0


if __name__ == "__main__":
    sys.exit(main())
