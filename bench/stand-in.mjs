// DynamoDB and KMS for benchmarks, in a process of their own: they answer after a fixed time and do little else, so that
// what is measured is who asks. KMS is the embedded one (real keys, real contexts); tables are a look-up in memory.
//
//   const aws = await startStandIn({ tableMs: 4, kmsMs: 8 });   aws.tableUrl, aws.kmsUrl, aws.ask("counts")
import { fork } from "node:child_process";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { createKms } from "../dist/local/kms/kms.js";
import { listenLoopback } from "../dist/local/loopback.js";
import { answering } from "./commands.mjs";

const REGION = "eu-west-1";

/** Who asks, where nobody needs telling apart. */
export const SOMEONE = "someone";

/** Starts the process; `manner` is what `standIn` takes. */
export async function startStandIn(manner) {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(manner)], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  return answering(child);
}

/** A timer is right to a millisecond at best; the last one is spent turning the loop. */
function after(ms, due, answer) {
  const turn = () => (performance.now() >= due ? answer() : setImmediate(turn));
  if (ms < 1.5) return void turn();
  setTimeout(turn, Math.max(0, Math.floor(ms - 1.2)));
}

/** The two servers, in this process, and what they can be asked. */
export async function standIn({ tableMs, kmsMs, kmsPerSecond = Number.POSITIVE_INFINITY }) {
  const tables = new Map();
  const kms = createKms();
  const counted = new Map();
  /** What was asked by whom, as requests are signed. */
  const countsOf = (caller) => {
    const counts = counted.get(caller) ?? { table: 0, kms: 0, throttled: 0, rounds: 0 };
    counted.set(caller, counts);
    return counts;
  };
  let reading = 0;
  let allowed = { since: performance.now(), left: kmsPerSecond };

  const read = (body, target) => {
    if (target === "GetItem")
      return { Item: tables.get(body.TableName)?.get(keyOf(body.Key)), ConsumedCapacity: took(body) };
    if (target === "Query") {
      const Items = [...(tables.get(body.TableName)?.values() ?? [])].slice(0, body.Limit);
      return { Items, Count: Items.length, ScannedCount: Items.length };
    }
    const Responses = {};
    for (const [name, { Keys }] of Object.entries(body.RequestItems)) {
      Responses[name] = Keys.flatMap((key) => tables.get(name)?.get(keyOf(key)) ?? []);
    }
    return { Responses, UnprocessedKeys: {} };
  };
  const took = ({ TableName }) => ({ TableName, CapacityUnits: 1 });
  const keyOf = (key) => JSON.stringify(Object.values(key).map(({ S }) => S));

  /** A quota as KMS has it: so many in each second, and whatever is above is refused at once. */
  const mayPass = () => {
    const now = performance.now();
    if (now - allowed.since >= 1000) allowed = { since: now, left: kmsPerSecond };
    allowed.left -= 1;
    return allowed.left >= 0;
  };

  const server = (isKms, ms, answer) =>
    listenLoopback(
      createServer((request, response) => {
        const arrived = performance.now();
        const chunks = [];
        request
          .on("data", (chunk) => chunks.push(chunk))
          .on("end", async () => {
            const target = String(request.headers["x-amz-target"]).split(".")[1];
            const counts = countsOf(callerOf(request));
            counts[isKms ? "kms" : "table"] += 1;
            if (!isKms && reading === 0) counts.rounds += 1;
            if (!isKms) reading += 1;
            const [status, body] = await answer(JSON.parse(Buffer.concat(chunks).toString()), target).catch((error) => [
              400,
              { __type: error.code ?? "InternalServerError" },
            ]);
            if (body.__type === THROTTLED) counts.throttled += 1;
            const text = JSON.stringify(body);
            after(ms - (performance.now() - arrived), arrived + ms, () => {
              if (!isKms) reading -= 1;
              response.writeHead(status, {
                "content-type": "application/x-amz-json-1.1",
                "content-length": Buffer.byteLength(text),
              });
              response.end(text);
            });
          });
      }),
    );

  const table = await server(false, tableMs, async (body, target) => [200, read(body, target)]);
  const keys = await server(true, kmsMs, async (body, target) => {
    if (!mayPass()) return [400, { __type: THROTTLED }];
    return [200, inBase64(await kms.call(target, { region: REGION, caller: null }, body))];
  });

  return {
    commands: {
      urls: () => ({ tableUrl: table.url, kmsUrl: keys.url }),
      /** Rows in DynamoDB's own JSON, by the values of their keys. */
      rows: ({ name, rows }) => void tables.set(name, new Map(rows.map(([key, item]) => [JSON.stringify(key), item]))),
      createKey: (wanted) => kms.createKey({ region: REGION, ...wanted }),
      kms: async ({ target, body }) => inBase64(await kms.call(target, { region: REGION, caller: null }, body)),
      counts: (caller = SOMEONE) => countsOf(caller),
      forget: () => counted.clear(),
    },
    stop: () => Promise.all([table.stop(), keys.stop()]),
  };
}

/** In a process of its own: answers to what it is asked by messages, until nobody is left to ask. */
async function serve(manner) {
  const { commands } = await standIn(manner);
  process.on("message", async ({ id, name, value }) => {
    try {
      process.send({ id, value: (await commands[name](value)) ?? null });
    } catch (error) {
      process.send({ id, error: `${name}: ${error.stack}` });
    }
  });
  process.once("disconnect", () => process.exit(0));
  process.send({ ready: true });
}

const THROTTLED = "ThrottlingException";

function callerOf({ headers }) {
  return /Credential=([^/,\s]+)\//.exec(headers.authorization ?? "")?.[1] ?? "";
}

function inBase64(value) {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value instanceof Date) return value.getTime() / 1000;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(inBase64);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, inBase64(member)]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await serve(JSON.parse(process.argv[2]));
