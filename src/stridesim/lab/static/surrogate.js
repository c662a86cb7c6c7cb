// What stands in for the model in the exported page: networks and components, run as fitted.

const KINDS = { f: Float32Array, i: Int16Array };

export class Surrogate {
  constructor(record, components) {
    this.axes = record.axes;
    this.classes = record.classes;
    this.groups = record.numbers.map((group) => ({ names: group.names, run: regression(group) }));
    this.rows = regression(record.rows);
    this.classifier = network(record.classifier);
    this.components = components;
  }

  /** Numbers by name, blocks by name and the status at values of the axes, by path. */
  predict(values) {
    const cube = this.axes.map((axis) => place(axis, values[axis.path]));
    const numbers = this.groups.flatMap(({ names, run }) => {
      const found = run(cube);
      return names.map((name, k) => [name, found[k]]);
    });
    return {
      status: this.status(cube),
      numbers: Object.fromEntries(numbers),
      blocks: this.components.split(this.rows(cube)),
    };
  }

  /** The likeliest status. */
  status(cube) {
    const score = this.classifier(cube);
    return this.classes[score.indexOf(Math.max(...score))];
  }

  /** One number and the status alone: for a sweep. */
  number(values, name) {
    const cube = this.axes.map((axis) => place(axis, values[axis.path]));
    const { names, run } = this.groups.find((group) => group.names.includes(name));
    return { status: this.status(cube), value: run(cube)[names.indexOf(name)] };
  }
}

export class Components {
  constructor({ blocks, mean, spread, basis, unit }) {
    this.blocks = Object.entries(blocks);
    this.mean = unpacked(mean, "f");
    this.spread = unpacked(spread, "f");
    this.basis = unpacked(basis, "i");
    this.unit = unpacked(unit, "f");
  }

  /** Blocks of the row that has these weights. */
  split(weights) {
    const wide = this.mean.length, row = new Float64Array(wide);
    weights.forEach((weight, k) => {
      const scaled = weight * this.unit[k];
      for (let j = 0; j < wide; j += 1) row[j] += scaled * this.basis[k * wide + j];
    });
    let from = 0;
    return Object.fromEntries(this.blocks.map(([name, length], block) => {
      from += length;
      for (let j = from - length; j < from; j += 1)
        row[j] = this.mean[j] + row[j] * this.spread[block];
      return [name, row.subarray(from - length, from)];
    }));
  }
}

function regression({ network: layers, centre, scale }) {
  const run = network(layers), middle = unpacked(centre, "f"), spread = unpacked(scale, "f");
  return (cube) => run(cube).map((value, k) => middle[k] + value * spread[k]);
}

/** Dense layers with the sigmoid-weighted linear unit between them. */
function network(layers) {
  const read = layers.map(({ weights, biases }) => [unpacked(weights, "f"), unpacked(biases, "f")]);
  return (cube) => {
    let from = cube;
    read.forEach(([weights, biases], layer) => {
      const wide = biases.length, last = layer === read.length - 1;
      const to = Array.from(biases);
      from.forEach((value, row) => {
        for (let k = 0; k < wide; k += 1) to[k] += value * weights[row * wide + k];
      });
      from = last ? to : to.map((value) => value / (1 + Math.exp(-value)));
    });
    return from;
  };
}

function place({ low, high, logarithmic }, value) {
  return logarithmic ? (2 * Math.log(value / low)) / Math.log(high / low) - 1
    : (2 * (value - low)) / (high - low) - 1;
}

/** Little-endian numbers, as the machines that show pages have them. */
function unpacked(text, kind) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new KINDS[kind](bytes.buffer);
}
