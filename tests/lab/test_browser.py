"""The page in a browser: what a teacher does with it, by hand and by keys."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from lab.browser import MEASURE, MONKEY, SIDEWAYS, SMALL, Lab, launched, served
from lab.made_evidence import made_root
from lab.telling import tell_by_keys
from playwright.sync_api import Browser

from stridesim.lab.story import stories
from stridesim.runner.runner import runner_from_tables

STATIC = Path(__file__).resolve().parents[2] / "src/stridesim/lab/static"
KNEE, TENDON = "posture.knee_flexion_at_contact", "tendon.stiffness_scale"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(made_root(tmp_path_factory.mktemp("root"))) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as found:
        yield found


@pytest.fixture
def lab(browser: Browser, address: str) -> Iterator[Lab]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    lab = Lab(context.new_page(), address)
    yield lab
    assert not lab.errors
    assert all(url.startswith((address, "blob:", "data:")) for url in lab.asked)
    context.close()


def test_a_key_on_a_slider_moves_runner_and_cost(lab: Lab) -> None:
    lab.open()
    before = lab.cost()
    lab.page.evaluate(MEASURE)
    slider = lab.slider("task.speed")
    slider.focus()
    for k in range(12):
        lab.page.keyboard.press("ArrowRight")
        lab.wait_for(f"took.length > {k}")
    lab.settled()
    assert slider.get_attribute("aria-valuetext") == "3.95 m/s (4:13 min/km)"
    assert lab.cost() != before
    took = sorted(lab.page.evaluate("took"))
    assert took[len(took) // 2] < 1000


def test_the_runner_moves_whatever_the_frame_rate(lab: Lab) -> None:
    lab.open()
    shank = "document.querySelector('#now-side .near .bone').getAttribute('points')"
    first = lab.page.evaluate(shank)
    lab.wait_for(f"{shank} !== {json.dumps(first)}")
    lab.page.get_by_role("button", name="Pause").click()
    still = lab.page.evaluate(shank)
    lab.page.wait_for_timeout(150)
    assert lab.page.evaluate(shank) == still


def test_presets_and_what_cannot_be_done(lab: Lab) -> None:
    lab.open()
    measured = lab.cost()
    lab.page.locator("#preset").select_option("groucho")
    lab.settled()
    assert lab.slider(KNEE).input_value() == "40"
    assert lab.cost() > 1.05 * measured
    shown = lab.cost()
    lab.page.locator("#preset").select_option("shipped")
    lab.settled()
    slider = lab.slider(TENDON)
    slider.focus()
    lab.page.keyboard.press("Home")
    trouble = lab.page.get_by_role("alert")
    trouble.wait_for()
    assert "Too much for soleus" in trouble.inner_text()
    assert lab.page.locator("#now-side .muscle.blamed").count() == 2
    assert measured == lab.cost() != shown, "the last runner who could is still there"
    lab.page.keyboard.press("End")
    trouble.wait_for(state="hidden")


def test_compare_undo_reset_and_the_address(lab: Lab) -> None:
    lab.open("?lang=en#now=hip.strength:0.6")
    lab.page.get_by_role("button", name="Compare").click()
    lab.page.locator("#other-figure").wait_for()
    lab.slider(KNEE).fill("30")
    lab.settled()
    lab.wait_for("location.hash.includes('contact%3A30') && location.hash.includes('compares')")
    kept = lab.page.evaluate("location.hash")
    shown = lab.page.locator("#against").inner_text()
    assert "%" in shown
    lab.open(f"?lang=en&again=1{kept}")
    lab.settled()
    lab.wait_for(f"document.querySelector('#against').innerText === {json.dumps(shown)}")
    assert lab.slider("hip.strength").input_value() == "0.6"
    lab.slider(KNEE).fill("20")
    lab.page.keyboard.press("Control+z")
    lab.settled()
    assert lab.slider(KNEE).input_value() == "30"
    lab.page.get_by_role("button", name="Reset").click()
    lab.settled()
    assert lab.slider("hip.strength").input_value() == "1.12"
    assert lab.page.locator("#against").inner_text() == "as the reference runner at the same task"


def test_the_gait_adapts_on_request(lab: Lab) -> None:
    lab.open("?lang=en#now=tendon.stiffness_scale:1.5")
    held = lab.cost()
    lab.page.get_by_label("adapts").check()
    lab.page.locator("#chosen li").nth(3).wait_for()
    lab.wait_for(f"Number(document.querySelector('#cost strong').innerText) < {held}")
    lab.page.get_by_label("held").check()
    lab.wait_for("document.querySelectorAll('#chosen li').length === 0")
    lab.settled()
    assert lab.cost() == held


def test_a_sweep_is_drawn_and_a_point_loads_its_runner(lab: Lab) -> None:
    lab.open()
    lab.page.locator("#sweep summary").click()
    lab.page.get_by_role("button", name="Sweep", exact=True).click()
    lab.page.locator('#sweep-picture[data-done="yes"]').wait_for()
    assert lab.page.locator("#sweep-picture .dot").count() == 41
    lab.page.locator('#sweep-picture .hit[data-point="30"]').click()
    lab.settled()
    assert float(lab.slider(TENDON).input_value()) == pytest.approx(0.4 + 30 * 2.6 / 40, abs=0.02)
    lab.page.locator("#sweep-picture svg").focus()
    lab.page.keyboard.press("ArrowLeft")
    assert "Tendon stiffness 2.29" in lab.page.locator("#sweep-said").inner_text()
    lab.page.keyboard.press("Enter")
    lab.settled()
    lab.page.locator("[name=second]").select_option("hip.strength")
    lab.page.get_by_role("button", name="Sweep", exact=True).click()
    lab.wait_for("document.querySelectorAll('#sweep-picture .cell').length === 441")
    lab.page.locator('#sweep-picture[data-done="yes"]').wait_for()


def test_files_out_and_in(lab: Lab, tmp_path: Path) -> None:
    lab.open("?lang=en#now=hip.strength:0.8")
    lab.page.locator("#files summary").click()
    saved = lab.save("#save-toml")
    runner = runner_from_tables(tomllib.loads(saved), "saved")
    assert float(runner.hip.strength) == 0.8
    assert lab.save("#save-csv").startswith("quantity,value,unit,meaning\nspeed,3.33,m/s")
    name = "<img src=x onerror='window.hacked=1'>"
    file = tmp_path / "other.toml"
    file.write_text(runner.with_(mass=60.0).to_toml().replace('"rbds011"', json.dumps(name)))
    lab.page.locator("#open").set_input_files(file)
    lab.wait_for("document.querySelector('#who').innerText.includes('<img')")
    assert lab.page.evaluate("window.hacked") is None
    file.write_text("[body]\nmass = '3 kg'\n")
    lab.page.locator("#open").set_input_files(file)
    lab.wait_for("document.querySelector('#notice').innerText.includes('body.mass')")


def test_any_parameter_can_be_added_by_keys_alone(lab: Lab) -> None:
    lab.open()
    lab.page.locator("#more summary").focus()
    lab.page.keyboard.press("Enter")
    for _ in range(8):
        lab.page.keyboard.press("Tab")
        if lab.page.evaluate("document.activeElement.id") == "add-path":
            break
    lab.page.keyboard.type("muscle.soleus.peak_isometric_force")
    lab.page.keyboard.press("Enter")
    assert (
        lab.page.evaluate("document.activeElement.id")
        == "slider-muscle.soleus.peak_isometric_force"
    )
    lab.page.keyboard.press("PageUp")
    lab.settled()
    value = lab.slider("muscle.soleus.peak_isometric_force").get_attribute("aria-valuetext")
    assert value is not None
    assert value.endswith(" N")
    assert "%" in lab.page.locator("#against").inner_text()


STATES = {
    "start": "?lang=en",
    "german": "?lang=de#projects=1",
    "compared": "?lang=en#now=hip.strength:0.5&compares=1",
    "infeasible": "?lang=en#now=tendon.stiffness_scale:0.4",
}


@pytest.mark.parametrize("state", STATES)
def test_everyone_can_use_it(lab: Lab, state: str) -> None:
    lab.open(STATES[state])
    for name in ("more", "sweep", "files"):
        lab.page.evaluate(f"document.getElementById('{name}').open = true")
    lab.page.locator("#sweep-form button").click()
    lab.page.locator('#sweep-picture[data-done="yes"]').wait_for()
    found = Axe().run(lab.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_it_fits_and_can_be_hit(lab: Lab, width: int) -> None:
    lab.page.set_viewport_size({"width": width, "height": 900})
    lab.open()
    lab.page.evaluate("document.querySelectorAll('details').forEach((node) => node.open = true)")
    assert lab.page.evaluate(SIDEWAYS) == 0
    assert lab.page.evaluate(SMALL) == []


@pytest.mark.parametrize("kind", ["long", "right to left", "script"])
def test_other_words_keep_the_layout_and_run_nothing(lab: Lab, kind: str) -> None:
    english = json.loads((STATIC / "text/en.json").read_text("utf-8"))
    change = {
        "long": lambda words: f"{words} {words}",
        "right to left": lambda words: f"\u202e{words} \u05e9\u05dc\u05d5\u05dd",
        "script": lambda words: f"<script>window.hacked=1</script>{words}",
    }[kind]
    other = json.dumps({key: change(words) for key, words in english.items()})
    lab.page.route("**/text/en.json", lambda route: route.fulfill(body=other))
    lab.page.set_viewport_size({"width": 390, "height": 900})
    lab.open()
    assert lab.page.evaluate(SIDEWAYS) == 0
    assert lab.page.evaluate("window.hacked") is None


@pytest.mark.parametrize("story", stories(), ids=lambda story: story.name)
def test_a_story_is_told_by_keys_alone(lab: Lab, story) -> None:
    lab.open(f"?lang=en#story={story.name}")
    tell_by_keys(lab, story)


SHUFFLED = """(() => {
  const listen = WebSocket.prototype.addEventListener;
  WebSocket.prototype.addEventListener = function (kind, take) {
    listen.call(this, kind, kind !== "message" ? take
      : (event) => setTimeout(() => take(event), 60 * Math.random()));
  };
})()"""


def test_wild_use_and_late_answers_break_nothing(lab: Lab) -> None:
    lab.page.add_init_script(SHUFFLED)
    lab.open()
    lab.page.evaluate(MONKEY)
    lab.page.evaluate("document.querySelectorAll('#reset, [name=gait]')[0].click()")
    lab.settled()
    lab.page.wait_for_timeout(200)
    assert "NaN" not in lab.page.locator("body").inner_text()
    assert "NaN" not in lab.page.locator("#now-side").inner_html()
    assert lab.cost() > 1


def test_the_page_is_light(lab: Lab) -> None:
    sizes: list[int] = []
    lab.page.on("response", lambda answer: sizes.append(len(answer.body())))
    lab.open()
    assert sum(sizes) < 400_000
