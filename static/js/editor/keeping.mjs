/* What is typed, kept in the account of whoever types it: it outlives this browser and this session.

   Asked for by start.mjs each time something new was kept in the browser; the server answers with the number of the
   row and the state of it, which the form carries from then on. Another tab with the same row gets one of its own. */

const PAUSE = 5000;
const MOST_ON_LEAVING = 60_000; // bytes: what browsers send for a page that is going

/* The cookie itself, not the token of the form: that is void once somebody has signed in again in another tab. */
const token = () => document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/)?.[1];

/* `leaving` sends at once and waits for nothing. */
export function keepThere(box, typed, { leaving = false } = {}) {
  const { form } = box;
  box.there ??= { typed: null, sending: false, timer: 0 };
  const state = box.there;
  if (typed === state.typed || form.dataset.sending !== undefined) return;
  if (!token()) return box.sayKeptHere?.();
  if (!leaving && (state.sending || state.timer)) {
    state.next = typed;
    return navigator.onLine || box.sayKeptHere?.();
  }
  send(box, state, typed, leaving);
}

async function send(box, state, typed, leaving) {
  const { form, area } = box;
  const { unsent, submission } = form.elements;
  state.known ??= unsent.value;
  const data = formData(form);
  const size = [...data.values()].reduce((sum, value) => sum + new Blob([value]).size, 0);
  if (leaving && size > MOST_ON_LEAVING) return;
  const name = (number) => {
    unsent.value = number;
    box.onNumber?.(number);
  };
  // An answer may be lost, with the page that waited for it: the row is known, too, by this sending, which no other tab
  // has.
  name([state.known, submission?.value].filter(Boolean).join(" "));
  data.set("unsent", unsent.value);
  state.typed = typed;
  state.sending = true;
  // A tab that is left waits for nothing: what is on its way gives way to what was typed since.
  state.leave?.abort();
  const mine = new AbortController();
  state.leave = mine;
  try {
    const answer = await fetch(area.dataset.keep, {
      method: "POST",
      body: data,
      keepalive: leaving,
      signal: mine.signal,
      headers: { "X-Editor": "1", "X-CSRFToken": token(), "X-Unasked": "1" },
    });
    const said = answer.status === 200 ? await answer.json() : {};
    if ("number" in said) {
      state.known = said.number;
      name(said.number);
      if (said.kept && !box.busy) box.say(box.config.labels.keptThere.replace("{time}", said.kept));
    } else if (said.error) {
      // Not asked again before more is typed.
      box.say(said.error);
    } else box.sayKeptHere?.();
  } catch {
    if (state.leave !== mine) return;
    // Offline, or the text has just been sent: this browser has it, and the next round tries again.
    state.typed = null;
    if (!mine.signal.aborted) box.sayKeptHere?.();
  }
  if (state.leave !== mine) return;
  state.sending = false;
  clearTimeout(state.timer);
  state.timer = setTimeout(() => {
    state.timer = 0;
    const { next } = state;
    state.next = undefined;
    if (next !== undefined && document.contains(area)) keepThere(box, next);
  }, PAUSE);
}

/* No files, and nothing that names the sending by itself. A form that opened on another page names its own. */
function formData(form) {
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  data.delete("csrfmiddlewaretoken");
  const here = new URL(location);
  here.searchParams.delete("unsent");
  if (!data.get("written_on")) data.set("written_on", here.pathname + here.search);
  return data;
}
