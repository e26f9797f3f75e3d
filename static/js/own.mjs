/* The settings: order by hand, a filter while one types, ticked rows, values to copy. Each works without it too. */
const say = (text) => document.dispatchEvent(new CustomEvent("toast", { detail: text }));

/* Rows in rows: dropped on the middle of one that holds its kind, a row stands in it; on an edge, beside it and in what
   that one stands in. Whatever stands in a row goes with it. The form says “into” where that is another place. */
const inside = (rows, row) => rows.filter((one) => one.dataset.within === row.dataset.key);
function sideOf(row, dragged, { clientY }) {
  const { top, height } = row.getBoundingClientRect();
  const at = (clientY - top) / height;
  const isAlone = !inside([...row.parentElement.children], dragged).length;
  if (row.dataset.holds === dragged.dataset.kind && isAlone && at > 0.3 && at < 0.7) return "into";
  return at < 0.5 ? "before" : "after";
}

function nest(rows, form, dragged, row, side) {
  const own = inside(rows, dragged);
  if (own.includes(row)) return;
  const above = rows.find((one) => one.dataset.key === row.dataset.within);
  const fits = !above || (above.dataset.holds === dragged.dataset.kind && !own.length);
  const beside = fits ? row : above;
  const within = side === "into" ? row.dataset.key : beside.dataset.within;
  const last = [beside, ...inside(rows, beside).filter((one) => one !== dragged)].at(-1);
  if (side === "before") beside.before(dragged, ...own);
  else last.after(dragged, ...own);
  const into = form.elements.into;
  if (dragged.dataset.within === within) return;
  dragged.dataset.within = within;
  into.value = `${dragged.dataset.key}:${within}`;
  into.disabled = false;
}

function aim(rows, row, side) {
  for (const one of rows) {
    for (const name of ["target", "before", "after", "into"])
      one.classList.toggle(`is-${name}`, one === row && name === side);
  }
}

/* Order: drag a row by its handle, or Alt and an arrow on it. The menu of the handle is plain buttons. The order is
   sent as the form's own fields, named "order", one in each row. */
function order(list) {
  let dragged = null;
  const rows = () => [...list.querySelectorAll(":scope > [data-row]")];
  const form = document.getElementById(list.dataset.order);
  const nests = "nests" in list.dataset;
  // Each move is a press of its own, sent as the rows stand now: they go one after the other (acts.mjs).
  const send = () => {
    if (!form?.matches("[data-press]")) return;
    const by = document.createElement("i");
    form.append(by);
    by.addEventListener("answered", () => by.remove(), { once: true });
    document.dispatchEvent(new CustomEvent("press", { detail: { form, by } }));
    if (form.elements.into) form.elements.into.disabled = true;
  };
  const move = (row, index) => {
    const all = rows();
    const from = all.indexOf(row);
    const to = Math.max(0, Math.min(all.length - 1, index));
    if (from === to) return;
    all[to][to > from ? "after" : "before"](row);
    row.querySelector("summary")?.focus();
    send();
  };
  for (const row of rows()) {
    const handle = row.querySelector("summary");
    if (!handle) continue;
    handle.addEventListener("pointerdown", () => {
      row.draggable = true;
    });
    handle.addEventListener("pointerup", () => {
      row.draggable = false;
    });
    handle.addEventListener("keydown", (event) => {
      if (!event.altKey || !/^Arrow/.test(event.key)) return;
      event.preventDefault();
      move(row, rows().indexOf(row) + (/Up|Left/.test(event.key) ? -1 : 1));
    });
    row.addEventListener("dragstart", () => {
      dragged = row;
      row.classList.add("is-dragged");
    });
    row.addEventListener("dragend", () => {
      row.classList.remove("is-dragged");
      row.draggable = false;
      dragged = null;
      aim(rows());
    });
    row.addEventListener("dragover", (event) => {
      if (!dragged) return;
      event.preventDefault();
      if (dragged !== row) aim(rows(), row, nests ? sideOf(row, dragged, event) : "target");
      else aim(rows());
    });
    row.addEventListener("drop", (event) => {
      event.preventDefault();
      if (!dragged || dragged === row) return;
      if (nests) nest(rows(), form, dragged, row, sideOf(row, dragged, event));
      else return move(dragged, rows().indexOf(row));
      dragged.querySelector("summary")?.focus();
      send();
    });
  }
}
/* htmx says of the page, too, that it has loaded: once it is there, a list would move each row twice. */
const ordered = new WeakSet();
const orderAll = (root) => {
  for (const list of root.querySelectorAll("[data-order]")) {
    if (ordered.has(list)) continue;
    ordered.add(list);
    order(list);
  }
};
orderAll(document);
document.addEventListener("htmx:load", (event) => orderAll(event.target));

/* A filter: rows whose words hold all that was typed. Without scripts the form asks the server. */
for (const form of document.querySelectorAll("[data-filter]")) {
  const field = form.querySelector("input[type=search]");
  const plain = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
  const said = document.getElementById(field.getAttribute("aria-describedby"));
  const rule = new Intl.PluralRules(document.documentElement.lang);
  field.addEventListener("input", () => {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of document.querySelectorAll(form.dataset.filter)) {
      const text = plain(`${row.textContent} ${row.dataset.find ?? ""}`);
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) shown += 1;
    }
    if (said?.dataset.one) {
      const sentence = rule.select(shown) === "one" ? said.dataset.one : said.dataset.other;
      said.textContent = sentence.replace(/\d+/, shown);
    }
    for (const part of document.querySelectorAll(".settings > section")) {
      part.hidden = !part.querySelector(`${form.dataset.filter}:not([hidden])`);
    }
  });
}

/* Ticked rows: the bar with what can be done is shown only while something is ticked. */
for (const bar of document.querySelectorAll("[data-act-bar]")) {
  const boxes = [...document.querySelectorAll("[data-pick]")];
  const all = document.querySelector("[data-pick-all]");
  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    bar.hidden = ticked === 0;
    bar.querySelector("[data-picked]").textContent = ticked;
    if (!all) return;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  all?.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    show();
  });
  for (const box of boxes) box.addEventListener("change", show);
  show();
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard?.writeText(button.parentElement.querySelector("code").textContent);
  say(button.dataset.copy);
});
