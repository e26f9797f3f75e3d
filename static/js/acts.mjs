/* Acts in place: what a form with data-press sends by htmx is answered by the block that it changed, which takes the
   place of the one that was pressed in. Focus and scroll stay. What htmx gets of a redirect, a refusal and a page is in
   communities/in_place.py; parvis.mjs hands over what is pressed, and how to say things.
   [data-block] (with an id) is replaced as a whole; in [data-blocks] the rows with an id are, one by one. Blocks that
   somebody writes in stay, but for the one they have sent. With data-press="whole" all of the page is one block. */
import { land, REACHED, stand, standing } from "./acts/focus.mjs";

const BLOCK = "[data-block], [data-blocks] > [id]";
const WRITTEN = "[contenteditable], textarea, button[type=submit]";
const TYPED = "textarea, input:is([type=text], [type=search], [type=email], [type=url])";

/* One request, by htmx. Fails where no answer comes. */
function ask(verb, path, target, values) {
  const wire = Object.assign(document.createElement("i"), { hidden: true });
  if ([...(values?.values() ?? [])].some((one) => one.name)) wire.setAttribute("hx-encoding", "multipart/form-data");
  document.body.append(wire);
  return new Promise((done, fail) => {
    const handler = (_wire, { xhr }) => done(xhr);
    window.htmx
      .ajax(verb, path, { source: wire, target, values, handler })
      .then(() => fail(new Error("no answer")), fail);
  }).finally(() => wire.remove());
}

const parse = (xhr) => new DOMParser().parseFromString(xhr.responseText, "text/html");
const heard = (xhr) => JSON.parse(xhr.getResponseHeader("HX-Trigger") ?? "{}");
/* What is another each time says nothing of the block; what is for pages without scripts is read in two ways. */
const PASSING = /name="(?:csrfmiddlewaretoken|submission)"[^>]*|<noscript>.*?<\/noscript>/gs;
const told = (html) => html.replace(PASSING, "");
const cameAs = (block) => told(block.came ?? block.outerHTML);

/* What is written in other forms of a block than the one that was sent. */
function carry(old, fresh, sent) {
  for (const field of old.querySelectorAll("textarea[id], input[id]")) {
    const same = fresh.querySelector(`#${CSS.escape(field.id)}`);
    if (!same || field.form === sent || field.value === field.defaultValue) continue;
    if (field.type === "file") same.files = field.files;
    else same.value = field.value;
  }
}

function put(old, fresh, sent) {
  const place = standing(old);
  carry(old, fresh, sent);
  fresh.came = fresh.outerHTML;
  fresh.classList.add("is-fresh");
  old.replaceWith(fresh);
  wake(fresh);
  stand(fresh, place);
}

/* Scripts of the page take up what came; those that it needs and are not here yet are fetched. */
function wake(fresh) {
  window.htmx.process(fresh);
  for (const script of fresh.querySelectorAll("script[type=module][src]")) import(script.src);
  fresh.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true, detail: { elt: fresh } }));
}

function isWrittenIn(block, but) {
  const fields = [...block.querySelectorAll(TYPED)];
  const isWritten = (field) => field.form !== but && field.value !== field.defaultValue;
  return block.querySelector("[data-opened]") || fields.some(isWritten);
}

/* What came with a page takes its places: shared parts first, since rows are made with them. */
function renew(page, pressed, sent) {
  // Nothing is left of what was pressed in.
  if (pressed?.matches("[data-block]") && !page.getElementById(pressed.id)) pressed.remove();
  const stays = (old, html) => old !== pressed && (cameAs(old) === told(html) || isWrittenIn(old));
  for (const fresh of page.querySelectorAll("[data-block]")) {
    const old = document.getElementById(fresh.id);
    if (old && !stays(old, fresh.outerHTML)) put(old, document.adoptNode(fresh), sent);
  }
  for (const fresh of page.querySelectorAll("[data-blocks]")) {
    const old = document.getElementById(fresh.id);
    if (old) renewRows(old, fresh, stays);
  }
}

