/* From what another program put on the clipboard to what our texts are made of: a function without any effect, tried by
   itself in tests/browser/test_clean_paste.py. The markup is read into a document that shows nothing, so nothing in it
   runs or is fetched; what is written is made anew, element by element. */

const nested = (tags, handler) => Object.fromEntries(tags.split(" ").map((tag) => [tag, handler]));

const names = (...lines) => new Set(lines.join(" ").split(" "));

const BLOCKS = names(
  "address article aside body center dd details dialog dir div fieldset figcaption figure footer form header hgroup",
  "html legend main nav p section summary",
);
const SKIPPED = names(
  "area base col colgroup datalist frame frameset head link map meta noframes noscript option param script select",
  "style template title xml",
);
const MARKED = {
  ...nested("b strong", { bold: true }),
  ...nested("i em cite dfn var", { italic: true }),
  ...nested("u ins", { underline: true }),
  ...nested("s strike del", { strike: true }),
  ...nested("code tt kbd samp", { code: true }),
  sub: { script: "sub" },
  sup: { script: "sup" },
};
const OURS = names(
  "a blockquote br code col colgroup em h2 h3 h4 hr img li ol p pre s strong sub sup table tbody td th tr u ul",
  "bdi dd details dl dt figcaption figure kbd mark q summary",
);
// What others cover, and we; the server knows the same classes (communities/content/text/markup.py).
const COVERS =
  "mark.spoiler, :is(span, div, p, blockquote):is(.spoiler, .spoiled, .bb-spoiler, .bbCodeSpoiler, " +
  ".bbCodeInlineSpoiler, .ipsSpoiler, .md-spoiler-text, .tg-spoiler)";
// An item to be done, as the editor writes it.
const TASK = "li.task > input[type=checkbox], li.task > div";
const TO_DO = "☐ ";
const DONE = "☑ ";
const PLAIN = { block: "p" };

/* `about` says where we are: {origin, media: the path under which our pictures are, known: whether a picture may stand
   in this text, words: {picture}, rtf}. The answer: {html, and what the writer must know: pictures to be sent
   ({number, alt, name, blob or address}), those of other sites ({address, name}), and the names of links, missing,
   embedded, left}. */
export function cleanPaste(html, parts, about) {
  const word = `q${Math.random().toString(36).slice(2)}`;
  const doc = new DOMParser().parseFromString(parts.styles.disguised(html, word), "text/html");
  const told = { html, pictures: [], links: [], remote: [], missing: [], embedded: [], left: new Set() };
  // By itself a document answers with what calls itself so: a form of this name would be all there is.
  const body = Reflect.get(Document.prototype, "body", doc);
  if (isOurs(body, about)) return told;
  const style = parts.styles.styleReader(doc, word);
  const job = { parts, about, told, doc, style, writer: new parts.writer.Writer(doc) };
  job.text = (text) => parts.styles.undisguised(text ?? "", word);
  // Parts that have been read already, and lists of items whose list was not copied.
  Object.assign(job, { skip: new WeakSet(), loose: new WeakSet() });
  job.shift = doc.querySelector("h1, p.MsoTitle") ? 1 : 0;
  job.isDocs = doc.querySelector("[id^='docs-internal-guid']") !== null;
  parts.images.findOffice(job);
  inside(job, body, PLAIN);
  job.writer.end();
  told.html = job.text(job.writer.root.innerHTML);
  return told;
}

/* What the editor itself copied stays as it is. Another editor of the same make says the same of itself; then every
   part of it must be one of ours. */
function isOurs(body, about) {
  if (!body.querySelector("[data-pm-slice]")) return false;
  return [...body.querySelectorAll("*")].every(
    (one) => (OURS.has(one.localName) || one.matches(TASK)) && (one.localName !== "img" || isPictureOfText(one, about)),
  );
}

function isPictureOfText(node, { media, known }) {
  const src = node.getAttribute("src") ?? "";
  const leads = /:|\/\//.test(node.getAttribute("srcset") ?? "");
  return src.startsWith(media) && known(src) && !leads && !node.hasAttribute("data-sending");
}

