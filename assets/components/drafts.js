/* What is typed is kept in this browser until it is saved or discarded on purpose. A draft is {value, base, at}: `base`
   is the stored text that it was typed over. Only the newest ones are kept, and none for long. */
const DRAFTS = "winnow-draft:", MOST_DRAFTS = 200, OLDEST = 30 * 86_400_000, LONGEST_DRAFT = 200_000;
const carets = new Map();  // of editors that this load of the page has shown: their drafts are no news

function readDraft(id) {
  try {
    const draft = id && JSON.parse(localStorage.getItem(DRAFTS + id));
    return draft && Date.now() - draft.at < OLDEST ? draft : null;
  } catch { return null; }
}

function keepDraft(id, value, base) {
  if (!id || JSON.stringify(value).length > LONGEST_DRAFT) return;
  try {
    localStorage.setItem(DRAFTS + id, JSON.stringify({ value, base, at: Date.now() }));
    const drafts = Object.keys(localStorage).filter((name) => name.startsWith(DRAFTS));
    if (drafts.length <= MOST_DRAFTS) return;
    const age = (name) => { try { return JSON.parse(localStorage.getItem(name)).at; } catch { return 0; } };
    for (const name of drafts.sort((one, two) => age(one) - age(two)).slice(0, -MOST_DRAFTS)) localStorage.removeItem(name);
  } catch { /* a browser that keeps nothing */ }
}

function dropDraft(id) {
  carets.delete(id);
  try { localStorage.removeItem(DRAFTS + id); } catch { /* nothing was kept */ }
}

const sameDraft = (one, two) => JSON.stringify(one) === JSON.stringify(two);

/* A word at the edge of the window that goes by itself; `act` is [label, what it does]. */
function sayDraft(words, act) {
  document.querySelector(".w-draft-word")?.remove();
  const box = document.createElement("div");
  box.className = "w w-draft-word";
  box.setAttribute("role", "status");
  box.append(words);
  if (act) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "w-act", textContent: act[0] });
    button.onclick = () => { act[1](); box.remove(); };
    box.append(" ", button);
  }
  document.body.append(box);
  setTimeout(() => box.remove(), act ? 20_000 : 5_000);
}

const draftTime = (draft) => new Date(draft.at).toLocaleString([], { dateStyle: "short", timeStyle: "short" });
