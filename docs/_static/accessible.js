// What the theme leaves out for those who use a keyboard or hear a page read.
document.addEventListener("DOMContentLoaded", () => {
  const all = (found, change) => document.querySelectorAll(found).forEach(change);
  all('p.caption[role="heading"]', (caption) => caption.setAttribute("aria-level", "2"));
  all("aside.sidebar-drawer", (aside) => aside.setAttribute("aria-label", "Pages"));
  all("aside.toc-drawer", (aside) => aside.setAttribute("aria-label", "On this page"));
  all("pre, .table-wrapper, .formula, .output", (region) => region.setAttribute("tabindex", "0")); // they may scroll
  all("th", (head) => { if (!head.textContent.trim()) head.replaceWith(document.createElement("td")); });
});
