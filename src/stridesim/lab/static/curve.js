// One curve of an experiment, with the two places that a story is about.

import { number } from "./text.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDE = 480, HIGH = 260, LEFT = 64, RIGHT = 16, ABOVE = 16, BELOW = 56;

export class Curve {
  /** `curve` has x and y, `names` the words of both, `places` the x of the story. */
  constructor({ x: given, y }, names, places) {
    const named = typeof given[0] === "string";
    const x = named ? given.map((_, k) => k) : given;
    const at = places.map((place) => named ? given.indexOf(place) : nearest(x, place));
    const known = y.filter((value) => value !== null);
    const low = Math.min(0, ...known), most = Math.max(0, ...known);
    const high = most + 0.08 * (most - low);
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
    // Names have no order that a line could follow.
    for (const run of runs) {
      if (!named) this.line(run, "curve");
      else for (const [cx, cy] of run) this.svg.append(node("circle", { class: "dot gone", cx, cy, r: 6 }));
    }
    for (const k of at) {
      if (k >= 0 && y[k] !== null) this.svg.append(node("circle", { class: "dot", cx: across(x[k]), cy: up(y[k]), r: 7 }));
    }
    for (const value of [low, most]) this.text(LEFT - 8, up(value) + 5, number(value), "end");
    const ends = named ? at : [0, x.length - 1];
    for (const k of ends) {
      const words = named ? given[k].replaceAll("_", " ") : number(x[k]);
      const anchor = k === 0 ? "start" : k === x.length - 1 ? "end" : "middle";
      this.text(across(x[k]), HIGH - BELOW + 20, words, anchor);
    }
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

function nearest(values, wanted) {
  return values.reduce((best, value, k) =>
    (Math.abs(value - wanted) < Math.abs(values[best] - wanted) ? k : best), 0);
}

function node(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
