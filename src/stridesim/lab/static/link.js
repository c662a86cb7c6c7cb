// The connection to the server: asks, and passes on what is not older than what was shown.

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
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.socket = new WebSocket(`${scheme}://${location.host}/talk`);
    this.socket.addEventListener("open", () => {
      this.busy = { now: false, other: false };
      this.waiting = {};
      this.handlers.open?.();
    });
    this.socket.addEventListener("close", () => {
      this.handlers.lost?.();
      setTimeout(() => this.open(), 1000);
    });
    this.socket.addEventListener("message", (event) => this.take(JSON.parse(event.data)));
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
    if (this.socket?.readyState === WebSocket.OPEN)
      this.socket.send(JSON.stringify({ ...message, id: this.id }));
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

  load(name, text) { this.send({ kind: "load", name, text }); }
}
