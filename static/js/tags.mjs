/* Tags that the place has are offered while they are typed ([data-tags]), so that one thing does not get three names.
   The field stays a field: what is typed with commas between is what is sent. */

const PAUSE = 150;
/* As the server reads them (communities/content/services/tagging.py). */
const BETWEEN = /[,;\n\u060c\u061b\u3001\uff0c\uff1b]/;

function begin(field) {
  if (field.role === "combobox") return;
  const list = document.getElementById(`${field.id}-offered`);
  const status = list.nextElementSibling;
  let chosen = -1;
  let timer = 0;
  Object.assign(field, { role: "combobox", ariaAutoComplete: "list", ariaExpanded: "false" });
  field.setAttribute("aria-controls", list.id);

  /* The word at the caret, and what stands around it. */
  const typed = () => {
    const caret = field.selectionStart;
    const from = caret - field.value.slice(0, caret).split(BETWEEN).at(-1).length;
    const to = caret + field.value.slice(caret).split(BETWEEN)[0].length;
    return { from, to, word: field.value.slice(from, to).trim() };
  };
  const others = () => field.value.split(BETWEEN).map((one) => one.trim().toLowerCase());

  const close = () => {
    clearTimeout(timer);
    list.hidden = true;
    chosen = -1;
    field.ariaExpanded = "false";
    field.removeAttribute("aria-activedescendant");
  };

  const mark = (place) => {
    chosen = place;
    for (const [at, row] of [...list.children].entries()) row.ariaSelected = String(at === place);
    field.setAttribute("aria-activedescendant", list.children[place].id);
    list.children[place].scrollIntoView({ block: "nearest" });
  };

  const take = (name) => {
    const { from, to } = typed();
    const before = field.value.slice(0, from);
    const after = field.value.slice(to);
    const start = `${before}${before ? " " : ""}${name}${after ? "" : ", "}`;
    field.value = start + after;
    field.setSelectionRange(start.length, start.length);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    close();
  };

  const row = (name, place) => {
    const made = Object.assign(document.createElement("li"), { id: `${list.id}-${place}`, role: "option" });
    Object.assign(made, { textContent: name, dir: "auto", ariaSelected: "false" });
    made.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      take(name);
    });
    return made;
  };

  const look = async () => {
    const { word } = typed();
    const address = `${field.dataset.tags}?q=${encodeURIComponent(word)}`;
    const headers = { Accept: "application/json", "X-Unasked": "1" };
    const answer = await fetch(address, { headers }).catch(() => null);
    if (answer?.status !== 200 || typed().word !== word || document.activeElement !== field) return;
    const { tags } = await answer.json();
    const known = others();
    const offered = tags.filter(
      (name) => name.toLowerCase() !== word.toLowerCase() && !known.includes(name.toLowerCase()),
    );
    if (!offered.length) return close();
    list.replaceChildren(...offered.map(row));
    list.hidden = false;
    field.ariaExpanded = "true";
    chosen = -1;
    status.textContent = list.dataset.found.replace("{count}", offered.length);
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  };

  field.addEventListener("input", soon);
  field.addEventListener("focus", soon);
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const { length } = list.children;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) mark(chosen < 0 ? (step > 0 ? 0 : length - 1) : (chosen + step + length) % length);
    else if (event.key === "Escape") close();
    else if ((event.key === "Enter" || event.key === "Tab") && chosen >= 0) take(list.children[chosen].textContent);
    else return;
    event.preventDefault();
  });
}

const beginAll = () => document.querySelectorAll("input[data-tags]").forEach(begin);
beginAll();
document.addEventListener("htmx:load", beginAll);
