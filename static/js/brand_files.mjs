/* The look’s files: a dropped or chosen logo shows its colours, pictures and fonts are seen before they are sent. */
const SAMPLE = "The quick brown fox jumps over the lazy dog 0123456789, é à ü ß";
const SIZE = 100;

function start(form) {
  /* Told to brand.mjs by an event: an address that a script has of another one knows nothing of a release. */
  const showIn = (name, put) => form.dispatchEvent(new CustomEvent("put-in", { detail: { name, put } }));

  for (const row of form.querySelectorAll("[data-drop]")) {
    const input = document.getElementById(row.dataset.drop);
    row.addEventListener("dragover", (event) => {
      event.preventDefault();
      row.classList.add("is-over");
    });
    row.addEventListener("dragleave", () => row.classList.remove("is-over"));
    row.addEventListener("drop", (event) => {
      event.preventDefault();
      row.classList.remove("is-over");
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    input.addEventListener("change", () => showPicture(input));
  }

  function showPicture(input) {
    const [file] = input.files;
    if (!file) return;
    const picture = new Image();
    picture.alt = "";
    picture.src = URL.createObjectURL(file);
    form.querySelector(`[data-shown="${input.name}"]`).replaceChildren(picture);
    if (input.name !== "logo") return;
    showIn("logo", (page) => {
      for (const word of page?.querySelectorAll(".word") ?? []) {
        const logo = picture.cloneNode();
        const present = word.querySelector("svg, img");
        if (present) present.replaceWith(logo);
        else word.prepend(logo);
      }
    });
    findColours(file, () => input.files[0] === file);
  }

  /* `isChosen`: on a slow line the answer may be about a logo that another has replaced. */
  async function findColours(file, isChosen) {
    const body = new FormData();
    body.set("logo", file);
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    const answer = await fetch(form.dataset.colours, { method: "POST", headers: { "X-Unasked": "1" }, body });
    if (answer.status !== 200) return;
    const { html } = await answer.json();
    if (isChosen()) form.querySelector("[data-found]").innerHTML = html;
  }

  /* A font as this browser reads it: what it cannot draw is said before it is sent; the room that it takes is measured
     against the font of the device that stands in, so that nothing moves when it comes. */
  for (const row of form.querySelectorAll("[data-font-row]")) {
    const input = row.querySelector("[data-font]");
    input.addEventListener("change", () => tryFont(row, input));
    row.querySelector("[type=checkbox][name$=_serif]").addEventListener("change", () => tryFont(row, input));
  }

  async function tryFont(row, input) {
    const [file] = input.files;
    if (!file) return;
    const refused = row.querySelector("[data-font-refused]");
    const part = row.dataset.fontRow;
    const data = await file.arrayBuffer();
    const family = `Chosen ${part}`;
    try {
      const font = new FontFace(family, data.slice(0));
      document.fonts.add(await font.load());
      refused.hidden = true;
    } catch {
      refused.hidden = false;
      return;
    }
    const isSerif = form.elements[`${part}_serif`].checked;
    form.elements[`measured_${part}_font`].value = measured(family, isSerif).join(" ");
    form.elements[part].value = "own";
    showIn(part, async (page) => {
      if (!page) return;
      page.fonts.add(await new FontFace(family, data.slice(0)).load());
      page.documentElement.style.setProperty(part === "face" ? "--brand-face" : "--brand-reading", `"${family}"`);
    });
  }
}

function measured(family, isSerif) {
  const pen = document.createElement("canvas").getContext("2d");
  const widthIn = (font) => {
    pen.font = `400 ${SIZE}px ${font}`;
    return pen.measureText(SAMPLE);
  };
  const own = widthIn(`"${family}"`);
  const device = widthIn(isSerif ? '"Times New Roman", "Liberation Serif", serif' : "Arial, Helvetica, sans-serif");
  const stretch = own.width / device.width;
  const share = (height) => ((height / SIZE / stretch) * 100).toFixed(1);
  return [(stretch * 100).toFixed(1), share(own.fontBoundingBoxAscent), share(own.fontBoundingBoxDescent)];
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
