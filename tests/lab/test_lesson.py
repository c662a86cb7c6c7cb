"""The file that the documentation hands out."""

from pathlib import Path

import pytest

from stridesim.constants import DEFAULT_METABOLIC_MODEL
from stridesim.lab.page import LARGEST, carried_in, renewed
from stridesim.lab.solving import Solving
from stridesim.runner import Runner

LESSON = Path(__file__).resolve().parents[2] / "docs/_extra/lesson.html"


@pytest.fixture(scope="module")
def solving() -> Solving:
    made = Solving(Runner.load(), DEFAULT_METABOLIC_MODEL)
    made.close()
    return made


def test_the_lesson_has_the_page_of_now(solving: Solving) -> None:
    """Its documents, styles and scripts are those of the lab; `python docs/renew_lesson.py` makes
    them so."""
    content = LESSON.read_bytes()
    assert len(content) < LARGEST
    told, now = (text.split(b"<script>globalThis.carried = ") for text in
                 (content, renewed(solving, content)))  # fmt: skip

    def form(text: list[bytes]) -> tuple[bytes, bytes]:
        head, rest = text
        # The policy holds a hash of what is carried.
        return head[head.index(b"<style>") :], rest[rest.index(b"</script>") :]

    assert form(told) == form(now)
    words = [carried_in(text)["files"] for text in (content, renewed(solving, content))]
    for language in ("en", "de"):
        path = f"/static/text/{language}.json"
        assert words[0][path] == words[1][path]