function inside(job, node, marks) {
  for (const child of node.childNodes) {
    if (child.nodeType === 3) job.writer.text(child.data, marks);
    else if (child.nodeType === 1) visit(job, child, marks);
  }
}

function visit(job, node, marks) {
  const said = job.style.of(node);
  const tag = node.localName;
  if (SKIPPED.has(tag) || job.skip.has(node) || job.parts.styles.isHidden(node, said)) return;
  if (isComment(job, node, said)) return;
  const inner = markedBy(job, node, said, marks);
  const handler = HANDLERS[tag];
  if (handler) return handler(job, node, inner, said);
  if (isBlock(tag, said)) return block(job, node, inner, said);
  inside(job, node, inner);
}

/* What somebody noted in the margin of a document is not of its text. */
function isComment(job, node, said) {
  const is =
    /^comment/.test(said["mso-element"]) ||
    said["mso-special-character"] === "comment" ||
    /mso-?comment-?reference|msocomanchor/i.test(node.className);
  if (is) job.told.left.add("comments");
  return is;
}

function isBlock(tag, said) {
  if (/^inline/.test(said.display)) return false;
  return BLOCKS.has(tag) || /^(?:block|flex|grid|list-item)$/.test(said.display);
}

/* How words in an element look, from what its tag and its style say. */
function markedBy(job, node, said, marks) {
  const tag = node.localName;
  const inner = { ...marks, ...MARKED[tag] };
  if (node.matches(COVERS)) inner.spoiler = true;
  const weight = said["font-weight"];
  if (/^(?:bold|bolder|[6-9]\d\d|1000)$/.test(weight)) inner.bold = true;
  else if (/^(?:normal|lighter|[1-4]\d\d)$/.test(weight)) inner.bold = false;
  const slant = said["font-style"];
  if (/^(?:italic|oblique)/.test(slant)) inner.italic = true;
  else if (slant === "normal") inner.italic = false;
  const lines = `${said["text-decoration"] ?? ""} ${said["text-decoration-line"] ?? ""}`;
  if (lines.includes("none")) inner.underline = inner.strike = false;
  if (lines.includes("underline")) inner.underline = true;
  if (lines.includes("line-through")) inner.strike = true;
  // In a cell or a row it says where the words stand.
  const height = said["vertical-align"];
  if (!/^t[dhr]$/.test(tag) && /^(?:sub|super)$/.test(height)) inner.script = height.slice(0, 3);
  const blanks = said["white-space-collapse"] ?? said["white-space"];
  if (/^(?:pre|break-spaces)/.test(blanks)) inner.pre = true;
  else if (/^(?:normal|nowrap|collapse)/.test(blanks)) inner.pre = false;
  if (said["mso-spacerun"] || said["mso-tab-count"] || /^apple-(?:converted|tab)/i.test(node.className))
    inner.thin = true;
  if (isHighlighted(job, node, said)) job.told.left.add("highlights");
  return inner;
}

/* Only where it is certain: browsers say a colour of everything that is copied from a page. */
function isHighlighted(job, node, said) {
  if ((node.localName === "mark" && !node.matches(COVERS)) || said["mso-highlight"]) return true;
  const colour = said["background-color"];
  return job.isDocs && node.localName === "span" && Boolean(colour) && !/transparent|#fff(?:fff)?$/.test(colour);
}

/* Blocks ---------------------------------------------------------------------------------------------------- */

function block(job, node, marks, said) {
  const { writer, style, parts } = job;
  if (parts.styles.isProgram(said) && !node.querySelector("table")) return program(job, node, marks);
  const fill = () => inside(job, node, marks);
  if (node.localName === "p") {
    if (/^msotitle$/i.test(node.className)) return heading(job, node, marks, 1);
    if (/^mso(?:intense)?quote$/i.test(node.className)) return quotation(job, node, marks, said);
    const item = parts.lists.itemOf(node, style, parts.styles.marginOf);
    if (item) {
      if (item.marker) job.skip.add(item.marker);
      return parts.lists.placeItem(writer, item, () => inside(job, node, { ...marks, ...PLAIN, isItem: true }));
    }
    if (parts.lists.continueItem(writer, node, parts.styles.marginOf(said), fill)) return;
  }
  writer.end();
  fill();
  writer.end();
}

