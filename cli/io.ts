/** Everything a command touches of the world. `main.ts` hands over the real one, tests a recorded one. */
export type Io = {
  /** Writes data to standard output, with a line end. */
  readonly print: (text: string) => void;
  /** Writes talk (progress, problems) to standard error, with a line end. */
  readonly say: (text: string) => void;
  /** The whole text of a file. Rejects with Node's own coded errors. */
  readonly readFile: (path: string) => Promise<string>;
  /** The whole of standard input, as text. */
  readonly readInput: () => Promise<string>;
  /** The bytes of a file. Rejects with Node's own coded errors. */
  readonly readBytes: (path: string) => Promise<Uint8Array>;
  /** The bytes of a file behind its first `byte`. Rejects with Node's own coded errors. */
  readonly readFrom: (path: string, byte: number) => AsyncIterable<Uint8Array>;
  /** Writes a file, and the folders on the way to it. Rejects with Node's own coded errors. */
  readonly writeFile: (path: string, contents: string | Uint8Array) => Promise<void>;
  /** The same, and nobody but this user can read it: for what holds values. */
  readonly writePrivate: Io["writeFile"];
  /** Adds a text to the end of a file, which need not be there. Rejects with Node's own coded errors. */
  readonly appendFile: (path: string, text: string) => Promise<void>;
  /** Holds a file that one process has at a time: what lets it go, or null where another has it. Rejects likewise. */
  readonly hold: (path: string) => Promise<(() => Promise<void>) | null>;
  /** Writes a line over the last one on standard error, an empty one over it; null where that is no terminal. */
  readonly progress: ((line: string) => void) | null;
  readonly environment: { readonly [name: string]: string | undefined };
  /** Whether standard output is a terminal that wants colours. */
  readonly colour: boolean;
  /** Resolves when the user asks to stop (Ctrl-C, a termination signal). */
  readonly stopped: Promise<void>;
};

/** Exit codes, the same for every command. */
export const EXIT = {
  ok: 0,
  /** Findings of level error, or a refused token. */
  findings: 1,
  usage: 2,
  /** Something outside the command is missing: a file, a variable, a table. */
  environment: 3,
  /** AWS said no. */
  refused: 4,
  /** A leak or an escalation: an error of CS4xx or CS5xx. */
  unsafe: 5,
} as const;

/** Ends a command with a text for people and an exit code. Texts name files, variables and codes; never values. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly exit: number;

  constructor(exit: number, message: string) {
    super(message);
    this.exit = exit;
  }
}
