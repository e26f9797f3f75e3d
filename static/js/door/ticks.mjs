/* Part of door.mjs. What was ticked waits in this browser: { who, event, send, most, row, name, at }, with `words` and
   `well` once it was answered. It is sent from whichever page is opened first with a network, once: the same row and
   moment again changes nothing. */
const TICKS = `ticks ${document.documentElement.dataset.community}`;

export function allTicks() {
  try {
    return JSON.parse(localStorage.getItem(TICKS)) ?? [];
  } catch {
    return [];
  }
}

/* Whether it was kept: not in a private window that keeps nothing. */
export function saveTicks(ticks) {
  try {
    if (ticks.length) localStorage.setItem(TICKS, JSON.stringify(ticks));
    else localStorage.removeItem(TICKS);
    return true;
  } catch {
    return false;
  }
}

const isSameTick = (one, other) => one.event === other.event && one.row === other.row;
export const withoutTick = (tick) => allTicks().filter((one) => !isSameTick(one, tick));
export const isWaiting = (tick) => !tick.words;

/* The cookie itself: the page may be older than the session. */
const tokenNow = () => document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/)?.[1] ?? "";

/* Empty where it arrived; else why not: away, out (signed out), shut (not open to them), other (another person’s). */
async function sendSome(ticks) {
  const [{ send, who }] = ticks;
  const body = new URLSearchParams([["who", who], ...ticks.map(({ row, at }) => ["tick", `${row}-${at}`])]);
  const headers = { "X-Unasked": "1", "X-CSRFToken": tokenNow() };
  const answer = await fetch(send, { method: "POST", headers, body, redirect: "manual" }).catch(() => null);
  if (answer?.status === 200) {
    const { told } = await answer.json();
    saveTicks(allTicks().map((one) => answered(one, ticks, told)));
    return "";
  }
  const refused = answer?.headers.get("X-Refused");
  if (refused === "409") return "other";
  if (answer?.type === "opaqueredirect" || refused === "401") return "out";
  return refused ? "shut" : "away";
}

function answered(one, sent, told) {
  if (!sent.some((tick) => isSameTick(tick, one) && tick.at === one.at)) return one;
  const { words, well } = told.find(({ row }) => String(row) === one.row) ?? {};
  return words ? { ...one, words, well } : one;
}

let sending = null;
/* What kept some of them here, of this event where one is named. */
export function sendTicks(event = "") {
  sending ??= sendAll().finally(() => {
    sending = null;
  });
  return sending.then((problems) => problems.get(event) ?? "");
}

async function sendAll() {
  const problems = new Map();
  const waiting = allTicks().filter(isWaiting);
  for (const group of new Set(waiting.map(({ who, send }) => `${who} ${send}`))) {
    const ticks = waiting.filter(({ who, send }) => `${who} ${send}` === group);
    const [{ event, most }] = ticks;
    for (let from = 0; from < ticks.length && !problems.has(event); from += most) {
      const problem = await sendSome(ticks.slice(from, from + most));
      if (problem) problems.set(event, problem);
    }
  }
  return problems;
}
