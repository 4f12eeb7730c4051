// Fills the page with what the server sends. All texts become text nodes, so that
// nothing in a log can become markup.
import {Chart, html, number, when} from "./chart.js";

const get = id => document.getElementById(id);

const charts = [
  {title: "Utterances and failures", bars: true,
    series: [{field: "utterances", label: "utterances"}, {field: "failures", label: "failures"}]},
  {title: "Latency, from end of speech to text", unit: "s", limit: "latency",
    series: [{field: "latency", label: "median"}, {field: "latency95", label: "95th percentile"}]},
  {title: "Processing time of an utterance", unit: "s", limit: "processing",
    series: [{field: "processing", label: "median"}, {field: "processing95", label: "95th percentile"}]},
  {title: "Speed factor (higher is faster)", unit: "", limit: "speed", lowIsBad: true,
    series: [{field: "speed", label: "median"}, {field: "speed5", label: "5th percentile"}]},
  {title: "Memory", unit: "MB",
    series: [{field: "memory", label: "resident"}, {field: "growth", label: "beyond the model"}]},
  {title: "CPU use, all processors", unit: "%", limit: "cpu", series: [{field: "cpu", label: "highest"}]},
  {title: "Refreshes and retries", bars: true,
    series: [{field: "refreshes", label: "refreshes"}, {field: "retries", label: "retries"}]},
  {title: "Queue", bars: true, highest: true, series: [{field: "queue", label: "longest"}]},
].map(spec => new Chart(spec));
get("charts").append(...charts.map(c => c.figure));

// show replaces the contents of an element, but only if they change, so that text
// selected by the user stays selected.
function show(element, ...children) {
  const made = html("div", {}, ...children);
  if (element.innerHTML !== made.innerHTML) element.replaceChildren(...made.childNodes);
}

// table fills a table. Columns are [title, function from row to cell, class]; a cell
// is a text or an element. Without rows it shows the text for none. Of a long table it
// shows the beginning, until the user asks for the rest.
function table(id, columns, rows, none) {
  const more = document.querySelector(`[data-more="${id}"]`);
  if (more) {
    more.hidden = rows.length <= fewRows;
    const all = more.getAttribute("aria-expanded") === "true";
    more.textContent = all ? "Show fewer" : `Show all ${rows.length}`;
    if (!all) rows = rows.slice(0, fewRows);
  }
  if (!rows.length) return show(get(id), html("caption", {}, none));
  const head = html("tr", {},
    ...columns.map(([title, , style]) => html("th", {scope: "col", class: style ?? ""}, title)));
  const body = rows.map(row => html("tr", {},
    ...columns.map(([, cell, style]) => html("td", {class: style ?? ""}, cell(row)))));
  show(get(id), html("thead", {}, head), html("tbody", {}, ...body));
}

const fewRows = 8;

