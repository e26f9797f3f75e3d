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
    fetch(list.dataset.read, { method: "POST", body, keepalive: true }).catch(() => {
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
