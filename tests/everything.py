"""Every test, and one plain count at the end: those that start nothing on both cores, then the others one by one."""

import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

QUICK = ("architecture", "unit", "contract")
_WORDS = {"failures": "failed", "errors": "errors", "skipped": "skipped"}


def main() -> int:
    """The exit code: 0 when nothing failed."""
    folder = Path(__file__).parent
    quick = [str(folder / name) for name in QUICK]
    started = time.monotonic()
    counts: Counter[str] = Counter()
    codes = []
    with tempfile.TemporaryDirectory() as reports:
        for number, arguments in enumerate(
            (["-q", "-n", "2", "--dist", "loadfile", *quick], [f"--ignore={each}" for each in quick] + [str(folder)])
        ):
            report = Path(reports) / f"{number}.xml"
            command = [sys.executable, "-m", "pytest", f"--junit-xml={report}", *sys.argv[1:], *arguments]
            codes.append(subprocess.run(command, check=False).returncode)
            counts += counted(report)
    passed = counts["tests"] - sum(counts[name] for name in _WORDS)
    others = "".join(f", {counts[name]} {word}" for name, word in _WORDS.items() if counts[name])
    print(f"{counts['tests']} tests: {passed} passed{others}, in {(time.monotonic() - started) / 60:.1f} minutes")
    return max(codes)


def counted(report: Path) -> Counter[str]:
    """tests, failures, errors and skipped of a JUnit report; nothing when pytest ended before it wrote one."""
    if not report.exists():
        return Counter()
    suites = ET.parse(report).getroot().iter("testsuite")
    return sum((Counter({name: int(each.get(name, 0)) for name in ("tests", *_WORDS)}) for each in suites), Counter())


if __name__ == "__main__":
    sys.exit(main())
