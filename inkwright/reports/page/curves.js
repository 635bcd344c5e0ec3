"use strict";
// How numbers went over the steps.
function buildCurves() {
  const names = [...new Set(runs.flatMap((run) => Object.keys(run.curves)))];
  const select = byId("curves-name");
  for (const name of names) select.append(new Option(name, name));
  fillSelect(byId("curves-colour"), colourKeys(), colourKeys()[0], "one colour");
  for (const id of ["curves-name", "curves-colour", "curves-log"]) byId(id).addEventListener("change", () => showCurves(shownRuns));
  views.set("curves", { show: showCurves });
}

function showCurves(list) {
  const name = byId("curves-name").value;
  const colourKey = byId("curves-colour").value;
  const { values, colour } = colourOf(colourKey);
  const drawn = list.filter((run) => run.curves[name]?.length);
  const { ink } = style();
  const logarithmic = byId("curves-log").checked;
  const legend = colourKey ? values.map((value) => shortNumber(value) || "none") : [];
  const chart = chartIn("curves-chart");
  chart.setOption(
    {
      animation: false,
      grid: { left: 70, right: 30, top: 44, bottom: 60 },
      legend: { top: 8, textStyle: { color: ink }, data: legend, type: "scroll" },
      tooltip: tooltip((item) => tip(runs[item.seriesId], ...(Array.isArray(item.value) ? [[`step ${item.value[0]}`, item.value[1]]] : []))),
      xAxis: axis("step", { type: "value", scale: false }),
      yAxis: axis(name, { type: logarithmic ? "log" : "value", nameGap: 50 }),
      dataZoom: [{ type: "inside", filterMode: "none" }, { type: "inside", orient: "vertical", filterMode: "none" }],
      series: drawn.map((run) => ({
        type: "line",
        id: run.index,
        name: colourKey ? shortNumber(valueOf(run, colourKey)) || "none" : run.name,
        color: colour(run),
        showSymbol: run.curves[name].length < 3,
        symbolSize: 5,
        triggerLineEvent: true,
        lineStyle: { width: drawn.length > 60 ? 1 : 1.8, opacity: drawn.length > 60 ? 0.55 : 0.9 },
        emphasis: { focus: drawn.length > 120 ? "none" : "series", lineStyle: { width: 3, opacity: 1 } },
        data: logarithmic ? run.curves[name].filter(([, value]) => value > 0) : run.curves[name],
      })),
    },
    { notMerge: true },
  );
  chart.off("click");
  chart.on("click", (item) => openZoom(runs[item.seriesId]));
  byId("curves-chart").dataset.curves = drawn.length;
}
