/* A picture over the page: with keys between all pictures of the page, at the size of the screen or at its own. */

let box;
let links = [];
let at = 0;

const find = (name) => box.querySelector(name);

const SPOILER = "mark.spoiler";

/* What is said of it: its caption, else what it is described by. What is covered in that stays so. */
function wordsOf(link) {
  const caption = link.closest("figure")?.querySelector("figcaption")?.cloneNode(true);
  for (const cover of caption?.querySelectorAll(SPOILER) ?? []) cover.replaceWith("[…]");
  return caption?.textContent.trim() || link.querySelector("img").alt;
}

function zoom(large) {
  box.classList.toggle("is-large", large);
  find("[data-zoom]").setAttribute("aria-pressed", String(large));
}

function show(place) {
  at = (place + links.length) % links.length;
  const link = links[at];
  const picture = find("img");
  const small = link.querySelector("img");
  /* What the page shows already stands there until the large one has come. */
  picture.src = small.currentSrc || small.src;
  picture.width = small.getAttribute("width");
  picture.height = small.getAttribute("height");
  picture.alt = small.alt;
  picture.src = link.dataset.large ?? link.href;
  find("[data-words]").textContent = wordsOf(link);
  /* One with a page of its own leads there. */
  const page = find("[data-page]");
  if (page) page.href = link.href;
  find("[data-place]").textContent = links.length > 1 ? `${at + 1} / ${links.length}` : "";
  for (const way of box.querySelectorAll("[data-step]")) way.hidden = links.length < 2;
  zoom(false);
}

function press(event) {
  const button = event.target.closest("button");
  if (button?.dataset.step) show(at + Number(button.dataset.step));
  else if (button && "zoom" in button.dataset) zoom(!box.classList.contains("is-large"));
  else if (event.target.localName === "img") zoom(!box.classList.contains("is-large"));
  else if (event.target === box || event.target.matches(".lightbox-stage")) box.close();
}

function steer(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { key } = event;
  /* Enlarged, the arrows move over the picture. */
  const way = getComputedStyle(box).direction === "rtl" ? -1 : 1;
  const step = { ArrowRight: way, ArrowLeft: -way, PageDown: 1, PageUp: -1 }[key];
  const end = { Home: 0, End: links.length - 1 }[key];
  if (end !== undefined) show(end);
  else if (step && !(box.classList.contains("is-large") && key.startsWith("Arrow"))) show(at + step);
  else if (key === "+" || key === "-" || key === "z")
    zoom(key === "z" ? !box.classList.contains("is-large") : key === "+");
  else return;
  event.preventDefault();
}

/* Opens the picture that a link leads to, in the dialog of a template of the page. */
export function open(template, link) {
  box = template.content.cloneNode(true).firstElementChild;
  /* A covered picture is for those who uncovered it: no key leads to it from another one. */
  links = [...document.querySelectorAll("a.large")].filter((one) => one === link || !one.closest(SPOILER));
  box.addEventListener("click", press);
  box.addEventListener("keydown", steer);
  box.addEventListener("close", () => {
    box.remove();
    links[at].focus();
  });
  document.body.append(box);
  show(links.indexOf(link));
  box.showModal();
}
