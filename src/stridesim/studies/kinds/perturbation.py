"""A runner who is disturbed in mid-run (`studies.perturbation`).

[perturbation]
ground_drop = "3 cm"
steps = 30
"""

from stridesim.studies.kinds.study import OneRunner, Outcome, Progress, outcome_of
from stridesim.studies.perturbation import perturb


class Perturbation(OneRunner):
    """One disturbed run; its table holds what `perturb` takes."""

    own = "perturbation"

    def compute(self, progress: Progress | None = None) -> Outcome:
        """Run; `InputError` for what cannot be asked."""
        answer = perturb(self.runner, **self.settings)
        if progress is not None:
            progress(self.rows, {})
        return outcome_of(answer, self.conditions)


STUDY = Perturbation
