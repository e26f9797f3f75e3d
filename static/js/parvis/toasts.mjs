/* Part of parvis.mjs. Toasts speak through the status region that each page carries; those rendered by the server leave
   too. A script may hand in one that the server drew, with its button. */
const KEPT = 10_000; /* long enough to read a line and to press its button */

const leave = (toast) =>
  setTimeout(() => {
    if (toast.matches(":hover, :focus-within")) leave(toast);
    else toast.remove();
  }, KEPT);

export function tell(news) {
  const region = document.querySelector(".toasts");
  if (!region) return;
  const toast = news instanceof Element ? news : document.createElement("p");
  if (toast !== news) {
    toast.className = "toast";
    toast.textContent = news;
  }
  region.append(toast);
  // Of many acts the last two are news.
  const leaving = region.querySelectorAll(":scope > :not([data-stays])");
  for (const one of [...leaving].slice(0, -2)) one.remove();
  leave(toast);
}

for (const toast of document.querySelectorAll(".toasts .toast")) leave(toast);
document.addEventListener("click", (event) => {
  const teller = event.target.closest("[data-toast]");
  if (teller) tell(teller.dataset.toast);
});
/* A server that answers htmx with HX-Trigger: {"toast": "…"} speaks here. */
document.addEventListener("toast", (event) => tell(event.detail.value ?? event.detail));
