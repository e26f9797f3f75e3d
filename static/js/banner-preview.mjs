/* The preview of a banner follows what is typed; without this the button “Preview” shows the same. */
function start(form) {
  const preview = form.querySelector("[data-preview]");
  // It follows by itself; asking the server would cost a chosen picture.
  form.querySelector("button[name=preview]").hidden = true;

  const value = (name) => new FormData(form).get(name) ?? "";

  function showWords() {
    preview.querySelector(".placement-text").textContent = value("text") || "…";
    preview.querySelector("[data-preview-button]").textContent = value("button") || "…";
    preview.classList.toggle("is-narrow", value("placement") === "thread");
  }

  /* The frame of the picture is there only while there is one, as on the page. */
  function frame() {
    const inside = preview.querySelector(".placement-in");
    let art = inside.querySelector(".placement-art");
    if (!art) {
      art = document.createElement("div");
      art.className = "placement-art";
      inside.prepend(art);
    }
    return art;
  }

  function showDrawing() {
    const name = value("drawing");
    if (!name) {
      preview.querySelector(".placement-art")?.remove();
      return;
    }
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("aria-hidden", "true");
    svg.setAttribute("preserveAspectRatio", "xMidYMid slice");
    const use = document.createElementNS(svg.namespaceURI, "use");
    use.setAttribute("href", form.dataset.drawings + name);
    svg.append(use);
    frame().replaceChildren(svg);
  }

  let address = "";

  function showPicture(file) {
    URL.revokeObjectURL(address);
    address = URL.createObjectURL(file);
    const picture = new Image();
    picture.alt = value("picture_alt");
    picture.src = address;
    frame().replaceChildren(picture);
  }

  form.addEventListener("input", ({ target }) => {
    showWords();
    const file = form.elements.file.files[0];
    if (file && target.name !== "text") showPicture(file);
    else if (target.name === "drawing" && !preview.querySelector(".placement-art img")) showDrawing();
  });
}

const started = new WeakSet();
function startAll(root) {
  const form = root.matches?.("[data-banner-form]") ? root : root.querySelector("[data-banner-form]");
  if (!form || started.has(form)) return;
  started.add(form);
  start(form);
}
startAll(document);
/* Refused or saved in place, it has come anew. */
document.addEventListener("htmx:load", (event) => startAll(event.target));
