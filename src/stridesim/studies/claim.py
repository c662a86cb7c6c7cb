"""What an experiment declares beside its study: question, claim, realistic change, evidence.

    [question]
    text = "Do stiffer tendons make running cheaper?"
    claim = "C2"
    says = "Springy tendons ..."            # what coaches say
    held_fixed = "the stride at each speed, muscle strength"

    [study]
    kind = "sweep"                          # what computes the numbers (`studies.kinds`)
    smoke = 3                               # points of an axis when only checked

    [change]                                # the realistic change that the verdict is about
    words = "tendons 16 % stiffer"
    to = { tendon.stiffness_scale = "1.16 * tendon.stiffness_scale" }
    claimed = "lower"                       # what the claim says becomes of the outcome
    source = "Albracht & Arampatzis 2013, doi:10.1007/s00421-012-2585-4"
    speeds = ["2.5 m/s", "3.5 m/s", "4.5 m/s"]

    [[evidence]]                            # findings that stridesim does not hold already
    finding = "..."
    sign = "null"
    design = "rct"
    source = "doi:..."

    [show]                                  # numbers that the drawing function needs
    lean = [0, 7.2, 15]                     # in the declared unit of the axis

A value of a change is a number, a text with a unit, or an expression of the runner's own values.
"""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from stridesim.evidence.effect import Ends
from stridesim.evidence.findings import Finding
from stridesim.evidence.verdict import WORTHWHILE_COST, WORTHWHILE_SOURCE
from stridesim.parameter import get_value, lookup
from stridesim.results import InputError
from stridesim.runner import PARAMETERS, Runner
from stridesim.runner.toml import flatten
from stridesim.sweeps.design.expression import read_quantity
from stridesim.units import to_si

COST: Final = "cost_of_transport"


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)


class QuestionConfig(_Table):
    """What an experiment asks: the coach's claim (none where a published figure is drawn again),
    the question, and what is held fixed; `evidence` are the claims whose findings count (default:
    its own)."""

    text: str = Field(min_length=1)
    claim: str = Field(default="", pattern=r"^(C[1-9][0-9]?)?$")
    says: str = ""
    held_fixed: str = Field(min_length=1)
    evidence: list[str] = []

    @property
    def claims(self) -> list[str]:
        """The claims whose findings count."""
        return self.evidence or [self.claim] * bool(self.claim)


class StudyConfig(_Table):
    """What computes the numbers, and how few points are enough to check them."""

    kind: str = Field(default="sweep", pattern=r"^[a-z][a-z_]*$")
    smoke: Annotated[int, Field(strict=True, ge=2, le=64)] = 3


class ChangeConfig(_Table):
    """The realistic change of the parameters that a claim is about, with its source."""

    words: str = Field(min_length=1)
    start: dict[str, Any] = Field(default={}, alias="from")
    to: dict[str, Any] = {}
    outcome: str = COST
    claimed: Literal["lower", "higher"] = "lower"
    source: str = Field(min_length=1)
    sd: Annotated[float, Field(ge=0, le=10)] | None = None
    speeds: list[Any] = []
    worthwhile: Annotated[float, Field(gt=0)] = WORTHWHILE_COST
    worthwhile_source: str = WORTHWHILE_SOURCE

    @model_validator(mode="after")
    def _threshold_of_its_own(self) -> "ChangeConfig":
        own = {"worthwhile", "worthwhile_source"} & self.model_fields_set
        if len(own) == 1 or (self.outcome != COST and not own):
            raise ValueError("worthwhile and worthwhile_source go together; both are needed for "
                             f"another outcome than {COST}")  # fmt: skip
        return self


class FindingConfig(_Table):
    """A published finding that an experiment brings along."""

    finding: str = Field(min_length=1)
    sign: Literal["supports", "contradicts", "null", "context"]
    design: Literal["meta", "rct", "trial", "cross", "model", "theory"]
    source: str = Field(min_length=1)
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    n: str = ""
    certainty: str = "abstract"

    def of(self, claim: str) -> Finding:
        """The finding on a claim."""
        return Finding(claim=claim, **self.model_dump())


class ExperimentConfig(_Table):
    """The tables that all experiments share; what else a file has belongs to its study."""

    question: QuestionConfig
    study: StudyConfig = StudyConfig()
    change: ChangeConfig | None = None
    evidence: list[FindingConfig] = []
    show: dict[str, Any] = {}

    @model_validator(mode="after")
    def _a_verdict_is_on_a_claim(self) -> "ExperimentConfig":
        judged = self.change or self.evidence or self.question.evidence
        if judged and not self.question.claim:
            raise ValueError(
                "question.claim: it must be given where a change or evidence is judged"
            )
        return self


def ends_of(change: ChangeConfig, runner: Runner) -> Ends:
    """SI values of every changed parameter before and after the change, of a runner at its speed.

    What `from` does not name begins at the runner's own value. Raises `InputError` for unknown
    parameters, values that cannot be read, and a change of nothing.
    """
    start, to = flatten(change.start), flatten(change.to)
    if not to:
        raise InputError("change.to: expected at least one parameter")
    for path in start:
        if path not in to:
            raise InputError(f"change.from: {path} is not in change.to")
    usual = runner.at_speed()

    def own(path: str) -> float:
        return float(get_value(usual, path))

    before = {path: _read("from", path, start[path], own) if path in start else own(path)
              for path in to}  # fmt: skip
    after = {path: _read("to", path, written, own) for path, written in to.items()}
    if before == after:
        raise InputError("change: nothing changes from one end to the other")
    return before, after


def _read(end: str, path: str, written: Any, own: Any) -> float:
    """A value as written, SI, within the bounds of its parameter."""
    try:
        declared = lookup(PARAMETERS, path)
        scale = to_si(1.0, declared.unit)
        if isinstance(written, str) and any(known in written for known in PARAMETERS):
            value = float(read_quantity(written, PARAMETERS, declared.unit)(own)) / scale
        else:
            value = written
        return scale * float(declared.check(value))
    except InputError as error:
        raise InputError(f"change.{end}: {error}") from None
