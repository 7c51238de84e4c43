// A long list to choose from becomes a field that finds as one types; one to tick in gets such a field
// above it. Without it, both are plain lists.
const LEAST = 8; // choices from which on finding is quicker than looking

function finder(select) {
  const options = [...select.options].filter((one) => one.value);
  const id = select.id;
  const input = document.createElement("input");
  const list = document.createElement("ul");
  Object.assign(input, { type: "text", id, autocomplete: "off", spellcheck: false });
  list.id = `${id}-found`;
  list.className = "found";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", select.labels[0] ? select.labels[0].innerText : "");
  const roles = { role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" };
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (select.hasAttribute(name)) roles[name] = select.getAttribute(name);
  }
  for (const [name, value] of Object.entries(roles)) input.setAttribute(name, value);
  select.id = `${id}-list`;
  select.classList.add("visually-hidden"); // it stays what is sent
  select.tabIndex = -1;
  select.setAttribute("aria-hidden", "true");
  select.after(input, list);

  const chosen = () => (select.value ? select.selectedOptions[0].text : "");
  let at = -1;
  const close = () => {
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (option) => {
    select.value = option ? option.value : "";
    select.dispatchEvent(new Event("change", { bubbles: true }));
    select.dispatchEvent(new Event("input", { bubbles: true }));
    close();
  };
  const show = (words) => {
    const asked = words.trim().toLowerCase();
    const hits = options.filter((one) => !asked || one.text.toLowerCase().includes(asked)).slice(0, 40);
    list.replaceChildren(...hits.map((one, n) => {
      const item = document.createElement("li");
      item.id = `${list.id}-${n}`;
      item.textContent = one.text;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", String(one.value === select.value));
      item.addEventListener("pointerdown", (event) => { event.preventDefault(); choose(one); });
      item.option = one;
      return item;
    }));
    list.hidden = !hits.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    at = -1;
  };
  const move = (by) => {
    if (list.hidden) show("");
    const items = list.children;
    if (!items.length) return;
    if (at >= 0) items[at].classList.remove("here");
    at = (at + by + items.length) % items.length;
    items[at].classList.add("here");
    items[at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", items[at].id);
  };
  input.value = chosen();
  select.addEventListener("change", () => { input.value = chosen(); });
  input.addEventListener("focus", () => { input.select(); show(""); });
  input.addEventListener("input", () => show(input.value));
  input.addEventListener("blur", () => {
    const typed = input.value.trim();
    const same = options.find((one) => one.text === typed);
    if (same || !typed) choose(same);
    else input.value = chosen();
    close();
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && !list.hidden && (at >= 0 || list.children.length === 1)) {
      choose(list.children[Math.max(at, 0)].option);
    } else return;
    event.preventDefault();
  });
}

function narrower(box, rows) {
  const found = document.createElement("p");
  const label = document.createElement("label");
  const input = document.createElement("input");
  const counted = document.createElement("output");
  input.type = "search";
  input.autocomplete = "off";
  found.className = "narrower";
  label.append(box.dataset.find, input);
  found.append(label, counted);
  box.before(found);
  box.classList.add("narrowed");
  const ticked = (row) => row.querySelector("input").checked;
  const show = () => {
    const asked = input.value.trim().toLowerCase();
    for (const row of rows) row.hidden = !ticked(row) && !row.textContent.toLowerCase().includes(asked);
    counted.value = asked ? `${rows.filter((row) => !row.hidden).length} / ${rows.length}` : "";
  };
  input.addEventListener("input", show);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) event.preventDefault();
  });
}

document.querySelectorAll("[data-find]").forEach((box) => {
  const rows = [...box.querySelectorAll("input[type=checkbox]")].map((one) => one.closest("div"));
  if (rows.length > LEAST) narrower(box, rows);
});

document.querySelectorAll("select:not([multiple])").forEach((select) => {
  if (select.options.length > LEAST && select.id && select.closest("form")) finder(select);
});
