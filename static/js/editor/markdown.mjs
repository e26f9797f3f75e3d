/* Markdown in the editor: a link as it is typed, and text with several of its signs as it is pasted, which the server
   reads as it reads what is written without scripts. */

const LINK = /(?<!!)\[([^[\]]+)\]\(((?:https?:\/\/|mailto:|\/)[^\s()]+)\)$/;

export const typedLinks = (tiptap) =>
  tiptap.Extension.create({
    name: "typedLinks",
    addInputRules: () => [
      new tiptap.InputRule({
        find: LINK,
        handler: ({ state, range, match }) => {
          const { schema, tr } = state;
          const link = schema.marks.link.create({ href: match[2] });
          const marks = link.addToSet(state.doc.resolve(range.from).marks());
          tr.replaceWith(range.from, range.to, schema.text(match[1], marks)).removeStoredMark(link);
        },
      }),
    ],
  });

/* One of these is no accident; of the others people write one without meaning it: a comment, a dialogue. */
const CLEAR = [
  /^#{2,4} \S/m,
  /^(```|~~~)[^\n]*\n(?:.*\n)*?\1/m,
  /^\s*[-*] \[[ xX]\] \S/m,
  /^\s*\|?(?:\s*:?-{3,}:?\s*\|)+/m,
  /\[[^[\]\n]+\]\((?:https?:\/\/|\/)[^()\s]+\)/,
  /\*\*(?=[^\s*])[^\n]*?[^\s*]\*\*(?!\w)/,
  // What somebody covered must not be shown because nobody read it.
  /\[\/?spoiler[=\]]/i,
  />!(?:[^\n]|\n(?![ \t]*\n)){1,2000}?!</,
];
const LIKELY = [
  /^# \S/m,
  /^\s*[-*+] \S[^\n]*\n\s*[-*+] \S/m,
  /^\s*\d+[.)] \S[^\n]*\n\s*\d+[.)] /m,
  /^> ?\S/m,
  /`[^`\n]+`/,
  /\|\|(?=[^\s|])[^|\n]*[^|\s]\|\|/,
];

const isMarkdown = (text) =>
  CLEAR.some((sign) => sign.test(text)) || LIKELY.filter((sign) => sign.test(text)).length > 1;

/* What is pasted stands there at once, as text; read, it takes the place of that, wherever it is by then. */
export function readPasted(box, text) {
  if (!isMarkdown(text)) return;
  const { editor } = box.rich;
  const { from } = editor.state.selection;
  const begin = ({ transaction }) => {
    if (transaction.getMeta("paste")) take(box, text, followed(editor, from, transaction.selection.to));
  };
  editor.on("transaction", begin);
  // It stands there by then; keys that were pressed since are none of it.
  setTimeout(() => editor.off("transaction", begin));
}

async function take(box, text, place) {
  const html = await box.rich.read(text).catch(() => null);
  place.leave();
  if (html && place.to > place.from) putIn(box, place, html, text);
}

/* A passage of a text that is written on. */
function followed(editor, from, to) {
  const follow = ({ transaction: { mapping } }) => {
    place.from = mapping.map(place.from, -1);
    place.to = mapping.map(place.to, -1);
  };
  const place = { from, to, leave: () => editor.off("transaction", follow) };
  editor.on("transaction", follow);
  return place;
}

function putIn(box, place, html, text) {
  const { editor } = box.rich;
  const { doc } = editor.state;
  const [start, end] = [doc.resolve(place.from), doc.resolve(place.to)];
  const isWhole = start.parentOffset === 0 && end.parentOffset === end.parent.content.size && start.depth === end.depth;
  const range = isWhole ? { from: start.before(), to: end.after() } : { from: place.from, to: place.to };
  const { body } = new DOMParser().parseFromString(html, "text/html");
  const isLine = body.children.length === 1 && body.firstElementChild.matches("p");
  const size = doc.content.size;
  // Who has written on meanwhile, or elsewhere, goes on writing there.
  const { head } = editor.state.selection;
  const updateSelection = head >= range.from && head <= place.to;
  editor.commands.insertContentAt(range, isLine && !isWhole ? body.firstElementChild.innerHTML : html, {
    updateSelection,
  });
  const now = followed(editor, range.from, range.to + editor.state.doc.content.size - size);
  offerBack(box, () => {
    now.leave();
    const typed = box.rich.typed(text);
    const words = !isWhole && typed.length === 1 ? typed[0].content : typed;
    editor.chain().focus().insertContentAt({ from: now.from, to: now.to }, words).run();
  });
}

function offerBack(box, takeBack) {
  const { element, said } = box.rich;
  const { labels } = box.config;
  const button = element("button", { class: "btn btn-plain btn-s", type: "button" }, labels.keepTyped);
  button.addEventListener("click", () => {
    said.replaceChildren();
    takeBack();
  });
  const words = element("span", {}, labels.readAsMarkdown);
  said.replaceChildren(element("div", { class: "banner editor-note" }, box.rich.icon("info"), words, button));
}
