/* The point of a picture that stays visible however it is cut: clicked in the picture, or typed as two numbers, which
   is all there is without scripts. A picture that was chosen is shown before it is sent. */
function start(box) {
  const { elements } = box.closest("form");
  const dot = box.querySelector(".focal-dot");
  const axes = [elements.focal_x, elements.focal_y];
  const covers = document.querySelectorAll(".focal .cover, .crops .cover, [data-focal-cut] img");
  const place = () => {
    const [left, top] = axes.map((axis) => `${axis.value || 50}%`);
    dot.style.setProperty("left", left);
    dot.style.setProperty("top", top);
    for (const cover of covers) {
      cover.style.setProperty("--focal-x", left);
      cover.style.setProperty("--focal-y", top);
    }
  };
  box.addEventListener("click", (event) => {
    const { left, top, width, height } = box.getBoundingClientRect();
    const share = (part, whole) => Math.round(Math.min(Math.max(part / whole, 0), 1) * 100);
    axes[0].value = share(event.clientX - left, width);
    axes[1].value = share(event.clientY - top, height);
    place();
  });
  for (const axis of axes) axis.addEventListener("input", place);
  place();

  const whole = box.querySelector("[data-focal-photo]");
  if (!whole) return;
  elements.picture.addEventListener("change", () => {
    const [file] = elements.picture.files;
    if (!file) return;
    whole.src = URL.createObjectURL(file);
    for (const cut of document.querySelectorAll("[data-focal-cut] img")) cut.src = whole.src;
    box.closest("[data-focal-part]").hidden = false;
  });
}

const started = new WeakSet();
function startAll(root) {
  for (const box of root.querySelectorAll("[data-focal]")) {
    if (started.has(box)) continue;
    started.add(box);
    start(box);
  }
}
startAll(document);
/* A form that was refused in place has come anew. */
document.addEventListener("htmx:load", (event) => startAll(event.target));
