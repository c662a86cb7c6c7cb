// A story: question, prediction, slider, what was seen, and what model and studies say. What comes
// after the prediction is not in the page before it.

import { Curve } from "./curve.js";
import { evidence } from "./evidence.js";
import { make, radios } from "./nodes.js";
import { digits, maybe, number, said, signed, t } from "./text.js";

const WAYS = ["falls", "same", "rises", "cannot"];
const SIZES = ["small", "middle", "large"];
const BETWEEN = [5, 20]; // per cent: small, middle, large
const ASK = 0, MOVE = 1, SEE = 2, TOLD = 3;

export class Stories {
  constructor(facts, store, link, controls) {
    Object.assign(this, { facts, store, link, controls });
    this.place = document.getElementById("story");
    this.menu = document.getElementById("stories");
    this.answers = {};
    this.menu.addEventListener("change", () => {
      store.story(this.find(this.menu.value));
      this.place.querySelector("h2")?.focus();
    });
    store.watch(() => this.show());
    link.on("evidence", (found) => this.take(found));
  }

  find(name) { return this.facts.stories.find((story) => story.name === name); }

  words() {
    const titles = this.facts.stories.map((story) =>
      [story.name, `${story.claim}: ${this.written(story).title}`]);
    this.menu.replaceChildren(...[["", t("story_none")], ...titles].map(([value, words]) =>
      new Option(words, value, false, value === this.store.state.story)));
    this.menu.parentElement.hidden = !titles.length;
    this.build();
  }

  /** The story's own words in the language of the page. */
  written(story) { return story.words[document.documentElement.lang] ?? story.words.en; }

  show() {
    const name = this.store.state.story;
    if (name !== (this.now?.name ?? "")) {
      this.controls.takeBack();
      this.now = this.find(name);
      this.answers = {};
      this.predicted = this.seen = this.found = null;
      this.step = ASK;
      this.menu.value = name;
      this.build();
    }
    this.judge();
  }

  /** A stride has come. */
  hear(answer) {
    this.answers[answer.slot] = answer;
    this.judge();
  }

  take(found) {
    if (found.name !== this.now?.name) return;
    this.found = found;
    // Who reads stays where they are.
    const heads = () => [...this.place.querySelectorAll("h2, h3")];
    const on = heads().indexOf(document.activeElement);
    this.build();
    this.judge();
    if (on >= 0) heads()[on]?.focus();
  }

  build() {
    const { now } = this;
    this.place.hidden = !now;
    document.body.dataset.story = now ? (this.step === ASK || now.curve ? "alone" : "runs") : "";
    this.controls.takeBack();
    this.place.replaceChildren();
    if (!now) return;
    this.ask();
    if (this.step >= MOVE) this.move();
    if (this.step >= SEE) this.look();
    if (this.step >= TOLD) this.tell();
  }

  go(step) {
    this.step = step;
    this.build();
    this.judge();
    // The heading of what is new: of the slider, or the one after it.
    this.place.querySelectorAll("h3")[step === MOVE ? 0 : 1]?.focus();
  }

  heading(level, words) { return make(level, { tabIndex: -1, textContent: words }); }

