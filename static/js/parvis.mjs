/* What every page runs, sent as one file: its parts take the place of their imports (config/static_bundles.py), so that
   hashed file names need no import map.
   Other modules speak through events: document.dispatchEvent(new CustomEvent("toast", { detail: "Saved" })). */

import { leaveNothing, leavesSomething } from "./parvis/leaving.mjs";
import { tell } from "./parvis/toasts.mjs";

/* Light, dark or as the system: one button, kept in this browser only; theme.js applies it before the first paint. */
const root = document.documentElement;

const isDark = () =>
  root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;

const show = () => {
  for (const button of document.querySelectorAll("[data-theme-toggle]")) {
    button.setAttribute("aria-pressed", String(isDark()));
    const sign = button.querySelector("use");
    sign?.setAttribute("href", sign.getAttribute("href").replace(/#.*/, isDark() ? "#sun" : "#moon"));
  }
};

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-toggle]")) return;
  root.dataset.theme = isDark() ? "light" : "dark";
  try {
    localStorage.setItem("theme", root.dataset.theme);
  } catch {
    /* private window: not kept */
  }
  show();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
show();

/* Single keys can be switched off, for those who speak to their computer (WCAG 2.1.4); kept in this browser. */
const keysAreOn = () => root.dataset.singleKeys !== "off";

function setKeys(state) {
  root.dataset.singleKeys = state;
  for (const button of document.querySelectorAll("[data-keys-switch]")) {
    button.hidden = false;
    button.setAttribute("aria-pressed", String(keysAreOn()));
  }
}

try {
  setKeys(localStorage.getItem("keys") ?? "on");
} catch {
  setKeys("on"); /* private window */
}
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-keys-switch]")) return;
  setKeys(keysAreOn() ? "off" : "on");
  try {
    localStorage.setItem("keys", root.dataset.singleKeys);
  } catch {
    /* not kept */
  }
});
/* Some come in place. */
document.addEventListener("htmx:load", () => setKeys(root.dataset.singleKeys));

/* Menus are <details>, dialogs are <dialog>: this closes the ones and opens the others. */
const openMenus = () => document.querySelectorAll("details.menu[open]:not(.is-static)");

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;

  const opener = event.target.closest("[data-open]");
  const dialog = opener && document.getElementById(opener.dataset.open);
  if (dialog instanceof HTMLDialogElement) {
    event.preventDefault(); /* without JavaScript the same control leads to a page of its own */
    dialog.showModal();
  }
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const menu of openMenus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
  if (event.key !== "/" || !keysAreOn() || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const search = document.querySelector("[data-search]");
  if (search?.offsetParent) {
    event.preventDefault();
    search.focus();
  }
});

/* Ctrl+K finds, ? shows the keys; what does it is fetched then, and without it there is the page of search. In texts of
   a Mac Ctrl+K deletes to the end of the line, and ⌘K finds. */
const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
document.addEventListener("keydown", (event) => {
  const { key, altKey, ctrlKey, metaKey, target } = event;
  const typing = target.closest("input, textarea, select, [contenteditable]");
  const held = metaKey || (ctrlKey && !(isMac && typing));
  const finds = key.toLowerCase() === "k" && held && !altKey && !event.shiftKey;
  const asks = key === "?" && keysAreOn() && !ctrlKey && !metaKey && !typing && !document.querySelector("[data-keys]");
  const { finder } = scripts.dataset;
  if (event.defaultPrevented || !finder || !(finds || asks)) return;
  event.preventDefault();
  import(finder).then((module) => module.open(finds ? "find" : "keys")).catch(() => {});
});

if (location.hash.length > 1) {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDialogElement) target.showModal();
}

/* htmx, and what answers presses in place, are fetched only when somebody reaches for something that needs them, so a
   page that is only read stays light. */
const HX = ["get", "post", "boost", "trigger"].map((name) => `[data-hx-${name}]`).join();
const PRESSED = "form[data-press], [form=acts], a[data-here], a[data-look]";
const INTENT = ["pointerover", "touchstart", "focusin"];
const scripts = document.querySelector('meta[name="parvis-acts"]');