function renewRows(list, fresh, stays) {
  let next = list.firstElementChild;
  let left = -1;
  const drop = () => {
    const row = next;
    next = row.nextElementSibling;
    if (standing(row)) left = [...list.children].indexOf(row);
    row.remove();
  };
  // Rows may stand in another order by now: they change places, with what somebody writes in them.
  const comes = (row) => row.id && fresh.querySelector(`:scope > #${CSS.escape(row.id)}`);
  const move = (row) => {
    const held = document.activeElement;
    list.insertBefore(row, next);
    if (row.contains(held)) held.focus({ preventScroll: true });
  };
  for (const row of [...fresh.children]) {
    const old = row.id ? list.querySelector(`:scope > #${CSS.escape(row.id)}`) : null;
    const isSame = !row.id && next && !next.id && next.outerHTML === row.outerHTML;
    if (old || isSame) {
      while (old && next && next !== old && !comes(next)) drop();
      const here = old ?? next;
      if (here === next) next = here.nextElementSibling;
      else move(here);
      if (!isSame && !stays(here, row.outerHTML)) put(here, document.adoptNode(row));
    } else {
      row.came = row.outerHTML;
      row.classList.add("is-fresh");
      list.insertBefore(row, next);
      wake(row);
    }
  }
  while (next) drop();
  // What was pressed is gone: one goes on with what stands there now.
  if (left >= 0) stand(list.children[left] ?? list.lastElementChild ?? list, { index: 0 });
}

/* A page whose parts are no blocks comes back in one, unless somebody writes in it; what was unfolded stays so. */
const titleOf = (fold) => fold.querySelector("summary")?.textContent.trim();

function renewAll(page, sent) {
  const main = document.querySelector("main");
  if (isWrittenIn(main, sent)) return;
  const fresh = document.adoptNode(page.querySelector("main"));
  const open = new Set([...main.querySelectorAll("details[open]:not(.menu)")].map(titleOf));
  for (const fold of fresh.querySelectorAll("details:not(.menu)")) fold.open ||= open.has(titleOf(fold));
  put(main, fresh, sent);
}

function here() {
  const address = new URL(location);
  for (const name of ["quote", "menu"]) address.searchParams.delete(name);
  address.hash = "";
  return address;
}

const pageOf = (address) => address.searchParams.get("page") ?? "1";

/* A redirect to this page brings its blocks ("anew": all of it); any other is followed, unless its form goes on. */
async function follow(to, { form, pressed, beside, tell, by }) {
  const address = new URL(to, location);
  const isHere = address.pathname === location.pathname && (!address.search || pageOf(address) === pageOf(here()));
  const goesOn = form.dataset.press === "page" && address.origin === location.origin;
  if ((!isHere && !goesOn) || form.dataset.press === "anew") {
    location.assign(address);
    /* Busy until the page goes; whoever comes back to it may press again. */
    return new Promise((done) => addEventListener("pageshow", () => done(null), { once: true }));
  }
  const asked = isHere ? here() : address;
  // A draft that was taken up and sent is not asked for again, nor what another tab has made of it.
  if (form.elements.unsent) asked.searchParams.delete("unsent");
  if (isHere) for (const [name, value] of address.searchParams) asked.searchParams.set(name, value);
  const xhr = await ask("GET", asked.pathname + asked.search, pressed ?? document.body);
  const page = parse(xhr);
  if (xhr.status !== 200 || !page.querySelector("main")) {
    location.assign(address);
    return null;
  }
  const before = new Set([...document.querySelectorAll("main [id]")].map((one) => one.id));
  if (isHere) keepLength();
  if (!isHere) turn(page, address);
  else if (form.dataset.press === "whole") renewAll(page, form);
  if (isHere) renew(page, pressed, form);
  for (const news of page.querySelectorAll(".toasts > *")) tell(document.adoptNode(news));
  const target = address.hash.length > 1 && document.getElementById(decodeURIComponent(address.hash.slice(1)));
  if (isHere && target && !before.has(target.id)) arrive(target, address);
  else if (document.activeElement === document.body) land(target || document.querySelector("main"));
  const still = by.isConnected ? by : (document.activeElement.closest("main *") ?? document.querySelector("main h1"));
  for (const note of page.querySelectorAll("[data-told]")) beside(still, note.querySelector("p"));
  return null;
}

/* A page that becomes shorter than one has scrolled would move all that one sees: it keeps its end until one has gone
   up far enough. */
const root = document.documentElement;
const seen = () => Math.ceil(scrollY + innerHeight);

function keepLength() {
  root.style.minBlockSize = `${seen()}px`;
  addEventListener("scroll", shorten, { passive: true });
}

