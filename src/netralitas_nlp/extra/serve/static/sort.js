// Pilah berkas: this page keeps the file, the advice and the decisions; the server keeps nothing.
"use strict";

const $ = (id) => document.getElementById(id);
const WORDS = JSON.parse($("kata").textContent);
const LANGUAGE = document.documentElement.lang;
const QUERY = LANGUAGE === "en" ? "?lang=en" : "";
const DECISIONS = ["partisan", "unsure", "neutral"];
const PAGE = 50; // rows shown at a time
const TEXTS = 100; // in a call
const LETTERS = 60000;
const AT_ONCE = 2; // calls

let file = null;
let table = null; // what the server understood
let rows = []; // {line, text, family, problem, found, decision}
let copies = new Map(); // family: its rows
let view = []; // rows in the order and choice of the form
let shown = 0; // the first row of the page
let current = 0; // in the view
let steps = []; // decisions, to undo: [[row, decision before], …]
let unsaved = false;
let running = false;
let queue = [];
let done = 0;
let begun = 0;
let doneBefore = 0;
let ordered = false; // somebody chose an order

const number = (n) => n.toLocaleString(LANGUAGE);
const say = (key, values = {}) =>
  WORDS[key].replace(/\{(\w+)\}/g, (_, name) => (typeof values[name] === "number" ? number(values[name]) : values[name]));
const tell = (words) => ($("kabar").textContent = words);

function element(name, more = {}, ...inside) {
  const made = Object.assign(document.createElement(name), more);
  made.append(...inside);
  return made;
}

async function post(address, body) {
  for (;;) {
    const answer = await fetch(address + QUERY, { method: "POST", body });
    if (answer.status !== 429 && answer.status !== 503) return answer;
    await new Promise((later) => setTimeout(later, 1000));
  }
}

// --- the file

async function read() {
  const form = new FormData();
  form.append("berkas", file, file.name);
  if (table) for (const [name, value] of new FormData($("cara"))) form.append(name, value);
  tell(say("page.js.reading", { name: file.name }));
  let answer;
  try {
    answer = await post("/berkas/baca", form);
  } catch {
    return tell(say("page.failed"));
  }
  if (!answer.ok) {
    $("mulai").disabled = true;
    return tell(await answer.text());
  }
  table = await answer.json();
  rows = table.rows.map(([line, text, family, problem]) => ({ line, text, family, problem, found: null, decision: "" }));
  understood();
}

function understood() {
  copies = new Map();
  rows.forEach((row) => copies.set(row.family, [...(copies.get(row.family) ?? []), row]));
  const form = $("cara");
  form.sheet.parentElement.hidden = table.sheets.length < 2;
  form.sheet.replaceChildren(...table.sheets.map((name) => new Option(name, name, false, name === table.sheet)));
  form.header_row.value = table.header_row;
  form.column.replaceChildren(...table.columns.map((name, at) => new Option(name, at, false, at === table.column)));
  const twins = rows.length - copies.size;
  const unreadable = rows.filter((row) => row.problem).length;
  $("ringkas").textContent = [
    say("page.js.found", { name: file.name, n: rows.length, twins }),
    table.understood,
    unreadable ? say("page.js.unreadable", { n: unreadable }) : "",
  ].filter(Boolean).join(" · ");
  $("contoh").replaceChildren(...rows.slice(0, 3).map((row) => element("li", { lang: "id", dir: "auto" }, (row.text || row.problem).slice(0, 200))));
  $("dipahami").hidden = false;
  $("kerja").hidden = true;
  $("mulai").disabled = false;
  tell(say("page.js.look"));
  $("judul-dipahami").scrollIntoView({ block: "nearest" });
}

function take(given) {
  if (!given || (unsaved && !confirm(say("page.js.leave")))) return;
  file = given;
  table = null;
  running = false;
  steps = [];
  unsaved = false;
  read();
}

$("berkas").addEventListener("change", (event) => take(event.target.files[0]));
$("cara").addEventListener("change", (event) => {
  if (event.target.name === "sheet") $("cara").header_row.value = $("cara").column.value = "";
  if (event.target.name === "header_row") $("cara").column.value = "";
  read();
});
$("cara").addEventListener("submit", (event) => event.preventDefault());
for (const name of ["dragover", "drop"]) {
  document.addEventListener(name, (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    if (name === "drop") take(event.dataTransfer.files[0]);
  });
}

// --- judging

function batches() {
  const waiting = new Map(); // each text once
  for (const row of rows) {
    if (row.problem || row.found) continue;
    waiting.set(row.text, [...(waiting.get(row.text) ?? []), row]);
  }
  const out = [];
  let letters = Infinity;
  for (const [text, of] of waiting) {
    if (letters + text.length > LETTERS || out.at(-1).length >= TEXTS) {
      out.push([]);
      letters = 0;
    }
    out.at(-1).push([text, of]);
    letters += text.length;
  }
  return out.reverse();
}

