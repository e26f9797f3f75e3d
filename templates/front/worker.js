{% if on %}
const KEPT = `{{ kept|escapejs }} ${self.registration.scope}`;
const PAGE = "{{ page|escapejs }}";

/* Asked for without cookies, so that it is drawn for nobody, in the language that was chosen here, and as what it is:
   nobody reads it yet. */
const HEADERS = { "Accept-Language": "{{ language|escapejs }}", Purpose: "prefetch", "X-Unasked": "1" };

async function keep() {
  const cache = await caches.open(KEPT);
  const answer = await fetch(PAGE, { credentials: "omit", headers: HEADERS });
  if (answer.status !== 200) throw new Error(String(answer.status));
  const text = await answer.clone().text();
  const parts = [...text.matchAll(/(?:href|src)="([^"#]+\.(?:css|svg|js|mjs))["#]/g)].map(([, address]) => address);
  await cache.addAll([...new Set(parts)]);
  await cache.put(PAGE, answer);
}

async function begin() {
  for (const name of await caches.keys()) if (mine(name) && name !== KEPT) await caches.delete(name);
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

/* The list for a door that an organiser keeps here (static/js/door.mjs), its page at three addresses: of the list, of
   the door, and of any code of its event. */
const DOORS = `door ${self.registration.scope}`;
const doorOf = ({ url }) => url.replace(/[?#].*$/, "").replace(/(\/events\/here\/\d+)-.*$/, "$1/");
const door = (request) => caches.match(doorOf(request), { cacheName: DOORS, ignoreVary: true });

/* Refused to whoever has this browser now, or signed out. */
const REFUSED = [401, 403, 404, 410];
async function forgetDoors(request, answer) {
  const isRefused = answer.type === "opaqueredirect" || REFUSED.includes(answer.status);
  if (isRefused && /\/door\/(phone\/)?$/.test(doorOf(request)) && (await door(request))) await caches.delete(DOORS);
}

/* Several places may share a host: each cleans up after itself alone. */
const mine = (name) => name.startsWith("offline-") && name.endsWith(self.registration.scope);

async function reach(event) {
  try {
    const answer = (await event.preloadResponse) ?? (await fetch(event.request));
    event.waitUntil(forgetDoors(event.request, answer));
    return answer;
  } catch {
    return (await door(event.request)) ?? (await caches.match(PAGE, { cacheName: KEPT })) ?? Response.error();
  }
}

async function part(request, ...names) {
  for (const cacheName of names) {
    const kept = await caches.match(request, { cacheName, ignoreVary: cacheName === DOORS });
    if (kept) return kept;
  }
  return fetch(request);
}

/* Pictures that wait for the network (static/js/editor/waiting.mjs). */
const waits = ({ url }) => url.startsWith(`${self.registration.scope}waiting/`);

self.addEventListener("install", (event) => event.waitUntil(keep().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(begin()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate" && request.method === "GET") event.respondWith(reach(event));
  else if (waits(request)) event.respondWith(part(request, "waiting"));
  else if (!navigator.onLine && ["style", "script", "image"].includes(request.destination)) {
    event.respondWith(part(request, KEPT, DOORS));
  }
});

/* What is sent to this device (communities/notifications/devices/sending.py): shown as it comes, in the language of
   whoever it is for. A browser that is told and shows nothing says by itself that something happened. */
function told(event) {
  try {
    return event.data?.json() ?? {};
  } catch {
    return {};
  }
}

function showNews(event) {
  const { title, body, url, tag, lang, dir } = told(event);
  const icon = "{{ icon|escapejs }}";
  const said = body ?? "{{ something|escapejs }}";
  const { scope } = self.registration;
  const address = url?.startsWith(scope) ? url : new URL("{{ bell|escapejs }}", scope).href;
  /* The latest of one line replaces what came before, and is heard all the same. */
  const options = { body: said, icon, badge: icon, tag, renotify: Boolean(tag), lang, dir, data: address };
  event.waitUntil(self.registration.showNotification(title ?? "{{ name|escapejs }}", options));
}

/* The page itself, where it is open somewhere: what came meanwhile is said there, and what somebody writes stays. */
async function openNews(address) {
  const page = (url) => url.split("#")[0];
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = pages.find((one) => page(one.url) === page(address));
  return there ? there.focus() : self.clients.openWindow(address);
}

/* The browser was given another address at its push service. */
async function renew({ oldSubscription, newSubscription }) {
  const headers = { "X-Unasked": "1" };
  const answer = await fetch("{{ key|escapejs }}", { headers });
  if (answer.status !== 200) return;
  const { key, token } = await answer.json();
  if (!key) return;
  const asked = { userVisibleOnly: true, applicationServerKey: key };
  const { endpoint, keys } = (newSubscription ?? (await self.registration.pushManager.subscribe(asked))).toJSON();
  const instead_of = oldSubscription?.endpoint ?? "";
  const body = new URLSearchParams({ endpoint, ...keys, instead_of });
  await fetch("{{ devices|escapejs }}", { method: "POST", body, headers: { ...headers, "X-CSRFToken": token } });
}

self.addEventListener("push", showNews);
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openNews(event.notification.data));
});
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));
{% else %}
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(end()));

async function end() {
  const { scope } = self.registration;
  for (const name of await caches.keys()) if (name.startsWith("offline-") && name.endsWith(scope)) await caches.delete(name);
  await caches.delete(`door ${scope}`);
  await self.registration.unregister();
}
{% endif %}
