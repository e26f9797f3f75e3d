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