/* Fetched once, and again only where it could not be had. */
const once = (fetchIt) => {
  let coming = null;
  return () => {
    coming ??= fetchIt().catch((error) => {
      coming = null;
      throw error;
    });
    return coming;
  };
};

/* It reads this as it begins: no styles of its own, nothing evaluated, no pages in storage. */
const CONFIG = '{"includeIndicatorStyles": false, "allowEval": false, "historyCacheSize": 0}';
const loadHtmx = once(
  () =>
    new Promise((done, fail) => {
      document.head.append(Object.assign(document.createElement("meta"), { name: "htmx-config", content: CONFIG }));
      const script = document.createElement("script");
      document.head.append(Object.assign(script, { src: scripts.dataset.htmx, onload: done, onerror: fail }));
    }),
);
const loadActs = once(async () => {
  const [acts] = await Promise.all([import(scripts.content), loadHtmx()]);
  return acts;
});

function load(event) {
  const need = event.target.closest?.(`${HX}, ${PRESSED}`);
  if (need) (need.matches(PRESSED) ? loadActs() : loadHtmx()).catch(() => {});
}

if (scripts) for (const name of INTENT) document.addEventListener(name, load, { passive: true });

/* Acts in place (acts.mjs): the block that a press has changed comes back. A press that comes before the scripts waits
   for them; where they cannot be had, that is said beside it, and nothing is lost. Blocks are remembered as they came,
   before other scripts change them. */
if (document.querySelector(PRESSED)) {
  for (const block of document.querySelectorAll("[data-block], [data-blocks] > [id]")) block.came = block.outerHTML;
}

const busy = (by, act, missed) => {
  if (by.getAttribute("aria-busy") === "true") return false;
  by.setAttribute("aria-busy", "true");
  loadActs()
    .then(act, () => missed?.() || beside(by, document.body.dataset.offline))
    .catch((error) => {
      console.error(error);
      beside(by, document.body.dataset.failed);
    })
    .finally(() => {
      by.removeAttribute("aria-busy");
      by.dispatchEvent(new CustomEvent("answered"));
    });
  return true;
};

/* No answer came: the same press once more, from here. */
function again(form, by) {
  const note = document.createDocumentFragment();
  const button = Object.assign(document.createElement("button"), {
    type: "button",
    className: "btn btn-plain btn-s",
    textContent: document.body.dataset.again,
  });
  button.addEventListener("click", () => {
    by.focus();
    if (by.matches("form")) by.requestSubmit();
    else if (by.form) by.click();
    else document.dispatchEvent(new CustomEvent("press", { detail: { form, by } }));
  });
  note.append(Object.assign(document.createElement("p"), { textContent: document.body.dataset.offline }), button);
  return note;
}

/* What went wrong stands beside what was pressed, until it is pressed again. */
function beside(by, words) {
  const note = Object.assign(document.createElement("div"), { className: "act-error" });
  note.setAttribute("role", "alert");
  if (words instanceof Node) note.append(words);
  else note.textContent = words;
  const place = by.closest("footer, p, .row, .row-tight, form[data-press]") ?? by;
  place.after(note);
}

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  const isPressed = form.matches("[data-press]") && !form.dataset.plain && !submitter?.formNoValidate;
  if (event.defaultPrevented || !isPressed || !scripts) return;
  event.preventDefault();
  press(form, submitter, submitter ?? form);
});
/* A script that presses for somebody says beside what. */
document.addEventListener("press", ({ detail: { form, by } }) => press(form, null, by));

/* Presses that still wait: for the scripts, or for the press before them. Whoever leaves the page meanwhile has pressed
   all the same: they are sent as it goes, and where they lead is not asked for. */
const waiting = new Set();
let isBehind = false;
addEventListener("pagehide", () => {
  for (const { path, values: body } of waiting) {
    fetch(path, { method: "POST", body, keepalive: true, redirect: "manual" }).catch(() => {});
    isBehind = true;
  }
  waiting.clear();
});
addEventListener("pageshow", () => isBehind && location.reload());

