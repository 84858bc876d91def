/* The reviewer's name as the field in the sidebar shows it now: what is done is signed with it. */
function reviewer(otherwise) {
  /** @type {HTMLInputElement | null} */
  const field = document.querySelector(".st-key-person input");
  return field?.value.trim() || otherwise;
}
