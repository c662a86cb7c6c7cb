// A sweep over one or two parameters: the picture fills in, a point loads its runner.

import { maybe, number, said, t } from "./text.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDE = 640, HIGH = 340, LEFT = 84, BELOW = 58, ABOVE = 14, RIGHT = 20;
// A few of cividis.
const MAP = [[0, 34, 78], [53, 69, 108], [102, 105, 112], [148, 142, 119], [203, 186, 105], [254, 232, 56]];

export class Sweep {
  constructor(facts, store, link) {
    Object.assign(this, { facts, store, link });
    this.form = document.getElementById("sweep-form");
    this.place = document.getElementById("sweep-picture");
    this.told = document.getElementById("sweep-said");
    this.known = [...facts.sliders, ...facts.more];
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.start();
    });
    this.svg = document.createElementNS(SVG, "svg");
    this.svg.setAttribute("viewBox", `0 0 ${WIDE} ${HIGH}`);
    this.svg.setAttribute("tabindex", "0");
    this.svg.setAttribute("role", "application");
    this.svg.addEventListener("keydown", (event) => this.key(event));
    this.svg.addEventListener("click", (event) => {
      const point = event.target.dataset.point;
      if (point !== undefined) this.load(Number(point));
    });
  }

  words() {
    const chosen = this.form.elements.first
      ? ["first", "second", "output"].map((name) => this.form.elements[name].value)
      : ["tendon.stiffness_scale", "", this.facts.swept[0]];
    const select = (name, label, options, value) => {
      const box = document.createElement("label");
      const span = document.createElement("span");
      const list = document.createElement("select");
      span.textContent = label;
      list.name = name;
      list.append(...options.map(([key, words]) => new Option(words, key, false, key === value)));
      box.append(span, list);
      return box;
    };
    const sliders = this.known.map(({ path }) => [path, this.name(path)]);
    const button = document.createElement("button");
    button.textContent = t("sweep_start");
    this.form.replaceChildren(
      select("first", t("sweep_first"), sliders, chosen[0]),
      select("second", t("sweep_second"), [["", t("sweep_none")], ...sliders], chosen[1]),
      select("output", t("sweep_output"),
        this.facts.swept.map((name) => [name, this.result(name)]), chosen[2]),
      button);
    this.svg.setAttribute("aria-label", t("sweep_picture"));
  }

  name(path) {
    const { words } = this.facts.parameters[path];
    return maybe(`parameter_${path}`, words.charAt(0).toUpperCase() + words.slice(1));
  }

  result(name) {
    return maybe(`result_${name}`, name.replaceAll("_", " ").replace(".", ", "));
  }

  start() {
    const { first, second, output } = this.form.elements;
    const paths = second.value && second.value !== first.value
      ? [first.value, second.value] : [first.value];
    this.axes = paths.map((path) => {
      const { low, high } = this.known.find((slider) => slider.path === path);
      return { path, low, high, points: paths.length === 1 ? 41 : 21 };
    });
    this.output = output.value;
    const count = this.axes.reduce((all, axis) => all * axis.points, 1);
    this.values = new Array(count).fill(undefined);
    this.status = new Array(count).fill("");
    this.at = 0;
    this.place.replaceChildren(this.svg);
    this.draw();
    this.link.sweep(this.store.runner("now"), this.axes, this.output);
  }

  take(part) {
    if (!this.values) return;
    part.points.forEach((point, k) => {
      this.values[point] = part.values[k];
      this.status[point] = part.status[k];
    });
    this.draw();
    this.told.textContent = t("sweep_progress", { done: part.done, of: part.of });
    if (part.done === part.of) this.say(this.best());
    this.place.dataset.done = part.done === part.of ? "yes" : "no";
  }

  best() {
    let best = 0;
    this.values.forEach((value, k) => {
      if (value != null && (this.values[best] == null || value < this.values[best])) best = k;
    });
    return best;
  }

  /** Values of the parameters at a point; the last axis runs fastest. */
  settings(point) {
    const found = {};
    let left = point;
    for (const { path, low, high, points } of [...this.axes].reverse()) {
      found[path] = Number((low + ((left % points) * (high - low)) / (points - 1)).toPrecision(8));
      left = Math.floor(left / points);
    }
    return found;
  }

  load(point) {
    this.at = point;
    if (this.values[point] == null) {
      this.say(point);
      return;
    }
    this.store.merge(this.settings(point));
    this.draw();
    this.say(point);
  }

  key(event) {
    const across = this.axes.length === 2 ? this.axes[1].points : 1;
    const moves = { ArrowRight: across, ArrowLeft: -across, ArrowUp: this.axes.length === 2 ? 1 : 1,
      ArrowDown: -1 };
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.load(this.at);
    } else if (event.key in moves) {
      event.preventDefault();
      const next = this.at + moves[event.key];
      if (next >= 0 && next < this.values.length) this.at = next;
      this.draw();
      this.say(this.at);
    }
  }

  say(point) {
    const where = Object.entries(this.settings(point)).map(
      ([path, value]) => `${this.name(path)} ${said(path, value, this.facts.parameters[path].unit)}`);
    const value = this.values[point];
    const what = value == null
      ? maybe(`status_${this.status[point]}`, t("no_result")) : number(value);
    this.told.textContent = `${where.join(", ")}: ${this.result(this.output)} ${what}`;
  }

  draw() {
    const known = this.values.filter((value) => value != null);
    let [low, high] = known.length ? [Math.min(...known), Math.max(...known)] : [0, 1];
    if (high - low < 1e-9) high = low + 1e-9;
    this.svg.replaceChildren();
    const x = (k, axis) => LEFT + ((WIDE - LEFT - RIGHT) * k) / (axis.points - 1);
    const tall = HIGH - ABOVE - BELOW;
    if (this.axes.length === 1) this.line(x, low, high, tall);
    else this.map(low, high, tall);
    const [first] = this.axes;
    for (const share of [0, 0.5, 1]) {
      const value = first.low + share * (first.high - first.low);
      const last = share === 1;
      this.words_at(last ? WIDE : LEFT + share * (WIDE - LEFT - RIGHT), HIGH - BELOW + 24,
        number(value), last ? "end" : "middle");
    }
    if (this.axes.length === 2) this.words_at(LEFT, HIGH - 8, this.label(first.path), "start");
    else this.words_at(0.5 * (LEFT + WIDE), HIGH - 8, this.label(first.path), "middle");
  }

  line(x, low, high, tall) {
    const room = 0.06 * (high - low);
    const y = (value) => ABOVE + tall * (1 - (value - low + room) / (high - low + 2 * room));
    const axis = this.axes[0];
    for (const value of [low, high]) this.words_at(LEFT - 8, y(value) + 5, number(value), "end");
    const runs = [];
    this.values.forEach((value, k) => {
      if (value == null) return;
      if (this.values[k - 1] == null) runs.push([]);
      runs.at(-1).push(`${x(k, axis).toFixed(1)},${y(value).toFixed(1)}`);
    });
    for (const run of runs) this.node("polyline", { class: "curve", points: run.join(" ") });
    this.values.forEach((value, k) => {
      if (value === undefined) return;
      const gone = value === null;
      this.node("circle", { class: gone ? "dot gone" : "dot", cx: x(k, axis), r: k === this.at ? 9 : 5,
        cy: gone ? ABOVE + tall : y(value) }, k);
      this.node("rect", { class: "hit", x: x(k, axis) - 8, width: 16, y: ABOVE, height: tall }, k);
    });
    const own = this.store.value(axis.path);
    if (own >= axis.low && own <= axis.high) {
      const at = LEFT + ((WIDE - LEFT - RIGHT) * (own - axis.low)) / (axis.high - axis.low);
      this.node("line", { class: "own", x1: at, x2: at, y1: ABOVE, y2: ABOVE + tall });
    }
  }

  map(low, high, tall) {
    const [first, second] = this.axes;
    const wide = (WIDE - LEFT - RIGHT) / first.points, each = tall / second.points;
    this.values.forEach((value, k) => {
      const i = Math.floor(k / second.points), j = k % second.points;
      const fill = value === undefined ? "#f4f4f4" : value === null ? "#c9c9c9" : shade((value - low) / (high - low));
      this.node("rect", { class: k === this.at ? "cell chosen" : "cell", fill, x: LEFT + i * wide,
        y: ABOVE + tall - (j + 1) * each, width: wide + 0.5, height: each + 0.5 }, k);
    });
    for (const share of [0, 1])
      this.words_at(LEFT - 8, ABOVE + tall * (1 - share) + (share ? 12 : 0),
        number(second.low + share * (second.high - second.low)), "end");
    const label = this.words_at(0, 0, this.label(second.path), "middle");
    label.setAttribute("transform", `translate(20 ${ABOVE + tall / 2}) rotate(-90)`);
    if (!this.values.some((value) => value != null)) return;
    const key = this.words_at(WIDE - RIGHT, HIGH - 8, "", "end");
    for (const [words, fill] of [["■ ", shade(0)], [`${number(low)}  `, ""], ["■ ", shade(1)],
      [number(high), ""]]) {
      const part = document.createElementNS(SVG, "tspan");
      part.textContent = words;
      if (fill) part.style.fill = fill;
      key.append(part);
    }
  }

  label(path) {
    const { unit } = this.facts.parameters[path];
    return unit === "1" ? this.name(path) : `${this.name(path)} (${unit})`;
  }

  node(name, attributes, point) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (point !== undefined) made.dataset.point = point;
    this.svg.append(made);
    return made;
  }

  words_at(x, y, words, anchor) {
    const made = this.node("text", { x, y, "text-anchor": anchor });
    made.textContent = words;
    return made;
  }
}

function shade(share) {
  const at = Math.min(Math.max(share, 0), 1) * (MAP.length - 1);
  const low = Math.min(Math.floor(at), MAP.length - 2);
  return `rgb(${MAP[low].map((v, i) => Math.round(v + (at - low) * (MAP[low + 1][i] - v))).join(" ")})`;
}
