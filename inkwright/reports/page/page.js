"use strict";
// Tabs, light and dark, dialogs; then everything is built.
function openView(name) {
  if (!byId(name)?.classList.contains("view")) return;
  openTab = name;
  for (const view of document.querySelectorAll(".view")) view.hidden = view.id !== name;
  for (const tab of document.querySelectorAll("[data-tab]")) tab.setAttribute("aria-selected", String(tab.dataset.tab === name));
  history.replaceState(null, "", `#/${name}`);
  refreshView();
}

function setTheme(theme) {
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  document.documentElement.dataset.theme = theme === "auto" ? system : theme;
  byId("theme").querySelector("span").textContent = theme;
  byId("theme").dataset.chosen = theme;
  for (const name of ["scatter", "curves"]) if (views.has(name)) views.get(name).stale = true;
  refreshView();
}

function buildPage() {
  buildFacets();
  buildGallery();
  buildTable();
  buildScatter();
  buildCurves();
  buildCompare();
  buildFailures();
  const themes = ["auto", "light", "dark"];
  byId("theme").addEventListener("click", () => setTheme(themes[(themes.indexOf(byId("theme").dataset.chosen) + 1) % 3]));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => setTheme(byId("theme").dataset.chosen));
  for (const tab of document.querySelectorAll("[data-tab]")) tab.addEventListener("click", () => openView(tab.dataset.tab));
  for (const link of document.querySelectorAll("[data-tab-link]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      openView(link.dataset.tabLink);
    });
  }
  for (const button of document.querySelectorAll("[data-close]")) button.addEventListener("click", () => button.closest("dialog").close());
  for (const dialog of document.querySelectorAll("dialog")) dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  setTheme("auto");
  const wanted = location.hash.slice(2);
  openView(views.has(wanted) ? wanted : "gallery");
  document.documentElement.dataset.ready = "yes";
}

buildPage();
