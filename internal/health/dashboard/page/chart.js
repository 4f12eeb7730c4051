// A chart over time: an SVG of lines or bars, a summary in words, and all its
// values as a table.

const height = 170, left = 56, right = 10, top = 10, bottom = 22;

export function svg(name, attributes = {}, text) {
  const e = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
  if (text !== undefined) e.textContent = text;
  return e;
}

export function html(name, attributes = {}, ...children) {
  const e = document.createElement(name);
  for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
  e.append(...children);
  return e;
}

// number formats a value with about three significant digits.
export function number(v, unit = "") {
  const digits = Number.isInteger(v) || Math.abs(v) >= 100 ? 0 : Math.abs(v) >= 10 ? 1 : 2;
  return v.toFixed(digits) + (unit && " " + unit);
}

const hours = new Intl.DateTimeFormat(undefined, {hour: "2-digit", minute: "2-digit", hourCycle: "h23"});
const days = new Intl.DateTimeFormat(undefined, {weekday: "short", day: "numeric"});
const dayHours = new Intl.DateTimeFormat(undefined,
  {weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23"});

// when formats a time, with its day unless that is obvious.
export function when(t, now) {
  return Math.abs(now - t) < 20 * 3600e3 ? hours.format(t) : dayHours.format(t);
}

// step is a round distance for about n ticks: 1, 2 or 5 times a power of ten.
function step(highest, n) {
  const raw = highest / n, power = 10 ** Math.floor(Math.log10(raw));
  return [1, 2, 5, 10].find(f => f * power >= raw) * power;
}

// timeTicks returns at most the given number of round times of day.
function timeTicks(from, to, most) {
  const minutes = [10, 30, 60, 120, 180, 240, 360, 720, 1440, 2880, 10080];
  const apart = minutes.map(m => m * 60e3).find(m => (to - from) / m <= most) ?? 20160 * 60e3;
  const shift = new Date(to).getTimezoneOffset() * 60e3; // round in local time
  const ticks = [];
  for (let t = Math.ceil((from - shift) / apart) * apart + shift; t <= to; t += apart) ticks.push(t);
  return {ticks, name: apart >= 1440 * 60e3 ? days : hours};
}

export class Chart {
  constructor(spec) {
    this.spec = spec;
    const id = "chart-" + spec.series[0].field;
    this.limitKey = html("span", {hidden: ""});
    this.tip = html("div", {class: "tip", "aria-hidden": "true", hidden: ""});
    this.svg = svg("svg", {role: "img", "aria-labelledby": id, "aria-describedby": id + "-words"});
    this.words = html("p", {id: id + "-words"});
    this.table = html("table");
    this.details = html("details", {}, html("summary", {"aria-label": spec.title + ": values as a table"}, "Values as a table"),
      html("div", {class: "scroll", role: "region", tabindex: "0", "aria-label": spec.title + ", values"}, this.table));
    this.figure = html("figure", {}, html("figcaption", {}, html("h3", {id}, spec.title), this.key()),
      html("div", {class: "plot"}, this.svg, this.tip), this.words, this.details);
    this.details.addEventListener("toggle", () => this.tabulate());
    this.svg.addEventListener("pointermove", e => this.point(e));
    this.svg.addEventListener("pointerleave", () => this.point(null));
    new ResizeObserver(() => this.draw()).observe(this.svg);
  }

  key() {
    return html("span", {class: "key"}, ...this.spec.series.map((s, i) => {
      const sample = svg("svg", {"aria-hidden": "true", viewBox: "0 0 22 10"});
      const name = i ? "second" : "first";
      sample.append(this.spec.bars ? svg("rect", {class: "bar " + name, x: 6, y: 0, width: 10, height: 10})
        : svg("path", {class: "line " + name, d: "M0 5H22"}));
      return html("span", {}, sample, s.label);
    }), this.limitKey);
  }

  // keyLimit shows the limit in the key if it is in the chart, where a label would lie
  // across the lines.
  keyLimit(limit) {
    this.limitKey.hidden = !limit;
    if (!limit) return;
    const sample = svg("svg", {"aria-hidden": "true", viewBox: "0 0 22 10"});
    sample.append(svg("path", {class: "limit", d: "M0 5H22"}));
    this.limitKey.replaceChildren(sample, `limit ${number(limit, this.spec.unit)}`);
  }

  update(data) {
    this.data = data;
    this.draw();
    this.tabulate();
  }

  values(i) { return this.data.chart[this.spec.series[i].field] ?? []; }

  draw() {
    const width = this.svg.clientWidth;
    if (!this.data || !width) return;
    const {from, time, width: bucket, chart, limits} = this.data;
    const limit = limits[this.spec.limit], unit = this.spec.unit;
    let highest = 0;
    this.spec.series.forEach((_, i) => { for (const v of this.values(i)) highest = Math.max(highest, v); });
    if (limit && highest > limit / 3) highest = Math.max(highest, limit * 1.1);
    const apart = step(highest || 1, 3), ceiling = Math.ceil((highest || 1) / apart) * apart;
    const to = time, x = t => left + (Math.min(Math.max(t, from), to) - from) / (to - from) * (width - left - right);
    const y = v => height - bottom - v / ceiling * (height - top - bottom);
    // An hour without speech is no break in a day's line; half a night is one.
    this.scale = {x, y, width, gap: Math.max(bucket * 1.5, (to - from) / 12)};

    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const parts = [];
    for (let v = 0; v <= ceiling * 1.001; v += apart) {
      parts.push(svg("path", {class: v ? "grid" : "axis", d: `M${left} ${y(v)}H${width - right}`}));
      parts.push(svg("text", {x: left - 6, y: y(v) + 4, "text-anchor": "end"},
        number(+v.toPrecision(6), v + apart > ceiling * 1.001 ? unit : "")));
    }
    const {ticks, name} = timeTicks(from, to, Math.max(2, Math.floor(width / 80)));
    for (const t of ticks) {
      if (x(t) < left + 14 || x(t) > width - right - 14) continue;
      parts.push(svg("path", {class: "axis", d: `M${x(t)} ${height - bottom}v4`}));
      parts.push(svg("text", {x: x(t), y: height - 4, "text-anchor": "middle"}, name.format(t)));
    }
    this.spec.series.forEach((_, i) => parts.push(...(this.spec.bars ? this.bars(i, bucket) : this.line(i, bucket))));
    const within = limit && limit <= ceiling;
    if (within) parts.push(svg("path", {class: "limit", d: `M${left} ${y(limit)}H${width - right}`}));
    this.keyLimit(within && limit);
    this.cursor = svg("g", {class: "pointed"});
    this.svg.replaceChildren(...parts, this.cursor);
    this.words.textContent = this.summary(chart);
    if (this.pointed !== undefined) this.showValues();
  }

  // line connects the values, with breaks where there are none for long; 0 counts as none.
  line(i, bucket) {
    const {x, y, gap} = this.scale, values = this.values(i), name = i ? "second" : "first";
    const points = this.data.chart.time.map((t, n) => [t, values[n]]).filter(([, v]) => v);
    const parts = [];
    let d = "";
    points.forEach(([t, v], n) => {
      const joined = n > 0 && t - points[n - 1][0] <= gap;
      const follows = n + 1 < points.length && points[n + 1][0] - t <= gap;
      const px = x(Math.min(t + bucket / 2, this.data.time)).toFixed(1), py = y(v).toFixed(1);
      if (!joined && !follows) parts.push(svg("circle", {class: "dot " + name, cx: px, cy: py, r: 2.5}));
      d += (joined ? "L" : "M") + px + " " + py;
    });
    if (d) parts.unshift(svg("path", {class: "line " + name, d}));
    return parts;
  }

  // bars of the second series are drawn in front of those of the first.
  bars(i, bucket) {
    const {x, y} = this.scale, times = this.data.chart.time, values = this.values(i);
    const name = i ? "second" : "first";
    return times.flatMap((t, n) => {
      if (!values[n]) return [];
      const a = x(t), b = Math.max(a + 1.5, x(Math.min(t + bucket, this.data.time)) - 1);
      const up = Math.min(y(values[n]), height - bottom - 1.5);
      return [svg("rect", {class: "bar " + name, x: a.toFixed(1), y: up.toFixed(1),
        width: (b - a).toFixed(1), height: (height - bottom - up).toFixed(1)})];
    });
  }

  summary(chart) {
    const now = this.data.time, unit = this.spec.unit;
    if (!chart.time.length) return "No values in this period.";
    return this.spec.series.map((s, i) => {
      const values = this.values(i);
      if (this.spec.bars && !this.spec.highest) return `${s.label}: ${values.reduce((a, b) => a + b, 0)} in total`;
      const points = values.map((v, n) => [v, chart.time[n]]).filter(([v]) => v);
      if (!points.length) return `${s.label}: no values`;
      const low = this.spec.lowIsBad;
      const worst = points.reduce((a, b) => (low ? b[0] < a[0] : b[0] > a[0]) ? b : a);
      const extreme = `${low ? "lowest" : "highest"} ${number(worst[0], unit)} at ${when(worst[1], now)}`;
      return `${s.label}: latest ${number(points.at(-1)[0], unit)}, ${extreme}`;
    }).join("; ") + ".";
  }

  // point remembers the time nearest to the pointer, and shows its values there.
  point(event) {
    const times = this.data?.chart.time;
    this.pointed = undefined;
    if (event && this.scale && times?.length) {
      const at = event.clientX - this.svg.getBoundingClientRect().left;
      const distance = t => Math.abs(this.middle(t) - at);
      this.pointed = times.reduce((best, t) => distance(t) < distance(best) ? t : best);
    }
    this.showValues();
  }

  middle(t) { return this.scale.x(t + this.data.width / 2); }

  showValues() {
    const n = this.pointed === undefined ? -1 : this.data.chart.time.indexOf(this.pointed);
    this.tip.hidden = n < 0;
    this.cursor?.replaceChildren();
    if (n < 0) return;
    const at = this.middle(this.pointed), {y, width} = this.scale, rows = [];
    this.cursor.append(svg("path", {class: "cursor", d: `M${at.toFixed(1)} ${top}V${height - bottom}`}));
    this.spec.series.forEach((s, i) => {
      const v = this.values(i)[n], none = !v && !this.spec.bars;
      if (!none) this.cursor.append(svg("circle", {class: "dot " + (i ? "second" : "first"), cx: at.toFixed(1), cy: y(v).toFixed(1), r: 3.5}));
      rows.push(html("div", {}, `${s.label}: ${none ? "–" : number(v, this.spec.unit)}`));
    });
    this.tip.replaceChildren(html("strong", {}, when(this.pointed, this.data.time)), ...rows);
    this.tip.style.left = at > width / 2 ? "auto" : `${at + 10}px`;
    this.tip.style.right = at > width / 2 ? `${width - at + 10}px` : "auto";
  }

  tabulate() {
    if (!this.details.open || !this.data) return;
    const {chart, time} = this.data;
    const unit = this.spec.unit ? ", " + this.spec.unit : "";
    const head = html("thead", {}, html("tr", {}, html("th", {scope: "col"}, "from"),
      ...this.spec.series.map(s => html("th", {scope: "col", class: "number"}, s.label + unit))));
    const rows = chart.time.map((t, n) => html("tr", {}, html("td", {}, when(t, time)),
      ...this.spec.series.map((_, i) => html("td", {class: "number"}, number(this.values(i)[n])))));
    this.table.replaceChildren(head, html("tbody", {}, ...rows.reverse()));
  }
}