/* What is sent is what stood there when it was pressed. */
function press(form, submitter, by) {
  const path = submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? location.href;
  const one = { path, values: new FormData(form, submitter) };
  const leaves = () => waiting.delete(one);
  // No answer can be had: who keeps it until there is one says so itself.
  const queued = () => {
    const detail = { form, ...one };
    return !document.dispatchEvent(new CustomEvent("unanswered", { cancelable: true, detail }));
  };
  const missed = () => {
    form.dispatchEvent(new CustomEvent("released", { detail: by }));
    return queued();
  };
  if (!busy(by, (acts) => acts.press(form, { ...one, by, leaves, queued, beside, again, tell }), missed)) return;
  waiting.add(one);
  by.addEventListener("answered", leaves, { once: true });
}

/* Whoever follows a link that is on its way somewhere goes once it has arrived. */
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[aria-busy=true]:not([data-here], [data-look])");
  if (!link) return;
  event.preventDefault();
  link.addEventListener("answered", () => location.assign(link.href), { once: true });
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-here], a[data-look]");
  if (!link || !scripts || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  busy(link, (acts) => acts[link.matches("[data-look]") ? "look" : "open"](link, { beside, tell }));
});

/* One press sends once: a second one while the first is on its way is dropped. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "true";
  event.submitter?.setAttribute("aria-busy", "true");
  // A file that comes leaves the page where it is, and no browser says when it has come.
  if ((event.submitter ?? form).closest("[data-saves]")) setTimeout(() => ready(form), 4000);
  if (form.matches('[action$="/sign-out/"]') && leavesSomething()) {
    event.preventDefault();
    leaveNothing().finally(() => form.submit());
  }
});
function ready(form) {
  delete form.dataset.sent;
  for (const one of form.elements) one.removeAttribute("aria-busy");
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) ready(form);
});

/* htmx: a refused form (422) comes back as the form again; other failures say so and lose nothing, in the server’s
   words where it has some. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.status === 422) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
document.addEventListener("htmx:responseError", (event) => {
  if (!event.detail.xhr.getResponseHeader("HX-Trigger")) tell(document.body.dataset.failed);
});
/* A press in place says it beside itself: what it was sent by is hidden. */
document.addEventListener("htmx:sendError", (event) => {
  if (!event.target.hidden) tell(document.body.dataset.offline);
});

/* What was typed outlives a failure: kept in this tab when sent, marked by the page that says it failed, put back
   when one returns to the form; any page that arrives without a failure forgets it. */
const keep = (typed) => {
  try {
    if (typed) sessionStorage.setItem("typed", JSON.stringify(typed));
    else sessionStorage.removeItem("typed");
  } catch {
    /* storage is full or closed */
  }
};
const kept = () => {
  try {
    return JSON.parse(sessionStorage.getItem("typed"));
  } catch {
    return null;
  }
};

document.addEventListener("submit", (event) => {
  /* What is sent in place stays on the page until it has arrived. */
  if (event.defaultPrevented) return;
  const texts = [...event.target.querySelectorAll("textarea[name]")].map((field) => [field.name, field.value]);
  if (texts.some(([, text]) => text)) keep({ path: location.pathname, texts });
});

const typed = kept();
if (typed && document.querySelector('meta[name="parvis-failed"]')) keep({ ...typed, failed: true });
else if (typed?.failed && typed.path === location.pathname) {
  for (const [name, text] of typed.texts) {
    const field = document.querySelector(`textarea[name="${CSS.escape(name)}"]`);
    if (field && !field.value) field.value = text;
  }
} else if (typed) keep(null);

/* Whoever sees where one writes sees how: the editor comes to what is on the screen, once the browser has nothing else
   to do (editor/start.mjs). A page that is read higher up fetches nothing, nor does a browser that saves data. */
const eyes = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    eyes.unobserve(target);
    const say = () => {
      target.seen = true;
      target.dispatchEvent(new Event("seen"));
    };
    if (window.requestIdleCallback) requestIdleCallback(say, { timeout: 1000 });
    else setTimeout(say, 200);
  }
});

function watch(root) {
  for (const box of root.querySelectorAll?.("[data-editor-box]") ?? []) eyes.observe(box);
}

if (!navigator.connection?.saveData) {
  watch(document);
  document.addEventListener("htmx:load", (event) => watch(event.target));
}
