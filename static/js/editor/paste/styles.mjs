/* What style attributes and style sheets of a clipboard say, read as text: the content security policy empties the
   `style` of an element before a script could ask it, and programs hide in it what is bold, what is a list, and what
   is not to be seen. */

const TOLD = new Set([
  "display",
  "font-family",
  "font-style",
  "font-weight",
  "margin",
  "margin-left",
  "mso-element",
  "mso-hide",
  "mso-highlight",
  "mso-level-number-format",
  "mso-list",
  "mso-spacerun",
  "mso-special-character",
  "mso-tab-count",
  "background",
  "background-color",
  "border",
  "border-style",
  "padding",
  "text-decoration",
  "text-decoration-line",
  "user-select",
  "vertical-align",
  "white-space",
  "white-space-collapse",
]);
const LONGEST = 200;
const MOST_CLASSES = 20;
// The selectors that word processors and spreadsheets write: a tag, a class, both; and the levels of Word’s lists.
const SELECTOR = /^(?:@list l\d+:level\d+|[a-z][\w-]*|(?:[a-z][\w-]*)?\.[\w-]+)$/;

/* The declarations of a text such as "font-weight:700; color:red" that matter here, in small letters. */
export function declarations(text) {
  const told = {};
  for (const part of (text ?? "").split(";")) {
    const colon = part.indexOf(":");
    const name = part.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    if (!TOLD.has(name)) continue;
    const value = part.slice(colon + 1, colon + 1 + LONGEST).replace(/\s+/g, " ");
    told[name] = value.trim().toLowerCase().replace(" !important", "").replace("!important", "");
  }
  return told;
}

/* Under our policy a browser complains of every style, handler and base that it parses, also into a document that
   shows nothing. So they have other names before: `style-…` and `on-…` for attributes; for the sheet `noframes …`,
   which is read in the same way; and for the base `link …`, which leads nowhere. */
export const disguised = (html, word) =>
  html
    .replace(/([\s"'/])(style(?=\s*=)|on(?=[a-z]+\s*=))/gi, `$1$2-${word}`)
    .replace(/(<\/?)style(?=[\s/>])/gi, `$1noframes ${word}`)
    .replace(/(<)base(?=[\s/>])/gi, `$1link ${word}`);

/* The same text with the names that were there, wherever they had been no names. */
export const undisguised = (text, word) =>
  text.includes(word)
    ? text.replaceAll(`noframes ${word}`, "style").replaceAll(`link ${word}`, "base").replaceAll(`-${word}`, "")
    : text;

/* What is said of an element of a disguised document: a function of it, and all rules by their selector. */
export function styleReader(doc, word) {
  const attribute = `style-${word}`;
  const rules = rulesOf(doc.querySelectorAll(`noframes[${word}]`));
  const known = new WeakMap();
  const of = (node) => {
    if (!known.has(node)) known.set(node, saidOf(node, rules, attribute));
    return known.get(node);
  };
  return { of, rules, attribute };
}

function saidOf(node, rules, attribute) {
  const tag = node.localName;
  const said = { ...rules.get(tag) };
  const names = node.getAttribute("class")?.slice(0, 1000).toLowerCase().split(/\s+/).slice(0, MOST_CLASSES) ?? [];
  for (const name of rules.size ? names : []) Object.assign(said, rules.get(`.${name}`), rules.get(`${tag}.${name}`));
  return Object.assign(said, declarations(node.getAttribute(attribute)));
}

function rulesOf(sheets) {
  const rules = new Map();
  for (const sheet of sheets) {
    let depth = 0;
    // Cut at braces, not matched with a pattern: a sheet of any length is read in one go.
    for (const block of withoutComments(sheet.textContent).split("}")) {
      const opened = block.split("{").length - 1;
      const isForSome = depth + opened > 1;
      depth = Math.max(depth + opened - 1, 0);
      const brace = block.lastIndexOf("{");
      if (brace < 0) continue;
      const said = declarations(block.slice(brace + 1));
      // What is not to be seen on paper or on a small screen is a word all the same.
      if (isForSome) delete said.display;
      if (!Object.keys(said).length) continue;
      const selectors = block.slice(block.lastIndexOf("{", brace - 1) + 1, brace);
      for (const selector of selectors.split(",")) {
        const name = selector.slice(0, LONGEST).trim().toLowerCase().replace(/\s+/g, " ");
        if (SELECTOR.test(name)) rules.set(name, { ...rules.get(name), ...said });
      }
    }
  }
  return rules;
}

function withoutComments(text) {
  const [first, ...others] = text.replace(/<!--|-->/g, " ").split("/*");
  return [first, ...others.map((part) => part.slice(part.indexOf("*/") + 2))].join(" ");
}

const POINTS = { pt: 1, in: 72, cm: 28.35, mm: 2.835, px: 0.75, pc: 12 };

/* The margin at the beginning of a line, in points; null where nothing is said of it. */
export function marginOf(said) {
  const sides = said.margin?.split(" ") ?? [];
  const text = said["margin-left"] ?? sides[3] ?? sides[1] ?? sides[0];
  const size = text?.match(/^(-?[\d.]+)(pt|in|cm|mm|px|pc)?$/);
  return size ? Number(size[1]) * (POINTS[size[2]] ?? 1) : null;
}

const MONOSPACED = /mono|consol|courier|menlo|typewriter|source code|fira code|cascadia/;

/* Whether an element shows the lines of a program as they are. */
export const isProgram = (said) =>
  (/^pre/.test(said["white-space"]) || said["white-space-collapse"] === "preserve") &&
  MONOSPACED.test(said["font-family"]);

export const isHidden = (node, said) => said.display === "none" || said["mso-hide"] === "all" || node.hidden === true;
