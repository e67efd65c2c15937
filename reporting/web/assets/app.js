"use strict";
/* The program of every page: pages by address, filter, order and CSV of tables, days, states of drawings, charts. */
(function () {
  const root = document.documentElement;
  const word = (at) => document.body.getAttribute("data-word-" + at) || "";
  const all = (scope, query) => Array.from(scope.querySelectorAll(query));
  const data = (node) => JSON.parse(node.textContent);
  const made = (name, attributes, text) => {
    const node = document.createElement(name);
    for (const key of Object.keys(attributes)) node.setAttribute(key, attributes[key]);
    if (text !== undefined) node.textContent = text;
    return node;
  };
  root.classList.add("js");

  /* Pages */
  const pages = all(document, ".page");
  function asked() {
    try {
      return decodeURIComponent(location.hash.slice(1));
    } catch {
      return ""; /* no fragment that a page has */
    }
  }
  function open() {
    const wanted = asked();
    const target = wanted ? document.getElementById(wanted) : null;
    const holder = target && target.closest(".page");
    const page = holder || pages[0];
    prepare(page);
    for (const one of pages) one.classList.toggle("current", one === page);
    for (const link of all(document, "[data-tab]")) {
      if (link.getAttribute("data-tab") === page.id) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    if (target && target !== page) target.scrollIntoView();
    else if (holder) window.scrollTo(0, 0);
    drawCharts(page);
  }

  /* Charts: the interpreter of expressions needs no evaluation of text as a program */
  const drawn = new Set();
  function drawCharts(page) {
    if (typeof vega === "undefined") return;
    for (const script of all(page, "script[data-chart]")) {
      const id = script.getAttribute("data-chart");
      if (drawn.has(id)) continue;
      drawn.add(id);
      const place = document.getElementById(id);
      const spec = data(script);
      if (spec.width === "container") spec.width = Math.max(280, Math.min(960, (place.clientWidth || document.querySelector("main").clientWidth) - 90));
      const graph = vega.parse(vegaLite.compile(spec).spec, null, { ast: true });
      const view = new vega.View(graph, {
        expr: vegaInterpreter.expressionInterpreter,
        renderer: "svg",
        container: place,
        hover: true,
        loader: { load: () => Promise.reject(new Error("no file is loaded")), sanitize: () => Promise.reject(new Error("no link")) },
      });
      view.runAsync().then(() => place.setAttribute("data-drawn", "true"));
    }
  }

  /* Tables */
  const cellValue = (cell) => {
    const value = cell.getAttribute("data-value");
    return value === null ? cell.textContent : JSON.parse(value);
  };
  function compared(one, other) {
    const numbers = typeof one === "number" && typeof other === "number";
    if (numbers) return one - other;
    if (one === null || other === null) return (one === null) - (other === null);
    return String(one).localeCompare(String(other), root.lang, { numeric: true });
  }
  function sort(table, at, head) {
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of all(table, "th[aria-sort]")) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const body = table.tBodies[0];
    const rows = Array.from(body.rows).map((row, place) => ({ row, place, value: cellValue(row.cells[at]) }));
    rows.sort((one, other) => (down ? -1 : 1) * compared(one.value, other.value) || one.place - other.place);
    for (const one of rows) body.appendChild(one.row);
  }
  const formula = /^\s*[=+\-@\uff0b\uff0d\uff1d\uff20]|^[\t\r\n]/;
  function field(value) {
    let text = value === null ? "" : String(value);
    if (typeof value === "string" && (value.startsWith("'") || formula.test(value))) text = "'" + value;
    return '"' + text.replace(/"/g, '""') + '"';
  }
  function download(rows, name) {
    const text = rows.map((row) => row.map(field).join(",")).join("\r\n");
    const address = URL.createObjectURL(new Blob(["\ufeff" + text + "\r\n"], { type: "text/csv" }));
    const link = made("a", { href: address, download: name + ".csv" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }
  function save(table, name) {
    const rows = Array.from(table.rows).filter((row) => !row.hidden && !row.classList.contains("off"));
    const plain = (cell) => (typeof cellValue(cell) === "object" && cellValue(cell) !== null ? cell.textContent : cellValue(cell));
    download(rows.map((row) => Array.from(row.cells).map(plain)), name);
  }
  function equip(frame) {
    const table = frame.querySelector("table");
    if (!table || !table.tHead) return;
    Array.from(table.tHead.rows[0].cells).forEach((head, at) => {
      if (!head.textContent) return;
      const button = made("button", { type: "button", class: "order" }, head.textContent);
      head.textContent = "";
      head.appendChild(button);
      button.addEventListener("click", () => sort(table, at, head));
    });
    const tools = made("div", { class: "tools" });
    if (frame.hasAttribute("data-filter")) addFilter(tools, table);
    const csv = made("button", { type: "button", class: "csv" }, word(1));
    csv.addEventListener("click", () => save(table, frame.getAttribute("data-table")));
    if (tools.firstChild) frame.insertBefore(tools, frame.firstChild);
    frame.appendChild(csv);
  }
  /* Long tables: unpacked when they are opened, and shown in parts */
  const SHOWN_ROWS = 250;
  const MOST_PRINTED_ROWS = 10000;
  async function unpacked(script) {
    const bytes = Uint8Array.from(atob(script.textContent), (one) => one.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return JSON.parse(await new Response(stream).text());
  }
  const textOf = (entry) => (Array.isArray(entry) ? String(entry[entry.length - 1]) : entry);
  const valueOf = (entry) => (Array.isArray(entry) ? entry[0] : entry);
  function placesOf({ places, steps }) {
    let at = 0;
    return places || steps.map((step) => (at += step));
  }
  /* The rank of each entry of a column: numbers before words */
  function ranks(entries) {
    const collator = new Intl.Collator(root.lang, { numeric: true });
    const order = Array.from(entries.keys());
    const isNumber = (at) => typeof valueOf(entries[at]) === "number";
    order.sort((one, other) => {
      if (isNumber(one) !== isNumber(other)) return isNumber(one) ? -1 : 1;
      if (isNumber(one)) return valueOf(entries[one]) - valueOf(entries[other]);
      return collator.compare(textOf(entries[one]), textOf(entries[other]));
    });
    const found = new Float64Array(entries.length);
    order.forEach((at, rank) => (found[at] = rank));
    return found;
  }
  /* Rows in which each of the words stands somewhere; a column has each of its entries once */
  function matching(columns, count, wanted) {
    const hits = wanted.map((one) => columns.map((column) => column.entries.map((entry) => textOf(entry).toLowerCase().includes(one))));
    const found = [];
    for (let row = 0; row < count; row += 1) {
      if (hits.every((of) => columns.some((column, at) => of[at][column.cells[row]]))) found.push(row);
    }
    return found;
  }
  class LongTable {
    constructor(details, found) {
      this.columns = found.columns;
      this.base = found.base;
      this.places = placesOf(found);
      this.rows = Array.from(this.places.keys());
      this.order = this.rows;
      this.first = 0;
      this.name = details.getAttribute("data-table");
      const frame = made("div", { class: "table", "data-table": this.name });
      const scroll = made("div", { class: "scroll", role: "region", tabindex: "0" });
      scroll.setAttribute("aria-label", details.querySelector("summary").textContent);
      this.table = made("table", { id: details.id + "-table" });
      const head = this.table.createTHead().insertRow();
      this.columns.forEach((column, at) => head.appendChild(this.heading(column, at)));
      this.body = this.table.createTBody();
      scroll.appendChild(this.table);
      const csv = made("button", { type: "button", class: "csv" }, word(1));
      csv.addEventListener("click", () => download([this.columns.map((column) => column.title), ...this.rows.map((row) => this.values(row))], this.name));
      frame.append(this.tools(), scroll, csv);
      details.appendChild(frame);
      this.fill();
    }
    heading(column, at) {
      const head = made("th", { scope: "col", class: column.right ? "right" : "" });
      const button = made("button", { type: "button", class: "order" }, column.title);
      button.addEventListener("click", () => this.sort(head, at));
      head.appendChild(button);
      return head;
    }
    tools() {
      const tools = made("div", { class: "tools" });
      const label = made("label", {}, word(0) + " ");
      this.box = made("input", { type: "search" });
      this.count = made("span", { class: "count", role: "status" });
      this.earlier = made("button", { type: "button" }, word(5));
      this.later = made("button", { type: "button" }, word(6));
      this.box.addEventListener("input", () => this.filter());
      this.earlier.addEventListener("click", () => this.fill(this.first - SHOWN_ROWS));
      this.later.addEventListener("click", () => this.fill(this.first + SHOWN_ROWS));
      label.appendChild(this.box);
      tools.append(label, this.count, this.earlier, this.later);
      return tools;
    }
    entry(row, column) {
      return column.entries[column.cells[row]];
    }
    values(row) {
      return this.columns.map((column) => valueOf(this.entry(row, column)));
    }
    filter() {
      const wanted = this.box.value.toLowerCase().split(/\s+/).filter(Boolean);
      const kept = new Set(matching(this.columns, this.places.length, wanted));
      this.rows = this.order.filter((row) => kept.has(row));
      this.fill();
    }
    sort(head, at) {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of all(this.table, "th[aria-sort]")) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const { entries, cells } = this.columns[at];
      const rank = ranks(entries);
      this.order = Array.from(this.places.keys()).sort((one, other) => (down ? -1 : 1) * (rank[cells[one]] - rank[cells[other]]) || one - other);
      this.filter();
    }
    fill(first = 0, most = SHOWN_ROWS) {
      this.first = Math.max(0, first);
      const shown = this.rows.slice(this.first, this.first + most);
      this.body.replaceChildren(...shown.map((row) => this.row(row)));
      const count = this.rows.length;
      const number = (one) => one.toLocaleString(root.lang);
      const part = word(4).replace("{first}", number(this.first + 1)).replace("{last}", number(this.first + shown.length)).replace("{count}", number(count));
      const every = count || !this.places.length ? number(count) + " " + word(2) : word(3);
      this.count.textContent = shown.length < count ? part : every;
      this.earlier.hidden = this.later.hidden = shown.length === count;
      this.earlier.disabled = this.first === 0;
      this.later.disabled = this.first + shown.length >= count;
    }
    /* Every row on paper, and the same part again afterwards */
    print(begins) {
      if (begins) this.kept = [this.rows, this.first];
      this.rows = begins ? this.order : this.kept[0];
      this.fill(begins ? 0 : this.kept[1], begins ? MOST_PRINTED_ROWS : SHOWN_ROWS);
    }
    row(at) {
      const row = document.createElement("tr");
      this.columns.forEach((column, place) => {
        const entry = this.entry(at, column);
        const cell = made(place ? "td" : "th", place ? {} : { scope: "row" }, textOf(entry));
        cell.className = column.right ? "right" : column.wraps ? "wraps" : "";
        if (Array.isArray(entry)) {
          cell.setAttribute("data-pointer", this.base + this.places[at] + "/" + column.member);
          cell.setAttribute("data-value", JSON.stringify(entry[0]));
        }
        row.appendChild(cell);
      });
      return row;
    }
  }
  const longTables = [];
  async function unfold(details) {
    longTables.push(new LongTable(details, await unpacked(details.querySelector("script[data-records]"))));
    details.setAttribute("data-unfolded", "true");
  }
  function addFilter(tools, table) {
    const label = made("label", {}, word(0) + " ");
    const box = made("input", { type: "search" });
    const count = made("span", { class: "count", role: "status" });
    const rows = Array.from(table.tBodies[0].rows);
    const texts = new Map();
    const text = (row) => {
      if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase());
      return texts.get(row);
    };
    const told = () => {
      const shown = rows.filter((row) => !row.hidden).length;
      count.textContent = shown || !rows.length ? shown.toLocaleString(root.lang) + " " + word(2) : word(3);
    };
    box.addEventListener("input", () => {
      const wanted = box.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const row of rows) row.hidden = !wanted.every((one) => text(row).includes(one));
      told();
    });
    label.appendChild(box);
    tools.append(label, count);
    told();
  }

  /* Days */
  function follow(page, day) {
    for (const node of all(page, "[data-from],[data-until]")) {
      const from = node.getAttribute("data-from");
      const until = node.getAttribute("data-until");
      node.classList.toggle("off", (from !== null && day < from) || (until !== null && day >= until));
    }
    page.setAttribute("data-day", day);
  }
  function slide(slider) {
    const page = slider.closest(".page");
    const days = data(slider.parentNode.querySelector("script[data-days]"));
    const output = slider.parentNode.querySelector("output");
    const printed = made("p", { class: "shown-day" });
    slider.parentNode.after(printed);
    const show = () => {
      const one = days[Number(slider.value)];
      output.textContent = one.label;
      printed.textContent = slider.parentNode.querySelector("label").textContent + ": " + one.label;
      slider.setAttribute("aria-valuetext", one.label);
      follow(page, one.day);
    };
    slider.addEventListener("input", show);
    if (days.length) show();
  }

  /* States of drawings */
  function choose(holder) {
    const picture = document.getElementById(holder.getAttribute("data-of"));
    const list = holder.querySelector("select");
    const marks = data(holder.querySelector("script[data-marks]"));
    const name = Array.from(list.options).map((option) => option.value);
    const view = (at) => "v-" + list.getAttribute("data-view") + "-" + at;
    const shapes = new Map();
    for (const shape of all(picture, "[data-key]")) shapes.set(shape.getAttribute("data-key"), shape);
    let changed = [];
    function mark(key, paint, text) {
      const shape = shapes.get(key);
      if (!shape) return;
      changed.push([shape, shape.getAttribute("class"), text === null ? null : shape.textContent]);
      if (paint !== null) {
        for (const own of Array.from(shape.classList)) if (own.startsWith("p-")) shape.classList.remove(own);
        shape.classList.add("p-" + paint);
      }
      if (text !== null) shape.textContent = text;
    }
    const told = made("div", { class: "told scroll", "aria-live": "polite" });
    holder.appendChild(told);
    const tables = all(holder.closest(".during") || holder.closest(".page"), ".table table");
    function tell(place) {
      told.textContent = "";
      const wanted = (row) => row.getAttribute("data-place") === place;
      const table = place === null ? undefined : tables.find((one) => Array.from(one.tBodies[0].rows).some(wanted));
      if (!table) return;
      const copy = made("table", {});
      const head = copy.createTHead().insertRow();
      for (const cell of Array.from(table.tHead.rows[0].cells)) head.appendChild(made("th", { scope: "col" }, cell.textContent));
      const row = Array.from(table.tBodies[0].rows).find(wanted).cloneNode(true);
      row.hidden = false;
      copy.createTBody().appendChild(row);
      told.appendChild(copy);
    }
    function show(state) {
      for (const [shape, own, text] of changed.reverse()) {
        if (own === null) shape.removeAttribute("class");
        else shape.setAttribute("class", own);
        if (text !== null) shape.textContent = text;
      }
      changed = [];
      name.forEach((one, at) => picture.classList.toggle(view(at), one === state));
      for (const key of Object.keys(marks[state])) mark(key, marks[state][key][0], marks[state][key][1]);
      for (const panel of all(holder, ".state")) panel.classList.toggle("off", panel.getAttribute("data-state") !== state);
      for (const shape of all(picture, "[data-selects]"))
        shape.setAttribute("aria-pressed", String(shape.getAttribute("data-selects") === state));
      list.value = state;
      tell(list.options[list.selectedIndex].getAttribute("data-row"));
      holder.setAttribute("data-shown", state);
    }
    list.addEventListener("change", () => show(list.value));
    for (const shape of all(picture, "[data-selects]")) {
      const state = shape.getAttribute("data-selects");
      if (!(state in marks)) continue;
      const toggle = () => show(list.value === state ? name[0] : state);
      shape.addEventListener("click", toggle);
      shape.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        toggle();
      });
    }
    if (name.length) show(name[0]);
  }

  /* A page gets its controls when it is first shown or printed */
  const prepared = new Set();
  function prepare(page) {
    if (prepared.has(page)) return;
    prepared.add(page);
    all(page, ".table").forEach(equip);
    for (const details of all(page, "details.on-demand")) {
      details.addEventListener("toggle", () => unfold(details), { once: true });
    }
    all(page, "[data-choices]").forEach(choose);
    all(page, "[data-slider]").forEach(slide);
  }
  window.addEventListener("hashchange", open);
  /* Print: short folded parts are open */
  const MOST_PRINTED = 40;
  let unfolded = [];
  window.addEventListener("beforeprint", () => {
    pages.forEach(prepare);
    pages.forEach(drawCharts);
    for (const one of longTables) one.print(true);
    unfolded = all(document, "details:not([open]):not(.on-demand)").filter((one) => all(one, "tr").length <= MOST_PRINTED);
    for (const one of unfolded) one.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const one of unfolded) one.open = false;
    for (const one of longTables) one.print(false);
  });
  open();
  root.setAttribute("data-ready", "true");
})();
