/* Files chosen in a form that is sent in place: they stay chosen where it comes back with something wrong in it,
   and how much of them has gone is shown once that takes longer than a moment. */
const MOMENT = 300; // milliseconds

document.addEventListener("brought", ({ target: fresh, detail: was }) => {
  for (const old of was.querySelectorAll("input[type=file]")) {
    const same = [...fresh.querySelectorAll("input[type=file]")].find((one) => one.name === old.name);
    if (!same || !old.files.length) continue;
    same.files = old.files;
    for (const name of ["input", "change"]) same.dispatchEvent(new Event(name, { bubbles: true }));
  }
});

document.addEventListener("submit", ({ target: form, submitter }) => {
  const files = [...form.querySelectorAll("input[type=file]")].flatMap((one) => [...one.files]);
  const by = submitter ?? form.querySelector("[type=submit]");
  if (!files.length || !by || !form.matches("[data-press]") || by.hasAttribute("formtarget")) return;
  const bar = Object.assign(document.createElement("progress"), { className: "act-progress", max: 1 });
  bar.setAttribute("aria-label", by.textContent.trim());
  const timer = setTimeout(() => by.isConnected && (by.closest("p, .row") ?? by).after(bar), MOMENT);
  const show = ({ detail: { loaded, total } }) => {
    if (total) bar.value = Math.min(loaded / total, 1);
  };
  document.addEventListener("htmx:xhr:progress", show);
  by.addEventListener(
    "answered",
    () => {
      clearTimeout(timer);
      document.removeEventListener("htmx:xhr:progress", show);
      bar.remove();
    },
    { once: true },
  );
});