async function judge(batch) {
  const answer = await post("/berkas/nilai", JSON.stringify(batch.map(([text]) => text)));
  if (answer.ok) {
    const found = await answer.json();
    batch.forEach(([, of], at) => of.forEach((row) => (row.found = found[at])));
  } else if (batch.length > 1) {
    queue.push(...batch.map((one) => [one])); // which one is it?
    return;
  } else {
    const why = await answer.text();
    batch[0][1].forEach((row) => (row.problem = why));
  }
  batch.forEach(([, of]) => (done += of.length));
}

async function worker() {
  while (running && queue.length) {
    const batch = queue.pop();
    try {
      await judge(batch);
    } catch {
      queue.push(batch);
      running = false;
      tell(say("page.failed"));
    }
    progress();
  }
}

async function start() {
  $("dipahami").hidden = true;
  $("kerja").hidden = false;
  queue = batches();
  done = rows.filter((row) => row.found || row.problem).length;
  doneBefore = done;
  begun = performance.now();
  running = true;
  $("henti").hidden = false;
  $("henti").textContent = say("page.pause");
  tell(say("page.js.judging"));
  if (!doneBefore || !view.length) arrange();
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (queue.length) {
    $("henti").textContent = say("page.js.resume");
    return;
  }
  running = false;
  $("henti").hidden = true;
  if (!ordered) $("saring").order.value = "high";
  arrange();
  tell(say("page.js.done", { n: rows.length }));
}

function progress() {
  $("maju").value = rows.length ? done / rows.length : 1;
  const rate = (done - doneBefore) / (performance.now() - begun);
  const seconds = Math.ceil((rows.length - done) / rate / 1000);
  const left = seconds > 90 ? say("page.js.minutes", { n: Math.round(seconds / 60) }) : say("page.js.seconds", { n: seconds });
  $("sisa").textContent = say("page.js.progress", { done, n: rows.length }) + (running && done < rows.length && rate > 0 ? ` · ${left}` : "");
  count();
  draw();
}

function count() {
  const n = { partisan: 0, review: 0, neutral: 0 };
  let decided = 0;
  for (const row of rows) {
    if (row.found?.cells.verdict) n[row.found.cells.verdict] += 1;
    if (row.decision) decided += 1;
  }
  $("jumlah").textContent = say("page.js.counts", { ...n, decided, all: rows.length });
}

$("mulai").addEventListener("click", () => {
  ordered = false;
  $("saring").reset();
  start().then(() => {});
});
$("henti").addEventListener("click", () => {
  if (running) running = false;
  else start();
});

// --- the table

// Never certain: the same edges as everywhere.
const percent = (score) => (score > 0.99 ? "> 99%" : score < 0.01 ? "< 1%" : `${Math.round(100 * score)}%`);
const score = (row) => row.found?.cells.score ?? -1;
const unsure = (row) => (row.found?.cells.verdict === "review" ? 1 : 0);
const ORDERS = {
  line: () => 0,
  high: (a, b) => score(b) - score(a),
  low: (a, b) => score(a) - score(b),
  unsure: (a, b) => unsure(b) - unsure(a) || score(b) - score(a),
};

function arrange() {
  const form = $("saring");
  const words = form.words.value.trim().toLowerCase();
  const { verdict, decision, order, fold } = Object.fromEntries(["verdict", "decision", "order", "fold"].map((name) => [name, form[name].value]));
  view = rows.filter((row) => {
    if (form.fold.checked && copies.get(row.family)[0] !== row) return false;
    if (verdict && (row.found?.cells.verdict ?? "none") !== verdict) return false;
    if (decision && (decision === "none") !== !row.decision) return false;
    return !words || row.text.toLowerCase().includes(words);
  });
  view.sort(ORDERS[order]);
  shown = current = 0;
  draw();
}

function line(row, at) {
  const chosen = at === current;
  const text = element("div", { className: "text", lang: "id", dir: "auto" });
  for (const [letters, css] of row.found?.pieces ?? [[row.text.slice(0, 600), ""]]) {
    text.append(css ? element("span", { className: css }, letters) : letters);
  }
  if (row.text.length > 600) text.append(" …");
  const reasons = row.problem || row.found?.cells.reasons || "";
  const twins = copies.get(row.family).length - 1;
  const more = [reasons, $("saring").fold.checked && twins ? say("page.js.twins", { n: twins }) : ""].filter(Boolean).join(" · ");
  const verdict = row.found?.cells.verdict;
  const side = { partisan: "pro", neutral: "contra" }[verdict] ?? "";
  const judged = verdict
    ? [element("strong", { className: `verdict ${side}` }, row.found.verdict), ` ${percent(row.found.cells.score)}`, element("div", { className: "small" }, row.found.category)]
    : [row.found || row.problem ? "–" : "…"];
  const buttons = DECISIONS.map((name, key) => {
    const button = element("button", { type: "button", tabIndex: chosen ? 0 : -1 }, element("kbd", {}, String(key + 1)), ` ${say(`page.decision.${name}`)}`);
    button.setAttribute("aria-pressed", row.decision === name);
    button.dataset.decision = name;
    return button;
  });
  const number = element("td", { className: "number" }, String(row.line));
  number.dataset.label = WORDS["page.line"];
  const why = element("button", { type: "button", className: "link", tabIndex: chosen ? 0 : -1 }, WORDS["page.explain"]);
  why.dataset.why = at;
  const made = element("tr", { tabIndex: chosen ? 0 : -1 });
  made.dataset.at = at;
  made.setAttribute("aria-current", chosen);
  made.append(
    number,
    element("td", { className: "judged" }, ...judged),
    element("td", {}, text, element("div", { className: "small" }, more ? `${more} · ` : "", why)),
    element("td", { className: "decide" }, ...buttons)
  );
  return made;
}

