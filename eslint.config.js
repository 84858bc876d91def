/* Rules for the scripts of the browser and for those of Node that check them.
   The scripts of a component are joined into one module (assets/components.json): what one of them declares at its top,
   the others may use. So a file may use what its neighbours declare in every component that it is part of, and what it
   declares itself counts as used where a neighbour names it. */
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const espree = require("espree");
const globals = require("globals");
const js = require("@eslint/js");

const ASSETS = join(__dirname, "assets");
const components = Object.values(JSON.parse(readFileSync(join(ASSETS, "components.json"), "utf8")));
const scripts = [...new Set(components.flatMap((component) => component.scripts))];
const sources = new Map(scripts.map((script) => [script, readFileSync(join(ASSETS, script), "utf8")]));
const declared = new Map(scripts.map((script) => [script, topNames(script)]));

const RULES = {
  ...js.configs.recommended.rules,
  "default-case-last": "error",
  eqeqeq: "error",
  "no-array-constructor": "error",
  "no-constructor-return": "error",
  "no-eval": "error",
  "no-implied-eval": "error",
  "no-new-func": "error",
  "no-promise-executor-return": "error",
  "no-self-compare": "error",
  "no-shadow": "error",
  "no-template-curly-in-string": "error",
  "no-throw-literal": "error",
  "no-unmodified-loop-condition": "error",
  "no-unused-expressions": "error",
  "no-use-before-define": ["error", { functions: false, classes: false, variables: false }],
  "no-useless-return": "error",
  "no-var": "error",
  "object-shorthand": "error",
  "prefer-const": "error",
  radix: "error",
};
const MARKUP = "Texts of data sets must stay texts: use textContent or append.";

module.exports = [
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  { ignores: [".venv/", "docs/_build/", "workspace/"] },
  {
    files: ["assets/**/*.js"],
    rules: {
      ...RULES,
      "no-alert": "error",
      "no-console": "error",
      "no-restricted-globals": ["error", "event", "name", "length", "status", "top", "self", "close", "open", "origin"],
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: MARKUP },
        { property: "outerHTML", message: MARKUP },
        { property: "insertAdjacentHTML", message: MARKUP },
        { property: "createContextualFragment", message: MARKUP },
        { object: "document", property: "write", message: MARKUP },
      ],
    },
  },
  ...scripts.map((script) => ({
    files: [`assets/${script}`],
    languageOptions: { sourceType: "module", globals: { ...globals.browser, ...namesFromNeighbours(script) } },
    rules: { "no-unused-vars": ["error", { varsIgnorePattern: anyOf(usedByNeighbours(script)) }] },
  })),
  {
    files: ["*.js", "tests/**/*.js", "tools/*.js"],
    languageOptions: { sourceType: "commonjs", globals: globals.node },
    rules: { ...RULES, "no-unused-vars": ["error", { varsIgnorePattern: "^_" }] },
  },
];

function topNames(script) {
  const { body } = espree.parse(sources.get(script), { ecmaVersion: "latest", sourceType: "module" });
  return body.flatMap((statement) =>
    statement.type === "VariableDeclaration" ? statement.declarations.map((one) => one.id.name)
      : /^(Function|Class)Declaration$/.test(statement.type) ? [statement.id.name]
        : []);
}

function wordsOf(script) {
  const tokens = espree.tokenize(sources.get(script), { ecmaVersion: "latest", sourceType: "module" });
  return tokens.filter((token) => token.type === "Identifier").map((token) => token.value);
}

/* Per component that the script is part of: the other scripts. */
function neighbours(script) {
  const own = components.filter((component) => component.scripts.includes(script));
  return own.map((component) => component.scripts.filter((other) => other !== script));
}

function namesFromNeighbours(script) {
  const known = neighbours(script).map((others) => new Set(others.flatMap((other) => declared.get(other))));
  const names = [...known[0]].filter((name) => known.every((one) => one.has(name)));
  return Object.fromEntries(names.map((name) => [name, "readonly"]));
}

function usedByNeighbours(script) {
  const used = new Set(neighbours(script).flat().flatMap(wordsOf));
  return declared.get(script).filter((name) => used.has(name));
}

function anyOf(names) {
  return names.length ? `^(${names.join("|")})$` : "^$";
}
