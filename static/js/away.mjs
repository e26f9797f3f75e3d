/* For when the network is gone: has the browser keep the page that says so. See templates/front/worker.js. */
const manifest = document.querySelector("link[rel=manifest]");
const within = (path) => new URL(path, manifest.href);
/* Browsers that may not (private windows, some settings) go on without. */
navigator.serviceWorker?.register(within("worker.js"), { scope: within(".") }).catch(() => {});

/* A reply that is pressed without a network waits in this browser: { path, page, who, fields, words }, its pictures
   beside it (static/js/editor/waiting.mjs). Its own number (`submission`) makes a second sending harmless; its token is
   that of whoever wrote it: nobody else sends it, and nobody else who signs in here is shown it. */
const place = document.documentElement.dataset.community;
const who = () => document.querySelector("[data-who]")?.dataset.who;
const say = (told) => document.dispatchEvent(new CustomEvent("toast", { detail: document.body.dataset[told] }));

function all() {
  try {
    return JSON.parse(localStorage.getItem("waiting")) ?? [];
  } catch {
    return [];
  }
}

function save(rows) {
  try {
    if (rows.length) localStorage.setItem("waiting", JSON.stringify(rows));
    else localStorage.removeItem("waiting");
    return true;
  } catch {
    return false; /* private window, or full: it is said that it could not be sent */
  }
}

const numberOf = ({ fields }) => fields.find(([name]) => name === "submission")?.[1];
const isSame = (one) => (other) => numberOf(one) === numberOf(other);
const drop = (one) => save(all().filter((other) => !isSame(one)(other)));
const isHere = (one) => one.page === location.pathname;
const formOf = (one) => [...document.forms].find(({ action }) => isHere(one) && action.endsWith(one.path));

document.addEventListener("unanswered", (event) => {
  const { form, path, values } = event.detail;
  const fields = [...values].filter(([, value]) => typeof value === "string");
  if (!path.endsWith("/reply/") || !values.get("submission") || !values.get("body")) return;
  const words = form.querySelector(".editor-paper")?.textContent ?? values.get("body");
  const page = form.elements.written_on?.value ?? location.pathname;
  const one = { path, page, place, who: who(), fields, words };
  if (!save([...all().filter((other) => !isSame(one)(other)), one])) return;
  event.preventDefault();
  show().then(() => (shown.has(numberOf(one)) ? navigator.onLine && flush() : unsaid(one)));
});

/* Where it cannot be said that it waits, it does not: it stands in the form, and is pressed again. */
function unsaid(one) {
  drop(one);
  say("offline");
}

/* The words are those of the page that is kept for when there is no network. */
let words = null;
async function told() {
  const page = within("offline/");
  const answer =
    (await globalThis.caches?.match(page)) ?? (await fetch(page, { headers: { "X-Unasked": "1" } }).catch(() => null));
  const text = answer?.ok ? await answer.text() : "";
  return new DOMParser().parseFromString(text, "text/html").getElementById("waiting")?.content;
}

const shown = new Map();
async function show() {
  words ??= await told().catch(() => null);
  for (const one of all()) {
    const form = formOf(one);
    const start = form ?? document.querySelector("[data-waiting]");
    if (one.place !== place || one.who !== who() || !start || shown.has(numberOf(one)) || !words) continue;
    const note = document.importNode(words, true).firstElementChild;
    note.querySelector("[data-words]").textContent = one.words;
    note.querySelector("[data-now]").addEventListener("click", async () => {
      if (!(await send(one, tokenIn(document)))) say(navigator.onLine ? "failed" : "offline");
    });
    note.querySelector("[data-back]").addEventListener("click", () => {
      drop(one);
      gone(one);
      focus(formOf(one)?.querySelector("[contenteditable], textarea") ?? document.querySelector("main"));
    });
    shown.set(numberOf(one), note);
    start.before(note);
    if (form) form.hidden = true;
    if (form?.contains(document.activeElement) || document.activeElement === document.body) focus(note);
  }
}

function focus(one) {
  if (!one.matches("[contenteditable], textarea")) one.tabIndex = -1;
  one.focus({ preventScroll: true });
}

/* It waits no longer: the form is there again, with what stands in it. */
function gone(one) {
  shown.get(numberOf(one))?.remove();
  shown.delete(numberOf(one));
  const form = formOf(one);
  if (form) form.hidden = false;
}

const tokenIn = (page) => page.querySelector("#reply [name=csrfmiddlewaretoken], [name=csrfmiddlewaretoken]")?.value;

/* Whether the text can follow. A text without pictures needs nothing of this. */
async function sendPictures(one, token) {
  if (!one.fields.some(([name, value]) => name === "body" && value.includes("/waiting/"))) return true;
  words ??= await told().catch(() => null);
  const { pictures, upload } = words?.firstElementChild.dataset ?? {};
  const module = pictures && (await import(pictures).catch(() => null));
  const keep = () => save([...all().filter((other) => !isSame(one)(other)), one]);
  const own = one.fields.find(([name]) => name === "csrfmiddlewaretoken")?.[1];
  return module ? module.bring(one, { upload, keep, token: token || own }) : false;
}

/* Whether it is done. */
async function send(one, token = "") {
  if (!(await sendPictures(one, token))) return false;
  const body = new URLSearchParams(one.fields);
  body.set("form_action", one.path);
  body.set("written_on", one.page);
  if (token) body.set("csrfmiddlewaretoken", token);
  const headers = { "X-Unasked": "1", "X-Queued": "1" };
  const answer = await fetch(one.path, { method: "POST", headers, body, redirect: "manual" }).catch(() => null);
  if (answer?.headers.get("X-Refused") === "410") {
    /* Whoever wrote it is no member any more: it stands in the form, as long as this page does. */
    drop(one);
    gone(one);
  }
  if (answer?.status !== 200) return false;
  const said = await answer.json();
  drop(one);
  if (isHere(one) && formOf(one)) {
    gone(one);
    location.assign(said.url);
    if (new URL(said.url, location).pathname === location.pathname) location.reload();
  } else {
    gone(one);
    tell(said);
  }
  return true;
}

function tell({ words: text, url, label }) {
  const note = Object.assign(document.createElement("div"), { className: "banner mb", role: "status" });
  const link = Object.assign(document.createElement("a"), { className: "btn btn-s", href: url, textContent: label });
  note.append(Object.assign(document.createElement("p"), { className: "grow", textContent: text }), link);
  document.querySelector("main h1")?.closest("header, .cols, h1")?.before(note);
}

let isAtWork = false;
async function flush() {
  if (isAtWork || !all().length) return;
  isAtWork = true;
  await show();
  for (const one of all()) if (one.place === place) await send(one);
  isAtWork = false;
}

addEventListener("online", flush);
document.addEventListener("visibilitychange", () => document.hidden || flush());
flush();
