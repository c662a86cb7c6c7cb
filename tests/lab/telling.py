"""A story from the question to the evidence, by keys alone."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from lab.browser import Lab

from stridesim.lab.story import Story

FOCUS = "document.activeElement"


def tell_by_keys(lab: Lab, story: Story) -> None:
    """Predict, move, look, read; nothing of the result is on the page before the prediction."""
    page = lab.page
    page.locator("#story h2").wait_for()
    before = page.locator("html").inner_html()
    for told in ("a made finding", "A made answer", "too small to matter,", "doi:10.1000/made"):
        assert told not in before
    assert not page.locator("#stage").is_visible()
    _choose(lab, "way", "ArrowDown")
    _choose(lab, "size", "ArrowDown")
    _press(lab, "#story form button")
    assert page.evaluate(f"{FOCUS}.tagName") == "H3"
    for path, value in story.to.items():
        _slide(lab, lab.slider(path), value)
    if story.curve is not None:
        page.locator("#along").focus()
        page.keyboard.press("End")
    _press(lab, "#story > button")
    _choose(lab, "seen", "ArrowDown")
    _press(lab, "#story form:last-of-type button")
    page.locator("#story .findings").wait_for()
    told = page.locator("#story").inner_text()
    assert "a made finding −3.9 (−5.1 … −2.7) % of the cost" in told
    assert "too small to matter" in told
    assert "supported" in told
    assert page.locator("#story .story-curve .dot").count() >= 1
    result = page.locator("#story .result").inner_text()
    assert "%" in result or "cannot" in result
    if "%" in result:
        size = float(result.split()[-2].replace("−", "-").replace("±", ""))
        near = abs(size) < story.same
        truth = "it stays" if near else "it rises" if size > 0 else "it falls"
        line = next(line for line in told.splitlines() if line.startswith("You saw: "))
        seen = line.removeprefix("You saw: ")
        assert line.endswith("right." if seen.startswith(truth) else "not so.")
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]})
    assert found.violations_count == 0, found.generate_report()
    page.emulate_media(media="print")
    assert page.locator("#story .findings").is_visible()
    assert not page.locator("#controls").is_visible()
    page.emulate_media(media="screen")


def _choose(lab: Lab, name: str, key: str) -> None:
    radios = lab.page.locator(f"#story [name={name}]")
    if not radios.first.is_visible():
        return
    radios.first.focus()
    lab.page.keyboard.press("Space")
    lab.page.keyboard.press(key)
    lab.page.keyboard.press(key)


def _press(lab: Lab, button: str) -> None:
    lab.wait_for(
        f"document.querySelector({button!r}) && !document.querySelector({button!r}).disabled"
    )
    lab.page.locator(button).focus()
    lab.page.keyboard.press("Enter")


def _slide(lab: Lab, slider: Any, value: float) -> None:
    """To a value by the arrow keys; from the nearer end."""
    low, high, step = (float(slider.get_attribute(name)) for name in ("min", "max", "step"))
    slider.focus()
    from_low = value - low < high - value
    lab.page.keyboard.press("Home" if from_low else "End")
    for _ in range(round((value - low if from_low else high - value) / step)):
        lab.page.keyboard.press("ArrowRight" if from_low else "ArrowLeft")
