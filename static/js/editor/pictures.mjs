/* Pictures in the text: sent as soon as they are chosen, pasted or dropped, shown meanwhile, described afterwards. */

const ATTRIBUTES = ["src", "alt", "width", "height", "srcset", "sizes"];
// Within a line, or in a frame of its own.
const isPicture = (node) => ["image", "figure"].includes(node.type.name);

export function pictureNode(box, tiptap) {
  return tiptap.Node.create({
    name: "image",
    group: "inline",
    inline: true,
    draggable: true,
    addAttributes() {
      const kept = ATTRIBUTES.map((name) => [name, { default: null }]);
      // A picture on its way has a number, which is never written out.
      const parseHTML = (node) => node.getAttribute("data-sending");
      return { ...Object.fromEntries(kept), sending: { default: null, rendered: false, parseHTML } };
    },
    parseHTML: () => [{ tag: "img[src]" }],
    renderHTML: ({ HTMLAttributes }) => ["img", HTMLAttributes],
    addNodeView:
      () =>
      ({ node }) =>
        view(box, node),
    addKeyboardShortcuts: () => ({ Enter: () => describeSelected(box) }),
  });
}

/* Shows the picture, and how far it is. A double click or Enter asks what it shows. */
function view(box, node) {
  const { element } = box.rich;
  const picture = element("img", {});
  const dom = element("span", { class: "editor-picture" }, picture);
  const draw = (current) => {
    for (const name of ATTRIBUTES) {
      if (current.attrs[name]) picture.setAttribute(name, current.attrs[name]);
      else picture.removeAttribute(name);
    }
    picture.alt = current.attrs.alt || "";
    const bar = dom.querySelector("progress");
    if (current.attrs.sending && !bar) {
      dom.append(
        element("progress", {
          max: 100,
          value: 0,
          "aria-label": box.config.labels.sending,
          "data-sending": current.attrs.sending,
        }),
      );
    } else if (!current.attrs.sending) bar?.remove();
    dom.classList.toggle("is-undescribed", !current.attrs.sending && !current.attrs.alt);
  };
  draw(node);
  dom.addEventListener("dblclick", () => describeSelected(box));
  return {
    dom,
    update: (next) => {
      if (next.type.name !== "image") return false;
      draw(next);
      return true;
    },
    ignoreMutation: () => true,
  };
}

function describeSelected(box) {
  const { editor } = box.rich;
  const { selection } = editor.state;
  if (selection.node?.type.name !== "image") return false;
  describe(box, selection.from);
  return true;
}

/* Asks what a picture shows; false where the writer does not want to say. */
export async function describe(box, position, count = "") {
  const { editor, ask } = box.rich;
  const { labels } = box.config;
  const src = editor.state.doc.nodeAt(position)?.attrs.src;
  const alt = await ask({
    label: count ? `${labels.alt} (${count})` : labels.alt,
    hint: labels.altWhy,
    value: editor.state.doc.nodeAt(position)?.attrs.alt ?? "",
  });
  if (alt === null) return false;
  change(editor, (node) => node.attrs.src === src, { alt });
  return true;
}

/* Changes the picture that `which` recognises, wherever it has moved meanwhile; null attributes delete it. */
function change(editor, which, attrs) {
  let changed = null;
  editor.state.doc.descendants((node, position) => {
    if (changed !== null || !isPicture(node) || !which(node)) return;
    const step = editor.state.tr;
    if (attrs) step.setNodeMarkup(position, null, { ...node.attrs, ...attrs });
    else step.delete(position, position + node.nodeSize);
    editor.view.dispatch(step.setMeta("addToHistory", false));
    changed = position;
  });
  return changed;
}

export function pictureDrops(box, tiptap) {
  const filesOf = (list) => (box.config.pictures ? [...(list?.files ?? [])] : []);
  const sendAny = (...given) => box.rich.parts.files.sendAny(box, ...given);
  return tiptap.Extension.create({
    name: "pictureDrops",
    addProseMirrorPlugins: () => [
      new tiptap.Plugin({
        props: {
          handlePaste: (_view, event) => {
            const files = filesOf(event.clipboardData);
            // Word processors send a picture of the text beside the text; the text is what is meant.
            if (!files.length || event.clipboardData.getData("text/plain")) return false;
            sendAny(files);
            return true;
          },
          handleDrop: (view, event, _slice, moved) => {
            const files = moved ? [] : filesOf(event.dataTransfer);
            if (!files.length) return false;
            event.preventDefault();
            const place = view.posAtCoords({ left: event.clientX, top: event.clientY });
            sendAny(files, place?.pos);
            return true;
          },
        },
      }),
    ],
  });
}

