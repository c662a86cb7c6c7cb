"""A page in the system's Chromium, and the server that it is opened from."""

import contextlib
import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from stridesim.constants import DEFAULT_METABOLIC_MODEL
from stridesim.lab.protocol import MOST_BYTES, Asked
from stridesim.lab.server import app_of
from stridesim.lab.solving import Solving
from stridesim.runner import Runner

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
WAIT = 60_000
"""ms: a machine that compiles for others at the same time is slow."""


MEASURE = """() => {
  window.took = [];
  let pressed = 0;
  addEventListener("keydown", () => { pressed = performance.now(); }, true);
  new MutationObserver(() => requestAnimationFrame(() => took.push(performance.now() - pressed)))
    .observe(document.body, { attributes: true, attributeFilter: ["data-shown"] });
}"""
"""Times from a key to what is then shown go into `took`, ms."""
SMALL = """() => [...document.querySelectorAll("button, select, summary, a[href], input")]
  .filter((node) => node.offsetParent && node.id !== "open")
  .map((node) => [node.type === "radio" ? node.parentElement : node, node.id || node.textContent])
  .filter(([node]) => node.getBoundingClientRect().height < 43.9)
  .map(([, name]) => name)"""
"""What is too small to hit."""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
"""Pixels that hang over at the side."""
MONKEY = """async () => {
  let seed = 7;
  const random = (n) => { seed = (1103515245 * seed + 12345) % 2147483648; return seed % n; };
  const until = performance.now() + 4000;
  while (performance.now() < until) {
    const all = [...document.querySelectorAll(
      "input[type=range], select, summary, button:not(#print), [type=radio], #sweep-picture *")]
      .filter((found) => found.checkVisibility());
    const node = all[random(all.length)];
    if (node.type === "range") {
      node.value = Number(node.min) + (random(1000) / 999) * (node.max - node.min);
      node.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (node.tagName === "SELECT") {
      node.selectedIndex = random(node.options.length);
      node.dispatchEvent(new Event("change", { bubbles: true }));
    } else if (node.id !== "language") {
      node.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    }
    const odd = ["task.speed:9", "x:1", "hip.strength:nan", ",,:"];
    if (random(20) === 0) location.hash = `now=${odd[random(4)]}`;
    await new Promise((done) => setTimeout(done, 15));
  }
}"""
"""Wild use for four seconds."""


@contextlib.contextmanager
def served(root: Path | None = None) -> Iterator[str]:
    """The address of a server that runs in a thread; its stories tell of `root`/figures."""
    solving = Solving(Runner.load(), DEFAULT_METABOLIC_MODEL, root)
    solving.picture(Asked("", {}))
    solving.warm()
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app_of(solving), log_level="error", ws="websockets-sansio", ws_max_size=MOST_BYTES
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    until = time.monotonic() + 30
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join(10)
        solving.close()


@contextlib.contextmanager
def launched() -> Iterator[Browser]:
    """Chromium without a window; root may not have a sandbox."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        arguments = ["--no-sandbox"] if root else []
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        try:
            yield browser
        finally:
            browser.close()


class Lab:
    """A page of the lab, and what a test does with it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.errors: list[str] = []
        self.asked: list[str] = []
        page.set_default_timeout(WAIT)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._hear)
        page.on("request", lambda request: self.asked.append(request.url))

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.errors.append(said.text)

    def open(self, rest: str = "?lang=en") -> "Lab":
        """Open the page and wait for its first runner."""
        self.page.goto(self.address + rest)
        self.page.wait_for_selector("body[data-shown]")
        return self

    def slider(self, path: str) -> Any:
        """The slider of a parameter."""
        return self.page.locator(f'[id="slider-{path}"]')

    def cost(self) -> float:
        """J/kg/m as the page shows it."""
        return float(self.page.locator("#cost strong").first.inner_text())

    def wait_for(self, condition: str) -> None:
        """Wait until a JavaScript expression holds. (What Playwright has for that the page's own
        policy forbids.)"""
        until = time.monotonic() + WAIT / 1000
        while not self.page.evaluate(f"Boolean({condition})"):
            assert time.monotonic() < until, condition
            self.page.wait_for_timeout(20)

    def settled(self) -> None:
        """Wait until what is shown is what the sliders say."""
        self.wait_for(
            "window.lab && !lab.link.busy?.now && !lab.link.busy?.other && !lab.link.waiting.now"
        )

    def save(self, link: str) -> str:
        """The text of a file that the page hands out."""
        with self.page.expect_download() as kept:
            self.page.locator(link).click()
        return Path(kept.value.path()).read_text("utf-8")
