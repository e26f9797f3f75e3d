/* The rich editor in the place of a text area. What it writes goes back into it, so the form stays a form. */

const element = (tag, attrs = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attrs)) {
    if (value === false || value === null || value === undefined) continue;
    made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
};

export function icon(box, name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${box.config.icons}#${name}`);
  svg.append(use);
  return svg;
}

function extensions(box, parts) {
  const { tiptap } = parts;
  const plain = { class: { default: null, parseHTML: (node) => (node.className === "by" ? "by" : null) } };
  const keep = (name) => ({ default: null, parseHTML: (node) => node.getAttribute(name) });
  return [
    tiptap.Document,
    tiptap.Text,
    tiptap.HardBreak,
    tiptap.Bold,
    tiptap.Italic,
    tiptap.Strike,
    parts.nodes.code(tiptap),
    tiptap.Underline,
    tiptap.Subscript,
    tiptap.Superscript,
    parts.nodes.listing(tiptap),
    tiptap.BulletList,
    tiptap.OrderedList,
    parts.tasks.taskItem(box, tiptap),
    tiptap.HorizontalRule,
    tiptap.History,
    tiptap.Dropcursor,
    tiptap.Gapcursor,
    tiptap.TrailingNode,
    parts.columns.table(tiptap).configure({ resizable: false }),
    tiptap.TableRow,
    parts.columns.cell(tiptap.TableHeader, { scope: keep("scope") }),
    parts.columns.cell(tiptap.TableCell),
    tiptap.Heading.configure({ levels: [2, 3, 4] }),
    tiptap.Paragraph.extend({ addAttributes: () => plain }),
    tiptap.Blockquote.extend({
      addAttributes: () => ({ class: keep("class"), cite: keep("cite"), "data-post": keep("data-post") }),
    }),
    tiptap.Link.extend({
      addKeyboardShortcuts: () => ({
        "Mod-k": () => {
          box.rich.askLink();
          return true;
        },
      }),
    }).configure({ autolink: true, linkOnPaste: true, openOnClick: false, defaultProtocol: "https" }),
    parts.pictures.pictureNode(box, tiptap),
    parts.pictures.pictureDrops(box, tiptap),
    parts.files.fileNode(box, tiptap),
    ...parts.nodes.storedNodes(box, parts),
    parts.places.placeKeys(box, tiptap),
    parts.tasks.tasks(box, tiptap),
    parts.markdown.typedLinks(tiptap),
    sending(box, tiptap),
    parts.mentions.mentionList(box, parts, element),
    parts.menus.slashMenu(box, parts, element),
    parts.menus.signList(box, parts, element),
    parts.pasting.pasting(box, parts),
  ];
}

/* Control and Enter send; in a list of things to do they tick (tasks.mjs). */
const sending = (box, tiptap) =>
  tiptap.Extension.create({
    name: "sending",
    priority: 900,
    addKeyboardShortcuts: () => ({
      "Mod-Enter": () => {
        const buttons = [...box.form.elements].filter((one) => one.type === "submit" && !one.formNoValidate);
        const main = buttons.find((one) => one.matches(".btn-main")) ?? buttons[0];
        if (!main || main.disabled) return false;
        box.form.requestSubmit(main);
        return true;
      },
    }),
  });

/* What stands in the text area as the editor starts. While the server renders, people type on: what they typed is
   rendered, too. */
async function firstContent(box, format) {
  for (;;) {
    const text = box.area.value;
    const content = await contentOf(box, format, text);
    if (box.area.value === text) return content;
  }
}

/* HTML, Markdown that the server renders, or words just typed. */
async function contentOf(box, format, text) {
  if (!text.trim() || format?.value === "html") return text;
  if (box.area.defaultValue.trim()) return readMarkdown(box, text);
  // Not as HTML, which has no blank at the end of a word that is just being written.
  return { type: "doc", content: typedParagraphs(text) };
}

async function readMarkdown(box, text) {
  const rendered = await fetchPreview(box, false, text, "markdown");
  if (rendered?.ok)
    return new DOMParser().parseFromString(rendered.html, "text/html").querySelector(".prose-ui").innerHTML;
  throw new Error("the server did not render the text");
}

const typedParagraphs = (text) => text.split(/\n{2,}/).map(typedParagraph);

