/* Part of parvis.mjs. What browsers keep of whoever is signed in goes with them: what they looked for (finder.mjs), and
   lists for the door of an event (door.mjs). Ticks that wait there are sent from whichever page is opened. */
const keysOf = (start) => {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(start));
  } catch {
    return []; /* private window: nothing was kept */
  }
};

const doorScript = () => import(document.querySelector('meta[name="parvis-acts"]').dataset.ticks);

async function forgetDoors(isGone) {
  for (const key of keysOf("door ")) {
    const kept = JSON.parse(localStorage.getItem(key));
    if (!isGone(kept, key)) continue;
    localStorage.removeItem(key);
    await caches.delete(kept.cache);
  }
}

/* Whether there is something to wait for before the form is sent. */
export function leavesSomething() {
  for (const key of keysOf("searches")) localStorage.removeItem(key);
  return [...keysOf("door "), ...keysOf("ticks ")].length > 0;
}

export async function leaveNothing() {
  const sent = keysOf("ticks ").length && doorScript().then(({ sendWaiting }) => sendWaiting());
  await Promise.race([sent, new Promise((resolve) => setTimeout(resolve, 4000))]).catch(() => {});
  await forgetDoors(() => true).catch(() => {});
  for (const key of keysOf("ticks ")) localStorage.removeItem(key);
}

/* Of somebody else who was signed in here, or of an event that is over. */
const member = document.querySelector("script[data-member]")?.dataset.member;
const here = `door ${document.documentElement.dataset.community}`;
forgetDoors(
  ({ who, until }, key) => until < Date.now() || (member !== undefined && key === here && who !== member),
).catch(() => {});

const sendTicksFromHere = () =>
  !document.querySelector("[data-door]") &&
  keysOf("ticks ").length &&
  doorScript()
    .then(({ sendWaiting }) => sendWaiting())
    .catch(() => {});
if (member) {
  sendTicksFromHere();
  addEventListener("online", sendTicksFromHere);
}
