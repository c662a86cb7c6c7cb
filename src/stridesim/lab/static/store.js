// What the page shows: the runner that is changed, the one it is compared with, and how; with the
// way back, and in the address.

const SLOTS = ["now", "other"];

export class Store {
  constructor(facts) {
    this.facts = facts;
    this.bases = { "": { name: facts.runner, values: facts.values } };
    this.own = {};
    this.listeners = [];
    this.past = [];
    this.state = this.fresh();
    this.read();
    this.last = JSON.stringify(this.state);
    window.addEventListener("hashchange", () => {
      if (location.hash === this.written) return;
      this.read();
      this.commit();
      this.tell("again");
    });
  }

  fresh() {
    return { now: { base: "", settings: {}, chosen: {} }, other: { base: "", settings: {} },
      adapts: false, compares: false, projects: false, story: "" };
  }

  get adapts() { return this.state.adapts; }
  get compares() { return this.state.compares; }
  get projects() { return this.state.projects; }

  watch(listener) { this.listeners.push(listener); }

  tell(change = "") {
    this.write();
    for (const listener of this.listeners) listener(change);
  }

  /** What a message calls the runner of a slot; both run at the same task. */
  runner(slot) {
    const { now, other } = this.state;
    if (slot === "now") return { base: now.base, settings: { ...now.chosen, ...now.settings } };
    const task = (settings) => Object.entries(settings).filter(([path]) => path.startsWith("task."));
    const own = Object.entries(other.settings).filter(([path]) => !path.startsWith("task."));
    return { base: other.base, settings: Object.fromEntries([...own, ...task(now.settings)]) };
  }

  /** What the runner may choose: not what was set by hand. */
  free() {
    const all = ["gait.step_frequency", "leg.stiffness", "gait.step_width",
      "posture.knee_flexion_at_contact"];
    return all.filter((path) => !(path in this.state.now.settings));
  }

  /** A parameter of the runner that is changed, in its unit. */
  value(path) {
    const { settings, chosen, base } = this.state.now;
    return settings[path] ?? chosen[path] ?? this.own[path] ?? this.bases[base]?.values[path] ??
      this.facts.values[path];
  }

  name() {
    return this.bases[this.state.now.base]?.name ?? this.facts.runner;
  }

  changed() {
    return JSON.stringify(this.runner("now")) !== JSON.stringify(this.runner("other"));
  }

  /** What the parameters are at the speed of the task, as an answer says. */
  hear(values) {
    if (values) this.own = values;
  }

  set(path, value) {
    this.state.now.settings[path] = value;
    delete this.state.now.chosen[path];
    this.tell();
  }

  unset(path) {
    delete this.state.now.settings[path];
    this.commit();
    this.tell();
  }

  preset(settings) {
    const speed = this.state.now.settings["task.speed"];
    this.state.now.settings = { ...settings };
    if (speed !== undefined) this.state.now.settings["task.speed"] = speed;
    this.state.now.chosen = {};
    this.commit();
    this.tell();
  }

  /** Settings of a point of a sweep. */
  merge(settings) {
    Object.assign(this.state.now.settings, settings);
    for (const path of Object.keys(settings)) delete this.state.now.chosen[path];
    this.commit();
    this.tell();
  }

  choose(choices, done) {
    if (!this.adapts) return;
    const free = new Set(this.free());
    this.state.now.chosen = Object.fromEntries(
      Object.entries(choices).filter(([path]) => free.has(path)));
    if (done) this.commit();
    this.tell();
  }

  adapt(yes) {
    this.state.adapts = yes;
    if (!yes) this.state.now.chosen = {};
    this.commit();
    this.tell();
  }

  /** The runner that is there becomes the one to compare with; a second time undoes that. */
  compare() {
    this.state.compares = !this.state.compares;
    const { now } = this.state;
    this.state.other = this.state.compares
      ? { base: now.base, settings: { ...now.chosen, ...now.settings } }
      : { base: now.base, settings: {} };
    this.commit();
    this.tell();
  }

  project() {
    this.state.projects = !this.state.projects;
    this.commit();
    this.tell();
  }

  /** A story begins where it says, or ends: then all is as at the start. */
  story(story) {
    this.state = { ...this.fresh(), projects: this.state.projects, story: story?.name ?? "" };
    this.begin();
    this.commit();
    this.tell("again");
  }

  /** The runner with whom a story begins is the one to compare with. */
  begin() {
    const from = this.facts.stories.find(({ name }) => name === this.state.story)?.from ?? {};
    this.state.now.settings = { ...from };
    this.state.other.settings = { ...from };
  }

  load(found) {
    this.bases[found.base] = { name: found.name, values: found.values };
    this.own = {};
    this.state.now = { base: found.base, settings: {}, chosen: {} };
    if (!this.state.compares) this.state.other = { base: found.base, settings: {} };
    this.commit();
    this.tell();
  }

  reset() {
    const { projects, now } = this.state;
    this.state = { ...this.fresh(), projects };
    this.state.now.base = this.state.other.base = now.base;
    this.commit();
    this.tell("again");
  }

  /** A change is complete: what was before can be had back. */
  commit() {
    const now = JSON.stringify(this.state);
    if (now === this.last) return;
    this.past.push(this.last);
    if (this.past.length > 200) this.past.shift();
    this.last = now;
  }

  canUndo() { return this.past.length > 0; }

  undo() {
    const before = this.past.pop();
    if (before === undefined) return;
    this.last = before;
    this.state = JSON.parse(before);
    this.tell("again");
  }

  write() {
    clearTimeout(this.writing);
    this.writing = setTimeout(() => {
      const parts = new URLSearchParams();
      for (const slot of SLOTS) {
        const { base, settings } = this.state[slot];
        const pairs = Object.entries(settings).map(([path, value]) => `${path}:${value}`);
        if (base) parts.set(`${slot}-runner`, base);
        if (pairs.length) parts.set(slot, pairs.join(","));
      }
      for (const name of ["adapts", "compares", "projects"]) if (this.state[name]) parts.set(name, "1");
      if (this.state.story) parts.set("story", this.state.story);
      this.written = parts.size ? `#${parts}` : "";
      try {
        history.replaceState(null, "", this.written || location.pathname + location.search);
      } catch { /* a page that is a file may have no address of its own */ }
    }, 250);
  }

  /** From the address; what no parameter has is left out. */
  read() {
    const parts = new URLSearchParams(location.hash.slice(1));
    this.state = this.fresh();
    for (const slot of SLOTS) {
      const base = parts.get(`${slot}-runner`) ?? "";
      if (/^[0-9a-f]{16}$/.test(base)) this.state[slot].base = base;
      for (const pair of (parts.get(slot) ?? "").split(",").slice(0, 64)) {
        const [path, text] = pair.split(":");
        const known = Object.hasOwn(this.facts.parameters, path) && this.facts.parameters[path];
        const value = text ? Number(text) : NaN;
        if (known && Number.isFinite(value))
          this.state[slot].settings[path] = Math.min(Math.max(value, known.low), known.high);
      }
    }
    for (const name of ["adapts", "compares", "projects"]) this.state[name] = parts.get(name) === "1";
    const told = parts.get("story") ?? "";
    if (!this.facts.stories.some(({ name }) => name === told)) return;
    // Who comes back to a story predicts again.
    this.state.story = told;
    this.begin();
  }
}
