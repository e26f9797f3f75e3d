/* What is pasted or dropped from elsewhere: cleaned by paste/cleaning.mjs, its pictures sent, and what could not come
   along named in one line. */

const MOST_NAMES = 5;

export function pasting(box, parts) {
  const { tiptap } = parts;
  // The rich text beside the HTML has the pictures of word processors.
  let rtf = "";
  const remember = (_view, event) => {
    rtf = (event.clipboardData ?? event.dataTransfer)?.getData("text/rtf") ?? "";
    return false;
  };
  return tiptap.Extension.create({
    name: "pasting",
    addProseMirrorPlugins: () => [
      new tiptap.Plugin({
        props: {
          handleDOMEvents: { paste: remember, drop: remember },
          transformPastedHTML: (html) => clean(box, parts, html, rtf),
          clipboardTextParser: (text, place, plain, view) => {
            // Who pastes without formatting wants none.
            if (!plain) parts.markdown.readPasted(box, text);
            return plainText(text, place, view);
          },
        },
      }),
    ],
  });
}

function clean(box, parts, html, rtf) {
  const { labels, urls } = box.config;
  try {
    const told = parts.cleaning.cleanPaste(html, parts, {
      origin: location.origin,
      media: urls.media,
      known: (path) => parts.pictures.isOfText(box, path),
      shown: (blob) => URL.createObjectURL(blob),
      stamp: Math.random().toString(36).slice(2),
      words: { picture: labels.picture },
      rtf,
    });
    // Once the editor has put it into the text.
    setTimeout(() => afterwards(box, parts, told));
    return withBoxes(told.html);
  } catch (error) {
    // The editor reads it as it is, and the server cleans every text: its look may be lost, its words are not.
    console.warn("What was pasted could not be cleaned.", error);
    return html;
  }
}

/* Items that begin with a sign of a box are things to do. */
const withBoxes = (html) =>
  html.replace(/<li><p>([☐☑]) /g, (_found, sign) => `<li><input type="checkbox"${sign === "☑" ? " checked" : ""}><p>`);

async function afterwards(box, parts, told) {
  note(box, told);
  if (!told.pictures.length) return;
  const lost = await parts.pictures.sendPasted(box, told.pictures);
  if (lost.length) note(box, { ...told, missing: [...told.missing, ...lost] });
}

/* Text without markup: an empty line begins a paragraph, another end of a line stays one. */
function plainText(text, place, view) {
  const { schema } = view.state;
  const marks = place.marks();
  const paragraphs = text
    .replace(/\r\n?/g, "\n")
    .replace(/^\s*\n/, "")
    .trimEnd()
    .split(/\n[ \t]*\n\s*/);
  const nodes = paragraphs.map((paragraph) => {
    const lines = paragraph.split("\n").map((line) => (line ? [schema.text(line, marks)] : []));
    const content = lines.flatMap((line, at) => (at ? [schema.nodes.hardBreak.create(), ...line] : line));
    return schema.nodes.paragraph.create(null, content);
  });
  const all = schema.nodes.doc.create(null, nodes);
  return all.slice(1, all.content.size - 1);
}

/* The note --------------------------------------------------------------------------------------------------- */

/* There before anything is said in it, or it would not be read aloud. */
export function addNote(box) {
  box.rich.said = box.rich.element("div", { role: "status" });
  box.element.querySelector(".editor-foot").before(box.rich.said);
}

/* Fetched by the server because the writer asks for it, one after the other; each takes the place of its link. */
function bringIn(box, remote) {
  const { labels } = box.config;
  const button = box.rich.element("button", { class: "btn btn-s", type: "button" }, labels.bringIn);
  button.addEventListener("click", async () => {
    box.rich.said.replaceChildren();
    box.rich.editor.commands.focus();
    const lost = await box.rich.parts.pictures.bringRemote(box, remote);
    if (lost.length) note(box, { links: [], missing: [], embedded: [], left: new Set(), lost });
  });
  return button;
}

function note(box, { links, missing, embedded, left, remote = [], lost = [] }) {
  const { labels } = box.config;
  const { element, said } = box.rich;
  const sentences = [
    ["pastedLinks", links],
    ["stayLinks", lost],
    ["pastedMissing", missing],
    ["pastedEmbedded", embedded],
    ["pastedLeft", [...left].filter((one) => one !== "cells").map((one) => labels.left[one])],
  ]
    .filter(([, names]) => names.length)
    .map(([label, names]) => labels[label].replace("{names}", () => listed(names, labels)));
  if (left.has("cells")) sentences.push(labels.pastedCells);
  said.replaceChildren();
  if (!sentences.length) return;
  const close = element("button", { class: "btn btn-plain btn-s", type: "button" }, labels.close);
  close.addEventListener("click", () => {
    said.replaceChildren();
    box.rich.editor.commands.focus();
  });
  const text = element("span", {}, sentences.join(" "));
  const line = element("div", { class: "banner editor-note" }, box.rich.icon("info"), text);
  if (remote.length && links.length && box.config.pictures) line.append(bringIn(box, remote));
  line.append(close);
  said.append(line);
}

/* Names may be written in any direction. */
function listed(names, labels) {
  const shown = names
    .slice(0, MOST_NAMES)
    .map((name) => `\u2068${name}\u2069`)
    .join(", ");
  if (names.length <= MOST_NAMES) return shown;
  return labels.more.replace("{names}", () => shown).replace("{count}", names.length - MOST_NAMES);
}
