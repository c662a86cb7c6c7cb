// Where the energy goes: bars by muscle, by phase, by cause; the other runner is a mark on each.

import { digits, maybe, signed, t } from "./text.js";

const MOST = 8;
const COLOURS = { activation: "#0072B2", maintenance: "#56B4E9", shortening: "#CC79A7",
  positive_work: "#D55E00", negative_work: "#009E73", floor: "#009E73",
  rest: "#8f8f8f", breathing: "#8f8f8f" };

export class Costs {
  constructor(table, by) {
    this.table = table;
    this.by = by;
    by.addEventListener("change", () => { this.order = null; this.draw(); });
  }

  set(now, other) {
    this.now = now;
    this.other = other;
    this.draw();
  }

  draw() {
    if (!this.now) return;
    const kind = this.by.value;
    const now = { ...this.now.cost[kind] }, other = { ...(this.other ?? this.now).cost[kind] };
    // Rows keep their place while a slider moves.
    if (this.order?.kind !== kind) {
      const names = Object.keys(now).sort((a, b) => other[b] - other[a]);
      this.order = { kind, names: kind === "muscle" ? names.slice(0, MOST) : names };
    }
    const rows = this.order.names.map((name) => [name, now[name] ?? 0, other[name] ?? 0]);
    const rest = (all) => Object.entries(all).reduce(
      (sum, [name, value]) => (this.order.names.includes(name) ? sum : sum + value), 0);
    if (Object.keys(now).length > rows.length) rows.push(["rest_of_muscles", rest(now), rest(other)]);
    const top = 1.15 * Math.max(...rows.flatMap((row) => [row[1], row[2]]), 0.1);
    const low = Math.min(0, ...rows.flatMap((row) => [row[1], row[2]]));
    const at = (value) => (100 * (value - low)) / (top - low);
    if (this.table.rows.length !== rows.length || this.table.dataset.kind !== kind) this.build(rows.length, kind);
    rows.forEach(([name, mine, theirs], k) => {
      const [head, bar, value] = this.table.rows[k].cells;
      put(head, maybe(`cost_${name}`, maybe(`muscle_${name}`, name.replaceAll("_", " "))));
      const [fill, mark] = bar.children;
      fill.style.left = `${Math.min(at(0), at(mine))}%`;
      fill.style.width = `${Math.abs(at(mine) - at(0))}%`;
      fill.style.background = COLOURS[name] ?? "#0072B2";
      mark.style.left = `${at(theirs)}%`;
      mark.hidden = !this.other;
      const change = mine - theirs;
      put(value, `${digits(mine, 2)}${Math.abs(change) >= 0.005 ? ` (${signed(change, 2)})` : ""}`);
    });
  }

  build(count, kind) {
    this.table.dataset.kind = kind;
    this.table.replaceChildren();
    const caption = this.table.createCaption();
    caption.textContent = t("cost_unit");
    for (let k = 0; k < count; k += 1) {
      const row = this.table.insertRow();
      const head = document.createElement("th");
      head.scope = "row";
      const bar = document.createElement("td"), value = document.createElement("td");
      bar.className = "bar";
      bar.append(document.createElement("span"), document.createElement("i"));
      value.className = "number";
      row.append(head, bar, value);
    }
  }
}

function put(cell, words) {
  if (cell.textContent !== words) cell.textContent = words;
}
