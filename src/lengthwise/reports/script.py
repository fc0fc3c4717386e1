"""The page's only script: filters and sorts the overview, shows what hovers, and opens what a link leads to.

Plain JavaScript of any browser of the last ten years; no library, no network. Without it nothing is lost but comfort.
"""

SCRIPT = """
(() => {
  const all = (what, from = document) => [...from.querySelectorAll(what)];
  const rows = all("table.overview tbody tr"), count = document.querySelector(".count");
  all(".filters").forEach(filters => { filters.hidden = false; });
  const pressed = group => all("button[aria-pressed=true]", group).map(b => b.dataset.value);

  const show = () => {
    const groups = all("[data-filter]"), chosen = {};
    groups.forEach(g => { chosen[g.dataset.filter] = pressed(g); });
    all("[data-column]").forEach(cell => { cell.hidden = !chosen.column.includes(cell.dataset.column); });
    const wants = (row, name) => !(chosen[name] || []).length || chosen[name].includes(row.dataset[name]);
    rows.forEach(row => { row.hidden = !["regime", "stage", "task", "method"].every(name => wants(row, name)); });
    all(".regime").forEach(r => { r.hidden = !all("tbody tr", r).some(row => !row.hidden); });
    const left = rows.filter(row => !row.hidden).length;
    count.textContent = left === rows.length ? `${left} rows` : `${left} of ${rows.length} rows`;
  };
  all("[data-filter] button").forEach(button => button.addEventListener("click", () => {
    button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") !== "true");
    show();
  }));

  const value = cell => cell.dataset.order === undefined ? cell.textContent.trim() : Number(cell.dataset.order);
  all("table.overview thead button").forEach(button => button.addEventListener("click", () => {
    const head = button.closest("th"), table = head.closest("table"), at = [...head.parentNode.children].indexOf(head);
    const down = head.getAttribute("aria-sort") !== "descending";
    all("th", table).forEach(h => h.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const order = (a, b) => {
      const [x, y] = [value(a.cells[at]), value(b.cells[at])];
      return (x < y ? -1 : x > y ? 1 : 0) * (down ? -1 : 1);
    };
    table.tBodies[0].append(...all("tbody tr", table).sort(order));
  }));

  const tip = document.body.appendChild(document.createElement("div"));
  tip.className = "tip"; tip.setAttribute("role", "tooltip"); tip.id = "tip"; tip.hidden = true;
  const hide = () => { tip.hidden = true; };
  all("table.overview [title]").forEach(cell => {
    cell.dataset.tip = cell.title; cell.removeAttribute("title"); cell.setAttribute("aria-describedby", "tip");
    const appear = () => {
      tip.textContent = cell.dataset.tip; tip.hidden = false;
      const box = cell.getBoundingClientRect(), own = tip.getBoundingClientRect();
      const left = Math.min(Math.max(8, box.left + box.width / 2 - own.width / 2), innerWidth - own.width - 8);
      const above = box.top - own.height - 8;
      tip.style.left = `${left + scrollX}px`;
      tip.style.top = `${(above > 8 ? above : box.bottom + 8) + scrollY}px`;
    };
    cell.addEventListener("mouseenter", appear); cell.addEventListener("focus", appear);
    cell.addEventListener("mouseleave", hide); cell.addEventListener("blur", hide);
  });
  addEventListener("keydown", event => { if (event.key === "Escape") hide(); });

  const open = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === "DETAILS") { target.open = true; target.scrollIntoView(); }
  };
  addEventListener("hashchange", open);
  open();
})();
"""
