import type { Canary } from "./canaries.ts";
import { type Form, formsOf } from "./encodings.ts";

/** A place from which something leaves, and what left there. */
export type Sink = {
  readonly place: string;
  readonly content: string | Uint8Array;
  /** Places whose canaries belong here. */
  readonly allowed?: ReadonlySet<string>;
};

/** A canary where it does not belong. */
export type Hit = { readonly sink: string; readonly canary: string; readonly encoding: string };

/** Finds canaries in sinks: each canary once per sink, in whatever form is met first. */
export type Scan = (canaries: readonly Canary[], sinks: readonly Sink[]) => readonly Hit[];

type Needle = { readonly canary: Canary; readonly form: Form };

const BASE = 0x01000193;
/** Bits of the filter: 64 KiB, which a processor keeps at hand. */
const BITS = 2 ** 19;

/**
 * Makes a scanner. The windows of every form of every canary go into one set, filled anew for each event; every sink is
 * slid past it once per window length. The set is a Bloom filter over Rabin-Karp hashes, so it knows too much now and
 * then and never too little; what it knows is then compared as text.
 */
export function createScanner(): Scan {
  const filter = new Uint32Array(BITS / 32);

  return (canaries, sinks) => {
    const needles = new Map<number, Needle[]>();
    for (const canary of canaries) {
      for (const form of formsOf(canary.value, canary.shape)) {
        const alike = needles.get(form.window);
        if (alike) alike.push({ canary, form });
        else needles.set(form.window, [{ canary, form }]);
      }
    }
    filter.fill(0);
    for (const [length, alike] of needles) for (const { form } of alike) addWindows(filter, form.text, length);
    return sinks.flatMap((sink) => hitsIn(filter, needles, sink));
  };
}

function hitsIn(filter: Uint32Array, needles: ReadonlyMap<number, readonly Needle[]>, sink: Sink): readonly Hit[] {
  const { place, content, allowed } = sink;
  const written = typeof content === "string" ? content : Buffer.from(content).toString("latin1");
  const text = allowed ? withoutAllowed(written, needles, allowed) : written;
  const found = new Map<Canary, Hit>();
  for (const [length, alike] of needles) {
    for (const from of suspicious(filter, text, length)) {
      const window = text.slice(from, from + length);
      for (const { canary, form } of alike) {
        if (found.has(canary) || allowed?.has(canary.place) || !form.text.includes(window)) continue;
        found.set(canary, { sink: place, canary: canary.place, encoding: form.encoding });
      }
    }
  }
  return [...found.values()];
}

/** What belongs into a sink is taken out where it stands as it is, so that few windows are left to compare. */
function withoutAllowed(
  text: string,
  needles: ReadonlyMap<number, readonly Needle[]>,
  allowed: ReadonlySet<string>,
): string {
  let rest = text;
  for (const alike of needles.values()) {
    for (const { canary, form } of alike) {
      const isPlain = form.encoding === "raw" || form.encoding === "JSON-escaped";
      if (isPlain && allowed.has(canary.place)) rest = rest.replaceAll(form.text, " ");
    }
  }
  return rest;
}

function addWindows(filter: Uint32Array, text: string, length: number): void {
  const leaving = power(length - 1);
  let hash = startOf(text, length);
  for (let at = length; ; at += 1) {
    for (let bit = firstBit(hash), turn = 0; turn < 3; turn += 1, bit = nextBit(bit)) {
      const word = bit >>> 18;
      filter[word] = (filter[word] as number) | (1 << ((bit >>> 13) & 31));
    }
    if (at >= text.length) return;
    hash = rolled(hash, text.charCodeAt(at - length), text.charCodeAt(at), leaving);
  }
}

/** Where windows of `text` start that the filter takes for known. */
function suspicious(filter: Uint32Array, text: string, length: number): readonly number[] {
  if (text.length < length) return [];
  const places: number[] = [];
  const leaving = power(length - 1);
  let hash = startOf(text, length);
  for (let at = length; ; at += 1) {
    let bit = firstBit(hash);
    for (let turn = 0; ; turn += 1, bit = nextBit(bit)) {
      if (((filter[bit >>> 18] as number) & (1 << ((bit >>> 13) & 31))) === 0) break;
      if (turn === 2) {
        places.push(at - length);
        break;
      }
    }
    if (at >= text.length) return places;
    hash = rolled(hash, text.charCodeAt(at - length), text.charCodeAt(at), leaving);
  }
}

/** The upper 19 bits of each product say which bit of the filter is meant. */
function firstBit(hash: number): number {
  return Math.imul(hash ^ (hash >>> 15), 0x9e3779b1) >>> 0;
}

function nextBit(bit: number): number {
  return Math.imul(bit ^ (bit >>> 16), 0x85ebca6b) >>> 0;
}

function startOf(text: string, length: number): number {
  let hash = 0;
  for (let at = 0; at < length; at += 1) hash = (Math.imul(hash, BASE) + text.charCodeAt(at)) | 0;
  return hash;
}

function rolled(hash: number, out: number, into: number, leaving: number): number {
  return (Math.imul((hash - Math.imul(out, leaving)) | 0, BASE) + into) | 0;
}

function power(exponent: number): number {
  let result = 1;
  for (let turn = 0; turn < exponent; turn += 1) result = Math.imul(result, BASE);
  return result;
}
