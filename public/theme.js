// Runs before first paint, so that a chosen theme never flashes the other one. A file, not inline: the page's CSP needs no hash for it.
(() => {
  let choice = null;
  try {
    choice = localStorage.getItem("saga-studio.theme");
  } catch {
    // Storage may be forbidden; the system's theme then decides.
  }
  const dark = choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
