// Completes names in text boxes: <input data-kind="gene">, "" for any kind. As the ARIA combobox with a list:
// arrows choose, Enter takes, Escape closes. A box with data-many has names with commas.
const DELAY = 150; // milliseconds without a key before the server is asked
let count = 0;

for (const input of document.querySelectorAll("input[data-kind]")) complete(input);

function complete(input) {
  const list = document.createElement("ul");
  list.id = `names${++count}`;
  list.className = "names";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Names");
  input.after(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  let timer, asked, chosen = -1;

  const close = () => {
    clearTimeout(timer);
    asked?.abort();
    list.hidden = true;
    choose(-1);
    input.setAttribute("aria-expanded", "false");
  };
  const choose = (at) => {
    chosen = at;
    for (const [place, option] of [...list.children].entries()) option.setAttribute("aria-selected", String(place === at));
    if (at < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", list.children[at].id);
      list.children[at].scrollIntoView({ block: "nearest" });
    }
  };
  const take = (option) => {
    const before = "many" in input.dataset ? input.value.slice(0, input.value.lastIndexOf(",") + 1) : "";
    input.value = before + (before && " ") + option.dataset.value;
    close();
  };
  const ask = async () => {
    asked?.abort();
    asked = new AbortController();
    const text = ("many" in input.dataset ? input.value.split(",").pop() : input.value).trim();
    if (!text) return close();
    try {
      const given = new URLSearchParams({ text, kind: input.dataset.kind, limit: 10 });
      const reply = await fetch(`/api/find?${given}`, { signal: asked.signal });
      const { rows = [] } = await reply.json();
      list.replaceChildren(...rows.map((row, place) => optionOf(row, `${list.id}-${place}`, !input.dataset.kind)));
      list.hidden = !rows.length;
      input.setAttribute("aria-expanded", String(rows.length > 0));
      choose(-1);
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  };

  input.setAttribute("aria-expanded", "false");
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, DELAY);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const last = list.children.length - 1;
    if (event.key === "ArrowDown" && list.hidden) ask();
    else if (list.hidden) return;
    else if (event.key === "ArrowDown") choose(chosen < last ? chosen + 1 : 0);
    else if (event.key === "ArrowUp") choose(chosen > 0 ? chosen - 1 : last);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && chosen >= 0) take(list.children[chosen]);
    else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault(); // the box keeps the focus
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });
}

function optionOf(row, id, withKind) {
  const option = document.createElement("li");
  option.id = id;
  option.setAttribute("role", "option");
  option.dataset.value = valueOf(row);
  option.append(row.label || row.matched);
  const more = [withKind && row.kind, row.matched !== row.label && row.matched, row.organism].filter(Boolean).join(" · ");
  if (more) option.appendChild(Object.assign(document.createElement("small"), { textContent: more }));
  return option;
}

// A name that means this thing alone: an id, or the label where one thing is called so first.
function valueOf({ iri, kind, label, organism }) {
  const id = decodeURIComponent(iri.split("/").pop());
  if (kind === "figure") return id.replace(/\.html$/, "");
  if (kind === "paper") return `PMC${id}`;
  if (kind === "pathway") return id;
  return kind === "gene" && organism !== "Homo sapiens" ? `ncbigene:${id}` : label;
}
