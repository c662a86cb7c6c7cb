import re
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from stridesim.recordings import read_forces
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


def test_stale_counts_are_a_warning(write: Write) -> None:
    """OpenSim's own writer keeps the counts of the file that a range was cut out of."""
    lines = _lines(["ground_force_"])
    lines = [*(line.replace("nColumns=5", "nColumns=19") for line in lines[:-2])]
    recording = read_forces(write("cut.mot", lines))
    assert recording.force.shape == (118, 3)
    columns, rows = recording.warnings
    assert columns.startswith("the header promises 19 columns (ncolumns), the file has 5")
    assert rows.startswith("the header promises 120 rows (nrows), the file has 118")


LABELS = [
    (["FP1_vx", "FP1_vy", "FP1_vz", "FP2_vx", "FP2_vy", "FP2_vz"], set()),
    (["ground_force1_vx", "ground_force1_vy", "ground_force1_vz"], set()),
    (
        [f"{side}_foot_force_v{axis}" for side in ("right", "left") for axis in "xyz"],
        {"left", "right"},
    ),
    (
        [f"ground_force_calcn_{side}_v{axis}" for side in "rl" for axis in "xyz"],
        {"left", "right"},
    ),
    (["f1_1", "f1_2", "f1_3", "f2_1", "f2_2", "f2_3"], set()),
    (["Fx1", "Fy1", "Fz1", "Fx2", "Fy2", "Fz2"], set()),
    ([f"Force.F{axis}{plate}" for plate in (1, 2) for axis in "xyz"], set()),
    ([f"FP{plate}_F{axis}" for plate in (1, 2) for axis in "xyz"], set()),
    ([f"F{axis}_{side}" for side in ("left", "right") for axis in "xyz"], {"left", "right"}),
    ([f"GRF_{side}_{axis}" for side in "RL" for axis in "xyz"], {"left", "right"}),
    ([f"{side}_Force_{axis}" for side in ("Left", "Right") for axis in "XYZ"], {"left", "right"}),
]


@pytest.mark.parametrize(("labels", "feet"), LABELS)
def test_labels_of_other_programs(labels: list[str], feet: set[str], write: Write) -> None:
    plates = len(labels) // 3
    others = ["ground_torque_vx", "cop_force_x", "p1_1", "m1_1", "FP1_px", "Mx1", "free_moment"]
    names = ["time", *labels, *others]
    header = ["forces", f"nRows={120}", f"nColumns={len(names)}", "endheader", "\t".join(names)]
    row = "\t".join(["30\t500\t-20"] * plates + ["9999"] * len(others))
    body = [f"{i / 100}\t{row}" for i in range(120)]
    recording = read_forces(write("forces.mot", header + body))
    np.testing.assert_allclose(recording.force[7], plates * np.array([30.0, 20.0, 500.0]))
    assert set(recording.feet) == feet
    assert list(recording.raw) == labels


def test_a_plate_with_z_up_is_told_by_its_weight(write: Write) -> None:
    header = ["forces", "endheader", "time\tf1_1\tf1_2\tf1_3\tp1_1\tm1_1"]
    body = [f"{i / 100}\t30\t20\t500\t9\t9" for i in range(120)]
    recording = read_forces(write("forces.sto", header + body))
    np.testing.assert_allclose(recording.force[7], [30.0, 20.0, 500.0])
    assert any("z carries the weight" in note for note in recording.notes)


def test_a_file_of_vectors(write: Write) -> None:
    """What OpenSim writes of a C3D file's forces as they are."""
    header = ["DataRate=100", "DataType=Vec3", "version=3", "endheader", "time\tf1\tp1\tm1"]
    body = [f"{i / 100}\t30,500,-20\tnan,nan,nan\t1,2,3" for i in range(120)]
    recording = read_forces(write("forces.sto", header + body))
    np.testing.assert_allclose(recording.force[7], [30.0, 20.0, 500.0])


def test_ten_minutes_are_read_in_seconds(write: Write) -> None:
    """A minute of 18 columns at 1000 samples a second, most of them unused."""
    lines = _lines(["R_ground_force_", "L_ground_force_"], rows=60_000, rate=1000.0)
    lines[6] += "".join(f"\tcolumn{i}" for i in range(9))
    lines[7:] = [line + "\t0.12345678" * 9 for line in lines[7:]]
    path = write("minute.mot", lines)
    start = time.process_time()
    assert len(read_forces(path).time) == 60_000
    assert time.process_time() - start < 2.0


def test_columns_that_are_not_needed_may_hold_anything(write: Write) -> None:
    lines = _lines(["R_ground_force_", "L_ground_force_"])
    plain = read_forces(write("plain.mot", lines))
    for written in ("nan", "NaN", "", "n/a"):
        body = [line.replace("\t0.5", f"\t{written}") for line in lines[7:]]
        other = read_forces(write("other.mot", [*lines[:7], *body]))
        np.testing.assert_array_equal(other.force, plain.force)


@pytest.mark.parametrize("piece", ["ground_force", "vx", "f1_", "_", "x_force_", "fx"])
def test_a_long_label_is_read_at_once(piece: str, write: Write) -> None:
    """Time grows with the length of a label, not with its square: 100,000 repeats take no 10 s."""
    lines = _lines(["ground_force_"])
    lines[6] = lines[6].replace("ground_force_px", piece * 100_000)
    start = time.process_time()
    recording = read_forces(write("long.mot", lines))
    assert time.process_time() - start < 2.0
    assert recording.force.shape == (120, 3)


def test_many_labels_are_read_at_once(write: Write) -> None:
    lines = _lines(["ground_force_"])
    more = 20_000
    lines[6] += "".join(f"\tforce{i}_px" for i in range(more))
    lines[7:] = [line + "\t1" * more for line in lines[7:]]
    start = time.process_time()
    read_forces(write("many.mot", lines))
    assert time.process_time() - start < 4.0


BAD: dict[str, tuple[Callable[[list[str]], list[str]], str]] = {
    "no endheader": (lambda x: [*x[:5], *x[6:]], r"no line 'endheader'; permitted"),
    "nothing after": (lambda x: x[:6], r"line 6: nothing after endheader; permitted"),
    "cut last row": (lambda x: [*x[:-1], "1.19\t1"], r"line 127: 2 values \(the file is cut off\)"),
    "nan": (
        lambda x: [*x[:9], x[9].replace("100", "NaN"), *x[10:]],
        r"line 10: ground_force_vy = 'NaN': permitted: a finite number",
    ),
    "blank": (
        lambda x: [*x[:9], x[9].replace("\t100\t", "\t\t"), *x[10:]],
        r"line 10: ground_force_vy = '': permitted: a finite number",
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
