// Elements with their properties and children, and groups of choices.

export function make(name, properties = {}, children = []) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** Choices of which one must be taken; `options` are pairs of value and words. */
export function radios(name, legend, options) {
  const items = options.map(([value, words]) => {
    const input = make("input", { type: "radio", name, value, required: true });
    return make("label", {}, [input, make("span", { textContent: words })]);
  });
  return make("fieldset", { className: "choices" },
    [make("legend", { textContent: legend }), ...items]);
}

/** Text that is English whatever the language of the page. */
export function english(name, words) {
  return make(name, { lang: "en", textContent: words });
}
