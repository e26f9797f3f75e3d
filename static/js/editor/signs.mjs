/* Emoji by their names: fetched when somebody first looks for one. What goes into the text is the sign itself. */

const MOST = 64;
const plain = (words) =>
  words
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll("œ", "oe")
    .replaceAll("æ", "ae")
    .replace(/[_’'-]/g, " ");

let rows = null;

async function signsOf(box) {
  rows ??= (async () => {
    const answer = await fetch(box.config.urls.signs, { headers: { "X-Unasked": "1" } });
    if (answer.status !== 200) throw new Error(`${answer.status}`);
    const found = await answer.json();
    return found.map(([sign, name, others]) => ({ sign, name, words: [name, ...others.split(", ")].map(plain) }));
  })();
  return rows.catch((error) => {
    rows = null;
    throw error;
  });
}

/* How well a sign is meant: its name, the beginning of one, of a word in one, anything in one. */
function rank(words, wanted) {
  if (words.includes(wanted)) return 0;
  if (words.some((one) => one.startsWith(wanted))) return 1;
  if (words.some((one) => one.includes(` ${wanted}`))) return 2;
  return words.some((one) => one.includes(wanted)) ? 3 : 4;
}

/* Those of a name, the best first; without one, those that are used most. */
export async function signsFor(box, name, most = MOST) {
  const all = await signsOf(box);
  const wanted = plain(name).trim();
  if (!wanted) return all.slice(0, most);
  const ranked = all.map((one) => ({ one, place: rank(one.words, wanted) })).filter(({ place }) => place < 4);
  return ranked
    .sort((a, b) => a.place - b.place)
    .slice(0, most)
    .map(({ one }) => one);
}

/* The sign that is called so, and nothing else. */
export async function signCalled(box, name) {
  const wanted = plain(name).trim();
  return (await signsOf(box)).find(({ words }) => words.includes(wanted))?.sign;
}

/* One line under the toolbar: a name is typed, arrows choose, Enter takes, Escape closes. */
export function askSign(box, element) {
  const { labels } = box.config;
  box.element.querySelector(".editor-ask")?.remove();
  const id = `signs-${Math.random().toString(36).slice(2)}`;
  const input = element("input", {
    class: "input",
    id,
    type: "text",
    role: "combobox",
    autocomplete: "off",
    maxlength: 40,
    "aria-expanded": "true",
    "aria-autocomplete": "list",
    "aria-controls": `${id}-list`,
    "aria-describedby": `${id}-name`,
  });
  const list = element("ul", { class: "editor-signs", role: "listbox", id: `${id}-list`, "aria-label": labels.signs });
  const said = element("span", { class: "hint", id: `${id}-name` });
  const cancel = element("button", { class: "btn btn-plain btn-s", type: "button" }, labels.cancel);
  const label = element("label", { for: id }, labels.signName);
  const line = element("div", { class: "editor-ask", role: "group" }, label, input, cancel, list, said);
  let found = [];
  let chosen = 0;

  const close = () => {
    line.remove();
    box.rich.editor.view.focus();
  };
  const take = () => {
    if (!found[chosen]) return;
    const { sign } = found[chosen];
    close();
    box.rich.editor.chain().focus().insertContent({ type: "text", text: sign }).run();
  };
  const mark = (place) => {
    chosen = place;
    for (const [at, row] of [...list.children].entries()) row.setAttribute("aria-selected", String(at === chosen));
    const row = list.children[chosen];
    row?.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", row?.id ?? "");
    said.textContent = found[chosen]?.name ?? labels.noSign;
  };
  const draw = ({ sign, name }, place) => {
    const row = element("li", { role: "option", id: `${id}-${place}`, "aria-label": name, title: name }, sign);
    row.addEventListener("mousedown", (event) => event.preventDefault());
    row.addEventListener("click", () => {
      chosen = place;
      take();
    });
    return row;
  };
  const look = async () => {
    const name = input.value;
    const signs = await signsFor(box, name).catch(() => null);
    if (!line.isConnected || input.value !== name) return;
    if (!signs) {
      said.textContent = labels.signsFailed;
      return;
    }
    found = signs;
    list.replaceChildren(...found.map(draw));
    mark(0);
    box.say(labels.offered.replace("{count}", found.length));
  };
  /* As many as stand in a row. */
  const wide = () => {
    const signs = [...list.children];
    const below = signs.findIndex((row) => row.offsetTop > signs[0].offsetTop);
    return below < 0 ? signs.length : below;
  };
  const step = ({ key }) => {
    const way = getComputedStyle(list).direction === "rtl" ? -1 : 1;
    const isAtEnd = input.selectionStart === input.value.length;
    if (key === "ArrowDown") return wide();
    if (key === "ArrowUp") return -wide();
    return isAtEnd ? ({ ArrowRight: way, ArrowLeft: input.value ? 0 : -way }[key] ?? 0) : 0;
  };

  cancel.addEventListener("click", close);
  input.addEventListener("input", look);
  line.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      return close();
    }
    if (event.target !== input) return;
    if (event.key === "Enter") {
      event.preventDefault();
      return take();
    }
    const by = step(event);
    if (!by || !found.length) return;
    event.preventDefault();
    mark(Math.min(Math.max(chosen + by, 0), found.length - 1));
  });
  box.element.querySelector(".editor-bar").after(line);
  input.focus();
  look();
}