function shorten() {
  if (seen() >= Number.parseInt(root.style.minBlockSize, 10)) return;
  const { offsetTop, offsetHeight } = document.body;
  root.style.minBlockSize = seen() > offsetTop + offsetHeight ? `${seen()}px` : "";
  if (!root.style.minBlockSize) removeEventListener("scroll", shorten);
}

/* What others have written meanwhile is followed from where it is said, as after a press. */
export function look(link, { beside, tell }) {
  const form = document.createElement("form");
  return follow(link.href, { form, pressed: null, beside, tell, by: link }).catch(() => beside(link, lost()));
}

/* What one has just written: seen, and where the keyboard goes on. */
function arrive(target, address) {
  history.replaceState(history.state, "", address.hash);
  land(target);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  target.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
}

/* The way back leads to pages that were replaced. */
const pathNow = () => location.pathname + location.search;
let shown = pathNow();
addEventListener("popstate", () => {
  if (pathNow() !== shown) location.reload();
});

/* The next page of a series takes the whole place. */
function turn(page, address) {
  const main = document.querySelector("main");
  document.title = page.title || document.title;
  const fresh = document.adoptNode(page.querySelector("main"));
  history.pushState(null, "", address);
  shown = pathNow();
  main.replaceWith(fresh);
  root.style.minBlockSize = "";
  scrollTo(0, 0);
  wake(fresh);
  renew(page, null);
  fresh.focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent("turned"));
}

/* Refused: the form comes back with what is wrong ([data-clash]: and what others have kept), or the block that says so;
   what needs a page is sent as without scripts, since what is refused changes nothing; anything else is words. */
function refuse(xhr, { form, by, pressed, beside }) {
  const token = xhr.getResponseHeader("Fresh-Token");
  if (token) for (const field of document.getElementsByName("csrfmiddlewaretoken")) field.value = token;
  const words = heard(xhr).toast;
  if (words) return beside(by, words);
  const page = parse(xhr);
  if (!page.querySelector("main")) {
    const note = document.createDocumentFragment();
    note.append(...page.body.childNodes);
    return beside(by, note.textContent.trim() ? note : document.body.dataset.failed);
  }
  const action = form.getAttribute("action");
  const isShown = (xhr.status !== 409 || page.querySelector("[data-clash]")) && !form.closest(".toast");
  const again = isShown && action && page.querySelector(`main form[action="${CSS.escape(action)}"]`);
  const block = isShown && pressed?.id && page.getElementById(pressed.id);
  if (again) bring(form, again);
  else if (block) put(pressed, document.adoptNode(block));
  else if (form.isConnected) {
    form.dataset.plain = "true";
    form.requestSubmit(by.form === form ? by : null);
  } else beside(by, document.body.dataset.failed);
  return null;
}

/* What a page has for itself is left out where its form opens on another; a draft of it belongs to its own page. `was`
   stood in its place. */
const places = new WeakMap();

function opened(part, page, was) {
  for (const one of part.querySelectorAll("[data-alone]")) one.remove();
  part.dataset.opened = page;
  places.set(part, was);
  const form = part.matches("form") ? part : part.querySelector("form");
  form?.append(Object.assign(document.createElement("input"), { type: "hidden", name: "written_on", value: page }));
}

function bring(form, again) {
  const fresh = document.adoptNode(again);
  if (form.dataset.opened !== undefined) opened(fresh, form.dataset.opened, places.get(form));
  form.replaceWith(fresh);
  wake(fresh);
  fresh.dispatchEvent(new CustomEvent("brought", { bubbles: true, detail: form })); // files.mjs
  fresh.querySelector("[aria-invalid=true], [autofocus]")?.focus();
}

/* A state that can be taken back turns at once, and back when it could not be kept. */
function turnAtOnce(by) {
  const was = by.getAttribute("aria-pressed");
  if (was === null) return () => {};
  by.setAttribute("aria-pressed", String(was !== "true"));
  return () => by.setAttribute("aria-pressed", was);
}

const blockOf = (by) => by.closest(BLOCK);
const signOf = (by) => (by.name ? `${by.name}=${by.value}` : by.getAttribute("formaction"));

/* What was pressed, where it stands by now (by its sign): another press in its place may have replaced it. */
function found(about) {
  if (about.by.isConnected || !about.pressed?.id) return about;
  const pressed = document.getElementById(about.pressed.id) ?? about.pressed;
  const same = [...pressed.querySelectorAll(REACHED)].find((one) => about.sign && signOf(one) === about.sign);
  return { ...about, pressed, by: same ?? about.by };
}

