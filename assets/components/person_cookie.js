/* Remembers the reviewer's name in this browser, so that a new tab and a reloaded one know it before anything is drawn. */
const YEAR = 31_536_000;
const remember = (cookie, name) => {
  document.cookie = `${cookie}=${encodeURIComponent(name)}; path=/; max-age=${name ? YEAR : 0}; SameSite=Lax`;
};

/** @type {Component<PersonData>} */
export default function ({ data }) {
  remember(data.cookie, data.name);
  const field = document.querySelector(".st-key-person input");
  const changed = () => remember(data.cookie, reviewer(""));
  field?.addEventListener("change", changed);
  return () => field?.removeEventListener("change", changed);
}
