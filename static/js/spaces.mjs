/* Settings of spaces and the menu: what a choice asks beside its name is shown while it is chosen. Without scripts
   all of it is there, and what does not belong to the choice is ignored. */
for (const more of document.querySelectorAll(".circle-more[data-of]")) {
  const select = document.getElementById(more.dataset.of);
  if (!select) continue;
  const show = () => {
    more.hidden = select.value !== more.dataset.circle;
  };
  select.addEventListener("change", show);
  show();
}

/* Rows of the menu that were dragged stand elsewhere than when their buttons were made. */
for (const list of document.querySelectorAll(".menu-rows")) {
  list.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=move]");
    if (!button) return;
    const place = [...list.children].indexOf(button.closest("[data-row]"));
    button.value = button.value.replace(/^\d+/, place);
  });
}
