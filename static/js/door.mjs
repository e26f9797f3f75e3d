/* The list of an event on a phone at the door: kept, looked through, ticked and scanned without a network
   (templates/events/show_kept_door.html). Other pages load this to send what waits (parvis/leaving.mjs). */
import { allTicks, isWaiting, saveTicks, sendTicks, withoutTick } from "./door/ticks.mjs";
import { hourNow, keepDoor, keptDoor } from "./door/keeping.mjs";
import { canScan, startScan } from "./door/scanning.mjs";

export const sendWaiting = () => sendTicks();

const door = document.querySelector("[data-door]");
const about = { ...door?.dataset };
const list = document.querySelector("[data-door-list]");
const field = document.querySelector("[data-door-find] input");
const video = document.querySelector("[data-door-camera]");
const button = document.querySelector("[data-door-scan]");
const rows = () => [...(list?.querySelectorAll("[data-row]") ?? [])];
const press = (row, name) => row.querySelector(`[data-${name}]`);
const nameOf = (row) => row.querySelector("h2").textContent.trim();
const handleOf = (row) => row.querySelector(".meta > :not([data-said])")?.textContent ?? "";
const mine = () => allTicks().filter(({ who, event }) => who === about.who && event === about.door);

function say(name) {
  for (const one of door.querySelectorAll("[data-door-say]")) one.hidden = one.dataset.doorSay !== name;
}

/* Each row as it is: here by what the page says, ticked and waiting, or answered. */
function draw() {
  const ticks = new Map(mine().map((tick) => [tick.row, tick]));
  for (const row of rows()) if ("gone" in row.dataset && !ticks.has(row.dataset.row)) row.remove();
  for (const tick of ticks.values()) if (!rows().some(({ dataset }) => dataset.row === tick.row)) addGone(tick);
  let here = Number(about.here);
  for (const row of rows()) {
    const tick = ticks.get(row.dataset.row);
    drawRow(row, tick);
    if (tick && tick.well !== false && !press(row, "is-here")) here += Number(row.dataset.party);
  }
  const waiting = mine().filter(isWaiting).length;
  door.querySelector("[data-door-waiting]").hidden = !waiting;
  door.querySelector("[data-door-count]").textContent = inDigits(waiting);
  const count = document.querySelector(".event-count > b");
  if (count) count.textContent = inDigits(here);
}

const language = document.documentElement.lang;
const inDigits = (number) => number.toLocaleString(language);

function drawRow(row, tick) {
  const said = press(row, "said");
  said.hidden = !tick;
  said.textContent = tick ? wordsOf(tick) : "";
  said.classList.toggle("is-good", Boolean(tick) && tick.well !== false);
  said.classList.toggle("is-warn", tick?.well === false);
  const isHere = press(row, "is-here");
  if (isHere) isHere.hidden = Boolean(tick);
  press(row, "tick").hidden = Boolean(tick || isHere) || !("checksIn" in about);
  press(row, "untick").hidden = !tick || !isWaiting(tick);
  press(row, "seen").hidden = tick?.well !== false;
}

function wordsOf(tick) {
  const hour = { hour: "numeric", minute: "2-digit", timeZone: about.zone };
  return tick.words ?? about.waits.replace("{hour}", new Date(tick.at).toLocaleTimeString(language, hour));
}

/* Somebody who is on the list no more, and was ticked. */
function addGone(tick) {
  const row = document.importNode(document.getElementById("door-gone").content, true).firstElementChild;
  row.dataset.row = tick.row;
  row.dataset.gone = "";
  for (const one of row.querySelectorAll("[data-name]")) one.textContent = ` ${tick.name}`;
  list.prepend(row);
}

list?.addEventListener("click", ({ target }) => {
  const pressed = target.closest("button");
  const row = pressed?.closest("[data-row]");
  if (!row) return;
  const tick = { ...taken(), row: row.dataset.row, name: nameOf(row), at: hourNow() };
  const before = withoutTick(tick);
  const isKept = saveTicks("tick" in pressed.dataset ? [...before, tick] : before);
  draw();
  if (!isKept) say("unkept");
  ((row.isConnected && row.querySelector("button:not([hidden])")) || field).focus();
  if ("tick" in pressed.dataset) tell(tick);
  if (navigator.onLine) send();
});

const taken = () => ({ who: about.who, event: about.door, send: about.send, most: Number(about.most) });
const tell = (tick) => document.dispatchEvent(new CustomEvent("toast", { detail: `${tick.name}: ${wordsOf(tick)}` }));

