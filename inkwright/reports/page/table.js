"use strict";
// Settings and numbers of all runs; its filters hold for the other views too.
let grid = null;
let tableSpeaks = false;

function buildTable() {
  views.set("table", { show: showTable });
}

function showTable() {
  if (!grid) return makeGrid();
  if (tableSpeaks) return;
  const others = [...filters].filter(([name]) => name !== "table").map(([, passes]) => passes);
  grid.setFilter((row) => others.every((passes) => passes(runs[row.index])));
  grid.redraw();
}

function makeGrid() {
  const rows = runs.map((run) => {
    const row = { index: run.index, run: run.name, state: run.state, error: run.error };
    for (const key of [...settingKeys, ...numberKeys]) row[key] = valueOf(run, key);
    return row;
  });
  grid = new Tabulator("#grid", {
    data: rows,
    index: "index",
    columns: tableColumns(),
    layout: "fitDataFill",
    maxHeight: "calc(100vh - 220px)",
    rowHeight: 52,
    movableColumns: true,
    nestedFieldSeparator: false,
    placeholder: "No run passes the filters",
    headerFilterLiveFilterDelay: 150,
    columnDefaults: { maxInitialWidth: 260, formatter: textCell, titleFormatter: textCell },
  });
  grid.on("dataFiltered", (active, filteredRows) => {
    const own = grid.getHeaderFilters().length > 0;
    if (!own && !filters.has("table")) return;
    const passing = new Set(filteredRows.map((row) => row.getData().index));
    tableSpeaks = true;
    setFilter("table", own ? (run) => passing.has(run.index) : null);
    tableSpeaks = false;
  });
  grid.on("tableBuilt", showTable);
  grid.on("rowClick", (event, row) => openZoom(runs[row.getData().index]));
}

// As a node: what the table is given as a string, it takes for HTML.
const textCell = (cell) => document.createTextNode(shortNumber(cell.getValue()));

function tableColumns() {
  const other = settingKeys.filter((key) => !variedKeys.includes(key));
  const hasErrors = runs.some((run) => run.error);
  return [
    { title: "", field: "index", headerSort: false, width: 78, formatter: drawingCell },
    { title: "run", field: "run", headerFilter: "input", sorter: "alphanum" },
    { title: "state", field: "state", headerFilter: "input", formatter: (cell) => element("span", { class: `state-${cell.getValue()}` }, cell.getValue()) },
    ...[...variedKeys, ...numberKeys, ...other].map(valueColumn),
    ...(hasErrors ? [{ title: "error", field: "error", headerFilter: "input" }] : []),
  ];
}

function valueColumn(key) {
  const numeric = isNumeric(key);
  return {
    title: label(key),
    field: key,
    sorter: numeric ? "number" : "alphanum",
    sorterParams: { alignEmptyValues: "bottom" },
    hozAlign: numeric ? "right" : "left",
    headerFilter: "input",
    headerFilterFunc: numeric ? passesNumber : "like",
  };
}

function drawingCell(cell) {
  const run = runs[cell.getValue()];
  return run.drawing ? lazyDrawing(run, { class: "cell-drawing" }) : "";
}

// ">0.5", "<=32", "16..64", "=3" or "3".
function passesNumber(wanted, value) {
  const text = String(wanted).replaceAll(" ", "");
  if (!text) return true;
  if (typeof value !== "number") return false;
  const range = text.match(/^(-?[\d.eE+]+?)\.\.(-?[\d.eE+]+)$/);
  if (range) return value >= Number(range[1]) && value <= Number(range[2]);
  const [, sign, digits] = text.match(/^(<=|>=|<|>|=)?(.*)$/);
  const number = Number(digits);
  if (digits === "" || Number.isNaN(number)) return true;
  if (sign === "<") return value < number;
  if (sign === ">") return value > number;
  if (sign === "<=") return value <= number;
  if (sign === ">=") return value >= number;
  return Math.abs(value - number) <= 1e-9 + 5e-4 * Math.abs(number);
}
