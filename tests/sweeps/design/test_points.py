"""Every kind of design against rows written by hand: order, values, units, and what is hashed."""

import copy
import itertools
from typing import Any

import numpy as np
import pytest
import scipy.stats
from fake_sweep import LINE, MAP, STIFFNESS, STRENGTH, Fake
from hypothesis import given, settings
from hypothesis import strategies as st

from stridesim.results import InputError
from stridesim.sweeps import Design, run_in_memory
from stridesim.sweeps.design import design_from_tables

LEAN, SPEED, LEG = "posture.trunk_lean", "task.speed", "leg.stiffness"
SOLEUS = "tendon.soleus.strain_at_peak_force"
GASTROCNEMIUS = "tendon.gastrocnemius.strain_at_peak_force"
TASKS: list[dict[str, Any]] = [
    {"name": "flat"},
    {"name": "uphill", "set": {"task": {"slope": "5 %"}}},
]


def _box(parameter: str, low: Any, high: Any, **more: Any) -> dict:
    return {"parameter": parameter, "from": low, "to": high, **more}


def _scattered(method: str, points: int, seed: int = 3) -> dict:
    axes = [_box(LEAN, "0 deg", "20 deg"), _box(LEG, "10 kN/m", "20 kN/m", scale="log")]
    sampling = {"method": method, "points": points, "seed": seed}
    return {"name": "cloud", "sampling": sampling, "axis": axes}


LISTED: dict[str, Any] = {
    "name": "listed",
    "sampling": {"method": "list"},
    "axis": [
        {"parameter": LEAN, "values": ["10 deg", 0, 10]},
        {"parameter": SPEED, "values": ["14.4 km/h", 3, 3]},
    ],
}
SQUARE: dict[str, Any] = {
    "name": "square",
    "axis": [
        {"parameter": STIFFNESS, "values": [1, 2, 3]},
        {"parameter": STRENGTH, "values": [0.5, 1.0]},
    ],
}


def _design(table: dict, **changes: Any) -> Design:
    return design_from_tables(copy.deepcopy(table) | changes, "x.toml")


def _rows(design: Design) -> dict[str, np.ndarray]:
    return design.inputs(0, design.rows)


def test_a_list_keeps_its_rows_together_and_in_order() -> None:
    design = _design(LISTED)
    rows = _rows(design)
    own = float(design.runner.task.speed)
    np.testing.assert_allclose(rows[LEAN], [10, 0, 10, 7.2])
    np.testing.assert_allclose(rows[SPEED], [4, 3, 3, own])
    np.testing.assert_allclose(design.points(0, 2)[LEAN], np.radians([10, 0]))


def test_three_axes_are_a_grid_row_by_row() -> None:
    axes = [{"parameter": p, "values": [1, 0.5]} for p in (STIFFNESS, STRENGTH, "task.air_drag")]
    rows = _rows(_design({"name": "cube", "axis": axes}))
    truth = [[a, b, c] for a in (0.5, 1) for b in (0.5, 1) for c in (0.5, 1)]
    np.testing.assert_array_equal(np.transpose(list(rows.values()))[:-1], truth)


@pytest.mark.parametrize("method", ["latin_hypercube", "sobol"])
def test_scattered_points_fill_every_slice_of_every_axis_once(method: str) -> None:
    n = 64
    rows = _rows(_design(_scattered(method, n)))
    shares = rows[LEAN][:-1] / 20, np.log(rows[LEG][:-1] / 10e3) / np.log(2)
    for share in shares:
        assert sorted(np.floor(n * share).astype(int)) == list(range(n))
    if method == "sobol":  # and every cell of a coarse grid as often
        counts = np.histogram2d(*shares, bins=4, range=[[0, 1], [0, 1]])[0]
        np.testing.assert_array_equal(counts, n / 16)


@pytest.mark.parametrize("method", ["latin_hypercube", "sobol"])
def test_scattered_points_are_scipys_and_seeded(method: str) -> None:
    qmc = scipy.stats.qmc
    sequence = {"latin_hypercube": qmc.LatinHypercube, "sobol": qmc.Sobol}[method](2, rng=3)
    rows = _rows(_design(_scattered(method, 32)))
    np.testing.assert_allclose(rows[LEAN][:-1], 20 * sequence.random(32)[:, 0])
    other = _rows(_design(_scattered(method, 32, seed=4)))
    assert not np.isclose(rows[LEAN][:-1], other[LEAN][:-1]).any()