function typedParagraph(text) {
  const lines = text.split("\n").map((line) => (line ? [{ type: "text", text: line }] : []));
  return { type: "paragraph", content: lines.flatMap((line, n) => (n ? [{ type: "hardBreak" }, ...line] : line)) };
}

/* A form may have several texts: each says how it was written. */
const formatOf = ({ form, area }) => form.elements[`${area.name}_format`];

/* `isAsked`: somebody pressed for it, and reads what it says; else the editor wants it, to start with. */
async function fetchPreview(box, isAsked, text = box.area.value, format = formatOf(box)?.value || "markdown") {
  const data = new FormData();
  const fields = box.form.elements;
  data.set("csrfmiddlewaretoken", fields.csrfmiddlewaretoken?.value ?? "");
  data.set("body", text);
  data.set("body_format", format);
  const headers = { "X-Editor": "1", ...(isAsked ? {} : { "X-Unasked": "1" }) };
  const answer = await fetch(box.area.dataset.preview ?? box.config.urls.preview, {
    method: "POST",
    body: data,
    headers,
  });
  return answer.status === 200 || answer.status === 422 ? { ok: answer.ok, html: await answer.text() } : null;
}

export async function startRich(box, parts) {
  const { area, config } = box;
  const format = formatOf(box);
  const content = await firstContent(box, format);
  const height = box.element.offsetHeight;
  const place = element("div", { class: "editor-text prose-ui" });
  const attributes = {
    class: "editor-paper",
    role: "textbox",
    "aria-multiline": "true",
    "aria-label": labelOf(area) || config.labels.text,
  };
  for (const name of ["aria-describedby", "aria-invalid", "lang"]) {
    if (area.hasAttribute(name)) attributes[name] = area.getAttribute(name);
  }
  const rich = { element, parts };
  box.rich = rich;
  const editor = new parts.tiptap.Editor({
    element: place,
    content,
    injectCSS: false,
    // The library’s own would take the asterisks of “2 * 3 * 4” for slanted figures: the server reads Markdown.
    enablePasteRules: ["link"],
    extensions: extensions(box, parts),
    editorProps: { attributes },
  });
  Object.assign(rich, {
    editor,
    place,
    icon: (name) => icon(box, name),
    clear: () => {
      rich.said.replaceChildren();
      return editor.commands.clearContent(true);
    },
    quote: (source, range) => parts.quotes.insertQuote(box, editor, source, range, element),
    pictures: parts.pictures.picturesOf(box, editor),
    preview: () => togglePreview(box, place),
    read: (text) => readMarkdown(box, text),
    typed: typedParagraphs,
    send: (files) => parts.files.sendAny(box, files),
    ask: (question) => ask(box, question),
    complain: (words) => complain(box, words),
  });
  area.before(place);
  // The one who writes must not notice: no key may fall between the text area and the editor.
  if (document.activeElement === area) moveInto(editor);
  // From here on the text area only carries the text.
  area.hidden = true;
  box.element.querySelector("[data-editor-plain]")?.remove();
  for (const fallback of box.form.querySelectorAll("[data-editor-fallback]")) fallback.hidden = true;
  if (format) format.value = "html";
  const write = () => {
    area.value = isBlank(editor) ? "" : withHeads(editor.getHTML()).replace(LAST_LINES, "");
  };
  editor.on("update", () => {
    write();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
  // Put into the text area by a script: what was kept of it, however it was written.
  area.addEventListener("filled", async () => {
    editor.commands.setContent(await contentOf(box, format, area.value), true);
    if (format) format.value = "html";
  });
  // What the editor makes of a text by opening it has not been typed.
  if (box.settle) box.settle(write);
  else write();
  parts.toolbar.addToolbar(box, element);
  parts.places.addPlaceBar(box, parts);
  parts.pasting.addNote(box);
  parts.pictures.sendsWaiting(box);
  keepHeight(box, height);
  // Its label, and what says above the form that something is wrong with it: neither can lead to what is hidden.
  for (const way of [labelElement(area), ...document.querySelectorAll(`a[href="#${area.id}"]`)]) {
    way?.addEventListener("click", (event) => {
      event.preventDefault();
      editor.commands.focus();
    });
  }
  return rich;
}

/* As high as the text area was, its bar included: what stands below stays where it is. */
const LOWEST = 64;
function keepHeight(box, height) {
  const paper = box.rich.editor.view.dom;
  if (!height) return;
  paper.style.minBlockSize = "0";
  const free = height - box.element.offsetHeight + paper.offsetHeight;
  paper.style.minBlockSize = `${Math.max(LOWEST, free)}px`;
}

/* The library has one body for all rows: a first row that names the columns is the head of its table, as it was. */
const HEAD = /<tbody>(<tr>(?:<th\b[^>]*>(?:(?!<\/?t[dhr]\b).)*<\/th>)+<\/tr>)/gs;
const withHeads = (html) => html.replace(HEAD, "<thead>$1</thead><tbody>");

/* The editor offers an empty line after a list or a table, as soon as somebody comes there. */
const LAST_LINES = /(?:<p><\/p>)+$/;

/* Neither words nor anything to look at: the library takes a picture in a frame, without words under it, for
   nothing. */
function isBlank({ isEmpty, state }) {
  let isShown = false;
  state.doc.descendants(({ type }) => {
    isShown ||= type.name === "figure";
  });
  return isEmpty && !isShown;
}

/* At once: the editor’s own command waits for the next picture of the screen, and until then keys are lost. */
function moveInto(editor) {
  editor.commands.setTextSelection(editor.state.doc.content.size);
  editor.view.focus();
}

const labelElement = (area) => area.labels?.[0];
const labelOf = (area) => area.getAttribute("aria-label") || labelElement(area)?.textContent.trim();

/* One line under the toolbar that asks for something: an address, what a picture shows. */
function ask(box, { label, hint, value = "", type = "text", remove = false }) {
  const { labels } = box.config;
  box.element.querySelector(".editor-ask")?.remove();
  const id = `ask-${Math.random().toString(36).slice(2)}`;
  const input = element("input", { class: "input", id, type, value, autocomplete: "off", maxlength: 300 });
  const apply = element("button", { class: "btn btn-s", type: "button" }, labels.apply);
  const cancel = element("button", { class: "btn btn-plain btn-s", type: "button" }, labels.cancel);
  const erase = element("button", { class: "btn btn-plain btn-s", type: "button" }, labels.remove);
  const line = element(
    "div",
    { class: "editor-ask", role: "group" },
    element("label", { for: id }, label),
    input,
    apply,
  );
  if (remove) line.append(erase);
  line.append(cancel);
  if (hint) line.append(element("span", { class: "hint" }, hint));
  box.element.querySelector(".editor-bar").after(line);
  input.focus();
  input.select();
  return new Promise((answer) => {
    const close = (result) => {
      line.remove();
      // At once, as in `moveInto`.
      box.rich.editor.view.focus();
      box.rich.editor.commands.scrollIntoView();
      answer(result);
    };
    apply.addEventListener("click", () => close(input.value.trim()));
    erase.addEventListener("click", () => close(""));
    cancel.addEventListener("click", () => close(null));
    line.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target === input) {
        event.preventDefault();
        close(input.value.trim());
      }
      if (event.key === "Escape") {
        event.preventDefault();
        event.stopPropagation();
        close(null);
      }
    });
  });
}

