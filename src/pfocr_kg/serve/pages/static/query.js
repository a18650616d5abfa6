// The editor's page: CodeMirror over the text area, and answers without loading the page again.
import { edit } from "./editor.js";

const LONGEST = 6000; // characters of an address, as the server has it
const form = document.getElementById("editor");
const area = document.getElementById("query");
const [button] = form.getElementsByTagName("button");
const cancel = document.getElementById("cancel");
const state = document.getElementById("state");
let running = null;

const terms = [];
fetch("/query/terms.json").then((reply) => reply.json()).then((found) => terms.push(...found));
const editor = edit(area, {
  label: "SPARQL query. Control Enter runs it, Control Space completes, Tab leaves the editor",
  terms,
  run: () => form.requestSubmit(),
});
document.querySelector("label[for=query]").addEventListener("click", () => editor.focus());
document.getElementById("keys").hidden = false;
showError();

area.required = false; // The browser cannot point at a text area that the editor hides.
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (area.value.trim()) return run(area.value);
  state.textContent = "Write a query first";
  editor.focus();
});
cancel.addEventListener("click", () => running?.abort());
addEventListener("pagehide", () => running?.abort());
addEventListener("popstate", () => location.reload());

async function run(query) {
  running?.abort();
  const own = running = new AbortController();
  const started = performance.now();
  const seconds = () => ((performance.now() - started) / 1000).toFixed(1);
  const clock = setInterval(() => { state.textContent = `Running, ${seconds()} s`; }, 500);
  cancel.hidden = false;
  editor.unmark();
  try {
    const body = new URLSearchParams({ query });
    const address = `/query?${body}`;
    const isLong = address.length > LONGEST;
    const headers = { accept: "text/html" };
    const reply = await (isLong
      ? fetch("/query", { method: "POST", body, headers, signal: own.signal })
      : fetch(address, { headers, signal: own.signal }));
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    show(page.getElementById("answer") ?? failure(page));
    if (!isLong && `${location.pathname}${location.search}` !== address) history.pushState(null, "", address);
    state.textContent = reply.ok ? `Answered in ${seconds()} s` : "";
    showError();
  } catch (error) {
    if (own !== running) return;
    state.textContent = error.name === "AbortError" ? `Cancelled after ${seconds()} s` : "The server cannot be reached";
  } finally {
    clearInterval(clock);
    if (own === running) {
      cancel.hidden = true;
      running = null;
    }
  }
}

function show(answer) {
  document.getElementById("answer").replaceWith(document.adoptNode(answer));
}

// What the server says where a query takes too long, or too much memory.
function failure(page) {
  const answer = document.createElement("div");
  answer.id = "answer";
  const note = answer.appendChild(document.createElement("div"));
  note.className = "notes warn";
  note.id = "error";
  note.setAttribute("role", "alert");
  for (const line of page.querySelectorAll("main .lead, main .lead + p:not(:last-child)")) {
    note.appendChild(document.createElement("p")).textContent = line.textContent;
  }
  return answer;
}

function showError() {
  const error = document.getElementById("error");
  if (!error) return;
  const { line, column } = error.dataset;
  if (line) editor.mark(Number(line), Number(column), error.textContent.trim());
  editor.focus();
}
