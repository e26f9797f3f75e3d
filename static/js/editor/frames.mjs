/* Pictures in frames of their own: with words under them, side by side with others, in the order that the writer wants.
   What can be done with one stands in a bar, shown where the writer is in it. */

/* Several pictures side by side. */
export function gallery(tiptap) {
  return tiptap.Node.create({
    name: "gallery",
    group: "block",
    content: "figure+",
    isolating: true,
    defining: true,
    draggable: true,
    parseHTML: () => [{ tag: "figure.gallery", priority: 60 }],
    renderHTML: () => ["figure", { class: "gallery" }, 0],
  });
}

/* The picture that is meant: the one selected, or the one whose words the writer is in; null elsewhere. */
export function pictureHere({ selection }) {
  const { node, $from } = selection;
  if (node && ["image", "figure"].includes(node.type.name)) return { node, at: selection.from };
  for (let { depth } = $from; depth > 0; depth -= 1) {
    if ($from.node(depth).type.name === "figure") return { node: $from.node(depth), at: $from.before(depth) };
  }
  return null;
}

const attributesOf = ({ sending, ...attrs }) => attrs;

/* A picture within a line gets a place of its own between the words before it and those behind it. */
function frame(tr, { node, at }) {
  const { nodes } = node.type.schema;
  const $at = tr.doc.resolve(at);
  if (node.type.name !== "image" || $at.parent.type.name !== "paragraph") return null;
  const before = $at.parent.content.cut(0, $at.parentOffset);
  const after = $at.parent.content.cut($at.parentOffset + 1);
  const made = nodes.figure.create(attributesOf(node.attrs));
  // An item of a list begins with a line.
  const keeps = before.size > 0 || ($at.node(-1).type.name === "listItem" && $at.index(-1) === 0);
  const blocks = [keeps && $at.parent.copy(before), made, after.size > 0 && $at.parent.copy(after)].filter(Boolean);
  const start = $at.before() + (keeps ? before.size + 2 : 0);
  tr.replaceWith($at.before(), $at.after(), blocks);
  return start;
}

/* The blocks that stand beside a picture, and what they would be with it. */
function neighbour(doc, { node, at }, step) {
  const $at = doc.resolve(at);
  const place = $at.index() + step;
  if (node.type.name !== "figure" || place < 0 || place >= $at.parent.childCount) return null;
  const other = $at.parent.child(place);
  const from = step < 0 ? at - other.nodeSize : at;
  const to = step < 0 ? at + node.nodeSize : at + node.nodeSize + other.nodeSize;
  return { other, from, to, parent: $at.parent, first: Math.min($at.index(), place) };
}

function move(tr, here, step) {
  const beside = neighbour(tr.doc, here, step);
  if (!beside) return null;
  const { other, from, to, parent, first } = beside;
  // The library gives out no class for what several nodes are; each has one.
  const turned = parent.content.constructor.from(step < 0 ? [here.node, other] : [other, here.node]);
  if (!parent.canReplace(first, first + 2, turned)) return null;
  tr.replaceWith(from, to, turned);
  return step < 0 ? from : from + other.nodeSize;
}

const framesOf = (node) => (node.type.name === "gallery" ? node.content.content : [node]);

/* Side by side with the pictures before it, else with those behind it. */
function gather(tr, here) {
  const { nodes } = here.node.type.schema;
  const isInGallery = tr.doc.resolve(here.at).parent.type.name === "gallery";
  for (const step of isInGallery ? [] : [-1, 1]) {
    const beside = neighbour(tr.doc, here, step);
    if (!["figure", "gallery"].includes(beside?.other.type.name)) continue;
    const both = step < 0 ? [...framesOf(beside.other), here.node] : [here.node, ...framesOf(beside.other)];
    tr.replaceWith(beside.from, beside.to, nodes.gallery.create(null, both));
    return beside.from + 1 + (step < 0 ? both.slice(0, -1).reduce((sum, one) => sum + one.nodeSize, 0) : 0);
  }
  return null;
}