function heading(job, node, marks, level) {
  const { writer } = job;
  writer.end();
  const tag = `h${Math.min(4, Math.max(2, level + job.shift))}`;
  // An item begins with a paragraph. How a heading looks is for us to say.
  const own = { ...marks, italic: false };
  const inner = marks.isItem ? { ...own, bold: true } : { ...own, block: tag, isHeading: true };
  inside(job, node, inner);
  writer.end();
}

const headings = Object.fromEntries(
  [1, 2, 3, 4, 5, 6].map((level) => [`h${level}`, (job, node, marks) => heading(job, node, marks, level)]),
);

function holder(job, tag, fill) {
  const { writer } = job;
  const made = writer.make(tag);
  writer.put(made);
  writer.inside(made, fill);
  if (!made.firstChild) made.remove();
}

function quotation(job, node, marks, said) {
  // Browsers indent with the same element, and take its line away.
  const isIndent = /none|^0/.test(said.border ?? said["border-style"] ?? "") && /^0/.test(said.padding ?? "0");
  if (isIndent && (said.border || said["border-style"])) {
    job.writer.end();
    inside(job, node, marks);
    return job.writer.end();
  }
  holder(job, "blockquote", () => inside(job, node, { ...marks, ...PLAIN }));
}

/* The lines of a program. One line is not worth a block, unless it was one. */
function program(job, node, marks) {
  const lines = linesOf(node, job.style);
  if (!lines.trim()) return;
  const { writer } = job;
  // A listing has no part that is covered.
  if (marks.spoiler) return writer.text(lines, { ...marks, code: true, pre: true });
  if (node.localName !== "pre" && !lines.includes("\n"))
    return writer.text(lines, { ...marks, code: true, pre: false });
  const code = writer.make("code");
  const language = `${node.className} ${node.firstElementChild?.className ?? ""}`.match(/\blanguage-\w+/);
  if (language) code.className = language[0];
  code.textContent = lines;
  const made = writer.make("pre");
  made.append(code);
  writer.put(made);
}

function linesOf(node, style) {
  const pieces = [];
  const atStart = () => !pieces.length || pieces.at(-1).endsWith("\n");
  const read = (one) => {
    for (const child of one.childNodes) {
      if (child.nodeType === 3 && child.data) pieces.push(child.data);
      else if (child.localName === "br") pieces.push("\n");
      else if (child.nodeType === 1 && !SKIPPED.has(child.localName)) {
        const isLine = /^(?:div|p|li|tr)$/.test(child.localName) && !/^inline/.test(style.of(child).display);
        if (isLine && !atStart()) pieces.push("\n");
        read(child);
        if (isLine && !atStart()) pieces.push("\n");
      }
    }
  };
  read(node);
  return pieces.join("").replaceAll("\u00a0", " ").replace(/^\n+/, "").trimEnd();
}

/* Lists ----------------------------------------------------------------------------------------------------- */

function list(job, node, marks) {
  const { writer, parts } = job;
  const online = parts.lists.onlineItemOf(node);
  if (online) {
    const item = node.firstElementChild;
    return parts.lists.placeItem(writer, online, () => inside(job, item, { ...marks, ...PLAIN, isItem: true }));
  }
  const first = node.firstElementChild?.getAttribute("value");
  const start = Number(node.getAttribute("start") ?? first) || 1;
  const made = writer.make(node.localName === "ol" ? "ol" : "ul");
  if (node.localName === "ol" && start > 1 && start < 100_000) made.setAttribute("start", Math.floor(start));
  writer.put(made);
  items(job, node, made, marks);
  if (!made.firstChild) made.remove();
}

/* Many programs put a list of a deeper level between two items and not into one; where none stands before it, the level
   is left out. */
function items(job, node, made, marks) {
  const { writer } = job;
  for (const child of node.childNodes) {
    if (child.nodeType === 3 ? !child.data.trim() : child.nodeType !== 1) continue;
    const isList = /^(?:ul|ol|menu|dir)$/.test(child.localName);
    if (isList && made.lastChild) writer.inside(made.lastChild, () => list(job, child, marks));
    else if (isList) items(job, child, made, marks);
    else item(job, child, made, marks);
  }
}

