"use strict";
// The runs, and what every view asks of them.
const data = JSON.parse(document.getElementById("data").textContent);
// Names come from files: without a prototype, "constructor" is a name like any other.
const named = (values) => Object.assign(Object.create(null), values);
data.better = named(data.better);
const runs = data.runs.map((run, index) => ({ ...run, index, settings: named(run.settings), numbers: named(run.numbers), curves: named(run.curves) }));
const byId = (id) => document.getElementById(id);
const PALETTE = ["#3b82f6", "#e8743b", "#19a979", "#b45cc9", "#d7a500", "#e0566f", "#13a4b4", "#8f6b4a", "#7a8794", "#6a5acd"];

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "class") made.className = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

function shortNumber(value) {
  if (value === undefined || value === null || value === "") return "";
  if (typeof value !== "number") return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return String(value);
  return String(Number(value.toPrecision(4)));
}

// A setting or a number of a run, by the key that selects and columns use: "setting:seed", "number:loss".
function valueOf(run, key) {
  const at = key.indexOf(":");
  return (key.slice(0, at) === "setting" ? run.settings : run.numbers)[key.slice(at + 1)];
}

function label(key) {
  return key.slice(key.indexOf(":") + 1);
}

const settingKeys = data.settings.map((name) => `setting:${name}`);
const variedKeys = data.varied.map((name) => `setting:${name}`);
const numberKeys = data.numbers.map((name) => `number:${name}`);
const isNumeric = (key) => runs.some((run) => typeof valueOf(run, key) === "number");
const numericKeys = [...variedKeys.filter(isNumeric), ...numberKeys, ...settingKeys.filter((key) => isNumeric(key) && !variedKeys.includes(key))];

function fillSelect(select, keys, chosen, none) {
  if (none) select.append(new Option(none, ""));
  for (const key of keys) select.append(new Option(label(key), key));
  if (chosen) select.value = chosen;
}

function runTitle(run) {
  const told = variedKeys.map((key) => [key, valueOf(run, key)]).filter(([, value]) => value !== undefined);
  if (!told.length) return run.name;
  return told.map(([key, value]) => (label(key) === "image" ? value : `${label(key).split(".").pop()} ${shortNumber(value)}`)).join(" · ");
}

// Drawings are unpacked when they are first looked at.
const urls = new Map();
function drawingUrl(run) {
  if (!run.drawing) return Promise.resolve(null);
  if (!urls.has(run.index)) urls.set(run.index, run.drawing.picture ? Promise.resolve(run.drawing.picture) : unpacked(run.drawing.svg));
  return urls.get(run.index);
}

async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const svg = await new Response(stream).blob();
  return URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
}

const targetUrl = (run) => (run.target ? data.targets[run.target] : null);

// Pictures in a long list get their source when they come near the window.
const whenNear = new IntersectionObserver(
  (entries) => {
    for (const entry of entries.filter((each) => each.isIntersecting)) {
      whenNear.unobserve(entry.target);
      entry.target.load();
    }
  },
  { rootMargin: "600px" },
);

function lazyDrawing(run, attributes) {
  const image = element("img", { alt: `Drawing of ${run.name}`, ...attributes });
  image.load = () => drawingUrl(run).then((url) => url && (image.src = url));
  whenNear.observe(image);
  return image;
}

const isDark = () => document.documentElement.dataset.theme === "dark";

// Which runs the filters let through; views register to be told.
const filters = new Map();
const views = new Map();
let shownRuns = runs;

function setFilter(name, passes) {
  if (passes) filters.set(name, passes);
  else filters.delete(name);
  shownRuns = runs.filter((run) => [...filters.values()].every((each) => each(run)));
  byId("shown").textContent = filters.size ? `${shownRuns.length} of ${runs.length} shown` : "";
  for (const view of views.values()) view.stale = true;
  refreshView();
}

let openTab = "gallery";
function refreshView() {
  const view = views.get(openTab);
  if (view && view.stale !== false) {
    view.stale = false;
    view.show(shownRuns);
  }
}
