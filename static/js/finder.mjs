/* Finding from the keys: a dialog with a box, and under it pages, spaces, threads and people as links. What was
   searched last stays in this browser. Without this the page of search does the same. */
/* Beside the manifest, which stands in every page of a community; every page of it would carry the address else. */
const address = new URL("search/find/", document.querySelector('link[rel="manifest"]').href);
const place = document.documentElement.dataset.community;
const MOST = 6;

const make = (name, attributes = {}, ...inside) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...inside);
  return element;
};

/* The last searches, of this community and of whoever is signed in: { community: { who, words } }. Somebody else at the
   same browser is not offered them, and signing out forgets them (parvis.mjs). */
let who = document.querySelector("form.big-search")?.dataset.who ?? "";
const kept = () => {
  try {
    return JSON.parse(localStorage.getItem("searches")) ?? {};
  } catch {
    return {};
  }
};
const keep = (searches) => {
  try {
    if (Object.keys(searches).length) localStorage.setItem("searches", JSON.stringify(searches));
    else localStorage.removeItem("searches");
  } catch {
    /* private window: not kept */
  }
};
const recent = () => {
  const { [place]: mine } = kept();
  return mine?.who === who && Array.isArray(mine.words) ? mine.words.map(String) : [];
};
const remember = (text) => {
  if (!text) return;
  const words = [text, ...recent().filter((one) => one !== text)].slice(0, MOST);
  keep({ ...kept(), [place]: { who, words } });
};
const forget = () => {
  const { [place]: _gone, ...others } = kept();
  keep(others);
};

const box = () => document.querySelector("[data-search]");
/* The page of search, where it is open to whoever asks. */
let page = document.querySelector("form.big-search")?.action ?? box()?.form.action ?? "";
const searchFor = (words) => page && `${page}?q=${encodeURIComponent(words)}`;

let said = null;
const ask = async (words) => {
  const headers = { "X-Unasked": "1" };
  const answer = await fetch(`${address}?q=${encodeURIComponent(words)}`, { headers });
  const { groups, words: told, search, who: asker } = await answer.json();
  said = told;
  who = asker;
  page = search;
  return groups;
};

const dialogOf = (name, label, ...inside) => {
  const close = make("button", { class: "btn btn-plain btn-s", type: "button", "data-close": "" }, said.close);
  const head = make("div", { class: "dialog-head" }, make("h2", { id: `${name}-title` }, label), close);
  const dialog = make(
    "dialog",
    { class: `dialog ${name}`, id: name, "aria-labelledby": `${name}-title` },
    head,
    ...inside,
  );
  document.body.append(dialog);
  return dialog;
};

