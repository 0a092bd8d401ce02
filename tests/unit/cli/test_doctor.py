"""`automl doctor`: findings for people and for programs; 1 when something must be mended."""

from typing import Any

import pytest

from automl.bootstrap import doctor
from automl.bootstrap.doctor import Health

FINE = Health("home", "ok", "/home, 5 GiB free")
WEAK = Health("shared memory", "warn", "small", "Ray will use files in [/tmp].")
BROKEN = Health("HTTP port", "fail", "8400 cannot be bound", "Choose another, or 0.")


@pytest.mark.parametrize(("findings", "code"), [([FINE], 0), ([FINE, WEAK], 0), ([WEAK, BROKEN, FINE], 1), ([], 0)])
def test_only_what_does_not_work_is_a_failure(
    run: Any, monkeypatch: pytest.MonkeyPatch, findings: list[Health], code: int
) -> None:
    monkeypatch.setattr(doctor, "examine", lambda settings: findings)
    done = run("doctor")
    assert (done.code, done.out) == (code, "")
    for each in findings:
        assert f"{each.level:<4} {each.subject}: {each.message}\n" in done.err
        assert each.hint in done.err
    asked = run("doctor", "--json")
    assert (asked.code, asked.err) == (code, "")
    assert [each["level"] for each in asked.json["items"]] == [each.level for each in findings]
