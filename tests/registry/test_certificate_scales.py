"""The two scales of the CO2-Prestatieladder and the days of a certificate: pure rules."""

from datetime import date, timedelta

import pytest

from registry.certificates.scales import CertificateState, Wrong, state_on, wrong_with

DAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("begins", "ends", "state"),
    [
        (None, None, CertificateState.UNKNOWN),
        (DAY, None, CertificateState.UNKNOWN),
        (DAY + timedelta(days=1), None, CertificateState.NOT_YET),
        (DAY, DAY, CertificateState.VALID),
        (None, DAY - timedelta(days=1), CertificateState.EXPIRED),
        (DAY + timedelta(days=1), DAY + timedelta(days=9), CertificateState.NOT_YET),
    ],
)
def test_the_last_day_is_a_day_on_which_it_is_valid(
    begins: date | None, ends: date | None, state: CertificateState
) -> None:
    assert state_on(begins, ends, DAY) is state


@pytest.mark.parametrize(
    ("handbook", "level", "step", "wrong"),
    [
        ("3.0", 1, None, None), ("3.1", 5, None, None), ("3.x", 3, None, None), ("4.0", None, 3, None),
        ("3.1", 6, None, Wrong.LEVEL_MISSING), ("3.1", None, None, Wrong.LEVEL_MISSING),
        ("4.0", None, 4, Wrong.STEP_MISSING), ("4.0", 3, 3, Wrong.LEVEL_WITH_STEPS),
        ("3.1", 3, 3, Wrong.STEP_WITH_LEVELS), ("5.0", 3, None, Wrong.HANDBOOK),
    ],
)  # fmt: skip
def test_a_handbook_has_one_scale(handbook: str, level: int | None, step: int | None, wrong: Wrong | None) -> None:
    assert wrong_with(handbook, level, step) == wrong
