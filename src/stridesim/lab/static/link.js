// The page's questions and what comes back: passes on what is not older than what was shown.

import { transport } from "./place.js";

export class Link {
  constructor() {
    this.handlers = {};
    this.id = 0;
    this.seen = { now: -1, other: -1 };
    this.long = -1;
    this.waiting = {};
  }

  on(kind, handler) { this.handlers[kind] = handler; }

  open() {
    const opened = () => {
      this.busy = { now: false, other: false };
      this.waiting = {};
      this.handlers.open?.();
    };
    this.transport = transport((message) => this.take(message), opened,
      () => this.handlers.lost?.());
    this.transport.open();
  }

  take(message) {
    if (message.kind === "stride") {
      this.free(message.slot);
      if (message.id <= this.seen[message.slot]) return;
      this.seen[message.slot] = message.id;
    } else if (["way", "adapted", "swept"].includes(message.kind) && message.id !== this.long) {
      return;
    }
    if (message.kind === "adapted") this.searches = false;
    this.handlers[message.kind]?.(message);
  }

  send(message) {
    this.id += 1;
    this.transport?.send({ ...message, id: this.id });
    return this.id;
  }

  /** One question of a slot at a time; the latest one waits for the answer. */
  solve(slot, runner) {
    if (this.busy?.[slot]) {
      this.waiting[slot] = runner;
      return;
    }
    if (this.busy) this.busy[slot] = true;
    this.send({ kind: "solve", slot, runner });
  }

  free(slot) {
    this.busy[slot] = false;
    const runner = this.waiting[slot];
    delete this.waiting[slot];
    if (runner) this.solve(slot, runner);
  }

  adapt(runner, free) {
    if (!free.length) return;
    this.searches = true;
    this.long = this.send({ kind: "adapt", runner, free });
  }

  sweep(runner, axes, output) {
    this.long = this.send({ kind: "sweep", runner, axes, output });
  }

  /** A search that is under way is no longer wanted. */
  stop() {
    if (!this.searches) return;
    this.searches = false;
    this.send({ kind: "stop" });
  }

  /** What the model and the published studies say to a story. */
  evidence(name) { this.send({ kind: "evidence", name }); }

  load(name, text) { this.send({ kind: "load", name, text }); }
}
