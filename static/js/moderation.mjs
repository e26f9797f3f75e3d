/* The queue by keyboard, and the case that the open page keeps in hand. Without this file every act is a button. Where
   one decides in place, the next case takes the place of this one: what stands on the page is looked up when needed. */
const page = () => document.querySelector("[data-case-page]");
const form = () => document.querySelector("[data-decide]");
const undo = () => document.querySelector("[data-undo]");
const cases = () => [...document.querySelectorAll("[data-case]")];

/* In the queue the next row gets the focus; on a case the next case opens. */
function move(step) {
  const all = cases();
  const here = page()
    ? all.findIndex((link) => link.hasAttribute("aria-current"))
    : all.indexOf(document.activeElement);
  const next = all[here < 0 && step < 0 ? all.length - 1 : here + step];
  if (!next) return;
  if (page()) location.assign(next.href);
  else next.focus();
}

function pick(choice) {
  choice.checked = true;
  choice.focus();
  const say = document.querySelector("[data-say]");
  if (say) say.textContent = choice.closest("label").querySelector("span").firstChild.textContent;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form()) {
    event.preventDefault();
    form().requestSubmit(form().querySelector("[type=submit]"));
    return;
  }
  if (event.key === "Escape" && location.hash === "#decide") location.hash = "#main";
  /* The button that switches single keys off is in parvis.mjs. */
  if (document.documentElement.dataset.singleKeys === "off" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])")) return;
  const key = event.key.toLowerCase();
  const choice = form()?.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (choice) pick(choice);
  else if (key === "j") move(1);
  else if (key === "k") move(-1);
  else if (key === "g") form()?.elements.ground?.focus();
  else if (key === "q" && page()) location.assign(page().dataset.queue);
  else if (key === "c" && page()) document.querySelector("[data-claim-form]")?.requestSubmit();
  else if (key === "u" && undo()) location.assign(undo().href);
  else if (key === "?") document.querySelector("[data-keys]")?.focus();
  else return;
  event.preventDefault();
});

/* On a phone the bar opens the decision with its choice made. */
document.addEventListener("click", (event) => {
  const name = event.target.closest("[data-pick]")?.dataset.pick;
  const choice = name && form()?.querySelector(`[value="${CSS.escape(name)}"]`);
  if (choice) choice.checked = true;
});

/* The open page takes the case, and keeps it while somebody works on it. */
const RENEW = 3 * 60_000;
let claimed = -RENEW;

async function claim() {
  if (!page()?.dataset.claim) return;
  if (performance.now() - claimed < RENEW) return;
  claimed = performance.now();
  const token = form()?.elements.csrfmiddlewaretoken?.value;
  if (!token) return;
  const answer = await fetch(page().dataset.claim, {
    method: "POST",
    headers: { "X-CSRFToken": token, "X-Unasked": "1" },
  }).catch(() => null);
  const hands = document.querySelector("[data-claim-form]");
  if (answer?.status !== 200 || !hands || !(await answer.json()).claimed) return;
  const line = hands.querySelector("[data-claimed]");
  line.textContent = line.dataset.claimed;
  hands.querySelector("button").hidden = true;
}

for (const name of ["keydown", "pointerdown"]) document.addEventListener(name, claim, { passive: true });

/* Others who have the case open hear that somebody decides it, until a minute after the last word. */
const HELD_PEN = 60_000;
let pen = 0;

function sayDoing(doing) {
  const place = document.querySelector("[data-hear^='case.']");
  if (!place) return;
  place.dataset.hear = place.dataset.hear.replace(/[a-z]+$/, doing);
  document.dispatchEvent(new CustomEvent("hear"));
}

document.addEventListener("input", (event) => {
  if (!event.target.closest("[data-decide]")) return;
  sayDoing("writing");
  clearTimeout(pen);
  pen = setTimeout(sayDoing, HELD_PEN, "open");
});

/* A case has opened, with its page or in place of the one before. */
function begin() {
  claimed = -RENEW;
  /* A form that came back goes on where it stopped; after a decision one stands at the top of the next case. */
  const wrong = form()?.querySelector('[aria-invalid="true"]');
  if (wrong) wrong.focus();
  else if (undo()) document.querySelector("#h-case")?.focus();
  if (!document.hidden) claim();
}

begin();
document.addEventListener("turned", begin);
