// The page on which a form is filled: loads it, shows one group of questions at a time, sends it.
// What the engine says guides; what the server says is the truth.

import { button, make, warning } from "./dom.ts";
import { answer, type Asked, Form, type Parent, question } from "./engine.ts";
import { Field, faultWords, type Memory } from "./field.ts";
import { Saver, type State } from "./saving.ts";
import { say } from "./values.ts";

export type Words = Record<string, string> & Record<
  | "step" | "next" | "back" | "later" | "optional" | "clear" | "date_hint" | "date_fault"
  | "number_fault" | "required_fault" | "bounds_fault" | "summary_one" | "summary" | "search"
  | "found" | "more" | "none" | "add" | "edit" | "remove" | "remove_sure" | "remove_yes"
  | "cancel" | "nobody" | "years" | "left_one" | "left" | "complete" | "number" | "check"
  | "check_words" | "all_right" | "send" | "send_anyway" | "sending" | "saving" | "saved" | "fresh"
  | "changed" | "offline" | "signed_out" | "gone" | "stale" | "take" | "keep" | "refused" | "ask"
  | "unread",
  string
>;

interface Screen {
  title: string;
  names: string[];
  last: boolean;
}

/** What the server sends for a draft. */
export interface Content {
  form: string;
  saved: string;
  version: number;
  when: string;
  screens: Screen[];
  inside: Screen[];
  member: string;
  title: string;
  named: string[];
  result: string;
  no_answers: string[];
  long: string[];
  digits: string[];
  longest: number;
  words: Words;
}

interface Told {
  record: string;
  member: number | null;
  names: string[];
  severity: string;
  message: string;
  remedy: string;
}

type Place =
  | { kind: "screen"; at: number }
  | { kind: "members" }
  | { kind: "member"; member: number; at: number }
  | { kind: "check" };

const LISTED = 40; // faults named before sending

class Page {
  private place: Place = { kind: "screen", at: 0 };
  private readonly memory: Memory = { unread: new Map(), told: new Map() };
  private readonly saver: Saver;
  private fields: Field[] = [];
  private verdict: { state: string; faults: Told[]; notes: string[]; mark: string } | null = null;

  constructor(
    private readonly root: HTMLElement,
    private readonly status: HTMLElement,
    private readonly content: Content,
    private readonly form: Form,
  ) {
    this.saver = new Saver(
      root.dataset["save"] as string, () => form.xml(), content.words, content.version,
      content.when, (state, words) => this.told(state, words),
    );
    addEventListener("popstate", () => {
      this.place = read(location.hash) ?? { kind: "screen", at: 0 };
      this.draw(true);
    });
    const wanted = read(location.hash);
    if (wanted && this.exists(wanted)) this.place = wanted;
    history.replaceState(null, "", write(this.place));
    this.draw(false);
  }

  // -- where one is -----------------------------------------------------------------------------

  private get refusal(): boolean {
    const { result, no_answers } = this.content;
    return result !== "" && no_answers.includes(answer(this.form.main, result));
  }

  /** The places of the form itself in their order, without those on which nothing is asked. */
  private way(): Place[] {
    const { screens, member } = this.content;
    const asked = screens
      .map((screen, at) => ({ screen, at }))
      .filter(({ screen }) => this.asked(this.form.main, screen).length > 0);
    const part = (last: boolean) =>
      asked.filter(({ screen }) => screen.last === last).map(({ at }): Place => ({ kind: "screen", at }));
    const members: Place[] = member && !this.refusal ? [{ kind: "members" }] : [];
    return [...part(false), ...members, ...part(true), { kind: "check" }];
  }

  private asked(of: Parent, screen: Screen): string[] {
    return screen.names.filter((name) => question(of, name)?.currentState.relevant);
  }

  private inside(member: number): number[] {
    const of = this.form.members[member];
    if (!of) return [];
    return this.content.inside.flatMap((screen, at) => (this.asked(of, screen).length ? [at] : []));
  }

  private exists(place: Place): boolean {
    if (place.kind === "member") return this.inside(place.member).includes(place.at);
    return this.way().some((one) => write(one) === write(place));
  }

  private go(place: Place): void {
    this.place = place;
    history.pushState(null, "", write(place));
    this.draw(true);
  }

  private neighbour(step: 1 | -1): Place {
    if (this.place.kind === "member") {
      const ways = this.inside(this.place.member);
      const next = ways[ways.indexOf(this.place.at) + step];
      return next === undefined ? { kind: "members" } : { ...this.place, at: next };
    }
    const way = this.way();
    const here = way.findIndex((one) => write(one) === write(this.place));
    return way[Math.max(0, here + step)] ?? { kind: "check" };
  }

