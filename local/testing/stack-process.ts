// The process behind `startTestStack`: reads what it is to run, starts it, tells where it is, and ends with its parent.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { checkClaimMap } from "../../claims/check.ts";
import type { Plan } from "../../claims/plan.ts";
import type { TableRows } from "../dynamodb.ts";
import { LocalError } from "../local-error.ts";
import { type Stack, startStack } from "../stack.ts";
import { readSetup } from "../stack-setup.ts";
import type { RunningStack, StackAnswer, TestStackOptions } from "./test-stack.ts";

// The SDK announces its own plans for Node versions on stderr; whoever runs tests can do nothing about them.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

const { map, tables, setup, hooks, chain } = JSON.parse(process.argv[2] ?? "{}") as TestStackOptions;

const tell = (answer: StackAnswer): Promise<void> =>
  new Promise((resolve) => {
    process.send?.(answer, undefined, undefined, () => resolve());
  });

try {
  const base = map.replace(/(\.claims)?\.(ya?ml|json)$/, "");
  const plan = await compiled(map);
  const stack = await startStack(
    plan,
    (await given(tables ?? `${base}.tables.json`)) as TableRows,
    readSetup(await given(setup ?? `${base}.dev.json`)),
    await hooksOf(plan, hooks ?? `${base}.hooks.mjs`),
    chain ?? `${base}.chain.mjs`,
  );
  process.once("disconnect", () => {
    void stack.stop().finally(() => process.exit());
  });
  await tell({ running: runningOf(stack) });
} catch (error) {
  const { message } = error as Error;
  await tell({ failed: { code: error instanceof LocalError ? error.code : null, message } });
  process.exit(1);
}

function runningOf({ urls, pool, plan, clients, people }: Stack): RunningStack {
  return {
    urls,
    userPoolId: pool.poolId,
    issuer: pool.issuer,
    map: plan.name,
    clients: clients.map(({ id, name, secret }) => ({ id, name, ...(secret !== undefined && { secret }) })),
    people: people.map(({ attributes, client, password }) => ({
      email: attributes["email"] ?? "",
      password,
      clientId: clients.find(({ name }) => name === client)?.id ?? "",
    })),
    servers: Object.fromEntries(
      Object.entries(plan.resourceServers).map(([name, { identifier, seal }]) => [
        name,
        {
          resourceServer: { name, identifier },
          seal: seal ? { mode: seal.mode, keys: [seal.key], ...(seal.bindClient && { bindClient: true }) } : null,
        },
      ]),
    ),
  };
}

async function compiled(path: string): Promise<Plan> {
  const checked = checkClaimMap(await readFile(path, "utf8"), { format: path.endsWith(".json") ? "json" : "yaml" });
  if (checked.plan !== null) return checked.plan;
  const errors = checked.findings.filter(({ level }) => level === "error");
  const told = errors.map(
    ({ code, line, column, message, fix }) =>
      `  ${line}:${column} ${code} ${message}\n    fix: ${fix.replaceAll("\n", "\n    ")}`,
  );
  throw new Error(`${path} has errors\n${told.join("\n")}`);
}

/** A parser's own complaint quotes the file, so it is not passed on. */
async function given(part: string | object): Promise<unknown> {
  if (typeof part !== "string") return part;
  const text = await readFile(part, "utf8");
  try {
    return JSON.parse(text);
  } catch {
    throw new TypeError(`${part}: not valid JSON`);
  }
}

async function hooksOf({ sources }: Plan, path: string): Promise<Uint8Array | null> {
  if (!Object.values(sources).some(({ kind }) => kind === "custom")) return null;
  if (!existsSync(path)) throw new TypeError(`${path}: not there; it is the module behind the map's custom sources`);
  return readFile(path);
}
