/* Lists that open at the caret: members after @, and what can be put in after a slash. The focus stays in the text;
   arrow keys choose, Enter or Tab takes, Escape closes. */

/* `draw(item)` gives what stands in a row, `take(item, range)` acts on it, in the place of what was typed. */
export function popList(box, element, { label, draw, take }) {
  const list = element("ul", {
    class: "editor-mentions",
    role: "listbox",
    id: `list-${Math.random().toString(36).slice(2)}`,
    "aria-label": label,
    hidden: true,
  });
  const state = { items: [], chosen: 0, from: 0 };
  const paper = () => box.rich.editor.view.dom;

  const mark = () => {
    const rows = [...list.children];
    for (const [place, row] of rows.entries()) row.setAttribute("aria-selected", String(place === state.chosen));
    rows[state.chosen]?.scrollIntoView({ block: "nearest" });
    paper().setAttribute("aria-activedescendant", rows[state.chosen]?.id ?? "");
  };

  const close = () => {
    if (list.hidden) return false;
    list.hidden = true;
    for (const name of ["aria-autocomplete", "aria-controls", "aria-activedescendant"]) paper().removeAttribute(name);
    return true;
  };

  const choose = () => {
    if (list.hidden) return false;
    const { items, chosen, from } = state;
    close();
    take(items[chosen], { from, to: box.rich.editor.state.selection.from });
    return true;
  };

  const row = (item, place) => {
    const made = element("li", { role: "option", id: `${list.id}-${place}` }, ...draw(item));
    made.addEventListener("mousedown", (event) => {
      event.preventDefault();
      state.chosen = place;
      choose();
    });
    return made;
  };

  const open = (items, from) => {
    Object.assign(state, { items, from, chosen: 0 });
    list.replaceChildren(...items.map(row));
    list.hidden = false;
    const caret = box.rich.editor.view.coordsAtPos(from);
    const frame = box.element.getBoundingClientRect();
    const left = Math.min(caret.left - frame.left, frame.width - list.offsetWidth - 8);
    list.style.setProperty("inset-inline-start", `${Math.max(8, left)}px`);
    list.style.setProperty("inset-block-start", `${caret.bottom - frame.top + 4}px`);
    paper().setAttribute("aria-autocomplete", "list");
    paper().setAttribute("aria-controls", list.id);
    mark();
  };

  const move = (step) => {
    if (list.hidden) return false;
    state.chosen = (state.chosen + step + state.items.length) % state.items.length;
    mark();
    return true;
  };

  const keys = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: choose,
    Tab: choose,
    Escape: close,
  };
  return { list, open, close, keys };
}

/* What was typed before the caret in its block, where it matches. */
export function typedBefore(editor, pattern) {
  const { $from, empty, from } = editor.state.selection;
  if (!empty || ["code", "codeBlock", "link"].some((name) => editor.isActive(name))) return null;
  const start = Math.max(0, $from.parentOffset - 60);
  const match = $from.parent.textBetween(start, $from.parentOffset, "\n", "\ufffc").match(pattern);
  return match
    ? { query: match[1], from: from - match[1].length - 1, isWhole: match[0].length === $from.parentOffset }
    : null;
}

/* After a slash at the beginning of a paragraph: what can be put in there, by its name. */
const SLASH = /^\/([\p{L}\d ]{0,24})$/u;
const BLOCKS = [
  "heading",
  "subheading",
  "quote",
  "list",
  "olist",
  "tasks",
  "code",
  "table",
  "fold",
  "spoiler",
  "image",
  "file",
];
const plain = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export function slashMenu(box, parts, element) {
  const { labels } = box.config;
  const offered = parts.toolbar.ACTIONS.filter(
    (action) => BLOCKS.includes(action?.name) && (!action.only || box.config[action.only]),
  );
  const pop = popList(box, element, {
    label: labels.putIn,
    draw: (action) => [box.rich.icon(action.icon ?? action.name), element("span", {}, labels[action.name])],
    take: (action, range) => {
      const { editor } = box.rich;
      const chain = editor.chain().focus().deleteRange(range);
      if (!action.ask) return action.run(chain, editor).run();
      chain.run();
      box.rich[action.ask]();
    },
  });
  let before = null;
  const look = () => {
    const { editor } = box.rich;
    const typed = editor.state.selection.$from.parent.type.name === "paragraph" ? typedBefore(editor, SLASH) : null;
    const found = typed?.isWhole ? offered.filter((one) => plain(labels[one.name]).includes(plain(typed.query))) : [];
    if (!found.length) return pop.close();
    // Opened again, it is said again.
    const isNew = pop.list.hidden || before !== found.length;
    pop.open(found, typed.from);
    if (isNew) {
      box.say("");
      box.say(labels.offered.replace("{count}", found.length));
    }
    before = found.length;
  };
  return tiptapExtension(parts.tiptap, "slashMenu", box, pop, look, () =>
    Boolean(typedBefore(box.rich.editor, SLASH)?.isWhole),
  );
}

/* Emoji by their names: after a colon and two letters; a second colon takes what is called so. */
const SIGN = /(?:^|[\s(]):([\p{L}\p{N}_+’'-]{2,30})$/u;
const WHOLE_SIGN = /(?:^|[\s(]):([\p{L}\p{N}_+’'-]{2,30}):$/u;

export function signList(box, parts, element) {
  const typedNow = () => typedBefore(box.rich.editor, SIGN);
  const pop = popList(box, element, {
    label: box.config.labels.signs,
    draw: ({ sign, name }) => [element("span", { "aria-hidden": "true" }, sign), element("span", {}, name)],
    take: ({ sign }, range) =>
      box.rich.editor.chain().focus().insertContentAt(range, { type: "text", text: sign }).run(),
  });
  const look = async () => {
    const { editor } = box.rich;
    const typed = typedNow();
    const whole = typed ? null : typedBefore(editor, WHOLE_SIGN);
    if (!typed && !whole) return pop.close();
    const signs = await import(box.config.later.signs);
    if (whole) {
      const sign = await signs.signCalled(box, whole.query);
      const to = editor.state.selection.from;
      if (sign && typedBefore(editor, WHOLE_SIGN)?.query === whole.query)
        editor
          .chain()
          .insertContentAt({ from: whole.from - 1, to }, { type: "text", text: sign })
          .run();
      return pop.close();
    }
    const found = await signs.signsFor(box, typed.query, 8);
    if (typedNow()?.query !== typed.query) return;
    if (!found.length) return pop.close();
    pop.open(found, typed.from);
    box.say(box.config.labels.offered.replace("{count}", found.length));
  };
  /* Without a connection the words stay as they were typed. */
  const quietly = () => look().catch(pop.close);
  return tiptapExtension(parts.tiptap, "signList", box, pop, quietly, () => Boolean(typedNow()));
}

export function tiptapExtension(tiptap, name, box, pop, look, stillTyped) {
  return tiptap.Extension.create({
    name,
    // Before the keys of lists and headings.
    priority: 1000,
    addKeyboardShortcuts: () => pop.keys,
    onCreate() {
      box.element.append(pop.list);
    },
    onUpdate: look,
    onSelectionUpdate() {
      if (!stillTyped()) pop.close();
    },
    onBlur() {
      setTimeout(pop.close, 150);
    },
    onDestroy() {
      pop.list.remove();
    },
  });
}
