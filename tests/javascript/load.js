/* Loads a component as the browser gets it: its scripts are joined into one module, in a page of small fakes. */
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const vm = require("node:vm");
const { fakePage } = require("./fake_page.js");

const ASSETS = join(__dirname, "..", "..", "assets");
const COMPONENTS = JSON.parse(readFileSync(join(ASSETS, "components.json"), "utf8"));
const EXPORTED = "export default function (";

const source = (name) => COMPONENTS[name].scripts.map((script) => readFileSync(join(ASSETS, script), "utf8")).join("\n");

/* The function that Streamlit calls as `show`, and those of the component's own names that are asked for.
   A `page` is given where a test looks into it, or loads the component twice in one browser. */
function load(name, names = [], page = fakePage()) {
  const text = source(name);
  if (text.split(EXPORTED).length !== 2) throw new Error(`${name} has another number of default exports than one`);
  const body = `"use strict"; ${text.replace(EXPORTED, "const exported = function (")}
return { show: exported, ${names.join(", ")} };`;
  return vm.compileFunction(body, Object.keys(page), { filename: `${name}.js` })(...Object.values(page));
}

module.exports = { COMPONENTS, load, source };
