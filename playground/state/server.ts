import type {
  Run,
  RunAnswer,
  RunTests,
  SavedTest,
  SaveTest,
  Start,
  TestsAnswer,
  Turn,
  TurnAnswer,
} from "../../local/playground/messages.ts";

/** The server's answers, each to a request of its own. */
export type Server = {
  readonly start: () => Promise<Start>;
  readonly run: (run: Run) => Promise<RunAnswer>;
  readonly turn: (turn: Turn) => Promise<TurnAnswer>;
  readonly test: (test: SaveTest) => Promise<SavedTest>;
  readonly runTests: (tests: RunTests) => Promise<TestsAnswer>;
};

/** Why there is no answer. `gone`: nobody answers at all, as after Ctrl-C; `refused`: somebody does, and says why not. */
export class ServerError extends Error {
  readonly kind: "gone" | "refused";

  constructor(kind: "gone" | "refused", message: string) {
    super(message);
    this.name = "ServerError";
    this.kind = kind;
  }
}

/** Longer than the server lets any evaluation take. */
const PATIENCE_MS = 20_000;

/** The server that this page came from. Every request throws `ServerError` and nothing else. */
export const server: Server = {
  start: () => asked("start"),
  run: (run) => asked("run", run),
  turn: (turn) => asked("turn", turn),
  test: (test) => asked("test", test),
  runTests: (tests) => asked("run-tests", tests),
};

async function asked<Answer>(name: string, body?: unknown): Promise<Answer> {
  const posted = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const signal = AbortSignal.timeout(PATIENCE_MS);
  let response: Response;
  let read: unknown;
  try {
    response = await fetch(`api/${name}`, { ...(body !== undefined && posted), signal });
    read = await response.json();
  } catch {
    throw new ServerError("gone", "the server does not answer");
  }
  if (response.ok) return read as Answer;
  throw new ServerError("refused", (read as { error?: string }).error ?? `it answered ${response.status}`);
}
