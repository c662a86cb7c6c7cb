import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from stridesim.measured import read_forces
from stridesim.results import InputError

Write = Callable[[str, list[str]], Path]


def _lines(prefixes: list[str], rows: int = 120, rate: float = 100.0) -> list[str]:
    """Plate k pushes (k + 1) N forward, 100 (k + 1) up, 10 (k + 1) right; a position each."""
    labels = ["time"]
    for prefix in prefixes:
        labels += [f"{prefix}v{axis}" for axis in "xyz"] + [f"{prefix}px"]
    header = [
        "forces",
        "version=1",
        f"nRows={rows}",
        f"nColumns={len(labels)}",
        "inDegrees=yes",
        "endheader",
        "\t".join(labels),
    ]
    values = [n * (k + 1) for k in range(len(prefixes)) for n in (1, 100, 10, 0.5)]
    body = ["\t".join(map(str, [i / rate, *values])) for i in range(rows)]
    return header + body


@pytest.mark.parametrize(
    ("prefixes", "feet"),
    [
        (["ground_force_"], set()),
        (["ground_force_", "1_ground_force_"], set()),
        (["ground_force_1_", "ground_force_2_"], set()),
        (["R_ground_force_", "L_ground_force_"], {"right", "left"}),
        (["ground_force_right_", "ground_force_left_"], {"right", "left"}),
        (["1_ground_force_r_", "2_ground_force_l_", "3_ground_force_l_"], {"right", "left"}),
    ],
)
def test_plates_are_summed_in_our_axes(prefixes: list[str], feet: set[str], write: Write) -> None:
    recording = read_forces(write("forces.mot", _lines(prefixes)))
    share = sum(range(1, len(prefixes) + 1))
    # OpenSim's z points right, ours (y) left.
    np.testing.assert_allclose(recording.force[7], [share, -10.0 * share, 100.0 * share])
    assert set(recording.feet) == feet
    if feet:
        np.testing.assert_allclose(recording.feet["right"][7], [1.0, -10.0, 100.0])
        np.testing.assert_allclose(sum(recording.feet.values()), recording.force)
    assert any("inDegrees=yes" in note for note in recording.notes)


def test_storage_suffix_and_header_with_spaces(write: Write) -> None:
    lines = [line.replace("=", " ") for line in _lines(["ground_force_"])]
    recording = read_forces(write("forces.sto", lines))
    assert recording.force.shape == (120, 3)
    assert recording.rate == pytest.approx(100.0)


def test_real_file_keeps_the_feet_apart(data: Path) -> None:
    recording = read_forces(data / "formats" / "hamner2013_subject01_run_3.0ms.mot")
    assert recording.rate == pytest.approx(1000.0)
    assert recording.force.shape == (4741, 3)
    # First row of the file: R 37.82, 75.63, 20.51 in OpenSim's axes, L zero.
    np.testing.assert_allclose(recording.force[0], [37.82085, -20.506397, 75.625343])
    np.testing.assert_allclose(recording.feet["left"][0], 0.0)


BAD: dict[str, tuple[Callable[[list[str]], list[str]], str]] = {
    "no endheader": (lambda x: [*x[:5], *x[6:]], r"no line 'endheader'; permitted"),
    "nothing after": (lambda x: x[:6], r"line 6: nothing after endheader; permitted"),
    "cut last row": (lambda x: [*x[:-1], "1.19\t1"], r"line 127: 2 values \(the file is cut off\)"),
    "promises more": (
        lambda x: x[:-2],
        r"the header promises 120 rows \(nrows\), the file has 118; permitted",
    ),
    "promises other columns": (
        lambda x: [line.replace("nColumns=5", "nColumns=7") for line in x],
        r"promises 7 columns",
    ),
    "no forces": (
        lambda x: [line.replace("ground_force_v", "hip_") for line in x],
        r"line 7: missing columns \*ground_force_v\{x,y,z\}",
    ),
    "axis missing": (
        lambda x: [line.replace("ground_force_vz", "ground_force_pz") for line in x],
        r"line 7: missing column ground_force_vz; permitted",
    ),
    "time not first": (
        lambda x: [line.replace("time", "frame") for line in x],
        r"line 7: first column 'frame'; permitted: time",
    ),
    "repeated label": (
        lambda x: [line.replace("ground_force_px", "ground_force_vx") for line in x],
        r"line 7: repeated column 'ground_force_vx'",
    ),
    "no number": (
        lambda x: [*x[:9], x[9].replace("100", "1OO"), *x[10:]],
        r"line 10: ground_force_vy = '1OO': permitted: a finite number",
    ),
    "shuffled": (lambda x: [*x[:20], x[22], x[21], x[20], *x[23:]], r"line 22: .*increasing"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_file_gets_one_line(case: str, write: Write) -> None:
    spoil, message = BAD[case]
    path = write("bad.mot", spoil(_lines(["ground_force_"])))
    with pytest.raises(InputError) as caught:
        read_forces(path)
    text = str(caught.value)
    assert re.search(message, text), text
    assert text.startswith(str(path))
    assert "\n" not in text
