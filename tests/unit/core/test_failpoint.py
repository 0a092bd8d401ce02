import errno

import pytest

from automl.core.failpoint import arm, arm_all, disarm, failpoint


def test_an_unarmed_point_does_nothing() -> None:
    failpoint("nowhere")


def test_error_acts_at_each_visit_until_disarmed() -> None:
    arm("p", "error")
    for _ in range(2):
        with pytest.raises(OSError) as caught:
            failpoint("p")
        assert caught.value.errno == errno.EIO
    disarm("p")
    failpoint("p")


def test_the_text_form_acts_at_the_nth_visit_alone() -> None:
    arm_all("a=full@2; b=timeout")
    failpoint("a")
    with pytest.raises(OSError) as caught:
        failpoint("a")
    assert caught.value.errno == errno.ENOSPC
    failpoint("a")
    with pytest.raises(TimeoutError):
        failpoint("b")


@pytest.mark.parametrize("text", ["nonsense", "a=explode", "a=kill@x"])
def test_a_malformed_text_is_refused(text: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        arm_all(text)
