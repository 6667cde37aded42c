// Keeps what is typed on the server, some moments after the last keystroke. What could not be saved
// stays in the memory of this page alone and is tried again: nothing is left on the phone.

import type { Words } from "./isi.ts";
import { say } from "./values.ts";

const QUIET = 1200; // milliseconds without typing before it is saved
const AGAIN = [4000, 10_000, 30_000]; // then every half minute
const LONGEST = 20_000;

export type State =
  | "fresh" | "changed" | "saving" | "saved" | "offline" | "signed_out" | "gone" | "stale" | "unread";

export interface Answer {
  status: number; // 0: nothing came back
  signedOut: boolean;
  body: Record<string, unknown>;
}

export class Saver {
  private timer = 0;
  private tries = 0;
  private dirty = false;
  private busy: Promise<void> | null = null;
  state: State;
  when: string;

  constructor(
    private readonly url: string,
    private readonly xml: () => string,
    private readonly words: Words,
    public version: number,
    when: string,
    private readonly told: (state: State, words: string) => void,
  ) {
    this.when = when;
    this.state = version ? "saved" : "fresh";
    addEventListener("online", () => this.dirty && this.soon(0));
    addEventListener("beforeunload", (event) => {
      if (this.dirty) event.preventDefault();
    });
    // A phone that is put away gets no second chance.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && this.dirty) void this.save();
    });
    this.tell(this.state);
  }

  changed(): void {
    this.dirty = true;
    if (this.state === "gone" || this.state === "stale") return;
    if (this.state !== "offline" && this.state !== "signed_out") this.tell("changed");
    this.soon(QUIET);
  }

  /** Save now. Resolves once the server has answered, whatever it said. */
  async save(): Promise<void> {
    clearTimeout(this.timer);
    while (this.busy) await this.busy;
    if (!this.dirty || this.state === "gone" || this.state === "stale") return;
    this.busy = this.once().finally(() => (this.busy = null));
    await this.busy;
  }

  /** What stands on the other side gives way to this page. */
  async overwrite(): Promise<void> {
    this.state = "changed";
    this.dirty = true;
    await this.save();
  }

  /** The form was sent or thrown away: nothing is left to lose. */
  finish(): void {
    clearTimeout(this.timer);
    this.dirty = false;
    this.state = "gone";
  }

  async post(url: string, query: Record<string, string>): Promise<Answer> {
    const address = `${url}?${new URLSearchParams({ versi: String(this.version), ...query })}`;
    return post(address, this.xml());
  }

  private soon(wait: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.save(), wait);
  }

  private async once(): Promise<void> {
    if (this.state !== "offline" && this.state !== "signed_out") this.tell("saving");
    this.dirty = false;
    const answer = await this.post(this.url, {});
    if (answer.status === 200) {
      this.tries = 0;
      this.version = Number(answer.body["version"]);
      this.when = String(answer.body["when"]);
      this.tell(this.dirty ? "changed" : "saved");
      return;
    }
    this.dirty = true;
    if (answer.status === 409) {
      this.stale(answer);
    } else if (answer.status === 404) {
      this.tell("gone");
    } else if (answer.status === 422 || answer.status === 413) {
      this.tell("unread");
    } else {
      this.tell(answer.signedOut ? "signed_out" : "offline");
      this.soon(AGAIN[Math.min(this.tries, AGAIN.length - 1)] as number);
      this.tries += 1;
    }
  }

  stale(answer: Answer): void {
    this.version = Number(answer.body["version"]);
    this.when = String(answer.body["when"]);
    this.tell("stale");
  }

  private tell(state: State): void {
    this.state = state;
    this.told(state, say(this.words[state], this.when));
  }
}

function token(): string {
  return /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
}

async function post(url: string, xml: string): Promise<Answer> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), LONGEST);
  try {
    const answer = await fetch(url, {
      method: "POST",
      body: xml,
      headers: { "Content-Type": "text/xml; charset=utf-8", "X-CSRFToken": token() },
      credentials: "same-origin",
      redirect: "manual", // to the page of signing in
      signal: stop.signal,
    });
    const signedOut = answer.type === "opaqueredirect" || answer.status === 403;
    const json = answer.headers.get("Content-Type")?.startsWith("application/json");
    return { status: answer.status, signedOut, body: json ? await answer.json() : {} };
  } catch {
    return { status: 0, signedOut: false, body: {} };
  } finally {
    clearTimeout(timer);
  }
}
