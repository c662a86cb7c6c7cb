import re
from pathlib import Path

import pytest

from stridesim.results import GROUP_QUANTITIES, QUANTITIES, REASONS, InputError, Status, quantity


def test_every_status_has_a_reason() -> None:
    assert set(REASONS) == set(Status)
    assert REASONS[Status.ok] == ""
    assert all(REASONS[s] for s in Status if s is not Status.ok)


def test_a_group_quantity_names_its_group() -> None:
    entry = quantity("peak_force.gluteus_medius")
    assert entry.unit == "BW"
    assert "gluteus medius" in entry.meaning


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("contact_tim", "unknown result 'contact_tim'; did you mean 'contact_time'?"),
        ("xyzzy", "unknown result 'xyzzy'"),
        ("peak_force.", "unknown result 'peak_force.'"),
        ("speed.soleus", "unknown result 'speed.soleus'"),
    ],
)
def test_an_unknown_result_is_named_with_the_nearest(name: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        quantity(name)
    assert str(caught.value).startswith(message)


def test_names_and_units_are_those_agreed(shared: Path) -> None:
    """Each row of names.md: the same names, the unit that stands first for each."""
    table = (shared / "names.md").read_text().split("Parameter paths")[0]
    rows = [line.strip("| ").split("|") for line in table.splitlines() if line.startswith("| ")]
    agreed: dict[str, str] = {}
    for names, unit_cell, *_ in rows[1:]:
        every = [name.strip() for name in names.split(",")]
        listed = [u.strip() for u in unit_cell.split(",")]
        listed = listed if len(listed) == len(every) else listed[:1] * len(every)
        agreed |= dict(zip(every, listed, strict=True))
    assert len(agreed) > 40
    for name, agreed_unit in agreed.items():
        if name.endswith(".GROUP"):
            base = GROUP_QUANTITIES[name.removesuffix(".GROUP")]
            assert re.match(re.escape(base.unit), agreed_unit), name
        else:
            assert QUANTITIES[name].unit == agreed_unit, name
