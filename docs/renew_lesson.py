"""Renews the lesson that the documentation carries: documents, words and evidence of now, the
approximation as it is. (A new approximation: `./dev lesson`.)

    python docs/renew_lesson.py
"""

from pathlib import Path

from stridesim.constants import DEFAULT_METABOLIC_MODEL
from stridesim.lab.page import renewed
from stridesim.lab.solving import Solving
from stridesim.runner import Runner

LESSON = Path(__file__).parent / "_extra" / "lesson.html"

if __name__ == "__main__":
    solving = Solving(Runner.load(), DEFAULT_METABOLIC_MODEL)
    LESSON.write_bytes(renewed(solving, LESSON.read_bytes()))
    solving.close()
