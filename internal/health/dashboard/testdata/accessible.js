// Returns the page's accessibility faults as a list of texts.
(() => {
  const faults = [], shown = e => e.getClientRects().length > 0;
  const name = e => e.getAttribute("aria-label") ||
    (e.getAttribute("aria-labelledby") ?? "").split(" ").map(id => document.getElementById(id)?.textContent ?? "").join("").trim() ||
    e.closest("label")?.textContent.trim() || e.querySelector?.("legend")?.textContent || e.textContent.trim();

  for (const e of document.querySelectorAll("button, input, a, summary, [tabindex='0'], [role=img], [role=region], section, fieldset"))
    if (shown(e) && !name(e)) faults.push("no name: " + e.outerHTML.slice(0, 80));
  for (const e of document.querySelectorAll("button, summary, fieldset label"))
    if (shown(e) && e.getBoundingClientRect().height < 24) faults.push("too small to hit: " + e.textContent);
  for (const e of document.querySelectorAll("[aria-labelledby], [aria-describedby]"))
    for (const id of `${e.getAttribute("aria-labelledby") ?? ""} ${e.getAttribute("aria-describedby") ?? ""}`.split(" ").filter(Boolean))
      if (!document.getElementById(id)) faults.push("missing element: " + id);

  let level = 0;
  for (const h of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    const l = Number(h.tagName[1]);
    if (shown(h) && l > level + 1) faults.push(`${h.tagName} after H${level}: ${h.textContent}`);
    if (shown(h)) level = l;
  }
  const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
  for (const id of new Set(ids)) if (ids.filter(i => i === id).length > 1) faults.push("duplicate: #" + id);
  for (const tag of ["header", "main", "footer", "h1", "title"])
    if (document.querySelectorAll(tag).length !== 1) faults.push(`not one ${tag}`);
  if (!document.documentElement.lang) faults.push("no language");
  for (const t of document.querySelectorAll("table")) if (t.rows.length && !t.querySelector("th[scope=col]")) faults.push("a table without headers: " + t.id);
  for (const f of document.querySelectorAll("figure")) if (!/\d/.test(f.querySelector("p").textContent)) faults.push("no figures in the summary: " + f.textContent.slice(0, 40));

  if (document.documentElement.scrollWidth > innerWidth) {
    faults.push(`the page is ${document.documentElement.scrollWidth} wide, the window ${innerWidth}`);
    for (const e of document.querySelectorAll("body *"))
      if (!e.closest(".scroll") && e.getBoundingClientRect().right > innerWidth + 1) faults.push("sticks out: " + e.tagName + "." + e.className);
  }

  // Contrast, as defined by WCAG 2, of each element that has its own text.
  const channel = c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const parse = c => c.match(/[\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const ground = e => {
    for (; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length < 4 || c[3] > 0) return c;
    }
    return [255, 255, 255];
  };
  const ratio = (a, b) => {
    const [x, y] = [luminance(a), luminance(b)];
    return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
  };
  let seen = 0;
  for (const e of document.querySelectorAll("body *")) {
    if (!shown(e) || e.matches(".skip") || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    const style = getComputedStyle(e), text = parse(e instanceof SVGElement ? style.fill : style.color), r = ratio(text, ground(e));
    seen++;
    if (r < 4.5) faults.push(`contrast ${r.toFixed(2)}: ${e.tagName}.${e.getAttribute("class")} ${e.textContent.slice(0, 30)}`);
  }
  for (const e of document.querySelectorAll("figure .line, figure .bar, figure .limit, figure .dot")) {
    const style = getComputedStyle(e), r = ratio(parse(e.matches(".bar, .dot") ? style.fill : style.stroke), ground(e));
    if (r < 3) faults.push(`contrast ${r.toFixed(2)} of ${e.getAttribute("class")}`);
  }
  if (seen < 100) faults.push(`only ${seen} texts checked`);
  return [...new Set(faults)];
})()
