/* What happens while a member’s page is open: the server says what to ask again, and the page shows the answer, without
   moving what one reads. Only pages that are looked at hear; of several windows one has the line for all, which holds a
   lock until it is hidden. Where the server keeps no line open it is asked now and then, ever more rarely.

   [data-hear] names what a page hears (communities/hearing/topics.py), beside the bell; `hear` says that it is another
   by now. */
const SETTLE = 3_000; /* whoever passes by asks nothing */
const SILENCE = 60_000; /* the server says something each half minute */
const RETURN = 20_000; /* a server that begins anew is not asked by all at once */
const FIRST = 60_000;
const LAST = 600_000;

const line = new URL("hear/", document.querySelector("link[rel=manifest]").href);
const windows = new BroadcastChannel(line.pathname);
const me = String(Math.random());
const others = new Map(); /* what other windows hear, for the one with the line */
let looked = null; /* ends when the page is hidden */
let leads = false;
let open = null; /* ends the line, for another one */
let renewed = false;
let known = new Set();
let repeats = 0;

const about = (topic) => topic.split(".", 2).join(".");

function mine() {
  const named = [...document.querySelectorAll("[data-hear]")].flatMap((one) => one.dataset.hear.split(" "));
  return [...new Set(document.getElementById("bell") ? ["bell", ...named] : named)];
}

const all = () => [...new Set([...mine(), ...[...others.values()].flat()])];
const among = (names) => all().filter((topic) => names.includes(about(topic)));
const roughly = (pause) => pause * (0.5 + Math.random());

const wait = (pause, signal) =>
  new Promise((done, fail) => {
    const timer = setTimeout(done, pause);
    signal.addEventListener("abort", () => fail(clearTimeout(timer)), { once: true });
  });

function send(topics, accept, signal) {
  const path = new URL(line);
  for (const topic of topics) path.searchParams.append("t", topic);
  known = new Set([...known, ...topics]);
  return fetch(path, { headers: { "X-Unasked": "1", Accept: accept }, signal });
}

/* Signed out, or not in here any more: nothing is asked until another page. */
const isRefused = (answer) => answer.headers.has("X-Refused");

async function ask(topics) {
  if (!topics.length || !leads) return;
  const answer = await send(topics, "application/json", looked.signal).catch(() => null);
  if (answer && isRefused(answer)) looked?.abort();
  else if (answer?.status === 200) take(await answer.json().catch(() => ({})));
}

/* Shown here, and in the other windows. */
function take(state) {
  show(state);
  windows.postMessage({ state });
  const often = Object.keys(state).filter((topic) => state[topic].again);
  if (!often.length) return;
  clearTimeout(repeats);
  repeats = setTimeout(() => ask(among(often.map(about))), state[often[0]].again * 1000);
}

/* How the line ended: `refused`, `later` (it is not kept open for now), or another word. */
async function listen(signal) {
  const ends = () => open.abort();
  open = new AbortController();
  signal.addEventListener("abort", ends);
  try {
    return await heed(open.signal);
  } catch {
    return renewed ? "again" : "lost";
  } finally {
    signal.removeEventListener("abort", ends);
    open = null;
    renewed = false;
  }
}

async function heed(signal) {
  known = new Set();
  const answer = await send(all(), "text/event-stream, application/json", signal);
  if (isRefused(answer)) return "refused";
  if (answer.status !== 200) return "later";
  if (!answer.headers.get("Content-Type").startsWith("text/event-stream")) {
    take(await answer.json());
    return "later";
  }
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const silence = setTimeout(() => open?.abort(), SILENCE);
    const { done, value } = await reader.read().finally(() => clearTimeout(silence));
    if (done) return "over";
    const events = (text + value).split("\n\n");
    text = events.pop();
    for (const event of events) {
      const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? [];
      if (name === "later") return name;
      if (name === "state") take(JSON.parse(data));
      if (name === "ask") ask(among(data.split(" ")));
    }
  }
}

