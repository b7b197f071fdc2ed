
"use strict";
// Sorts and filters what is on the page. Nothing is fetched, and no text becomes markup.
(function () {
	function key(row, column) {
		const cell = row.cells[column];
		const text = cell.dataset.sort || cell.textContent;
		const number = Number(text);
		return text.trim() !== "" && !Number.isNaN(number) ? number : text;
	}

	// Numbers come before texts, and "-" (nothing) last.
	function compare(a, b) {
		if ((a === "-") !== (b === "-"))
			return a === "-" ? 1 : -1;
		if (typeof a === "number" && typeof b === "number")
			return a - b;
		if (typeof a !== typeof b)
			return typeof a === "number" ? -1 : 1;
		return a.localeCompare(b, "en", { numeric: true });
	}

	function sort(table, column) {
		const heads = table.tHead.rows[0].cells;
		const descending = heads[column].getAttribute("aria-sort") === "ascending";
		const body = table.tBodies[0];
		const rows = Array.from(body.rows, (row) => ({ row, key: key(row, column) }));
		rows.sort((a, b) => (descending ? compare(b.key, a.key) : compare(a.key, b.key)));
		body.append(...rows.map((entry) => entry.row));
		for (const head of heads)
			head.removeAttribute("aria-sort");
		heads[column].setAttribute("aria-sort", descending ? "descending" : "ascending");
	}

	function makeSortable(table) {
		Array.from(table.tHead.rows[0].cells).forEach((head, column) => {
			const button = document.createElement("button");
			button.type = "button";
			button.textContent = head.textContent;
			button.addEventListener("click", () => sort(table, column));
			head.replaceChildren(button);
		});
	}

	// All words have to be there, in any order.
	function matches(text, words) {
		const lower = text.toLowerCase();
		return words.every((word) => lower.includes(word));
	}

	function addFilter(section, before, items) {
		const label = document.createElement("label");
		const input = document.createElement("input");
		const count = document.createElement("output");
		label.className = "filter";
		input.type = "search";
		input.addEventListener("input", () => {
			const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
			let shown = 0;
			for (const item of items) {
				item.hidden = !matches(item.textContent, words);
				shown += item.hidden ? 0 : 1;
			}
			// A rule none of whose findings is left.
			for (const rule of section.querySelectorAll("section.rule"))
				rule.hidden = !rule.querySelector("tbody tr:not([hidden])");
			count.textContent = words.length ? shown + " of " + items.length : "";
		});
		label.append("Filter", input, count);
		before.before(label);
	}

	for (const table of document.querySelectorAll("table.rows"))
		makeSortable(table);
	for (const section of document.querySelectorAll("main > section")) {
		const rows = section.querySelectorAll("table.rows > tbody > tr");
		const ladders = section.querySelectorAll("figure.ladder");
		const first = section.querySelector("section.rule, div.wide, figure.ladder");
		if (rows.length)
			addFilter(section, first, Array.from(rows));
		else if (ladders.length)
			addFilter(section, first, Array.from(ladders));
	}
})();
