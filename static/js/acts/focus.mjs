/* Where the keyboard is, before and after what it stands in is replaced (part of acts.mjs). */
export const REACHED = "a[href], button, summary, input:not([type=hidden]), select, textarea, [tabindex]";

/* Focus: where it stood in what is replaced, and the same place in what comes. */
export function standing(block) {
  const here = document.activeElement;
  if (!here || here === document.body || !block.contains(here)) return null;
  const { id, name, value, textContent: words } = here;
  return { id, name, value, words, index: [...block.querySelectorAll(REACHED)].indexOf(here) };
}

export function stand(block, place) {
  if (!place) return;
  const all = [...block.querySelectorAll(REACHED)].filter((one) => one.checkVisibility?.() ?? true);
  const alike = all.filter((one) => one.localName === "button" && !one.name && one.textContent === place.words);
  const same =
    all.find((one) => place.id && one.id === place.id) ??
    all.find((one) => place.name && one.name === place.name && one.value === place.value) ??
    (alike.length === 1 ? alike[0] : null) ??
    all[Math.min(Math.max(place.index, 0), all.length - 1)] ??
    block;
  land(same);
}

/* The keyboard goes on there, and nothing scrolls. */
export function land(block) {
  if (!block.matches(REACHED)) block.tabIndex = -1;
  block.focus({ preventScroll: true });
}
