/* What is typed into a form that writes no post (settings, letters, rules, notes) is kept in the account while one
   types: a row for each opening of the form, so that no tab overwrites another’s. Whoever comes back is offered it.
   Texts that become posts have their own way (editor/start.mjs). The server forgets what has arrived. */
const PAUSE = 5000;
const MOST_ON_LEAVING = 60_000; // bytes: what browsers send for a page that is going
const MOST_SENDINGS = 4;
const MOST_ASKED = 3; // forms of a page
/* Which state of a page a form was filled with: it goes along, so that what others have changed since is said. */
const STATES = ["version", "revision", "seen", "began"];
const LINES = "input:is([type=text], [type=search], [type=url]):not([data-unkept])";

const states = new WeakMap();
/* The cookie itself, not the token of the form: that is void once somebody has signed in again in another tab. */
const token = () => document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/)?.[1] ?? "";
const another = () => crypto.randomUUID?.() ?? "";
const pathOf = (form) => new URL(form.getAttribute("action") ?? "", location.href).pathname;

/* Fields that share a name are rows of a list; which of them was meant cannot be said later. */
const isText = (field) => field.matches?.(`textarea[data-kept], ${LINES}`) && field.form.elements[field.name] === field;

function prepare(form) {
  if (states.has(form) || form.method !== "post" || form.elements.unsent) return;
  const path = pathOf(form);
  const alike = [...document.forms].filter((one) => pathOf(one) === path);
  const state = {
    form,
    address: form.querySelector("[data-kept]").dataset.kept,
    path,
    about: `form:${form.id || alike.indexOf(form)}`,
    touched: new Set(),
    refused: new Set(),
    sendings: [another()],
    number: "",
    kept: "{}",
  };
  states.set(form, state);
  form.addEventListener("input", ({ target }) => {
    if (!isText(target)) return;
    state.touched.add(target.name);
    state.last = target;
    if (state.isSent) beAnother(state);
    state.timer ??= setInterval(() => keep(state), PAUSE);
  });
  form.addEventListener("submit", ({ submitter }) => {
    if (submitter?.matches("[data-editor-preview], [formtarget]")) return;
    keep(state, true);
    state.isSent = true;
  });
  // No answer came, or a refusal: it goes on being kept.
  form.addEventListener("released", () => {
    state.isSent = false;
  });
  addEventListener("pagehide", () => keep(state, true));
  document.addEventListener("visibilitychange", () => document.hidden && keep(state, true));
  // Of a list with a form in each row only the one is asked for that somebody comes to.
  if (document.querySelectorAll("form:has([data-kept])").length <= MOST_ASKED) look(state);
  else form.addEventListener("focusin", () => look(state), { once: true });
}

/* What is typed after it was sent is another opening: the first may have arrived. */
function beAnother(state) {
  state.isSent = false;
  state.number = "";
  state.sendings = [another(), ...state.sendings].slice(0, MOST_SENDINGS);
}

function typed({ form, touched, refused }) {
  const fields = {};
  for (const field of form.elements) {
    if (!touched.has(field.name) || !isText(field)) continue;
    // What was refused came with the page, and is saved nowhere all the same.
    if (field.value === field.defaultValue && !refused.has(field.name)) continue;
    fields[field.name] = field.value;
    const format = form.elements[`${field.name}_format`];
    if (format) fields[format.name] = format.value;
  }
  return fields;
}

function dataOf(state, fields) {
  const { form, path, number, sendings } = state;
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  if (Object.keys(fields).length) {
    for (const name of STATES) if (form.elements[name]?.value) data.set(name, form.elements[name].value);
    data.set("page_title", document.querySelector("h1")?.textContent.trim().slice(0, 200) ?? "");
  }
  const here = new URL(location);
  here.searchParams.delete("unsent");
  data.set("form_action", path);
  data.set("written_on", here.pathname + here.search);
  data.set("submission", sendings[0]);
  data.set("unsent", [number, sendings[0]].filter(Boolean).join(" "));
  return data;
}

async function keep(state, leaving = false) {
  const { form } = state;
  const fields = typed(state);
  const now = JSON.stringify(fields);
  if (now === state.kept || state.isSent || state.isStranger || (state.busy && !leaving)) return;
  if (!document.contains(form) || !token()) return;
  if (leaving && new Blob([now]).size > MOST_ON_LEAVING) return;
  state.busy = true;
  state.kept = now;
  const data = dataOf(state, fields);
  carry(state);
  try {
    const answer = await fetch(`${state.address}?about=${encodeURIComponent(state.about)}`, {
      method: "POST",
      body: data,
      keepalive: leaving,
      headers: { "X-Editor": "1", "X-CSRFToken": token(), "X-Unasked": "1" },
    });
    const said = answer.status === 200 ? await answer.json() : {};
    if ("number" in said && data.get("submission") === state.sendings[0]) state.number = said.number;
    carry(state);
    say(state, said.said ?? said.error ?? "");
    if (said.error || answer.status >= 500) state.kept = null;
  } catch {
    // Offline: the next round tries again.
    state.kept = null;
  }
  state.busy = false;
}

