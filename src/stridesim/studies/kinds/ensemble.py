"""How well a runner's stride is known: draws of the fitted numbers (`studies.ensemble`)."""

from stridesim.studies.ensemble import check_errors, uncertainty
from stridesim.studies.kinds.study import OneRunner, Outcome, Progress, outcome_of


class Ensemble(OneRunner):
    """Intervals of every result of one runner, whose numbers carry errors."""

    own = "ensemble"

    def compute(self, progress: Progress | None = None) -> Outcome:
        """Draw, solve and price; `InputError` for a runner without errors."""
        check_errors(self.runner)
        answer = uncertainty(self.runner, metabolic=self.metabolic)
        if progress is not None:
            progress(self.rows, {})
        return outcome_of(answer, f"{self.conditions}, {answer.draws} draws")


STUDY = Ensemble
