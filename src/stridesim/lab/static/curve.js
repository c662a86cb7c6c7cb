// One curve of an experiment, with the two places that a story is about.

import { number } from "./text.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDE = 480, HIGH = 260, LEFT = 64, RIGHT = 16, ABOVE = 16, BELOW = 56;

export class Curve {
  /** `curve` has x and y, `names` the words of both, `places` the x of the story. */
  constructor({ x, y }, names, places) {
    const known = y.filter((value) => value !== null);
    const low = Math.min(0, ...known), high = Math.max(...known) * 1.08;
    const across = (value) => LEFT + ((WIDE - LEFT - RIGHT) * (value - x[0])) / (x.at(-1) - x[0]);
    const up = (value) => HIGH - BELOW - ((HIGH - ABOVE - BELOW) * (value - low)) / (high - low);
    this.svg = node("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img" });
    this.svg.setAttribute("aria-label", `${names.y}: ${number(known[0])} … ${number(known.at(-1))}; ${names.x}`);
    this.line([[LEFT, HIGH - BELOW], [WIDE - RIGHT, HIGH - BELOW]], "axis");
    const runs = [];
    y.forEach((value, k) => {
      if (value === null) return;
      if (k === 0 || y[k - 1] === null) runs.push([]);
      runs.at(-1).push([across(x[k]), up(value)]);
    });
    for (const run of runs) this.line(run, "curve");
    for (const place of places) {
      const k = x.reduce((best, value, j) => (Math.abs(value - place) < Math.abs(x[best] - place) ? j : best), 0);
      if (y[k] !== null) this.svg.append(node("circle", { class: "dot", cx: across(x[k]), cy: up(y[k]), r: 7 }));
    }
    for (const value of [low, Math.max(...known)]) this.text(LEFT - 8, up(value) + 5, number(value), "end");
    for (const value of [x[0], x.at(-1)])
      this.text(across(value), HIGH - BELOW + 20, number(value), value === x[0] ? "start" : "end");
    this.text(WIDE - RIGHT, HIGH - 10, names.x, "end");
    this.figure = document.createElement("figure");
    this.figure.className = "story-curve";
    const caption = document.createElement("figcaption");
    caption.textContent = names.y;
    this.figure.append(caption, this.svg);
  }

  line(points, kind) {
    this.svg.append(node("polyline", { class: kind,
      points: points.map(([a, b]) => `${a.toFixed(1)},${b.toFixed(1)}`).join(" ") }));
  }

  text(x, y, words, anchor) {
    const made = node("text", { x, y, "text-anchor": anchor });
    made.textContent = words;
    this.svg.append(made);
  }
}

function node(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
