// The runner, drawn from the positions of the solved stride: one view, side or rear.

const SVG = "http://www.w3.org/2000/svg";
const VIEWS = { side: [-760, -1830, 1620, 1910], rear: [-480, -1830, 960, 1910] };
const LIMB = { thigh: 112, shank: 78, foot: 44, arm: 46 };
const REST = [205, 178, 168], FULL = [172, 0, 28];
const LEVELS = 24;
const RAMP = Array.from({ length: LEVELS + 1 }, (_, k) => {
  const share = k / LEVELS;
  return `rgb(${REST.map((low, i) => Math.round(low + share * (FULL[i] - low))).join(" ")})`;
});
const FORCE = 360; // mm for one body weight
const LEAK = 6; // times as long, to be seen
const STRETCH = 8; // times as flat, to be seen
const TURNS = 9;

export class Figure {
  constructor(svg, kind, facts) {
    this.kind = kind;
    this.axis = kind === "side" ? 0 : 1;
    this.sign = kind === "side" ? 1 : -1;
    this.facts = facts;
    svg.setAttribute("viewBox", VIEWS[kind].join(" "));
    svg.classList.add(kind);
    this.root = node("g", svg, {});
    this.ground = node("g", this.root, { class: "ground" });
    node("line", this.ground, { x1: -3000, x2: 3000, y1: 0, y2: 0 });
    this.marks = kind === "side"
      ? Array.from({ length: 9 }, () => node("line", this.ground, { y1: 0, y2: 60 })) : [];
    this.ghost = node("polyline", this.root, { class: "ghost" });
    // What is nearer is drawn later: from the side the left, the trunk, the right; from behind the
    // trunk and then both legs.
    const side = kind === "side";
    this.legs = [];
    this.arms = [];
    if (side) this.limbs(0, "far");
    this.body = node("polyline", this.root, { class: "trunk" });
    this.head = node("circle", this.root, { class: "head", r: 108 });
    this.pelvis = node("polyline", this.root, { class: "pelvis" });
    if (!side) this.limbs(0, "near");
    this.limbs(1, "near");
    this.leak = node("path", this.root, { class: "leak" });
    this.push = node("path", this.root, { class: "force" });
  }

  limbs(side, depth) {
    this.legs.push(this.leg(side, depth));
    this.arms.push(node("polyline", this.root, { class: `arm ${depth}` }));
  }

  leg(side, depth) {
    const root = node("g", this.root, { class: `leg ${depth}` });
    const bones = ["thigh", "shank", "foot"].map((name) =>
      node("polyline", root, { class: "bone", "stroke-width": LIMB[name] }));
    const lines = Object.entries(this.facts.lines[this.kind]).map(([name, points]) => ({
      name, points, row: this.facts.muscles.indexOf(name),
      heat: node("polyline", root, { class: "heat" }),
      line: node("polyline", root, { class: "muscle" }),
    }));
    const spring = node("polyline", root, { class: "spring" });
    const joints = ["hip", "knee", "ankle"].map((name) =>
      node("circle", root, { class: `joint ${name}`, r: 24 }));
    return { side, root, bones, lines, spring, joints };
  }

  set(frames, ghost) {
    this.frames = frames;
    this.other = ghost;
  }

  /** What cannot do it is ringed until it can. */
  blame(culprit) {
    for (const leg of this.legs) {
      for (const muscle of leg.lines)
        muscle.line.classList.toggle("blamed", culprit?.name === muscle.name);
      for (const joint of leg.joints)
        joint.classList.toggle("blamed",
          culprit?.kind === "joint" && joint.classList.contains(culprit.name.split(/[_ ]/)[0]));
    }
  }