/* An error stays in the page until something works again. */
function complain(box, words) {
  box.element.querySelector(".editor-error")?.remove();
  if (!words) return;
  const text = element("span", {}, words);
  const line = element("p", { class: "banner is-bad editor-error", role: "alert" }, icon(box, "alert"), text);
  box.element.querySelector(".editor-foot").before(line);
}

async function togglePreview(box, place) {
  const button = box.element.querySelector("[data-editor-preview]");
  const open = box.element.querySelector(".editor-preview");
  const bars = box.element.querySelectorAll(".editor-bar, .editor-places");
  button.setAttribute("aria-pressed", String(!open));
  if (open) {
    open.remove();
    for (const part of [place, ...bars]) part.hidden = false;
    return;
  }
  const rendered = await fetchPreview(box, true).catch(() => null);
  if (!rendered) {
    button.setAttribute("aria-pressed", "false");
    complain(box, box.config.labels.previewFailed);
    return;
  }
  complain(box, "");
  const panel = element("div", { class: "editor-preview", tabindex: "-1" });
  // The server cleaned this as it cleans every post; the content security policy stands behind it.
  panel.append(...new DOMParser().parseFromString(rendered.html, "text/html").body.childNodes);
  place.before(panel);
  for (const part of [place, ...bars]) part.hidden = true;
  panel.focus();
}
