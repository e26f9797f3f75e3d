/* What stored texts are made of and the library has no node for: folds, pictures with a caption, terms and what they
   mean, keys, marked and quoted words, directions, languages of listings. Without them, opening a text to change a word
   would lose the rest. The server’s list of what a text may hold is communities/content/text/sanitising.py. */

const kept = (name) => ({ default: null, parseHTML: (node) => node.getAttribute(name) });
const PICTURE = ["src", "alt", "width", "height", "srcset", "sizes"];
const LANGUAGE = /(?:^|\s)language-(\w+)/;

export function storedNodes(box, { tiptap, frames }) {
  return [
    fold(tiptap),
    foldTitle(tiptap, box.config.labels),
    figure(tiptap),
    frames.gallery(tiptap),
    ...terms(tiptap),
    ...["kbd", "mark", "q", "bdi"].map((tag) => phrase(tiptap, tag)),
    spoiler(tiptap),
    directions(tiptap),
  ];
}

/* An element around blocks that does not merge with what stands before it. */
const part = (tiptap, name, tag, content, more = {}) =>
  tiptap.Node.create({
    name,
    content,
    isolating: true,
    defining: true,
    parseHTML: () => [{ tag }],
    renderHTML: ({ HTMLAttributes }) => [tag, HTMLAttributes, 0],
    ...more,
  });

/* Always open here: what is folded away cannot be written in. */
function fold(tiptap) {
  return part(tiptap, "fold", "details", "foldTitle block+", {
    group: "block",
    renderHTML: () => ["details", { open: "" }, 0],
    addKeyboardShortcuts() {
      return { Backspace: () => unfold(this.editor), Enter: () => leaveFold(this.editor) };
    },
    addCommands() {
      const made = (title, inside) => ({
        type: "fold",
        content: [{ type: "foldTitle", content: title ? [{ type: "text", text: title }] : [] }, ...inside],
      });
      return {
        insertFold:
          () =>
          ({ state, chain }) => {
            const { $from, $to, empty } = state.selection;
            const range = $from.blockRange($to);
            const inside = empty || !range ? [{ type: "paragraph" }] : blocksIn(range);
            const from = range?.start ?? state.selection.from;
            const to = empty && $from.parent.content.size ? from : (range?.end ?? state.selection.to);
            const place = empty && $from.parent.content.size ? (range?.end ?? from) : from;
            return chain()
              .insertContentAt({ from: place, to: Math.max(to, place) }, made("", inside))
              .setTextSelection(place + 2)
              .run();
          },
      };
    },
  });
}

const blocksIn = (range) => {
  const blocks = [];
  for (let at = range.startIndex; at < range.endIndex; at += 1) blocks.push(range.parent.child(at).toJSON());
  return blocks;
};

function foldTitle(tiptap, labels) {
  return part(tiptap, "foldTitle", "summary", "inline*", {
    renderHTML: ({ node }) => ["summary", node.content.size ? {} : { "data-empty": labels.foldTitle }, 0],
    parseHTML: () => [{ tag: "summary" }],
  });
}

/* At the beginning of a title without words: the fold goes, what it held stays. */
function unfold(editor) {
  const { $from, empty } = editor.state.selection;
  if (!empty || $from.parent.type.name !== "foldTitle" || $from.parentOffset || $from.parent.content.size) return false;
  const { node, pos } = { node: $from.node(-1), pos: $from.before(-1) };
  const inside = node.content.cut($from.parent.nodeSize);
  return editor
    .chain()
    .command(({ tr }) => Boolean(tr.replaceWith(pos, pos + node.nodeSize, inside)))
    .setTextSelection(pos + 1)
    .run();
}

