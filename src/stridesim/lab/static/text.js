// Words of the page: one file for each language, English where a word is missing.

import { read } from "./place.js";

let words = {};
const LANGUAGES = ["en", "de"];

export async function chooseLanguage(asked) {
  const wanted = [asked, new URLSearchParams(location.search).get("lang"), ...navigator.languages]
    .filter(Boolean)
    .map((name) => name.slice(0, 2));
  const chosen = wanted.find((name) => LANGUAGES.includes(name)) ?? "en";
  const file = (name) => read(`/static/text/${name}.json`);
  const [english, own] = await Promise.all([file("en"), chosen === "en" ? {} : file(chosen)]);
  words = { ...english, ...own };
  document.documentElement.lang = chosen;
  document.title = `stridesim ${t("title")}`;
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll("[data-label]"))
    node.setAttribute("aria-label", t(node.dataset.label));
}

/** The words of a key; `{name}` in them is replaced. */
export function t(key, parts = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (all, name) => String(parts[name] ?? all));
}

/** The words of a key, or what stands in for them. */
export function maybe(key, otherwise) {
  return words[key] ?? otherwise;
}

/** A number with so many decimals, as the language writes it. */
export function digits(value, decimals) {
  return new Intl.NumberFormat(document.documentElement.lang, {
    minimumFractionDigits: decimals, maximumFractionDigits: decimals,
  }).format(value).replace("-", "−");
}

/** The same with its sign. */
export function signed(value, decimals) {
  const text = digits(Math.abs(value), decimals);
  const none = digits(0, decimals) === text;
  return `${none ? "±" : value < 0 ? "−" : "+"}${text}`;
}

/** A value of a parameter as people say it; without `decimals`, to three digits or so. */
export function said(path, value, unit, decimals = fitting(value)) {
  if (path === "task.speed") {
    const pace = Math.round(1000 / value);
    const clock = `${Math.floor(pace / 60)}:${String(pace % 60).padStart(2, "0")}`;
    return `${digits(value, 2)} m/s (${clock} min/km)`;
  }
  const text = digits(value, decimals);
  if (unit === "1") return text;
  return unit === "deg" ? `${text}°` : `${text} ${unit}`;
}

/** A number to three digits or so. */
export function number(value) {
  return digits(value, fitting(value));
}

function fitting(value) {
  const size = Math.abs(value);
  return size === 0 || size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 3;
}
