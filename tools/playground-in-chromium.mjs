// The playground as people see it: `claimseal dev` of the last build, and Debian's Chromium. For the tests of what is seen,
// for README's picture and for measuring keystrokes.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Where Debian's package puts it. */
export const CHROMIUM = "/usr/bin/chromium";

/** Whether there is a browser to look with. */
export const hasChromium = () => existsSync(CHROMIUM);

/** A browser without a window. */
export async function launchChromium() {
  const { chromium } = await import("playwright-core");
  // Its own sandbox needs what a container does not give; what it opens is a page of ours.
  return chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
}

/** Starts `claimseal dev`; ends with `stop`. */
export async function startPlayground() {
  const child = spawn(process.execPath, [`${root}dist/cli/main.js`, "dev", "--json"], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const line = await Promise.race([
    new Promise((resolve) => createInterface(child.stdout).once("line", resolve)),
    ended.then(() => null),
  ]);
  if (line === null) throw new Error(`claimseal dev ended before it was ready: ${said}`);
  const stop = async () => {
    child.kill("SIGINT");
    await ended;
  };
  const { playground } = JSON.parse(line);
  if (typeof playground !== "string") {
    await stop();
    throw new Error("claimseal dev says no address of a playground");
  }
  return { url: playground, stop };
}
