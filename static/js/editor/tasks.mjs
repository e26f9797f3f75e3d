/* What is to be done: items of lists with a box, which whoever may change the text ticks here. */

const BOX =
  ":scope > input, :scope > label > input, :scope > p:first-child > input, :scope > p:first-child > label > input";

/* An item of the library, with `task`: null, "open" or "done". */
export function taskItem(box, tiptap) {
  const { labels } = box.config;
  return tiptap.ListItem.extend({
    addAttributes() {
      const parseHTML = (item) => {
        const tick = item.querySelector(BOX);
        return tick?.type === "checkbox" ? (tick.hasAttribute("checked") ? "done" : "open") : null;
      };
      return { ...this.parent?.(), task: { default: null, keepOnSplit: false, rendered: false, parseHTML } };
    },
    renderHTML({ node, HTMLAttributes }) {
      const { task } = node.attrs;
      if (!task) return ["li", HTMLAttributes, 0];
      const tick = { type: "checkbox", disabled: "", ...(task === "done" ? { checked: "" } : {}) };
      return ["li", { ...HTMLAttributes, class: "task" }, ["input", tick], ["div", 0]];
    },
    addNodeView() {
      return ({ node, editor, getPos, HTMLAttributes }) => view(box, node, editor, getPos, HTMLAttributes, labels);
    },
    addKeyboardShortcuts() {
      return {
        ...this.parent?.(),
        Enter: () => {
          const isTask = this.editor.isActive("listItem") && taskHere(this.editor.state) !== null;
          return this.editor.commands.splitListItem(this.name, isTask ? { task: "open" } : {});
        },
      };
    },
  });
}

function view(box, node, editor, getPos, attributes, labels) {
  const { element } = box.rich;
  const { task } = node.attrs;
  const dom = element("li", attributes);
  if (!task) return { dom, contentDOM: dom, update: (next) => isSame(next, node) && next.attrs.task === null };
  const tick = element("input", { type: "checkbox", "aria-label": labels.done });
  const contentDOM = element("div");
  dom.className = "task";
  tick.checked = task === "done";
  // The place of the caret stays where it is; the box is pressed, not written in.
  tick.contentEditable = "false";
  tick.addEventListener("change", () => {
    const at = getPos();
    const now = editor.state.doc.nodeAt(at);
    editor.view.dispatch(
      editor.state.tr.setNodeMarkup(at, null, { ...now.attrs, task: tick.checked ? "done" : "open" }),
    );
  });
  dom.append(tick, contentDOM);
  return {
    dom,
    contentDOM,
    ignoreMutation: (change) => !contentDOM.contains(change.target),
    stopEvent: (event) => event.target === tick,
    update: (next) => {
      if (!isSame(next, node) || next.attrs.task === null) return false;
      tick.checked = next.attrs.task === "done";
      return true;
    },
  };
}

const isSame = (next, node) => next.type === node.type && next.attrs.dir === node.attrs.dir;

/* Where the items begin whose own lines are in the selection, not those that only hold their lists. */
function itemsIn({ doc, selection }) {
  const found = new Set();
  doc.nodesBetween(selection.from, selection.to, (node, at, parent) => {
    if (node.isTextblock && parent.type.name === "listItem") found.add(doc.resolve(at).before());
  });
  return [...found];
}

const taskHere = (state) => {
  const [first] = itemsIn(state);
  return first === undefined ? null : state.doc.nodeAt(first).attrs.task;
};

function setTasks(tr, task) {
  for (const at of itemsIn(tr)) tr.setNodeMarkup(at, null, { ...tr.doc.nodeAt(at).attrs, task });
  return true;
}

/* Typed at the beginning of a line: [ ] or [x]. With the control key, Enter ticks. */
const TYPED = /^\[([ xX]?)\]\s$/;

export function tasks(box, tiptap) {
  const { labels } = box.config;
  return tiptap.Extension.create({
    name: "tasks",
    priority: 1000,
    addCommands() {
      return {
        toggleTasks:
          () =>
          ({ editor, chain, state }) => {
            const isTask = taskHere(state) !== null;
            const made = editor.isActive("listItem") ? chain() : chain().toggleBulletList();
            return made.command(({ tr }) => setTasks(tr, isTask ? null : "open")).run();
          },
      };
    },
    addKeyboardShortcuts() {
      return {
        "Mod-Enter": () => {
          const task = taskHere(this.editor.state);
          if (task === null) return false;
          const next = task === "done" ? "open" : "done";
          box.say(next === "done" ? labels.done : labels.notDone);
          return this.editor.commands.command(({ tr }) => setTasks(tr, next));
        },
      };
    },
    addInputRules() {
      const handler = ({ state, range, match, chain }) => {
        const { $from } = state.selection;
        const isFirst = $from.parent.type.name === "paragraph" && $from.index($from.depth - 1) === 0;
        const inItem = $from.node(-1)?.type.name === "listItem";
        if ($from.parent.type.name !== "paragraph" || (inItem && !isFirst)) return null;
        const made = chain().deleteRange(range);
        return (inItem ? made : made.toggleBulletList())
          .command(({ tr }) => setTasks(tr, /x/i.test(match[1]) ? "done" : "open"))
          .run();
      };
      return [new tiptap.InputRule({ find: TYPED, handler })];
    },
  });
}
