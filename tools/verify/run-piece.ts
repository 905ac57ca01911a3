import { fork } from "node:child_process";
import { join } from "node:path";
import type { Figures } from "./chunks.ts";
import type { Command } from "./parts.ts";
import type { Message } from "./report.ts";

/** How a piece ended: with figures, or with what is wrong. */
export type Ended = { readonly figures: Figures; readonly problems: readonly string[] };

/** What of a program's output is shown where it ends without a word. */
const TAIL = 3_000;
/** A piece that says nothing for so long hangs: twenty minutes. */
const SILENCE_MS = 20 * 60_000;

/** Runs one piece in a process of its own, which ends when `signal` aborts. */
export async function runPiece(
  root: string,
  { file, args, env = {}, figures: given }: Command,
  progress: (share: number) => void,
  signal: AbortSignal,
): Promise<Ended> {
  const child = fork(join(root, file), args, {
    cwd: root,
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true", NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const end = (): void => void child.kill("SIGTERM");
  signal.addEventListener("abort", end, { once: true });
  let hangs = false;
  const giveUp = (): void => {
    hangs = true;
    child.kill("SIGKILL");
  };
  let watch = setTimeout(giveUp, SILENCE_MS);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-TAIL);
    });
  }
  let ended: Ended | undefined;
  child.on("message", (message: Message) => {
    clearTimeout(watch);
    watch = setTimeout(giveUp, SILENCE_MS);
    if (message.kind === "progress") progress(message.share);
    if (message.kind === "result") ended = { figures: message.figures, problems: message.problems };
  });
  const code = await new Promise<number | null>((resolve) => {
    child.once("close", resolve);
    child.once("error", () => resolve(null));
  });
  clearTimeout(watch);
  signal.removeEventListener("abort", end);
  if (hangs) return { figures: {}, problems: ["no sign of life for twenty minutes"] };
  if (ended === undefined && code === 0 && given) return { figures: given, problems: [] };
  return ended ?? { figures: {}, problems: [`it ended with ${code}:\n${output}`] };
}
