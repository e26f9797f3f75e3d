/* Whether the brand's banners on this page could be seen, said once when the page is left, or as soon as there is
   nothing more to learn. The rule is that of the Media Rating Council: half of the pixels (30 % from 242,500 pixels
   on) for one second without a break in a tab that is in front; a click counts as seen. No cookie goes along, no
   identifier is made. */
const LARGE = 242_500;
const LONG_ENOUGH = 1000;

const banners = [...document.querySelectorAll("[data-banner]")];
const measurable = "IntersectionObserver" in window;
const inView = new Set();
const timers = new Map();
const seen = new Set();
let said = false;

const ids = (some) => [...new Set(some.map((banner) => banner.dataset.banner))].join();

function say() {
  if (said || !banners.length) return;
  said = true;
  const told = new URLSearchParams({ served: ids(banners), viewable: ids([...seen]) });
  if (measurable) told.set("measurable", ids(banners));
  const { seen: address } = banners[0].dataset;
  if ("keepalive" in Request.prototype) {
    const headers = { "X-Unasked": "1" };
    fetch(address, { method: "POST", headers, body: told, keepalive: true, credentials: "omit" }).catch(() => {});
  } else navigator.sendBeacon(address, told);
}

function note(banner) {
  stop(banner);
  seen.add(banner);
  if (seen.size === banners.length) say();
}

function start(banner) {
  if (seen.has(banner) || timers.has(banner) || document.visibilityState !== "visible") return;
  timers.set(
    banner,
    setTimeout(() => {
      look(watcher.takeRecords()); /* it may have left in this very frame */
      if (timers.has(banner)) note(banner);
    }, LONG_ENOUGH),
  );
}

function stop(banner) {
  clearTimeout(timers.get(banner));
  timers.delete(banner);
}

function look(entries) {
  for (const {
    target,
    intersectionRatio,
    boundingClientRect: { width, height },
  } of entries) {
    const enough = intersectionRatio >= (width * height >= LARGE ? 0.3 : 0.5);
    inView[enough ? "add" : "delete"](target);
    if (enough) start(target);
    else stop(target);
  }
}

/* What lies under the bars that stay on screen is not seen. */
const covered = (selector) => {
  const bar = document.querySelector(selector);
  return bar && ["sticky", "fixed"].includes(getComputedStyle(bar).position) ? bar.offsetHeight : 0;
};

const watcher =
  measurable &&
  new IntersectionObserver(look, {
    threshold: [0.3, 0.5],
    rootMargin: `-${covered(".top")}px 0px -${covered(".dock")}px 0px`,
  });

for (const banner of banners) {
  if (watcher) watcher.observe(banner);
  banner.addEventListener("click", (event) => {
    if (event.target.closest("a")) note(banner);
  });
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") inView.forEach(start);
  else {
    [...timers.keys()].forEach(stop);
    say();
  }
});
addEventListener("pagehide", say);
