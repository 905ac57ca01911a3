/** Where one is in the text of a map that may be half written. */
export type PlaceInMap = {
  /** Names from the top, `*` for an item of a list: `["profiles", "clinician", "claims", "profession"]`. */
  readonly steps: readonly string[];
  /** Whether a key is being written here, or the value of `key`. */
  readonly role: "key" | "value";
  /** Of a value; null for one that no key names. */
  readonly key: string | null;
  /** Where what is being written begins. */
  readonly from: number;
};

type Block = { readonly indent: number; readonly step: string };
type Flow = { readonly kind: "{" | "["; key: string | null; from: number };

/** `- ` of a list. */
const ITEM = /^( *)- +/;
/** A key of a block: everything up to a colon behind which a space or nothing stands. */
const KEY = /^( *)("[^"]*"|'[^']*'|[^\s#"'{}[\]&*!|>%@`,-][^#]*?|-[^\s#][^#]*?):(?= |$)/;

/** Follows blocks by their indentation and `{}` and `[]` by their brackets; comments and quoted texts are passed over. */
export function placeInMap(text: string, offset: number): PlaceInMap {
  const blocks: Block[] = [];
  const flows: Flow[] = [];
  let key: string | null = null;
  let valueFrom = 0;
  let lineFrom = 0;
  for (const whole of text.slice(0, offset).split("\n")) {
    const isLast = lineFrom + whole.length === offset;
    let at = 0;
    if (flows.length === 0 && (isLast || !/^\s*(?:#|$)/.test(whole))) {
      key = null;
      at = enterLine(whole, blocks);
      const [, , name] = KEY.exec(whole.slice(at).padStart(whole.length)) ?? [];
      if (name !== undefined) {
        key = unquoted(name);
        const start = whole.indexOf(name, at);
        at = start + name.length + 1;
        blocks.push({ indent: start, step: key });
        while (whole[at] === " ") at += 1;
      }
      valueFrom = lineFrom + at;
    }
    scanFlows(whole, at, lineFrom, flows);
    lineFrom += whole.length + 1;
  }
  return found(blocks, flows, key, valueFrom);
}

/** Leaves the blocks that end where this line begins, enters its list items, and says where its first name is. */
function enterLine(line: string, blocks: Block[]): number {
  let at = line.length - line.trimStart().length;
  const leave = (indent: number): void => {
    while ((blocks.at(-1)?.indent ?? -1) >= indent) blocks.pop();
  };
  for (let item = ITEM.exec(line); item !== null; item = ITEM.exec(line.slice(at).padStart(line.length))) {
    // The items of a list may stand as far left as its key.
    while ((blocks.at(-1)?.indent ?? -1) >= at && !(blocks.at(-1)?.indent === at && blocks.at(-1)?.step !== "*")) {
      blocks.pop();
    }
    blocks.push({ indent: at + 0.5, step: "*" });
    at = item[0].length;
  }
  leave(at);
  return at;
}

function scanFlows(line: string, start: number, lineFrom: number, flows: Flow[]): void {
  let quote: string | null = null;
  for (let at = start; at < line.length; at += 1) {
    const character = line[at] as string;
    const flow = flows.at(-1);
    if (quote !== null) {
      if (character === "\\" && quote === '"') at += 1;
      else if (character === quote) quote = null;
      continue;
    }
    if (character === "#" && (at === 0 || line[at - 1] === " ")) return;
    const isStart =
      flow === undefined ? line.slice(start, at).trim() === "" : lineFrom + at <= skipped(line, lineFrom, flow);
    if ((character === '"' || character === "'") && isStart) quote = character;
    else if ((character === "{" || character === "[") && isStart)
      flows.push({ kind: character, key: null, from: lineFrom + at + 1 });
    else if ((character === "}" || character === "]") && flow !== undefined) flows.pop();
    else if (character === "," && flow !== undefined) {
      flow.key = null;
      flow.from = lineFrom + at + 1;
    } else if (character === ":" && flow?.kind === "{" && flow.key === null && /^(?: |$)/.test(line.slice(at + 1))) {
      flow.key = unquoted(line.slice(Math.max(flow.from - lineFrom, 0), at).trim());
      flow.from = lineFrom + at + 1;
    }
  }
}

/** Where the text of an entry begins, behind its spaces. */
function skipped(line: string, lineFrom: number, { from }: Flow): number {
  let at = Math.max(from - lineFrom, 0);
  while (line[at] === " ") at += 1;
  return lineFrom + at;
}

function found(blocks: readonly Block[], flows: readonly Flow[], key: string | null, valueFrom: number): PlaceInMap {
  const names = blocks.map(({ step }) => step);
  const inner = flows.at(-1);
  if (inner === undefined) {
    if (key === null) return { steps: names, role: "key", key: null, from: valueFrom };
    return { steps: names.slice(0, -1), role: "value", key, from: valueFrom };
  }
  const steps = [...names];
  for (const flow of flows.slice(0, -1)) steps.push(flow.kind === "[" ? "*" : (flow.key ?? ""));
  if (inner.kind === "[")
    return { steps: steps.slice(0, -1), role: "value", key: steps.at(-1) ?? null, from: inner.from };
  if (inner.key === null) return { steps, role: "key", key: null, from: inner.from };
  return { steps, role: "value", key: inner.key, from: inner.from };
}

function unquoted(name: string): string {
  return name.replace(/^(["'])(.*)\1$/, "$2");
}
