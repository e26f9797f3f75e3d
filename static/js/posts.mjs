/* Posts, for members: their menus, reactions that need no new page, and how far somebody has read. */

/* The menu of a post is in the page once. Without scripts, the link in its place leads to a page that has it. */
const shared = document.getElementById("post-menu");

function menuFor(link) {
  const menu = shared.content.cloneNode(true);
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

for (const link of shared ? document.querySelectorAll(".post footer > [href*='menu=']") : []) {
  link.closest(".post").dataset.id = new URL(link.href).searchParams.get("menu");
  link.replaceWith(menuFor(link));
}

/* A reaction: only the line of them is replaced. What goes wrong is said in the server’s words where it has some. */
const say = (words) => document.dispatchEvent(new CustomEvent("toast", { detail: words }));

async function react(form, button) {
  const line = button.closest("p");
  const place = [...line.children].indexOf(button);
  const body = new URLSearchParams(new FormData(form));
  body.set(button.name, button.value);
  const address = button.getAttribute("formaction") ?? form.action;
  const answer = await fetch(address, { method: "POST", headers: { "HX-Request": "true" }, body });
  if (answer.redirected) location.assign(answer.url);
  else if (answer.ok) {
    const fresh = document.createRange().createContextualFragment(await answer.text()).firstElementChild;
    // Nothing is left where a reaction that is offered no more was the last.
    if (!fresh) return line.remove();
    line.replaceWith(fresh);
    fresh.children[place]?.focus();
  } else say(JSON.parse(answer.headers.get("HX-Trigger") ?? "{}").toast ?? document.body.dataset.failed);
}

/* The reactions of all posts share one form: while one is on its way, only its own line waits for the answer. */
const waiting = new Map();

document.addEventListener("submit", (event) => {
  const { target: form, submitter: button } = event;
  if (event.defaultPrevented || !button?.matches("[form=acts][aria-pressed][name]")) return;
  event.preventDefault();
  delete form.dataset.sent;
  const line = button.closest("p");
  if (waiting.has(line)) {
    if (waiting.get(line) !== button) button.removeAttribute("aria-busy");
    return;
  }
  waiting.set(line, button);
  react(form, button)
    .catch(() => say(document.body.dataset.offline))
    .finally(() => {
      waiting.delete(line);
      button.removeAttribute("aria-busy");
    });
});

/* How far somebody has read: sent when posts were on screen for a second, and when the page is left.
   Opening a page alone marks nothing. */
const list = document.querySelector("[data-read]");
const token = document.querySelector("#acts [name=csrfmiddlewaretoken]")?.value;

if (list && token) {
  let seen = Number(list.dataset.seen);
  let sent = seen;
  let timer = 0;

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
        const position = Number(target.id.slice(2));
        if (isIntersecting && position > seen) seen = position;
      }
      clearTimeout(timer);
      timer = setTimeout(send, 1000);
    },
    { rootMargin: "0px 0px -10% 0px" },
  );

  for (const post of list.querySelectorAll("[id^='p-']")) watcher.observe(post);
  addEventListener("pagehide", send);
}
