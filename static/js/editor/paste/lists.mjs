/* The lists of Word: paragraphs that say which list and which level they are of (`mso-list: l0 level2 lfo1`), with the
   bullet or the number typed before them; and those of Word in the browser, where each item is a list by itself. */

const LEVEL = /^l(\d+) level(\d+)(?: lfo(\d+))?/;
const DEEPEST = 9;
const NEAR = 1.5; // points
const INDENT = 36; // points, of a level where only the margin tells it
const BULLET = /^[·•▪▫◦●○■§oØüv–—*-]$/;
const NUMBER = /^\(?(?:\d[\d.)]*|[a-z]{1,4}[.)])$/i;

/* What a paragraph is in a list: {tag, level, id, start, margin, marker}; null where it is in none. */
export function itemOf(node, style, marginOf) {
  const said = style.of(node);
  const told = said["mso-list"]?.match(LEVEL);
  if (!told && !/^mso-?listparagraph/i.test(node.className)) return null;
  const margin = marginOf(said) ?? 0;
  const marker = told ? markerOf(node, style) : typedMarker(node);
  if (!told && !marker) return null;
  const words = wordsOf(marker).slice(0, 12);
  const [list, level, override] = told?.slice(1) ?? ["", Math.round(margin / INDENT), ""];
  const format = style.rules.get(`@list l${list}:level${level}`)?.["mso-level-number-format"];
  const isNumbered = format ? !/bullet|image|none/.test(format) : NUMBER.test(words);
  return {
    tag: isNumbered ? "ol" : "ul",
    level: Math.min(Math.max(Number(level), 1), DEEPEST),
    id: `${list} ${override}`,
    start: isNumbered ? Number(words.match(/(\d{1,4})[.)]?$/)?.[1] ?? 1) : 1,
    margin,
    marker,
  };
}

/* The same of an item of Word in the browser. */
export function onlineItemOf(list) {
  const item = list.children.length === 1 ? list.firstElementChild : null;
  if (item?.localName !== "li" || !item.hasAttribute("data-listid")) return null;
  const level = Number(item.getAttribute("data-aria-level")) || 1;
  return {
    tag: list.localName,
    level: Math.min(Math.max(level, 1), DEEPEST),
    id: item.getAttribute("data-listid"),
    start: Number(list.getAttribute("start")) || 1,
    margin: null,
    marker: null,
  };
}

const wordsOf = (node) => node?.textContent.slice(0, 200).replace(/[\s\u00a0]+/g, "") ?? "";

function markerOf(node, style) {
  for (const span of node.querySelectorAll(`[${style.attribute}*='mso-list' i]`)) {
    if (style.of(span)["mso-list"] === "ignore") return span;
  }
  return null;
}

/* Some browsers forget what Word says of lists, and keep the bullet with the blanks behind it. */
function typedMarker(node) {
  const span = node.querySelector("span");
  const text = span?.textContent ?? "";
  if (text.length > 60 || !/[\s\u00a0]{2,}$/.test(text)) return null;
  const words = wordsOf(span);
  return BULLET.test(words) || NUMBER.test(words) ? span : null;
}

/* Puts an item where it belongs in the lists that are open in this place, which `writer.open` holds. */
export function placeItem(writer, about, fill) {
  writer.end();
  writer.open ??= [];
  const { open } = writer;
  let left = null;
  while (open.length && open.at(-1).level > about.level) left = open.pop();
  const here = open.at(-1);
  const continues = here?.level === about.level && here.list.localName === about.tag && here.id === about.id;
  if (here?.level === about.level && !continues) open.pop();
  if (!continues) open.push(begin(writer, about, left));
  const top = open.at(-1);
  const item = writer.make("li");
  top.list.append(item);
  writer.inside(item, fill);
  if (item.firstChild) Object.assign(top, { item, margin: about.margin });
  else item.remove();
  if (!top.list.firstChild) {
    top.list.remove();
    open.pop();
  }
}

function begin(writer, about, left) {
  const outer = writer.open.at(-1)?.item;
  const { tag, level, id, start } = about;
  // A level was left out: what was one too deep and what follows are of one list.
  if (outer && left?.list.parentNode === outer && left.list.localName === tag) return { ...left, level, id };
  const list = writer.make(tag, start > 1 ? { start } : {});
  (outer ?? writer.into).append(list);
  return { list, level, id, item: null, margin: null };
}

/* A paragraph that goes on with an item, as its margin says; false where it does not. */
export function continueItem(writer, node, margin, fill) {
  const { open } = writer;
  if (!open?.length || !/^mso-?listparagraph/i.test(node.className) || margin === null) return false;
  const place = open.findLastIndex((one) => one.item && one.margin !== null && Math.abs(one.margin - margin) < NEAR);
  if (place < 0) return false;
  open.length = place + 1;
  writer.inside(open[place].item, fill);
  return true;
}
