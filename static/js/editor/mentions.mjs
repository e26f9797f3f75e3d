/* Who is meant: the list that opens after @ and two letters. Arrow keys choose, Enter or Tab takes, Escape closes.
   The text gets plain words, "@handle"; the server makes the link when the post is written. */

const TYPED = /(?:^|[\s(])@([\p{L}\p{N}_][\p{L}\p{N}_.-]{1,39})$/u;
const PAUSE = 150;

export function mentionList(box, tiptap, element) {
  const list = element("ul", {
    class: "editor-mentions",
    role: "listbox",
    id: `mentions-${Math.random().toString(36).slice(2)}`,
    "aria-label": box.config.labels.members,
    hidden: true,
  });
  const state = { list, members: [], chosen: 0, query: "", from: 0, timer: 0 };
  return tiptap.Extension.create({
    name: "mentionList",
    // Before the keys of lists and headings.
    priority: 1000,
    addKeyboardShortcuts: () => ({
      ArrowDown: () => move(box, state, 1),
      ArrowUp: () => move(box, state, -1),
      Enter: () => take(box, state),
      Tab: () => take(box, state),
      Escape: () => close(box, state),
    }),
    onCreate() {
      box.element.append(list);
    },
    onUpdate() {
      look(box, state, element);
    },
    onSelectionUpdate() {
      if (!typedNow(box)) close(box, state);
    },
    onBlur() {
      setTimeout(() => close(box, state), 150);
    },
    onDestroy() {
      list.remove();
    },
  });
}

function typedNow(box) {
  const { editor } = box.rich;
  const { selection } = editor.state;
  const { $from, empty } = selection;
  if (!empty || editor.isActive("code") || editor.isActive("codeBlock") || editor.isActive("link")) return null;
  const before = $from.parent.textBetween(Math.max(0, $from.parentOffset - 60), $from.parentOffset, "\n", "\ufffc");
  const match = before.match(TYPED);
  return match ? { query: match[1], from: selection.from - match[1].length - 1 } : null;
}

function look(box, state, element) {
  const typed = typedNow(box);
  clearTimeout(state.timer);
  if (!typed) return close(box, state);
  state.timer = setTimeout(async () => {
    const address = `${box.config.urls.suggest}?q=${encodeURIComponent(typed.query)}`;
    const headers = { Accept: "application/json", "X-Unasked": "1" };
    const answer = await fetch(address, { headers }).catch(() => null);
    if (answer?.status !== 200 || typedNow(box)?.query !== typed.query) return;
    const { members } = await answer.json();
    if (!members.length) return close(box, state);
    Object.assign(state, { members, chosen: 0, ...typed });
    open(box, state, element);
  }, PAUSE);
}

function open(box, state, element) {
  const { list, members } = state;
  list.replaceChildren(
    ...members.map((member, place) => {
      const portrait = member.portrait
        ? element("img", { class: "av av-s", src: member.portrait, alt: "", width: 32, height: 32 })
        : element("span", { class: "editor-initial", "aria-hidden": "true" }, member.name.slice(0, 1));
      const row = element(
        "li",
        { role: "option", id: `${list.id}-${place}` },
        portrait,
        element("b", {}, member.name),
        element("span", { class: "quiet" }, `@${member.handle}`),
      );
      row.addEventListener("mousedown", (event) => {
        event.preventDefault();
        state.chosen = place;
        take(box, state);
      });
      return row;
    }),
  );
  list.hidden = false;
  const caret = box.rich.editor.view.coordsAtPos(state.from);
  const frame = box.element.getBoundingClientRect();
  const left = Math.min(caret.left - frame.left, frame.width - list.offsetWidth - 8);
  list.style.setProperty("inset-inline-start", `${Math.max(8, left)}px`);
  list.style.setProperty("inset-block-start", `${caret.bottom - frame.top + 4}px`);
  const paper = box.rich.editor.view.dom;
  paper.setAttribute("aria-autocomplete", "list");
  paper.setAttribute("aria-controls", list.id);
  box.say(box.config.labels.found.replace("{count}", members.length));
  mark(box, state);
}

function mark(box, state) {
  const rows = [...state.list.children];
  for (const [place, row] of rows.entries()) row.setAttribute("aria-selected", String(place === state.chosen));
  rows[state.chosen]?.scrollIntoView({ block: "nearest" });
  box.rich.editor.view.dom.setAttribute("aria-activedescendant", rows[state.chosen]?.id ?? "");
}

function move(box, state, step) {
  if (state.list.hidden) return false;
  state.chosen = (state.chosen + step + state.members.length) % state.members.length;
  mark(box, state);
  return true;
}

function take(box, state) {
  if (state.list.hidden) return false;
  const { editor } = box.rich;
  const { handle } = state.members[state.chosen];
  const to = editor.state.selection.from;
  close(box, state);
  editor.chain().focus().insertContentAt({ from: state.from, to }, `@${handle} `).run();
  return true;
}

function close(box, state) {
  clearTimeout(state.timer);
  if (state.list.hidden) return false;
  state.list.hidden = true;
  const paper = box.rich.editor.view.dom;
  for (const name of ["aria-autocomplete", "aria-controls", "aria-activedescendant"]) paper.removeAttribute(name);
  return true;
}
