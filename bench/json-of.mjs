// Runs one of the benchmark's own programs and gives the JSON it prints last.
import { spawn } from "node:child_process";

/**
 * @param failing Whether an end with 1 is no failure of the program, but a figure that is out of bounds.
 * @param limitMs When it is ended, if it has not come to an end by itself.
 */
export function jsonOf(file, args = [], { failing = false, limitMs = 600_000 } = {}) {
  const child = spawn(process.execPath, [file, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: limitMs,
  });
  let [printed, complaints] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text) => {
    printed += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    complaints = `${complaints}${text}`.slice(-4000);
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code !== 0 && !(failing && code === 1))
        return reject(new Error(`${file} ended with ${signal ?? code}: ${complaints}`));
      try {
        return resolve(JSON.parse(printed));
      } catch {
        return reject(new Error(`${file} has not printed JSON: ${complaints}`));
      }
    });
  });
}
