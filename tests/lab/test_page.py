"""The page as one file, opened from the disk without a network."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from lab.browser import MEASURE, MONKEY, SIDEWAYS, SMALL, Lab, launched
from lab.made_evidence import made_record, made_root, write
from lab.telling import tell_by_keys
from playwright.sync_api import Browser

from stridesim.constants import DEFAULT_METABOLIC_MODEL
from stridesim.lab.carried import FEWEST, Carried, carry, check_points, chosen_sliders, silent
from stridesim.lab.effects import StoryEffect, story_effects
from stridesim.lab.page import LARGEST, Exported, page_of, renewed, rooms
from stridesim.lab.solving import Solving
from stridesim.lab.story import stories
from stridesim.lab.worth import worth, worth_record
from stridesim.results import InputError
from stridesim.runner import Runner
from stridesim.surrogate.points import even, values_at

SLIDERS = chosen_sliders(["task.speed", "tendon.stiffness_scale"])


class Made(NamedTuple):
    file: Path
    root: Path
    carried: Carried
    content: bytes


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The smallest page there can be."""
    folder = tmp_path_factory.mktemp("page")
    solving = Solving(Runner.load(), DEFAULT_METABOLIC_MODEL, made_root(folder))
    carried = carry(solving, SLIDERS, rooms(), FEWEST, silent)
    content = page_of(solving, SLIDERS, carried)
    solving.close()
    file = folder / "page.html"
    file.write_bytes(content)
    return Made(file, folder, carried, content)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as found:
        yield found


@pytest.fixture
def page(browser: Browser, made: Made) -> Iterator[Lab]:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="en-GB", offline=True, has_touch=True
    )
    lab = Lab(context.new_page(), made.file.as_uri())
    yield lab
    assert not lab.errors
    own = (made.file.as_uri(), "data:", "blob:")
    assert all(url.startswith(own) for url in lab.asked)
    context.close()


def test_it_is_small_and_names_no_address(made: Made) -> None:
    text = made.content.decode()
    assert len(made.content) < LARGEST
    # Addresses are read by people; the page's policy lets it load none of them.
    assert "default-src 'none'" in text.replace("&#x27;", "'")
    assert not re.search(r'(?:src|href)="(?!data:|#)', text.split("<body>")[1].split("<script>")[0]
                         .replace('href="/stride.', ""))  # fmt: skip


def test_stories_have_the_effects_of_the_model(made: Made) -> None:
    """At this size roughly; an export says how well."""
    solving = Solving(Runner.load(), DEFAULT_METABOLIC_MODEL, made.root)
    effects = story_effects(solving, made.carried)
    solving.close()
    assert [effect.name for effect in effects] == [s.name for s in stories() if s.to]
    large = [effect for effect in effects if effect.model and abs(effect.model) > 10]
    assert large
    for effect in large:
        assert effect.page is not None
        assert effect.page == pytest.approx(effect.model, rel=0.5), effect


def test_a_page_is_renewed_without_a_new_fit(made: Made, tmp_path: Path) -> None:
    same = Solving(Runner.load(), DEFAULT_METABOLIC_MODEL, made.root)
    assert renewed(same, made.content) == made.content
    same.close()
    root = made_root(tmp_path)
    tendon = next(story for story in stories() if story.name == "tendon_stiffness")
    write(root, tendon, made_record(tendon) | {"answer": "Another answer."})
    other = Solving(Runner.load(), DEFAULT_METABOLIC_MODEL, root)
    again = renewed(other, made.content)
    with pytest.raises(InputError, match="no page that"):
        renewed(other, b"<html></html>")
    other.close()
    assert again != made.content
    assert renewed(same, again) == made.content


def test_a_slider_moves_runner_and_cost(page: Lab, made: Made) -> None:
    page.open()
    before = page.cost()
    page.slider("task.speed").fill("4.5")
    page.settled()
    fast = page.cost()
    assert fast != before
    page.slider("tendon.stiffness_scale").fill("2.5")
    page.settled()
    predicted = made.carried.surrogates[0].predict(
        {"task.speed": np.array([4.5]), "tendon.stiffness_scale": np.array([2.5])},
        made.carried.components,
    )
    if predicted.status[0] == "ok":
        assert page.cost() == pytest.approx(predicted.numbers["cost_of_transport"][0], abs=0.006)
    moved = "document.querySelector('#now-side .near .bone').getAttribute('points')"
    first = page.page.evaluate(moved)
    page.wait_for(f"{moved} !== {first!r}")
    said = page.page.locator("#worth-said").inner_text()
    errors = made.carried.errors[0]
    assert f"{errors.with_result} strides" in said
    assert f"{100 * errors.within:.1f} %" in said


