"use strict";
// Any number against any other, and the runs that nothing beats in both.
const thumbnails = new Map();
const directions = { x: "lower", y: "lower" };

function buildScatter() {
  const [x, y] = [byId("scatter-x"), byId("scatter-y")];
  const quality = numberKeys.find((key) => data.better[label(key)] === "higher") ?? numberKeys[0];
  const strokes = numericKeys.find((key) => label(key) === "num_strokes") ?? numericKeys.find((key) => label(key) === "shapes");
  fillSelect(x, numericKeys, strokes ?? numericKeys[0]);
  fillSelect(y, numericKeys, quality);
  // Drawings of different pictures are not each other's rivals: each picture has its colour, and its front.
  const apart = colourKeys().find((key) => label(key) === "image") ?? colourKeys().find((key) => key !== strokes);
  fillSelect(byId("scatter-colour"), colourKeys(), apart ?? "", "one colour");
  byId("scatter-thumbnails").checked = runs.filter((run) => run.drawing).length <= 60;
  const again = () => showScatter(shownRuns);
  for (const select of [x, y]) select.addEventListener("change", () => { setDirections(); again(); });
  for (const id of ["scatter-colour", "scatter-thumbnails", "scatter-front"]) byId(id).addEventListener("change", again);
  for (const side of ["x", "y"]) {
    byId(`scatter-${side}-better`).addEventListener("click", () => {
      directions[side] = directions[side] === "lower" ? "higher" : "lower";
      showDirections();
      again();
    });
  }
  setDirections();
  views.set("scatter", { show: showScatter });
}

function setDirections() {
  for (const side of ["x", "y"]) directions[side] = data.better[label(byId(`scatter-${side}`).value)] ?? "lower";
  showDirections();
}

function showDirections() {
  for (const side of ["x", "y"]) byId(`scatter-${side}-better`).textContent = `${directions[side]} ${label(byId(`scatter-${side}`).value)}`;
}

// The runs that no other run beats in one number without losing in the other.
function paretoFront(points, xBetter, yBetter) {
  const sign = (better) => (better === "lower" ? 1 : -1);
  const ordered = [...points].sort((a, b) => sign(xBetter) * (a.x - b.x) || sign(yBetter) * (a.y - b.y));
  const front = [];
  for (const point of ordered) {
    if (!front.length || sign(yBetter) * (front[front.length - 1].y - point.y) > 0) front.push(point);
  }
  return front;
}

function thumbnail(run, colour) {
  const key = `${run.index} ${colour}`;
  // A drawing that can't be put on a canvas is a plain point.
  if (!thumbnails.has(key)) thumbnails.set(key, drawThumbnail(run, colour).catch(() => null));
  return thumbnails.get(key);
}

async function drawThumbnail(run, colour) {
  const url = await drawingUrl(run);
  if (!url) return null;
  const image = new Image();
  image.src = url;
  await image.decode();
  if (!image.naturalWidth) return null;
  const scale = 112 / Math.max(image.naturalWidth, image.naturalHeight);
  const canvas = element("canvas", { width: Math.round(image.naturalWidth * scale) + 4, height: Math.round(image.naturalHeight * scale) + 4 });
  const pen = canvas.getContext("2d");
  pen.fillStyle = "white";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 2, 2, canvas.width - 4, canvas.height - 4);
  pen.strokeStyle = colour;
  pen.lineWidth = 4;
  pen.strokeRect(0, 0, canvas.width, canvas.height);
  return { url: canvas.toDataURL(), aspect: canvas.width / canvas.height };
}

let scatterRequest = 0;
async function showScatter(list) {
  const request = ++scatterRequest;
  const [xKey, yKey, colourKey] = ["scatter-x", "scatter-y", "scatter-colour"].map((id) => byId(id).value);
  const points = list
    .map((run) => ({ run, x: valueOf(run, xKey), y: valueOf(run, yKey) }))
    .filter((point) => typeof point.x === "number" && typeof point.y === "number");
  const { colour } = colourOf(colourKey);
  const pictures = byId("scatter-thumbnails").checked ? await Promise.all(points.map((point) => thumbnail(point.run, colour(point.run)))) : [];
  if (request !== scatterRequest) return;
  const { ink } = style();
  const fronts = byId("scatter-front").checked ? frontsOf(points, colourKey) : [];
  const chart = chartIn("scatter-chart");
  chart.setOption(
    {
      animation: false,
      grid: { left: 70, right: 30, top: 40, bottom: 60 },
      legend: { top: 6, textStyle: { color: ink }, type: "scroll" },
      tooltip: tooltip((item) => (item.data.run === undefined ? "" : tip(runs[item.data.run], ...[xKey, yKey].map((key) => [label(key), valueOf(runs[item.data.run], key)])))),
      xAxis: axis(label(xKey)),
      yAxis: axis(label(yKey), { nameGap: 50 }),
      dataZoom: [{ type: "inside", filterMode: "none" }, { type: "inside", orient: "vertical", filterMode: "none" }],
      series: [...scatterSeries(points, pictures, colourKey), ...fronts.map(({ front, value }) => frontSeries(front, colourKey ? colour(front[0].run) : ink, value))],
    },
    { notMerge: true },
  );
  chart.off("click");
  chart.on("click", (item) => item.data.run !== undefined && openZoom(runs[item.data.run]));
  byId("scatter-chart").dataset.points = points.length;
  byId("scatter-chart").dataset.front = fronts.flatMap(({ front }) => front.map((point) => point.run.name)).join("|");
}

function scatterSeries(points, pictures, colourKey) {
  const { values, colour } = colourOf(colourKey);
  const items = points.map((point, at) => ({ point, picture: pictures[at], value: colourKey ? valueOf(point.run, colourKey) : undefined }));
  const series = values.map((value, at) => ({
    type: "scatter",
    name: colourKey ? shortNumber(value) || "none" : "runs",
    color: PALETTE[at % PALETTE.length],
    symbolSize: 11,
    data: items.filter((item) => item.value === value).map(({ point, picture }) => ({
      value: [point.x, point.y],
      run: point.run.index,
      itemStyle: { color: colour(point.run), opacity: picture ? 1 : 0.85 },
      ...(picture ? { symbol: `image://${picture.url}`, symbolSize: [56 * Math.min(1, picture.aspect), 56 / Math.max(1, picture.aspect)] } : {}),
    })),
    emphasis: { scale: 1.6 },
  }));
  return series.filter((each) => each.data.length);
}

// One front for each colour.
function frontsOf(points, colourKey) {
  const values = [...new Set(points.map((point) => (colourKey ? valueOf(point.run, colourKey) : undefined)))];
  return values.map((value) => ({
    value,
    front: paretoFront(points.filter((point) => !colourKey || valueOf(point.run, colourKey) === value), directions.x, directions.y),
  }));
}

function frontSeries(front, colour, value) {
  return {
    type: "line",
    name: value === undefined ? "Pareto front" : shortNumber(value),
    color: colour,
    symbol: "none",
    lineStyle: { color: colour, width: 1.5, type: "dashed" },
    silent: true,
    z: 1,
    data: front.map((point) => [point.x, point.y]),
  };
}
