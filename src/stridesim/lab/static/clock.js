// Time of the drawing: as fast as the runner runs, or slower, whatever the frame rate.

const QUIET = window.matchMedia("(prefers-reduced-motion: reduce)");

export class Clock {
  constructor(button, pace, scrub, period) {
    this.button = button;
    this.pace = pace;
    this.scrub = scrub;
    this.period = period;
    this.phase = 0;
    this.runs = !QUIET.matches;
    this.ticks = [];
    button.addEventListener("click", () => this.run(!this.runs));
    scrub.addEventListener("input", () => {
      this.run(false);
      this.phase = Number(scrub.value) / 100;
      this.redraw();
    });
    this.run(this.runs);
    requestAnimationFrame((now) => this.frame(now));
  }

  onTick(tick) { this.ticks.push(tick); }

  run(yes) {
    this.runs = yes;
    this.button.setAttribute("aria-pressed", String(!yes));
  }

  frame(now) {
    const period = this.period();
    if (this.runs && period && this.before !== undefined) {
      // A page that was out of sight goes on where it was.
      const passed = Math.min(now - this.before, 200) / 1000;
      this.phase = (this.phase + passed * Number(this.pace.value) / period) % 1;
      const shown = String(Math.floor(100 * this.phase));
      if (shown !== this.scrub.value && document.activeElement !== this.scrub) this.scrub.value = shown;
      this.redraw();
    }
    this.before = now;
    requestAnimationFrame((next) => this.frame(next));
  }

  redraw() {
    this.scrub.setAttribute("aria-valuetext", `${Math.floor(100 * this.phase)} %`);
    for (const tick of this.ticks) tick(this.phase);
  }
}
