"use strict";
// Two drawings side by side, under a slider, or as their difference.
const picked = [];

function togglePick(run) {
  const at = picked.indexOf(run);
  if (at >= 0) picked.splice(at, 1);
  else picked.push(run);
  if (picked.length > 2) picked.shift();
  showPicked();
}

function showPicked() {
  cards.forEach((made, index) => made.classList.toggle("picked", picked.includes(runs[index])));
  byId("tray").hidden = picked.length === 0;
  byId("tray-runs").textContent = picked.map(runTitle).join("   and   ") + (picked.length === 1 ? "   and … choose another" : "");
  byId("tray-compare").disabled = picked.length !== 2;
}

function buildCompare() {
  const dialog = byId("compare");
  byId("tray-compare").addEventListener("click", () => openCompare(...picked));
  byId("tray-clear").addEventListener("click", () => {
    picked.length = 0;
    showPicked();
  });
  dialog.querySelectorAll("[name=mode]").forEach((radio) => radio.addEventListener("change", () => setMode(radio.value)));
  dialog.querySelector(".wipe").addEventListener("input", (event) => setWipe(Number(event.target.value)));
  const pair = dialog.querySelector(".pair");
  const follow = (event) => {
    if (!pair.classList.contains("slider") || event.buttons !== 1) return;
    const box = pair.getBoundingClientRect();
    setWipe(Math.min(100, Math.max(0, (100 * (event.clientX - box.left)) / box.width)));
  };
  pair.addEventListener("pointermove", follow);
  pair.addEventListener("pointerdown", follow);
}

function setMode(mode) {
  byId("compare").querySelector(".pair").className = `pair ${mode}`;
  const said = {
    side: "A on the left, B on the right.",
    slider: "A on the left of the line, B on the right; move the slider or drag on the picture.",
    difference: "White where both are alike; the darker, the more they differ.",
  };
  byId("compare").querySelector(".legend").textContent = said[mode];
}

function setWipe(percent) {
  const dialog = byId("compare");
  dialog.querySelector(".wipe").value = percent;
  dialog.querySelector(".pair").style.setProperty("--wipe", `${percent}%`);
}

async function openCompare(a, b) {
  const dialog = byId("compare");
  const [first, second] = await Promise.all([drawingUrl(a), drawingUrl(b)]);
  dialog.querySelector(".a img").src = first;
  dialog.querySelector(".b img").src = second;
  dialog.querySelector("h2").textContent = `A: ${runTitle(a)}   —   B: ${runTitle(b)}`;
  const rows = [...settingKeys, ...numberKeys].filter((key) => valueOf(a, key) !== undefined || valueOf(b, key) !== undefined);
  dialog.querySelector("table").replaceChildren(
    element("tr", {}, ...["", "A", "B", "B − A"].map((text) => element("th", {}, text))),
    ...rows.map((key) => comparedRow(key, valueOf(a, key), valueOf(b, key))),
  );
  setMode(dialog.querySelector("[name=mode]:checked").value);
  setWipe(50);
  if (!dialog.open) dialog.showModal();
}

function comparedRow(key, a, b) {
  const change = typeof a === "number" && typeof b === "number" && a !== b ? `${b > a ? "+" : "−"}${shortNumber(Math.abs(b - a))}` : "";
  const cells = [shortNumber(a), shortNumber(b), change].map((text) => element("td", {}, text));
  return element("tr", a === b ? {} : { class: "differs" }, element("th", {}, label(key)), ...cells);
}
