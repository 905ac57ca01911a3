import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Chunk, Figures } from "./chunks.ts";

/** What came of one piece, and of which code. */
export type Measured = {
  readonly chunk: Chunk;
  readonly figures: Figures;
  readonly seconds: number;
  readonly code: Code;
  /** `2026-11-30` */
  readonly date: string;
  /** `20.20.2` */
  readonly node: string;
};

/** Which code it was: a digest of all that decides, and the commit it was of. */
export type Code = {
  readonly digest: string;
  readonly commit: string;
  /** Whether files were other than the commit has them. */
  readonly isChanged: boolean;
};

/** Kept pieces of one part, in a folder that Git ignores, so that an interrupted run can go on. */
export type Results = {
  readonly all: () => readonly Measured[];
  readonly keep: (measured: Measured) => void;
  readonly drop: () => void;
};

export function resultsIn(folder: string, part: string): Results {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${part}.json`);
  let kept = read(file);
  const write = (next: readonly Measured[]): void => {
    kept = next;
    // Whole or not at all, whenever the process is killed.
    writeFileSync(`${file}.new`, JSON.stringify(kept, null, 1));
    renameSync(`${file}.new`, file);
  };
  return {
    all: () => kept,
    keep: (measured) => write([...kept.filter(({ chunk }) => chunk.index !== measured.chunk.index), measured]),
    drop: () => write([]),
  };
}

function read(file: string): readonly Measured[] {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as readonly Measured[];
  } catch {
    return [];
  }
}

/** How a part stands with the code there is now. */
export type State = {
  /** Pieces that count. */
  readonly done: readonly Measured[];
  readonly toDo: readonly Chunk[];
};

/**
 * What of a part is done and what is to do. A part that is whole stays so when code changes, and says of which commit it
 * is; one that is not is not put together of pieces of two codes, and begins again.
 */
export function stateOf(pieces: readonly Chunk[], kept: readonly Measured[], digest: string): State {
  const fitting = pieces.flatMap((piece) => kept.filter(({ chunk }) => isSame(chunk, piece)));
  const isWhole = fitting.length === pieces.length && new Set(fitting.map(({ code }) => code.digest)).size === 1;
  const done = isWhole ? fitting : fitting.filter(({ code }) => code.digest === digest);
  return { done, toDo: pieces.filter((piece) => !done.some(({ chunk }) => chunk.index === piece.index)) };
}

function isSame(a: Chunk, b: Chunk): boolean {
  return a.index === b.index && a.seed === b.seed && a.size === b.size;
}
