"""tally: counts test cases after a CTest run. Usage: tally.py JUNIT_FILE GTEST_XML_FOLDER

Prints the failures, then as its last line "PASSED FAILED SKIPPED". A GoogleTest binary counts its cases; any other test
counts as one. A binary that fails without a failed case (a crash, a sanitizer's report, a timeout) counts as one failure."""

import os
import sys
import xml.etree.ElementTree as ET


def gtest_cases(path):
    """(passed, names of failed cases, skipped) of one GoogleTest report."""
    passed, failed, skipped = 0, [], 0
    for case in ET.parse(path).iter("testcase"):
        if case.find("failure") is not None:
            failed.append(f'{case.get("classname")}.{case.get("name")}')
        elif case.get("status") == "notrun" or case.get("result") in ("skipped", "suppressed"):
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def tally(junit, folder):
    passed, failed, skipped = 0, [], 0
    for test in ET.parse(junit).iter("testcase"):
        name = test.get("name")
        ok = test.get("status") == "run"
        report = os.path.join(folder, name + ".xml")
        cases_failed = []
        try:
            cases_passed, cases_failed, cases_skipped = gtest_cases(report)
            passed += cases_passed
            skipped += cases_skipped
            failed += [f"{name}: {case}" for case in cases_failed]
        except (FileNotFoundError, ET.ParseError):
            passed += ok
        if not ok and not cases_failed:
            failed.append(f"{name}: ended without a complete report ({test.get('status')})")
    return passed, failed, skipped


def main():
    passed, failed, skipped = tally(sys.argv[1], sys.argv[2])
    for name in failed:
        print(f"FAILED {name}")
    print(passed, len(failed), skipped)


if __name__ == "__main__":
    main()