async function send() {
  const before = mine().filter(isWaiting);
  const problem = await sendTicks(about.door);
  draw();
  for (const tick of mine()) {
    if (!isWaiting(tick) && before.some(({ row }) => row === tick.row)) tell(tick);
  }
  if (problem) say(problem === "other" ? "out" : problem);
  return problem;
}

/* Sent first, so that the list that is kept then says it. */
async function bringUpToDate() {
  const problem = await send();
  if (problem && problem !== "away") return;
  try {
    const told = mine().filter(({ well }) => well === true);
    const { state, text } = await keepDoor(about);
    if (text) renew(text, told);
    say(state === "away" && !keptDoor() ? "unkept" : state);
  } catch (error) {
    say("unkept");
    console.warn("The list could not be kept.", error);
  }
}

/* The list as it is now. What was told before it was asked for stands in it. */
function renew(page, told) {
  const isTold = ({ event, row, at }) => told.some((one) => one.event === event && one.row === row && one.at === at);
  saveTicks(allTicks().filter((one) => !isTold(one)));
  const fresh = new DOMParser().parseFromString(page, "text/html");
  about.here = fresh.querySelector("[data-door]").dataset.here;
  const focused = list?.contains(document.activeElement) && document.activeElement.closest("[data-row]").dataset.row;
  list?.replaceChildren(...(fresh.querySelector("[data-door-list]")?.children ?? []));
  draw();
  look();
  const row = rows().find(({ dataset }) => dataset.row === focused);
  if (focused) (row?.querySelector("button:not([hidden])") ?? field).focus({ preventScroll: true });
}

/* ----- who is meant ----- */

/* As door_codes.py reckons it. */
async function markOf(code) {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${about.door}-${code}`));
  return [...new Uint8Array(bytes)]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("")
    .slice(0, 8);
}

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

function found(name, count, who) {
  for (const one of document.querySelectorAll("[data-door-found]")) one.hidden = one.dataset.doorFound !== name;
  document.querySelector("[data-door-found-count]").textContent = inDigits(count ?? 0);
  document.querySelector("[data-door-found-name]").textContent = who ?? "";
}

async function look() {
  const typed = field.value.trim();
  const code = typed.toUpperCase().replace(/[^\p{L}\p{N}]/gu, "");
  const mark = /^[2-9A-Z]{9}$/.test(code) ? await markOf(code) : "";
  if (field.value.trim() !== typed) return;
  const marked = mark ? rows().filter((row) => row.dataset.mark === mark) : [];
  const names = rows().filter((row) => plain(`${nameOf(row)} ${handleOf(row)}`).includes(plain(typed)));
  const meant = marked.length ? marked : names;
  for (const row of rows()) row.hidden = !meant.includes(row);
  if (!typed) found("");
  else if (meant.length === 1) found("one", 1, nameOf(meant[0]));
  else found(meant.length ? "some" : "nobody", meant.length);
}

const first = () => rows().find((row) => !row.hidden);
/* A code that was scanned, here or by the camera of the phone. */
async function lookForCode(address) {
  const [, event, code] = address.match(/\/events\/here\/(\d+)-([2-9A-Z]+)\./) ?? [];
  if (event !== about.door) return found("other");
  field.value = code;
  await look();
  first()?.querySelector("button:not([hidden])")?.focus();
}

field?.addEventListener("input", look);
field?.form.addEventListener("submit", (event) => {
  event.preventDefault();
  look().then(() => first()?.querySelector("button:not([hidden])")?.focus());
});

let stopScan = null;
function endScan() {
  stopScan?.();
  stopScan = null;
  button?.setAttribute("aria-pressed", "false");
}

button?.addEventListener("click", async () => {
  if (stopScan) return endScan();
  try {
    stopScan = await startScan(video, lookForCode);
    button.setAttribute("aria-pressed", "true");
  } catch {
    found("blind");
  }
});

if (door) {
  draw();
  addEventListener("online", bringUpToDate);
  addEventListener("offline", () => say(keptDoor() ? "away" : "unkept"));
  addEventListener("pagehide", endScan);
  document.addEventListener("visibilitychange", () => (document.hidden ? endScan() : send()));
  door.querySelector("[data-door-send]").addEventListener("click", bringUpToDate);
  setInterval(() => navigator.onLine && mine().some(isWaiting) && send(), 30_000);
  if (button) {
    canScan().then((can) => {
      button.hidden = !can;
    });
  }
  if (location.pathname.includes("/events/here/")) lookForCode(location.pathname);
  say("keeping");
  bringUpToDate();
}
