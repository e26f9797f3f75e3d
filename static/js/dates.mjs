/* The calendar beside a box for a date: the browser’s own, whose choice is written in the order of the page. The box
   stays what is sent; without a calendar, or without scripts, one types. */
const two = (n) => String(n).padStart(2, "0");

const boxOf = (place) => place.closest(".typed-date").querySelector("input[name]");

/* A day, and what may follow it: 14:30, 14 h 30, 1430, 2:30 pm. */
const DAY = /^\s*(\d{1,4})[\s/.-]+(\d{1,2})[\s/.-]+(\d{1,4})/;
const HOUR = /^(?:[,\s]|at\s|à\s)+(\d{1,2}?)\s*[:.h]?\s*(\d\d)?\s*(am|pm)?\s*$/i;

/* The hour in the box, as computers write it; nine where none stands there. */
function hourIn(text) {
  const [, hour = 9, minute = "00", half = ""] = text.match(HOUR) ?? [];
  return `${two(half ? (hour % 12) + (half.toLowerCase() === "pm" ? 12 : 0) : hour)}:${minute}`;
}

/* What stands in the box, as computers write it; nothing where that is not a whole date. */
function chosen(box, order, kind) {
  const [said, ...parts] = box.value.match(DAY) ?? [];
  if (!said) return "";
  const at = parts[0].length === 4 ? "Ymd" : order;
  const [year, month, day] = ["Y", "m", "d"].map((part) => parts[at.indexOf(part)]);
  const written = `${year}-${two(month)}-${two(day)}`;
  return kind === "date" ? written : `${written}T${hourIn(box.value.slice(said.length))}`;
}

/* 2026-12-31T14:30 as the page writes it. */
function written(value, order) {
  const [date, hour = ""] = value.split("T");
  const [Y, m, d] = date.split("-");
  const parts = { Y, m, d };
  return `${[...order].map((part) => parts[part]).join("/")} ${hour}`.trim();
}

document.addEventListener("click", (event) => {
  const place = event.target.closest("[data-order]");
  if (!place || !event.target.closest("button")) return;
  const picked = place.querySelector("[data-native]");
  picked.value = chosen(boxOf(place), place.dataset.order, picked.type);
  try {
    picked.showPicker();
  } catch {
    boxOf(place).focus();
  }
});

document.addEventListener("change", (event) => {
  const place = event.target.matches("[data-native]") && event.target.closest("[data-order]");
  if (!place || !event.target.value) return;
  const box = boxOf(place);
  box.value = written(event.target.value, place.dataset.order);
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.dispatchEvent(new Event("change", { bubbles: true }));
  box.focus();
});
