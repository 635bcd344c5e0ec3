"use strict";
// Buttons for the values of what varies, and a box for words.
const chosenValues = new Map();

function buildFacets() {
  const bar = byId("facets");
  const words = element("input", { type: "search", placeholder: "Find words in names and settings", "aria-label": "Find" });
  words.addEventListener("input", () => filterByWords(words.value));
  bar.append(element("fieldset", {}, words));
  for (const key of variedKeys) {
    const values = [...new Set(runs.map((run) => valueOf(run, key)).filter((value) => value !== undefined))];
    if (values.length < 2 || values.length > 16) continue;
    values.sort((a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b))));
    const group = element("fieldset", {}, element("legend", {}, label(key)));
    for (const value of values) group.append(facetButton(key, value));
    bar.append(group);
  }
}

function facetButton(key, value) {
  const button = element("button", { type: "button", "aria-pressed": "false", "data-facet": label(key), title: String(value) }, shortNumber(value));
  button.addEventListener("click", () => {
    const chosen = chosenValues.get(key) ?? new Set();
    chosen.has(value) ? chosen.delete(value) : chosen.add(value);
    chosenValues.set(key, chosen);
    button.setAttribute("aria-pressed", String(chosen.has(value)));
    setFilter(`facet ${key}`, chosen.size ? (run) => chosen.has(valueOf(run, key)) : null);
  });
  return button;
}

function filterByWords(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return setFilter("words", null);
  return setFilter("words", (run) => {
    const said = `${run.name} ${run.state} ${Object.entries(run.settings).map(([key, value]) => `${key}=${value}`).join(" ")}`.toLowerCase();
    return words.every((word) => said.includes(word));
  });
}
