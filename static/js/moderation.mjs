/* The queue by keyboard, and the case that the open page keeps in hand. Without this file every act is a button. */
const page = document.querySelector("[data-case-page]");
const form = document.querySelector("[data-decide]");
const say = document.querySelector("[data-say]");

/* A form that came back goes on where it stopped. */
form?.querySelector('[aria-invalid="true"]')?.focus();

/* Single keys can be switched off, for those who speak to their computer (WCAG 2.1.4); kept in this browser. */
const keySwitch = document.querySelector("[data-keys-switch]");
let keys = true;
try {
  keys = localStorage.getItem("moderation-keys") !== "off";
} catch {
  /* private window: on */
}
if (keySwitch) {
  keySwitch.hidden = false;
  keySwitch.setAttribute("aria-pressed", String(keys));
  keySwitch.addEventListener("click", () => {
    keys = !keys;
    keySwitch.setAttribute("aria-pressed", String(keys));
    try {
      localStorage.setItem("moderation-keys", keys ? "on" : "off");
    } catch {
      /* not kept */
    }
  });
}

const undo = document.querySelector("[data-undo]");
/* After a decision one stands at the top of the next case, not at the top of the page. */
if (page && undo) document.querySelector("#h-case").focus();
const cases = [...document.querySelectorAll("[data-case]")];

/* In the queue the next row gets the focus; on a case the next case opens. */
function move(step) {
  const here = page
    ? cases.findIndex((link) => link.hasAttribute("aria-current"))
    : cases.indexOf(document.activeElement);
  const next = cases[here < 0 && step < 0 ? cases.length - 1 : here + step];
  if (!next) return;
  if (page) location.assign(next.href);
  else next.focus();
}

function pick(choice) {
  choice.checked = true;
  choice.focus();
  if (say) say.textContent = choice.closest("label").querySelector("span").firstChild.textContent;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form) {
    event.preventDefault();
    form.requestSubmit();
    return;
  }
  if (event.key === "Escape" && location.hash === "#decide") location.hash = "#main";
  if (!keys || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])")) return;
  const key = event.key.toLowerCase();
  const choice = form?.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (choice) pick(choice);
  else if (key === "j") move(1);
  else if (key === "k") move(-1);
  else if (key === "g") form?.elements.ground?.focus();
  else if (key === "q" && page) location.assign(page.dataset.queue);
  else if (key === "c" && page) document.querySelector("[data-claim-form]")?.requestSubmit();
  else if (key === "u" && undo) location.assign(undo.href);
  else if (key === "?") document.querySelector("[data-keys]")?.focus();
  else return;
  event.preventDefault();
});

/* On a phone the bar opens the decision with its choice made. */
document.addEventListener("click", (event) => {
  const name = event.target.closest("[data-pick]")?.dataset.pick;
  const choice = name && form?.querySelector(`[value="${CSS.escape(name)}"]`);
  if (choice) choice.checked = true;
});

/* The open page takes the case, and keeps it while somebody works on it. */
const RENEW = 3 * 60_000;
let claimed = -RENEW;

async function claim() {
  if (performance.now() - claimed < RENEW) return;
  claimed = performance.now();
  const token = form?.elements.csrfmiddlewaretoken?.value;
  if (!token) return;
  const answer = await fetch(page.dataset.claim, {
    method: "POST",
    headers: { "X-CSRFToken": token, "X-Unasked": "1" },
  }).catch(() => null);
  const hands = document.querySelector("[data-claim-form]");
  if (answer?.status !== 200 || !hands || !(await answer.json()).claimed) return;
  const line = hands.querySelector("[data-claimed]");
  line.textContent = line.dataset.claimed;
  hands.querySelector("button").hidden = true;
}

if (page?.dataset.claim && !document.hidden) {
  claim();
  for (const name of ["keydown", "pointerdown"]) document.addEventListener(name, claim, { passive: true });
}
