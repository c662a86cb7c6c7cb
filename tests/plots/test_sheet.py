"""A figure's sheet: question, answer and conditions above the panels, nothing too small."""

import matplotlib.pyplot as plt
import pytest
from matplotlib.font_manager import FontProperties

from stridesim.plots.conditions import conditions, model_words, slope_words, speed_words
from stridesim.plots.sheet import headline, panel_grid, wrapped
from stridesim.plots.style import SHEET, SMALLEST, figure_style
from stridesim.runner import Runner, apply_overrides

NUMBERS = {
    "gait.step_frequency": "2.8 Hz",
    "gait.step_width": "50 mm",
    "leg.stiffness": "20 kN/m",
    "leg.loss": "0.1",
    "posture.knee_flexion_at_contact": "14 deg",
}


def test_a_sheet_is_a_full_screen_and_panels_keep_clear_of_its_text() -> None:
    with figure_style():
        figure, panels = panel_grid(1, 2)
        headline(figure, "Is it?", "It is, by 4 %. " * 20, "at 12 km/h")
        figure.canvas.draw()
        assert tuple(figure.get_size_inches() * figure.dpi) == pytest.approx((1920, 1080), abs=1)
        boxes = [text.get_window_extent() for text in figure.texts]
        assert [text.get_text()[:4] for text in figure.texts] == ["Is i", "It i", "at 1"]
        assert boxes[0].y0 > boxes[1].y1 - 2
        assert boxes[1].y0 > boxes[2].y1 - 2
        assert boxes[2].y0 > panels[0, 0].get_tightbbox().y1
        assert max(box.x1 for box in boxes) < 1920
        assert min(float(text.get_fontsize()) for text in figure.texts) >= SMALLEST
        assert float(plt.rcParams["xtick.labelsize"]) >= SMALLEST
        assert float(plt.rcParams["legend.fontsize"]) >= SMALLEST
        plt.close(figure)
    assert SHEET[0] / SHEET[1] == pytest.approx(16 / 9)


def test_lines_break_at_words_and_not_before_a_per_cent_sign() -> None:
    lines = wrapped(
        "costs 4 % more than 5 % of it", 60, FontProperties(family="DejaVu Sans", size=14)
    )
    assert " ".join(lines).replace("\N{NO-BREAK SPACE}", " ") == "costs 4 % more than 5 % of it"
    assert all(not line.startswith("%") for line in lines)
    assert len(lines) > 2


def test_conditions_say_who_how_fast_by_which_model_and_what_follows() -> None:
    runner = apply_overrides(Runner.load(), {"task.speed": "12 km/h", "task.slope": "5 %"})
    said = conditions(runner, "umberger2010")
    assert said.startswith("rbds011 at 3.33 m/s (12 km/h), uphill 5 % · Umberger 2010 · measured: ")
    assert said.endswith("follow the speed")
    faster = apply_overrides(runner, {"task.speed": "6 m/s"})
    assert "extrapolated to 6 m/s" in conditions(faster, "umberger2010")
    fixed = apply_overrides(runner, {"gait.strategy": "fixed"} | NUMBERS)
    assert "fixed: nothing follows the speed" in conditions(fixed, "umberger2010")


def test_words_of_speed_slope_and_model() -> None:
    assert speed_words([2.5, 4.5]) == "2.5 to 4.5 m/s (9 to 16.2 km/h)"
    assert speed_words([3.0]) == "3 m/s (10.8 km/h)"
    assert [slope_words(s) for s in (0.0, 0.02, -0.1)] == ["", ", uphill 2 %", ", downhill 10 %"]
    assert model_words("minetti1997") == "Minetti 1997"
