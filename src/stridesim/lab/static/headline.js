// The number that counts, what it means, and why there is none.

import { digits, maybe, signed, t } from "./text.js";

const $ = (id) => document.getElementById(id);

export class Headline {
  constructor(facts) {
    this.marathon = facts.marathon;
  }

  set(now, other, changed) {
    const { cost_of_transport: cost, oxygen_cost: oxygen, speed } = now.numbers;
    $("cost").replaceChildren(
      big(digits(cost, 2), "J/kg/m"), big(digits(oxygen, 0), "ml/kg/km"));
    const before = other?.numbers.cost_of_transport;
    $("against").replaceChildren();
    if (!before || !changed) {
      $("against").textContent = t(changed ? "no_reference" : "no_change");
      return;
    }
    const share = cost / before - 1;
    const minutes = (this.marathon / speed / 60) * share;
    const part = (words, extra) => {
      const node = document.createElement("span");
      node.textContent = words;
      if (extra) node.className = extra;
      return node;
    };
    const kind = Math.abs(share) < 5e-4 ? "same" : share > 0 ? "worse" : "better";
    $("against").append(part(`${signed(100 * share, 1)} %`, kind),
      part(t("marathon", { minutes: signed(minutes, 1) })));
  }

  trouble(answer, facts) {
    const node = $("trouble");
    document.body.classList.toggle("infeasible", !answer.ok);
    node.hidden = answer.ok;
    if (answer.ok) {
      node.textContent = "";
      return;
    }
    const culprit = answer.culprit;
    const name = culprit && (maybe(`muscle_${culprit.name}`, undefined) ??
      maybe(`joint_${culprit.name.replace(/[ ()]+/g, "_").replace(/_$/, "")}`, culprit.name.replaceAll("_", " ")));
    const words = answer.status === "refused" ? answer.reason
      : maybe(`status_${answer.status}`, answer.reason);
    const detail = culprit ? t(`culprit_${answer.status}`, {
      name, value: digits(culprit.unit === "1" ? 100 * culprit.value : culprit.value,
        culprit.unit === "1" || culprit.unit === "deg" ? 0 : 2), unit: culprit.unit,
      percent: digits(culprit.percent, 0),
    }) : words;
    node.textContent = `${detail} ${t("last_feasible")}`;
  }
}

function big(number, unit) {
  const node = document.createElement("span");
  const strong = document.createElement("strong");
  strong.textContent = number;
  node.append(strong, ` ${unit}`);
  return node;
}
