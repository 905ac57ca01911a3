import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test, vi } from "vitest";
import { bindPlan } from "../../claims/bind.ts";
import { planDigest } from "../../claims/digest.ts";
import { connectReaders, liveExport } from "../../cli/live-export.ts";
import { POOL_ID } from "../deploy/a-deployment.ts";
import { cleanPool, clinicPlan, type Doc, variablesOf } from "../deploy/doctor/a-clean-pool.ts";
import { at, set, web } from "../deploy/doctor/flaws/flaw.ts";
import { type ShowingAws, showAws } from "./an-aws-that-shows.ts";
import { type Ran, ran } from "./recorded-io.ts";

const MAP = "mappings/clinic-eu.claims.yaml";
const plan = clinicPlan();
const RECORD = JSON.stringify({
  planSha256: planDigest(plan),
  resolvedSha256: planDigest(bindPlan(plan, variablesOf(plan))),
});

/** The doctor of an export in a file, with the clinic's map and a record that fits. */
function doctor(pool: Doc, ...options: readonly string[]): Promise<Ran> {
  const files = { "pool.json": JSON.stringify(pool), "records.log": `2026-11-22T10:00:00Z ${RECORD}\n\n` };
  return ran(["doctor", "--from", "pool.json", "--map", MAP, "--record", "records.log", ...options], files);
}

function sick(): Doc {
  const pool = cleanPool();
  set(web(pool), { EnableTokenRevocation: false, WriteAttributes: [] });
  set(at(pool, "userPool"), { UserPoolTier: "LITE" });
  delete pool["logGroups"];
  return pool;
}

describe("an export in a file", () => {
  test("with nothing wrong is healthy, and the verdict is the one line there is", async () => {
    expect(await doctor(cleanPool())).toMatchObject({ exit: 0, out: "verdict: healthy", err: "" });
  });

  test("with something wrong has findings, the worst first, what was not looked at, and exit 1", async () => {
    const { exit, out } = await doctor(sick());
    expect(exit).toBe(1);
    expect(out).toBe(`error DR103  userPool.UserPoolTier
  the plan is LITE, the trigger is V3_0
  fix: Set \`UserPoolTier\` to ESSENTIALS or PLUS, or write a map for V1.

warning DR511  clients.clinic-web.EnableTokenRevocation
  it is off
  fix: Turn \`EnableTokenRevocation\` on.

not checked
  logGroups: the function's log group is not among them; the how-to says how to add it
    DR209

verdict: 1 error, 1 warning; 1 of 68 checks not made, or not of everything`);
  });

  test("with warnings alone is no failure", async () => {
    const pool = cleanPool();
    set(web(pool), { EnableTokenRevocation: false });
    expect(await doctor(pool)).toMatchObject({ exit: 0, out: expect.stringContaining("verdict: 1 warning") });
  });

  test("as JSON it has the form the documents promise", async () => {
    const { exit, out } = await doctor(sick(), "--json");
    expect(exit).toBe(1);
    expect(JSON.parse(out)).toEqual({
      ok: false,
      verdict: "1 error, 1 warning; 1 of 68 checks not made, or not of everything",
      findings: [
        {
          code: "DR103",
          level: "error",
          place: ["userPool", "UserPoolTier"],
          reason: "the plan is LITE, the trigger is V3_0",
          remedy: "Set `UserPoolTier` to ESSENTIALS or PLUS, or write a map for V1.",
        },
        {
          code: "DR511",
          level: "warning",
          place: ["clients", "clinic-web", "EnableTokenRevocation"],
          reason: "it is off",
          remedy: "Turn `EnableTokenRevocation` on.",
        },
      ],
      notChecked: [
        {
          codes: ["DR209"],
          place: ["logGroups"],
          reason: "the function's log group is not among them; the how-to says how to add it",
        },
      ],
    });
  });

  test("can be held against the plan that was deployed, and without a map says what that leaves open", async () => {
    const files = { "pool.json": JSON.stringify(cleanPool()), "plan.json": JSON.stringify(plan), "r.log": RECORD };
    const planned = await ran(["doctor", "--from", "pool.json", "--plan", "plan.json", "--record", "r.log"], files);
    expect(planned).toMatchObject({ exit: 0, out: "verdict: healthy" });
    const unmapped = await ran(["doctor", "--from", "pool.json"], files);
    expect(unmapped.exit).toBe(0);
    expect(unmapped.out).toContain("  map: no claim map was given\n    DR201 DR203 DR406");
  });

  test("takes readers of the map from --env, where the function does not have them", async () => {
    const map = readFileSync(MAP, "utf8").replace("arn:aws:iam::111122223333:role/care-api", "${env:CARE_READER_ROLE}");
    const changed = clinicPlan(["arn:aws:iam::111122223333:role/care-api", "${env:CARE_READER_ROLE}"]);
    const files = { "pool.json": JSON.stringify(cleanPool(changed)), "map.claims.yaml": map };
    const argv = ["doctor", "--from", "pool.json", "--map", "map.claims.yaml"];
    expect((await ran(argv, files)).out).toContain("DR704 DR707 DR713");
    const told = await ran([...argv, "--env", "CARE_READER_ROLE=arn:aws:iam::111122223333:role/care-api"], files);
    expect(told.out).not.toContain("DR704");
  });

  test("nothing that it holds can speak to the terminal", async () => {
    const pool = cleanPool();
    set(web(pool), { ClientName: "web\u{1b}[2J\u{202e}\nverdict: healthy", EnableTokenRevocation: false });
    for (const options of [[], ["--json"]]) {
      const { out } = await doctor(pool, ...options);
      expect(out).toContain("DR511");
      for (const unseen of ["\u{1b}", "\u{202e}", "\nverdict: healthy"]) expect(out).not.toContain(unseen);
    }
  });
});