  // -- drawing ----------------------------------------------------------------------------------

  private draw(moved: boolean): void {
    if (!this.exists(this.place)) this.place = this.place.kind === "member" ? { kind: "members" } : { kind: "check" };
    this.fields = [];
    const parts = {
      screen: () => this.questions(),
      member: () => this.questions(),
      members: () => this.members(),
      check: () => this.check(),
    }[this.place.kind]();
    this.root.replaceChildren(...parts);
    if (!moved) return;
    const heading = this.root.querySelector("h2");
    heading?.focus({ preventScroll: true });
    scrollTo(0, this.root.getBoundingClientRect().top + scrollY - 72);
  }

  private heading(title: string): HTMLElement {
    const way = this.place.kind === "member" ? this.inside(this.place.member) : this.way();
    const here =
      this.place.kind === "member"
        ? (way as number[]).indexOf(this.place.at)
        : (way as Place[]).findIndex((one) => write(one) === write(this.place));
    const words = say(this.content.words.step, here + 1, way.length);
    const about = this.place.kind === "member" ? this.named(this.place.member) : "";
    return make(
      "div", { class: "step" },
      make("p", { class: "small soft" }, about ? `${about} · ${words}` : words),
      make("progress", { max: way.length, value: here + 1, "aria-label": words }),
      make("h2", { tabindex: "-1" }, title),
    );
  }

