/* Reads {patterns: [[place, source, flags]], units, lengths, slow, steepest} and prints the patterns that take a time
   which grows with the square of a text: [[place, beginning of the text, milliseconds]]. */
const asked = JSON.parse(require("fs").readFileSync(0, "utf8"));

function milliseconds(pattern, text) {
  const began = process.cpuUsage();
  for (const _ of text.matchAll(pattern)) continue;
  const used = process.cpuUsage(began);
  return (used.user + used.system) / 1000;
}

const least = (times, pattern, text) => Math.min(...Array.from({ length: times }, () => milliseconds(pattern, text)));

function slow(source, flags, unit) {
  const pattern = new RegExp(source, flags.includes("g") ? flags : flags + "g");
  const [short, long] = asked.lengths.map((length) => unit.repeat(Math.max(Math.floor(length / unit.length), 1)) + "\x01");
  const first = milliseconds(pattern, long);
  if (first <= asked.slow) return null;
  return least(3, pattern, long) / Math.max(least(5, pattern, short), 0.001) < asked.steepest ? null : first;
}

const found = [];
for (const [place, source, flags] of asked.patterns) {
  console.error(place);  // the last one that is named is at work
  for (const unit of asked.units.concat([source, source.replace(/[\\^$*+?()]/g, "")].filter(Boolean))) {
    const took = slow(source, flags, unit);
    if (took === null) continue;
    found.push([place, unit, took]);
    break;
  }
}
console.log(JSON.stringify(found));
