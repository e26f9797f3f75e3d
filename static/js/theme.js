/* Loaded before the first paint: the theme chosen in this browser, or the system's. */
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  /* storage is closed: the system decides */
}
