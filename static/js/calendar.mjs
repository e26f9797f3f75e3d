/* The calendar: a card is dragged onto a day, or lifted with M, moved with the arrows, put down with Enter; Escape
   brings it back. Without scripts its page has a form for it. The calendar comes back, with the way back; where
   somebody was faster, the card goes back and their sentence stands beside it. */
const place = () => document.querySelector("[data-calendar]");
const form = document.getElementById("carry");
const say = (text) => document.dispatchEvent(new CustomEvent("toast", { detail: text }));
const days = () => [...document.querySelectorAll("[data-calendar] [data-day]:not([data-day=''])")];
const inCalendar = (event, what) => event.target.closest?.(`[data-calendar] ${what}`);
const cardOf = (event) => inCalendar(event, "[data-card]");
let lifted = null;

const put = (card, day, before = null) => day.insertBefore(card, before);
const settle = ({ card, day, next }) => {
  card.classList.remove("is-lifted");
  put(card, day, next);
  card.focus();
};
const take = (card) => ({ card, day: card.closest("[data-day]"), next: card.nextSibling });

const carried = new WeakMap();
const send = (from, day) => {
  const { card } = from;
  carried.set(card, from);
  form.elements.day.value = day.dataset.day;
  form.elements.version.value = card.dataset.version;
  form.setAttribute("action", card.dataset.card);
  card.focus();
  document.dispatchEvent(new CustomEvent("press", { detail: { form, by: card } }));
};
form?.addEventListener("released", ({ detail: card }) => settle(carried.get(card)));

document.addEventListener("keydown", (event) => {
  const card = cardOf(event);
  if (!card || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key.toLowerCase() === "m" && !lifted) {
    event.preventDefault();
    lifted = take(card);
    card.classList.add("is-lifted");
    say(place().dataset.lift);
    return;
  }
  if (!lifted || lifted.card !== card) return;
  // In a list the days stand below each other, and those without anything are left out.
  const row = card.closest(".day-list") ? 1 : 7;
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -row, ArrowDown: row }[event.key];
  if (step) {
    event.preventDefault();
    const all = days();
    const now = all.indexOf(card.closest("[data-day]"));
    const sign = document.dir === "rtl" && /Left|Right/.test(event.key) ? -1 : 1;
    const target = all[now + step * sign];
    if (!target || "over" in target.dataset) return;
    target.classList.add("has");
    put(card, target);
    card.focus();
    say(target.dataset.name);
  } else if (event.key === "Escape") {
    event.preventDefault();
    settle(lifted);
    lifted = null;
    say(place().dataset.back);
  } else if (event.key === "Enter") {
    event.preventDefault();
    const from = lifted;
    const day = card.closest("[data-day]");
    lifted = null;
    if (day === from.day) settle(from);
    else send(from, day);
  }
});

let dragged = null;
const target = (event) => inCalendar(event, "[data-day]");
const clear = () => {
  for (const day of document.querySelectorAll("[data-calendar] .is-target")) day.classList.remove("is-target");
};
document.addEventListener("dragstart", (event) => {
  const card = cardOf(event);
  if (!card) return;
  dragged = take(card);
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", card.textContent.trim());
});
document.addEventListener("dragover", (event) => {
  const day = target(event);
  if (!dragged || !day || "over" in day.dataset) return;
  event.preventDefault();
  clear();
  day.classList.add("is-target");
});
document.addEventListener("drop", (event) => {
  const day = target(event);
  clear();
  if (!dragged || !day || day === dragged.day) return;
  event.preventDefault();
  const from = dragged;
  put(from.card, day);
  send(from, day);
});
document.addEventListener("dragend", () => {
  clear();
  dragged = null;
});

/* What was moved last has the focus, so that the next key goes on from there. */
const last = location.hash.startsWith("#entry-") && document.getElementById(location.hash.slice(1));
if (last) last.focus();
