#!/usr/bin/env node
import { createReadStream, readFileSync } from "node:fs";
import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { text } from "node:stream/consumers";
import { holdFile } from "./hold-file.ts";
import { run } from "./run.ts";
import { writePrivate } from "./write-private.ts";

// The SDK announces its own plans for Node versions on stderr; a user of this command can do nothing about them.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

// A reader that has seen enough (`| head`) closes the pipe; that is no fault, and nothing is left to say.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

process.exitCode = await run(process.argv.slice(2), version, {
  print: (text) => process.stdout.write(`${text}\n`),
  say: (text) => process.stderr.write(`${text}\n`),
  readFile: (path) => readFile(path, "utf8"),
  readInput: () => text(process.stdin),
  readBytes: (path) => readFile(path),
  readFrom: (path, byte) => createReadStream(path, { start: byte }),
  writeFile: async (path, contents) => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, contents);
  },
  writePrivate,
  appendFile: (path, text) => appendFile(path, text),
  hold: (path) => holdFile(path),
  progress: process.stderr.isTTY ? (line) => process.stderr.write(`\r\x1b[K${line}`) : null,
  environment: process.env,
  colour: process.stdout.isTTY === true && !process.env["NO_COLOR"],
  stopped: new Promise((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  }),
});
