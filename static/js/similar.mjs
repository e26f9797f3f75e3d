/* What has been said before, while a title is typed. Without scripts the form works the same. */
const title = document.querySelector("[data-similar]");
const near = document.querySelector("[data-near]");

if (title && near) {
  const list = near.querySelector("ul");
  const none = near.querySelector("ul + p");
  let timer = 0;
  let asked = "";

  const line = ({ title: text, url, space, solved }) => {
    const item = document.createElement("li");
    item.className = "line";
    const box = item.appendChild(document.createElement("div"));
    box.className = "grow";
    const link = box.appendChild(document.createElement("h3")).appendChild(document.createElement("a"));
    link.href = url;
    link.textContent = text;
    const facts = box.appendChild(document.createElement("p"));
    facts.className = "meta";
    for (const fact of [solved && near.dataset.solved, space]) {
      if (!fact) continue;
      facts.appendChild(document.createElement("span")).textContent = fact;
    }
    return item;
  };

  const ask = async () => {
    const words = title.value.trim();
    if (words === asked) return;
    asked = words;
    near.hidden = words.length < 6;
    if (near.hidden) return;
    try {
      const headers = { "X-Unasked": "1" };
      const answer = await fetch(`${near.dataset.near}?q=${encodeURIComponent(words)}`, { headers });
      const { threads } = await answer.json();
      if (words !== asked) return;
      list.replaceChildren(...threads.map(line));
      none.hidden = threads.length > 0;
    } catch {
      near.hidden = true; /* a help, never an obstacle */
    }
  };

  title.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 350);
  });
  if (title.value) ask();
}