const files = {
  "pool.json": JSON.stringify(cleanPool()),
  "no.json": "{",
  "other.json": '{"v":2}',
  "odd.json": '{"v":1,"clients":[{"ClientId":7}]}',
};
const misuse: readonly (readonly [argv: readonly string[], exit: number, said: string])[] = [
  [[], 2, "say where from: --live, --export FILE or --from FILE"],
  [["--live"], 2, "--pool is missing"],
  [["--live", "--pool", "my-pool"], 2, "--pool takes the id of a pool"],
  [["--from", "pool.json", "--live"], 2, "--from goes with neither --live nor --export"],
  [["--from", "pool.json", "--map", "a", "--plan", "b"], 2, "--map and --plan: one of them is enough"],
  [["--from", "pool.json", "--pool", "eu-central-1_Another01"], 2, "pool.json: the export of another pool"],
  [["--from", "nowhere.json"], 3, "nowhere.json: there is no such file"],
  [["--from", "no.json"], 3, "no.json: not valid JSON"],
  [["--from", "other.json"], 3, "other.json: v: expected 1"],
  [["--from", "odd.json"], 3, "odd.json: clients[0].ClientId: expected a text"],
  [["--from", "pool.json", "--plan", "pool.json"], 3, "pool.json: that is no plan of claimseal build"],
  [["--from", "pool.json", "--record", "pool.json"], 3, "pool.json: no decision record in it"],
];
test.for(misuse)("%j ends with exit %i and says why", async ([argv, exit, said]) => {
  const done = await ran(["doctor", ...argv], files);
  expect(done).toMatchObject({ exit, out: "" });
  expect(done.err).toContain(`claimseal doctor: ${said}`);
});

