// Periksa draf, while one types: colours behind the box, the verdict below it, then what to change.
// Without this file every button of the form does the same on a whole new page.
"use strict";

const form = document.getElementById("draf");
const box = document.getElementById("teks");
const behind = form.querySelector(".behind");
const news = document.getElementById("kabar");
const verdict = document.getElementById("nilai");
const edits = document.getElementById("ubah");
const undo = document.getElementById("kembalikan");
const query = location.search.includes("lang=en") ? "?lang=en" : "";
const VERDICT_AFTER = 150; // milliseconds without a key
const EDITS_AFTER = 700;

document.documentElement.classList.add("scripted");
let pieces = []; // [letters, classes]: the text as it is coloured behind the box
let judged = ""; // the text that the pieces are of
const earlier = []; // drafts before an edit was taken
let timers = [];
let asking = null;

function paint() {
  behind.replaceChildren(
    ...pieces.map(([letters, css]) => {
      if (!css) return document.createTextNode(letters);
      const span = document.createElement("span");
      span.className = css;
      span.textContent = letters;
      return span;
    }),
    document.createTextNode("\n") // a last empty line has its height in the box, too
  );
  follow();
}

function follow() {
  behind.style.right = `${box.offsetWidth - box.clientWidth - 2}px`; // a scroll bar takes its width
  behind.style.width = "auto";
  behind.scrollTop = box.scrollTop;
}

// Letters that did not change keep their colour until the answer comes.
function shift(text) {
  let start = 0;
  while (start < text.length && start < judged.length && text[start] === judged[start]) start++;
  let tail = 0;
  const most = Math.min(text.length, judged.length) - start;
  while (tail < most && text[text.length - 1 - tail] === judged[judged.length - 1 - tail]) tail++;
  const kept = (from, to) => {
    const out = [];
    let at = 0;
    for (const [letters, css] of pieces) {
      const part = letters.slice(Math.max(0, from - at), Math.max(0, to - at));
      if (part) out.push([part, css]);
      at += letters.length;
    }
    return out;
  };
  const fresh = text.slice(start, text.length - tail);
  pieces = [...kept(0, start), [fresh, ""], ...kept(judged.length - tail, judged.length)];
  judged = text;
}

// What stands on the page already is only said, for those who do not see it.
function tell(words, onlySaid = false) {
  news.classList.toggle("quiet", onlySaid);
  news.textContent = words;
}

async function part(address, signal) {
  const answer = await fetch(address + query, { method: "POST", body: new URLSearchParams(new FormData(form)), signal });
  return { ok: answer.ok, html: await answer.text() };
}

async function ask(address, place, text, signal) {
  try {
    const { ok, html } = await part(address, signal);
    if (signal.aborted || box.value !== text) return false;
    if (!ok) {
      tell(html); // one sentence
      return false;
    }
    place.innerHTML = html; // our own template: what somebody wrote is escaped in it
    return true;
  } catch (error) {
    if (error.name !== "AbortError") tell(form.dataset.failed);
    return false;
  }
}

async function judge(signal) {
  const text = box.value;
  if (!(await ask("/potongan/nilai", verdict, text, signal))) return;
  const drawn = [...verdict.querySelectorAll(".text")[0].childNodes];
  pieces = drawn.map((node) => [node.textContent, node.className || ""]);
  const shown = pieces.reduce((n, [letters]) => n + letters.length, 0);
  if (shown < text.length) pieces.push([text.slice(shown), ""]);
  judged = text;
  paint();
  verdict.classList.remove("stale");
  form.dispatchEvent(new Event("judged"));
  tell(verdict.querySelector("[data-spoken]").dataset.spoken, true);
}

function clear() {
  verdict.replaceChildren();
  edits.replaceChildren();
  tell("");
}

function later(soon) {
  timers.forEach(clearTimeout);
  if (asking) asking.abort();
  shift(box.value);
  paint();
  edits.replaceChildren();
  if (!box.value.trim()) return clear();
  if ([...box.value].length > Number(box.dataset.limit)) {
    clear();
    return tell(form.dataset.long);
  }
  verdict.classList.add("stale");
  asking = new AbortController();
  const { signal } = asking;
  timers = [
    setTimeout(() => judge(signal), soon ? 0 : VERDICT_AFTER),
    setTimeout(async () => {
      const open = verdict.querySelector("[data-verdict]:not([data-verdict=neutral])");
      if (open) edits.textContent = form.dataset.searching;
      if (await ask("/potongan/ubah", edits, box.value, signal)) form.dispatchEvent(new Event("proposed"));
    }, soon ? 0 : EDITS_AFTER),
  ];
}

function show(text, said) {
  box.value = text;
  undo.hidden = !earlier.length;
  later(true);
  tell(said);
  box.focus();
}

// Spans count code points, as the server does; spaces where a piece stood are tidied as it does.
function without(text, spans) {
  const letters = [...text];
  let out = "";
  let at = 0;
  const sew = (right) => {
    const bare = right.replace(/^[ \t]+/, "");
    if (!bare || /^[,.;:!?)\]\n]/.test(bare)) out = out.replace(/[ \t]+$/, "") + bare;
    else if (!out || /\s$/.test(out)) out += bare;
    else if (/[\p{L}\p{N}]$/u.test(out) && /^[\p{L}\p{N}]/u.test(right)) out += ` ${right}`;
    else out += right;
  };
  for (const [start, end] of spans.sort((a, b) => a[0] - b[0])) {
    if (at) sew(letters.slice(at, start).join(""));
    else out = letters.slice(0, start).join("");
    at = end;
  }
  sew(letters.slice(at).join(""));
  return out.trim();
}

box.addEventListener("input", () => later(false));
box.addEventListener("scroll", follow);
new ResizeObserver(follow).observe(box);
form.addEventListener("change", (event) => {
  if (event.target.type === "radio") later(true);
});
form.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (button && button.hasAttribute("formaction")) return; // to another page
  event.preventDefault();
  if (button && button.name === "ambil") {
    earlier.push(box.value);
    show(without(box.value, button.value.split(",").map((s) => s.split("-").map(Number))), form.dataset.taken);
  } else if (button === undo) {
    show(earlier.pop() ?? box.value, form.dataset.undone);
  } else {
    later(true);
  }
});
for (const sample of form.querySelectorAll("[data-sample]")) {
  sample.addEventListener("click", (event) => {
    event.preventDefault();
    if (box.value.trim()) earlier.push(box.value);
    show(sample.dataset.sample, "");
  });
}
shift(box.value);
if (box.value.trim()) later(true);
