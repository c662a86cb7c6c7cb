// Sliders, presets, the switch of the gait, and any other parameter by name.

import { maybe, said, t } from "./text.js";

const $ = (id) => document.getElementById(id);

export class Controls {
  constructor(facts, store, settle) {
    this.facts = facts;
    this.store = store;
    this.settle = settle;
    this.sliders = new Map();
    this.lent = [];
    for (const slider of facts.sliders) this.add(slider, $("sliders"));
    for (const slider of facts.more) this.add(slider, $("more-sliders"));
    for (const path of Object.keys(store.state.now.settings)) this.extra(path);
    this.preset = $("preset");
    this.preset.addEventListener("change", () => {
      if (this.preset.value) store.preset(facts.presets[this.preset.value]);
      settle();
    });
    for (const radio of document.querySelectorAll("[name=gait]"))
      radio.addEventListener("change", () => {
        store.adapt(radio.value === "adapt");
        settle();
      });
    for (const path of Object.keys(facts.parameters)) {
      const option = document.createElement("option");
      option.value = path;
      option.label = facts.parameters[path].words;
      $("paths").append(option);
    }
    $("add").addEventListener("submit", (event) => {
      event.preventDefault();
      const wanted = $("add-path").value.trim();
      const path = Object.keys(facts.parameters).find(
        (name) => name === wanted || facts.parameters[name].words === wanted);
      $("add-path").setCustomValidity(path ? "" : t("unknown_parameter"));
      if (!path) {
        $("add-path").reportValidity();
        return;
      }
      $("add-path").value = "";
      this.extra(path).input.focus();
    });
    $("add-path").addEventListener("input", () => $("add-path").setCustomValidity(""));
  }

  /** A slider for a parameter that has none yet, over its whole permitted range. */
  extra(path) {
    if (this.sliders.has(path)) return this.sliders.get(path);
    const { low, high } = this.facts.parameters[path];
    return this.add({ path, low, high, step: (high - low) / 200 }, $("more-sliders"));
  }

  /** A slider goes into a story, over the story's range; `takeBack` undoes that. */
  lend(slider, place) {
    const made = this.sliders.get(slider.path) ?? this.add(slider, $("more-sliders"));
    Object.assign(made.input, { min: slider.low, max: slider.high, step: slider.step });
    this.lent.push([made, made.box.parentElement, made.box.nextSibling]);
    place.append(made.box);
    this.showOne(made);
  }

  takeBack() {
    for (const [{ box }, home, next] of this.lent.reverse()) home.insertBefore(box, next);
    this.lent = [];
  }

  add(slider, place) {
    const { path, low, high, step } = slider;
    const box = document.createElement("div");
    box.className = "slider";
    const label = document.createElement("label");
    const input = document.createElement("input");
    const output = document.createElement("output");
    label.htmlFor = input.id = `slider-${path}`;
    output.htmlFor = input.id;
    Object.assign(input, { type: "range", min: low, max: high, step });
    input.addEventListener("input", () => {
      this.store.set(path, Number(input.value));
      this.settle();
    });
    input.addEventListener("change", () => {
      this.store.commit();
      this.store.tell();
    });
    box.append(label, output, input);
    place.append(box);
    const decimals = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
    const made = { box, label, input, output, path, decimals };
    this.sliders.set(path, made);
    this.name(made);
    this.showOne(made);
    return made;
  }

  /** What the page calls a parameter. */
  words_of(path) {
    return maybe(`parameter_${path}`, capital(this.facts.parameters[path].words));
  }

  name({ label, path }) {
    label.textContent = this.words_of(path);
    label.title = this.facts.parameters[path].doc;
  }

  words() {
    for (const slider of this.sliders.values()) this.name(slider);
    this.preset.replaceChildren();
    for (const name of ["", ...Object.keys(this.facts.presets)]) {
      const option = document.createElement("option");
      option.value = name;
      option.textContent = t(`preset_${name || "none"}`);
      this.preset.append(option);
    }
    this.show();
  }

  showOne({ input, output, path, decimals }) {
    const value = this.store.value(path);
    const { unit } = this.facts.parameters[path];
    // A value beyond the slider's range is shown all the same.
    if (value < Number(input.min)) input.min = value;
    if (value > Number(input.max)) input.max = value;
    if (Number(input.value) !== value) input.value = value;
    const words = said(path, value, unit, decimals);
    if (output.value !== words) {
      output.value = words;
      input.setAttribute("aria-valuetext", words);
    }
  }

  show() {
    for (const path of Object.keys(this.store.state.now.settings)) this.extra(path);
    for (const slider of this.sliders.values()) this.showOne(slider);
    const { settings, chosen } = this.store.state.now;
    const own = Object.fromEntries(Object.entries(settings).filter(([path]) => path !== "task.speed"));
    const same = (a, b) => Object.keys(a).length === Object.keys(b).length &&
      Object.keys(a).every((path) => a[path] === b[path]);
    const found = Object.keys(this.facts.presets).find((name) => same(this.facts.presets[name], own));
    this.preset.value = found ?? "";
    document.querySelector(`[name=gait][value=${this.store.adapts ? "adapt" : "hold"}]`).checked = true;
    const list = $("chosen");
    list.replaceChildren(...Object.entries(chosen).map(([path, value]) => {
      const item = document.createElement("li");
      const { words, unit } = this.facts.parameters[path];
      item.textContent = `${maybe(`parameter_${path}`, capital(words))}: ${said(path, value, unit)}`;
      return item;
    }));
  }

  /** Sliders of a runner that cannot run look so. */
  judge(ok) {
    $("controls").classList.toggle("infeasible", !ok);
    this.show();
  }
}

function capital(words) { return words.charAt(0).toUpperCase() + words.slice(1); }