describe("a pool in AWS", () => {
  let aws: ShowingAws | undefined;
  afterEach(async () => {
    vi.unstubAllEnvs();
    await aws?.stop();
  });

  /** With the SDK's own clients, on loopback. */
  async function shown(pool: Doc, refused: readonly string[] = []): Promise<ShowingAws> {
    aws = await showAws(pool, refused);
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "example");
    vi.stubEnv("AWS_ENDPOINT_URL", aws.url);
    return aws;
  }

  /** As AWS shows it, with everything that has no business in an export. */
  function withSecrets(secret: string): Doc {
    const pool = cleanPool();
    set(web(pool), { ClientSecret: secret, CallbackURLs: [`https://${secret}.example`] });
    set(at(pool, "userPool"), {
      EmailConfiguration: { ReplyToEmailAddress: secret },
      SmsConfiguration: { SnsCallerArn: secret, ExternalId: secret },
      UserPoolTags: { owner: secret },
    });
    set(at(pool, "functionConfiguration"), { Description: secret });
    set(at(pool, "functionConfiguration", "Environment", "Variables"), { HOOK_API_KEY: secret });
    const details = { client_id: secret, client_secret: secret, private_key: secret };
    set(pool, { identityProviders: [{ ProviderName: "Hospital", ProviderType: "OIDC", ProviderDetails: details }] });
    return pool;
  }

  const READS = [
    "cognito-idp:DescribeIdentityProvider",
    "cognito-idp:DescribeUserPool",
    "cognito-idp:DescribeUserPoolClient",
    "cognito-idp:ListIdentityProviders",
    "cognito-idp:ListResourceServers",
    "cognito-idp:ListUserPoolClients",
    "dynamodb:DescribeContinuousBackups",
    "dynamodb:DescribeTable",
    "dynamodb:GetResourcePolicy",
    "kms:DescribeKey",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListGrants",
    "lambda:GetFunctionConfiguration",
    "lambda:GetPolicy",
  ];

  test("is examined as a file of it is, and written without secrets, by these permissions and no others", async () => {
    const secret = "c4n4ryS3cr3tV4lu3";
    const { asked } = await shown(withSecrets(secret));
    const live = await ran(["doctor", "--pool", POOL_ID, "--map", MAP, "--live", "--export", "out.json"]);
    expect(live.err).toBe("out.json written");
    expect(live.out).toContain("verdict: healthy; 2 of 68 checks not made");
    expect([...new Set(asked)].toSorted()).toEqual(READS);
    const written = String(live.written.get("out.json"));
    for (const text of [live.out, written]) expect(text).not.toContain(secret);
    expect(JSON.parse(written)).toMatchObject({
      functionConfiguration: { Environment: { Variables: { HOOK_API_KEY: "(removed)" } } },
    });
    const again = await ran(["doctor", "--from", "out.json", "--map", MAP], { "out.json": written });
    expect(again.out).toBe(live.out);
  });

  test("the permissions are those that the how-to lists", () => {
    const page = readFileSync("docs/how-to/find-misconfigurations.md", "utf8");
    const listed = [...page.matchAll(/"((?:cognito-idp|lambda|kms|dynamodb):\w+)"/g)].map(([, action = ""]) => action);
    expect(listed.toSorted()).toEqual(READS);
  });

  test("is written alone without --live: nothing is judged, and the exit is 0", async () => {
    await shown(sick());
    const done = await ran(["doctor", "--pool", POOL_ID, "--map", MAP, "--export", "out.json"]);
    expect(done).toMatchObject({ exit: 0, out: "", err: "out.json written" });
  });

  test("that shows only a part of itself is examined as far as that goes", async () => {
    await shown(cleanPool(), ["kms:GetKeyPolicy", "lambda:GetPolicy"]);
    const { exit, out } = await ran(["doctor", "--pool", POOL_ID, "--map", MAP, "--live"]);
    expect(exit).toBe(0);
    expect(out).toContain("functionPolicy: it could not be read: AccessDeniedException");
    expect(out).toContain("keys.care-api.policy: it could not be read: AccessDeniedException");
    expect(out).not.toContain("somebody's own words");
  });

  test("that nobody may see is exit 4, with AWS's name for why and none of its words", async () => {
    await shown(cleanPool(), ["cognito-idp:DescribeUserPool"]);
    const done = await ran(["doctor", "--pool", POOL_ID, "--live"]);
    expect(done).toMatchObject({ exit: 4, out: "" });
    expect(done.err).toBe("claimseal doctor: AWS_REFUSED: DescribeUserPool: AWS answers AccessDeniedException");
  });

  test("that cannot be reached is exit 3", async () => {
    const { url, stop } = await shown(cleanPool());
    await stop();
    vi.stubEnv("AWS_ENDPOINT_URL", url);
    vi.stubEnv("AWS_MAX_ATTEMPTS", "1");
    const done = await ran(["doctor", "--pool", POOL_ID, "--live"]);
    expect(done).toMatchObject({ exit: 3, out: "" });
    expect(done.err).toContain("claimseal doctor: AWS_UNREACHABLE: ");
  });

  test("needs clients of AWS that are not installed with this: exit 3, with the command that installs them", async () => {
    const missing = Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
    const connect = (id: string) => connectReaders(id, () => Promise.reject(missing));
    await expect(liveExport(POOL_ID, null, connect)).rejects.toMatchObject({
      exit: 3,
      message:
        "this needs clients of AWS: npm install --save-dev @aws-sdk/client-cognito-identity-provider @aws-sdk/client-lambda",
    });
  });
});
