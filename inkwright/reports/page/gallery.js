"use strict";
// Drawings with their inputs, and one of them large.
const cards = new Map();
let galleryOrder = [];

function buildGallery() {
  const sort = byId("gallery-sort");
  fillSelect(sort, [...variedKeys, ...numberKeys], "", "name");
  sort.addEventListener("change", () => {
    const better = data.better[label(sort.value)];
    byId("gallery-down").checked = sort.value.startsWith("number:") && better === "higher";
    showGallery(shownRuns);
  });
  byId("gallery-down").addEventListener("change", () => showGallery(shownRuns));
  byId("gallery-size").addEventListener("input", (event) => byId("cards").style.setProperty("--size", `${event.target.value}px`));
  const input = byId("gallery-input");
  if (!runs.some(targetUrl)) input.value = "off";
  input.addEventListener("change", () => (byId("cards").dataset.input = input.value));
  byId("cards").dataset.input = input.value;
  views.set("gallery", { show: showGallery });
  buildZoom();
}

function sorted(list, key, down) {
  if (!key) {
    const [drawn, lost] = [list.filter((run) => run.drawing), list.filter((run) => !run.drawing)];
    return down ? [...drawn.reverse(), ...lost] : [...drawn, ...lost];
  }
  const has = (run) => valueOf(run, key) !== undefined;
  const order = (a, b) => {
    const [x, y] = [valueOf(a, key), valueOf(b, key)];
    const sign = typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y), undefined, { numeric: true });
    return down ? -sign : sign;
  };
  return [...list.filter(has).sort(order), ...list.filter((run) => !has(run))];
}

function showGallery(list) {
  galleryOrder = sorted(list, byId("gallery-sort").value, byId("gallery-down").checked);
  byId("cards").replaceChildren(...galleryOrder.map(card));
}

function card(run) {
  if (!cards.has(run.index)) cards.set(run.index, newCard(run));
  const made = cards.get(run.index);
  const key = byId("gallery-sort").value;
  const telling = ["number:loss", ...numberKeys.filter((each) => data.better[label(each)] === "higher")];
  const keys = [...new Set([...(key.startsWith("number:") ? [key] : []), ...telling])];
  made.querySelector(".numbers").textContent = keys
    .filter((each) => valueOf(run, each) !== undefined)
    .slice(0, 3)
    .map((each) => `${label(each)} ${shortNumber(valueOf(run, each))}`)
    .join("   ");
  return made;
}

function newCard(run) {
  const drawing = run.drawing ? lazyDrawing(run, {}) : element("p", { class: run.error ? "none bad" : "none" }, run.error || "no drawing");
  const lacks = run.drawing && run.error ? [element("span", { class: "lacks" }, run.error)] : [];
  const halves = [element("div", { class: "half" }, drawing)];
  if (targetUrl(run)) halves.unshift(element("div", { class: "half target-half" }, element("img", { src: targetUrl(run), alt: "Input", loading: "lazy" })));
  const pick = element("button", { type: "button", class: "pick", title: "Choose two to compare" }, "compare");
  pick.addEventListener("click", (event) => {
    event.stopPropagation();
    togglePick(run);
  });
  const made = element(
    "article",
    { class: "card", tabindex: "0", "data-run": run.name },
    element("div", { class: "pictures" }, ...halves),
    element("footer", {}, element("span", { class: "what" }, runTitle(run)), ...(run.drawing ? [pick] : []), ...lacks, element("span", { class: "numbers" })),
  );
  made.addEventListener("click", () => openZoom(run));
  made.addEventListener("keydown", (event) => event.key === "Enter" && event.target === made && openZoom(run));
  return made;
}

let zoomed = null;
let zoomPan = null;

function buildZoom() {
  const dialog = byId("zoom");
  const stage = dialog.querySelector(".stage");
  zoomPan = Panzoom(stage.querySelector("img"), { maxScale: 40, minScale: 0.5, canvas: true, noBind: false });
  stage.addEventListener("wheel", zoomPan.zoomWithWheel, { passive: false });
  dialog.querySelectorAll("[data-step]").forEach((button) => button.addEventListener("click", () => stepZoom(Number(button.dataset.step))));
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") stepZoom(-1);
    if (event.key === "ArrowRight") stepZoom(1);
  });
}

function stepZoom(by) {
  const order = galleryOrder.length ? galleryOrder : shownRuns;
  const at = order.indexOf(zoomed);
  openZoom(order[(at + by + order.length) % order.length]);
}

async function openZoom(run) {
  zoomed = run;
  const dialog = byId("zoom");
  dialog.querySelector("h2").textContent = runTitle(run);
  const target = dialog.querySelector(".target");
  target.hidden = !targetUrl(run);
  if (targetUrl(run)) target.src = targetUrl(run);
  const facts = [["run", run.name], ["state", run.error ? `${run.state}: ${run.error}` : run.state], ...Object.entries(run.settings), ...Object.entries(run.numbers)];
  dialog.querySelector("table").replaceChildren(...facts.map(([name, value]) => element("tr", {}, element("th", {}, name), element("td", {}, shortNumber(value)))));
  const image = dialog.querySelector(".drawing");
  const url = await drawingUrl(run);
  if (run !== zoomed) return;
  if (url) image.src = url;
  image.hidden = !url;
  if (!dialog.open) dialog.showModal();
  zoomPan.reset({ animate: false });
}
