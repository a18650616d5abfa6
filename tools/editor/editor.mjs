// The SPARQL editor over a text area: CodeMirror in a shadow root, where its styles are adopted
// style sheets, which the content policy of the pages allows.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { setDiagnostics } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { sparql } from "codemirror-lang-sparql";

const KEYWORDS = (
  "ASK AS ASC AVG BASE BIND BOUND BY COALESCE CONCAT CONSTRUCT CONTAINS COUNT DATATYPE DESC DESCRIBE DISTINCT EXISTS " +
  "FILTER FROM GRAPH GROUP GROUP_CONCAT HAVING IF IN IRI LANG LANGMATCHES LCASE LIMIT MAX MIN MINUS NAMED NOT OFFSET " +
  "OPTIONAL ORDER PREFIX REDUCED REGEX REPLACE SAMPLE SELECT SEPARATOR SERVICE STR STRAFTER STRBEFORE STRENDS STRLEN " +
  "STRSTARTS SUBSTR SUM UCASE UNDEF UNION VALUES WHERE YEAR"
).split(" ").map((label) => ({ label, type: "keyword" }));

const COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.bool], color: "var(--code-keyword)", fontWeight: "600" },
  { tag: tags.variableName, color: "var(--code-variable)" },
  { tag: [tags.string, tags.annotation], color: "var(--code-string)" },
  { tag: [tags.integer, tags.float], color: "var(--code-number)" },
  { tag: [tags.url, tags.namespace, tags.typeName], color: "var(--code-name)" },
  { tag: tags.comment, color: "var(--muted)", fontStyle: "italic" },
]);

const LOOK = EditorView.theme({
  "&": { backgroundColor: "var(--surface)", color: "var(--text)", fontSize: ".875rem", border: "1px solid var(--line-strong)", borderRadius: "var(--radius)" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "1px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5", minHeight: "14rem", maxHeight: "60vh", overflow: "auto" },
  ".cm-content": { caretColor: "var(--text)", padding: ".5rem 0" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-gutters": { backgroundColor: "var(--sunk)", color: "var(--muted)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--tint) 35%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "color-mix(in srgb, var(--accent) 28%, transparent)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--tint)", outline: "1px solid var(--accent)" },
  ".cm-tooltip": { backgroundColor: "var(--surface)", color: "var(--text)", border: "1px solid var(--line-strong)", borderRadius: "var(--radius)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: ".15rem .5rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-completionDetail": { color: "var(--muted)", fontStyle: "normal", fontFamily: "var(--font)" },
  "li[aria-selected] .cm-completionDetail": { color: "inherit" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-completionInfo": { padding: ".4rem .6rem", maxWidth: "24rem", fontFamily: "var(--font)", fontSize: ".8438rem" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--warn)", fontFamily: "var(--font)" },
});

// Where text is typed over several lines, Chromium itself would write style attributes, which the
// content policy blocks with an error: the editor replaces such text in its place.
const TYPES_OVER = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { from, to, empty } = view.state.selection.main;
    if (event.inputType !== "insertText" || !event.data || empty || event.isComposing) return false;
    const insert = () => view.state.update(view.state.replaceSelection(event.data), { userEvent: "input.type" });
    const handlers = view.state.facet(EditorView.inputHandler);
    if (!handlers.some((handle) => handle(view, from, to, event.data, insert))) view.dispatch(insert());
    return true;
  },
});

/**
 * Put an editor in the place of a text area, which keeps its text for the form.
 * `label` says what the editor is; `terms` are completions: {label, type, detail, info}; `run` is
 * called for Ctrl-Enter. Tab leaves the editor, as it leaves a text area.
 */
export function edit(textarea, { label, terms, run }) {
  const host = document.createElement("div");
  textarea.before(host);
  textarea.hidden = true;
  const root = host.attachShadow({ mode: "open" });
  const runs = Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => { run(); return true; } }]));
  const state = EditorState.create({
    doc: textarea.value,
    extensions: [
      runs, TYPES_OVER, lineNumbers(), history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(),
      highlightActiveLine(), EditorView.lineWrapping, sparql(), syntaxHighlighting(COLOURS), LOOK,
      autocompletion({ override: [(context) => complete(context, terms)], icons: false }),
      keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
      EditorView.contentAttributes.of({ "aria-label": label }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) textarea.value = update.state.doc.toString();
      }),
    ],
  });
  const view = new EditorView({ state, root, parent: root });
  return {
    focus: () => view.focus(),
    replace(text) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, selection: { anchor: 0 } });
    },
    mark(line, column, message) {
      const { doc } = view.state;
      const at = doc.line(Math.min(Math.max(line, 1), doc.lines));
      const from = Math.min(at.from + Math.max(column - 1, 0), at.to);
      const to = Math.min(at.to, from + (/^\S+/.exec(doc.sliceString(from, at.to))?.[0].length ?? 1));
      view.dispatch(setDiagnostics(view.state, [{ from, to, severity: "error", message }]));
      view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
    },
    unmark: () => view.dispatch(setDiagnostics(view.state, [])),
  };
}

function complete(context, terms) {
  const variable = context.matchBefore(/[?$]\w*/);
  if (variable) {
    const used = new Set(context.state.doc.toString().match(/[?$]\w+/g));
    used.delete(variable.text);
    return { from: variable.from, options: [...used].map((label) => ({ label, type: "variable" })), validFor: /^[?$]\w*$/ };
  }
  const word = context.matchBefore(/[\w.-]*:?[\w-]*/);
  if (!word.text && !context.explicit) return null;
  return { from: word.from, options: [...KEYWORDS, ...terms], validFor: /^[\w.-]*:?[\w-]*$/ };
}
