/* Part of door.mjs. The page itself, kept by this browser for when the network is gone; the worker of the place shows
   it (templates/front/worker.js). It goes with whoever signs out, and some time after the event
   (parvis/leaving.mjs). */
const KEPT_DOOR = `door ${document.documentElement.dataset.community}`;

export function keptDoor() {
  try {
    return JSON.parse(localStorage.getItem(KEPT_DOOR));
  } catch {
    return null;
  }
}

/* A browser that has no worker of this place yet makes one while this page is open (away.mjs). */
function workerOf(place) {
  const never = new Promise((_resolve, reject) => setTimeout(reject, 30_000, new Error("no worker")));
  return Promise.race([place.ready, never]);
}

/* What is refused to them now: nothing of this place is kept any longer. */
async function dropDoors() {
  const kept = keptDoor();
  localStorage.removeItem(KEPT_DOOR);
  if (kept) await caches.delete(kept.cache);
}

/* What became of it, and the page as it is now: kept, away (no network), out (signed out), shut (no longer theirs).
   Throws where nothing can be kept. */
export async function keepDoor({ who, phone, plain, scanned, until }) {
  const answer = await fetch(phone, { headers: { "X-Unasked": "1" }, redirect: "manual" }).catch(() => null);
  if (!answer || answer.status >= 500) return { state: "away" };
  if (answer.status !== 200) {
    await dropDoors();
    return { state: answer.type === "opaqueredirect" || answer.headers.get("X-Refused") === "401" ? "out" : "shut" };
  }
  const text = await answer.clone().text();
  const { scope } = await workerOf(navigator.serviceWorker);
  const name = `door ${scope}`;
  const before = keptDoor();
  if (before && before.who !== who) await caches.delete(name);
  const cache = await caches.open(name);
  const parts = [...text.matchAll(/(?:href|src)="([^"#]+\.(?:css|svg|js|mjs))["#]/g)].map(([, address]) => address);
  /* A picture less is no reason to keep nothing. */
  await Promise.all([...new Set(parts)].map((part) => cache.add(part).catch(() => {})));
  for (const address of [phone, plain, scanned]) await cache.put(address, answer.clone());
  /* How far the clock of this phone is ahead of ours. */
  const ahead = Date.now() - Date.parse(answer.headers.get("Date") ?? new Date());
  const last = Math.max(until * 1000, before?.who === who ? before.until : 0);
  localStorage.setItem(KEPT_DOOR, JSON.stringify({ who, until: last, ahead, cache: name }));
  return { state: "kept", text };
}

/* When it is, by our clocks, so that two phones say the same hour. */
export function hourNow() {
  const ahead = keptDoor()?.ahead ?? 0;
  return Date.now() - (Math.abs(ahead) > 5000 ? ahead : 0);
}
