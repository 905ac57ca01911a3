import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { functionEnvironment } from "../../../local/lambda/function-environment.ts";
import type { Answered } from "./ledger.ts";
import type { Sample } from "./verdict.ts";

/** The function as Lambda runs it: in several processes, each of which has one event at a time. */
export type Subjects = {
  /** Hands an event to a process that has none, or lets it wait for one. */
  readonly invoke: (id: string, event: unknown) => void;
  readonly sample: () => void;
  /** Whether a process ended, which none may. */
  readonly isGone: () => boolean;
  readonly stop: () => void;
};

export type SubjectsOptions = {
  readonly program: string;
  /** What `claimseal build` wrote. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly processes: number;
  readonly answered: (answer: Answered) => void;
  readonly printed: (line: string) => void;
  readonly sampled: (sample: Omit<Sample, "at">) => void;
};

/** Megabytes a function has unless its owner says otherwise; Lambda leaves nine tenths to the heap. */
const MEMORY = 512;

/** Starts the processes, and resolves when all of them are ready for events. */
export async function startSubjects(options: SubjectsOptions): Promise<Subjects> {
  const { processes, answered, sampled } = options;
  const waiting: { readonly id: string; readonly event: unknown }[] = [];
  const idle: ChildProcess[] = [];
  let gone = 0;

  function hand(): void {
    while (waiting.length > 0) {
      const child = idle.shift();
      if (child === undefined) return;
      child.send(waiting.shift() as object);
    }
  }

  const children = await Promise.all(
    Array.from({ length: processes }, async (_, of) => {
      const child = start(options);
      await once(child, "message");
      child.on("message", (message: Answered | { readonly sample: Omit<Sample, "at" | "of"> }) => {
        if ("sample" in message) {
          sampled({ of, ...message.sample });
          return;
        }
        answered(message);
        idle.push(child);
        hand();
      });
      child.once("exit", () => {
        gone += 1;
      });
      return child;
    }),
  );
  idle.push(...children);
  return {
    invoke: (id, event) => {
      waiting.push({ id, event });
      hand();
    },
    sample: () => {
      for (const child of children) if (child.connected) child.send("sample");
    },
    isGone: () => gone > 0,
    stop: () => {
      for (const child of children) child.kill("SIGKILL");
    },
  };
}

function start({ program, folder, environment, printed }: SubjectsOptions): ChildProcess {
  const child = fork(program, {
    env: functionEnvironment(
      {
        directory: folder,
        handler: "index.handler",
        environment,
        functionName: "pre-token-generation",
        region: "eu-central-1",
        memory: MEMORY,
      },
      // Nobody is there: events come by messages.
      "127.0.0.1:1",
    ),
    execArgv: [`--max-old-space-size=${Math.floor(MEMORY * 0.9)}`],
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  if (child.stdout) createInterface({ input: child.stdout }).on("line", printed);
  return child;
}
