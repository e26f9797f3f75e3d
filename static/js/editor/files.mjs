/* Files in the text, to be downloaded by whoever reads it: sent as soon as they are chosen or dropped, each a paragraph
   that is a link. The server says what they are called, and takes no other link to one. */

const ADDRESS = /\/media\/[0-9a-f-]{36}\/file$/;
const isFile = (node) => node.type.name === "file";

export function fileNode(box, tiptap) {
  return tiptap.Node.create({
    name: "file",
    group: "block",
    atom: true,
    draggable: true,
    addAttributes: () => Object.fromEntries(["href", "name", "sending"].map((name) => [name, { default: null }])),
    // Before the paragraph that it else is.
    parseHTML: () => [{ tag: "p", priority: 60, getAttrs: fileIn }],
    renderHTML: ({ node: { attrs } }) => ["p", attrs.href ? ["a", { href: attrs.href }, attrs.name] : attrs.name],
    addNodeView:
      () =>
      ({ node }) =>
        view(box, node),
  });
}

/* What a paragraph leads to, where that is all it says. */
function fileIn(paragraph) {
  const link = paragraph.querySelector("a");
  const isAlone = link && paragraph.textContent.trim() === link.textContent.trim();
  if (!isAlone || !ADDRESS.test(link.getAttribute("href") ?? "") || paragraph.querySelector("img")) return false;
  const said = link.cloneNode(true);
  said.querySelector("small")?.remove();
  return { href: link.getAttribute("href"), name: said.textContent.trim(), sending: null };
}

function view(box, { attrs }) {
  // The editor is only being made where a text opens with a file.
  const { element, parts } = box.rich;
  const dom = element(
    "p",
    { class: "editor-file" },
    parts.rich.icon(box, "page"),
    element("span", { dir: "auto" }, attrs.name),
  );
  const bar = { max: 100, value: 0, "aria-label": box.config.labels.sendingFile, "data-sending": attrs.sending };
  if (attrs.sending) dom.append(element("progress", bar));
  return { dom, ignoreMutation: () => true };
}

/* Pictures are shown; whatever else somebody brings is a file. */
export async function sendAny(box, files, position) {
  const isPicture = ({ type, name }) => type.startsWith("image/") || /\.(heic|heif|avif)$/i.test(name);
  const pictures = files.filter(isPicture);
  const others = files.filter((file) => !isPicture(file));
  box.rich.complain("");
  for (const file of others) await send(box, file, position);
  if (pictures.length) await box.rich.parts.pictures.sendAll(box, pictures, position);
}

async function send(box, file, position) {
  const { editor, complain, parts } = box.rich;
  const { labels } = box.config;
  const sending = crypto.randomUUID?.() ?? String(Math.random());
  const at = Math.min(position ?? editor.state.selection.to, editor.state.doc.content.size);
  editor
    .chain()
    .focus()
    .insertContentAt(at, { type: "file", attrs: { name: file.name, sending } })
    .run();
  box.busy += 1;
  box.say(labels.sendingFile);
  try {
    const told = await parts.pictures.post(box, file, sending, { failed: labels.fileNotSent });
    settle(box, sending, told);
    box.say(labels.fileSent);
  } catch (error) {
    settle(box, sending, null);
    box.say("");
    complain(error.message);
  } finally {
    box.busy -= 1;
  }
}

/* What was on its way, as it is kept, wherever it has moved meanwhile; null takes it out. */
function settle(box, sending, told) {
  const { editor } = box.rich;
  const { paragraph, image } = editor.schema.nodes;
  let place = null;
  editor.state.doc.descendants((node, at) => {
    if (isFile(node) && node.attrs.sending === sending) place = { from: at, to: at + node.nodeSize };
  });
  if (!place) return;
  const step = editor.state.tr.setMeta("addToHistory", false);
  if (told?.name) step.setNodeMarkup(place.from, null, { href: told.url, name: told.name, sending: null });
  else if (told) {
    // It was a picture all the time.
    const { url, srcset, sizes, width, height } = told;
    const shown = image.create({ src: url, srcset: srcset || null, sizes: sizes || null, width, height });
    step.replaceWith(place.from, place.to, paragraph.create(null, shown));
    box.rich.pictures.add(told.id);
  } else step.delete(place.from, place.to);
  editor.view.dispatch(step);
}

/* The file field is the browser's own. */
export function askFile(box) {
  const field = box.rich.element("input", { type: "file", accept: box.config.labels.fileTypes, multiple: true });
  field.addEventListener("change", () => sendAny(box, [...field.files]));
  field.click();
}
