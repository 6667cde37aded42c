// The engine as our screens see it: one form, its questions by name, its repeated records. Nothing
// here draws anything.

import { createInstance, restoreInstance } from "@getodk/xforms-engine";
import type {
  AnyInputNode,
  GeneralChildNode,
  InstanceData,
  RepeatInstanceNode,
  RepeatRangeUncontrolledNode,
  RootNode,
  SelectNode,
} from "@getodk/xforms-engine";

export type Asked = AnyInputNode | SelectNode;
export type Parent = RootNode | RepeatInstanceNode;
export type Member = RepeatInstanceNode;
const FILE = "xml_submission_file";

/** What is wrong with an answer by the form's own rules: nothing, left empty, or out of bounds. */
export type Fault = { kind: "required" | "constraint"; words: string } | null;

export class Form {
  constructor(
    private readonly root: RootNode,
    private readonly repeated: string,
  ) {}

  /** Opens a form; `saved` is the XML of a draft, "" for a new one. */
  static async open(xform: string, saved: string, repeated: string, language: string): Promise<Form> {
    const { root } = saved
      ? await restoreInstance(xform, { data: [draft(saved)] })
      : await createInstance(xform);
    const spoken = root.languages.find((one) => one.language.endsWith(`(${language})`));
    if (spoken && !spoken.isSyntheticDefault) root.setLanguage(spoken);
    return new Form(root, repeated);
  }

  get main(): Parent {
    return this.root;
  }

  get members(): readonly Member[] {
    return this.range()?.currentState.children ?? [];
  }

  addMember(): void {
    this.range()?.addInstances();
  }

  removeMember(at: number): void {
    this.range()?.removeInstances(at);
  }

  xml(): string {
    return this.root.instanceState.instanceXML;
  }

  private range(): RepeatRangeUncontrolledNode | undefined {
    const found = this.root.currentState.children.find(
      (one) => one.nodeType === "repeat-range:uncontrolled" && name(one) === this.repeated,
    );
    return found as RepeatRangeUncontrolledNode | undefined;
  }
}

function draft(saved: string): InstanceData {
  const data = new FormData();
  data.set(FILE, new File([saved], FILE, { type: "text/xml" }));
  return data as unknown as InstanceData;
}

/** The last step of a node's path, without its place among others. */
function name(node: { currentState: { reference: string } }): string {
  return node.currentState.reference.replace(/^.*\//, "").replace(/\[\d+\]$/, "");
}

const byName = new WeakMap<object, Map<string, GeneralChildNode>>();

/** A question of a record by its name; undefined for what is not asked. */
export function question(of: Parent, wanted: string): Asked | undefined {
  const found = child(of, wanted);
  return found?.nodeType === "input" || found?.nodeType === "select" ? (found as Asked) : undefined;
}

function child(of: Parent, wanted: string): GeneralChildNode | undefined {
  let known = byName.get(of);
  if (!known) {
    known = new Map(of.currentState.children.map((one) => [name(one), one]));
    byName.set(of, known);
  }
  return known.get(wanted);
}

/** The answer as it stands in the XML, calculated ones too; "" for none. */
export function answer(of: Parent, wanted: string): string {
  const found = child(of, wanted);
  if (!found || !("instanceState" in found)) return "";
  const state = found.currentState as { instanceValue?: string };
  return state.instanceValue ?? "";
}

export function valueOf(asked: Asked): string {
  return asked.nodeType === "select"
    ? (asked.currentState.value[0] ?? "")
    : asked.currentState.instanceValue;
}

/** Set an answer from text that was read already; "" empties it. */
export function setValue(asked: Asked, text: string): void {
  if (asked.nodeType === "select") asked.selectValue(text || null);
  else (asked as { setValue(value: string | null): unknown }).setValue(text || null);
}

export function faultOf(asked: Asked): Fault {
  if (!asked.currentState.relevant) return null;
  const found = asked.validationState.violation;
  if (!found || found.valid) return null;
  return { kind: found.condition, words: found.message?.asString ?? "" };
}

export { createInstance, restoreInstance };
