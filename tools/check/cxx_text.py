"""cxx_text: what the checks need to know about C++ text: code without comments and literals, and where functions begin
and end. Heuristics over characters, not a parser; they are exact for clang-formatted code."""

import re


def blank(text):
    """Every character but the line breaks becomes a space."""
    return re.sub(r"[^\n]", " ", text)


LITERAL_OR_COMMENT = re.compile(
    r'//(?:\\\n|[^\n])*'
    r'|/\*.*?\*/'
    r'|(?:u8|[uUL])?R"(?P<tag>[^()\\\s]{0,16})\(.*?\)(?P=tag)"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'",
    re.DOTALL)


def code_only(text):
    """The text with comments and literals blanked; offsets and line numbers stay. Literals keep their quotes."""
    def replace(match):
        found = match.group(0)
        if found.startswith("/"):
            return blank(found)
        quote = found[-1]
        return quote + blank(found[1:-1]) + quote
    return LITERAL_OR_COMMENT.sub(replace, text)


def without_directives(code):
    """Preprocessor lines, with their continuations, blanked: a macro's braces are not the file's."""
    return re.sub(r"^[ \t]*#(?:\\\n|[^\n])*", lambda m: blank(m.group(0)), code, flags=re.MULTILINE)


def strip_template(head):
    """The head of a declaration without leading template<...> clauses and attributes."""
    head = re.sub(r"^\s*\[\[.*?\]\]", "", head.strip(), flags=re.DOTALL).strip()
    while re.match(r"template\s*<", head):
        depth = 0
        for at in range(head.index("<"), len(head)):
            depth += {"<": 1, ">": -1}.get(head[at], 0)
            if depth == 0:
                break
        head = head[at + 1:].strip()
    return head


CTOR_LIST = re.compile(r"\)\s*(?:noexcept(?:\s*\([^()]*\))?\s*)?:(?!:)")
SCOPE_WORD = re.compile(r"^(?:(?:inline|static|const|constexpr|typedef|export)\s+)*(namespace|extern|class|struct|union|enum)\b")


def kind_of(head):
    """What a `{` after this head opens: 'scope', 'function', 'member' (a brace in a constructor's list) or 'data'."""
    head = strip_template(head)
    scope = SCOPE_WORD.match(head)
    if scope:
        # `struct Foo make() {` is a function; `class DDB_CAPABILITY("x") Foo {` is not.
        return "function" if re.search(r"\)\s*(?:const|noexcept|override|final)?\s*$", head) else "scope"
    if "(" not in head:
        # `[] {` is a lambda without parameters.
        return "function" if re.search(r"\]\s*$", head) and "=" in head else "data"
    if CTOR_LIST.search(head) and re.search(r"[\w>]\s*$", head):
        last = re.search(r"(\w+)\s*$", head)
        if not last or last.group(1) not in ("noexcept", "const", "override", "final", "try"):
            return "member"
    if re.search(r"=\s*$", head):
        return "data"
    return "function"


def functions(text):
    """Yields (first line, last line, head) of each function, lambdas at namespace scope included, 1-based."""
    code = without_directives(code_only(text))
    stack = []  # kinds of the braces open now
    head_from = 0
    start = 0
    parens = 0
    for at, ch in enumerate(code):
        inside = "function" in stack
        if ch in "()":
            parens += 1 if ch == "(" else -1
        elif ch == "{":
            value = inside or parens > 0 or (stack and stack[-1] in ("member", "data"))
            kind = "nested" if value else kind_of(code[head_from:at])
            stack.append(kind)
            if kind == "function":
                start = head_from
            if kind in ("scope", "function"):
                head_from = at + 1
        elif ch == "}" and stack:
            kind = stack.pop()
            if kind == "function":
                head = code[start:at]
                first = start + len(head) - len(head.lstrip())
                yield code.count("\n", 0, first) + 1, code.count("\n", 0, at) + 1, " ".join(head.split("{")[0].split())
            if kind in ("scope", "function"):
                head_from = at + 1
                parens = 0
        elif ch == ";" and not inside and parens == 0:
            head_from = at + 1
        elif ch == ":" and not inside and code[head_from:at].strip() in ("public", "private", "protected"):
            head_from = at + 1