def test_browser_and_library_find_the_same_numbers(page: Lab, made: Made) -> None:
    page.open()
    for k, surrogate in enumerate(made.carried.surrogates[:3]):
        cube = 0.98 * even(8, len(surrogate.axes), seed=7 + k)
        values = values_at(surrogate.axes, cube)
        expected = surrogate.at(cube, made.carried.components)
        asked = [{path: float(column[i]) for path, column in values.items()} for i in range(8)]
        paths = [axis.path for axis in surrogate.axes]
        found = page.page.evaluate(
            """([paths, asked]) => {
              const room = lab.link.transport.rooms.find(({ axes }) =>
                JSON.stringify(axes.map(({ path }) => path)) === JSON.stringify(paths));
              return asked.map((values) => {
                const { status, numbers, blocks } = room.predict(values);
                return { status, numbers,
                  blocks: Object.fromEntries(Object.entries(blocks).map(([k, v]) => [k, [...v]])) };
              });
            }""",
            [paths, asked],
        )
        assert [one["status"] for one in found] == expected.status.tolist()
        for name, column in expected.numbers.items():
            np.testing.assert_allclose([one["numbers"][name] for one in found], column, rtol=1e-5)
        for name, block in expected.blocks.items():
            rows = [one["blocks"][name] for one in found]
            np.testing.assert_allclose(rows, block, rtol=1e-5, atol=1e-5 * np.abs(block).max())


def test_what_is_not_carried_is_said(page: Lab) -> None:
    page.open("#now=task.speed:5.9")
    page.page.get_by_role("alert").wait_for()
    assert "outside what this file holds" in page.page.get_by_role("alert").inner_text()
    page.page.evaluate("location.hash = 'now=tendon.stiffness_scale:0.4,task.speed:5.5'")
    page.wait_for("document.querySelector('#trouble').innerText.includes('Too') ||"
                  " document.querySelector('#trouble').innerText.includes('muscle')")  # fmt: skip


def test_a_sweep_is_drawn(page: Lab) -> None:
    page.open()
    page.page.locator("#sweep summary").click()
    page.page.locator("#sweep-form button").click()
    page.page.locator('#sweep-picture[data-done="yes"]').wait_for()
    assert page.page.locator("#sweep-picture .dot").count() == 41


def test_a_key_is_answered_at_once(page: Lab) -> None:
    page.open()
    page.page.evaluate(MEASURE)
    page.slider("task.speed").focus()
    for k in range(12):
        page.page.keyboard.press("ArrowRight")
        page.wait_for(f"took.length > {k}")
    took = sorted(page.page.evaluate("took"))
    assert took[len(took) // 2] < 200


def test_wild_use_breaks_nothing(page: Lab) -> None:
    page.open()
    page.page.evaluate(MONKEY)
    page.page.evaluate("document.getElementById('reset').click()")
    page.settled()
    page.page.wait_for_timeout(200)
    assert "NaN" not in page.page.locator("body").inner_text()
    assert "NaN" not in page.page.locator("#now-side").inner_html()
    assert page.cost() > 1


@pytest.mark.parametrize("language", ["en", "de"])
def test_everyone_can_use_it(page: Lab, language: str) -> None:
    page.open(f"?lang={language}")
    found = Axe().run(page.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]})
    assert found.violations_count == 0, found.generate_report()
    assert page.page.evaluate(SIDEWAYS) == 0
    assert page.page.evaluate(SMALL) == []


@pytest.mark.parametrize("story", stories(), ids=lambda story: story.name)
def test_a_story_is_told_by_keys_alone(page: Lab, story) -> None:
    page.open(f"?lang=en#story={story.name}")
    tell_by_keys(page, story)


def test_what_it_is_worth_is_said_and_what_cannot_be_is_refused(made: Made) -> None:
    effect = StoryEffect("tendon_stiffness", 18.0, 17.1)
    assert effect.off == pytest.approx(0.05)
    assert effect._replace(page=None).off == float("inf")
    found = Exported(made.content, FEWEST, made.carried.errors, (effect,))
    assert worth_record(made.file, found)["errors"][0]["points"] == made.carried.errors[0].points
    said = worth(made.file, found)
    assert f"fitted to {FEWEST} strides" in said
    assert "tendon_stiffness: +17.10 %, by the model +18.00 %" in said
    assert f"of {made.carried.errors[0].points}" in said
    with pytest.raises(InputError, match="points = 3: permitted: 128"):
        check_points(3)
    with pytest.raises(InputError, match="one stands there twice"):
        chosen_sliders(["task.speed", "task.speed"])
    with pytest.raises(InputError, match=r"task\.sped"):
        chosen_sliders(["task.sped"])
