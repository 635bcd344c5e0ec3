"use strict";
// Runs without a result, those with the same reason together.
function buildFailures() {
  views.set("failures", { show: showFailures });
}

function showFailures(list) {
  const byReason = new Map();
  for (const run of list.filter((each) => each.state !== "done")) {
    const reason = run.error || run.state;
    byReason.set(reason, [...(byReason.get(reason) ?? []), run]);
  }
  const blocks = [...byReason].sort((a, b) => b[1].length - a[1].length).map(([reason, lost]) => {
    const names = element("ul", {}, ...lost.map((run) => element("li", {}, run.name)));
    const block = element("div", { class: "failure" }, element("h3", {}, lost.length > 1 ? `${lost.length} × ${reason}` : reason), names);
    const told = lost.find((run) => run.traceback);
    if (told) block.append(element("details", {}, element("summary", {}, "Traceback"), element("pre", {}, told.traceback)));
    return block;
  });
  byId("failures").replaceChildren(...(blocks.length ? blocks : [element("p", { class: "hint" }, "Every run that is shown has a result.")]));
}