/* A list under a box: the box keeps the focus, the arrows go through the links, Enter follows one. */
function finder() {
  const list = make("div", { class: "finder-list", id: "finder-list", role: "listbox", "aria-label": said.label });
  const input = make("input", {
    class: "input",
    type: "search",
    role: "combobox",
    autocomplete: "off",
    maxlength: "80",
    "aria-label": said.label,
    "aria-expanded": "true",
    "aria-controls": "finder-list",
    "aria-autocomplete": "list",
    placeholder: said.label,
  });
  const status = make("p", { class: "vh", role: "status" });
  const dialog = dialogOf("finder", said.title, make("div", { class: "dialog-body" }, input), list, status);
  let shown = "";
  let turn = 0;
  let timer = 0;

  const options = () => [...list.querySelectorAll("a")];
  const choose = (option) => {
    for (const one of options()) one.setAttribute("aria-selected", String(one === option));
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  };
  const chosen = () => list.querySelector('[aria-selected="true"]');

  const group = ({ label, entries }, at) => {
    const links = entries.map(({ label: text, url }, n) =>
      make("a", { href: url, role: "option", id: `finder-${at}-${n}`, tabindex: "-1", dir: "auto" }, text),
    );
    const heading = make("h3", { id: `finder-${at}`, role: "presentation" }, label);
    return make("div", { role: "group", "aria-labelledby": `finder-${at}` }, heading, ...links);
  };

  const draw = (groups, words) => {
    const all = [...groups];
    const everywhere = words && searchFor(words);
    if (everywhere) {
      const label = said.everywhere.replace("{words}", words);
      all.push({ label: said.search, entries: [{ label, url: everywhere }] });
    } else if (recent().length && searchFor("")) {
      all.unshift({ label: said.recent, entries: recent().map((one) => ({ label: one, url: searchFor(one) })) });
    }
    list.replaceChildren(...all.map(group));
    const many = groups.reduce((sum, { entries }) => sum + entries.length, 0);
    status.textContent = many || !everywhere ? said.found.replace("{count}", many) : said.none;
    choose(words ? options()[0] : null);
  };

  const find = async (words, mine) => {
    const groups = await ask(words).catch(() => []);
    if (mine === turn) draw(groups, words);
  };
  /* Whoever presses Enter waits for what they typed last, and follows nothing that was found before. */
  let looking = null;
  const look = () => {
    const words = input.value.trim();
    if (words !== shown) {
      shown = words;
      turn += 1;
      looking = find(words, turn);
    }
    return looking;
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, 150);
  });
  input.addEventListener("keydown", async (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const all = options();
      const now = all.indexOf(chosen());
      choose(all[(now + step + all.length + (now < 0 && step < 0 ? 1 : 0)) % all.length]);
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      clearTimeout(timer);
      await look();
      chosen()?.click();
    }
  });
  list.addEventListener("click", () => remember(input.value.trim()));
  dialog.begin = (groups) => {
    input.value = "";
    shown = "";
    turn += 1;
    looking = null;
    draw(groups, "");
    dialog.showModal();
    input.focus();
  };
  return dialog;
}

function keys() {
  const command = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : "Ctrl";
  const lines = [
    [[command, "K"], said.open],
    ...(box() ? [[["/"], said.slash]] : []),
    [["?"], said.help],
    [[command, "Enter"], said.send],
    [["Esc"], said.escape],
  ];
  const pairs = lines.flatMap(([pressed, what]) => [
    make("dt", {}, ...pressed.map((key) => make("kbd", {}, key))),
    make("dd", {}, what),
  ]);
  /* parvis.mjs switches them. */
  const on = String(document.documentElement.dataset.singleKeys !== "off");
  const button = { class: "btn btn-s mt", type: "button", "data-keys-switch": "", "aria-pressed": on };
  return dialogOf(
    "keys",
    said.keys,
    make(
      "div",
      { class: "dialog-body" },
      make("dl", { class: "finder-keys" }, ...pairs),
      make("button", button, said.single),
    ),
  );
}

/* `which` is "find" or "keys". Where nothing comes, the page of search, or nothing. */
export async function open(which) {
  if (document.querySelector("dialog[open]")) return;
  try {
    const groups = await ask("");
    if (document.querySelector("dialog[open]")) return;
    if (which === "find") (document.getElementById("finder") ?? finder()).begin(groups);
    else (document.getElementById("keys") ?? keys()).showModal();
  } catch {
    const address = which === "find" && searchFor("");
    if (address) location.assign(address);
  }
}

/* The page of search remembers what was asked, and offers it again while nothing is. */
if (document.querySelector("form.big-search")) remember(new URLSearchParams(location.search).get("q")?.trim());
const start = document.querySelector("[data-recent]");
if (start && recent().length) {
  const links = recent().map((one) =>
    make("li", {}, make("a", { class: "tag", href: searchFor(one), dir: "auto" }, one)),
  );
  start.querySelector("ul").replaceChildren(...links);
  start.hidden = false;
  start.querySelector("[data-forget]").addEventListener("click", () => {
    forget();
    start.remove();
    document.getElementById("q")?.focus();
  });
}
