"""The teaching page as a moving picture: `python docs/lab_film.py ADDRESS figures/lab.gif`.

ADDRESS is that of a running `stridesim lab`. Chromium and Playwright take the pictures.
"""

import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

PATH = "posture.knee_flexion_at_contact"
STEPS = 28
WIDE, HIGH = 1120, 760


def main(address: str, output: Path) -> None:
    """The slider goes there and back while the runner runs; the film repeats without a seam."""
    pictures = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": WIDE, "height": HIGH})
        page.goto(f"{address}?lang=en")
        page.wait_for_selector("body[data-shown]")
        page.get_by_role("button", name="Pause").click()
        for k in range(STEPS):
            crouch = 13 + 27 * (1 - abs(1 - 2 * k / STEPS))
            page.evaluate(f"lab.store.set('{PATH}', {crouch})")
            page.wait_for_timeout(700)
            phase = (2 * k / STEPS) % 1
            page.evaluate(f"lab.clock.phase = {phase}; lab.clock.redraw()")
            pictures.append(Image.open(io.BytesIO(page.screenshot())).convert("RGB"))
        browser.close()
    size = (WIDE * 3 // 4, HIGH * 3 // 4)
    small = [picture.resize(size, Image.Resampling.LANCZOS) for picture in pictures]
    # Colours of what is small and bright are not lost among the many of white and grey.
    whole = Image.new("RGB", (size[0], 3 * size[1]))
    for k in range(3):
        whole.paste(small[k * STEPS // 3], (0, k * size[1]))
    colours = whole.quantize(160, method=Image.Quantize.MAXCOVERAGE)
    frames = [picture.quantize(palette=colours, dither=Image.Dither.NONE) for picture in small]
    frames[0].save(
        output, save_all=True, append_images=frames[1:], duration=120, loop=0, optimize=True
    )


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
