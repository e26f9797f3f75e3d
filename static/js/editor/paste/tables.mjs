/* Tables of a clipboard: rows of cells where they are tables, what is in them where they only lay out a page or a mail,
   lines where there are more cells than a text may have. */

const MOST_CELLS = 2500;
// Of one cell over many.
const MOST_COLUMNS = 60;

/* `fill(cell, marks)` writes what is in a cell. */
export function table(job, node, marks, fill) {
  const { writer } = job;
  const inner = { ...marks, block: "p", isItem: false, isHeading: false };
  const rows = rowsOf(job, node);
  writer.end();
  const caption = [...node.children].find((one) => one.localName === "caption");
  if (caption) writer.inside(writer.into, () => fill(caption, inner));
  if (isProgram(job, rows)) return program(job, rows);
  const cells = rows.reduce((sum, row) => sum + row.cells.length, 0);
  const widest = rows.reduce((most, row) => Math.max(most, row.cells.length, columnsOf(row)), 0);
  if (cells <= 1 || isLayout(node)) {
    for (const cell of rows.flatMap((row) => row.cells)) writer.inside(writer.into, () => fill(cell, inner));
  } else if (rows.length * grownTo(rows, widest) > MOST_CELLS) {
    job.told.left.add("cells");
    asLines(writer, rows, inner);
  } else build(writer, rows, widest, inner, fill);
}

/* The rows of a table, not of one inside it, without what a filter of a spreadsheet has hidden. */
function rowsOf(job, node) {
  const { isHidden } = job.parts.styles;
  const rows = [];
  for (const part of node.children) {
    const isHead = part.localName === "thead";
    for (const row of part.localName === "tr" ? [part] : part.children) {
      if (row.localName !== "tr" || isHidden(row, job.style.of(row))) continue;
      const cells = [...row.children].filter(
        (one) => /^t[dh]$/.test(one.localName) && !isHidden(one, job.style.of(one)),
      );
      if (cells.length) rows.push({ isHead, cells });
    }
  }
  return rows;
}

const isLayout = (node) =>
  /^(?:presentation|none)$/.test(node.getAttribute("role") ?? "") || node.querySelector("table") !== null;

function build(writer, rows, widest, marks, fill) {
  const made = writer.make("table");
  const body = writer.make("tbody");
  made.append(body);
  writer.put(made);
  for (const [place, { isHead, cells }] of rows.entries()) {
    const row = writer.make("tr");
    body.append(row);
    for (const cell of cells) {
      const isHeading = isHead || cell.localName === "th";
      const box = writer.make(isHeading ? "th" : "td", spansOf(cell, widest, rows.length - place));
      row.append(box);
      writer.inside(box, () => fill(cell, { ...marks, isHeading, isItem: isHeading }));
    }
  }
  // A column that was chosen as a whole ends in empty rows.
  while (body.lastChild && isEmpty(body.lastChild)) body.lastChild.remove();
  if (!body.firstChild) made.remove();
}

/* How many columns a row says that it has; that of a single cell is believed to nobody. */
function columnsOf({ cells }) {
  if (cells.length < 2) return 0;
  const count = cells.reduce((sum, cell) => sum + (Number.parseInt(cell.getAttribute("colspan"), 10) || 1), 0);
  return Math.min(count, MOST_COLUMNS);
}

const isEmpty = (row) => !row.textContent.trim() && !row.querySelector("img, hr");

/* No wider than the table and no longer than what is left of it: the editor fills in what is missing. */
function spansOf(cell, widest, left) {
  const spans = {};
  for (const [name, most] of [
    ["colspan", widest],
    ["rowspan", left],
  ]) {
    const count = Math.min(Number.parseInt(cell.getAttribute(name), 10) || 1, most);
    if (count > 1) spans[name] = count;
  }
  return spans;
}

/* How wide the editor makes a table whose cells reach down: each pushes those of the rows below to the side. */
function grownTo(rows, widest) {
  const more = new Array(rows.length + 1).fill(0);
  for (const [place, { cells }] of rows.entries()) {
    for (const cell of cells) {
      const { colspan = 1, rowspan = 1 } = spansOf(cell, widest, rows.length - place);
      more[place] += colspan;
      more[place + rowspan] -= colspan;
    }
  }
  let wide = 0;
  return more.reduce((most, change) => {
    wide += change;
    return Math.max(most, wide);
  }, widest);
}

/* Listings with a row a line. */
function isProgram(job, rows) {
  const { of } = job.style;
  const cells = rows.flatMap((row) => row.cells).filter((cell) => cell.textContent.trim());
  return cells.length > 0 && cells.every((cell) => isNumber(of(cell)) || job.parts.styles.isProgram(of(cell)));
}

const isNumber = (said) => said["user-select"] === "none";

function program({ writer, style }, rows) {
  const lines = rows.map(({ cells }) =>
    cells
      .filter((cell) => !isNumber(style.of(cell)))
      .map((cell) => cell.textContent.replaceAll("\n", ""))
      .join(""),
  );
  const made = writer.make("pre");
  const code = writer.make("code");
  code.textContent = lines.join("\n").trimEnd();
  made.append(code);
  writer.put(made);
}

function asLines(writer, rows, marks) {
  for (const [place, { cells }] of rows.entries()) {
    if (place) writer.lineBreak();
    const words = cells.map((cell) => cell.textContent.replace(/\s+/g, " ").trim());
    writer.text(words.join(" | "), { ...marks, pre: false });
  }
  writer.end();
}
