/* Imports: what is under way is asked for again while it is shown; a file that is too large is not sent at all. */
const EVERY = 3000;

async function look() {
  const shown = document.querySelector("[data-watch]");
  if (!shown) return;
  const answer = await fetch(location.href, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
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