def test_a_sobol_sequence_that_is_no_power_of_two_is_noted() -> None:
    assert _design(_scattered("sobol", 128)).notes == []
    assert _design(_scattered("latin_hypercube", 100)).notes == []
    (note,) = _design(_scattered("sobol", 100)).notes
    assert "64 or 128" in note
    some, whole = (_rows(_design(_scattered("sobol", n)))[LEAN] for n in (100, 128))
    np.testing.assert_array_equal(some[:100], whole[:100])


CONSTRAINED = {"constraints": ["posture.trunk_lean < 15 deg", "leg.stiffness > 11 kN/m"]}
LINKED = {"link": {SOLEUS: f"0.05 + {LEAN} / 360 deg"}}
ALL_KINDS = [
    MAP,
    LISTED,
    _scattered("latin_hypercube", 37),
    _scattered("sobol", 37),
    _scattered("sobol", 300) | CONSTRAINED | LINKED,
    _scattered("latin_hypercube", 60) | CONSTRAINED | LINKED | {"task": TASKS},
    LISTED | {"task": TASKS, "runners": ["rbds011"]},
]
DESIGNS = [_design(table) for table in ALL_KINDS]


@given(st.data())
@settings(max_examples=150)
def test_any_split_into_chunks_has_the_same_rows(data: st.DataObject) -> None:
    design = data.draw(st.sampled_from(DESIGNS))
    cuts = data.draw(st.lists(st.integers(0, design.rows), max_size=4))
    ends = sorted({0, design.rows, *cuts})
    pieces = [design.inputs(a, b) for a, b in itertools.pairwise(ends)]
    for name, whole in _rows(design).items():
        np.testing.assert_array_equal(np.concatenate([p[name] for p in pieces]), whole)


def test_links_follow_and_the_nominal_runner_keeps_his_own() -> None:
    design = _design(SQUARE, link={GASTROCNEMIUS: f"2 * {SOLEUS}", SOLEUS: f"{STRENGTH} / 10"})
    rows = _rows(design)
    own = float(design.runner.tendon.soleus.strain_at_peak_force)
    np.testing.assert_allclose(rows[SOLEUS], [0.05, 0.1] * 3 + [own])
    np.testing.assert_allclose(rows[GASTROCNEMIUS][:-1], [0.1, 0.2] * 3)
    # Written as tables, as TOML does without quotes, it is the same.
    nested = {"tendon": {"soleus": {"strain_at_peak_force": f"{STRENGTH} / 10"}}}
    one = _design(SQUARE, link=nested).content_hash
    assert one == _design(SQUARE, link={SOLEUS: f"{STRENGTH} / 10"}).content_hash


def test_a_habit_in_an_expression_is_that_of_the_rows_speed() -> None:
    table = {"name": "x", "axis": [{"parameter": SPEED, "values": [3.0, 4.0]}]}
    design = _design(table, link={"gait.step_width": "0.03 m * gait.step_frequency / 1 Hz"})
    habits = design.runner.habits
    truth = [0.03 * float(habits.at(v)["gait.step_frequency"]) for v in (3.0, 4.0)]
    assert truth[0] != pytest.approx(truth[1])
    np.testing.assert_allclose(_rows(design)["gait.step_width"][:2], truth)


def test_constraints_drop_points_and_keep_the_order() -> None:
    design = _design(SQUARE, constraints=[f"{STIFFNESS} * {STRENGTH} > 0.5", f"{STIFFNESS} < 3"])
    rows = _rows(design)
    truth = [(1, 1.0), (2, 0.5), (2, 1.0)]
    np.testing.assert_array_equal(np.transpose([rows[STIFFNESS], rows[STRENGTH]])[:-1], truth)
    assert (design.size, design.rows) == (3, 4)


