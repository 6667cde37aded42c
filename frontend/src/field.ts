// One question on the screen: its words, its answer, what is wrong with it.

import { button, make, warning } from "./dom.ts";
import { type Asked, faultOf, setValue, valueOf } from "./engine.ts";
import type { Content } from "./isi.ts";
import { readDate, readWhole, say, showDate } from "./values.ts";

const SEARCHED = 12; // longer lists are searched, not scrolled
const OFFERED = 30;
const UNHURRIED = 300; // milliseconds

/** What a screen knows beyond the engine: text that could not be read, and faults the server told;
 * both by the node they belong to. */
export interface Memory {
  unread: Map<string, string>;
  told: Map<string, string>;
}

export class Field {
  readonly element: HTMLElement;
  private readonly id: string;
  private readonly words: HTMLElement;
  private readonly mark = make("span", { class: "soft" });
  private controls: HTMLElement[] = [];
  private clear: HTMLButtonElement | null = null;

  constructor(
    private readonly asked: Asked,
    readonly name: string,
    private readonly content: Content,
    private readonly memory: Memory,
    private readonly changed: () => void,
  ) {
    this.id = `isi-${asked.nodeId.replace(/\W/g, "-")}`;
    this.words = make("p", { class: "error", id: `${this.id}-salah`, hidden: true });
    this.element = asked.nodeType === "select" ? this.choices(asked) : this.input();
    this.refresh();
    this.show(this.told());
  }

  get label(): string {
    return this.asked.currentState.label?.asString ?? this.name;
  }

  get anchor(): string {
    return this.controls[0]?.id ?? this.id;
  }

  get relevant(): boolean {
    return this.asked.currentState.relevant;
  }

  /** Follow what other answers changed: whether it is asked at all, and whether it must be. */
  refresh(): void {
    const { relevant, required } = this.asked.currentState;
    this.element.hidden = !relevant;
    this.mark.textContent = required ? "" : ` (${this.content.words.optional})`;
    for (const one of this.controls) {
      if (one instanceof HTMLInputElement && one.type !== "radio") one.required = required;
    }
    if (this.clear) this.clear.hidden = !valueOf(this.asked);
  }

  /** What is wrong now; "" for nothing. */
  fault(): string {
    return faultWords(this.asked, this.content, this.memory);
  }

  show(words: string): void {
    this.words.replaceChildren(...(words ? [warning(), make("span", {}, words)] : []));
    this.words.hidden = !words;
    for (const one of this.controls) {
      if (words) one.setAttribute("aria-invalid", "true");
      else one.removeAttribute("aria-invalid");
    }
  }

  private told(): string {
    return this.memory.told.get(this.asked.nodeId) ?? "";
  }

  /** An answer was changed: an old complaint no longer stands. */
  private answered(): void {
    this.memory.told.delete(this.asked.nodeId);
    if (!this.words.hidden) this.show(this.fault());
    this.changed();
  }

  private described(): string {
    return `${this.id}-petunjuk ${this.id}-salah`;
  }

  private hint(more = ""): HTMLElement | null {
    const own = this.asked.currentState.hint?.asString ?? "";
    const text = [own, more].filter(Boolean).join(". ");
    return text ? make("p", { class: "hint", id: `${this.id}-petunjuk` }, text) : null;
  }

  // -- typed ------------------------------------------------------------------------------------

  private input(): HTMLElement {
    const { asked, content } = this;
    const long = content.long.includes(this.name);
    const kind = asked.nodeType === "input" ? asked.valueType : "string";
    const digits = kind === "int" || content.digits.includes(this.name);
    const control = make(long ? "textarea" : "input", {
      id: this.id,
      type: long ? undefined : "text",
      maxlength: kind === "date" ? 10 : kind === "int" ? 10 : content.longest,
      inputmode: digits ? "numeric" : undefined,
      autocomplete: "off",
      autocapitalize: digits ? undefined : "words",
      spellcheck: "false",
      class: kind === "int" || kind === "date" ? "short" : undefined,
      "aria-describedby": this.described(),
    });
    const now = valueOf(asked);
    control.value = this.memory.unread.get(asked.nodeId) ?? (kind === "date" ? showDate(now) : now);
    control.addEventListener("input", () => {
      this.take(control.value, kind);
      this.answered();
    });
    control.addEventListener("change", () => {
      // Not at once: the words push down what is below, and a finger on its way there would miss.
      setTimeout(() => {
        const text = valueOf(asked) || this.memory.unread.has(asked.nodeId);
        this.show(text ? this.fault() : "");
      }, UNHURRIED);
    });
    this.controls = [control];
    const label = make("label", { for: this.id }, this.label, this.mark);
    const more = kind === "date" ? content.words.date_hint : "";
    return make("div", { class: "field" }, label, this.hint(more), this.words, control);
  }

