for (const table of document.querySelectorAll("table.fleet")) {
  const heads = [...table.tHead.rows[0].cells];
  const key = (row, i) => { const cell = row.cells[i]; return cell.dataset.by ?? cell.textContent; };
  heads.forEach((head, i) => head.querySelector("button").addEventListener("click", () => {
    const up = head.getAttribute("aria-sort") !== "ascending";
    heads.forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const rows = [...table.tBodies[0].rows];
    rows.sort((a, b) => key(a, i).localeCompare(key(b, i), "en", { numeric: true }) * (up ? 1 : -1));
    table.tBodies[0].append(...rows);
  }));
}