  private questions(): Node[] {
    const place = this.place as Extract<Place, { kind: "screen" | "member" }>;
    const inside = place.kind === "member";
    const of = inside ? (this.form.members[place.member] as Parent) : this.form.main;
    const screen = (inside ? this.content.inside : this.content.screens)[place.at] as Screen;
    const summary = make("div", { hidden: true });
    for (const name of screen.names) {
      const asked = question(of, name);
      if (asked) this.fields.push(new Field(asked, name, this.content, this.memory, () => this.answered()));
    }
    const { words } = this.content;
    let warned = false;
    const next = button(words.next, "btn main", () => {
      const wrong = this.fields.filter((one) => one.relevant && one.fault());
      if (wrong.length && !warned) {
        warned = true;
        for (const one of this.fields) one.show(one.relevant ? one.fault() : "");
        this.summarise(summary, wrong);
        next.textContent = words.later;
        return;
      }
      this.go(this.neighbour(1));
    });
    const form = make("form", { novalidate: true, autocomplete: "off" }, ...this.fields.map((one) => one.element));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      next.click();
    });
    const hidden = make("button", { type: "submit", class: "sr", tabindex: "-1", "aria-hidden": "true" });
    form.append(hidden);
    return [this.heading(screen.title), summary, form, this.foot(next)];
  }

  private summarise(summary: HTMLElement, wrong: Field[]): void {
    const { words } = this.content;
    const title = wrong.length === 1 ? words.summary_one : say(words.summary, wrong.length);
    const list = make("ul", {}, ...wrong.map((one) => {
      const link = make("a", { href: `#${one.anchor}` }, `${one.label}: ${one.fault()}`);
      link.addEventListener("click", (event) => {
        event.preventDefault();
        document.getElementById(one.anchor)?.focus();
      });
      return make("li", {}, link);
    }));
    summary.className = "summary";
    summary.tabIndex = -1;
    summary.setAttribute("role", "alert");
    summary.replaceChildren(make("h2", {}, title), list);
    summary.hidden = false;
    summary.focus();
  }

  private foot(next: HTMLElement | null): HTMLElement {
    const back = button(this.content.words.back, "btn", () => this.go(this.neighbour(-1)));
    const first = this.place.kind === "screen" && write(this.way()[0] as Place) === write(this.place);
    return make("div", { class: "row walk" }, first ? null : back, next);
  }

  private answered(): void {
    for (const one of this.fields) one.refresh();
    this.verdict = null;
    this.saver.changed();
  }

  // -- members ----------------------------------------------------------------------------------

  private named(at: number): string {
    const of = this.form.members[at];
    const typed = of ? this.content.named.map((name) => answer(of, name)).find(Boolean) : "";
    return typed || say(this.content.words.number, at + 1);
  }

  private missing(at: number): number {
    const of = this.form.members[at] as Parent;
    const names = this.content.inside.flatMap((one) => one.names);
    return names.filter((name) => {
      const asked = question(of, name);
      return asked && faultWords(asked, this.content, this.memory);
    }).length;
  }

  private members(): Node[] {
    const { words, title } = this.content;
    const list = make("ol", { class: "lines members" });
    this.form.members.forEach((of, at) => {
      const age = answer(of, "umur");
      const left = this.missing(at);
      const state = left === 0 ? words.complete : left === 1 ? words.left_one : say(words.left, left);
      const ask = make("div", { hidden: true, class: "note warn" });
      const name = this.named(at);
      const edit = button(words.edit, "btn", () => this.go({ kind: "member", member: at, at: this.inside(at)[0] ?? 0 }));
      edit.setAttribute("aria-label", `${words.edit}: ${name}`);
      const remove = button(words.remove, "btn", () => {
        ask.hidden = false;
        (ask.querySelector("button") as HTMLElement).focus();
      });
      remove.setAttribute("aria-label", `${words.remove}: ${name}`);
      const yes = button(words.remove_yes, "btn danger", () => {
        this.form.removeMember(at);
        this.saver.changed();
        this.draw(true);
      });
      const no = button(words.cancel, "btn", () => {
        ask.hidden = true;
        remove.focus();
      });
      ask.append(make("div", {}, make("p", {}, say(words.remove_sure, name)), make("p", { class: "row" }, yes, no)));
      const about = [age ? say(words.years, age) : "", state].filter(Boolean).join(" · ");
      list.append(make("li", {}, make("b", {}, name), make("span", { class: "small soft" }, about), make("span", { class: "row" }, edit, remove), ask));
    });
    const add = button(say(words.add, title.toLowerCase()), "btn", () => {
      this.form.addMember();
      this.saver.changed();
      const member = this.form.members.length - 1;
      this.go({ kind: "member", member, at: this.inside(member)[0] ?? 0 });
    });
    const next = button(words.next, "btn main", () => this.go(this.neighbour(1)));
    const empty = this.form.members.length ? null : make("p", { class: "soft" }, words.nobody);
    return [this.heading(title), empty ?? list, make("p", {}, add), this.foot(next)];
  }

  // -- checking and sending ---------------------------------------------------------------------

  /** Everything the engine still finds, in the order of the form. */
  private faults(): { words: string; place: Place; name: string }[] {
    const found: { words: string; place: Place; name: string }[] = [];
    const look = (of: Parent, screens: Screen[], about: string, place: (at: number) => Place) =>
      screens.forEach((screen, at) => {
        for (const name of screen.names) {
          const asked = question(of, name);
          const words = asked ? faultWords(asked, this.content, this.memory) : "";
          if (asked && words) found.push({ words: `${about}${labelOf(asked, name)}: ${words}`, place: place(at), name });
        }
      });
    look(this.form.main, this.content.screens, "", (at) => ({ kind: "screen", at }));
    if (!this.refusal) {
      this.form.members.forEach((of, member) =>
        look(of, this.content.inside, `${this.named(member)}, `, (at) => ({ kind: "member", member, at })));
    }
    return found;
  }

  private check(): Node[] {
    const { words } = this.content;
    const found = this.faults();
    const news = make("div", { "aria-live": "polite" });
    const send = button(words.send, "btn main", () => void this.send(send, news, ""));
    const links = found.slice(0, LISTED).map((one) => make("li", {}, this.link(one.place, one.name, one.words)));
    const title = found.length === 1 ? words.summary_one : say(words.summary, found.length);
    const state = found.length
      ? make("div", { class: "summary" }, make("h3", {}, title), make("ul", {}, ...links))
      : make("p", {}, words.all_right);
    const mark = this.verdict?.state === "ask" ? this.verdict.mark : "";
    const anyway = button(words.send_anyway, "btn main", () => void this.send(anyway, news, mark));
    return [
      this.heading(words.check),
      make("p", {}, words.check_words),
      this.verdict ? this.answerOf(this.verdict) : state,
      news,
      this.foot(mark ? anyway : send),
    ];
  }

  private visit(place: Place, name: string): void {
    this.go(place);
    const field = this.fields.find((one) => one.name === name);
    if (!field) return;
    field.show(this.memory.told.get(this.node(place, name)?.nodeId ?? "") ?? field.fault());
    document.getElementById(field.anchor)?.focus();
  }

  private node(place: Place, name: string): Asked | undefined {
    const of = place.kind === "member" ? this.form.members[place.member] : this.form.main;
    return of ? question(of, name) : undefined;
  }

  private async send(pressed: HTMLButtonElement, news: HTMLElement, sure: string): Promise<void> {
    const { words } = this.content;
    const usual = pressed.textContent;
    pressed.disabled = true;
    pressed.textContent = words.sending;
    await this.saver.save();
    const found = await this.saver.post(this.root.dataset["send"] as string, sure ? { yakin: sure } : {});
    pressed.disabled = false;
    pressed.textContent = usual;
    if (found.status === 200 && found.body["state"] === "stored") {
      this.saver.finish();
      location.assign(String(found.body["receipt"]));
    } else if (found.status === 200 || found.status === 422 || found.status === 413) {
      this.verdict = {
        state: String(found.body["state"] ?? "refused"),
        faults: (found.body["faults"] ?? []) as Told[],
        notes: (found.body["notes"] ?? []) as string[],
        mark: String(found.body["mark"] ?? ""),
      };
      this.draw(false);
      this.root.querySelector<HTMLElement>(".verdict")?.focus();
    } else if (found.status === 409) {
      this.saver.stale(found);
    } else {
      const state = found.status === 404 ? "gone" : found.signedOut ? "signed_out" : "offline";
      news.replaceChildren(note("bad", words[state]));
    }
  }

  /** What the server said, with a way to each place. */
  private answerOf(verdict: NonNullable<typeof this.verdict>): HTMLElement {
    const { words } = this.content;
    const lines = verdict.faults.map((one) => {
      const place = this.placeOf(one);
      const about = one.member !== null ? `${this.named(one.member)}, ` : "";
      const complaint = `${one.message} ${one.remedy}`.trim();
      if (!place) return make("li", {}, about + complaint);
      const asked = this.node(place.place, place.name) as Asked;
      this.memory.told.set(asked.nodeId, complaint);
      const said = `${about}${labelOf(asked, place.name)}: ${complaint}`;
      return make("li", {}, this.link(place.place, place.name, said));
    });
    const refused = verdict.state === "refused";
    return make(
      "div", { class: refused ? "summary verdict" : "summary ask verdict", tabindex: "-1" },
      make("h3", {}, refused ? words.refused : words.ask),
      ...verdict.notes.map((one) => make("p", {}, one)),
      lines.length ? make("ul", {}, ...lines) : null,
    );
  }

  private link(place: Place, name: string, words: string): HTMLElement {
    const found = make("a", { href: write(place) }, words);
    found.addEventListener("click", (event) => {
      event.preventDefault();
      this.visit(place, name);
    });
    return found;
  }

  private placeOf(told: Told): { place: Place; name: string } | null {
    for (const name of told.names) {
      const inside = told.member !== null;
      const at = (inside ? this.content.inside : this.content.screens).findIndex((one) => one.names.includes(name));
      if (at < 0) continue;
      const place: Place = inside ? { kind: "member", member: told.member as number, at } : { kind: "screen", at };
      if (this.node(place, name)?.currentState.relevant) return { place, name };
    }
    return null;
  }

  // -- saving -----------------------------------------------------------------------------------

  private told(state: State, words: string): void {
    const bad = ["offline", "signed_out", "gone", "stale", "unread"].includes(state);
    this.status.className = bad ? "saved note bad" : "saved small soft";
    const parts: Node[] = bad ? [warning(), make("span", {}, words)] : [document.createTextNode(words)];
    if (state === "stale") {
      const take = button(this.content.words.take, "btn", () => {
        this.saver.finish();
        location.reload();
      });
      const keep = button(this.content.words.keep, "btn", () => void this.saver.overwrite());
      parts.push(make("span", { class: "row" }, take, keep));
    }
    this.status.replaceChildren(...parts);
    this.status.dataset["state"] = state;
  }
}