  ask() {
    const { title, ask } = this.written(this.now);
    this.place.append(this.heading("h2", `${this.now.claim}: ${title}`),
      make("p", { className: "ask", textContent: ask }));
    if (this.predicted) {
      this.place.append(make("p", { textContent: `${t("story_you_said")} ${this.prediction()}.` }));
      return;
    }
    const form = make("form", {}, [
      radios("way", t("story_way"), this.options(WAYS, "way")),
      radios("size", t("story_size"), this.options(SIZES, "size")),
      make("button", { textContent: t("story_commit") }),
    ]);
    const size = form.children[1];
    const follow = () => {
      size.hidden = !sized(form.elements.way.value);
      for (const radio of size.querySelectorAll("input")) radio.required = !size.hidden;
    };
    form.addEventListener("change", follow);
    follow();
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const way = form.elements.way.value;
      this.predicted = { way, size: sized(way) ? form.elements.size.value : "" };
      if (this.now.curve) this.link.evidence(this.now.name);
      this.go(MOVE);
    });
    this.place.append(form);
  }

  prediction() {
    const { way, size } = this.predicted;
    return size ? `${this.word(way)}, ${this.word(size)}` : this.word(way);
  }

  options(names, kind) {
    const { same } = this.now;
    const parts = { same: digits(same, 0), first: digits(BETWEEN[0], 0), second: digits(BETWEEN[1], 0) };
    return names.filter((name) => name !== "cannot" || !this.now.curve)
      .map((name) => [name, t(`story_${kind}_${name}`, parts)]);
  }

  move() {
    this.place.append(this.heading("h3", t("story_try")));
    if (this.now.curve) this.along();
    else {
      for (const slider of this.now.sliders) {
        const { path } = slider;
        const { unit } = this.facts.parameters[path];
        const words = (value) => said(path, value, unit);
        this.place.append(make("p", { textContent: t("story_move", {
          what: this.controls.words_of(path), to: words(this.now.to[path]) }) }));
        this.controls.lend(slider, this.place);
      }
    }
    if (this.step > MOVE) return;
    this.button = make("button", { textContent: t("story_seen"), disabled: true });
    this.button.addEventListener("click", () => this.go(SEE));
    this.place.append(this.button);
  }

  /** The slider of a story whose mechanism is none of the stride: along the experiment's curve. */
  along() {
    const curve = this.found?.curve;
    if (!curve) return;
    const { x, y } = this.written(this.now);
    this.at ??= nearest(curve.x, this.now.curve.from);
    const input = make("input", { type: "range", min: 0, max: curve.x.length - 1, step: 1, id: "along",
      value: this.at });
    const label = make("label", { htmlFor: "along", textContent: x });
    const output = make("output", { htmlFor: "along" });
    const tell = () => {
      this.at = Number(input.value);
      output.value = `${written(curve.x[this.at])} → ${y}: ${number(curve.y[this.at])}`;
      input.setAttribute("aria-valuetext", output.value);
      this.judge();
    };
    input.addEventListener("input", tell);
    this.place.append(make("p", { textContent: t("story_move", { what: x, to: written(this.now.curve.to) }) }),
      make("div", { className: "slider" }, [label, output, input]));
    tell();
  }

  /** Whether the slider is where the story wants it, and the answer is there. */
  judge() {
    if (this.now && this.button) this.button.disabled = !this.arrived();
  }

  arrived() {
    const { now } = this;
    if (now.curve) return Boolean(this.found) && this.at === nearest(this.found.curve.x, now.curve.to);
    const there = now.sliders.every(({ path, step }) =>
      Math.abs(this.store.value(path) - now.to[path]) <= 0.51 * step);
    return there && Boolean(this.answers.now && this.answers.other) && !this.link.busy?.now;
  }

  /** Change of the outcome, per cent; null where the runner cannot do it. */
  change() {
    if (this.now.curve) {
      const { x, y } = this.found.curve, { from, to, percent } = this.now.curve;
      const [before, after] = [from, to].map((place) => y[nearest(x, place)]);
      return percent ? after - before : 100 * (after / before - 1);
    }
    const { now, other } = this.answers;
    if (!now.ok || !other.ok) return null;
    return 100 * (now.numbers[this.now.outcome] / other.numbers[this.now.outcome] - 1);
  }

  look() {
    if (this.seen) return;
    const form = make("form", {}, [radios("seen", t("story_look"), this.options(WAYS, "way")),
      make("button", { textContent: t("story_compare") })]);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.seen = form.elements.seen.value;
      this.changed = this.change();
      if (!this.found) this.link.evidence(this.now.name);
      this.go(TOLD);
    });
    this.place.append(this.heading("h3", t("story_what")), form);
  }

  tell() {
    const change = this.changed, truth = way(change, this.now.same);
    const result = this.now.curve ? this.written(this.now).y
      : maybe(`result_${this.now.outcome}`, this.now.outcome);
    const happened = change === null ? t("story_way_cannot")
      : `${result}: ${signed(change, Math.abs(change) < 100 ? 1 : 0)} %`;
    const right = (yes) => t(yes ? "story_right" : "story_wrong");
    const { way: said, size: by } = this.predicted;
    const predicted = said === truth && (!sized(truth) || by === size(change));
    this.place.append(this.heading("h3", t("story_is")),
      make("p", { className: "result", textContent: happened }),
      make("p", { textContent: `${t("story_you_saw")} ${this.word(this.seen)}: ${right(this.seen === truth)}` }),
      make("p", { textContent: `${t("story_you_said")} ${this.prediction()}: ${right(predicted)}` }));
    if (!this.found) return;
    this.place.append(...evidence(this.found, this.heading("h3", t("story_evidence"))));
    const { curve } = this.found;
    if (curve) {
      const [path] = Object.keys(this.now.to);
      const from = this.now.curve?.from ?? this.now.from[path] ?? this.facts.values[path];
      const names = this.now.curve ? this.written(this.now)
        : { x: this.controls.words_of(curve.path), y: result };
      this.place.append(new Curve(curve, names, [from, this.now.curve?.to ?? this.now.to[curve.path]]).figure);
    }
    const next = make("button", { textContent: t("story_next") });
    next.addEventListener("click", () => {
      this.store.story(this.facts.stories[this.facts.stories.indexOf(this.now) + 1]);
      (this.place.querySelector("h2") ?? this.menu).focus();
    });
    const paper = make("button", { textContent: t("print") });
    paper.addEventListener("click", () => window.print());
    this.place.append(make("p", { className: "row" }, [next, paper]));
  }

  /** The words of a choice. */
  word(name) {
    const all = [...this.options(WAYS, "way"), ...this.options(SIZES, "size")];
    return all.find(([key]) => key === name)?.[1] ?? name;
  }
}

/** Whether a direction has a size. */
function sized(way) { return way === "rises" || way === "falls"; }

function way(change, same) {
  if (change === null) return "cannot";
  return Math.abs(change) < same ? "same" : change > 0 ? "rises" : "falls";
}

function size(change) {
  const large = Math.abs(change);
  return SIZES[BETWEEN.filter((limit) => large >= limit).length];
}

/** A place on a curve: a number or a name. */
function written(place) {
  return typeof place === "number" ? number(place) : place.replaceAll("_", " ");
}

function nearest(values, wanted) {
  if (typeof wanted === "string") return Math.max(values.indexOf(wanted), 0);

  return values.reduce((best, value, k) =>
    (Math.abs(value - wanted) < Math.abs(values[best] - wanted) ? k : best), 0);
}