def test_a_constrained_grid_has_holes() -> None:
    constraint = f"{STIFFNESS} * {STRENGTH} > 0.5"
    result = run_in_memory(_design(SQUARE, constraints=[constraint]), Fake(2.5))
    statuses = [["", "ok"], ["ok", "ok"], ["no_flight", "no_flight"]]
    np.testing.assert_array_equal(result.status_grid, statuses)
    cost = result.grid("cost_of_transport")
    np.testing.assert_array_equal(np.isnan(cost), np.array(statuses) != "ok")
    assert cost[1, 0] == result["cost_of_transport"][1]
    best = result.optimum(kind="highest")
    assert best is not None
    assert best.inputs == (2, 0.5)
    assert best.notes[0] == "next to a constraint"


def test_scattered_constraints_keep_the_points_that_meet_them() -> None:
    free = _rows(_design(_scattered("sobol", 256)))
    bound = _rows(_design(_scattered("sobol", 256) | CONSTRAINED))
    met = (free[LEAN] < 15) & (free[LEG] > 11e3)
    assert 0 < met.sum() < 256
    np.testing.assert_array_equal(bound[LEAN][:-1], free[LEAN][:-1][met[:-1]])


BASE: dict[str, Any] = _scattered("sobol", 64) | LINKED | CONSTRAINED | {"task": TASKS}


@pytest.mark.parametrize(
    "change",
    [
        {"sampling": {"method": "sobol", "points": 64, "seed": 4}},
        {"sampling": {"method": "sobol", "points": 128, "seed": 3}},
        {"sampling": {"method": "latin_hypercube", "points": 64, "seed": 3}},
        {"axis": BASE["axis"][::-1]},
        {"axis": [BASE["axis"][0], BASE["axis"][1] | {"scale": "linear"}]},
        {"axis": [BASE["axis"][0], BASE["axis"][1] | {"to": "21 kN/m"}]},
        {"link": {}},
        {"link": {SOLEUS: f"0.06 + {LEAN} / 360 deg"}},
        {"constraints": []},
        {"constraints": ["posture.trunk_lean < 15 deg", "leg.stiffness > 12 kN/m"]},
        {"task": TASKS[::-1]},
        {"task": TASKS[:1]},
        {"task": [TASKS[0], TASKS[1] | {"name": "hill"}]},
        {"task": [TASKS[0], {"name": "uphill", "set": {"task.slope": "6 %"}}]},
        {"runners": ["rbds011"]},
        {"set": {"task.speed": 4}},
    ],
    ids=str,
)
def test_whatever_changes_a_number_changes_the_hash(change: dict) -> None:
    assert _design(BASE | change).content_hash != _design(BASE).content_hash


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Other", "name": "other", "outputs": ["pelvic_drop"]},
        {"figure": {"optimum": "highest"}},
        {"constraints": ["leg.stiffness > 11000 N/m", "posture.trunk_lean<15 deg"]},
        {"link": {SOLEUS: f"(0.05 + {LEAN} / 360 deg)"}},
        {"axis": [_box(LEAN, "20 deg", 0), BASE["axis"][1]]},
    ],
    ids=str,
)
def test_whatever_does_not_leaves_it(change: dict) -> None:
    assert _design(BASE | change).content_hash == _design(BASE).content_hash


def test_a_seed_that_is_not_given_is_0() -> None:
    table = _scattered("sobol", 64, seed=0)
    silent = table | {"sampling": {"method": "sobol", "points": 64}}
    assert _design(silent).content_hash == _design(table).content_hash


