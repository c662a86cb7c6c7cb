"""Tendons that a stride stretches beyond their yield: what an answer must say of them."""

import numpy as np

from stridesim.economy import Evaluation
from stridesim.parameter import get_value
from stridesim.runner import GROUPS
from stridesim.words.wording import listed, number


def overstretch_notes(evaluation: Evaluation) -> list[str]:
    """`overstretched: the tendon of soleus to 11 % ...`; nothing where no tendon yields."""
    if not evaluation.ok:
        return []
    limit = float(get_value(evaluation.runner, "tendon.yield_strain"))
    peak = np.max(np.asarray(evaluation.stride.muscles.tendon_strain), axis=1)
    beyond = [
        f"{group.replace('_', ' ')} to {number(100 * strain)} %"
        for group, strain in zip(GROUPS, peak, strict=True)
        if strain > limit
    ]
    if not beyond:
        return []
    return [(f"overstretched: tendon of {listed(beyond)} (yield {number(100 * limit)} %), "
            "where recoil is lost")]  # fmt: skip
