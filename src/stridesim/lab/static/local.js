// Answers the messages of the page from a surrogate that the page carries, as the server would.

import { Components, Surrogate } from "./surrogate.js";

const FOOT = { left: 0, right: 1, none: -1 };
const VALUES = "values.";
const AT_ONCE = 64;

export class Local {
  constructor(own, told, open) {
    this.own = own;
    this.told = told;
    this.opened = open;
    const components = new Components(own.components);
    // The one that varies least knows best.
    this.rooms = own.surrogates.map((record) => new Surrogate(record, components))
      .sort((a, b) => a.axes.length - b.axes.length);
    this.facts = JSON.parse(own.files["/facts.json"]);
  }

  open() { setTimeout(() => this.opened()); }

  /** Later, as a server would: who asks is not answered before the question is finished. */
  send(message) { setTimeout(() => this[message.kind](message)); }

  solve({ id, slot, runner }) {
    const found = this.stride(runner.settings);
    this.told({ kind: "stride", id, slot, ...found });
  }

  /** The surrogate that knows all these parameters, and the values of its axes. */
  room(settings) {
    const own = this.facts.values;
    const asked = Object.keys(settings).filter((path) => settings[path] !== own[path]);
    const room = this.rooms.find(({ axes }) =>
      asked.every((path) => axes.some((axis) => axis.path === path)));
    if (!room) return {};
    const values = Object.fromEntries(
      room.axes.map(({ path }) => [path, settings[path] ?? own[path]]));
    const outside = room.axes.find(({ path, low, high }) => values[path] < low || values[path] > high);
    return { room, values, outside };
  }

  stride(settings) {
    const { room, values, outside } = this.room(settings);
    const none = (status) => ({ ok: false, status, reason: status, culprit: null });
    if (!room) return none("together_not_carried");
    if (outside) return none("outside_what_is_carried");
    const found = room.predict(values);
    if (found.status !== "ok") return none(found.status);
    return { ok: true, status: "ok", reason: "", culprit: null, ...this.picture(found, settings) };
  }

  picture({ numbers, blocks }, settings) {
    const { labels, template: { speeds, shown, reach } } = this.own;
    const part = (head) => Object.keys(blocks).filter((name) => name.startsWith(`${head}.`))
      .map((name) => [name.slice(head.length + 1), blocks[name]]);
    const named = (name) => Object.fromEntries(labels[name].map((label, k) => [label, blocks[name][k]]));
    const near = speeds.reduce((a, b) =>
      Math.abs(b - numbers.speed) < Math.abs(a - numbers.speed) ? b : a);
    return {
      numbers: Object.fromEntries(shown.map((name) => [name, numbers[name]])),
      near: Math.abs(near - numbers.speed) <= reach ? near : null,
      curves: Object.fromEntries(part("curves").map(([name, row]) =>
        [name, Array.from(row, name === "stance" || name === "stride" ? undefined : Math.round)])),
      cost: Object.fromEntries(part("cost").map(([name]) => [name, named(`cost.${name}`)])),
      frames: this.frames(Object.fromEntries(part("frames")), numbers),
      values: { ...this.followed(numbers), ...settings },
    };
  }

  /** Parameters that follow the task. */
  followed(numbers) {
    return Object.fromEntries(Object.entries(numbers)
      .filter(([name]) => name.startsWith(VALUES))
      .map(([name, value]) => [name.slice(VALUES.length), value]));
  }

  frames(rows, numbers) {
    const single = (name) => rows[name][0];
    const count = this.facts.frames, period = 2 / numbers.step_frequency;
    const stands = (k) => ((k % count) / count) * period <= numbers.contact_time;
    const foot = Array.from({ length: count }, (_, k) =>
      stands(k) ? FOOT.left : stands(k + count / 2) ? FOOT.right : FOOT.none);
    const grounded = (name, each) =>
      Array.from(rows[name], (value, k) => (foot[Math.floor(k / each)] < 0 ? 0 : Math.round(value)));
    const whole = Object.fromEntries(Object.entries(rows).map(([name, row]) =>
      [name, Array.from(row, Math.round)]));
    const within = (name, most) => whole[name].map((value) => Math.min(Math.max(value, 0), most));
    return { ...whole, foot, cop: grounded("cop", 3), force: grounded("force", 3),
      miss: grounded("miss", 1), activation: within("activation", 1000),
      heat: within("heat", Infinity), achilles: within("achilles", Infinity),
      height: single("height"), speed: numbers.speed, period, slope: single("slope") };
  }

  /** Parts of a sweep, with a breath between them. */
  sweep({ id, runner, axes, output }) {
    this.latest = id;
    const count = axes.reduce((all, axis) => all * axis.points, 1);
    const step = (first) => {
      if (this.latest !== id) return;
      const points = [], values = [], status = [];
      for (let k = first; k < Math.min(first + AT_ONCE, count); k += 1) {
        const found = this.number({ ...runner.settings, ...at(axes, k) }, output);
        points.push(k);
        values.push(found.status === "ok" ? found.value : null);
        status.push(found.status);
      }
      const done = first + points.length;
      this.told({ kind: "swept", id, points, values, status, done, of: count });
      if (done < count) setTimeout(() => step(done));
    };
    step(0);
  }

  number(settings, name) {
    const { room, values, outside } = this.room(settings);
    if (!room) return { status: "together_not_carried" };
    return outside ? { status: "outside_what_is_carried" } : room.number(values, name);
  }

  stop() { this.latest = -1; }

  evidence({ id, name }) {
    const found = JSON.parse(new TextDecoder().decode(
      Uint8Array.from(atob(this.own.evidence[name]), (letter) => letter.charCodeAt(0))));
    this.told({ kind: "evidence", id, name, ...found });
  }
}

/** Values of the parameters at a point of a sweep; the last axis runs fastest. */
function at(axes, point) {
  const found = {};
  let left = point;
  for (const { path, low, high, points } of [...axes].reverse()) {
    found[path] = low + ((left % points) * (high - low)) / (points - 1);
    left = Math.floor(left / points);
  }
  return found;
}
