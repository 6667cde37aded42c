// A small hand for making elements. Text is only ever set as text, never read as HTML.

type Given = string | Node | null | undefined | false;
type Attributes = Record<string, string | boolean | number | undefined>;

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Given[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(key, value === true ? "" : String(value));
  }
  for (const one of children) {
    if (one !== null && one !== undefined && one !== false) element.append(one);
  }
  return element;
}

export function button(words: string, kind: string, act: () => void): HTMLButtonElement {
  const found = make("button", { type: "button", class: kind }, words);
  found.addEventListener("click", act);
  return found;
}

/** The warning sign the server drew into the page. */
export function warning(): Node {
  const drawn = document.querySelector<HTMLTemplateElement>("#ikon-salah");
  return drawn ? drawn.content.cloneNode(true) : document.createTextNode("");
}
