import os
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stridesim.economy import evaluate
from stridesim.parameter import get_value
from stridesim.results import InputError
from stridesim.runner import PARAMETERS, Runner, apply_overrides
from stridesim.runner.runner import runner_from_tables
from stridesim.runner.toml import parse_toml

COMPLETE = """
name = "someone"
[body]
mass = "72 kg"
height = "181 cm"
[leg]
stiffness = "17.5 kN/m"
loss = "100 ms/m"
[hip]
strength = 0.9
stiffness = "2 1/rad"
damping = "0.05 s/rad"
neutral_adduction = "6 deg"
[posture]
knee_flexion_at_contact = "13 deg"
[gait]
step_frequency = "168 steps/min"
step_width = "6 cm"
[provenance]
note = "made up"
"""
HABITS = """
[habits]
speed = ["2.5 m/s", "12.6 km/h", 4.5]
gait.step_frequency = [2.7, "171 steps/min", 3.06]
leg.stiffness = ["16 kN/m", "17 kN/m", "19 kN/m"]
"""


def _load(text: str) -> Runner:
    return runner_from_tables(parse_toml(text, "a.toml"), "a.toml")


def test_units_are_read_at_the_door() -> None:
    runner = _load(COMPLETE)
    assert runner.name == "someone"
    assert runner.body.height == pytest.approx(1.81, rel=1e-15)
    assert runner.leg.stiffness == 17.5e3
    assert runner.gait.step_frequency == pytest.approx(2.8, rel=1e-15)


def test_habits_are_read_in_si() -> None:
    habits = _load(COMPLETE + HABITS).habits
    assert habits.paths == ("gait.step_frequency", "leg.stiffness")
    assert habits.speeds == pytest.approx((2.5, 3.5, 4.5), rel=1e-15)
    assert habits.values[0] == pytest.approx((2.7, 2.85, 3.06), rel=1e-15)
    assert habits.values[1] == (16e3, 17e3, 19e3)


def test_habits_are_kept_beside_the_number_in_the_file() -> None:
    """The file's own number serves strategy `fixed`; the habit serves `measured`."""
    runner = _load(COMPLETE + HABITS)
    assert runner.gait.step_frequency == pytest.approx(2.8, rel=1e-15)
    assert float(
        apply_overrides(runner, {"task.speed": 2.5}).at_speed().gait.step_frequency
    ) == pytest.approx(2.7, rel=1e-12)


def test_a_habit_may_replace_the_number_except_for_strategy_fixed() -> None:
    text = (COMPLETE + HABITS).replace('step_frequency = "168 steps/min"', "")
    assert "gait.step_frequency" in _load(text).habits.paths
    fixed = text.replace('step_width = "6 cm"', 'step_width = "6 cm"\nstrategy = "fixed"')
    with pytest.raises(InputError, match=r"a\.toml: gait\.step_frequency is missing"):
        _load(fixed)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (COMPLETE + "[leg", "a.toml: not valid TOML: "),
        (COMPLETE + "[task]\nsped = 3", "a.toml: unknown parameter 'task.sped'; did you mean"),
        (COMPLETE + "[shoes]\nmass = 3", "a.toml: unknown parameter 'shoes.mass'"),
        (COMPLETE + "[task]\nspeed = nan", "a.toml: task.speed = nan: not finite"),
        (COMPLETE + "[task]\nspeed = true", "a.toml: task.speed = True: expected a number"),
        (COMPLETE + "[task]\nspeed = [3]", "a.toml: task.speed = [3]: expected a number"),
        (COMPLETE + "[task]\nspeed = 2020-01-01", "a.toml: task.speed = datetime.date(2020, 1, 1)"),
        (COMPLETE + f"[task]\nspeed = {10**400}", "a.toml: task.speed = 1000"),
        (COMPLETE + "[task]\nspeed = '3 kg'", "a.toml: task.speed = '3 kg': kg is a unit of mass"),
        (COMPLETE + "[task]\nspeed = 0.1", "a.toml: task.speed = 0.1: outside its permitted range"),
        (COMPLETE.replace('loss = "100 ms/m"', ""), "a.toml: leg.loss is missing and has no def"),
        (
            "name = 'x'",
            ", ".join(("a.toml: body.mass", "body.height", "leg.stiffness", "leg.loss"))
            + ", gait.step_frequency are missing and have no default",
        ),
        ("leg = 3", "a.toml: unknown parameter 'leg'"),
        ("habits = 3\n" + COMPLETE, "a.toml: habits = 3: expected a table"),
        (COMPLETE + "[habits]\nleg.stiffness = [1]", "a.toml: habits.speed: expected a list of"),
        (COMPLETE + "[habits]\nspeed = []", "a.toml: habits.speed: expected a list of"),
        (COMPLETE + "[habits]\nspeed = 3", "a.toml: habits.speed: expected a list of"),
        (COMPLETE + "[habits]\nspeed = [3, 3]", "a.toml: habits.speed: the same speed"),
        (COMPLETE + "[habits]\nspeed = [-3]", "a.toml: habits.speed = -3: outside its permitted"),
        (COMPLETE + "[habits]\nspeed = ['x']", "a.toml: habits.speed = 'x': expected a number"),
        (
            COMPLETE + "[habits]\nspeed = [3]\ntask.slope = [0.1]",
            "a.toml: habits.task.slope: expected one of gait.step_frequency, ",
        ),
        (
            COMPLETE + "[habits]\nspeed = [3, 4]\nleg.stiffness = [17e3]",
            "a.toml: habits.leg.stiffness: expected a list of 2 values, one per speed",
        ),
        (
            COMPLETE + "[habits]\nspeed = [3]\nleg.stiffness = 17e3",
            "a.toml: habits.leg.stiffness: expected a list of 1 values",
        ),
        (
            COMPLETE + "[habits]\nspeed = [3]\nleg.stiffness = ['17 N']",
            "a.toml: habits.leg.stiffness = '17 N': N is a unit of force",
        ),
    ],
)
def test_a_bad_file_is_one_line_that_names_file_parameter_and_value(
    text: str, message: str
) -> None:
    with pytest.raises(InputError) as caught:
        _load(text)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_a_syntax_error_names_the_line() -> None:
    with pytest.raises(InputError, match=r"a\.toml: not valid TOML: .*line 3"):
        parse_toml("[body]\nmass = 3\nheight = = 4\n", "a.toml")


