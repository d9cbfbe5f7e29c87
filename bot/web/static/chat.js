// Live updates only: everything else on the page works without this file.
"use strict";
const chat = document.querySelector("main.chat");
const lines = document.getElementById("lines");
let first = true;

async function refresh() {
  const active = document.activeElement;
  // Somebody is filling in a card: what they typed must not vanish under their hands.
  if (active && lines.contains(active) && active.matches("input, textarea, select")) return;
  const answer = await fetch(chat.dataset.lines, { headers: { "X-Requested-With": "chat" } });
  if (!answer.ok) return;
  const atEnd = window.innerHeight + window.scrollY >= document.body.scrollHeight - 120;
  lines.innerHTML = await answer.text();
  if (atEnd) window.scrollTo(0, document.body.scrollHeight);
}

const live = new EventSource(chat.dataset.live);
live.onmessage = () => {
  if (!first) refresh();
  first = false;
};
window.addEventListener("pagehide", () => live.close());
window.scrollTo(0, document.body.scrollHeight);
