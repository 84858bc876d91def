/* Checks the scripts of the browser against the types of their messages: those of a component are joined as they are for
   the browser, and TypeScript's complaints are said of the file and line where the words stand. */
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const ts = require("typescript");

const ASSETS = join(__dirname, "..", "assets");
const MESSAGES = join(ASSETS, "messages.d.ts");
const OPTIONS = {
  allowJs: true, checkJs: true, noEmit: true, types: [],
  target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext, moduleDetection: ts.ModuleDetectionKind.Force,
};
const components = JSON.parse(readFileSync(join(ASSETS, "components.json"), "utf8"));
const joined = new Map(Object.entries(components).map(([name, { scripts }]) => [join(ASSETS, `${name}.joined.js`), scripts]));

const read = (script) => readFileSync(join(ASSETS, script), "utf8");

/* A line of a joined text as a line of the script that it comes from. */
function origin(scripts, line) {
  let before = 0;
  for (const script of scripts) {
    const lines = read(script).split("\n").length;
    if (line < before + lines) return `assets/${script}:${line - before + 1}`;
    before += lines;
  }
  return "assets";
}

function complaint({ file, start, messageText }) {
  const words = ts.flattenDiagnosticMessageText(messageText, "\n  ");
  if (!file) return words;
  const { line } = file.getLineAndCharacterOfPosition(start), scripts = joined.get(file.fileName);
  return `${scripts ? origin(scripts, line) : `${file.fileName}:${line + 1}`}: ${words}`;
}

const host = ts.createCompilerHost(OPTIONS);
const { fileExists, getSourceFile } = host;
host.fileExists = (name) => joined.has(name) || fileExists(name);
host.getSourceFile = (name, version, ...more) => (joined.has(name)
  ? ts.createSourceFile(name, joined.get(name).map(read).join("\n"), version, true, ts.ScriptKind.JS)
  : getSourceFile.call(host, name, version, ...more));

const program = ts.createProgram([MESSAGES, ...joined.keys()], OPTIONS, host);
const complaints = [...new Set(ts.getPreEmitDiagnostics(program).map(complaint))];
if (complaints.length) console.error(complaints.join("\n"));
process.exitCode = complaints.length ? 1 : 0;
