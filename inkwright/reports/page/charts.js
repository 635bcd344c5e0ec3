"use strict";
// What both charts share: colours, axes, light and dark.
const charts = new Map();

function chartIn(id) {
  if (!charts.has(id)) {
    const made = echarts.init(byId(id), null, { renderer: "canvas" });
    new ResizeObserver(() => made.resize()).observe(byId(id));
    charts.set(id, made);
  }
  return charts.get(id);
}

function style() {
  const read = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return { ink: read("--ink"), soft: read("--soft"), line: read("--line"), card: read("--card") };
}

function axis(name, more = {}) {
  const { ink, soft, line } = style();
  return {
    name,
    nameLocation: "middle",
    nameGap: 34,
    nameTextStyle: { color: ink, fontSize: 14 },
    scale: true,
    axisLabel: { color: soft, formatter: shortNumber },
    axisLine: { lineStyle: { color: line } },
    splitLine: { lineStyle: { color: line, opacity: 0.6 } },
    ...more,
  };
}

function tooltip(formatter) {
  const { ink, line, card } = style();
  return { trigger: "item", backgroundColor: card, borderColor: line, textStyle: { color: ink, fontSize: 13 }, formatter, confine: true };
}

// Lines under a title, as elements: whatever they hold is text.
function tip(run, ...lines) {
  const rows = lines.map(([what, value]) => element("div", {}, `${what}: `, element("b", {}, shortNumber(value))));
  return element("div", {}, element("b", {}, runTitle(run)), ...rows);
}

// One colour for each value of a setting, the same in every chart.
function colourOf(key) {
  const values = key ? [...new Set(runs.map((run) => valueOf(run, key)))] : [undefined];
  values.sort((a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b))));
  const colours = new Map(values.map((value, at) => [value, PALETTE[at % PALETTE.length]]));
  return { values, colour: (run) => colours.get(key ? valueOf(run, key) : undefined) };
}

function colourKeys() {
  const few = (key) => new Set(runs.map((run) => valueOf(run, key))).size <= 24;
  return variedKeys.filter(few);
}
