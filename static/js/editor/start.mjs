/* The small part of the editor, on every page with a text area: it keeps what is typed, prevents a second sending, and
   fetches the rich editor when somebody has come to where one writes. Without it the text area just works. */

const EVERY = 3000;
const KEEP_DAYS = 14;
const RICH = /^\s*<(?:p|ul|ol|h[2-4]|blockquote|pre|figure|table|hr)[\s>]/;

const boxes = new WeakMap();

function prepare(area) {
  if (boxes.has(area)) return boxes.get(area);
  const { editor: about, headings, wordsOnly } = area.dataset;
  const config = { headings: headings !== undefined, pictures: wordsOnly === undefined };
  const box = { area, config, form: area.form, element: area.closest("[data-editor-box]"), rich: null, busy: 0 };
  box.status = box.element.querySelector("[data-editor-status]");
  const who = area.closest("[data-who]")?.dataset.who; // whoever signs in next at this device is not given it
  box.about = `draft:${about || location.pathname}${who ? `@${who}` : ""}`;
  box.key = `${box.about}#${tab()}`;
  boxes.set(area, box);
  if (isDouble) beAnother(box.form);
  // Once: somebody may be listening.
  box.say = (words) => {
    if (box.status.textContent !== words) box.status.textContent = words;
  };
  box.load = () => load(box);
  // What the editor makes of a text by opening it has not been typed.
  box.settle = (write) => {
    const isTyped = fieldsOf(box) !== box.lastKept;
    write();
    if (!isTyped) box.lastKept = fieldsOf(box);
  };
  watchForm(box);
  restore(box);
  for (const sign of ["pointerover", "focusin", "touchstart", "seen"]) {
    box.element.addEventListener(sign, box.load, { once: true, passive: true });
  }
  // Somebody may have come before this script did.
  const isMeant = box.element.seen || box.element.matches(":hover, :focus-within");
  if (area.autofocus || area.dataset.eager !== undefined || isMeant) box.load();
  // Coming back after posting, browsers put back what was sent: a text of the rich editor, unreadable without it.
  const show = () => {
    if (box.rich || !RICH.test(area.value)) return;
    if (formatField(box)) formatField(box).value = "html";
    box.load();
  };
  show();
  addEventListener("pageshow", show);
  return box;
}

/* What is the same for every text area of a language: fetched once, when it is needed first. */
const fetched = new Map();

async function settingsOf(box) {
  const address = new URL(box.area.dataset.settings, location);
  if (!fetched.has(address.href)) fetched.set(address.href, read(address));
  return Object.assign(box.config, await fetched.get(address.href));
}

async function read(address) {
  try {
    const settings = await (await fetch(address, { headers: { "X-Unasked": "1" } })).json();
    for (const [name, path] of Object.entries(settings.urls)) settings.urls[name] = new URL(path, address).pathname;
    return settings;
  } catch (error) {
    fetched.delete(address.href);
    throw error;
  }
}

/* Says something with the words of the page’s language; nothing where they cannot be had. */
const tell = (box, words) => settingsOf(box).then(({ labels }) => words(labels), Boolean);

async function load(box) {
  box.loading ??= (async () => {
    const { modules, style } = await settingsOf(box);
    if (!document.querySelector(`link[href="${style}"]`)) {
      const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: style });
      await new Promise((done) => {
        sheet.onload = sheet.onerror = done;
        document.head.append(sheet);
      });
    }
    const names = Object.keys(modules);
    const loaded = await Promise.all(names.map((name) => import(modules[name])));
    const parts = Object.fromEntries(names.map((name, place) => [name, loaded[place]]));
    box.rich = await parts.rich.startRich(box, parts);
  })().catch((error) => {
    // A lost connection leaves the plain text area, which is enough to write and post.
    console.warn("The rich editor did not load; the plain one stays.", error);
    box.loading = null;
  });
  return box.loading;
}

/* Keeping and restoring ------------------------------------------------------------------------------------- */

/* In private mode nothing is kept. */
const storage = {
  get: (key) => safely(() => JSON.parse(localStorage.getItem(key))),
  set: (key, value) => safely(() => localStorage.setItem(key, JSON.stringify(value)) ?? true) ?? false,
  remove: (key) => safely(() => localStorage.removeItem(key)),
};

/* Each tab keeps a text of its own. A tab is known by its number, in its own storage; a duplicate of it gets another,
   since the first still says that it is there. */
const ALIVE = 90_000; // timers of tabs in the background run once a minute
let number = null;
let isDouble = false;

const isThere = (name) => Date.now() - (Number(storage.get(`draft:tab:${name}`)) || 0) < ALIVE;

function tab() {
  if (number) return number;
  const key = "draft:tab";
  try {
    number = sessionStorage.getItem(key);
  } catch {
    /* private mode: this page is a tab of its own */
  }
  isDouble = Boolean(number) && isThere(number);
  if (!number || isDouble) number = Math.random().toString(36).slice(2, 10);
  try {
    sessionStorage.setItem(key, number);
  } catch {
    /* the same */
  }
  const live = () => storage.set(`draft:tab:${number}`, Date.now());
  live();
  setInterval(live, EVERY);
  addEventListener("pagehide", () => storage.remove(`draft:tab:${number}`));
  addEventListener("pageshow", live);
  return number;
}