/* One press after the other in one block: the answer to the first takes the place of what the second stands in. Blocks
   do not wait for each other. */
const lines = new Map();

export function press(form, { by, ...sent }) {
  const pressed = blockOf(by);
  const place = pressed?.id || form;
  const about = { ...sent, form, by, pressed, sign: signOf(by) };
  const mine = (lines.get(place) ?? Promise.resolve()).then(() => send(about));
  const last = mine.catch(() => {});
  lines.set(place, last);
  last.then(() => lines.get(place) === last && lines.delete(place));
  return mine;
}

async function send(sent) {
  const { form, path, values, beside } = sent;
  if (!sent.leaves()) return null; // the page was left while it waited: it has gone already
  const { by, pressed } = found(sent);
  for (const note of (pressed ?? form).querySelectorAll(".act-error")) note.remove();
  if (by.nextElementSibling?.matches(".act-error")) by.nextElementSibling.remove();
  const back = turnAtOnce(by);
  const release = () => form.dispatchEvent(new CustomEvent("released", { detail: sent.by }));
  let xhr = null;
  by.setAttribute("aria-busy", "true");
  try {
    xhr = await ask("POST", path, pressed ?? form, values);
  } catch {
    back();
    release();
    return sent.queued() || beside(by, sent.again(form, by));
  } finally {
    if (by !== sent.by) by.removeAttribute("aria-busy");
  }
  const about = found({ ...sent, by, pressed });
  const to = xhr.getResponseHeader("HX-Redirect");
  if (xhr.status < 400) form.closest(".toast")?.remove();
  // It is done; where its page does not come, it may stand on another host by now.
  const miss = () => beside(about.by.isConnected ? about.by : document.querySelector("main"), lost());
  if (to) await follow(to, about).catch(() => (navigator.onLine ? location.assign(to) : miss()));
  else if (xhr.status >= 400) {
    back();
    release();
    refuse(xhr, about);
  } else answer(xhr, about);
  return null;
}

const lost = () => document.body.dataset.offline;
/* The block itself was the answer; or a page, of which its blocks are taken. */
function answer(xhr, { form, by, pressed, tell }) {
  const { toast } = heard(xhr);
  if (toast) tell(toast);
  if (xhr.status === 204) return;
  const page = parse(xhr);
  if (page.querySelector("main")) return renew(page, pressed, form);
  const target = xhr.getResponseHeader("HX-Retarget");
  const old = target ? by.closest(target.replace(/^closest /, "")) : pressed;
  const fresh = page.body.firstElementChild;
  if (fresh && old) put(old, document.adoptNode(fresh));
  else old?.remove();
}

/* A page that asks or edits, opened where the link stands: its [data-part], in the place of the text or after it. */
export async function open(link, { beside }) {
  const block = blockOf(link);
  const away = () => location.assign(link.href);
  if (!block) return away();
  const page = new URL(link.href).pathname;
  const already = [...block.querySelectorAll("[data-opened]")].find((one) => one.dataset.opened === page);
  if (already) return land(already.querySelector(WRITTEN) ?? already);
  const xhr = await ask("GET", link.getAttribute("href"), block).catch(() => null);
  if (!xhr) return beside(block.querySelector("footer") ?? block, lost());
  const part = xhr.status === 200 && parse(xhr).querySelector("[data-part]");
  const text = block.querySelector(".prose-ui, [data-beside]");
  if (!part || !text) return away();
  const fresh = document.adoptNode(part);
  const isInstead = fresh.dataset.part === "instead";
  opened(fresh, page, isInstead ? text : null);
  link.closest("details")?.removeAttribute("open");
  if (isInstead) text.replaceWith(fresh);
  else text.after(fresh);
  wake(fresh);
  fresh.querySelector(WRITTEN)?.focus();
  return null;
}

/* Kept as it is: what stood there comes back, and what else has changed in the block meanwhile stays. */
document.addEventListener("click", (event) => {
  const part = event.target.closest("a[data-keep]")?.closest("[data-opened]");
  if (!part) return;
  event.preventDefault();
  const block = blockOf(part);
  const was = places.get(part);
  if (was) part.replaceWith(was);
  else part.remove();
  stand(block.querySelector("footer") ?? block, { index: Number.MAX_SAFE_INTEGER });
});