/* From the title into what it folds; from an empty last line out of the fold. */
function leaveFold(editor) {
  const { $from, empty } = editor.state.selection;
  if ($from.parent.type.name === "foldTitle") {
    return editor
      .chain()
      .setTextSelection($from.after() + 1)
      .run();
  }
  const depth = $from.depth - 1;
  const outer = $from.node(depth);
  const isLast = outer?.type.name === "fold" && $from.index(depth) === outer.childCount - 1;
  if (!empty || !isLast || $from.parent.content.size || outer.childCount < 3) return false;
  const from = $from.before();
  const after = $from.after(depth);
  return editor
    .chain()
    .command(({ tr, state }) => {
      tr.insert(after, state.schema.nodes.paragraph.create());
      tr.delete(from, from + $from.parent.nodeSize);
      return true;
    })
    .setTextSelection(after - $from.parent.nodeSize + 1)
    .run();
}

/* A picture in a frame of its own; what is written in it is its caption. */
function figure(tiptap) {
  return part(tiptap, "figure", "figure", "inline*", {
    group: "block",
    draggable: true,
    addAttributes: () =>
      Object.fromEntries(
        PICTURE.map((name) => [
          name,
          {
            default: null,
            rendered: false,
            parseHTML: (node) => node.querySelector("img")?.getAttribute(name) ?? null,
          },
        ]),
      ),
    parseHTML: () => [
      {
        tag: "figure:has(img)",
        contentElement: (node) => node.querySelector("figcaption") ?? node.ownerDocument.createElement("figcaption"),
      },
    ],
    renderHTML: ({ node }) => {
      const shown = PICTURE.filter((name) => node.attrs[name] !== null).map((name) => [name, node.attrs[name]]);
      return ["figure", ["img", Object.fromEntries(shown)], ["figcaption", 0]];
    },
  });
}

function terms(tiptap) {
  return [
    part(tiptap, "terms", "dl", "(term|meaning)+", { group: "block" }),
    part(tiptap, "term", "dt", "inline*"),
    part(tiptap, "meaning", "dd", "block+"),
  ];
}

function phrase(tiptap, tag) {
  return tiptap.Mark.create({
    name: tag,
    inclusive: tag === "mark",
    parseHTML: () => [{ tag: tag === "mark" ? "mark:not(.spoiler)" : tag }],
    renderHTML: ({ HTMLAttributes }) => [tag, HTMLAttributes, 0],
  });
}

/* What readers uncover by themselves: typed as ||so||, around all other marks, so that it stays one. */
const COVERED = [
  /(?:^|\s)(\|\|(?!\s)([^|]*[^|\s])\|\|)$/,
  // As other forums have it typed.
  /(\[spoiler\]([^[\]]*[^[\]\s][^[\]]*)\[\/spoiler\])$/i,
  /(>!([^!]*[^!\s][^!]*)!<)$/,
];

function spoiler(tiptap) {
  return tiptap.Mark.create({
    name: "spoiler",
    priority: 1100,
    exitable: true,
    parseHTML: () => [{ tag: "mark.spoiler" }],
    renderHTML: () => ["mark", { class: "spoiler" }, 0],
    addInputRules() {
      return COVERED.map((find) => tiptap.markInputRule({ find, type: this.type }));
    },
  });
}

/* Code takes no other mark, but may be covered. */
export const code = (tiptap) =>
  tiptap.Code.extend({
    excludes: "bold italic strike underline subscript superscript link kbd mark q bdi code",
  });

/* A text may change its direction from block to block. */
function directions(tiptap) {
  const types = ["paragraph", "heading", "blockquote", "bulletList", "orderedList", "listItem", "tableCell", "bdi"];
  return tiptap.Extension.create({
    name: "directions",
    addGlobalAttributes: () => [
      { types: [...types, "tableHeader", "term", "meaning"], attributes: { dir: kept("dir") } },
    ],
  });
}

/* A listing in a language: chosen in the bar below, written as `language-…`, as Markdown does. */
export function listing(tiptap) {
  return tiptap.CodeBlock.extend({
    addAttributes: () => ({
      language: {
        default: null,
        rendered: false,
        parseHTML: (node) => node.querySelector("code")?.className.match(LANGUAGE)?.[1] ?? null,
      },
    }),
    renderHTML: ({ node }) => [
      "pre",
      {},
      ["code", node.attrs.language ? { class: `language-${node.attrs.language}` } : {}, 0],
    ],
  });
}