def test_a_million_rows_are_made_a_window_at_a_time() -> None:
    design = _design(_scattered("sobol", 2**20))
    near_the_end = design.inputs(2**20 - 3, 2**20 + 1)
    assert len(near_the_end[LEAN]) == 4
    assert near_the_end[LEAN][-1] == pytest.approx(7.2)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (LINE | {"sampling": {"method": "dice"}}, "sampling.method = 'dice': expected 'grid'"),
        (LINE | {"sampling": {"method": "sobol"}}, "sampling: method = 'sobol' needs points"),
        (
            LINE | {"sampling": {"points": 9}},
            "sampling: points and seed do not go with method = 'g",
        ),
        (LINE | {"sampling": {"seeds": 9}}, "unknown key 'sampling.seeds'; did you mean 'seed'?"),
        (
            LINE | {"sampling": {"method": "sobol", "points": 1}},
            "sampling.points = 1: must be at least 2",
        ),
        (
            LINE | {"sampling": {"method": "sobol", "points": 8}},
            "axis[0]: values does not go with sampling method 'sobol': needs from and to alone",
        ),
        (
            MAP | {"sampling": {"method": "latin_hypercube", "points": 8}},
            "axis[0]: points does not go with",
        ),
        (MAP | {"sampling": {"method": "list"}}, "axis[0]: from does not go with"),
        (
            LISTED | {"axis": [LISTED["axis"][0], {"parameter": SPEED, "values": [3]}]},
            "axis[1].values: 1 values for 3 of axis[0]",
        ),
        (LINE | {"axis": [{"parameter": "gait.strategy", "values": [1]}]}, "vary it by [[task]]"),
        (
            {
                "name": "x",
                "axis": [
                    _box(p, 0.5, 1, points=10_000) for p in (STIFFNESS, STRENGTH, "task.air_drag")
                ],
            },
            "10000 x 10000 x 10000 points: at most 100000000 permitted",
        ),
        (LINE | {"outputs": ["peak_force.solaeus"]}, "unknown muscle; did you mean 'soleus'?"),
        (LINE | {"link": {STIFFNESS: "2 * hip.strength"}}, "is an axis of this sweep and cannot"),
        (LINE | {"link": {SOLEUS: 0.05}}, f"link: {SOLEUS} = expected an expression"),
        (LINE | {"link": {"tendon.x": "hip.strength"}}, "unknown parameter 'tendon.x'"),
        (
            LINE | {"link": {SOLEUS: "hip.strength"}},
            f"link: {SOLEUS} = 'hip.strength': comes to 1.12, outside its permitted range 0.005",
        ),
        (
            LINE | {"set": {SOLEUS: 0.1}, "link": {SOLEUS: "hip.strength / 10"}},
            "is held fixed and cannot follow another parameter too",
        ),
        (
            LINE | {"link": {SOLEUS: GASTROCNEMIUS, GASTROCNEMIUS: SOLEUS}},
            "a circle",
        ),
        (LINE | {"constraints": ["hip.strength > 2"]}, "constraints: none of 4 points meets them"),
        (
            LINE | {"constraints": ["hip.strength > 2 m"]},
            "constraints[0] = 'hip.strength > 2 m': h",
        ),
        (
            LINE | {"constraints": "hip.strength > 2"},
            "constraints = 'hip.strength > 2': expected a",
        ),
        (
            LINE
            | {"set": {"gait.strategy": "optimal"}, "constraints": ["gait.step_frequency > 2 Hz"]},
            "gait.step_frequency is chosen by the runner",
        ),
        (LINE | {"runner": "a.toml", "runners": ["b.toml"]}, "either runner or runners, not both"),
        (LINE | {"runners": ["rbds011", "rbds011"]}, "runners[1] = 'rbds011': a second runner nam"),
        (LINE | {"task": [TASKS[0], TASKS[0]]}, "task[1].name = 'flat': stands there twice"),
        (LINE | {"task": [{"set": {}}]}, "task[0].name: it must be given"),
        (
            LINE | {"task": [{"name": "a", "set": {"task.slope": "3 m"}}]},
            "task[0].set: task.slope = '3 m': m is a unit of length",
        ),
        (
            LINE | {"task": [{"name": "a", "set": {STIFFNESS: 1}}]},
            "task[0].set: tendon.stiffness_scale is an axis of this sweep",
        ),
    ],
)
def test_what_may_not_be_said_is_refused_in_one_line(table: dict, said: str) -> None:
    with pytest.raises(InputError) as refused:
        _design(table)
    message = str(refused.value)
    assert message.startswith("x.toml: ")
    assert said in message
    assert "\n" not in message


def test_an_option_does_not_contradict_a_task() -> None:
    with pytest.raises(InputError, match=r"--set task.slope: task 'uphill' of x.toml sets it"):
        design_from_tables(LINE | {"task": TASKS}, "x.toml", overrides={"task.slope": "2 %"})
