/* Writing on a phone: where somebody comes to write, the form fills what the keys leave of the screen, with a bar that
   closes and sends. Nothing is moved or copied: the same form stands over the page, so drafts, pictures and sending go
   on as in its place, and closing leaves what was typed where it is. [data-sheet-words] is “Close|Send”; a form that
   names none stays in its place. */
const NARROW = matchMedia("(max-width: 47.99rem)");
/* Judged before the keys come: in some browsers they take their height from the page. At 400 % zoom it stays. */
const FITS = matchMedia("(max-width: 47.99rem) and (min-height: 30.01rem)");
const WRITTEN = "[data-sheet-words] :is(.editor-paper, textarea[data-editor])";
/* What may speak or come over everything else. */
const STAYS = "script, template, dialog, [popover], .toasts";
const STATE = "sheet";

let open = null;
let pressed = null;

const titleOf = (sheet) => sheet.querySelector("h1, h2");

function button(words, look, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: look, textContent: words });
  made.addEventListener("click", act);
  return made;
}

function barOf(sheet) {
  const [close, send] = sheet.dataset.sheetWords.split("|");
  const bar = Object.assign(document.createElement("div"), { className: "sheet-bar" });
  const title = Object.assign(document.createElement("b"), {
    id: "sheet-title",
    textContent: titleOf(sheet).textContent,
  });
  const way = sheet.querySelector("[type=submit].btn-main");
  const sent = () => way.form.requestSubmit(way);
  bar.append(button(close, "btn btn-plain btn-s sheet-close", leave), title);
  if (way) bar.append(button(send, "btn btn-main btn-s", sent));
  return bar;
}

/* Nothing behind it is reached, by keys or by what reads the page aloud. */
function shut(sheet) {
  const outside = [];
  for (let one = sheet; one !== document.body; one = one.parentElement) {
    for (const other of one.parentElement.children) {
      if (other === one || other.inert || other.matches(STAYS)) continue;
      other.inert = true;
      outside.push(other);
    }
  }
  return outside;
}

function fit() {
  const { offsetTop, height } = globalThis.visualViewport ?? { offsetTop: 0, height: innerHeight };
  open?.sheet.style.setProperty("--sheet-top", `${offsetTop}px`);
  open?.sheet.style.setProperty("--sheet-height", `${height}px`);
}

function show(sheet, opener) {
  const named = sheet.getAttribute("aria-labelledby");
  const bar = barOf(sheet);
  open = { sheet, opener, bar, named, outside: shut(sheet) };
  sheet.prepend(bar);
  sheet.classList.add("is-sheet");
  sheet.setAttribute("role", "dialog");
  sheet.setAttribute("aria-modal", "true");
  sheet.setAttribute("aria-labelledby", "sheet-title");
  fit();
  if (history.state !== STATE) history.pushState(STATE, "");
}

/* Back in its place. */
function put() {
  const { sheet, bar, named, outside } = open;
  open = null;
  for (const one of outside) one.inert = false;
  bar.remove();
  sheet.classList.remove("is-sheet");
  for (const name of ["role", "aria-modal", "aria-labelledby"]) sheet.removeAttribute(name);
  if (named) sheet.setAttribute("aria-labelledby", named);
}

/* Focus goes back to where one came from; whoever touched the field itself is at the head of its form. */
function close() {
  const { opener, sheet } = open;
  put();
  const title = titleOf(sheet);
  title.tabIndex = -1;
  /* The button under the thumb is hidden while the form is on the screen (reading.mjs). */
  opener?.classList.remove("is-there");
  (opener?.isConnected ? opener : title).focus({ preventScroll: true });
}

/* The way back that the sheet was given goes with it; it takes a moment, in which another may have come. */
let isGoing = false;
function leave() {
  if (!open) return;
  close();
  isGoing = history.state === STATE;
  if (isGoing) history.back();
}

addEventListener("popstate", () => {
  if (open && isGoing) history.pushState(STATE, "");
  else if (open) close();
  isGoing = false;
});

/* The paper keeps each Escape from the browser, also where it has no list to close. */
let closesList = false;
const hasList = () => Boolean(open?.sheet.querySelector("[role=listbox]:not([hidden])"));
document.addEventListener(
  "keydown",
  () => {
    closesList = hasList();
  },
  { capture: true },
);
document.addEventListener("keydown", ({ key, target, defaultPrevented, isComposing }) => {
  if (key !== "Escape" || isComposing || closesList || !open?.sheet.contains(target)) return;
  if (!defaultPrevented || target.matches(".editor-paper")) leave();
});
NARROW.addEventListener("change", leave);
for (const sign of ["resize", "scroll"]) globalThis.visualViewport?.addEventListener(sign, fit);

/* A link of a page, by finger or by key; a touch of the field itself is none. */
const note = ({ target }) => {
  pressed = target.closest("a, button");
};
for (const sign of ["pointerdown", "click"]) document.addEventListener(sign, note, { capture: true });

document.addEventListener("focusin", ({ target }) => {
  const sheet = FITS.matches && target.matches?.(WRITTEN) ? target.closest("[data-sheet-words]") : null;
  /* Pages that put the caret somewhere by themselves are not covered. */
  if (!sheet || open || !(navigator.userActivation?.hasBeenActive ?? true)) return;
  show(sheet, sheet.contains(pressed) ? null : pressed);
});

/* Sent in place: another form stands where it was (acts.mjs). The page is there again before it is gone on with. */
document.addEventListener("htmx:load", () => {
  if (!open || open.sheet.isConnected) return;
  put();
  if (history.state === STATE) history.replaceState(null, "");
});