function item(job, node, made, marks) {
  const { writer, style } = job;
  const inner = { ...marks, ...PLAIN, isItem: true, isHeading: false };
  const place = writer.make("li");
  writer.inside(place, () => {
    if (node.nodeType === 3) return writer.text(node.data, inner);
    if (node.localName !== "li") return visit(job, node, inner);
    if (job.parts.styles.isHidden(node, style.of(node))) return;
    const ticked = node.getAttribute("role") === "checkbox" && node.getAttribute("aria-checked");
    if (ticked) writer.text(ticked === "true" ? DONE : TO_DO, inner);
    // A line through what is done is how the program shows it.
    inside(job, node, { ...markedBy(job, node, style.of(node), inner), isDone: ticked === "true" });
  });
  const isOnlyLists = place.firstChild && [...place.children].every((one) => /^[uo]l$/.test(one.localName));
  if (!isOnlyLists) return place.firstChild && made.append(place);
  if (made.lastChild) made.lastChild.append(...place.childNodes);
  else for (const inner of [...place.children]) made.append(...inner.childNodes);
}

/* An item whose list was not copied. */
function looseItem(job, node, marks) {
  const { writer, loose } = job;
  writer.end();
  const last = writer.into.lastElementChild;
  const made = last && loose.has(last) ? last : writer.make("ul");
  if (made !== last) writer.put(made);
  loose.add(made);
  item(job, node, made, marks);
  if (!made.firstChild) made.remove();
}

/* Phrases --------------------------------------------------------------------------------------------------- */

function link(job, node, marks) {
  const { addressOf } = job.parts.images;
  const address = addressOf(node.getAttribute("href"), job.about);
  // Who is meant is found anew from the words.
  const isMention = node.classList.contains("mention") && address.startsWith(job.about.origin);
  inside(job, node, address && !isMention ? { ...marks, link: address, isBare: !node.textContent.trim() } : marks);
}

function tickBox(job, node, marks) {
  if (node.type === "checkbox") job.writer.text(node.hasAttribute("checked") ? DONE : TO_DO, marks);
}

/* A formula is its source, or its words; beside a drawn one it is for those who do not see. */
function formula(job, node, marks) {
  if (node.closest(".katex-mathml, mjx-assistive-mml")) return;
  const source = node.querySelector("annotation[encoding='application/x-tex']") ?? node;
  job.writer.text(source.textContent, marks);
}

function drawing(job, node) {
  if (node.localName === "canvas" || Number.parseFloat(node.getAttribute("width")) >= 64) job.told.left.add("drawings");
}

/* What shows something from elsewhere becomes the link to it. */
function embedded(job, node, marks) {
  const source =
    node.getAttribute("src") ?? node.getAttribute("data") ?? node.querySelector("source")?.getAttribute("src");
  const address = job.parts.images.addressOf(source, job.about);
  if (!/^https?:/.test(address)) return;
  const name = job.text(node.getAttribute("title")).trim() || address;
  job.told.embedded.push(name);
  job.writer.text(name, { ...marks, link: address });
}

const ownBlock = (extra) => (job, node, marks) => {
  job.writer.end();
  inside(job, node, { ...marks, ...extra });
  job.writer.end();
};

const HANDLERS = {
  ...headings,
  ...nested("ul ol menu", list),
  ...nested("iframe embed object video audio", embedded),
  ...nested("svg canvas", drawing),
  ...nested("pre listing xmp", program),
  a: link,
  blockquote: quotation,
  br: (job) => job.writer.lineBreak(),
  caption: ownBlock({}),
  dt: ownBlock({ bold: true }),
  hr: (job) => job.writer.put(job.writer.make("hr")),
  img: (job, node, marks) => job.parts.images.image(job, node, marks),
  input: tickBox,
  li: looseItem,
  math: formula,
  table: (job, node, marks) =>
    job.parts.tables.table(job, node, marks, (inner, more) =>
      inside(job, inner, markedBy(job, inner, job.style.of(inner), more)),
    ),
};
