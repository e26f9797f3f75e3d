/* Founding a community: the preview takes the colour’s palette from the server, and the name as it is typed. */
const sheet = document.querySelector("link[data-preview]");
const colour = document.querySelector("[data-preview-colour]");
const name = document.querySelector("[data-preview-name]");

let waiting;
colour?.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const address = new URL(sheet.href);
    address.searchParams.set("colour", colour.value);
    sheet.href = address;
  }, 120);
});

document.querySelector("#id_name")?.addEventListener("input", (event) => {
  name.textContent = event.target.value.trim() || name.dataset.previewName;
});
