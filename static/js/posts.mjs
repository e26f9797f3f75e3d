/* Posts, for members: their menus, and how far somebody has read. What is pressed under them is answered in place. */

/* The menu of a post is in the page once. Without scripts, the link in its place leads to a page that has it. */
const shared = () => document.getElementById("post-menu");

function menuFor(link) {
  const menu = shared().content.cloneNode(true);
  const acts = (link.dataset.acts ?? "report").split(" ");
  const { id } = link.closest(".post").dataset;
  for (const part of menu.querySelectorAll("[data-act]")) {
    const { act, href, formaction } = part.dataset;
    if (!acts.includes(act)) part.remove();
    else if (href) part.setAttribute("href", href.replace("{}", id));
    else if (formaction) part.setAttribute("formaction", formaction.replace("{}", id));
  }
  return menu;
}

/* The number of a post as addresses have it, of the short form in which twenty links of a page name theirs. */
function idOf(short) {
  const bytes = atob(short.replaceAll("-", "+").replaceAll("_", "/"));
  const digits = [...bytes].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function fillMenus(root) {
  const links = shared() ? root.querySelectorAll("footer > [href*='menu=']") : [];
  for (const link of links) {
    if (!link.closest(".post")) continue;
    link.closest(".post").dataset.id = idOf(new URL(link.href).searchParams.get("menu"));
    link.replaceWith(menuFor(link));
  }
}

fillMenus(document);
document.addEventListener("htmx:load", (event) => fillMenus(event.target));

/* How far somebody has read: sent when posts were on screen for a second, and when the page is left.
   Opening a page alone marks nothing. */
const list = document.querySelector("[data-read]");
const token = document.querySelector("#acts [name=csrfmiddlewaretoken]")?.value;

if (list && token) {
  let seen = Number(list.dataset.seen);
  let sent = seen;
  let timer = 0;

  /* By date, whoever sees a text has come past those above it. By use, only what follows without a gap is read. */
  const shown = new Set();
  const isRead = (position) => shown.has(position) || !document.getElementById(`p-${position}`);
  const read = () => {
    const last = Math.max(seen, ...shown);
    if (!list.matches("[data-sorted]")) return last;
    let to = seen;
    while (to < last && isRead(to + 1)) to += 1;
    return to;
  };

  const send = () => {
    clearTimeout(timer);
    if (seen <= sent) return;
    sent = seen;
    const body = new URLSearchParams({ csrfmiddlewaretoken: token, position: String(seen) });
    /* Lost when one is offline: the next visit says it again. */
    fetch(list.dataset.read, { method: "POST", headers: { "X-Unasked": "1" }, body, keepalive: true }).catch(() => {
      sent = 0;
    });
  };

  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (isIntersecting) shown.add(Number(target.id.slice(2)));
      }
      seen = read();
      clearTimeout(timer);
      timer = setTimeout(send, 1000);
    },
    { rootMargin: "0px 0px -10% 0px" },
  );

  const watch = (root) => {
    if (root.id.startsWith("p-") && list.contains(root)) watcher.observe(root);
  };
  for (const post of list.querySelectorAll("[id^='p-']")) watch(post);
  document.addEventListener("htmx:load", (event) => watch(event.target));
  addEventListener("pagehide", send);
}