/* The double of a tab is not the same sending, nor the same draft: both may be sent. */
function beAnother(form) {
  const { submission, unsent } = form?.elements ?? {};
  if (unsent) unsent.value = "";
  if (submission && crypto.randomUUID) submission.value = crypto.randomUUID();
}

/* What this tab had typed; else the newest of what a tab had that is not there any more, which is this one's now. */
function draftOf(box) {
  const own = storage.get(box.key);
  if (own) return own;
  const left = Object.keys(localStorage)
    .filter(
      (key) => key === box.about || (key.startsWith(`${box.about}#`) && !isThere(key.slice(box.about.length + 1))),
    )
    .map((key) => [key, storage.get(key)])
    .filter(([, draft]) => draft?.at)
    .sort(([, one], [, other]) => other.at - one.at);
  if (!left.length) return null;
  const [key, draft] = left[0];
  if (storage.set(box.key, draft)) storage.remove(key);
  return draft;
}

/* Drafts that nobody came back for, and signs of tabs that ended without a word. */
function sweep() {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith("draft:tab:")) {
      if (!isThere(key.slice(10))) storage.remove(key);
    } else if (key.startsWith("draft:") && Date.now() - (storage.get(key)?.at || 0) > KEEP_DAYS * 86_400_000)
      storage.remove(key);
  }
}

const clock = (time) =>
  new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" }).format(new Date(time));

function kept(box) {
  const fields = {};
  for (const field of box.form?.elements ?? []) {
    const typed =
      field.tagName === "TEXTAREA" || (field.tagName === "INPUT" && ["text", "search", "url"].includes(field.type));
    if (typed && field.name) fields[field.name] = field.value;
    if (isTick(field)) fields[field.name] = field.checked ? "on" : "";
  }
  const { submission, unsent } = box.form?.elements ?? {};
  return { fields, format: formatField(box)?.value, submission: submission?.value, unsent: unsent?.value };
}

/* One that says what the text is. */
const isTick = (field) => field?.type === "checkbox" && field.dataset.kept !== undefined;

const fieldsOf = (box) => JSON.stringify(kept(box).fields);
const formatField = ({ form, area }) => form?.elements[`${area.name}_format`];

function keep(box, leaving = false) {
  // What was sent in place has made room for another form; what names no place to be kept in is its form's to keep.
  if (!box.area.dataset.keep || !document.contains(box.area)) return;
  const now = kept(box);
  const typed = JSON.stringify(now.fields);
  if (typed !== box.lastKept) {
    box.lastKept = typed;
    keepHere(box, now);
    box.unsaid = typed;
  }
  // Also what could not be sent a moment ago.
  if (box.unsaid) keepThere(box, box.unsaid, leaving);
}

/* Without a text there may be words all the same: of what is to stand under it. */
const isWorthIt = ({ form, area }, { fields }) =>
  Object.entries(fields).some(
    ([name, value]) => value.trim() && (name === area.name || form.elements[name].defaultValue !== value),
  );

function keepHere(box, now) {
  if (!isWorthIt(box, now)) return storage.remove(box.key);
  const at = Date.now();
  if (!storage.set(box.key, { ...now, at })) return;
  box.sayKeptHere = () => tell(box, ({ kept }) => box.busy || box.say(kept.replace("{time}", clock(at))));
  // Where the account keeps it, that is what is said.
  if (!goesThere(box)) box.sayKeptHere();
}

const goesThere = ({ form, area }) => form?.elements.unsent && !form.dataset.autosave && area.dataset.keep;

/* In the account, too: by a module that comes with the first word, and not with a page that is only read. */
function keepThere(box, typed, leaving) {
  if (!goesThere(box)) return;
  // The row’s number goes with what this browser keeps, so that it is taken up and not written twice.
  box.onNumber = (unsent) => {
    const draft = storage.get(box.key);
    if (draft) storage.set(box.key, { ...draft, unsent });
  };
  if (box.keeper) return box.keeper.keepThere(box, typed, { leaving });
  settingsOf(box)
    .then(({ modules }) => import(modules.keeping))
    .then(
      (keeper) => {
        box.keeper = keeper;
        keeper.keepThere(box, typed, { leaving });
      },
      () => box.sayKeptHere?.(),
    );
}

/* Browsers that refuse their storage have none. */
function safely(act, ...given) {
  try {
    return act(...given);
  } catch {
    return null;
  }
}

function fill(box, draft, may) {
  for (const [name, value] of Object.entries(draft.fields)) {
    const field = box.form?.elements[name] ?? aside(box, name, value);
    if (isTick(field)) field.checked = value === "on";
    else if (field && "value" in field && may(field)) field.value = value;
  }
  if (formatField(box)) formatField(box).value = draft.format || "markdown";
}

/* Fields that this form shows once they are asked for: what was typed in them goes along until then. */
function aside({ form }, name, value) {
  if (!form || !value.trim()) return null;
  const field = Object.assign(document.createElement("textarea"), { name, hidden: true });
  field.dataset.aside = "";
  form.append(field);
  return field;
}

