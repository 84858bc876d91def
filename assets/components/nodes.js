/* Elements whose texts are texts: nothing from data is ever read as markup. */
function node(tag, name, ...children) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (tag === "button") made.type = "button";
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

const with_ = (made, attributes) => {
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== undefined && value !== "") made.setAttribute(name, value);
  return made;
};
