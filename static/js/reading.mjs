/* Reading: sharing a post, replying to it, wide parts by keyboard, pictures at their full size. */

const words = document.querySelector("script[data-says]").dataset;
const copied = words.says;
const say = (text) => document.dispatchEvent(new CustomEvent("toast", { detail: text }));

/* The address of a post is its place on this page, without what else was asked of the page. Where texts stand by use,
   pages are still those by date, of so many. */
function addressOf(button) {
  const address = new URL(location.href);
  const id = button.closest(".post")?.id ?? "";
  const most = button.closest("[data-sorted]")?.dataset.sorted;
  const page = most ? Math.ceil(id.slice(2) / most) : address.searchParams.get("page");
  address.search = page > 1 ? `?page=${page}` : "";
  address.hash = id;
  return address.href;
}

async function copy(address) {
  try {
    await navigator.clipboard.writeText(address);
  } catch {
    /* Where pages may not write to the clipboard, the address is said: it can be selected. */
    return say(address);
  }
  say(copied);
}

/* The system’s own panel where there is one; closing it is no failure, and says nothing. */
const share = (url) => (navigator.share ? navigator.share({ title: document.title, url }).catch(() => {}) : copy(url));

/* Visitors have no menus: their way to share stands beside the date. */
for (const facts of words.share ? document.querySelectorAll(".post > div > header > small") : []) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "no-print";
  button.dataset.share = "";
  button.textContent = words.share;
  facts.append(" ", button);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-share]");
  if (!button) return;
  share(addressOf(button));
  const menu = button.closest("details");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

/* Replying, from where one reads: under each post, and on a phone under the thumb, where neither the
   title nor the form itself is on the screen. Without scripts, quoting leads to the same form. Posts and the form may
   come anew (acts.mjs), so both are looked up when they are needed. */
const form = () => document.getElementById("reply");
const field = () =>
  form()?.querySelector("[contenteditable]") ?? form()?.querySelector("textarea:not([readonly])") ?? null;

function reply(look) {
  const link = document.createElement("a");
  link.href = "#reply";
  link.className = look;
  link.textContent = form().querySelector("h2").textContent;
  link.addEventListener("click", (event) => {
    if (!field() || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    /* Following the link would take the focus out of the field. */
    event.preventDefault();
    field().focus({ preventScroll: true });
    if (!document.querySelector(".is-sheet")) form().scrollIntoView({ behavior: "instant" });
  });
  return link;
}

/* On a phone, coming into the field opens a sheet, by a module that is there before somebody presses: browsers bring up
   their keys only for what happens at once. */
const PHONE = matchMedia("(max-width: 47.99rem)");
const readySheet = () =>
  PHONE.matches && field() && form().dataset.sheet && import(form().dataset.sheet).catch(() => {});

function offerReplies(root) {
  if (!field()) return;
  for (const quote of root.querySelectorAll(".post > div > footer > [href*='quote=']")) {
    if (!quote.previousElementSibling?.matches("[href='#reply']")) quote.before(reply(""));
  }
}

let floating = null;
const seen = new Set();
const watcher = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) seen[isIntersecting ? "add" : "delete"](target);
  floating?.classList.toggle("is-there", seen.size > 0);
});

function float() {
  watcher.disconnect();
  seen.clear();
  floating?.remove();
  floating = field() && document.querySelector(".post") ? reply("float-reply is-there btn btn-main phone-only") : null;
  if (!floating) return;
  form().before(floating);
  for (const one of document.querySelectorAll("h1, #reply")) watcher.observe(one);
}

/* What scrolls by itself can be reached by keyboard, in browsers that do not see to it themselves. */
function reachWide() {
  for (const part of document.querySelectorAll(":is(.prose, .prose-ui) :is(pre, table, .formula)")) {
    if (part.scrollWidth > part.clientWidth + 1) part.tabIndex = 0;
    else part.removeAttribute("tabindex");
  }
}

const widths = new ResizeObserver(reachWide);

function takeUp(root) {
  offerReplies(root);
  for (const text of root.querySelectorAll(".prose, .prose-ui")) widths.observe(text);
}

takeUp(document);
float();
readySheet();
document.addEventListener("htmx:load", ({ target }) => {
  takeUp(target);
  if (!floating || target.matches("#head, #reply")) float();
});

/* Pictures: a link to the largest; where scripts run it opens over the page, with what that takes. Films: a link to
   their provider; where scripts run they play in their place. */
const box = document.getElementById("lightbox");

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a.large, .film > a");
  const film = link?.matches(".film > a");
  const module = film ? words.film : box?.dataset.module;
  if (!module || !link || event.defaultPrevented || event.button) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  try {
    const { open, play } = await import(module);
    if (film) play(link);
    else open(box, link);
  } catch {
    location.assign(link.href);
  }
});