function restore(box) {
  const isNew = box.area.value.trim() === "";
  const draft = isNew ? safely(draftOf, box) : null;
  if (draft) {
    fill(box, draft, (field) => !field.value || field === box.area);
    const { unsent } = box.form?.elements ?? {};
    if (unsent && !unsent.value) unsent.value = draft.unsent ?? "";
    tell(box, (labels) => offerDiscard(box, labels, draft.at));
    if (draft.format === "html") box.load();
  }
  box.lastKept = fieldsOf(box);
  if (!isNew) safely(takeAhead, box);
}

/* An unsent text of the account that is taken up here: words of it that did not arrive are this tab’s from then on. */
function takeAhead(box) {
  const names = box.form?.elements.unsent?.value.split(" ").filter(Boolean) ?? [];
  for (const key of Object.keys(localStorage)) {
    const draft = key.startsWith(`${box.about}#`) ? storage.get(key) : null;
    const isOfIt = (name) => names.some((one) => one === name || one.startsWith(`${name}.`));
    if (!draft?.unsent?.split(" ").some(isOfIt)) continue;
    if (key !== box.key) {
      if (isThere(key.slice(box.about.length + 1)) || !storage.set(box.key, draft)) continue;
      storage.remove(key);
    }
    if (draft.fields[box.area.name] === box.area.value) continue;
    fill(box, draft, () => true);
    box.lastKept = null;
  }
}

function offerDiscard(box, labels, at) {
  box.say(labels.restored.replace("{time}", clock(at)));
  const button = Object.assign(document.createElement("button"), {
    type: "button",
    className: "btn btn-plain btn-s",
    textContent: labels.discard,
  });
  button.addEventListener("click", () => {
    storage.remove(box.key);
    for (const field of box.form?.querySelectorAll("[data-aside]") ?? []) field.remove();
    if (box.rich) box.rich.clear();
    else box.area.value = "";
    button.remove();
    box.say(labels.discarded);
  });
  box.status.after(button);
}

/* What arrived needs no draft: the answer to a sending names its number in a cookie. */
function forgetSent() {
  const sent = document.cookie.match(/(?:^|; )sent=([0-9a-f-]{36})/)?.[1];
  if (!sent) return;
  // biome-ignore lint/suspicious/noDocumentCookie: not every browser has a cookie store.
  document.cookie = "sent=; path=/; max-age=0; samesite=lax";
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith("draft:") && storage.get(key)?.submission === sent) storage.remove(key);
  }
}

/* Sending --------------------------------------------------------------------------------------------------- */

function watchForm(box) {
  const { form } = box;
  if (!form) return;
  const timer = setInterval(() => {
    if (!document.contains(box.area)) clearInterval(timer);
    else keep(box);
  }, EVERY);
  addEventListener("pagehide", () => keep(box, true));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) keep(box, true);
  });
  const tells = (name, value) =>
    form.elements[name] || form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  // The preview page must know where the form was going.
  if (form.action) tells("form_action", form.getAttribute("action") || location.pathname);
  form.addEventListener("submit", (event) => {
    const isPreview = event.submitter?.matches("[data-editor-preview]");
    if (isPreview && box.rich && box.element.contains(event.submitter)) {
      event.preventDefault();
      box.rich.preview();
    } else if (!isPreview && box.busy) {
      event.preventDefault();
      tell(box, ({ stillSending }) => box.say(stillSending));
    } else if (!isPreview && form.dataset.sending !== undefined && form.sent !== event) {
      event.preventDefault();
    } else if (!isPreview) {
      // Kept once more, with the number of this very sending, of which each text of the form hears.
      box.lastKept = null;
      form.dataset.sending = "";
      form.sent = event;
      keep(box);
      box.there?.leave?.abort();
      event.submitter?.setAttribute("aria-disabled", "true");
    }
  });
  // Come back to by the back button, refused in place, or not sent at all: it can be sent again.
  addEventListener("pageshow", () => release(form));
  form.addEventListener("released", () => release(form));
}

function release(form) {
  delete form.dataset.sending;
  for (const button of form.querySelectorAll('[type="submit"][aria-disabled]')) button.removeAttribute("aria-disabled");
}

/* Quoting --------------------------------------------------------------------------------------------------- */

async function quote(event) {
  const source = event.target.closest(".post footer > [href*='quote=']");
  const areaIn = (place) => document.querySelector(`${place} textarea[data-editor]`);
  // The reply is meant, also while a text above it is being changed.
  const area = source && (areaIn("#reply") ?? areaIn("main"));
  if (!area) return;
  event.preventDefault();
  const selection = getSelection();
  const range = selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0).cloneRange() : null;
  const box = prepare(area);
  await box.load();
  box.rich?.quote(source, range);
}

function start(root) {
  for (const area of root.querySelectorAll?.("textarea[data-editor]") ?? []) prepare(area);
}

safely(forgetSent);
safely(sweep);
start(document);
document.addEventListener("htmx:load", (event) => {
  safely(forgetSent);
  start(event.target);
});
document.addEventListener("click", quote);