def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"absent\.toml: no such file"):
        Runner.load(tmp_path / "absent.toml")
    with pytest.raises(InputError, match="cannot be read"):
        Runner.load(tmp_path)
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="cannot be read"):
        Runner.load(tmp_path / "binary.toml")


def test_the_guide_s_runner_file_is_complete(tmp_path: Path) -> None:
    """What stands there is what a new user copies."""
    guide = Path(__file__).resolve().parents[2] / "docs/guide/run.md"
    blocks = re.findall(r"```toml\n(.*?)```", guide.read_text(encoding="utf-8"), re.DOTALL)
    (block,) = [block for block in blocks if block.startswith("# my_runner.toml")]
    path = tmp_path / "my_runner.toml"
    path.write_text(block, encoding="utf-8")
    runner = Runner.load(path)
    assert runner.name == "my_runner"
    assert runner.habits.paths == ("gait.step_frequency",)
    solved = evaluate(runner)
    assert solved.ok, solved.status


def test_files_of_another_kind_are_told_what_they_are(tmp_path: Path) -> None:
    sweep = tmp_path / "demo.toml"
    sweep.write_text('name = "x"\n[[axis]]\nparameter = "task.slope"\n')
    with pytest.raises(InputError, match=r"is a sweep file.*'stridesim sweep run .*demo"):
        Runner.load(sweep)
    recording = tmp_path / "run.CSV"
    recording.write_text("time_s,fx_ap_N,fy_ml_N,fz_vert_N\n")
    with pytest.raises(InputError, match=r"not valid TOML: .*measure.*stridesim fit"):
        Runner.load(recording)
    with pytest.raises(InputError, match=r"absent\.csv: no such file"):
        Runner.load(tmp_path / "absent.csv")


def test_the_shipped_runner_is_complete_and_the_default() -> None:
    assert Runner.load() == Runner.load() == Runner.load("rbds011")
    assert Runner.load().name == "rbds011"


def test_what_is_dumped_is_loaded_as_the_same_values(tmp_path: Path) -> None:
    runner = _load(COMPLETE + HABITS)
    changed = apply_overrides(
        runner,
        {"task.speed": "4:07 min/km", "muscle.soleus.peak_isometric_force": 5000 / 3}
        | {"tendon.vasti.strain_at_peak_force": 0.1 / 3, "hip.onset_delay": "-33 ms"}
        | {"gait.strategy": "fixed"},
    )
    path = tmp_path / "runner.toml"
    path.write_text(changed.to_toml({"note": "a test", "files": ["a.csv"]}))
    loaded = Runner.load(path)
    for parameter in PARAMETERS:
        assert get_value(loaded, parameter) == pytest.approx(
            get_value(changed, parameter), rel=1e-12, abs=0
        ), parameter
    assert loaded.name == changed.name
    assert loaded.strategy == "fixed"
    assert loaded.habits.paths == changed.habits.paths
    assert loaded.habits.speeds == pytest.approx(changed.habits.speeds, rel=1e-15)
    for there, here in zip(loaded.habits.values, changed.habits.values, strict=True):
        assert there == pytest.approx(here, rel=1e-15)
    assert tomllib.loads(path.read_text())["provenance"]["files"] == ["a.csv"]