export async function sendAll(box, files, position) {
  box.rich.complain("");
  const sent = [];
  for (const file of files) sent.push(await send(box, file, position));
  const sources = sent.filter(Boolean);
  const { frames } = box.rich.parts;
  if (sources.length > 1) frames.gatherSent(box.rich.editor, sources);
  for (const [place, src] of sources.entries()) {
    const at = placeOf(box, (node) => node.attrs.src === src);
    if (at === null) continue;
    const count = sources.length > 1 ? `${place + 1} / ${sources.length}` : "";
    if (!(await describe(box, at, count))) break;
  }
}

/* Sends one, and shows it meanwhile; its address, or null where it did not arrive or was taken out. */
async function send(box, file, position) {
  const { editor, complain } = box.rich;
  const { labels } = box.config;
  const number = crypto.randomUUID?.() ?? String(Math.random());
  const local = URL.createObjectURL(file);
  const shown = { type: "image", attrs: { src: local, sending: number } };
  editor
    .chain()
    .focus()
    .insertContentAt(position ?? editor.state.selection.to, shown)
    .run();
  box.busy += 1;
  box.say(labels.sending);
  try {
    const place = await arrive(box, file, number);
    return place === null ? null : editor.state.doc.nodeAt(place).attrs.src;
  } catch (error) {
    change(editor, (node) => node.attrs.sending === number, null);
    box.say("");
    complain(error.message);
    return null;
  } finally {
    box.busy -= 1;
    URL.revokeObjectURL(local);
  }
}

/* Sends it; without a network, this browser keeps it until there is one. */
async function arrive(box, file, number) {
  const { labels, urls } = box.config;
  const { waiting } = box.rich.parts;
  try {
    const place = show(box, number, await post(box, file, number));
    box.say(labels.sent);
    return place;
  } catch (error) {
    const url = error.isAway ? await waiting.hold(urls.waiting, file) : null;
    if (!url) throw error;
    box.say(labels.pictureWaits);
    return show(box, number, { url });
  }
}

/* Pictures that waited for the network are sent when it is back, and when a text with some is opened again. */
export function sendsWaiting(box) {
  const send = () => navigator.onLine && sendWaiting(box);
  addEventListener("online", send);
  send();
  box.form.addEventListener("submit", (event) => waits(box, event), true);
}

const isWaiting = (box) => (node) => node.attrs.src?.startsWith(box.config.urls.waiting);
const isMine = (box) => (node) => isWaiting(box)(node) && !box.rich.parts.waiting.isNamed(node.attrs.src);

async function sendWaiting(box) {
  const { editor, complain, parts } = box.rich;
  const { labels } = box.config;
  if (box.sendsWaiting || !document.contains(box.area)) return;
  box.sendsWaiting = true;
  for (let at = placeOf(box, isMine(box)); at !== null; at = placeOf(box, isMine(box))) {
    const { src } = editor.state.doc.nodeAt(at).attrs;
    const isHere = (node) => node.attrs.src === src;
    const file = await parts.waiting.held(src);
    box.busy += 1;
    box.say(labels.sending);
    try {
      if (!file) throw new Error(labels.notSent);
      const { url, srcset, sizes, width, height } = await post(box, file, src, { isUnasked: true });
      change(editor, isHere, { src: url, srcset: srcset || null, sizes: sizes || null, width, height });
      box.rich.pictures.add(idOf(box, url));
      box.say(labels.sent);
      await parts.waiting.drop(src);
    } catch (error) {
      box.say(error.isAway ? labels.pictureWaits : "");
      if (error.isAway) break;
      change(editor, isHere, null);
      complain(error.message);
    } finally {
      box.busy -= 1;
    }
  }
  box.sendsWaiting = false;
}

/* A reply whose pictures wait, waits with them; any other text is sent once they have arrived. */
function waits(box, event) {
  const { form } = box;
  const { submitter } = event;
  if (submitter?.formNoValidate || placeOf(box, isWaiting(box)) === null) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const path = form.getAttribute("action") ?? location.pathname;
  const detail = { form, path, values: new FormData(form, submitter) };
  if (!document.dispatchEvent(new CustomEvent("unanswered", { cancelable: true, detail }))) return;
  box.rich.complain(box.config.labels.stillSending);
  sendWaiting(box);
}

/* The picture that was on its way, as it is kept; where it stands, null where it was taken out meanwhile. */
function show(box, number, { url, srcset, sizes, width, height }) {
  const place = change(box.rich.editor, (node) => node.attrs.sending === number, {
    src: url,
    srcset: srcset || null,
    sizes: sizes || null,
    width,
    height,
    sending: null,
  });
  box.rich.pictures.add(idOf(box, url));
  return place;
}

