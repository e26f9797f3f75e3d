/* The writing page of articles: counted fields, the preview of a search engine, and drafts saved every few seconds.
   Everything works without it: the buttons save and show the same. */
const EVERY = 5000;

function start(form) {
  for (const field of form.querySelectorAll("[data-count]")) {
    const out = document.getElementById(field.dataset.count);
    const count = () => {
      out.textContent = `${field.value.length} / ${field.dataset.best}`;
    };
    field.addEventListener("input", count);
    count();
  }

  const fields = form.elements;

  /* What the text is made of: its headings, each leading to its place. */
  const contents = form.querySelector("[data-contents]");
  const headings = () =>
    [...form.querySelectorAll(".editor-paper :is(h2, h3)")].filter((one) => one.textContent.trim());
  const outline = () => {
    const rows = headings().map((heading, place) => {
      const way = Object.assign(document.createElement("button"), {
        type: "button",
        className: heading.tagName === "H3" ? "contents-way is-sub" : "contents-way",
        textContent: heading.textContent,
      });
      way.addEventListener("click", () => {
        const there = headings()[place];
        there?.closest(".editor-paper").focus({ preventScroll: true });
        if (there) getSelection().collapse(there, 0);
        there?.scrollIntoView({ block: "center" });
      });
      const row = document.createElement("li");
      row.append(way);
      return row;
    });
    contents.hidden = rows.length < 2;
    contents.querySelector("ol").replaceChildren(...rows);
  };
  let waiting = 0;
  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(outline, 300);
  };
  const box = fields.body.closest("[data-editor-box]");
  new MutationObserver(later).observe(box, { childList: true, subtree: true, characterData: true });

  /* What a search engine would show: the words for it, else the title and the standfirst. */
  const shown = {
    title: [form.querySelector("[data-serp-title]"), [fields.seo_title, fields.title]],
    description: [form.querySelector("[data-serp-description]"), [fields.seo_description, fields.excerpt]],
  };
  form.addEventListener("input", () => {
    for (const [out, sources] of Object.values(shown)) {
      const said = sources.find((field) => field.value.trim());
      if (said) out.textContent = said.value;
    }
  });

  /* A draft is saved while one writes; a version that somebody else has passed is never overwritten. */
  const address = form.dataset.autosave;
  const status = form.querySelector("[data-saved]");
  const typed = () => [fields.title.value, fields.body.value, fields.body_format.value].join("\n\0");

  if (address) {
    let kept = typed();
    let sending = false;
    let stopped = false;

    const save = async () => {
      const now = typed();
      if (now === kept || sending || stopped || form.dataset.sent || form.querySelector("[aria-busy=true]")) return;
      sending = true;
      const body = new FormData();
      for (const name of ["csrfmiddlewaretoken", "title", "body", "body_format", "version"])
        body.set(name, fields[name].value);
      try {
        const headers = { Accept: "application/json", "X-Unasked": "1" };
        const answer = await fetch(address, { method: "POST", body, headers });
        const said = answer.status === 200 ? await answer.json() : { error: form.dataset.unsaved };
        if (said.saved) {
          kept = now;
          fields.version.value = said.version;
        }
        stopped = said.stopped;
        status.textContent = said.saved ?? said.error;
      } catch {
        /* offline: the editor keeps the text in this browser, and the next round tries again */
      }
      sending = false;
    };
    const timer = setInterval(() => (form.isConnected ? save() : clearInterval(timer)), EVERY);
    addEventListener("keydown", (event) => {
      if (form.isConnected && (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
        event.preventDefault();
        save();
      }
    });
  }
}

const started = new WeakSet();
function startAll(root) {
  const form = root.matches?.("[data-article]") ? root : root.querySelector("[data-article]");
  if (!form || started.has(form)) return;
  started.add(form);
  start(form);
}
startAll(document);
/* Refused in place, it has come anew. */
document.addEventListener("htmx:load", (event) => startAll(event.target));