def test_only_what_differs_from_the_defaults_is_written() -> None:
    written = tomllib.loads(Runner.load().to_toml())
    assert "task" not in written
    assert "tendon" not in written
    assert written["body"]["mass"].endswith(" kg")


@given(data=st.data())
def test_any_permitted_value_survives_the_file(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(list(PARAMETERS)))
    value = data.draw(st.floats(*PARAMETERS[path].bounds, allow_subnormal=False))
    changed = apply_overrides(Runner.load(), {path: value})
    loaded = _load(changed.to_toml())
    assert get_value(loaded, path) == pytest.approx(get_value(changed, path), rel=1e-12, abs=0)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"x = " + b"[" * 2000 + b"]" * 2000, "nested deeper than 32"),
        (b"a." * 2000 + b"b = 1", "nested deeper than 32"),
        (b"x = " + b"{a=" * 20 + b"[" * 20 + b"]" * 20 + b"}" * 20, "nested deeper than 32"),
        (b"[body]\nmass = " + b"9" * 5000, "cannot be read"),
        (b"[body]\nmass = 0x" + b"f" * 9000, "body.mass = a whole number of about 10,837 digits"),
        (b"[body]\nmass = 9223372036854775808", "a whole number has at most 64 bits"),
        (b"[body]\nmass = 1e400", "body.mass = inf: not finite"),
        (COMPLETE.encode("utf-16"), "it is encoded in UTF-16; save it as UTF-8"),
        (COMPLETE.encode("utf-16-le"), "it is encoded in UTF-16; save it as UTF-8"),
        (COMPLETE.encode("utf-32"), "it is encoded in UTF-32; save it as UTF-8"),
        (
            "\n\n# Müller".encode("latin-1"),
            "not encoded in UTF-8: byte 0xfc in line 3, as in Windows",
        ),
        (b"name = '" + b"n" * 1_000_000 + b"'", "(1,000,000 characters): at most 255 characters"),
        (COMPLETE.encode() + b"[task]\nspeed = '" + b"n" * 1_000_000 + b"'", "(1,000,000 charac"),
        (b"k" * 1_000_000 + b" = 1", "unknown parameter 'kkkk"),
        (b"#" * 16_000_001, "16,000,001 bytes, where at most 16,000,000 are permitted"),
    ],
    ids=map(str, range(15)),
)
def test_an_awkward_file_is_one_short_line(content: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(content)
    with pytest.raises(InputError) as refused:
        Runner.load(path)
    message = str(refused.value)
    assert message.startswith(f"{path}: ")
    assert said in message
    assert "\n" not in message
    assert len(message) < 1000


@pytest.mark.parametrize(
    "content", ["\ufeff" + COMPLETE, COMPLETE.replace("\n", "\r\n")], ids=["mark", "line ends"]
)
def test_files_of_windows_are_read(content: str, tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(content.encode("utf-8"))
    assert Runner.load(path).to_toml() == _load(COMPLETE).to_toml()


@pytest.mark.skipif(os.name != "posix", reason="no such files there")
def test_only_regular_files_are_read(tmp_path: Path) -> None:
    """A device never ends, and a pipe that nobody writes to never begins."""
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "huge.toml").open("wb") as file:
        file.truncate(10_000_000_000)
    for path, said in (
        (Path("/dev/zero"), "it is a device or a pipe, not a file"),
        (tmp_path / "pipe", "it is a device or a pipe, not a file"),
        (tmp_path, "Is a directory"),
        (tmp_path / "huge.toml", "10,000,000,000 bytes, where at most 16,000,000"),
        (tmp_path / "a\0b.toml", "no file has such a name"),
    ):
        with pytest.raises(InputError, match=rf"cannot be read \({said}"):
            Runner.load(path)


def test_units_as_people_write_them_in_a_file() -> None:
    text = COMPLETE.replace("72 kg", "165 lbs").replace('"181 cm"', '"5\'11\\""')
    runner = _load(text.replace("168 steps/min", "84 strides/min") + '[task]\nslope = "1:50"')
    assert runner.body.mass == pytest.approx(74.84274105)
    assert runner.body.height == pytest.approx(1.8034)
    assert runner.gait.step_frequency == pytest.approx(2.8)
    assert runner.task.slope == pytest.approx(0.02)


def test_a_name_is_text_in_a_line() -> None:
    runner = _load(COMPLETE.replace('"someone"', r'"\u001b[2Ja\nb\u202e"'))
    assert runner.name == r"\u001b[2Ja b\u202e"
    assert _load(runner.to_toml()).name == runner.name
