// The page: it takes what the server sends and puts it in its place. All texts
// become text nodes, so that nothing in a log can become a part of the page.
import {Chart, html, number, when} from "./chart.js";

const get = id => document.getElementById(id);

const charts = [
  {title: "Utterances and failures", bars: true, series: [{field: "utterances", label: "utterances"}, {field: "failures", label: "failures"}]},
  {title: "Latency, end of speech to text", unit: "s", limit: "latency", series: [{field: "latency", label: "median"}, {field: "latency95", label: "95 % below"}]},
  {title: "Processing time", unit: "s", limit: "processing", series: [{field: "processing", label: "median"}, {field: "processing95", label: "95 % below"}]},
  {title: "Speed factor, higher is faster", unit: "", limit: "speed", lowIsBad: true, series: [{field: "speed", label: "median"}, {field: "speed5", label: "95 % above"}]},
  {title: "Memory", unit: "MB", series: [{field: "memory", label: "resident"}, {field: "growth", label: "beyond the model"}]},
  {title: "Processor load, of all processors", unit: "%", limit: "cpu", series: [{field: "cpu", label: "highest"}]},
  {title: "Refreshes and retries", bars: true, series: [{field: "refreshes", label: "refreshes"}, {field: "retries", label: "retries"}]},
  {title: "Queue", bars: true, highest: true, series: [{field: "queue", label: "longest"}]},
].map(spec => new Chart(spec));
get("charts").append(...charts.map(c => c.figure));

// show replaces what an element holds, if it is to change: what somebody has
// marked in it stays marked otherwise.
function show(element, ...children) {
  const made = html("div", {}, ...children);
  if (element.innerHTML !== made.innerHTML) element.replaceChildren(...made.childNodes);
}

// table of columns [title, cell of a row, class]; a cell is a text or an element.
function table(id, columns, rows, none, rowClass = () => "") {
  if (!rows.length) return show(get(id), html("caption", {}, none));
  const head = html("tr", {}, ...columns.map(([title, , style]) => html("th", {scope: "col", class: style ?? ""}, title)));
  const body = rows.map(row => html("tr", {class: rowClass(row)},
    ...columns.map(([, cell, style]) => html("td", {class: style ?? ""}, cell(row)))));
  show(get(id), html("thead", {}, head), html("tbody", {}, ...body));
}

