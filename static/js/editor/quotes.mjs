/* Quoting a post, or the words selected in it: who wrote, a link to where, and the words.

   The link stands in its post: <article class="post" data-id="42">, with its author’s name in the head. */

export function insertQuote(box, editor, source, range, element) {
  const post = source.closest(".post");
  const { id } = post.dataset;
  const author = post.querySelector("header b")?.textContent;
  const address = id ? `${box.config.urls.posts}${id}/` : source.getAttribute("href");
  const body = post.querySelector(".prose-ui");
  if (!body) return;
  const words = element("div");
  const inside = range && body.contains(range.commonAncestorContainer);
  words.append(...(inside ? selectedIn(range, element) : body.cloneNode(true)).childNodes);
  // Formulas as they were typed.
  for (const formula of words.querySelectorAll("math")) formula.replaceWith(formula.getAttribute("alttext") ?? "");
  // A card is a link.
  for (const card of words.querySelectorAll("figure:is(.card, .film)")) {
    const { href } = card.querySelector("a") ?? {};
    if (href) card.replaceWith(element("p", {}, element("a", { href }, href)));
  }
  // A quotation of a quotation is read where it was said; a picture too.
  for (const left of words.querySelectorAll("blockquote, img, figure, svg, button")) left.remove();
  const link = element("a", { href: address }, box.config.labels.wrote.replace("{name}", author || ""));
  const by = element("p", { class: "by" }, link);
  const quote = element("blockquote", { class: "cite", cite: address, "data-post": id ?? null }, by);
  quote.append(...blocksOf(words, element));
  const { doc } = editor.state;
  const last = doc.lastChild;
  if (last.type.name !== "paragraph" || last.content.size) editor.commands.insertContentAt(doc.content.size, "<p></p>");
  editor.commands.insertContentAt(editor.state.doc.content.size - 2, quote.outerHTML, { updateSelection: false });
  editor.commands.setTextSelection(editor.state.doc.content.size - 1);
  // The browser types where it last drew its caret; drawing it anew after the page has settled is what moves it.
  editor.view.dom.blur();
  getSelection().removeAllRanges();
  requestAnimationFrame(() => editor.view.focus());
  box.element.scrollIntoView({ block: "nearest" });
}

/* What is around all that is selected does not come with it: of a spoiler its cover must. */
function selectedIn(range, element) {
  const selected = range.cloneContents();
  const around = range.commonAncestorContainer;
  if (!(around.closest ? around : around.parentElement).closest("mark.spoiler")) return selected;
  return element("div", {}, element("mark", { class: "spoiler" }, ...selected.childNodes));
}

/* Words selected inside one paragraph come without it. */
function blocksOf(words, element) {
  const hasBlocks = [...words.children].some((child) => child.matches("p, ul, ol, pre, h2, h3, h4, table"));
  return hasBlocks ? [...words.childNodes] : [element("p", {}, ...words.childNodes)];
}
