// Live updates, and a press that is sent once: everything works without this file.
"use strict";
const main = document.querySelector("main.chat");
const text = document.getElementById("text");
let mark = main.dataset.mark;
let fetching = false;

// What somebody typed must not vanish under their hands, wherever the focus is now.
const typed = (part) =>
  [...part.querySelectorAll("input:not([type=hidden]), textarea")].some((it) => it.value !== it.defaultValue) ||
  [...part.querySelectorAll("select")].some((it) => it.selectedIndex !== Math.max(0, [...it.options].findIndex((o) => o.defaultSelected))) ||
  (part.contains(document.activeElement) && document.activeElement.matches("input, textarea, select"));

function merge(fresh) {
  const lines = document.getElementById("lines");
  const atEnd = window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 160;
  let first = null;
  for (const line of fresh.querySelectorAll("article.line")) {
    const here = document.getElementById(line.id);
    if (!here) {
      lines.querySelector(".empty")?.remove();
      first ??= line;
      lines.append(line);
    } else if (here.dataset.version !== line.dataset.version && !typed(here)) here.replaceWith(line);
  }
  for (const part of ["#clock", "nav"]) document.querySelector(part).replaceWith(fresh.querySelector(part));
  // A restarted program knows other tokens.
  const token = fresh.querySelector("input[name=csrf]").value;
  document.querySelectorAll("input[name=csrf]").forEach((it) => (it.value = token));
  if (first && atEnd) first.scrollIntoView();
}

async function refresh() {
  if (fetching) return;
  fetching = true;
  try {
    const answer = await fetch(location.pathname, { cache: "no-store" });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    mark = fresh.querySelector("main.chat").dataset.mark;
    merge(fresh);
  } catch {
    // The program is away; the stream comes back when it does, and says where things stand.
  } finally {
    fetching = false;
  }
}

let newest = mark;
const live = new EventSource(main.dataset.live);
live.onmessage = async (event) => {
  newest = event.data;
  // A change that comes while a page is on its way is not in that page.
  for (let turn = 0; turn < 5 && newest !== mark && !document.querySelector("form[data-sent]"); turn++) await refresh();
};
window.addEventListener("pagehide", () => live.close());

document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

if (!location.hash) document.getElementById("newest")?.scrollIntoView();
// Not on a phone, where it would open the keyboard over the message.
if (window.matchMedia("(hover: hover)").matches) text.focus({ preventScroll: true });
