// The page: what happens when something is moved, and what is drawn when an answer comes.

import { Clock } from "./clock.js";
import { Controls } from "./controls.js";
import { Costs } from "./costs.js";
import { files } from "./files.js";
import { Figure } from "./figure.js";
import { Headline } from "./headline.js";
import { Link } from "./link.js";
import { alone, read } from "./place.js";
import { Store } from "./store.js";
import { Stories } from "./story.js";
import { Sweep } from "./sweep.js";
import { chooseLanguage, digits, t } from "./text.js";
import { Traces } from "./traces.js";

const $ = (id) => document.getElementById(id);

async function start() {
  const [facts] = await Promise.all([read("/facts.json"), chooseLanguage()]);
  const store = new Store(facts);
  const link = new Link();
  const figures = {
    side: new Figure($("now-side"), "side", facts),
    rear: new Figure($("now-rear"), "rear", facts),
    other: new Figure($("other-side"), "side", facts),
  };
  const traces = new Traces($("charts"), $("band-note"));
  const costs = new Costs($("shares"), $("by"));
  const headline = new Headline(facts);
  const shown = { now: null, other: null };
  const controls = new Controls(facts, store, settle);
  const sweep = new Sweep(facts, store, link);
  const stories = new Stories(facts, store, link, controls);
  const clock = new Clock($("pause"), $("pace"), $("scrub"), () => shown.now?.frames.period);

  let waits = null;
  function settle() {
    clearTimeout(waits);
    if (store.adapts) waits = setTimeout(() => link.adapt(store.runner("now"), store.free()), 200);
    else link.stop();
  }

  let asked = "";
  store.watch((change) => {
    link.solve("now", store.runner("now"));
    const other = JSON.stringify(store.runner("other"));
    if (other !== asked || change === "again") link.solve("other", JSON.parse(asked = other));
    controls.show();
    show();
  });

  link.on("open", () => { notice(""); asked = ""; store.tell("again"); });
  link.on("lost", () => notice(t("lost")));
  link.on("stride", (answer) => {
    stories.hear(answer);
    if (answer.slot === "now") {
      store.hear(answer.values);
      controls.judge(answer.ok);
      headline.trouble(answer, facts);
      figures.side.blame(answer.culprit);
      figures.rear.blame(answer.culprit);
    }
    if (!answer.ok) {
      if (answer.slot === "now") return;
      shown.other = null;
      // No runner can do what the page is opened at: it begins with the runner as measured.
      if (!shown.now) link.solve("other", { base: "", settings: {} });
      else draw();
      return;
    }
    shown[answer.slot] = answer;
    // Who opens the page at what no runner can do sees the one who is compared with.
    if (!shown.now) shown.now = answer;
    draw();
  });
  link.on("way", (step) => store.choose(step.choices, false));
  link.on("adapted", (found) => store.choose(found.choices, true));
  link.on("loaded", (found) => store.load(found));
  link.on("swept", (part) => sweep.take(part));
  link.on("refused", (answer) => notice(answer.reason));

  function draw() {
    const { now, other } = shown;
    if (!now) return;
    figures.side.set(now.frames, store.changed() ? other?.frames : null);
    figures.rear.set(now.frames, null);
    if (other) figures.other.set(other.frames, null);
    traces.set(now, other);
    costs.set(now, other);
    headline.set(now, other, store.changed());
    clock.redraw();
    document.body.dataset.shown = String(now.id);
  }

  function show() {
    $("who").textContent = store.name();
    $("undo").disabled = !store.canUndo();
    $("other-figure").hidden = !store.compares;
    $("rear-figure").classList.toggle("aside", store.compares);
    $("compare").setAttribute("aria-pressed", String(store.compares));
    document.documentElement.classList.toggle("projector", store.projects);
    $("projector").setAttribute("aria-pressed", String(store.projects));
    if (alone) return;
    for (const kind of ["png", "csv", "toml"])
      $(`save-${kind}`).href =
        `/stride.${kind}?runner=${encodeURIComponent(JSON.stringify(store.runner("now")))}`;
  }

  function notice(words) {
    $("notice").textContent = words;
    $("notice").hidden = !words;
  }

  clock.onTick((phase) => {
    figures.side.draw(phase);
    figures.rear.draw(phase);
    if (store.compares) figures.other.draw(phase);
    traces.mark(phase, shown.now);
  });
  $("undo").addEventListener("click", () => store.undo());
  $("reset").addEventListener("click", () => store.reset());
  $("compare").addEventListener("click", () => store.compare());
  $("projector").addEventListener("click", () => store.project());
  $("print").addEventListener("click", () => window.print());
  $("language").value = document.documentElement.lang;
  $("language").addEventListener("change", async (event) => {
    await chooseLanguage(event.target.value);
    for (const part of [controls, sweep, traces, stories]) part.words();
    worth(facts);
    show();
    draw();
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "z" && !event.target.matches("#add-path")) {
      event.preventDefault();
      store.undo();
    }
  });
  document.addEventListener("click", (event) => {
    if (!$("files").contains(event.target)) $("files").open = false;
  });
  if (alone) for (const node of document.querySelectorAll(".served")) node.hidden = true;
  else files($("open"), (name, text) => link.load(name, text), () => notice(t("too_large")));
  controls.words();
  sweep.words();
  stories.words();
  stories.show();
  worth(facts);
  controls.show();
  show();
  link.open();
  window.lab = { store, clock, link };
}

/** What a page that is one file stands for, and how far it is off. */
function worth({ carried }) {
  $("worth").hidden = !carried;
  if (!carried) return;
  const { errors, points, runner, metabolic, version, date } = carried;
  const percent = (share, decimals) => digits(100 * share, decimals);
  $("worth-said").textContent = t("worth_said", {
    points: digits(points, 0), unseen: digits(errors.with_result, 0), bound: percent(errors.bound, 1),
    within: percent(errors.within, 1), most: percent(errors.ninety_nine, 2),
    wrong: percent(errors.wrong, 1), runner, metabolic, version, date,
  });
}

start();
