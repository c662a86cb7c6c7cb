// What the model and the published studies say, side by side, as the experiment's JSON has it.

import { english, make } from "./nodes.js";
import { digits, maybe, signed, t } from "./text.js";

/** Nodes of both sides, after their heading. */
export function evidence(found, heading) {
  const both = make("div", { className: "both" },
    [side("story_model", model(found.model)), side("story_studies", studies(found.published))]);
  const notes = [found.answer, ...found.judgement].map((words) => english("p", words));
  const held = make("p", { className: "note" },
    [`${t("story_held")} `, english("span", found.held_fixed)]);
  return [heading, make("blockquote", {}, [english("p", found.says)]), both, ...notes, held];
}

function side(title, children) {
  return make("section", {}, [make("h4", { textContent: t(title) }), ...children]);
}

function verdict(words) {
  return make("p", { className: "verdict",
    textContent: maybe(`verdict_${words.replaceAll(" ", "_")}`, words) });
}

function model(found) {
  if (!found) return [make("p", { textContent: t("story_no_verdict") })];
  const rows = found.effects.map((effect) => {
    const row = make("tr", {}, [
      make("th", { scope: "row", textContent: effect.condition }),
      make("td", { textContent: effect.value === null ? t("no_result")
        : `${signed(effect.value, 1)} % (${signed(effect.low, 1)} … ${signed(effect.high, 1)} %)` }),
    ]);
    return row;
  });
  const least = found.smallest_worthwhile;
  return [verdict(found.verdict),
    make("p", {}, [`${t("story_change")} `, english("span", found.change)]),
    make("table", { className: "effects" }, rows),
    make("p", { className: "note", textContent: t("story_least", { value: digits(least.value, 1) }) }),
    make("p", { className: "note", lang: "en", textContent: `${found.source}; ${least.source}` })];
}

function studies(found) {
  const items = found.findings.map((one) => {
    const effect = one.effect === null || one.effect === undefined ? ""
      : ` ${number(one.effect)}${one.low === null ? "" : ` (${number(one.low)} … ${number(one.high)})`} ${unit(one.unit)}`;
    return make("li", {}, [
      make("strong", { textContent: `${t(`finding_${one.sign}`)}: ` }),
      english("span", `${one.finding}${effect}`),
      make("span", { className: "note", lang: "en", textContent: ` ${one.source}` }),
    ]);
  });
  return [verdict(found.verdict), make("ul", { className: "findings" }, items)];
}

function unit(words) { return words === "%cost" ? t("unit_cost") : words; }

function number(value) { return digits(value, Number.isInteger(value) ? 0 : 1); }
