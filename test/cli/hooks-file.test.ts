import { expect, test } from "vitest";
import type { Plan, PlanSource } from "../../claims/plan.ts";
import { readHooks } from "../../cli/hooks-file.ts";
import type { Io } from "../../cli/io.ts";
import { aPlan } from "../claims/a-plan.ts";

const inCode = (hook: string): PlanSource => ({
  kind: "custom",
  hook,
  trust: "operator",
  onMissing: "deny",
  onError: "deny",
  attributes: {},
});
const plan = aPlan({ sources: { staff: inCode("roster"), offers: inCode("offers_2") } });
const MODULE = "export const roster = async () => null;\nexport async function offers_2() {}\n";

const read = (text: string, file: string | undefined = "hooks.mjs", of: Plan = plan): Promise<Uint8Array | null> =>
  readHooks(of, file, { readFile: async () => text } as unknown as Io);

test("the module behind the sources in code is taken as it is", async () => {
  expect(Buffer.from((await read(MODULE)) ?? "").toString()).toBe(MODULE);
  expect(Buffer.from((await read(MODULE, "dist/hooks.js")) ?? "").toString()).toBe(MODULE);
});

test("a map without sources in code needs no module", async () => {
  expect(await readHooks(aPlan(), undefined, {} as Io)).toBeNull();
});

test("the module is not run", async () => {
  const text = `${MODULE}\nthrow new Error("it was run");`;
  expect(Buffer.from((await read(text)) ?? "").toString()).toBe(text);
});

test.for([
  ["another kind of file", MODULE, "hooks.ts", 2, "hooks.ts: expected a JavaScript module, .mjs or .js"],
  [
    "a module in several files",
    `import { db } from './db.mjs';\n${MODULE}`,
    "hooks.mjs",
    1,
    "hooks.mjs: it imports files beside it, which are not deployed; bundle it into one",
  ],
  [
    "a module that imports another as it goes",
    `${MODULE}const late = () => import("../late.mjs");`,
    "hooks.mjs",
    1,
    "hooks.mjs: it imports files beside it, which are not deployed; bundle it into one",
  ],
  [
    "a misspelt hook",
    "export const rosters = 1, offers_22 = 2;",
    "hooks.mjs",
    1,
    "hooks.mjs: no export for roster, offers_2; a hook is a function of its name",
  ],
] as const)("%s stops the build", async ([, text, file, exit, message]) => {
  await expect(read(text, file)).rejects.toMatchObject({ exit, message });
});

test("sources in code without a module, and a module without a source, stop the build", async () => {
  await expect(readHooks(plan, undefined, {} as Io)).rejects.toMatchObject({
    exit: 2,
    message: "the map has sources in code (roster, offers_2): give their module as --hooks FILE",
  });
  await expect(readHooks(aPlan(), "hooks.mjs", {} as Io)).rejects.toMatchObject({
    exit: 2,
    message: "--hooks: no source of this map is in code",
  });
});