/* Out of the pictures that it stands among: behind them. */
function part(tr, here, keep = true) {
  const { nodes } = here.node.type.schema;
  const $at = tr.doc.resolve(here.at);
  if ($at.parent.type.name !== "gallery") return null;
  const left = framesOf($at.parent).filter((_one, place) => place !== $at.index());
  const rest = left.length > 1 ? [nodes.gallery.create(null, left)] : left;
  const start = $at.before();
  tr.replaceWith(start, $at.after(), keep ? [...rest, here.node] : rest);
  return start + rest.reduce((sum, one) => sum + one.nodeSize, 0);
}

function remove(tr, here) {
  if (tr.doc.resolve(here.at).parent.type.name === "gallery") part(tr, here, false);
  else tr.delete(here.at, here.at + here.node.nodeSize);
  return null;
}

/* Pictures that were sent together, as they are now, side by side. Those of a line leave it. */
export function gatherSent(editor, sources) {
  const { state } = editor;
  const found = [];
  state.doc.descendants((node, at) => {
    if (node.type.name === "image" && sources.includes(node.attrs.src)) found.push({ node, at });
  });
  const $first = found.length > 1 && state.doc.resolve(found[0].at);
  if (!$first || $first.parent.type.name !== "paragraph") return;
  const { nodes } = state.schema;
  const placed = [...found].sort(
    (one, other) => sources.indexOf(one.node.attrs.src) - sources.indexOf(other.node.attrs.src),
  );
  const made = nodes.gallery.create(
    null,
    placed.map(({ node }) => nodes.figure.create(attributesOf(node.attrs))),
  );
  const { tr } = state;
  const start = $first.before();
  for (const { at } of found.reverse()) tr.delete(at, at + 1);
  const left = tr.doc.nodeAt(start);
  const isItem = tr.doc.resolve(start).parent.type.name === "listItem";
  if (left.textContent.trim() || isItem) tr.insert(start + left.nodeSize, made);
  else tr.replaceWith(start, start + left.nodeSize, made);
  editor.view.dispatch(tr);
}

/* Words under it: in its frame, which a picture of a line gets first. */
const caption = (tr, here) => frame(tr, here) ?? here.at;

const ACTS = [
  ["describe", null],
  ["caption", caption],
  ["earlier", (tr, here) => move(tr, here, -1)],
  ["later", (tr, here) => move(tr, here, 1)],
  ["gather", (tr, here) => gather(tr, here)],
  ["part", (tr, here) => part(tr, here)],
  ["removePicture", (tr, here) => remove(tr, here)],
];

export function pictureBar(box, parts) {
  const { element, editor } = box.rich;
  const { labels } = box.config;
  const bar = element("div", { class: "editor-bar", role: "toolbar", "aria-label": labels.picture });
  const press = (act) => {
    const here = pictureHere(editor.state);
    if (!here) return;
    if (!act) return parts.pictures.describe(box, here.at);
    const { tr } = editor.state;
    const at = act(tr, here);
    if (tr.docChanged) editor.view.dispatch(tr);
    else if (act !== caption) return;
    const chain = editor.chain().focus();
    // Into its words.
    if (at !== null) chain.setTextSelection(at + 1 + (editor.state.doc.nodeAt(at)?.content.size ?? 0));
    chain.run();
  };
  const can = (act, here) => {
    if (!act || act === caption) return true;
    const { tr } = editor.state;
    act(tr, here);
    return tr.docChanged;
  };
  const buttons = ACTS.map(([name, act], place) => {
    const button = element(
      "button",
      { class: "btn btn-s", type: "button", tabindex: place ? "-1" : "0" },
      labels[name === "describe" ? "alt" : name],
    );
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-disabled") !== "true") press(act);
    });
    bar.append(button);
    return button;
  });
  bar.addEventListener("keydown", (event) => parts.places.roam(event, buttons, parts, editor));
  const refresh = () => {
    const here = pictureHere(editor.state);
    for (const [place, [, act]] of ACTS.entries())
      buttons[place].setAttribute("aria-disabled", String(!(here && can(act, here))));
  };
  return { bar, refresh };
}
