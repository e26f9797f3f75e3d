/* Where links and pictures of a clipboard lead. Pictures that it brings along are sent like chosen ones; those of other
   sites are never fetched, they become links; those that only the other program can reach are named. */

const UNSEEN = /[\p{Cc}\p{Cf}]/gu;
const SENDABLE = /^data:(image\/(?:png|jpeg|jpg|gif|webp|avif|heic));base64,/i;
const PICTURE_FILE = /\.(?:png|jpe?g|gif|webp|avif|heic)$/i;
const LONGEST_NAME = 60;
// Marks that count who reads, and spacers.
const TINY = 3;

/* The address of a link that may stand in a text, without the detours that mail programs put before it; else "". */
export function addressOf(text, { origin }) {
  const raw = (text ?? "").replace(UNSEEN, "").trim().replace(/\s/g, encodeURIComponent);
  if (!raw || raw.startsWith("#")) return "";
  // Without the page it stood on, a relative address leads nowhere; one of ours begins at the root.
  if (!/^[a-z][a-z0-9+.-]*:/i.test(raw) && !raw.startsWith("/")) return "";
  const url = parsed(raw, origin);
  if (!url || !/^(?:https?|mailto):$/.test(url.protocol)) return "";
  const direct = behind(url);
  if (direct) return direct;
  return /^[\\/]{2}/.test(raw) ? url.href : raw;
}

function parsed(raw, base) {
  try {
    return new URL(raw, base);
  } catch {
    return null;
  }
}

function behind(url) {
  const isSearch = /(?:^|\.)google\.[a-z.]+$/.test(url.hostname) && url.pathname === "/url";
  const isMail = url.hostname.endsWith(".safelinks.protection.outlook.com");
  const to = isSearch ? (url.searchParams.get("q") ?? url.searchParams.get("url")) : null;
  const address = isMail ? url.searchParams.get("url") : to;
  return /^https?:\/\//.test(address ?? "") && parsed(address) ? address : "";
}

export function image(job, node, marks) {
  const { about, told, writer } = job;
  const alt = job.text(node.getAttribute("alt")).replace(/\s+/g, " ").trim().slice(0, 300);
  const src = job.text(node.getAttribute("src"));
  if (isSign(node)) return writer.text(alt, marks);
  if (isTiny(node) || isBox(node)) return;
  const path = ownPath(src, about);
  const name = alt.slice(0, LONGEST_NAME) || fileName(src) || about.words.picture;
  if (path && about.known(path)) return writer.picture({ src: path, alt, ...sizeOf(node) }, marks);
  if (path) return send(job, { address: path, alt, name }, marks);
  const blob = blobOf(src) ?? job.office.get(node);
  if (blob) return send(job, { blob, alt, name }, marks);
  const address = addressOf(src, about);
  if (/^https?:/.test(address)) return becomeLink(job, marks, address, name);
  told.missing.push(name);
}

const isSign = (node) =>
  /(?:^|[\s_-])emoji/i.test(node.className) ||
  node.hasAttribute("data-emoji") ||
  node.hasAttribute("data-stringify-emoji");

const isTiny = (node) => ["width", "height"].every((name) => Number.parseFloat(node.getAttribute(name)) <= TINY);

/* Drawn by a program in front of what is to be done; the item says the same. */
const isBox = (node) => node.getAttribute("aria-roledescription") === "checkbox";

function sizeOf(node) {
  const sizes = ["width", "height"].map((name) => [name, node.getAttribute(name)]);
  return Object.fromEntries(sizes.filter(([, size]) => /^[1-9]\d{0,4}$/.test(size ?? "")));
}

function ownPath(src, { origin, media }) {
  const url = src && parsed(src, origin);
  const isOwn = url && url.origin === origin && url.pathname.startsWith(media);
  return isOwn && /^(?:https?:|\/)/.test(src) ? url.pathname : "";
}

function fileName(src) {
  if (/^data:/i.test(src)) return "";
  const last = src.slice(0, 2000).split(/[?#]/)[0].split(/[/\\]/).pop();
  try {
    return decodeURIComponent(last).slice(0, LONGEST_NAME);
  } catch {
    return last.slice(0, LONGEST_NAME);
  }
}

function send(job, picture, marks) {
  const { about, told, writer } = job;
  const number = `${about.stamp}-${told.pictures.length + 1}`;
  told.pictures.push({ ...picture, number });
  const src = picture.address ?? about.shown(picture.blob);
  writer.picture({ src, alt: picture.alt, "data-sending": number }, marks);
}

function becomeLink(job, marks, address, name) {
  const { told, writer } = job;
  told.links.push(name);
  told.remote.push({ address, name });
  writer.text(" ", marks);
  writer.text(name, { ...marks, link: address });
  // A picture that led somewhere goes on leading there.
  const outer = marks.link && marks.isBare && !PICTURE_FILE.test(marks.link);
  if (outer && marks.link !== address) {
    writer.text(" ", { ...marks, link: "" });
    writer.text(`(${marks.link.replace(/^https?:\/\//, "").split("/")[0]})`, marks);
  }
  writer.text(" ", { ...marks, link: "" });
}

function blobOf(src) {
  const head = src.slice(0, 40).match(SENDABLE);
  if (!head) return null;
  try {
    const text = atob(src.slice(head[0].length));
    const bytes = new Uint8Array(text.length);
    for (let place = 0; place < text.length; place += 1) bytes[place] = text.charCodeAt(place);
    return new Blob([bytes], { type: head[1].toLowerCase().replace("jpg", "jpeg") });
  } catch {
    return null;
  }
}

/* Word and LibreOffice name files of their own machine, which nobody else can read, and put the same pictures into the
   rich text beside it. Where both have as many, each is the one at its place. */
export function findOffice(job) {
  job.office = new Map();
  const files = [...job.doc.querySelectorAll("img")].filter((one) => /^file:/i.test(one.getAttribute("src") ?? ""));
  const drawn = files.length ? pictures(job.about.rtf ?? "") : [];
  if (drawn.length !== files.length) return;
  for (const [place, node] of files.entries()) job.office.set(node, drawn[place]);
}

// No sign of it can be read in two ways, and few stand before the bytes: a long text is read once.
const BLIP =
  /\\(png|jpeg)blip(?:\\[a-z]{1,32}-?\d{0,10}|\s|\{\\\*\\blipuid [0-9a-f]{0,64}\}){0,40}([0-9a-f][0-9a-f\s]*)\}/gi;

function pictures(rtf) {
  return Array.from(rtf.matchAll(BLIP), ([, kind, hex]) => {
    const digits = hex.replace(/[^0-9a-f]/gi, "");
    const bytes = new Uint8Array(Math.floor(digits.length / 2));
    for (let place = 0; place < bytes.length; place += 1)
      bytes[place] = Number.parseInt(digits.slice(2 * place, 2 * place + 2), 16);
    return new Blob([bytes], { type: `image/${kind.toLowerCase()}` });
  });
}