  draw(phase) {
    const frames = this.frames;
    if (!frames) return;
    const count = this.facts.frames;
    this.at = phase * count;
    const slope = this.kind === "side" ? (-180 / Math.PI) * Math.atan(frames.slope) : 0;
    this.root.setAttribute("transform", `rotate(${slope.toFixed(2)})`);
    this.marks.forEach((mark, k) => {
      const moved = (1000 * frames.speed * frames.period * phase) % 500;
      const x = (k - 4) * 500 - moved;
      set(mark, { x1: x, x2: x - 60 });
    });
    for (const leg of this.legs) this.drawLeg(leg, frames);
    const point = (name) => this.point(frames, name, 0);
    const pelvis = point("pelvis"), neck = point("neck"), head = point("head");
    set(this.body, { points: text([pelvis, neck]) });
    if (this.kind === "rear") this.pelvis.setAttribute("points", text(this.crest(frames)));
    set(this.head, { cx: head[0], cy: head[1] });
    this.arms.forEach((arm, side) => arm.setAttribute("points",
      text(["shoulder", "elbow", "hand"].map((name) => this.point(frames, name, side)))));
    this.drawForce(frames);
    this.ghost.setAttribute("points", this.other ? this.outline(this.other) : "");
  }

  /** The line over both hips, which shows the pelvis drop. */
  crest(frames) {
    const [left, right] = [0, 1].map((side) => this.point(frames, "hip", side));
    const out = [0.35 * (left[0] - right[0]), 0.35 * (left[1] - right[1])];
    return [[left[0] + out[0], left[1] + out[1] - 120], [right[0] - out[0], right[1] - out[1] - 120]];
  }

  drawLeg(leg, frames) {
    const side = leg.side;
    const [hip, knee, ankle, heel, ball, toe] = ["hip", "knee", "ankle", "heel", "ball", "toe"]
      .map((name) => this.point(frames, name, side));
    leg.bones[0].setAttribute("points", text([hip, knee]));
    leg.bones[1].setAttribute("points", text([knee, ankle]));
    leg.bones[2].setAttribute("points", text(this.kind === "side" ? [ankle, heel, ball, toe] : [ankle, toe]));
    const pelvis = this.point(frames, "pelvis", 0), neck = this.point(frames, "neck", 0);
    const trunk = [hip, [hip[0] + neck[0] - pelvis[0], hip[1] + neck[1] - pelvis[1]]];
    const bones = { trunk, thigh: [hip, knee], shank: [knee, ankle] };
    const outward = this.kind === "side" ? 1 : side === 0 ? -1 : 1;
    const place = ([bone, along, beside]) => onBone(bones[bone], along,
      (bone === "trunk" ? 1 : -1) * outward * beside * 1000 * frames.height);
    for (const muscle of leg.lines) {
      const points = text(muscle.points.map(place));
      const active = this.value(frames.activation, muscle.row, side) / 1000;
      const heat = this.value(frames.heat, muscle.row, side);
      set(muscle.line, { points, stroke: RAMP[Math.round(Math.min(active, 1) * LEVELS)] });
      // Its area grows with the power, W.
      set(muscle.heat, { points, "stroke-width": Math.round(7 * Math.sqrt(heat)) });
    }
    const begins = place(this.facts.spring);
    const strain = this.value(frames.achilles, 0, side) / 1e4;
    leg.spring.setAttribute("points", text(
      // Seen along its length a spring is only a tangle.
      Math.hypot(heel[0] - begins[0], heel[1] - begins[1]) < 150 ? [begins, heel]
        : zigzag(begins, heel, strain, this.kind === "side" ? 44 : 26)));
    leg.joints.forEach((joint, k) => {
      const [x, y] = [hip, knee, ankle][k];
      set(joint, { cx: x, cy: y });
    });
  }

  drawForce(frames) {
    const [x, y, z] = [0, 1, 2].map((axis) => this.number(frames.force, axis));
    const from = this.pointOf(frames.cop, 0);
    const size = Math.hypot(x, y, z) / 1000;
    const across = this.kind === "side" ? x : -y;
    const end = [from[0] + (across / 1000) * FORCE, from[1] - (z / 1000) * FORCE];
    // Between two frames, one of which is in flight, there is no arrow.
    const stands = frames.foot[Math.floor(this.at) % this.facts.frames] >= 0 && size > 0.05;
    this.push.setAttribute("d", stands ? arrow(from, end) : "");
    if (this.kind !== "rear") return;
    const miss = this.number1(frames.miss) / 1000;
    const shows = stands && Math.abs(miss) > 0.002;
    const tip = [end[0] - miss * FORCE * LEAK, end[1]];
    this.leak.setAttribute("d", shows ? arrow(end, tip) : "");
  }

