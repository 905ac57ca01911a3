import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { MapFiles } from "./tutorial-edits.ts";

/** What `npm start -- --json` prints once everything runs, and again after each new start. */
export type Ready = {
  readonly url: string;
  readonly people: readonly { readonly email: string; readonly password: string }[];
};

/** The dashboard, running as its readers have it, on a copy of its map. */
export type RunningDashboard = {
  readonly ready: Ready;
  /** Saves the map's files, and waits for the next start. */
  readonly save: (files: MapFiles) => Promise<Ready>;
  /** Saves the map alone, and waits for what is said of it. */
  readonly saveUntil: (map: string, text: RegExp) => Promise<string>;
  /** As Ctrl-C; resolves to the exit code. */
  readonly stop: () => Promise<number | null>;
};

/** Starts it on a free port. */
export async function startDashboard(): Promise<RunningDashboard> {
  const folder = mkdtempSync(join(tmpdir(), "dashboard-"));
  cpSync("examples/react-dashboard/map", folder, { recursive: true });
  const port = String(await freePort());
  const child = spawn(process.execPath, ["start.js", "--json", "--port", port, "--map", folder], {
    cwd: "examples/react-dashboard",
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  const starts: Ready[] = [];
  const changed = new EventTarget();
  const tell = (): boolean => changed.dispatchEvent(new Event("change"));
  createInterface({ input: child.stdout }).on("line", (line) => {
    starts.push(JSON.parse(line) as Ready);
    tell();
  });
  child.stderr.on("data", (text: Buffer) => {
    said += text.toString();
    tell();
  });
  const exit = once(child, "exit").then(([code]) => {
    tell();
    return code as number | null;
  });
  const until = async <T>(found: () => T | null | undefined): Promise<T> => {
    for (;;) {
      const value = found();
      if (value !== null && value !== undefined) return value;
      if (child.exitCode !== null) throw new Error(`the dashboard ended with ${child.exitCode}: ${said}`);
      await new Promise((resolve) => changed.addEventListener("change", resolve, { once: true }));
    }
  };
  return {
    ready: await until(() => starts[0]),
    save: async ({ map, tables }) => {
      const before = starts.length;
      writeFileSync(join(folder, "dashboard.tables.json"), tables);
      writeFileSync(join(folder, "dashboard.claims.yaml"), map);
      return until(() => starts[before]);
    },
    saveUntil: async (map, text) => {
      const before = said.length;
      writeFileSync(join(folder, "dashboard.claims.yaml"), map);
      return until(() => text.exec(said.slice(before))?.[0]);
    },
    stop: async () => {
      child.kill("SIGINT");
      const code = await exit;
      rmSync(folder, { recursive: true, force: true });
      return code;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
