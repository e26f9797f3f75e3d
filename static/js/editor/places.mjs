/* What can be done where the writer is: a second bar, shown inside a table or a listing and with a picture. Like the
   first it is one stop of the Tab key, with arrows inside; in a table, Tab goes from cell to cell, and Alt+F10 into the
   bar. */

const TABLE = [
  ["rowAbove", (chain) => chain.addRowBefore()],
  ["rowBelow", (chain) => chain.addRowAfter()],
  ["columnBefore", (chain) => chain.addColumnBefore()],
  ["columnAfter", (chain) => chain.addColumnAfter()],
  ["alignLeft", (chain, sides) => chain.alignColumn(sides[0]), ({ place, sides }) => place === sides[0]],
  ["alignCenter", (chain) => chain.alignColumn("to-center"), ({ place }) => place === "to-center"],
  ["alignRight", (chain, sides) => chain.alignColumn(sides[1]), ({ place, sides }) => place === sides[1]],
  ["headerRow", (chain) => chain.toggleHeaderRow(), ({ isHead }) => isHead],
  ["deleteRow", (chain) => chain.deleteRow()],
  ["deleteColumn", (chain) => chain.deleteColumn()],
  ["deleteTable", (chain) => chain.deleteTable()],
];
const MOST_CELLS = 2500;
// What stands at the left and at the right of a cell, by the direction of its text.
const SIDES = { ltr: [null, "to-end"], rtl: ["to-end", null] };

export function addPlaceBar(box, parts) {
  const { element, editor } = box.rich;
  const { labels } = box.config;
  const { pictureBar, pictureHere } = parts.frames;
  const bars = { picture: pictureBar(box, parts), table: tableBar(box, parts), listing: listingBar(box) };
  const place = element("div", { class: "editor-places" });
  box.element.querySelector(".editor-bar").after(place);
  let shown = null;
  const refresh = () => {
    const isIn = {
      picture: pictureHere(editor.state),
      table: editor.isActive("table"),
      listing: editor.isActive("codeBlock"),
    };
    const here = Object.keys(isIn).find((name) => isIn[name]) ?? null;
    if (here) bars[here].refresh();
    if (here === shown) return;
    shown = here;
    place.replaceChildren(...(here ? [bars[here].bar] : []));
    if (here) box.say(labels[`${here}Here`]);
  };
  editor.on("transaction", refresh);
  refresh();
}

/* The way into the bar by keyboard, and back. */
export function placeKeys(box, tiptap) {
  return tiptap.Extension.create({
    name: "placeKeys",
    addKeyboardShortcuts: () => ({
      "Alt-F10": () => {
        const bars = [".editor-places", ".editor-bar"].map((bar) => box.element.querySelector(`${bar} [tabindex="0"]`));
        const first = bars.find(Boolean);
        first?.focus();
        return Boolean(first);
      },
    }),
  });
}

function tableBar(box, parts) {
  const { element, editor } = box.rich;
  const { labels } = box.config;
  const bar = element("div", { class: "editor-bar", role: "toolbar", "aria-label": labels.table });
  const buttons = TABLE.map(([name, run, pressed], at) => {
    const button = element(
      "button",
      {
        class: "btn btn-s",
        type: "button",
        tabindex: at ? "-1" : "0",
        "aria-pressed": pressed ? "false" : null,
      },
      labels[name],
    );
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      if (name !== "deleteTable" && isFull(editor, name)) return box.say(labels.tableFull);
      run(editor.chain().focus(), sidesOf(editor)).run();
    });
    bar.append(button);
    return button;
  });
  bar.addEventListener("keydown", (event) => roam(event, buttons, parts, editor));
  const refresh = () => {
    const here = {
      place: parts.columns.placeHere(editor.state.selection),
      sides: sidesOf(editor),
      isHead: hasHeader(editor),
    };
    for (const [at, [, , isPressed]] of TABLE.entries())
      if (isPressed) buttons[at].setAttribute("aria-pressed", String(isPressed(here)));
  };
  return { bar, refresh };
}

export function roam(event, buttons, parts, editor) {
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    editor.commands.focus();
  } else parts.toolbar.roam(event, buttons);
}

function sidesOf({ view, state }) {
  const { node } = view.domAtPos(state.selection.from);
  const cell = (node.closest ? node : node.parentElement).closest("td, th") ?? view.dom;
  return SIDES[getComputedStyle(cell).direction];
}

function tableOf(editor) {
  const { $from } = editor.state.selection;
  for (let { depth } = $from; depth > 0; depth -= 1) {
    if ($from.node(depth).type.name === "table") return $from.node(depth);
  }
  return null;
}

function hasHeader(editor) {
  const row = tableOf(editor)?.firstChild;
  if (!row) return false;
  let all = true;
  row.forEach((cell) => {
    all &&= cell.type.name === "tableHeader";
  });
  return all;
}

function isFull(editor, name) {
  const table = tableOf(editor);
  if (!table || !/^(row|column)/.test(name)) return false;
  const rows = table.childCount;
  let columns = 0;
  table.firstChild.forEach((cell) => {
    columns += cell.attrs.colspan;
  });
  return (name.startsWith("row") ? (rows + 1) * columns : rows * (columns + 1)) > MOST_CELLS;
}

function listingBar(box) {
  const { element, editor } = box.rich;
  const { labels, languages } = box.config;
  const id = `language-${Math.random().toString(36).slice(2)}`;
  const select = element("select", { class: "input", id, tabindex: "0" });
  select.append(element("option", { value: "" }, labels.noLanguage));
  for (const language of languages) select.append(element("option", { value: language }, language));
  select.addEventListener("change", () => {
    editor
      .chain()
      .updateAttributes("codeBlock", { language: select.value || null })
      .run();
  });
  select.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    editor.commands.focus();
  });
  const label = element("label", { for: id }, labels.language);
  const bar = element("div", { class: "editor-bar", role: "group", "aria-label": labels.code }, label, select);
  const refresh = () => {
    select.value = editor.getAttributes("codeBlock").language ?? "";
  };
  return { bar, refresh };
}
