/* Writes clean HTML into an element of a document that shows nothing: blocks begin with their first word, phrases with
   equal marks are one, and what is empty is not written. */

// From the inside out.
const MARKS = [
  ["strike", "s"],
  ["underline", "u"],
  ["italic", "em"],
  ["bold", "strong"],
];
const BLANK = /^[\s\u200b\ufeff]*$/;

export class Writer {
  constructor(doc) {
    this.doc = doc;
    this.root = this.into = this.make("div");
    this.block = null; // the paragraph, heading … that is being written
    this.open = null; // the lists of Word that go on in this place
    this.blank = false; // one that waits for the next words
    this.run = null; // the last words, and how they are marked
  }

  make(tag, attrs = {}) {
    const made = this.doc.createElement(tag);
    for (const [name, value] of Object.entries(attrs)) made.setAttribute(name, value);
    return made;
  }

  /* Writes into `place` what `fill` writes. */
  inside(place, fill) {
    this.end();
    const { into, open } = this;
    this.into = place;
    this.open = null;
    fill();
    this.end();
    this.into = into;
    this.open = open;
  }

  text(words, marks) {
    const lines = marks.pre ? words.split(/\r?\n/) : [words];
    for (const [place, line] of lines.entries()) {
      if (place) this.lineBreak();
      this.#phrase(line, marks);
    }
  }

  /* A blank between two phrases waits for the second: it is of both where they are marked alike, else of neither. */
  #phrase(line, marks) {
    let words = line.replace(/[ \t\n\r\f]+/g, " ");
    if (marks.thin) words = words.replaceAll("\u00a0", " ");
    // Programs keep blanks apart by turning every other one into a hard one.
    words = words.replace(/[ \u00a0]{2,}/g, " ");
    if (!this.block) {
      words = words.trimStart();
      if (BLANK.test(words)) return;
      this.#begin(marks);
    }
    if (words.startsWith(" ")) this.blank = !this.isFresh;
    const ends = words.endsWith(" ");
    words = words.slice(words.startsWith(" ") ? 1 : 0, ends ? -1 : undefined);
    if (!words) return;
    const key = keyOf(marks);
    if (this.run?.key === key) {
      if (this.blank) this.run.pieces.push(" ");
    } else {
      this.#spaceOut();
      this.#startRun(key, marks);
    }
    this.run.pieces.push(words);
    this.blank = ends;
    this.isFresh = false;
    this.breaks = 0;
  }

  #spaceOut() {
    this.#flush();
    if (this.blank) this.block.append(" ");
    this.blank = false;
  }

  /* Two breaks of a line are the end of a paragraph. */
  lineBreak() {
    if (!this.block) return;
    if (this.breaks && this.block.localName === "p") return this.end();
    this.#flush();
    this.block.append(this.make("br"));
    this.breaks += 1;
    this.blank = false;
    this.isFresh = true;
  }

  picture(attrs, marks) {
    this.#begin(marks);
    this.#spaceOut();
    const made = this.make("img", attrs);
    const link = marks.link && this.make("a", { href: marks.link });
    link?.append(made);
    const cover = marks.spoiler && this.make("mark", { class: "spoiler" });
    cover?.append(link || made);
    this.block.append(cover || link || made);
    this.breaks = 0;
    this.isFresh = false;
  }

  /* A block that stands by itself. */
  put(made) {
    this.end();
    this.open = null;
    this.into.append(made);
  }

  end() {
    this.#flush();
    const { block } = this;
    this.block = null;
    if (block && trimmedEnd(block)) return;
    block?.remove();
  }

  #begin({ block = "p" }) {
    if (this.block) return;
    this.block = this.make(block);
    this.into.append(this.block);
    // What stands between two items ends their list.
    this.open = null;
    // Nothing stands in this line yet.
    this.isFresh = true;
    this.blank = false;
    this.breaks = 0;
  }

  #startRun(key, marks) {
    this.#flush();
    const text = this.doc.createTextNode("");
    let node = text;
    const wrap = (tag, attrs) => {
      const outer = this.make(tag, attrs);
      outer.append(node);
      node = outer;
    };
    // The editor has no link within code, and a link is more.
    if (marks.code && !marks.link) wrap("code");
    else {
      if (marks.script) wrap(marks.script);
      for (const [name, tag] of MARKS) if (isShown(name, marks)) wrap(tag);
    }
    if (marks.link) wrap("a", { href: marks.link });
    if (marks.spoiler) wrap("mark", { class: "spoiler" });
    this.block.append(node);
    this.run = { key, text, pieces: [] };
  }

  #flush() {
    if (this.run) this.run.text.data = this.run.pieces.join("");
    this.run = null;
  }
}

/* Headings are bold and links underlined by themselves. */
function isShown(name, marks) {
  if (name === "bold") return marks.bold && !marks.isHeading;
  if (name === "underline") return marks.underline && !marks.link;
  if (name === "strike") return marks.strike && !marks.isDone;
  return marks[name];
}

const keyOf = (marks) =>
  [...MARKS.map(([name]) => isShown(name, marks)), marks.script, marks.code, marks.link, marks.spoiler]
    .map((one) => one || "")
    .join("\n");

/* Takes blanks and breaks from the end of a block; whether anything is left. */
function trimmedEnd(block) {
  for (let last = block.lastChild; last; last = block.lastChild) {
    while (last.lastChild) last = last.lastChild;
    if (last.localName === "img") return true;
    const words = last.nodeType === 3 ? last.data.trimEnd() : "";
    if (words && !BLANK.test(words)) {
      last.data = words;
      return true;
    }
    last.remove();
  }
  return false;
}