const idOf = (box, path) => path.slice(box.config.urls.media.length).split("/")[0];

/* Whether this text may show a picture: the server shows only what its author sent for it. */
export const isOfText = (box, path) => box.rich.pictures.has(idOf(box, path));

/* The pictures that stand in a text, by their number. */
export function picturesOf(box, editor) {
  const found = new Set();
  editor.state.doc.descendants((node) => {
    const isOurs = isPicture(node) && node.attrs.src?.startsWith(box.config.urls.media);
    if (isOurs) found.add(idOf(box, node.attrs.src));
  });
  return found;
}

/* Sends pictures that a clipboard brought along, one after the other; the answer names those that did not arrive. */
export async function sendPasted(box, pictures) {
  const { labels } = box.config;
  const lost = [];
  box.rich.complain("");
  for (const { number, name, blob, address } of pictures) {
    const isHere = (node) => node.attrs.sending === number;
    // Taken out before its turn came.
    const at = placeOf(box, isHere);
    if (at === null) continue;
    const local = box.rich.editor.state.doc.nodeAt(at).attrs.src;
    box.busy += 1;
    box.say(labels.sending);
    try {
      await arrive(box, blob ?? (await fetched(address, labels)), number);
    } catch (error) {
      change(box.rich.editor, isHere, null);
      lost.push(name);
      box.say("");
      box.rich.complain(error.message);
    } finally {
      box.busy -= 1;
      URL.revokeObjectURL(local);
    }
  }
  return lost;
}

/* Where the picture that `which` recognises stands; null where the text has none. */
function placeOf(box, which) {
  let place = null;
  box.rich.editor.state.doc.descendants((node, at) => {
    if (isPicture(node) && which(node)) place = at;
  });
  return place;
}

/* Pictures of other sites, in the place of the links to them; the answer names those that stay links. */
export async function bringRemote(box, remote) {
  const { labels, urls } = box.config;
  const lost = [];
  box.rich.complain("");
  for (const { address, name } of remote) {
    if (!linkTo(box, address)) continue;
    box.busy += 1;
    box.say(labels.bringing);
    try {
      const data = new FormData();
      data.set("csrfmiddlewaretoken", box.form.elements.csrfmiddlewaretoken?.value ?? "");
      data.set("address", address);
      data.set("alt", name);
      const answer = await fetch(urls.fetch, { method: "POST", body: data }).catch(() => null);
      const told = (await answer?.json().catch(() => null)) ?? {};
      if (answer?.status !== 201) throw new Error(told.error || labels.notSent);
      putForLink(box, address, told, name);
      box.say(labels.sent);
    } catch (error) {
      lost.push(`${name} (${error.message})`);
      box.say("");
    } finally {
      box.busy -= 1;
    }
  }
  return lost;
}

/* The words that lead to an address: where they begin and end; null where the text has none any more. */
function linkTo(box, address) {
  let found = null;
  box.rich.editor.state.doc.descendants((node, at) => {
    if (!found && node.marks.some((mark) => mark.type.name === "link" && mark.attrs.href === address))
      found = { from: at, to: at + node.nodeSize };
  });
  return found;
}

function putForLink(box, address, { url, srcset, sizes, width, height }, alt) {
  const place = linkTo(box, address);
  if (!place) return;
  const attrs = { src: url, srcset: srcset || null, sizes: sizes || null, width, height, alt };
  box.rich.editor.chain().insertContentAt(place, { type: "image", attrs }).run();
  box.rich.pictures.add(idOf(box, url));
}

/* A picture of another text of this community: whoever copied it sees it, so their browser may ask for it. */
async function fetched(address, labels) {
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok) throw new Error(labels.notSent);
  return answer.blob();
}

/* fetch() cannot say how far it is; the older way can. */
export function post(box, file, number, { isUnasked = false, failed = box.config.labels.notSent } = {}) {
  const { urls } = box.config;
  const data = new FormData();
  data.set("file", file, file.name || "picture");
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", urls.upload);
    request.responseType = "json";
    request.setRequestHeader("X-CSRFToken", box.form.elements.csrfmiddlewaretoken?.value ?? "");
    if (isUnasked) request.setRequestHeader("X-Unasked", "1");
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      const percent = Math.round((event.loaded / event.total) * 100);
      const bar = box.element.querySelector(`progress[data-sending="${number}"]`);
      if (bar) bar.value = percent;
    });
    request.addEventListener("load", () => {
      if (request.status === 201 && request.response) resolve(request.response);
      else reject(new Error(request.response?.error || failed));
    });
    for (const failure of ["error", "abort", "timeout"])
      request.addEventListener(failure, () => reject(Object.assign(new Error(failed), { isAway: true })));
    request.send(data);
  });
}
