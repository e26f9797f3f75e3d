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

/* Several places may share a host: each cleans up after itself alone. */
const mine = (name) => name.startsWith("offline-") && name.endsWith(self.registration.scope);

async function reach(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await caches.match(PAGE, { cacheName: KEPT })) ?? Response.error();
  }
}

const part = async (request, cacheName = KEPT) => (await caches.match(request, { cacheName })) ?? fetch(request);

/* Pictures that wait for the network (static/js/editor/waiting.mjs). */
const waits = ({ url }) => url.startsWith(`${self.registration.scope}waiting/`);

self.addEventListener("install", (event) => event.waitUntil(keep().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(begin()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate" && request.method === "GET") event.respondWith(reach(event));
  else if (waits(request)) event.respondWith(part(request, "waiting"));
  else if (!navigator.onLine && ["style", "script", "image"].includes(request.destination)) {
    event.respondWith(part(request));
  }
});

{% include "front/worker_news.js" %}
{% else %}
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(end()));

async function end() {
  const { scope } = self.registration;
  for (const name of await caches.keys()) if (name.startsWith("offline-") && name.endsWith(scope)) await caches.delete(name);
  await self.registration.unregister();
}
{% endif %}
