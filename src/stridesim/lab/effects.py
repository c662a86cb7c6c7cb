"""What a story changes: by the model, and by the page that stands in for it."""

from typing import NamedTuple

import numpy as np

from stridesim.economy.batch import results_at
from stridesim.lab.carried import Carried
from stridesim.lab.controls import values_of
from stridesim.lab.solving import Solving
from stridesim.lab.story import Story, stories
from stridesim.runner import PARAMETERS
from stridesim.surrogate.fit import OK
from stridesim.surrogate.points import cube_of
from stridesim.units import to_si


class StoryEffect(NamedTuple):
    """Change of a story's outcome, per cent, by the model and by the page; None where the runner
    cannot do it."""

    name: str
    model: float | None
    page: float | None

    @property
    def off(self) -> float:
        """How far the page is off, as a share of the model's effect; infinite where one of them has
        none."""
        if self.model is None and self.page is None:
            return 0.0
        if self.model is None or self.page is None or self.model == 0.0:
            return float("inf")
        return abs(self.page / self.model - 1.0)


def story_effects(solving: Solving, carried: Carried) -> tuple[StoryEffect, ...]:
    """The effect of every story that has sliders."""
    own = values_of(solving.runner)
    found = []
    for story in stories():
        if story.to:
            ends = {
                path: np.array([story.start.get(path, own[path]), value])
                for path, value in story.to.items()
            }
            found.append(
                StoryEffect(story.name, _model(solving, story, ends), _page(carried, story, ends))
            )
    return tuple(found)


def _model(solving: Solving, story: Story, ends: dict[str, np.ndarray]) -> float | None:
    points = {path: to_si(1.0, PARAMETERS[path].unit) * both for path, both in ends.items()}
    found = results_at(solving.runner, points, metabolic=solving.metabolic)
    return _change(np.asarray(found[story.outcome]), np.asarray(found["status"]))


def _page(carried: Carried, story: Story, ends: dict[str, np.ndarray]) -> float | None:
    """By the surrogate that the page asks: the one with the fewest axes that knows the sliders."""
    known = [
        surrogate
        for surrogate in carried.surrogates
        if set(story.to) <= {axis.path for axis in surrogate.axes}
    ]
    room = min(known, key=lambda surrogate: len(surrogate.axes))
    cube = cube_of(room.axes, ends)
    return _change(room.numbers_at(cube)[story.outcome], room.status(cube))


def _change(values: np.ndarray, status: np.ndarray) -> float | None:
    before, after = values
    return float(100 * (after / before - 1)) if (status == OK).all() else None
