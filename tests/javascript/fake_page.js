/* As much of a browser as the scripts need to run: a tree of elements without layout, events, and storage. */

/* One step of a selector: a tag, classes and attributes, such as `input.w-area[data-cell=x]`. */
function matches(element, selector) {
  return selector.split(",").some((one) => {
    const parts = one.trim().match(/^[a-z*]+|\.[\w-]+|\[[^\]]+\]/gi) ?? [];
    return parts.length > 0 && parts.every((part) => matchesPart(element, part));
  });
}

function matchesPart(element, part) {
  if (part[0] === ".") return element.classList.contains(part.slice(1));
  if (part[0] !== "[") return element.tagName === part.toUpperCase();
  const [, name, wanted] = /^\[([\w-]+)(?:[*^]?="?'?([^"']*)"?'?)?\]$/.exec(part);
  const value = element.getAttribute(name);
  return value !== null && (wanted === undefined || value === wanted);
}

/* Custom properties stand beside the others. */
function fakeStyle() {
  return Object.defineProperty({}, "setProperty", { value(name, value) { this[name] = value; } });
}

class FakeNode {
  constructor(data = "") {
    this.data = data;
    this.parentElement = null;
  }

  get textContent() { return this.data; }
  set textContent(text) { this.data = String(text); }
  remove() { this.parentElement?.take(this); }
}

class FakeElement extends FakeNode {
  constructor(tag) {
    super();
    Object.assign(this, { tagName: tag.toUpperCase(), children_: [], attributes: {}, listeners: {}, style: fakeStyle(), value: "" });
    Object.assign(this, { hidden: false, disabled: false, className: "", offsetTop: 0, scrollTop: 0, scrollHeight: 0 });
    const owner = this;
    this.classList = {
      contains: (name) => owner.className.split(/\s+/).includes(name),
      toggle(name, on = !this.contains(name)) {
        const others = owner.className.split(/\s+/).filter((one) => one && one !== name);
        owner.className = [...others, ...(on ? [name] : [])].join(" ");
        return on;
      },
      add(name) { this.toggle(name, true); },
      remove(name) { this.toggle(name, false); },
    };
    this.dataset = new Proxy({}, {
      get: (_, name) => owner.attributes[dashed(name)],
      set: (_, name, value) => { owner.attributes[dashed(name)] = String(value); return true; },
    });
  }

  get children() { return this.children_.filter((child) => child instanceof FakeElement); }
  get firstChild() { return this.children_[0] ?? null; }
  get lastChild() { return this.children_.at(-1) ?? null; }
  get isConnected() { return true; }
  requestSubmit() { this.fire("submit"); }
  get textContent() { return this.children_.map((child) => child.textContent).join(""); }
  set textContent(text) { this.replaceChildren(...(text === "" ? [] : [text])); }
  set innerHTML(text) { this.replaceChildren(text); }
  get innerHTML() { return this.textContent; }

  append(...children) {
    for (const child of children) {
      const made = child instanceof FakeNode ? child : new FakeNode(String(child));
      made.remove();
      made.parentElement = this;
      this.children_.push(made);
    }
  }

  appendChild(child) { this.append(child); return child; }
  replaceChildren(...children) { for (const child of [...this.children_]) child.remove(); this.append(...children); }
  take(child) { this.children_ = this.children_.filter((one) => one !== child); child.parentElement = null; }
  setAttribute(name, value) { this.attributes[name] = String(value); if (name === "class") this.className = String(value); }
  getAttribute(name) { return name === "class" ? this.className : this.attributes[name] ?? null; }
  matches(selector) { return matches(this, selector); }
  closest(selector) { return this.matches(selector) ? this : this.parentElement?.closest(selector) ?? null; }
  contains(other) { return other === this || this.children.some((child) => child.contains(other)); }
  querySelectorAll(selector) { return this.children.flatMap((child) => [...(child.matches(selector) ? [child] : []), ...child.querySelectorAll(selector)]); }
  querySelector(selector) { return this.querySelectorAll(selector)[0] ?? null; }
  addEventListener(kind, act) { (this.listeners[kind] ??= []).push(act); }
  removeEventListener(kind, act) { this.listeners[kind] = (this.listeners[kind] ?? []).filter((one) => one !== act); }
  insertRow() { return this.appendChild(new FakeElement("tr")); }
  insertCell() { return this.appendChild(new FakeElement("td")); }
  setPointerCapture() {}
  getBoundingClientRect() { return { left: 0, top: 0, width: 800, height: 600 }; }
  focus() { FakeElement.focused = this; }
  blur() {}

  /* Calls what listens to an event of this kind here, as the browser would. */
  fire(kind, given = {}) {
    const event = { type: kind, target: this, prevented: false, preventDefault() { this.prevented = true; }, stopPropagation() {}, ...given };
    this[`on${kind}`]?.(event);
    for (const act of this.listeners[kind] ?? []) act(event);
    return event;
  }
}

const dashed = (name) => `data-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/* localStorage has its keys as properties of its own, so the methods are not among them. */
function fakeStorage() {
  const hidden = (value) => ({ value, enumerable: false });
  const storage = {};
  return Object.defineProperties(storage, {
    getItem: hidden((name) => storage[name] ?? null),
    setItem: hidden((name, value) => { storage[name] = String(value); }),
    removeItem: hidden((name) => { delete storage[name]; }),
  });
}

function fakePage(more = {}) {
  const document = new FakeElement("document");
  const window = new FakeElement("window");
  Object.assign(document, {
    body: document.appendChild(new FakeElement("body")),
    createElement: (tag) => new FakeElement(tag),
    createTextNode: (text) => new FakeNode(text),
    visibilityState: "visible",
    activeElement: null,
  });
  return {
    document, window,
    localStorage: fakeStorage(),
    sessionStorage: fakeStorage(),
    Image: class {},
    requestAnimationFrame: () => 0,
    cancelAnimationFrame: () => {},
    fetch: async () => ({ ok: true, status: 200 }),
    ...more,
  };
}

module.exports = { FakeElement, fakePage, fakeStorage };
