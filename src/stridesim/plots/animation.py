"""The runner in motion, for slides and notebooks: GIF, MP4 or an SVG that moves by itself.

The drawing is that of `strokes`, from the side and from behind, one stride that repeats without a
seam. The SVG is animated by its own elements (SMIL): it needs no script, and moves wherever a
browser shows a picture. MP4 is written by ffmpeg, which must be installed.
"""

import html
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from stridesim.economy import Evaluation
from stridesim.files import write_output
from stridesim.plots.skeleton import FRAMES, Skeleton, skeleton_of
from stridesim.plots.strokes import EXTENT, TALL, VIEWS, Stroke, strokes_of
from stridesim.results import InputError

FORMATS: Final = (".gif", ".mp4", ".svg")
SLOWER: Final = 4.0
"""Times slower than the runner runs."""
_SVG_FRAMES: Final = 32
_GAP: Final = 0.12
_CAPTION: Final = 0.14
"""m between views, and for the line of words."""


class Animation:
    """Solved strides in motion, side by side, each with its words; shows itself in a notebook."""

    def __init__(self, shown: Sequence[tuple[Evaluation, str]]) -> None:
        self.runners = [(skeleton_of(found), words) for found, words in shown]

    def save(self, path: str | Path) -> None:
        """Write it; the suffix picks the format. `InputError` where that cannot be."""
        path = Path(path)
        check_animation(path)
        write_output(
            path, self.svg().encode() if path.suffix.lower() == ".svg" else _film(self, path)
        )

    def svg(self) -> str:
        """As an SVG that moves."""
        return _as_svg(self)

    def _repr_html_(self) -> str:
        return self.svg()


def check_animation(path: Path) -> None:
    """`InputError` for what cannot be written."""
    if path.suffix.lower() not in FORMATS:
        raise InputError(f"{path}: unknown format; permitted: {', '.join(FORMATS)}")
    if path.suffix.lower() == ".mp4" and shutil.which("ffmpeg") is None:
        raise InputError(f"{path}: MP4 needs ffmpeg, which is not installed; .gif and .svg do not")


def _as_svg(scene: Animation) -> str:
    views, width = _placed(scene)
    low, high = TALL
    period = SLOWER * scene.runners[0][0].period
    frames = [k * FRAMES // _SVG_FRAMES for k in range(_SVG_FRAMES)] + [0]
    parts = []
    for skeleton, words, view, across in views:
        drawn = [strokes_of(skeleton, frame, view) for frame in frames]
        lines = zip(*drawn, strict=True)
        body = "".join(_svg_line(list(line), across, period) for line in lines)
        parts.append(_svg_ground(across, view) + body + _svg_words(across, view, words))
    box = f"0 {-1000 * high:.0f} {1000 * width:.0f} {1000 * (high - low + _CAPTION):.0f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img" '
        f'stroke-linecap="round" stroke-linejoin="round" fill="none">'
        f"<title>{html.escape(', '.join(words for _, words in scene.runners))}</title>"
        f'<rect x="0" y="{-1000 * high:.0f}" width="100%" height="100%" fill="#fff"/>'
        f"{''.join(parts)}</svg>\n"
    )


def _placed(scene: Animation) -> tuple[list[tuple[Skeleton, str, str, float]], float]:
    """Views with the place of their middle, m, and the width of all."""
    placed, at = [], 0.0
    shown = VIEWS if len(scene.runners) == 1 else VIEWS[:1]
    for skeleton, words in scene.runners:
        for view in shown:
            left, right = EXTENT[view]
            placed.append((skeleton, words if view == VIEWS[0] else "", view, at - left))
            at += right - left + _GAP
    return placed, at - _GAP


def _svg_line(line: list[Stroke], across: float, period: float) -> str:
    """A stroke over all frames; what does not change is said once."""

    def text(points: np.ndarray) -> str:
        x, y = 1000 * (points[:, 0] + across), -1000 * points[:, 1]
        return " ".join(f"{a:.0f},{b:.0f}" for a, b in zip(x, y, strict=True))

    faint = len(line[0].colour) == 9
    told = {
        "points": [text(stroke.points) for stroke in line],
        "stroke": [stroke.colour[:7] for stroke in line],
        "stroke-width": [f"{1000 * stroke.width:.0f}" for stroke in line],
    }
    given = {name: values[0] for name, values in told.items()}
    given |= {"opacity": "0.3"} if faint else {}
    moving = "".join(
        f'<animate attributeName="{name}" dur="{period:.3f}s" repeatCount="indefinite" '
        f'values="{";".join(values)}"/>'
        for name, values in told.items()
        if len(set(values)) > 1
    )
    attributes = " ".join(f'{name}="{value}"' for name, value in given.items())
    return f"<polyline {attributes}>{moving}</polyline>"


def _svg_ground(across: float, view: str) -> str:
    left, right = (1000 * (end + across) for end in EXTENT[view])
    return f'<path d="M{left:.0f} 0H{right:.0f}" stroke="#777" stroke-width="6"/>'


def _svg_words(across: float, view: str, words: str) -> str:
    middle = 1000 * (across + 0.5 * sum(EXTENT[view]))
    return (
        f'<text x="{middle:.0f}" y="{1000 * (_CAPTION - 0.03):.0f}" fill="#222" font-size="62" '
        f'font-family="DejaVu Sans, sans-serif" text-anchor="middle">{html.escape(words)}</text>'
    )


def _film(scene: Animation, path: Path) -> bytes:
    """A GIF or MP4, frame by frame."""
    import matplotlib.pyplot as plt
    from matplotlib.animation import FFMpegWriter, FuncAnimation, PillowWriter

    gif = path.suffix.lower() == ".gif"
    rate = FRAMES / (SLOWER * scene.runners[0][0].period)
    # A GIF counts in hundredths of a second.
    every = 2 if gif else 1
    figure, draw = _figure(scene)
    try:
        moving = FuncAnimation(figure, draw, frames=range(0, FRAMES, every), blit=False)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, f"film{path.suffix.lower()}")
            writer = (PillowWriter if gif else FFMpegWriter)(round(rate / every))
            moving.save(str(file), writer=writer, dpi=72 if gif else 100)
            return file.read_bytes()
    finally:
        plt.close(figure)


def _figure(scene: Animation) -> tuple[Any, Any]:
    import matplotlib.pyplot as plt

    views, width = _placed(scene)
    low, high = TALL
    figure, axes = plt.subplots(figsize=(4.6 * width, 4.6 * (high - low + _CAPTION)))
    points = 72 * 4.6
    figure.subplots_adjust(0, 0, 1, 1)

    def draw(frame: int) -> list[Any]:
        axes.clear()
        axes.set(xlim=(0, width), ylim=(low - _CAPTION, high), aspect="equal")
        axes.set_axis_off()
        for skeleton, words, view, across in views:
            left, right = EXTENT[view]
            axes.plot([left + across, right + across], [0, 0], color="#777", lw=1.5)
            for stroke in strokes_of(skeleton, frame, view):
                x, y = stroke.points.T
                if np.ptp(stroke.points, axis=0).max() == 0:  # Matplotlib draws no dot for a line
                    axes.plot(x[:1] + across, y[:1], "o", color=stroke.colour, mew=0,
                              ms=points * stroke.width)  # fmt: skip
                    continue
                axes.plot(x + across, y, color=stroke.colour, lw=points * stroke.width,
                          solid_capstyle="round", solid_joinstyle="round")  # fmt: skip
            middle = across + 0.5 * (left + right)
            axes.text(middle, low - 0.5 * _CAPTION, words, ha="center", fontsize=13)
        return []

    return figure, draw