const optional = (v, unit) => v ? number(v, unit) : "–";
const seconds = new Intl.DateTimeFormat(undefined,
  {hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23"});
const moment = (t, now) => Math.abs(now - t) < 20 * 3600e3 ? seconds.format(t) : when(t, now);
const base = path => path.split(/[\\/]/).pop();

let announced;
function alerts(d) {
  const items = d.alerts.map(a => html("li", {class: a.severity},
    html("strong", {}, a.severity[0].toUpperCase() + a.severity.slice(1)), a.message, html("span", {}, a.remedy)));
  const none = d.recent.length ? html("li", {class: "good"}, "None: recent items are within all limits.")
    : html("li", {}, "Nothing to judge: no utterance or file was logged recently.");
  show(get("alerts"), ...(items.length ? items : [none]));
  // Announce alerts when they come and go, not whenever their figures change.
  const names = d.alerts.map(a => a.name + a.severity).join();
  if (d.done && names !== announced) {
    const text = d.alerts.map(a => `${a.severity}: ${a.message}`).join("; ") || "no more alerts";
    if (names || announced) get("announcement").textContent = text;
    announced = names;
  }
  document.title = (d.alerts.length ? `(${d.alerts.length}) ` : "") + "VoiceFlow dashboard";
}

// Columns of the programs' tables.
const failed = p => p.failures ? html("span", {class: "bad"}, String(p.failures)) : "0";
const device = p => p.degraded?.length ? html("span", {class: "odd"}, p.degraded.join(", ")) : p.device || "–";
const programColumns = state => [
  ["program", p => p.program], ["pid", p => p.pid ? String(p.pid) : "–", "number"], ["state", state],
  ["items", p => String(p.utterances), "number"], ["failed", failed, "number"],
  ["queue", p => String(p.queue), "number"], ["memory", p => optional(p.memory_mb, "MB"), "number"],
  ["CPU", p => optional(p.cpu_percent, "%"), "number"],
  ["model", p => base(p.model ?? "") || "–", "name"], ["device", device, "name"],
];

function programs(d) {
  const seen = ["last seen", p => moment(Date.parse(p.last), d.time)];
  const running = p => p.microphone === "lost" ? html("span", {class: "bad"}, "microphone lost")
    : p.microphone ? "microphone on" : "running";
  const ending = p => p.gone ? html("span", {class: "odd"}, "gone")
    : p.exit_code ? html("span", {class: "odd"}, `exit code ${p.exit_code}`) : "done";
  const ended = d.processes.filter(p => p.stopped || p.gone), live = d.processes.filter(p => !p.stopped && !p.gone);
  table("programs", [...programColumns(running), seen], live,
    ended.length ? "No program is running." : "No program ran in this period.");
  table("ended", [...programColumns(ending), seen], ended, "None.");
  const odd = ended.filter(p => p.gone || p.exit_code).length;
  get("ended-title").textContent = `${ended.length} that ended` + (odd ? `, ${odd} of them with an error` : "");
  get("ended-fold").hidden = !ended.length;
}

// tiles compare the last 24 hours with the 24 hours before. The last value is 1 if
// more is better, -1 if more is worse, 0 if neither.
const tiles = [
  ["Utterances", "utterances", "", 0], ["Failures", "failures", "", -1], ["Latency, median", "latency", "s", -1],
  ["Processing, median", "processing", "s", -1], ["Speed factor, median", "speed", "", 1],
  ["Memory, highest", "memory", "MB", -1], ["CPU, highest", "cpu", "%", -1], ["Warnings and errors", "problems", "", -1],
];

function day(d) {
  show(get("day"), ...tiles.map(([name, field, unit, up]) => {
    const now = d.day[field], before = d.before?.[field];
    const trend = html("dd", {class: "trend"}), counted = !unit && field !== "speed";
    if (d.before) {
      const change = before ? Math.round((now - before) / before * 100) : 0;
      trend.textContent = counted ? `the day before: ${before}` : !before || !now ? ""
        : change === 0 ? "same as the day before"
        : `${change > 0 ? "▲" : "▼"} ${Math.abs(change)} % from the day before`;
      const matters = !counted && up && now && Math.abs(change) >= 10;
      if (matters) trend.className = "trend " + (change * up > 0 ? "better" : "worse");
    }
    const value = counted ? String(now) : optional(now, unit);
    return html("div", {}, html("dt", {}, name), html("dd", {class: "value"}, value), trend);
  }));
}

function lists(d) {
  table("recent", [
    ["time", r => moment(r.time, d.time)], ["item", r => r.name], ["audio", r => optional(r.audio, "s"), "number"],
    ["processing", r => r.failed ? html("span", {class: "bad"}, "failed") : optional(r.processing, "s"), "number"],
    ["speed factor", r => optional(r.speed), "number"], ["latency", r => optional(r.latency, "s"), "number"],
    ["retries", r => String(r.retries), "number"],
    ["model", r => base(r.model) || "–"], ["device", r => r.device || "–"],
  ], d.recent, "None yet.");
  table("problems", [
    ["time", p => moment(p.time, d.time)],
    ["kind", p => p.level === "warn" ? html("span", {class: "odd"}, "warning") : html("span", {class: "bad"}, "error")],
    ["message", p => p.message, "words"], ["times", p => String(p.count), "number"], ["program", p => p.program],
  ], d.problems, "None.");
  const style = {WARNING: "odd", CRITICAL: "bad"};
  table("checks", [
    ["time", c => when(Date.parse(c.time), d.time)],
    ["verdict", c => html("span", {class: style[c.status] ?? ""}, c.status)],
    ["what", c => html("span", {}, ...c.failed.map(f => html("div", {}, f)), c.summary), "words"],
  ], d.checks, "No checks yet: run vf-health check.");
}

let latest;
function draw(d) {
  latest = d;
  alerts(d);
  programs(d);
  day(d);
  for (const c of charts) c.update(d);
  lists(d);
  get("folder").textContent = get("empty-folder").textContent = d.folder;
  const broken = `Unreadable log lines or files: ${d.broken}, the last: ${d.last_error}`;
  get("broken").textContent = d.broken ? broken : "";
  const empty = d.done && !d.processes.length && !d.recent.length && !d.chart.time.length;
  get("empty").hidden = !empty;
  for (const e of document.querySelectorAll(".full")) e.hidden = empty;
  get("alerts-section").hidden = empty && !d.alerts.length;
  const range = {"1h": "hour", "6h": "6 hours", "24h": "24 hours", "7d": "7 days"}[d.range];
  get("charts-title").textContent = `Charts: last ${range}`;
  get("clock").textContent = seconds.format(d.time);
  const upTo = d.up_to > 0 ? `, now at ${when(d.up_to, d.time)}` : "";
  if (!d.done) return state("reading", "reading the logs" + upTo);
  state("live", "live");
  document.documentElement.dataset.drawn ??= Math.round(performance.now());
}

function state(name, text) {
  get("status").dataset.state = name;
  if (get("status").textContent !== text) get("status").textContent = text;
}

// The event stream. Browsers reconnect on their own, but not after a refusal.
let stream, again;
function connect() {
  clearTimeout(again);
  stream?.close();
  stream = new EventSource("events?range=" + document.querySelector("[name=range]:checked").value);
  stream.onmessage = e => draw(JSON.parse(e.data));
  stream.onerror = () => {
    state("lost", "no connection: is vf-health dashboard still running?");
    if (stream.readyState === EventSource.CLOSED) again = setTimeout(connect, 5000);
  };
}

for (const more of document.querySelectorAll("[data-more]")) {
  more.addEventListener("click", () => {
    more.setAttribute("aria-expanded", more.getAttribute("aria-expanded") !== "true");
    programs(latest);
    lists(latest);
  });
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
  try { localStorage.setItem("theme", themes[at]); } catch { /* no storage: the theme lasts for this visit only */ }
});

connect();