function draw(focus = false) {
  const body = $("tabel").tBodies[0];
  const inside = body.contains(document.activeElement);
  const rowsShown = view.slice(shown, shown + PAGE);
  body.replaceChildren(...rowsShown.map((row, at) => line(row, shown + at)));
  const last = shown + rowsShown.length;
  $("halaman").textContent = view.length ? say("page.js.page", { first: shown + 1, last, n: view.length }) : say("page.js.no_rows");
  $("mundur").disabled = shown === 0;
  $("lanjut").disabled = last >= view.length;
  if (focus || inside) body.querySelector(`[data-at="${current}"]`)?.focus({ preventScroll: !focus });
}

function go(to, focus = true) {
  if (!view.length) return;
  current = Math.max(0, Math.min(view.length - 1, to));
  shown = current - (current % PAGE);
  draw(focus);
}

function decide(at, name) {
  const row = view[at];
  const all = $("saring").fold.checked ? copies.get(row.family) : [row];
  steps.push(all.map((one) => [one, one.decision]));
  const decision = row.decision === name ? "" : name;
  for (const one of all) one.decision = decision;
  changed(decision ? say("page.js.decided", { line: row.line, decision: say(`page.decision.${decision}`), n: all.length }) : say("page.js.cleared", { line: row.line }));
  go(decision ? at + 1 : at);
}

// In the body of a request: no text stands in an address.
function explain(text) {
  const form = element("form", { method: "post", action: `/jelaskan${QUERY}`, target: "_blank", hidden: true });
  form.append(element("textarea", { name: "teks", value: text }));
  document.body.append(form);
  form.submit();
  form.remove();
}

function undo() {
  const step = steps.pop();
  if (!step) return;
  for (const [row, before] of step) row.decision = before;
  changed(say("page.js.undone", { line: step[0][0].line }));
  const at = view.indexOf(step[0][0]);
  if (at >= 0) go(at);
  else draw();
}

function changed(words) {
  unsaved = steps.length > 0;
  $("urung").disabled = !steps.length;
  count();
  tell(words);
}

$("tabel").addEventListener("click", (event) => {
  const at = Number(event.target.closest("tr[data-at]")?.dataset.at ?? NaN);
  if (Number.isNaN(at)) return;
  const button = event.target.closest("button[data-decision]");
  if (event.target.dataset.why) explain(view[at].text);
  else if (button) decide(at, button.dataset.decision);
  else if (String(getSelection()) === "") go(at);
});
document.addEventListener("keydown", (event) => {
  if ($("kerja").hidden || event.altKey || event.metaKey) return;
  if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
  const key = event.key.toLowerCase();
  const keys = {
    arrowdown: () => go(current + 1),
    arrowup: () => go(current - 1),
    pagedown: () => go(shown + PAGE),
    pageup: () => go(shown - PAGE),
    u: undo,
  };
  for (const at of [0, 1, 2]) keys[at + 1] = () => view.length && decide(current, DECISIONS[at]);
  if (event.ctrlKey ? key === "z" : key in keys) {
    event.preventDefault();
    (event.ctrlKey ? undo : keys[key])();
  }
});
$("saring").addEventListener("input", (event) => {
  ordered ||= event.target.name === "order";
  arrange();
});
$("saring").addEventListener("submit", (event) => event.preventDefault());
$("urung").addEventListener("click", undo);
$("mundur").addEventListener("click", () => go(shown - PAGE));
$("lanjut").addEventListener("click", () => go(shown + PAGE));

// --- the way out

$("unduh").addEventListener("click", async () => {
  const form = new FormData();
  form.append("berkas", file, file.name);
  for (const [name, value] of new FormData($("cara"))) form.append(name, value);
  const found = rows.map((row) => [row.found?.cells ?? null, row.decision]);
  form.append("hasil", new Blob([JSON.stringify(found)], { type: "application/json" }), "hasil.json");
  tell(say("page.js.writing"));
  try {
    const answer = await post("/berkas/unduh", form);
    if (!answer.ok) return tell(await answer.text());
    const link = element("a", { href: URL.createObjectURL(await answer.blob()) });
    link.download = `${file.name.replace(/\.\w+$/, "")}-${say("page.js.sorted")}.xlsx`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    unsaved = false;
    tell(say("page.js.written", { name: link.download }));
  } catch {
    tell(say("page.failed"));
  }
});
addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});
