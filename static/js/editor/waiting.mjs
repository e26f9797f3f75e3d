/* Pictures that could not be sent for want of a network: this browser keeps them, under an address that the worker of
   the place answers (templates/front/worker.js), so that they are seen in their text meanwhile, also after the page was
   opened anew. The editor sends them when it can; with a reply that waits, static/js/away.mjs does. */

const KEPT = "waiting";
const KEEP_DAYS = 14;
const ADDRESS = /src="([^"]*\/waiting\/[0-9a-f-]{36})"/g;

/* The waiting pictures that a text shows, each once. */
export const waitingIn = (html) => [...new Set([...html.matchAll(ADDRESS)].map(([, address]) => address))];

/* Keeps a file; its address, or null where nothing can be kept, or nobody would answer for it. */
export async function hold(root, file) {
  if (!navigator.serviceWorker?.controller || !globalThis.caches || !crypto.randomUUID) return null;
  const address = root + crypto.randomUUID();
  const headers = {
    "Content-Type": file.type,
    "X-Name": encodeURIComponent(file.name || "picture"),
    "X-At": Date.now(),
  };
  try {
    await sweep();
    await (await caches.open(KEPT)).put(address, new Response(file, { headers }));
    return address;
  } catch {
    return null; /* full, or a private window */
  }
}

/* The file; null where this browser has it no more. */
export async function held(address) {
  const kept = await globalThis.caches?.match(address, { cacheName: KEPT });
  if (!kept) return null;
  const name = decodeURIComponent(kept.headers.get("X-Name"));
  return new File([await kept.blob()], name, { type: kept.headers.get("Content-Type") });
}

/* Whether a reply that waits shows it: it is sent with that. */
export function isNamed(address) {
  try {
    return Boolean(localStorage.getItem("waiting")?.includes(address));
  } catch {
    return false;
  }
}

export const drop = async (address) => (await caches.open(KEPT)).delete(address);

/* Those that nobody came back for; what stands in a reply that waits stays. */
async function sweep() {
  const cache = await caches.open(KEPT);
  for (const request of await cache.keys()) {
    const at = Number((await cache.match(request)).headers.get("X-At"));
    if (!isNamed(new URL(request.url).pathname) && Date.now() - at > KEEP_DAYS * 86_400_000)
      await cache.delete(request);
  }
}

/* Sends the pictures of a reply that waits: `keep` is called after each, so that none is sent twice. False where they
   have to wait on. What the server refuses stays where it is, with why: the reply becomes a draft. */
export async function bring(one, { upload, token, keep }) {
  const body = one.fields.find(([name]) => name === "body");
  for (const address of waitingIn(body[1])) {
    const file = await held(address);
    if (!file) continue;
    const data = new FormData();
    data.set("file", file);
    const headers = { "X-CSRFToken": token, "X-Unasked": "1" };
    const answer = await fetch(upload, { method: "POST", body: data, headers }).catch(() => null);
    const told = (await answer?.json().catch(() => null)) ?? {};
    if (answer?.status === 201) {
      body[1] = body[1].replaceAll(`src="${address}"`, attributesOf(told));
      keep();
      await drop(address);
    } else if (told.error) {
      one.fields = [
        ...one.fields.filter(([name]) => name !== "picture_refused"),
        ["picture_refused", told.error ?? ""],
      ];
    } else if (!["401", "403"].includes(answer?.headers.get("X-Refused"))) return false;
  }
  return true;
}

function attributesOf({ url, srcset, sizes, width, height }) {
  const said = { src: url, srcset, sizes, width, height };
  return Object.entries(said)
    .filter(([, value]) => value)
    .map(([name, value]) => `${name}="${value}"`)
    .join(" ");
}
