/* Imports and exports: what is under way is asked for again while it is shown; a file that is too large is not sent at
   all. */
const EVERY = 3000;

async function look() {
  const shown = document.querySelector("[data-watch]");
  if (!shown) return;
  const answer = await fetch(location.href, { headers: { "X-Unasked": "1" } }).catch(() => null);
  const refused = answer?.headers.get("X-Refused");
  // Whoever is signed out is led to the door; what else cannot be seen any more is not asked for again.
  if (refused === "401") location.replace(location.pathname);
  if (refused) return;
  if (answer?.ok) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.querySelector("[data-watch]");
    if (!now) {
      location.replace(location.pathname);
      return;
    }
    if (!shown.contains(document.activeElement)) shown.replaceWith(now);
    else shown.querySelector("progress")?.setAttribute("value", now.querySelector("progress")?.value ?? 0);
  }
  setTimeout(look, EVERY);
}
setTimeout(look, EVERY);

for (const field of document.querySelectorAll("input[type=file][data-most]")) {
  field.addEventListener("change", () => {
    const [file] = field.files;
    if (!file || file.size <= Number(field.dataset.most)) return;
    document.dispatchEvent(new CustomEvent("toast", { detail: field.dataset.tooLarge }));
    field.value = "";
  });
}
