// The page of a run in progress: one snapshot a second comes as an event, the seconds before it are asked for once. All
// texts are set as text: a cell may be named by anybody.
/* global uPlot */

const POINTS_MAX = 1_200;
const RETRY_MS = 1_000;
const CELLS_MAX = 8;
const element = (id) => document.getElementById(id);
const count = (value) => Math.round(value).toLocaleString("en-US");

const quantileText = (quantile) => (!quantile ? "–" : quantile.value === undefined ? `> ${count(quantile.above)}` : count(quantile.value));
const usdText = (usd) => `$${usd.toFixed(usd < 1 ? 4 : 2)}`;
const tokensOf = (usage) => usage.textIn + usage.audioIn + usage.textOut + usage.audioOut;
const turnsText = ({ turns, turnsPlanned }) => (turnsPlanned === undefined ? count(turns) : `${count(turns)} / ${count(turnsPlanned)}`);

function durationText(ms) {
  const seconds = Math.floor(ms / 1_000);
  const two = (value) => String(value).padStart(2, "0");
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  return `${Math.floor(seconds / 3_600)} h ${two(Math.floor(seconds / 60) % 60)} min`;
}

function make(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className !== undefined) made.className = className;
  return made;
}

/** The run in sight, its points and the charts of them. */
let newest;
let points = [];
let charts = [];

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

// ---- charts ----

const whole = (value) => (value === null || !Number.isInteger(value) ? "" : count(value));
const axis = (values) => ({
  stroke: colour("soft"),
  grid: { stroke: colour("line"), width: 1 },
  ticks: { show: false },
  font: "12px system-ui, sans-serif",
  ...values,
});

/** Elapsed time below, figures at the left, from zero. */
function chartOf(id, { series, read, label = (value) => count(value), least = 1 }) {
  const place = element(id);
  const options = {
    width: Math.max(100, place.clientWidth),
    height: place.clientHeight,
    legend: { show: false },
    cursor: { y: false, points: { size: 6 } },
    scales: { x: { time: false }, y: { range: (_, __, most) => [0, Math.max(least, (most ?? 0) * 1.1)] } },
    axes: [
      axis({ size: 28, values: (_, splits) => splits.map((at) => durationText(at * 1_000)), space: 90 }),
      axis({ size: 56, values: (_, splits) => splits.map(label), space: 26 }),
    ],
    series: [{}, ...series.map(({ name, stroke, dash }) => ({ label: name, stroke, dash, width: 2, points: { show: false }, spanGaps: false }))],
  };
  const chart = new uPlot(options, [[]], place);
  const redraw = () => chart.setData([points.map(({ atMs }) => atMs / 1_000), ...read(points)]);
  redraw();
  return { chart, place, redraw };
}

/** A quantile among turns without an answer has no height: the wait that was broken off may be shorter than any answer. */
const heightOf = (quantile) => quantile?.value ?? null;

function buildCharts() {
  for (const { chart } of charts) chart.destroy();
  charts = [];
  if (!newest) return;
  const cells = newest.cells.slice(0, CELLS_MAX);
  const lines = cells.flatMap(({ id }, index) => [
    { name: `${id} p50`, stroke: colour(`cell-${index + 1}`) },
    { name: `${id} p90`, stroke: colour(`cell-${index + 1}`), dash: [5, 4] },
  ]);
  const column = (read) => (all) => [all.map(read)];
  charts = [
    chartOf("latency", {
      series: lines,
      read: (all) => cells.flatMap((_, index) => ["p50", "p90"].map((which) => all.map((point) => heightOf(point.cells[index]?.[which])))),
    }),
    chartOf("calls", { series: [{ name: "calls", stroke: colour("accent") }], read: column(({ running }) => running), label: whole }),
    chartOf("trouble", {
      series: [
        { name: "unanswered", stroke: colour("warn") },
        { name: "failed", stroke: colour("bad"), dash: [5, 4] },
      ],
      read: (all) => [all.map(({ unanswered }) => unanswered), all.map(({ failed }) => failed)],
      label: whole,
    }),
    chartOf("money", {
      series: [{ name: "usd", stroke: colour("accent") }],
      read: column(({ microUsd }) => microUsd / 1e6),
      label: (value) => `$${Number(value.toPrecision(3))}`,
      least: 0.001,
    }),
    chartOf("tokens", { series: [{ name: "tokens", stroke: colour("accent") }], read: column(({ tokens }) => tokens) }),
  ];
}

function fitCharts() {
  for (const { chart, place } of charts) chart.setSize({ width: Math.max(100, place.clientWidth), height: place.clientHeight });
}

// ---- texts ----

function showState(text, className = "") {
  const state = element("state");
  if (state.textContent !== text) state.textContent = text;
  state.className = className;
}

function factsOf({ elapsedMs, expectedMs, running, unanswered, failed, usage, microUsd, unpricedTurns, budget, ...rest }) {
  const limit = budget?.limits.microUsd;
  const money = [
    "at list price",
    ...(limit === undefined ? [] : [`of ${usdText(limit / 1e6)}`]),
    ...(unpricedTurns > 0 ? [`${count(unpricedTurns)} turns unpriced`] : []),
  ];
  return [
    ["elapsed", durationText(elapsedMs), expectedMs ? `of about ${durationText(expectedMs + 500)}` : ""],
    ["calls in progress", count(running), ""],
    ["turns", count(rest.turns), rest.turnsPlanned === undefined ? "" : `of ${count(rest.turnsPlanned)} planned`],
    ["unanswered", count(unanswered), "", unanswered > 0],
    ["failed", count(failed), "", failed > 0],
    ["money", usdText((microUsd + (budget?.spentBefore?.microUsd ?? 0)) / 1e6), money.join(", ")],
    ["tokens", count(tokensOf(usage)), budget?.limits.tokens === undefined ? "" : `of ${count(budget.limits.tokens)}`],
  ];
}

