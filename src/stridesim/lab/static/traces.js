// Curves over stance or stride: this runner, the one compared with, and what was measured.

import { read } from "./place.js";
import { t } from "./text.js";

const CHARTS = [
  { name: "force_z", over: "stance", colour: "#222" },
  { name: "abduction", over: "stride", colour: "#0072B2" },
  { name: "hip", over: "stride", colour: "#0072B2" },
  { name: "knee", over: "stride", colour: "#D55E00" },
  { name: "ankle", over: "stride", colour: "#009E73" },
  { name: "achilles", over: "stride", colour: "#009E73" },
];
const GHOST = "#555", BAND = "rgba(110,110,110,0.22)", MEAN = "#777";

export class Traces {
  constructor(place, note) {
    this.note = note;
    this.bands = {};
    this.charts = CHARTS.map((chart) => new Chart(place, chart));
    new ResizeObserver(() => this.charts.forEach((chart) => chart.fit())).observe(place);
    this.words();
  }

  words() {
    for (const chart of this.charts) chart.words();
    this.tell();
  }

  tell() {
    this.note.textContent = this.now?.near
      ? t("measured", { speed: this.now.near }) : t("not_measured");
  }

  set(now, other) {
    this.now = now;
    this.other = other;
    this.tell();
    const near = now.near;
    if (near && !(near in this.bands)) {
      this.bands[near] = null;
      read(`/bands/${near}.json`).then((found) => {
        this.bands[near] = found;
        this.set(this.now, this.other);
      });
    }
    const bands = near ? this.bands[near] : null;
    for (const chart of this.charts) chart.set(now.curves, other?.curves, bands?.[chart.name]);
  }

  mark(phase, now) {
    if (!now) return;
    const stance = Math.max(...now.frames.foot.map((foot, k) => (foot === 0 ? k + 1 : 0))) /
      now.frames.foot.length;
    for (const chart of this.charts)
      chart.mark(chart.over === "stride" ? 100 * phase : phase < stance ? (100 * phase) / stance : -1);
  }
}

class Chart {
  constructor(place, { name, over, colour }) {
    this.name = name;
    this.over = over;
    this.figure = document.createElement("figure");
    this.title = document.createElement("figcaption");
    this.box = document.createElement("div");
    this.box.className = "chart";
    this.figure.append(this.title, this.box);
    place.append(this.figure);
    const line = (stroke, width, dash) => ({ stroke, width, dash, points: { show: false } });
    const axis = { stroke: "#444", grid: { stroke: "#e6e6e6", width: 1 }, ticks: { show: false },
      gap: 3 };
    this.plot = new uPlot({
      width: 200, height: 120, legend: { show: false }, cursor: { show: false }, pxAlign: 0,
      padding: [8, 18, 0, 0],
      scales: { x: { time: false, range: [0, 100] }, y: { range: (_, low, high) => round(low, high) } },
      axes: [
        { ...axis, size: () => 1.5 * rem(), splits: () => [0, 50, 100], values: (_, at) => at.map((v) => `${v}`) },
        { ...axis, size: () => 2.3 * rem(), space: 26 },
      ],
      series: [{}, line("transparent", 0), line("transparent", 0), line(MEAN, 1, [4, 3]),
        line(GHOST, 2, [7, 4]), line(colour, 3)],
      bands: [{ series: [2, 1], fill: BAND }],
    }, [[0, 100], [null, null], [null, null], [null, null], [null, null], [0, 0]], this.box);
    this.hand = document.createElement("div");
    this.hand.className = "hand";
    this.box.querySelector(".u-over").append(this.hand);
  }

  words() {
    this.title.textContent = t(`trace_${this.name}`);
  }

  fit() {
    const root = rem();
    const width = this.box.clientWidth;
    const font = `${Math.round(0.8 * root)}px system-ui, sans-serif`;
    for (const axis of this.plot.axes) axis.font = [font, Math.round(0.8 * root * devicePixelRatio)];
    if (width > 60) this.plot.setSize({ width, height: Math.round(Math.min(0.62 * width, 8.4 * root)) });
  }

  set(now, other, band) {
    const x = now[this.over];
    const scaled = (values) => values.map((v) => v / 1000);
    const along = (values, at) => between(values, at, x);
    const low = band ? along(band.percent, band.mean.map((m, k) => m === null ? null : (m - band.sd[k]) / 1000)) : empty(x);
    const high = band ? along(band.percent, band.mean.map((m, k) => m === null ? null : (m + band.sd[k]) / 1000)) : empty(x);
    const mean = band ? along(band.percent, band.mean.map((m) => m === null ? null : m / 1000)) : empty(x);
    const ghost = other ? along(other[this.over], scaled(other[this.name])) : empty(x);
    const own = scaled(now[this.name]);
    this.plot.setData([x, low, high, mean, ghost, own]);
    this.box.dataset.top = Math.max(...own).toFixed(3);
  }

  mark(percent) {
    this.hand.style.transform = percent < 0 ? "translateX(-9999px)"
      : `translateX(${((percent / 100) * this.plot.bbox.width / devicePixelRatio).toFixed(1)}px)`;
  }
}

function rem() { return parseFloat(getComputedStyle(document.documentElement).fontSize); }

function empty(x) { return x.map(() => null); }

/** Values at other places, by straight lines; nothing inside a gap. */
function between(percent, values, at) {
  let k = 0;
  return at.map((x) => {
    while (k < percent.length - 2 && percent[k + 1] < x) k += 1;
    const a = values[k], b = values[k + 1];
    if (a === null || b === null || percent[k] === null) return a ?? b ?? null;
    const share = (x - percent[k]) / (percent[k + 1] - percent[k] || 1);
    return share < -0.2 || share > 1.2 ? null : a + share * (b - a);
  });
}

/** Ends of the axis that stay while curves move a little. */
function round(low, high) {
  if (low === null || high === null) return [0, 1];
  const step = (high - low) > 4 ? 1 : 0.5;
  return [Math.min(0, Math.floor(low / step) * step), Math.max(step, Math.ceil((high + 0.02) / step) * step)];
}
