import os
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from stridesim.recordings import read_forces
from stridesim.results import InputError

Write = Callable[[str, list[str]], Path]


def test_reads_axes_and_rate(data: Path) -> None:
    recording = read_forces(data / "RBDS011_run_2.5ms_300Hz_12s.csv")
    assert recording.force.shape == (3600, 3)
    assert recording.rate == pytest.approx(300.0, abs=0.01)
    np.testing.assert_allclose(recording.force[0], [5.57, -0.46, 5.04])
    assert not recording.lateral_sign_known
    assert not recording.feet


def test_column_order_and_comments_do_not_matter(write: Write, csv_lines: list[str]) -> None:
    swapped = [",".join(line.split(",")[::-1]) for line in csv_lines]
    plain = read_forces(write("a.csv", csv_lines))
    other = read_forces(write("b.csv", ["# a comment", *swapped[:20], "", *swapped[20:]]))
    np.testing.assert_array_equal(plain.force, other.force)
    np.testing.assert_array_equal(plain.time, other.time)


def _replace(lines: list[str], row: int, column: int, text: str) -> list[str]:
    fields = lines[row].split(",")
    fields[column] = text
    return [*lines[:row], ",".join(fields), *lines[row + 1 :]]


BAD: dict[str, tuple[Callable[[list[str]], list[str]], str]] = {
    "empty": (lambda x: [], r"is empty; permitted"),
    "only comments": (lambda x: ["# nothing"], r"only comments; permitted"),
    "header only": (lambda x: x[:1], r"no rows after the header"),
    "cut last row": (
        lambda x: [*x[:-1], "2.99"],
        r"line 902: 1 values \(the file is cut off\); permitted: 4",
    ),
    "row too long": (lambda x: [*x[:9], x[9] + ",1", *x[10:]], r"line 10: 5 values; permitted: 4"),
    "decimal commas": (
        lambda x: [x[0], *[line.replace(".", ",") for line in x[1:]]],
        r"line 2: 8 values \(decimal commas\? write decimal points\); permitted: 4",
    ),
    "missing column": (
        lambda x: [line.rpartition(",")[0] for line in x],
        r"line 1: missing column fz_vert_N; permitted: time_s,fx_ap_N,fy_ml_N,fz_vert_N",
    ),
    "unknown column": (
        lambda x: [x[0].replace("fz_vert_N", "fz_kN"), *x[1:]],
        r"line 1: unknown column 'fz_kN'; permitted: time_s",
    ),
    "repeated column": (
        lambda x: [x[0].replace("fz_vert_N", "fx_ap_N"), *x[1:]],
        r"line 1: repeated column 'fx_ap_N'",
    ),
    "no number": (
        lambda x: _replace(x, 4, 3, "12,5".replace(",", ";")),
        r"line 5: fz_vert_N = '12;5': permitted: a finite number",
    ),
    "nan": (lambda x: _replace(x, 4, 2, "NaN"), r"line 5: fy_ml_N = 'NaN': permitted: a finite"),
    "infinite": (lambda x: _replace(x, 4, 1, "inf"), r"line 5: fx_ap_N = 'inf'"),
    "shuffled": (
        lambda x: [*x[:50], x[60], *x[51:60], x[50], *x[61:]],
        r"line 52: time = 0.16667 s follows 0.19667 s: permitted: increasing",
    ),
    "repeated row": (lambda x: [*x[:50], x[49], *x[50:]], r"line 51: .*permitted: increasing"),
    "lost row": (
        lambda x: [*x[:50], *x[51:]],
        r"line 51: time = 0.16667 s comes 0.00667 s after .* even steps of 0.00333 s",
    ),
    "two rates": (
        lambda x: [
            *x[:400],
            *[_replace(x, i, 0, f"{1.33 + (i - 400) * 0.0044:.5f}")[i] for i in range(400, 900)],
        ],
        r"line \d+: .*off an even axis: permitted: one sampling rate",
    ),
    "milliseconds": (
        lambda x: [
            x[0],
            *[
                _replace(x, i, 0, f"{1000 * float(x[i].split(',')[0]):.2f}")[i]
                for i in range(1, 900)
            ],
        ],
        r"line 3: time steps of 3.33 s: permitted: 50 to 20000 samples a second \(is the time in",
    ),
    "too short": (lambda x: x[:200], r"line 200: time ends after 0.66 s: permitted: at least 1 s"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_file_gets_one_line(case: str, write: Write, csv_lines: list[str]) -> None:
    spoil, message = BAD[case]
    path = write("bad.csv", spoil(csv_lines))
    with pytest.raises(InputError) as caught:
        read_forces(path)
    text = str(caught.value)
    assert re.search(message, text), text
    assert text.startswith(str(path))
    assert "\n" not in text
    assert "permitted" in text


WRITTEN: dict[str, Callable[[list[str]], list[str]]] = {
    "semicolons and decimal commas": lambda x: [
        line.replace(",", ";").replace(".", ",") for line in x
    ],
    "semicolons and decimal points": lambda x: [line.replace(",", ";") for line in x],
    "tabs": lambda x: [line.replace(",", "\t") for line in x],
    "tabs and decimal commas": lambda x: [line.replace(",", "\t").replace(".", ",") for line in x],
    "quoted header": lambda x: [",".join(f'"{name}"' for name in x[0].split(",")), *x[1:]],
    "everything quoted": lambda x: [
        ",".join(f'"{field}"' for field in line.split(",")) for line in x
    ],
    "row names of R": lambda x: [f'"",{x[0]}', *(f'"{i}",{x[i]}' for i in range(1, len(x)))],
    "index of pandas": lambda x: [f",{x[0]}", *(f"{i},{x[i + 1]}" for i in range(len(x) - 1))],
    "a comment beside each row": lambda x: [
        x[0] + ",Läufer",
        *(f"{line},nan" for line in x[1:100]),
        *(f"{line}," for line in x[100:]),
    ],
    "names of a plate": lambda x: ["Time (s),Fx1,Fy1,Fz1", *x[1:]],
    "names of Treadmetrix": lambda x: ["t,LFx (N),LFy (N),LFz (N)", *x[1:]],
}


@pytest.mark.parametrize("case", WRITTEN)
def test_what_other_programs_write_is_the_same_run(
    case: str, write: Write, csv_lines: list[str]
) -> None:
    plain = read_forces(write("plain.csv", csv_lines))
    other = read_forces(write("other.csv", WRITTEN[case](csv_lines)))
    np.testing.assert_array_equal(other.force, plain.force)
    np.testing.assert_array_equal(other.time, plain.time)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-be"])
def test_encodings_and_line_ends(
    encoding: str, end: str, tmp_path: Path, csv_lines: list[str]
) -> None:
    lines = ["# Läufer, Größe 1,78 m", *csv_lines]
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    path = tmp_path / "run.csv"
    path.write_bytes((mark + end.join([*lines, ""])).encode(encoding))
    recording = read_forces(path)
    assert len(recording.time) == len(csv_lines) - 1
    assert not recording.notes
    last = [float(field) for field in csv_lines[-1].split(",")]
    np.testing.assert_array_equal(recording.force[-1], last[1:])


def test_columns_beside_ours_are_named_and_not_read(write: Write, csv_lines: list[str]) -> None:
    lines = [csv_lines[0] + ",event,event", *(f"{line},?,NA" for line in csv_lines[1:])]
    recording = read_forces(write("more.csv", lines))
    assert recording.force.shape == (len(csv_lines) - 1, 3)
    assert recording.notes == ("columns that are not used: 'event', 'event'",)


def test_last_row_without_line_end_is_not_used(tmp_path: Path, csv_lines: list[str]) -> None:
    whole = "\n".join(csv_lines) + "\n"
    path = tmp_path / "cut.csv"
    path.write_text(whole)
    full = read_forces(path)
    path.write_text(whole[:-3])
    cut = read_forces(path)
    np.testing.assert_array_equal(cut.force, full.force[:-1])
    assert any("cut off" in note for note in cut.notes)
    assert not full.notes


def test_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_forces(tmp_path / "absent.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(InputError, match=r"cannot be read \(Is a directory\)"):
        read_forces(tmp_path / "folder.csv")
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"\xff\xfe\x00\x81" * 100)
    with pytest.raises(InputError, match="is not text; permitted: UTF-8"):
        read_forces(binary)


def test_suffix_picks_the_reader(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"unknown suffix '\.xlsx'; permitted: \.csv, \.mot"):
        read_forces(tmp_path / "forces.xlsx")


@pytest.mark.skipif(os.name != "posix", reason="no such files there")
def test_only_regular_files_are_recordings(tmp_path: Path) -> None:
    """A device never ends, and a pipe that nobody writes to never begins."""
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "device.csv").symlink_to("/dev/zero")
    for name in ("pipe.csv", "device.csv"):
        with pytest.raises(InputError, match=r"cannot be read \(it is a device or a pipe"):
            read_forces(tmp_path / name)
