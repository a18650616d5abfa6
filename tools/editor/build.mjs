// Bundles editor.mjs into one file of the package, with the licences of all that is in it.
// `npm ci && npm run build` gives the bytes whose SHA-256 is in editor.sha256.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const folder = process.argv[2] ?? fileURLToPath(new URL("../../src/pfocr_kg/serve/pages/static", import.meta.url));
const { outputFiles, metafile } = await build({
  absWorkingDir: here,
  entryPoints: ["editor.mjs"],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  banner: { js: "// Made by tools/editor of pfocr-kg; licences: editor-licenses.txt" },
  metafile: true,
  write: false,
});
const [{ contents }] = outputFiles;
writeFileSync(`${folder}/editor.js`, contents);
const packages = Object.keys(metafile.inputs).map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
const licences = [...new Set(packages.filter(Boolean))].sort().map((name) => {
  const { version, license } = JSON.parse(readFileSync(`${here}/node_modules/${name}/package.json`, "utf8"));
  const file = readdirSync(`${here}/node_modules/${name}`).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} has no licence file`);
  const text = readFileSync(`${here}/node_modules/${name}/${file}`, "utf8").trim();
  return `${name} ${version} (${license})\n\n${text}\n`;
});
writeFileSync(`${folder}/editor-licenses.txt`, licences.join(`\n${"-".repeat(72)}\n\n`));
if (process.argv[2] === undefined) {
  writeFileSync(`${here}/editor.sha256`, `${createHash("sha256").update(contents).digest("hex")}  editor.js\n`);
}