function labelOf(asked: Asked, name: string): string {
  return asked.currentState.label?.asString ?? name;
}

function note(tone: string, words: string): HTMLElement {
  return make("div", { class: `note ${tone}`, role: "alert" }, warning(), make("p", {}, words));
}

function write(place: Place): string {
  if (place.kind === "member") return `#anggota-${place.member + 1}-${place.at + 1}`;
  return place.kind === "screen" ? `#bagian-${place.at + 1}` : place.kind === "members" ? "#daftar" : "#kirim";
}

function read(hash: string): Place | null {
  const screen = /^#bagian-(\d{1,3})$/.exec(hash);
  if (screen) return { kind: "screen", at: Number(screen[1]) - 1 };
  const member = /^#anggota-(\d{1,3})-(\d{1,3})$/.exec(hash);
  if (member) return { kind: "member", member: Number(member[1]) - 1, at: Number(member[2]) - 1 };
  return hash === "#daftar" ? { kind: "members" } : hash === "#kirim" ? { kind: "check" } : null;
}

async function begin(root: HTMLElement, status: HTMLElement): Promise<void> {
  const answer = await fetch(root.dataset["content"] as string, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  const content = (await answer.json()) as Content;
  const language = document.documentElement.lang === "en" ? "en" : "id";
  const form = await Form.open(content.form, content.saved, content.member, language);
  new Page(root, status, content, form);
  root.dataset["ready"] = "1";
}

const root = document.getElementById("formulir");
const status = document.getElementById("simpanan");
// When anything fails here, the words in the page stay: they name the workbook as the other way.
if (root && status) void begin(root, status);
