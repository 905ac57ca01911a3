import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { checkClaimMap } from "../../claims/check.ts";
import { defineClaimMap } from "../../claims/define-claim-map.ts";
import { head, inputs, people, resourceServers, sources } from "./should-not-compile/base.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "../..");

describe("a claim map in code", () => {
  const map = defineClaimMap({
    ...head,
    inputs,
    sources,
    resourceServers,
    define: { desk: "staff.role == 'nurse' ? 'ward' : 'office'", reach: "staff.phone" },
    profiles: {
      people: {
        ...people,
        claims: {
          role: { value: "staff.role", to: ["access", "id"], effect: "grants", required: true },
          // Not staff.phone, though it begins like it.
          phone_type: { value: "staff.phoneType", to: ["access"], effect: "informs" },
          desk: { value: "def.desk", to: ["access"], effect: "informs" },
          tier: { value: 'user["custom:tier"]', to: ["access"], effect: "informs" },
          greeting: { value: "user.email", to: ["id"] },
          phone: { value: "def.reach", sealFor: ["care"], effect: "informs" },
          blood: { value: "staff.blood", sealFor: ["care"], when: "has(staff.blood)", effect: "informs" },
          domain: {
            value: "domain(user.email)",
            to: ["access"],
            effect: "informs",
            declassify: {
              of: ["user.email"],
              through: "domain",
              to: "open",
              reason: "routing by company",
              approvedBy: "dpo@example.com",
            },
          },
        },
        scopes: [{ add: ["care/read"], when: "staff.role == 'nurse'" }],
      },
    },
  });

  test("is read like a file, and compiles to the same plan as one", () => {
    const coded = checkClaimMap(JSON.stringify(map), { format: "json" });
    expect(coded.findings.filter(({ level }) => level === "error")).toEqual([]);
    expect(parse(JSON.stringify(map))).toEqual(map);
    expect(checkClaimMap(JSON.stringify(map, null, 2)).plan).toEqual(coded.plan);
    expect(coded.plan?.profiles[0]?.claims.map(({ name }) => name)).toContain("domain");
  });

  test("does not compile where it leaks or leaves a protection out, and the compiler says where and why", async () => {
    const folder = join(here, "should-not-compile");
    const errors = await compilerErrors(folder);
    const files = readdirSync(folder).filter((name) => name.endsWith(".ts") && name !== "base.ts");
    expect(files.length).toBeGreaterThan(4);
    const said = files.map((file) => {
      const lines = readFileSync(join(folder, file), "utf8").split("\n");
      const line = lines.findIndex((text) => / \/\/ /.test(text));
      const why = lines[line]?.split(" // ")[1] ?? "nothing";
      const found = errors.filter((each) => each.file === file);
      return { file, isThere: found.some((each) => each.line === line + 1 && each.message.includes(why)) };
    });
    expect(said.filter(({ isThere }) => !isThere)).toEqual([]);
    expect(errors.filter(({ file }) => file === "base.ts")).toEqual([]);
  }, 60_000);
});

type CompilerError = { readonly file: string; readonly line: number; readonly message: string };

async function compilerErrors(folder: string): Promise<readonly CompilerError[]> {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const output = await promisify(execFile)(process.execPath, [tsc, "-p", folder, "--pretty", "false"], {
    cwd: root,
  }).then(
    ({ stdout }) => stdout,
    (error: { readonly stdout?: string }) => error.stdout ?? "",
  );
  return output.split(/\n(?=\S)/).flatMap((entry) => {
    const [, path = "", line = "", message = ""] = /^(.+?)\((\d+),\d+\): error TS\d+: ([\s\S]*)$/.exec(entry) ?? [];
    return path === "" ? [] : [{ file: path.split("/").at(-1) ?? "", line: Number(line), message }];
  });
}
