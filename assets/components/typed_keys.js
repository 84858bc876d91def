/* The key that was pressed, as pages name it. Where a layout has other letters (Cyrillic, Greek, Hebrew ...), the key at
   the place of the Latin letter counts, so that one hand position serves everybody. */
function typedKey(event) {
  if (event.key.length !== 1) return event.key;
  const letter = /^Key([A-Z])$/.exec(event.code ?? "");
  return letter && !/^[\x20-\x7e]$/.test(event.key) ? letter[1].toLowerCase() : event.key.toLowerCase();
}
