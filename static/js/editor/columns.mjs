/* Where the words of a column stand: chosen in the bar of a table, kept as a class of each of its cells, and taken over
   by a row that is put in. What is read from Markdown says the same (sanitising.py). */

const PLACE = /^to-(?:center|end)$/;

/* A cell that knows where the words of its column stand. */
export const cell = (base, more = {}) =>
  base.extend({
    addAttributes() {
      const place = {
        default: null,
        parseHTML: (node) => [...node.classList].find((name) => PLACE.test(name)) ?? null,
      };
      return { ...this.parent?.(), class: place, ...more };
    },
  });

/* The table of the library, whose columns can be aligned, and whose new rows follow their columns. */
export const table = (tiptap) =>
  tiptap.Table.extend({
    addCommands() {
      const parent = this.parent();
      const following = (name) => () => (props) => parent[name]()(props) && followColumns(props);
      return {
        ...parent,
        addRowBefore: following("addRowBefore"),
        addRowAfter: following("addRowAfter"),
        alignColumn:
          (place) =>
          ({ tr }) =>
            align(tr, place),
      };
    },
  });

/* Where the words of the columns stand that the writer is in: a class, null for where they begin, undefined where they
   differ. */
export function placeHere(selection) {
  const found = new Set(cellsOfColumns(selection).map(({ node }) => node.attrs.class));
  return found.size === 1 ? [...found][0] : undefined;
}

function align(tr, place) {
  const cells = cellsOfColumns(tr.selection);
  for (const { node, at } of cells) tr.setNodeMarkup(at, null, { ...node.attrs, class: place });
  return cells.length > 0;
}

/* The cells of a new row have no place yet; that of the row which it was put beside is theirs. */
function followColumns({ tr }) {
  const { cells } = tableAt(tr.selection.$from) ?? { cells: [] };
  const places = new Map();
  for (const { node, left } of cells) if (node.attrs.class) places.set(left, node.attrs.class);
  const isNew = new Map();
  for (const { node, row } of cells) isNew.set(row, (isNew.get(row) ?? true) && !node.attrs.class && isEmpty(node));
  for (const { node, at, left, row } of cells) {
    const place = places.get(left);
    if (place && isNew.get(row)) tr.setNodeMarkup(at, null, { ...node.attrs, class: place });
  }
  return true;
}

const isEmpty = (node) => node.childCount === 1 && !node.firstChild.content.size;

/* All cells of the columns in which something is selected. */
function cellsOfColumns({ $from, $to, ranges }) {
  const here = tableAt($from);
  if (!here) return [];
  const chosen = here.cells.filter(({ node, at }) =>
    ranges.length > 1 || $from.pos !== $to.pos
      ? ranges.some(({ $from: from, $to: to }) => from.pos < at + node.nodeSize && to.pos > at)
      : $from.pos > at && $from.pos < at + node.nodeSize,
  );
  const columns = new Set(chosen.flatMap(reached));
  return here.cells.filter((one) => reached(one).some((column) => columns.has(column)));
}

const reached = ({ left, right }) => Array.from({ length: right - left }, (_none, at) => left + at);

/* The table around a place, its cells with where they stand: what reaches down from a row above takes up room. */
function tableAt($at) {
  let { depth } = $at;
  while (depth > 0 && $at.node(depth).type.name !== "table") depth -= 1;
  if (!depth) return null;
  const cells = [];
  const taken = [];
  $at.node(depth).forEach((row, offset, index) => {
    let left = 0;
    row.forEach((node, within) => {
      while (taken[left] > index) left += 1;
      const right = left + node.attrs.colspan;
      for (let column = left; column < right; column += 1) taken[column] = index + node.attrs.rowspan;
      // Into the table, and into the row.
      cells.push({ node, at: $at.start(depth) + offset + 1 + within, left, right, row: index });
      left = right;
    });
  });
  return { cells };
}
