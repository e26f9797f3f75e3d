/* Settings of spaces and the menu: what a choice asks beside its name is shown while it is chosen. Without scripts
   all of it is there, and what does not belong to the choice is ignored. */
const asked = new WeakSet();
function ask(root) {
  for (const more of root.querySelectorAll(".circle-more[data-of]")) {
    const select = document.getElementById(more.dataset.of);
    if (!select || asked.has(more)) continue;
    asked.add(more);
    const show = () => {
      more.hidden = select.value !== more.dataset.circle;
    };
    select.addEventListener("change", show);
    show();
  }
}
ask(document);
/* A form that was refused in place has come anew. */
document.addEventListener("htmx:load", (event) => ask(event.target));

/* Rows of the menu that were dragged stand elsewhere than when their buttons were made. */
for (const list of document.querySelectorAll(".menu-rows")) {
  list.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=move]");
    if (!button) return;
    const place = [...list.children].indexOf(button.closest("[data-row]"));
    button.value = button.value.replace(/^\d+/, place);
  });
}