  outline(frames) {
    const of = (name, side) => this.pointIn(frames, name, side);
    return text([of("toe", 0), of("heel", 0), of("ankle", 0), of("knee", 0), of("hip", 0),
      of("pelvis", 0), of("neck", 0), of("head", 0), of("neck", 0), of("pelvis", 0), of("hip", 1),
      of("knee", 1), of("ankle", 1), of("heel", 1), of("toe", 1)]);
  }

  point(frames, name, side) { return this.pointIn(frames, name, side); }

  pointIn(frames, name, side) { return this.pointOf(frames[name], side); }

  /** A point (screen) of one side: the right is the left mirrored, half a stride later. */
  pointOf(values, side) {
    const [low, high, share] = this.between(side);
    const read = (axis) => {
      const a = values[3 * low + axis], b = values[3 * high + axis];
      return a + share * (b - a);
    };
    const across = read(this.axis) * (this.axis === 1 && side === 1 ? -1 : 1);
    return [this.sign * across, -read(2)];
  }

  value(rows, row, side) {
    const [low, high, share] = this.between(side);
    const start = row * this.facts.frames;
    return rows[start + low] + share * (rows[start + high] - rows[start + low]);
  }

  number(values, axis) {
    const [low, high, share] = this.between(0);
    return values[3 * low + axis] + share * (values[3 * high + axis] - values[3 * low + axis]);
  }

  number1(values) {
    const [low, high, share] = this.between(0);
    return values[low] + share * (values[high] - values[low]);
  }

  between(side) {
    const count = this.facts.frames;
    const at = (this.at + side * count / 2) % count;
    const low = Math.floor(at) % count;
    return [low, (low + 1) % count, at - Math.floor(at)];
  }
}

function node(name, parent, attributes) {
  const made = document.createElementNS(SVG, name);
  set(made, attributes);
  parent.append(made);
  return made;
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

function text(points) {
  return points.map(([x, y]) => `${x.toFixed(0)},${y.toFixed(0)}`).join(" ");
}

function onBone([start, end], along, beside) {
  const way = [end[0] - start[0], end[1] - start[1]];
  const long = Math.hypot(...way) || 1;
  return [start[0] + along * way[0] - (beside * way[1]) / long,
    start[1] + along * way[1] + (beside * way[0]) / long];
}

function zigzag(from, to, strain, width) {
  const way = [to[0] - from[0], to[1] - from[1]];
  const long = Math.hypot(...way) || 1;
  const wide = width * Math.max(1 - STRETCH * strain, 0.15);
  const points = [from];
  for (let k = 1; k < TURNS; k += 1) {
    const beside = (k % 2 ? 1 : -1) * wide;
    points.push([from[0] + (k / TURNS) * way[0] - (beside * way[1]) / long,
      from[1] + (k / TURNS) * way[1] + (beside * way[0]) / long]);
  }
  return [...points, to];
}

function arrow(from, to) {
  const way = [to[0] - from[0], to[1] - from[1]];
  const long = Math.hypot(...way);
  if (long < 8) return "";
  const head = Math.min(70, 0.6 * long);
  const [ux, uy] = [way[0] / long, way[1] / long];
  const base = [to[0] - head * ux, to[1] - head * uy];
  const wing = (side) => `${(base[0] - side * 0.5 * head * uy).toFixed(0)} ${(base[1] + side * 0.5 * head * ux).toFixed(0)}`;
  return `M${from.map(Math.round).join(" ")}L${base.map(Math.round).join(" ")}` +
    `M${to.map(Math.round).join(" ")}L${wing(1)}L${wing(-1)}Z`;
}