async function lead(signal) {
  leads = true;
  windows.postMessage({ who: true });
  let pause = FIRST;
  let misses = -1;
  while (!signal.aborted) {
    const began = performance.now();
    const how = await listen(signal);
    if (how === "refused") return;
    if (how === "later") {
      await wait(roughly(pause), signal);
      pause = Math.min(pause * 1.5, LAST);
    } else if (how !== "again") {
      misses = performance.now() - began > FIRST ? 0 : misses + 1;
      pause = FIRST;
      await wait(roughly(Math.min(RETURN * 2 ** misses, LAST)), signal);
    }
  }
}

const tellWindows = () => windows.postMessage({ from: me, topics: mine() });

function begin() {
  if (document.hidden || looked || !mine().length) return;
  looked = new AbortController();
  const { signal } = looked;
  const led = () => lead(signal);
  wait(SETTLE, signal)
    .then(() => {
      tellWindows();
      return navigator.locks ? navigator.locks.request(line.pathname, { signal }, led) : led();
    })
    .catch(() => {}); /* hidden */
}

function end() {
  looked?.abort();
  looked = null;
  leads = false;
  others.clear();
  clearTimeout(repeats);
  windows.postMessage({ from: me, topics: [] });
}

/* What is not heard yet needs another line; of what is heard, only how much is shown has changed. */
function hearToo(topics) {
  const fresh = topics.filter((topic) => !known.has(topic));
  const heard = new Set([...known].map(about));
  if (!open || fresh.every((topic) => heard.has(about(topic)))) return ask(fresh);
  renewed = true;
  return open.abort();
}

windows.addEventListener("message", ({ data }) => {
  if (data.state) show(data.state);
  if (data.who && looked && !leads) tellWindows();
  if (!data.topics || !leads) return;
  if (data.topics.length) others.set(data.from, data.topics);
  else others.delete(data.from);
  hearToo(data.topics);
});

let told = mine().join();
function change() {
  const topics = mine();
  for (const one of document.querySelectorAll("[data-stays]")) if (!topics.includes(one.dataset.stays)) one.remove();
  if (told === topics.join()) return;
  told = topics.join();
  if (!looked) begin();
  else if (leads) hearToo(topics);
  else tellWindows();
}

/* How it is shown. */
const shown = {
  bell(_topic, { n, said }) {
    const bell = document.getElementById("bell");
    if (!bell || bell.getAttribute("aria-label") === said) return;
    bell.setAttribute("aria-label", said);
    const figure = bell.querySelector(".badge-count") ?? document.createElement("span");
    figure.className = "badge-count";
    figure.ariaHidden = "true";
    figure.textContent = n;
    if (n) bell.append(figure);
    else figure.remove();
    bell.came = bell.outerHTML;
  },
  here(topic, { said }) {
    for (const one of document.querySelectorAll("[data-hear]")) {
      if (one.dataset.hear.split(" ").includes(topic) && one.textContent !== said) one.textContent = said;
    }
  },
  /* Where toasts are said, so that it is announced and moves nothing; it stays until it is followed. */
  bar(topic, { said, does, to }) {
    const region = document.querySelector(".toasts");
    let bar = region?.querySelector(`[data-stays="${topic}"]`);
    if (!said || !region) return bar?.remove();
    if (!bar) {
      bar = Object.assign(document.createElement("p"), { className: "toast" });
      bar.dataset.stays = topic;
      bar.append("", document.createElement("a"));
    }
    const [words, link] = bar.childNodes;
    if (words.data !== said) words.data = said;
    link.textContent = does;
    link.href = to;
    if (link.hash) link.dataset.look = "";
    if (!bar.isConnected) region.prepend(bar);
    return null;
  },
};

function show(state) {
  const topics = mine();
  for (const [topic, one] of Object.entries(state)) if (topics.includes(topic)) shown[one.how]?.(topic, one);
}

document.addEventListener("visibilitychange", () => (document.hidden ? end() : begin()));
addEventListener("pagehide", end);
addEventListener("pageshow", ({ persisted }) => persisted && begin());
for (const name of ["hear", "htmx:load"]) document.addEventListener(name, change);
begin();
