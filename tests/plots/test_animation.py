"""The runner in motion as a file."""

import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PIL import Image

from stridesim.plots.animation import Animation
from stridesim.plots.strokes import VIEWS, strokes_of
from stridesim.results import InputError
from stridesim.runner import Runner
from stridesim.studies.stride import StrideAnswer, stride


@pytest.fixture(scope="module")
def answer() -> StrideAnswer:
    return stride(Runner.load())


def test_the_svg_moves_without_a_script_and_shows_names_as_text(answer: StrideAnswer) -> None:
    name = "<script>alert(1)</script>"
    text = Animation([(answer.evaluation, name)]).svg()
    tree = ET.fromstring(text)
    space = "{http://www.w3.org/2000/svg}"
    assert [node.text for node in tree.iter(f"{space}text") if node.text] == [name]
    assert not list(tree.iter(f"{space}script"))
    moving = list(tree.iter(f"{space}animate"))
    assert len(moving) > 100
    for node in moving:
        values = node.attrib["values"].split(";")
        assert values[0] == values[-1], "one stride leads to the next"
    assert len(text) < 400_000


def test_every_frame_has_the_same_lines(answer: StrideAnswer) -> None:
    skeleton = answer.animation().runners[0][0]
    for view in VIEWS:
        counts = {tuple(len(s.points) for s in strokes_of(skeleton, k, view)) for k in (0, 9, 30)}
        assert len(counts) == 1


def test_a_notebook_and_a_gif(answer: StrideAnswer, tmp_path: Path) -> None:
    moving = answer.animation()
    assert moving._repr_html_().startswith("<svg")
    moving.save(tmp_path / "runner.gif")
    with Image.open(tmp_path / "runner.gif") as film:
        assert getattr(film, "n_frames", 1) == 32


def test_what_cannot_be_written_is_said(answer: StrideAnswer, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"permitted: \.gif, \.mp4, \.svg"):
        answer.animation().save(tmp_path / "runner.avi")
    if shutil.which("ffmpeg") is None:
        with pytest.raises(InputError, match="MP4 needs ffmpeg"):
            answer.animation().save(tmp_path / "runner.mp4")
