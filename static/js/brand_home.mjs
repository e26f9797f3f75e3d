/* The home page: the point of the photograph that every crop keeps is clicked; a chosen photograph is seen before it is
   sent; a moved block shows in the preview. Numbers, nine buttons and menus do the same without scripts. */

function start(form) {
  /* Told to brand.mjs by an event: an address that a script has of another one knows nothing of a release. */
  const showIn = (name, put) => form.dispatchEvent(new CustomEvent("put-in", { detail: { name, put } }));
  const box = form.querySelector("[data-focus]");
  const dot = form.querySelector("[data-focal-dot]");
  const { x, y, photo } = form.elements;
  const preview = () => form.dispatchEvent(new Event("preview"));

  const point = () => {
    const place = `${x.value || 50}% ${y.value || 50}%`;
    dot.style.insetInlineStart = `${x.value || 50}%`;
    dot.style.insetBlockStart = `${y.value || 50}%`;
    for (const picture of form.querySelectorAll(".crops3 [data-photo]")) picture.style.objectPosition = place;
    showIn("point", (page) => {
      const root = page?.documentElement;
      root?.style.setProperty("--photo-x", `${x.value || 50}%`);
      root?.style.setProperty("--photo-y", `${y.value || 50}%`);
    });
  };
  const set = (left, top) => {
    x.value = left;
    y.value = top;
    point();
  };

  box.addEventListener("click", (event) => {
    const { left, top, width, height } = box.getBoundingClientRect();
    const share = (part, whole) => Math.round(Math.min(Math.max(part / whole, 0), 1) * 100);
    set(share(event.clientX - left, width), share(event.clientY - top, height));
  });
  for (const button of form.querySelectorAll("[name=place]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      set(button.dataset.x, button.dataset.y);
    });
  }
  for (const field of [x, y]) field.addEventListener("input", point);

  photo.addEventListener("change", () => {
    const [file] = photo.files;
    if (!file) return;
    const address = URL.createObjectURL(file);
    for (const picture of form.querySelectorAll("[data-photo]")) picture.src = address;
    for (const part of form.querySelectorAll("[data-focus], .crops3")) part.hidden = false;
    showIn("photo", (page) => {
      const art = page?.querySelector(".hero-art");
      if (!art) return;
      const picture = page.createElement("img");
      picture.alt = "";
      picture.src = address;
      art.replaceChildren(picture);
    });
  });

  const list = form.querySelector("[data-order]");
  new MutationObserver(preview).observe(list, { childList: true });
  /* Without a page of its own for each step: the row moves here, and is sent with the form. */
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[name=move]");
    if (!button) return;
    event.preventDefault();
    const row = button.closest("[data-row]");
    const way = button.value.split(":")[1];
    const other = way === "up" ? row.previousElementSibling : row.nextElementSibling;
    if (other) other[way === "up" ? "before" : "after"](row);
    button.closest("details").open = false;
    row.querySelector("summary").focus();
  });
  point();
}

const started = new WeakSet();
function startAll(root) {
  const form = root.matches?.("[data-brand-form]") ? root : root.querySelector("[data-brand-form]");
  if (!form || started.has(form)) return;
  started.add(form);
  start(form);
}
startAll(document);
/* Refused or published in place, it has come anew. */
document.addEventListener("htmx:load", (event) => startAll(event.target));