  /** Hand the engine what could be read; keep the rest to show it again. */
  private take(text: string, kind: string): void {
    const read = kind === "date" ? readDate(text) : kind === "int" ? readWhole(text) : text;
    if (read === null && text.trim()) this.memory.unread.set(this.asked.nodeId, text);
    else this.memory.unread.delete(this.asked.nodeId);
    setValue(this.asked, read ?? "");
  }

  // -- chosen -----------------------------------------------------------------------------------

  private choices(asked: Extract<Asked, { nodeType: "select" }>): HTMLElement {
    const options = asked.currentState.valueOptions;
    const legend = make("legend", {}, this.label, this.mark);
    const group = make("fieldset", { class: "field", "aria-describedby": this.described() });
    this.clear = button(this.content.words.clear, "link clear", () => {
      this.choose("");
      for (const one of group.querySelectorAll<HTMLInputElement>("input[type=radio]")) {
        one.checked = false;
      }
      this.controls[0]?.focus();
    });
    const list = make("div", { class: options.length === 2 ? "choices pair" : "choices" });
    group.append(legend);
    const hint = this.hint();
    if (hint) group.append(hint);
    group.append(this.words);
    if (options.length > SEARCHED) group.append(this.search(asked, list));
    else this.offer(list, options);
    group.append(list, this.clear);
    return group;
  }

  private offer(list: HTMLElement, options: readonly { value: string; label: { asString: string } }[]): void {
    const now = valueOf(this.asked);
    const radios = options.map((option, at) => {
      const id = `${this.id}-${at}`;
      const radio = make("input", { type: "radio", id, name: this.id, value: option.value });
      radio.checked = option.value === now;
      radio.addEventListener("change", () => this.choose(option.value));
      list.append(make("label", { class: "choice", for: id }, radio, make("span", {}, option.label.asString)));
      return radio;
    });
    this.controls = [...this.controls.filter((one) => !(one as HTMLInputElement).name), ...radios];
  }

  /** A field to search a long list in: only what fits is drawn. */
  private search(asked: Extract<Asked, { nodeType: "select" }>, list: HTMLElement): HTMLElement {
    const { words } = this.content;
    const options = asked.currentState.valueOptions.map((one) => ({ one, plain: one.label.asString.toLowerCase() }));
    const box = make("input", { type: "search", id: this.id, autocomplete: "off", spellcheck: "false" });
    const news = make("p", { class: "small soft", role: "status" });
    const look = () => {
      const wanted = box.value.trim().toLowerCase();
      const now = valueOf(asked);
      const parts = wanted.split(/\s+/).filter(Boolean);
      const found = options.filter(({ one, plain }) =>
        wanted ? one.value === wanted || parts.every((part) => plain.includes(part)) : one.value === now,
      );
      found.sort((a, b) => Number(b.plain.startsWith(wanted)) - Number(a.plain.startsWith(wanted)));
      list.replaceChildren();
      this.offer(list, found.slice(0, OFFERED).map(({ one }) => one));
      const rest = found.length - OFFERED;
      news.textContent = !wanted ? "" : !found.length ? words.none : rest > 0 ? say(words.more, rest) : say(words.found, found.length);
    };
    box.addEventListener("input", look);
    this.controls = [box];
    look();
    return make("div", { class: "searched" }, make("label", { for: this.id }, words.search), box, news);
  }

  private choose(value: string): void {
    setValue(this.asked, value);
    this.refresh();
    this.answered();
  }
}

/** What is wrong with an answer; "" for nothing. */
export function faultWords(asked: Asked, content: Content, memory: Memory): string {
  if (!asked.currentState.relevant) return "";
  const { words } = content;
  if (memory.unread.has(asked.nodeId)) {
    return asked.nodeType === "input" && asked.valueType === "date" ? words.date_fault : words.number_fault;
  }
  const found = faultOf(asked);
  if (!found) return "";
  if (found.kind === "required") return words.required_fault;
  return found.words || words.bounds_fault;
}
