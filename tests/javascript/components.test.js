const assert = require("node:assert/strict");
const { existsSync, readdirSync } = require("node:fs");
const { join } = require("node:path");
const { test } = require("node:test");
const { COMPONENTS, load } = require("./load.js");

const ASSETS = join(__dirname, "..", "..", "assets");

for (const name of Object.keys(COMPONENTS)) {
  test(`the scripts of ${name} go together and export one function`, () => {
    assert.equal(typeof load(name).show, "function");
  });
}

test("every script and style is part of a component, and each file that a component names is there", () => {
  const named = Object.values(COMPONENTS).flatMap(({ scripts, styles = [], html }) => [...scripts, ...styles, ...(html ? [html] : [])]);
  assert.deepEqual(named.filter((file) => !existsSync(join(ASSETS, file))), []);
  const present = ["components", "map", "thresholds"].flatMap((folder) => readdirSync(join(ASSETS, folder)).map((file) => `${folder}/${file}`));
  assert.deepEqual(present.filter((file) => !named.includes(file)), []);
});