/* The form names its rows, so that they go with its arriving. */
function carry({ form, number, sendings }) {
  const input =
    form.elements.kept_row ??
    form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: "kept_row" }));
  input.value = [number, ...sendings].filter(Boolean).join(" ");
}

function say(state, words) {
  const box = state.last?.closest("[data-editor-box]");
  state.line ??= Object.assign(document.createElement("p"), { className: "small quiet" });
  state.line.setAttribute("role", "status");
  const place = box?.querySelector("[data-editor-status]") ?? state.line;
  if (place === state.line && state.last) (state.last.closest(".field") ?? state.last.parentElement).append(place);
  place.textContent = words;
}

/* What was typed here before and not sent. */
async function look(state) {
  const asked = { about: state.about, path: state.path, unsent: new URL(location).searchParams.get("unsent") ?? "" };
  try {
    const answer = await fetch(`${state.address}?${new URLSearchParams(asked)}`, { headers: { "X-Unasked": "1" } });
    const said = answer.status === 200 ? await answer.json() : {};
    state.isStranger = answer.status === 200 && !("draft" in said);
    if (said.draft && !state.touched.size) offer(state, asShown(said.draft), asked.unsent);
  } catch {
    /* offline: nothing is offered */
  }
}

/* Lines end on the way as the protocol has it, and in a field as the page has it. */
const asShown = ({ fields, ...draft }) => ({
  ...draft,
  fields: Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, text.replace(/\r\n?/g, "\n")])),
});

const textsIn = ({ form }, draft) =>
  Object.keys(draft.fields).filter((name) => form.elements[name]?.matches && isText(form.elements[name]));

function offer(state, draft, asked) {
  const { form } = state;
  const names = textsIn(state, draft);
  const stands = names.every((name) => form.elements[name].value === draft.fields[name]);
  // A page that was refused, or shown once more to be looked at, has it all; one that was asked for it takes it up.
  if (names.length && (stands || (asked && draft.number.startsWith(`${asked}.`)))) return fill(state, draft);
  const note = Object.assign(document.createElement("div"), { className: "note flow-2 flow" });
  const words = Object.assign(document.createElement("p"), { textContent: draft.said });
  const row = Object.assign(document.createElement("p"), { className: "row" });
  const button = (text, look, act) => {
    const made = Object.assign(document.createElement("button"), {
      type: "button",
      className: look,
      textContent: text,
    });
    made.addEventListener("click", () => {
      note.remove();
      act();
    });
    row.append(made);
  };
  note.setAttribute("role", "status");
  if (names.length) {
    button(draft.take, "btn btn-s", () => {
      fill(state, draft);
      const first = form.elements[names[0]];
      (first.closest("[data-editor-box]")?.querySelector(".editor-paper") ?? first).focus();
    });
  }
  button(draft.discard, "btn btn-plain btn-s", () => throwAway(draft));
  note.append(words, row);
  form.prepend(note);
}

function throwAway({ thrown }) {
  fetch(thrown, { method: "POST", redirect: "manual", headers: { "X-CSRFToken": token() } }).catch(() => {});
}

function fill(state, draft) {
  const { form } = state;
  const names = textsIn(state, draft);
  const others = names.filter((name) => form.elements[name].value !== draft.fields[name]);
  for (const [name, value] of Object.entries(draft.fields)) {
    const field = form.elements[name];
    if (names.includes(name) || (field?.type === "hidden" && (STATES.includes(name) || /_format$/.test(name))))
      field.value = value;
  }
  state.number = draft.number;
  for (const name of names) {
    state.touched.add(name);
    if (!others.includes(name)) state.refused.add(name);
  }
  for (const name of others) form.elements[name].dispatchEvent(new Event("filled"));
  state.kept = JSON.stringify(typed(state));
  carry(state);
  state.timer ??= setInterval(() => keep(state), PAUSE);
}

function start(root) {
  for (const area of root.querySelectorAll?.("textarea[data-kept]") ?? []) if (area.form) prepare(area.form);
}
start(document);
document.addEventListener("htmx:load", (event) => start(event.target));
