/* Elements of a page. What is text goes in as text: no name becomes markup. */

/** Make an element of the page. */
function make(tag, attributes = {}, text = null, children = []) {
  return filled(document.createElement(tag), attributes, text, children);
}

/** Make an element of a drawing. */
function svg(tag, attributes = {}, children = [], text = null) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, text, children);
}

function filled(element, attributes, text, children) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== null) element.textContent = text;
  element.append(...children);
  return element;
}

function button(text, act, attributes = {}) {
  const made = make("button", { type: "button", ...attributes }, text);
  made.addEventListener("click", act);
  return made;
}
