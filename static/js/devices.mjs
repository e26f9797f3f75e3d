/* Notifications on this device: asked of the browser when somebody presses, never before. What cannot work here is said
   and not offered. The form is an ordinary one, which this fills with what the browser says of itself. */
const section = document.querySelector("[data-devices]");
const form = section.querySelector("[data-devices-on]");
const say = (name) => {
  for (const one of section.querySelectorAll("[data-devices-say]")) one.hidden = one.dataset.devicesSay !== name;
};

const isApple =
  /iPhone|iPad/.test(navigator.userAgent) || (navigator.maxTouchPoints > 1 && /Mac/.test(navigator.userAgent));
const works = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

function problem() {
  /* Without a service worker, which the operator may have switched off, nobody would show what comes. */
  if ("off" in section.dataset) return "off";
  if (!window.isSecureContext) return "insecure";
  if (!works) return isApple ? "install" : "unsupported";
  return Notification.permission === "denied" ? "denied" : "";
}

const own = async () => (await navigator.serviceWorker.ready).pushManager.getSubscription();

function bytes(key) {
  const text = atob(key.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (sign) => sign.charCodeAt(0));
}

async function subscribe() {
  /* First of all: browsers ask only for what was just pressed. */
  if ((await Notification.requestPermission()) !== "granted") return null;
  const headers = { "X-Unasked": "1", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
  const answer = await fetch(section.dataset.key, { method: "POST", headers });
  const { key } = await answer.json();
  const { pushManager } = await navigator.serviceWorker.ready;
  const asked = { userVisibleOnly: true, applicationServerKey: bytes(key) };
  try {
    return await pushManager.subscribe(asked);
  } catch (error) {
    /* One that was made for another key: of an installation that was here before. */
    if (error.name !== "InvalidStateError") throw error;
    await (await pushManager.getSubscription())?.unsubscribe();
    return pushManager.subscribe(asked);
  }
}

let isBusy = false;
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (isBusy) return;
  isBusy = true;
  say("asking");
  try {
    const said = (await subscribe())?.toJSON();
    if (said) {
      for (const [name, value] of Object.entries({ endpoint: said.endpoint, ...said.keys })) {
        if (form.elements[name]) form.elements[name].value = value;
      }
      form.submit();
      return;
    }
    say(Notification.permission === "denied" ? "denied" : "closed");
    form.hidden = Notification.permission === "denied";
  } catch (error) {
    console.warn("The browser gave no address for notifications.", error);
    say("failed");
  }
  isBusy = false;
});

/* Off on this device: its browser forgets it, too. */
section.querySelector("[data-devices-off]")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  await (works && own().then((one) => one?.unsubscribe())).catch?.(() => {});
  event.target.submit();
});

async function start() {
  const why = problem();
  say(why);
  if (why) return;
  /* What the account knows of this browser may be gone from it, with what it kept of this site. */
  const isOn = "on" in section.dataset && Notification.permission === "granted" && Boolean(await own());
  form.hidden = isOn;
}
start();
