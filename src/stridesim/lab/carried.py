"""What a page that is one file carries instead of a server: surrogates, words, bands, evidence.

    carried = carry(solving, sliders, points)

The surrogate of the sliders is fitted to `points` strides: seven tenths of them even over the
sliders' ranges, the rest where a first fit is least sure whether there is a stride at all. Each
story whose sliders are others has a small surrogate of its own. All share the components of their
pictures. The errors are measured at strides that no fit saw.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from stridesim.lab.controls import SLIDERS, Slider, slider_of
from stridesim.lab.sampling import (
    Pictures,
    axes_of,
    joined,
    pictured,
    swept,
)
from stridesim.lab.solving import Solving
from stridesim.results import InputError
from stridesim.surrogate.components import Components, principal
from stridesim.surrogate.errors import Errors, errors_of
from stridesim.surrogate.fit import (
    Rows,
    Sample,
    Settings,
    Surrogate,
    fit,
    fit_status,
    near_the_border,
)
from stridesim.surrogate.network import Training
from stridesim.surrogate.points import Axis, even

COST: Final = "cost_of_transport"
BOUND: Final = 0.005
"""Relative error of the cost that a page should stay below."""

POINTS: Final = 65536
FEWEST: Final = 128
MOST: Final = 200_000
MOST_SLIDERS: Final = 8

_EVEN: Final = 0.7
_UNSEEN: Final = 8
"""One unseen stride for so many that are fitted to."""
_PICTURES: Final = 32
"""One picture for so many strides."""
_FEWEST_PICTURES: Final = 32
_STORY: Final = 48
"""A story's surrogate has this share of the points for each of its sliders squared."""
_MANY: Final = 4096
_COMPONENTS: Final = 64
_REST: Final = 2e-5

Progress = Callable[[int, str], contextlib.AbstractContextManager[Callable[..., None]]]
"""How much there is to do and what -> what counts the work that is done."""


@contextlib.contextmanager
def silent(total: int, words: str) -> Iterator[Callable[..., None]]:
    """Progress that nobody hears."""
    yield lambda *_: None


class Carried(NamedTuple):
    """The surrogates, the first that of the sliders; their shared components; what the numbers of
    blocks are of; the errors of each, and how many strides the first is fitted to."""

    surrogates: tuple[Surrogate, ...]
    components: Components
    labels: dict[str, list[str]]
    errors: tuple[Errors, ...]
    points: int


class _Sampled(NamedTuple):
    axes: tuple[Axis, ...]
    sample: Sample
    unseen: Sample
    pictures: Pictures


def chosen_sliders(paths: Sequence[str]) -> tuple[Slider, ...]:
    """The sliders of a page; `InputError` for unknown, doubled or too many."""
    if not paths:
        return SLIDERS
    if len(set(paths)) < len(paths):
        raise InputError(f"sliders: {', '.join(paths)}: one stands there twice")
    if len(paths) > MOST_SLIDERS:
        raise InputError(f"sliders: {len(paths)}; permitted: up to {MOST_SLIDERS}")
    return tuple(slider_of(path) for path in paths)


def check_points(points: int) -> int:
    """How many strides a page is fitted to, or `InputError`."""
    if not FEWEST <= points <= MOST:
        raise InputError(f"points = {points}: permitted: {FEWEST} to {MOST}")
    return points


def carry(
    solving: Solving,
    sliders: tuple[Slider, ...],
    rooms: Sequence[tuple[Slider, ...]],
    points: int,
    progress: Progress,
) -> Carried:
    """Surrogates of `sliders` and of every one of `rooms`, the sliders of stories."""
    sampled = [_sampled(solving, axes_of(sliders), points, progress)]
    for room in rooms:
        sampled.append(_sampled(solving, axes_of(room), _of_story(points, len(room)), progress))
    names = sampled[0].pictures.blocks
    everything = {
        name: np.concatenate([one.pictures.blocks[name] for one in sampled]) for name in names
    }
    components, weights = principal(everything, _COMPONENTS, _REST)
    ends = np.cumsum([len(one.pictures.cube) for one in sampled])[:-1]
    surrogates = []
    for one, rows in zip(sampled, np.split(weights, ends), strict=True):
        settings = _settings(len(one.axes), points >= _MANY)
        with progress(settings.steps, f"steps of learning ({_words(one.axes)})") as told:
            surrogates.append(
                fit(one.axes, one.sample, Rows(one.pictures.cube, rows), settings, told)
            )
    errors = [
        errors_of(surrogate, one.unseen, COST, BOUND)
        for surrogate, one in zip(surrogates, sampled, strict=True)
    ]
    labels = dict(sampled[0].pictures.labels)
    return Carried(tuple(surrogates), components, labels, tuple(errors), points)


def _sampled(solving: Solving, axes: tuple[Axis, ...], points: int, progress: Progress) -> _Sampled:
    first, unseen = int(_EVEN * points), max(points // _UNSEEN, 64)
    words = _words(axes)
    with progress(points + unseen, f"strides ({words})") as told:
        sample = swept(solving, axes, even(first, len(axes), seed=1), told)
        border = _border(sample, even(8 * points, len(axes), seed=2), points - first)
        sample = joined(sample, swept(solving, axes, border, told))
        seen = swept(solving, axes, even(unseen, len(axes), seed=3), told)
    count = max(points // _PICTURES, _FEWEST_PICTURES)
    with progress(count, f"pictures ({words})") as told:
        pictures = pictured(solving, axes, sample, count, told)
    return _Sampled(axes, sample, seen, pictures)


def _border(sample: Sample, candidates: np.ndarray, count: int) -> np.ndarray:
    first, _ = fit_status(sample, Training((32, 32), 2000))
    return near_the_border(first, candidates, count)


def _of_story(points: int, sliders: int) -> int:
    return max(FEWEST, points * sliders**2 // _STORY // 2)


def _settings(sliders: int, thorough: bool) -> Settings:
    """Larger networks and more steps where there are more points to learn from."""
    if sliders <= 2:
        small = Training((32, 32, 32), 6000 if thorough else 500)
        return Settings(COST, small, small, small, small)
    if not thorough:
        few = Training((32, 32), 3000)
        return Settings(COST, few, few, few, few)
    foremost, rest = Training((80,) * 4, 60_000), Training((64,) * 3, 20_000)
    return Settings(COST, foremost, rest, rest, foremost)


def _words(axes: tuple[Axis, ...]) -> str:
    return ", ".join(one.path.split(".")[-1].replace("_", " ") for one in axes)
