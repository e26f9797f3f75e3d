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