function showFacts(snapshot) {
  const facts = factsOf(snapshot).map(([name, value, detail, isBad]) => {
    const fact = make("div");
    const shown = make("dd", value, isBad ? "bad" : "");
    shown.append(make("small", detail));
    fact.append(make("dt", name), shown);
    return fact;
  });
  element("facts").replaceChildren(...facts);
}

function rowOf(texts) {
  const row = make("tr");
  row.append(...texts.map((text) => make("td", text)));
  return row;
}

function showTexts(snapshot) {
  const { scenario, folder, cells, doubts, failures, instrument } = snapshot;
  document.title = `${scenario} – earshot`;
  element("scenario").textContent = scenario;
  element("folder").textContent = folder;
  showFacts(snapshot);
  element("cells").replaceChildren(
    ...cells.map((cell) =>
      rowOf([
        cell.id,
        count(cell.sessions),
        turnsText(cell),
        quantileText(cell.soFar.p50),
        quantileText(cell.soFar.p90),
        count(cell.outcomes.unanswered),
        count(cell.outcomes.failed),
      ]),
    ),
  );
  element("doubts").hidden = doubts.length === 0;
  element("doubts")
    .querySelector("ul")
    .replaceChildren(...doubts.map((doubt) => make("li", doubt)));
  element("failures").hidden = failures.length === 0;
  element("failures")
    .querySelector("tbody")
    .replaceChildren(...failures.map(({ failureClass, turns }) => rowOf([failureClass, count(turns)])));
  const isBound = cells.slice(0, CELLS_MAX).some(({ latest }) => latest.p50?.above !== undefined || latest.p90?.above !== undefined);
  const notes = [
    ...(isBound ? ["Where a line is missing, the quantile lies among turns without an answer: longer than every answer that was heard."] : []),
    ...(cells.length > CELLS_MAX ? [`The first ${CELLS_MAX} of ${cells.length} cells are drawn; the table has them all.`] : []),
    ...(instrument.framesSent > 0 ? [`${count(instrument.framesSent)} microphone frames sent, ${count(instrument.framesLate)} of them late.`] : []),
  ];
  element("latency-note").hidden = notes.length === 0;
  element("latency-note").textContent = notes.join(" ");
}

function showLegend({ cells }) {
  const entries = cells.slice(0, CELLS_MAX).map(({ id }, index) => {
    const entry = make("li");
    entry.append(make("span", "", `line cell-${index + 1}`), id);
    return entry;
  });
  element("legend").replaceChildren(...entries);
}

// ---- what comes ----

const pointOf = ({ elapsedMs, running, unanswered, failed, usage, microUsd, cells }) => ({
  atMs: elapsedMs,
  running,
  unanswered,
  failed,
  tokens: tokensOf(usage),
  microUsd,
  cells: cells.slice(0, CELLS_MAX).map(({ latest }) => latest),
});

let asking;
/** What was before this page looked; again when the page holds more points than the run's own ring. */
async function askHistory() {
  try {
    const answer = await fetch("history");
    const history = answer.ok ? await answer.json() : undefined;
    if (history === undefined || history.runId !== newest?.runId) return;
    const last = history.points.at(-1)?.atMs ?? -1;
    points = [...history.points, ...points.filter(({ atMs }) => atMs > last)];
    for (const { redraw } of charts) redraw();
  } catch {
    // The connection of the events tells the reader; this is asked again when that one is back.
  } finally {
    asking = undefined;
  }
}

function show(snapshot) {
  const isNew = snapshot.runId !== newest?.runId;
  newest = snapshot;
  showTexts(snapshot);
  if (isNew) {
    points = [];
    showLegend(snapshot);
    buildCharts();
  }
  if (snapshot.elapsedMs > (points.at(-1)?.atMs ?? -1)) points.push(pointOf(snapshot));
  if (isNew || points.length > POINTS_MAX) asking ??= askHistory();
  for (const { redraw } of charts) redraw();
  if (snapshot.end) showState(`The run is over: report at ${snapshot.end.report}`, "over");
  else showState("Running");
}

let retryMs = RETRY_MS;
function connect() {
  const source = new EventSource("events");
  source.addEventListener("open", () => {
    retryMs = RETRY_MS;
    if (newest) asking ??= askHistory();
  });
  source.addEventListener("snapshot", (event) => show(JSON.parse(event.data)));
  source.addEventListener("over", () => {
    source.close();
    if (!newest?.end) showState("earshot has ended; the terminal says why", "lost");
  });
  source.addEventListener("error", () => {
    // A browser gives up after some errors; this page comes back until it is closed.
    source.close();
    showState("The connection is lost; trying again", "lost");
    setTimeout(connect, retryMs);
    retryMs = Math.min(retryMs * 2, 10_000);
  });
}

new ResizeObserver(fitCharts).observe(document.body);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", buildCharts);
connect();
