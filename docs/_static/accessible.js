// What the theme leaves out for those who use a keyboard or hear a page read.
document.addEventListener("DOMContentLoaded", () => {
  const all = (found, change) => document.querySelectorAll(found).forEach(change);
  all('p.caption[role="heading"]', (caption) => caption.setAttribute("aria-level", "2"));
  all("aside.sidebar-drawer", (aside) => aside.setAttribute("aria-label", "Pages"));
  all("aside.toc-drawer", (aside) => aside.setAttribute("aria-label", "On this page"));
  all("pre, .table-wrapper, .formula, .output", (region) => region.setAttribute("tabindex", "0")); // they may scroll
  all("th", (head) => { if (!head.textContent.trim()) head.replaceWith(document.createElement("td")); });

  // A table that is too wide - of many columns, or any on a phone - has its rows as blocks of lines, each with the name of
  // its column; the roles keep it a table for those who hear it.
  const phone = matchMedia("(max-width: 40rem)");
  all("table.docutils:has(thead)", (table) => {
    const names = [...table.tHead.rows[0].cells].map((head) => head.textContent.trim());
    table.setAttribute("role", "table");
    [...table.tHead.rows[0].cells].forEach((head) => head.setAttribute("role", head.textContent.trim() ? "columnheader" : "cell"));
    table.querySelectorAll("thead, tbody").forEach((part) => part.setAttribute("role", "rowgroup"));
    table.querySelectorAll("tr").forEach((row) => row.setAttribute("role", "row"));
    table.querySelectorAll("tbody td").forEach((cell) => { cell.setAttribute("role", "cell"); cell.dataset.name = names[cell.cellIndex] ?? ""; });
    const stack = () => table.classList.toggle("stacked", phone.matches || names.length > 6);
    phone.addEventListener("change", stack);
    stack();
  });
});
