// The search of Sphinx does not count how often a page has a word, so most pages score the same.
// Pages that answer come before those that say why and what changed. The numbers are Sphinx's own.
const FOLDERS = [
  [/^docs\/(guides|tutorials)\//, 4],
  [/^docs\/(about\/trust|index)/, 4],
  [/^docs\/(reference|notebooks)\//, 3],
  [/^docs\//, 1],
  [/^(decisions|tests|packaging)\/|^CHANGELOG/, -4],
];

var Scorer = {
  score: ([page, , , , score]) =>
    score + (FOLDERS.find(([folder]) => folder.test(page))?.[1] ?? 0),
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