const known = (v, unit) => v ? number(v, unit) : "–";
const seconds = new Intl.DateTimeFormat(undefined, {hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23"});
const moment = (t, now) => Math.abs(now - t) < 20 * 3600e3 ? seconds.format(t) : when(t, now);
const base = path => path.split(/[\\/]/).pop();

let toldNames;
function alerts(d) {
  const items = d.alerts.map(a => html("li", {class: a.severity},
    html("strong", {}, a.severity[0].toUpperCase() + a.severity.slice(1)), a.message, html("span", {}, a.remedy)));
  show(get("alerts"), ...(items.length ? items : [html("li", {}, d.recent.length ? "None: the last items keep all limits." : "None.")]));
  // Told when alerts come and go, not whenever their figures change.
  const names = d.alerts.map(a => a.name + a.severity).join();
  if (d.done && names !== toldNames) {
    if (names || toldNames) get("told").textContent = d.alerts.map(a => `${a.severity}: ${a.message}`).join("; ") || "no more alerts";
    toldNames = names;
  }
  document.title = (d.alerts.length ? `(${d.alerts.length}) ` : "") + "VoiceFlow dashboard";
}

function programs(d) {
  const state = p => p.stopped ? `stopped, exit code ${p.exit_code}` : p.gone ? html("span", {class: "odd"}, "gone") : "running";
  table("programs", [
    ["program", p => p.program], ["pid", p => String(p.pid), "number"], ["state", state],
    ["items", p => String(p.utterances), "number"], ["failed", p => p.failures ? html("span", {class: "bad"}, String(p.failures)) : "0", "number"],
    ["queue", p => String(p.queue), "number"], ["memory", p => known(p.memory_mb, "MB"), "number"], ["load", p => known(p.cpu_percent, "%"), "number"],
    ["refreshes", p => String(p.refreshes), "number"], ["model", p => base(p.model ?? "") || "–"], ["device", p => p.device || "–"],
    ["degraded", p => p.degraded?.length ? html("span", {class: "odd"}, p.degraded.join(", ")) : "no"],
    ["last heard of", p => moment(Date.parse(p.last), d.time)],
  ], [...d.processes].sort((a, b) => (a.stopped || !!a.gone) - (b.stopped || !!b.gone)).slice(0, 15), "No program has run in this time.",
  p => p.stopped || p.gone ? "ended" : "");
}

// tiles are the figures of the day beside those of the day before: up is 1
// where more is better, -1 where it is worse, 0 where it is neither.
const tiles = [
  ["Utterances", "utterances", "", 0], ["Failures", "failures", "", -1], ["Latency, median", "latency", "s", -1],
  ["Processing, median", "processing", "s", -1], ["Speed factor, median", "speed", "", 1],
  ["Memory, highest", "memory", "MB", -1], ["Load, highest", "cpu", "%", -1], ["Problems", "problems", "", -1],
];

function day(d) {
  show(get("day"), ...tiles.map(([name, field, unit, up]) => {
    const now = d.day[field], before = d.before?.[field];
    const trend = html("dd", {class: "trend"}), counted = !unit && field !== "speed";
    if (d.before) {
      const change = before ? Math.round((now - before) / before * 100) : 0;
      trend.textContent = counted ? `the day before: ${before}` : !before || !now ? "" : change === 0 ? "as the day before"
        : `${change > 0 ? "▲" : "▼"} ${Math.abs(change)} % against the day before`;
      if (!counted && up && now && Math.abs(change) >= 10) trend.className = "trend " + (change * up > 0 ? "better" : "worse");
    }
    return html("div", {}, html("dt", {}, name), html("dd", {class: "value"}, counted ? String(now) : known(now, unit)), trend);
  }));
}

function lists(d) {
  table("recent", [
    ["time", r => moment(r.time, d.time)], ["item", r => r.name], ["audio", r => known(r.audio, "s"), "number"],
    ["processing", r => r.failed ? html("span", {class: "bad"}, "failed") : known(r.processing, "s"), "number"],
    ["speed factor", r => known(r.speed), "number"], ["latency", r => known(r.latency, "s"), "number"],
    ["retries", r => String(r.retries), "number"], ["model", r => base(r.model) || "–"], ["device", r => r.device || "–"],
  ], d.recent, "None yet.");
  table("problems", [
    ["time", p => moment(p.time, d.time)], ["program", p => p.program],
    ["kind", p => p.level === "warn" ? html("span", {class: "odd"}, "warning") : html("span", {class: "bad"}, "error")],
    ["message", p => p.message, "words"],
  ], d.problems, "None.");
  const style = {WARNING: "odd", CRITICAL: "bad"};
  table("checks", [
    ["time", c => when(Date.parse(c.time), d.time)], ["verdict", c => html("span", {class: style[c.status] ?? ""}, c.status)],
    ["summary", c => c.summary, "words"],
  ], d.checks, "No history: vf-health check writes one.");
}

function draw(d) {
  alerts(d);
  programs(d);
  day(d);
  for (const c of charts) c.update(d);
  lists(d);
  get("folder").textContent = get("empty-folder").textContent = d.folder;
  get("broken").textContent = d.broken ? `${d.broken} lines or logs could not be read, the last: ${d.last_error}` : "";
  const empty = d.done && !d.processes.length && !d.recent.length && !d.chart.time.length;
  get("empty").hidden = !empty;
  for (const e of document.querySelectorAll(".full")) e.hidden = empty;
  get("charts-title").textContent = `Charts: last ${{"1h": "hour", "6h": "6 hours", "24h": "24 hours", "7d": "7 days"}[d.range]}`;
  get("clock").textContent = seconds.format(d.time);
  if (!d.done) return state("reading", d.up_to > 0 ? `reading the logs, now at ${when(d.up_to, d.time)}` : "reading the logs");
  state("live", "live");
  document.documentElement.dataset.drawn ??= Math.round(performance.now());
}

function state(name, text) {
  get("status").dataset.state = name;
  if (get("status").textContent !== text) get("status").textContent = text;
}

// The stream. A browser connects again by itself, but not after a refusal.
let stream, again;
function connect() {
  clearTimeout(again);
  stream?.close();
  stream = new EventSource("events?range=" + document.querySelector("[name=range]:checked").value);
  stream.onmessage = e => draw(JSON.parse(e.data));
  stream.onerror = () => {
    state("lost", "no connection: does vf-health dashboard still run?");
    if (stream.readyState === EventSource.CLOSED) again = setTimeout(connect, 5000);
  };
}

const pause = get("pause");
pause.addEventListener("click", () => {
  const on = pause.getAttribute("aria-pressed") !== "true";
  pause.setAttribute("aria-pressed", on);
  if (!on) return connect();
  clearTimeout(again);
  stream.close();
  state("paused", "paused");
});

const chosen = document.querySelector(`[name=range][value="${CSS.escape(location.hash.slice(1))}"]`);
if (chosen) chosen.checked = true;
get("ranges").addEventListener("change", e => {
  history.replaceState(null, "", "#" + e.target.value);
  pause.setAttribute("aria-pressed", false);
  connect();
});

const themes = ["system", "light", "dark"], theme = get("theme");
function setTheme(name) {
  if (name === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
  theme.textContent = "Theme: " + name;
}
const stored = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
let at = Math.max(0, themes.indexOf(stored()));
setTheme(themes[at]);
theme.addEventListener("click", () => {
  at = (at + 1) % themes.length;
  setTheme(themes[at]);
  try { localStorage.setItem("theme", themes[at]); } catch { /* no storage: for this visit only */ }
});

connect();
