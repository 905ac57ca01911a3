import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import { engineFile } from "../../tools/engine-list.mjs";
import { writeBuilt } from "./a-built-folder.ts";
import { examplePlan } from "./a-deployment.ts";
import { isEveryVariant } from "./a-variant.ts";

/*
 * The example for Amplify Gen 2 is synthesised by Amplify's own backend, as `ampx` has it done. It is hundreds of packages
 * (`node tools/engines.mjs`), so this is for CI: CLAIMSEAL_DEPLOY=all.
 */

const EXAMPLE = "examples/amplify-gen-2/amplify";
const AMPLIFY = engineFile("amplify-backend");

/** What `ampx` tells the program that it starts: which backend, where to write, and at last to synthesise. */
const START = `
process.env.CDK_CONTEXT_JSON = JSON.stringify({
  "amplify-backend-namespace": "clinic", "amplify-backend-name": "me", "amplify-backend-type": "sandbox",
});
process.env.CDK_OUTDIR = "out";
process.env.CDK_VALIDATION = "false";
await import("./amplify/backend.js");
process.emit("message", "amplifySynth");
`;

type Template = {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: Record<string, unknown> }>>;
};

/** A project with Amplify, the CDK that came with it, and this package, installed as npm would have. */
function aProject(backend: string): string {
  const root = mkdtempSync(join(tmpdir(), "claimseal-amplify-"));
  const installed = backend.slice(0, backend.indexOf("/@aws-amplify/"));
  mkdirSync(join(root, "node_modules/claimseal"), { recursive: true });
  for (const name of ["@aws-amplify", "aws-cdk-lib", "constructs"]) {
    symlinkSync(join(installed, name), join(root, "node_modules", name));
  }
  // Copied, not linked: it has to find the CDK that Amplify finds.
  for (const name of ["package.json", "dist/deploy", "dist/claims", "dist/cognito"]) {
    cpSync(name, join(root, "node_modules/claimseal", name), { recursive: true });
  }
  writeFileSync(join(root, "package.json"), '{ "type": "module" }');
  writeBuilt(join(root, ".claimseal"), examplePlan("clinic-eu"));
  return root;
}

describe.skipIf(!isEveryVariant || AMPLIFY === null)("the example for Amplify Gen 2", () => {
  test("has the pool of Amplify call the function, in the pool's own stack", { timeout: 120_000 }, async () => {
    const root = aProject(AMPLIFY ?? "");
    try {
      // Amplify looks at the file that defines a resource, so each stays a file of its own.
      for (const file of ["backend.ts", "auth/resource.ts"]) {
        const outfile = join(root, "amplify", file.replace(/ts$/, "js"));
        mkdirSync(dirname(outfile), { recursive: true });
        const external = ["./auth/resource.ts", "@aws-amplify/*", "claimseal/*"];
        await build({
          entryPoints: [join(EXAMPLE, file)],
          outfile,
          bundle: true,
          external,
          format: "esm",
          platform: "node",
        });
        writeFileSync(outfile, readFileSync(outfile, "utf8").replace("./auth/resource.ts", "./auth/resource.js"));
      }
      writeFileSync(join(root, "synth.mjs"), START);
      await promisify(execFile)(process.execPath, ["synth.mjs"], { cwd: root });
      const templates = readdirSync(join(root, "out"))
        .filter((file) => file.endsWith("nested.template.json"))
        .map((file) => JSON.parse(readFileSync(join(root, "out", file), "utf8")) as Template);
      const resources = templates.flatMap((template) => Object.entries(template.Resources));
      const typed = (type: string) => resources.filter(([, { Type }]) => Type === type);
      const [alias] = typed("AWS::Lambda::Alias").map(([id]) => id);
      expect(typed("AWS::Cognito::UserPool").map(([, { Properties }]) => Properties)).toEqual([
        expect.objectContaining({
          UserPoolTier: "ESSENTIALS",
          LambdaConfig: { PreTokenGenerationConfig: { LambdaArn: { Ref: alias }, LambdaVersion: "V3_0" } },
        }),
      ]);
      expect(typed("AWS::KMS::Key")).toHaveLength(2);
      expect(templates).toHaveLength(1);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});

test("the page shows the example as it is", () => {
  const page = readFileSync("docs/how-to/use-with-amplify-gen-2.md", "utf8");
  const [, shown] = /```ts\n([\s\S]*?)```/.exec(page) ?? [];
  expect(shown).toBe(readFileSync(join(EXAMPLE, "backend.ts"), "utf8"));
});
