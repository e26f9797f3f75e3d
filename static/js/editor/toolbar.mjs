/* The bar over the text: one stop for the Tab key, arrows inside, as toolbars are. */

const headingOf = (editor) =>
  editor.isActive("heading", { level: 3 }) ? "subheading" : editor.isActive("heading") ? "heading" : "";

/* Text, a heading, one under it, and text again. */
function nextHeading(chain, editor) {
  if (editor.isActive("heading", { level: 2 })) return chain.setHeading({ level: 3 });
  return editor.isActive("heading") ? chain.setParagraph() : chain.setHeading({ level: 2 });
}

export const ACTIONS = [
  { name: "bold", mark: "bold", run: (chain) => chain.toggleBold(), keys: "Control+B" },
  { name: "italic", mark: "italic", run: (chain) => chain.toggleItalic(), keys: "Control+I" },
  // On a phone it is typed: ~~so~~.
  { name: "strike", mark: "strike", run: (chain) => chain.toggleStrike(), keys: "Control+Shift+S", wide: true },
  null,
  { name: "heading", mark: "heading", run: nextHeading, says: headingOf, only: "headings" },
  // The bar has one button for both.
  {
    name: "subheading",
    run: (chain) => chain.toggleHeading({ level: 3 }),
    only: "headings",
    icon: "heading",
    afterSlash: true,
  },
  { name: "link", mark: "link", ask: "askLink", keys: "Control+K" },
  { name: "quote", mark: "blockquote", run: (chain) => chain.toggleBlockquote() },
  { name: "list", mark: "bulletList", run: (chain) => chain.toggleBulletList() },
  { name: "olist", mark: "orderedList", run: (chain) => chain.toggleOrderedList() },
  {
    name: "tasks",
    isOn: (editor) => Boolean(editor.getAttributes("listItem").task),
    run: (chain) => chain.toggleTasks(),
    icon: "check",
  },
  {
    name: "code",
    mark: "code",
    run: (chain, editor) => (editor.state.selection.empty ? chain.toggleCodeBlock() : chain.toggleCode()),
  },
  null,
  { name: "image", ask: "askPicture", only: "pictures" },
  { name: "file", ask: "askFile", only: "pictures", icon: "page" },
  { name: "signs", ask: "askSign", icon: "smile" },
  {
    name: "table",
    mark: "table",
    run: (chain, editor) =>
      editor.isActive("table") ? chain : chain.insertTable({ rows: 3, cols: 3, withHeaderRow: true }),
    icon: "grid",
  },
  {
    name: "fold",
    mark: "fold",
    run: (chain, editor) => (editor.isActive("fold") ? chain : chain.insertFold()),
    icon: "down",
  },
  // On a phone it is typed, ||so||, or chosen after a slash.
  { name: "spoiler", mark: "spoiler", run: (chain) => chain.toggleMark("spoiler"), icon: "eye", wide: true },
  // A phone has its own way to undo, and no room for two more buttons.
  { name: "undo", wide: true, run: (chain) => chain.undo(), can: (can) => can.undo() },
  { name: "redo", wide: true, run: (chain) => chain.redo(), can: (can) => can.redo() },
];

export function addToolbar(box, element) {
  const { labels } = box.config;
  const { editor } = box.rich;
  const bar = element("div", { class: "editor-bar", role: "toolbar", "aria-label": labels.formatting });
  const buttons = [];
  for (const action of ACTIONS) {
    if (!action) {
      bar.append(element("span", { class: "sep" }));
      continue;
    }
    if (action.afterSlash || (action.only && !box.config[action.only])) continue;
    const button = element(
      "button",
      {
        class: action.wide ? "btn btn-icon btn-s wide-only" : "btn btn-icon btn-s",
        type: "button",
        tabindex: buttons.length ? "-1" : "0",
        "aria-label": labels[action.name],
        title: labels[action.name],
        "aria-pressed": action.mark || action.isOn ? "false" : null,
        "aria-keyshortcuts": action.keys,
      },
      box.rich.icon(action.icon ?? action.name),
    );
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      if (action.ask) box.rich[action.ask]();
      else action.run(editor.chain().focus(), editor).run();
      if (action.says) box.say(labels[action.says(editor)] ?? "");
    });
    buttons.push(button);
    button.action = action;
    bar.append(button);
  }
  bar.addEventListener("keydown", (event) => roam(event, buttons));
  box.rich.askLink = () => askLink(box, editor);
  box.rich.askPicture = () => askPicture(box, element);
  box.rich.askFile = () => box.rich.parts.files.askFile(box);
  box.rich.askSign = () => import(box.config.later.signs).then((signs) => signs.askSign(box, element), Boolean);
  const refresh = () => {
    for (const button of buttons) {
      const { mark, can, isOn } = button.action;
      if (isOn) button.setAttribute("aria-pressed", String(isOn(editor)));
      if (mark)
        button.setAttribute(
          "aria-pressed",
          String(editor.isActive(mark) || (mark === "code" && editor.isActive("codeBlock"))),
        );
      if (can) button.setAttribute("aria-disabled", String(!can(editor.can())));
    }
  };
  editor.on("transaction", refresh);
  refresh();
  box.element.prepend(bar);
}

export function roam(event, all) {
  const buttons = all.filter((button) => button.offsetParent);
  const here = buttons.indexOf(document.activeElement);
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key] ?? 0;
  const ends = { Home: 0, End: buttons.length - 1 };
  const next = event.key in ends ? ends[event.key] : (here + step + buttons.length) % buttons.length;
  if (here < 0 || next === here) return;
  event.preventDefault();
  buttons[here].tabIndex = -1;
  buttons[next].tabIndex = 0;
  buttons[next].focus();
}

async function askLink(box, editor) {
  const { labels } = box.config;
  const present = editor.getAttributes("link").href ?? "";
  let address = await box.rich.ask({ label: labels.address, value: present, type: "text", remove: Boolean(present) });
  if (address === null) return;
  if (!address) return editor.chain().focus().extendMarkRange("link").unsetLink().run();
  if (!/^([a-z]+:|\/|#)/i.test(address)) address = address.includes("@") ? `mailto:${address}` : `https://${address}`;
  const chain = editor.chain().focus().extendMarkRange("link");
  if (editor.state.selection.empty && !present)
    chain.insertContent({ type: "text", text: address, marks: [{ type: "link", attrs: { href: address } }] }).run();
  else chain.setLink({ href: address }).run();
}

/* The file field is the browser's own: it opens the camera on a phone. */
function askPicture(box, element) {
  const field = element("input", {
    type: "file",
    accept: "image/jpeg,image/png,image/webp,image/gif,image/avif,image/heic",
    multiple: true,
  });
  field.addEventListener("change", () => box.rich.send([...field.files]));
  field.click();
}
