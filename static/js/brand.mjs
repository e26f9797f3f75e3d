/* The pages of the brand: the preview follows the form; a colour that is typed, picked, tuned or taken from the logo
   shows at once where it is kept and where text moves. The server measures; without scripts, there is “Preview”. */
const HEX = /^#[0-9a-f]{6}$/i;

const later = (act, wait) => {
  let waiting;
  return (...values) => {
    clearTimeout(waiting);
    waiting = setTimeout(act, wait, ...values);
  };
};

function start(form) {
  const button = form.querySelector("[data-preview-button]");
  const frame = document.querySelector("[data-preview]");
  const { colour, picker, hue, lightness, wash } = form.elements;
  /* Files stay here: they are shown in the frame by hand (brand_files.mjs, brand_home.mjs). */
  const preview = later(() => {
    // An answer may have come meanwhile, with another form in this one's place.
    if (!form.isConnected) return;
    const files = [...form.querySelectorAll("input[type=file]:enabled")];
    for (const file of files) file.disabled = true;
    form.requestSubmit(button);
    for (const file of files) file.disabled = false;
  }, 250);

  /* Asks the server for the tones of a colour; what it answers says the colour, too. On a slow line an answer may come
     after that to a later question. */
  let questions = 0;
  const ask = async (query, leave) => {
    questions += 1;
    const question = questions;
    const headers = { "X-Unasked": "1" };
    const answer = await fetch(`${form.dataset.tones}?${new URLSearchParams(query)}`, { headers });
    if (question !== questions) return;
    if (answer.headers.get("X-Refused") === "400") return colour.setAttribute("aria-invalid", "true");
    if (answer.status !== 200) return;
    colour.removeAttribute("aria-invalid");
    const told = await answer.json();
    if (question !== questions) return;
    form.querySelector("[data-tone-rows]").innerHTML = told.html;
    if (leave !== colour) colour.value = told.colour;
    picker.value = told.colour;
    if (leave !== hue && leave !== lightness) {
      hue.value = told.hue;
      lightness.value = told.lightness;
    }
    for (const one of form.querySelectorAll("[data-hex]")) {
      one.setAttribute("aria-pressed", String(one.dataset.hex === told.colour));
    }
    preview();
  };
  const askLater = later(ask, 150);

  const take = (hex) => ask({ colour: hex, wash: wash.value });

  form.addEventListener("input", (event) => {
    const { target } = event;
    if (target.type === "file") return;
    if (target === colour) askLater({ colour: colour.value, wash: wash.value }, colour);
    else if (target === picker) askLater({ colour: picker.value, wash: wash.value });
    else if (target === hue || target === lightness) {
      askLater({ take: "sliders", hue: hue.value, lightness: lightness.value, wash: wash.value }, target);
    } else if (target === wash)
      askLater({ colour: HEX.test(colour.value) ? colour.value : picker.value, wash: wash.value });
    else preview();
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("select, [type=radio], [type=checkbox]")) preview();
  });
  document.querySelector("[data-preview-choices]")?.addEventListener("change", (event) => {
    if (form.isConnected && event.target.name !== "width") preview();
  });
  form.addEventListener("click", (event) => {
    const found = event.target.closest("[data-hex]");
    if (!found) return;
    event.preventDefault();
    take(found.dataset.hex);
  });
  form.addEventListener("preview", preview);
  /* A page is sent once and then waits; the preview is sent as often as something changes. */
  form.addEventListener("submit", (event) => {
    if (event.submitter === button) event.stopPropagation();
  });
  /* Where the preview stands below the form, whoever asks for it is led there; sending by itself leads nowhere. */
  button.addEventListener("click", () => {
    if (matchMedia("(max-width: 61.99rem)").matches) document.getElementById("preview").focus();
  });
  form.querySelector("[data-take-sliders]")?.toggleAttribute("hidden", true);

  /* What the frame shows of files that are only chosen: told by the other modules, put in whenever a page has come. */
  const shown = new Map();
  form.addEventListener("put-in", ({ detail: { name, put } }) => {
    shown.set(name, put);
    put(frame.contentDocument);
  });
  frame.addEventListener("load", () => {
    if (!form.isConnected) return;
    for (const put of shown.values()) put(frame.contentDocument);
  });
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
