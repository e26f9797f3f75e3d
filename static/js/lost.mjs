/* What an act in place says where no answer came (acts.mjs). */
export const lost = () => document.body.dataset.offline;

/* No answer came: the same press once more, from here. */
export function again(form, by) {
  const note = document.createDocumentFragment();
  const button = Object.assign(document.createElement("button"), {
    type: "button",
    className: "btn btn-plain btn-s",
    textContent: document.body.dataset.again,
  });
  button.addEventListener("click", () => {
    by.focus();
    if (by.matches("form")) by.requestSubmit();
    else if (by.form) by.click();
    else document.dispatchEvent(new CustomEvent("press", { detail: { form, by } }));
  });
  note.append(Object.assign(document.createElement("p"), { textContent: lost() }), button);
  return note;
}
