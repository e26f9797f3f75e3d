/* What every page runs, in one file without imports, so that hashed file names need no import map.
   Other modules speak through events: document.dispatchEvent(new CustomEvent("toast", { detail: "Saved" })). */

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
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const search = document.querySelector("[data-search]");
  if (search?.offsetParent) {
    event.preventDefault();
    search.focus();
  }
});

/* Ctrl+K finds, ? shows the keys; what does it is fetched then, and without it there is the page of search. */
document.addEventListener("keydown", (event) => {
  const { key, altKey, ctrlKey, metaKey, target } = event;
  const finds = key.toLowerCase() === "k" && (ctrlKey || metaKey) && !altKey && !event.shiftKey;
  const typing = target.closest("input, textarea, select, [contenteditable]");
  const asks = key === "?" && !ctrlKey && !metaKey && !typing && !document.querySelector("[data-keys]");
  const finder = document.querySelector('meta[name="parvis-finder"]');
  if (event.defaultPrevented || !finder || !(finds || asks)) return;
  event.preventDefault();
  import(finder.content).then((module) => module.open(finds ? "find" : "keys")).catch(() => {});
});

if (location.hash.length > 1) {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDialogElement) target.showModal();
}

/* Toasts speak through the status region that each page carries; those rendered by the server leave too. */
const KEPT = 10_000; /* long enough to read a line and to press its button */

const leave = (toast) =>
  setTimeout(() => {
    if (toast.matches(":hover, :focus-within")) leave(toast);
    else toast.remove();
  }, KEPT);

function tell(text) {
  const region = document.querySelector(".toasts");
  if (!region) return;
  const toast = document.createElement("p");
  toast.className = "toast";
  toast.textContent = text;
  region.append(toast);
  leave(toast);
}

for (const toast of document.querySelectorAll(".toasts .toast")) leave(toast);
document.addEventListener("click", (event) => {
  const teller = event.target.closest("[data-toast]");
  if (teller) tell(teller.dataset.toast);
});
/* A server that answers htmx with HX-Trigger: {"toast": "…"} speaks here. */
document.addEventListener("toast", (event) => tell(event.detail.value ?? event.detail));

/* htmx is fetched only when somebody reaches for something that needs it, so a page that is only read stays
   light; a press that comes first works as plain HTML. */
const HX = ["get", "post", "boost", "trigger"].map((name) => `[data-hx-${name}]`).join();
const INTENT = ["pointerover", "touchstart", "focusin"];
const address = document.querySelector('meta[name="parvis-htmx"]')?.content;

function load(event) {
  if (!event.target.closest?.(HX)) return;
  for (const name of INTENT) document.removeEventListener(name, load);
  const script = document.createElement("script");
  script.src = address;
  document.head.append(script);
}

if (address && document.querySelector(HX)) {
  for (const name of INTENT) document.addEventListener(name, load, { passive: true });
}

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
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  }
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
document.addEventListener("htmx:sendError", () => tell(document.body.dataset.offline));

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
