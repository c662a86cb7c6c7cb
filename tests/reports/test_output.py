"""Numbers of tables can be read, and typed back into a command."""

import pytest

from stridesim.reports.output import written


@pytest.mark.parametrize(
    ("value", "text"),
    [(18922.4, "18922"), (-0.05, "-0.05"), (0.0, "0"), (2.82131, "2.821"), (-25000.0, "-25000")],
)
def test_four_digits_without_an_exponent(value: float, text: str) -> None:
    assert written(value) == text
    assert float(written(value)) == pytest.approx(value, rel=1e-3)


def test_what_is_very_large_or_small_keeps_its_exponent() -> None:
    assert written(2e7) == "2e+07"
    assert written(1.23456e-7) == "1.235e-07"
