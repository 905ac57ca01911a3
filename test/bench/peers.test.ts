import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { checkedBytes } from "../../bench/check-answers.mjs";
import { PEERS } from "../../bench/peer-list.mjs";
import { event, scenario } from "../../bench/scenario.mjs";
import { type Commands, standIn } from "../../bench/stand-in.mjs";

const asked = scenario();
let aws: { readonly commands: Commands; readonly stop: () => Promise<unknown> };
let key: { readonly arn: string; readonly wrapped: string };

beforeAll(async () => {
  aws = await standIn({ tableMs: 0, kmsMs: 0 });
  for (const [name, rows] of Object.entries(asked.tables)) aws.commands.rows({ name, rows });
  const arn = aws.commands.createKey({});
  const { CiphertextBlob = "" } = await aws.commands.kms({
    target: "GenerateDataKey",
    body: { KeyId: arn, KeySpec: "AES_256" },
  });
  key = { arn, wrapped: CiphertextBlob };
  const { tableUrl, kmsUrl } = aws.commands.urls();
  for (const [name, value] of Object.entries({
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "someone",
    AWS_SECRET_ACCESS_KEY: "something",
    AWS_ENDPOINT_URL_DYNAMODB: tableUrl,
    AWS_ENDPOINT_URL_KMS: kmsUrl,
    CLAIMS: asked.names.join(" "),
    SERVERS: asked.serverNames.join(" "),
    CLAIMS_KEY_ARN: arn,
    KEY_1: arn,
    WRAPPED_1: CiphertextBlob,
  })) {
    vi.stubEnv(name, value);
  }
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await aws.stop();
});

/** What a peer is said to ask, and about how much longer a token becomes by it; null where nothing is sealed. */
const EXPECTED: { readonly [name: string]: readonly [tables: number, kms: number, bytes: number | null] } = {
  floor: [1, 0, null],
  bare: [1, 1, null],
  least: [1, 1, 486],
  "hand-written": [1, 3, 1008],
  // Its cache comes too late for claims that are sealed together for the first time.
  "Encryption SDK": [1, 3, 2576],
  jose: [1, 1, 486],
};

test("every alternative is looked at", () => {
  expect(Object.keys(EXPECTED)).toEqual(Object.keys(PEERS));
});

test.for(Object.entries(PEERS))(
  "what %s seals its service opens, and both ask what they are said to",
  async ([name, file]) => {
    const { handler } = (await import(`../../bench/peers/${file}`)) as {
      handler: (event: unknown) => Promise<unknown>;
    };
    aws.commands.forget();
    const answer = await handler(structuredClone(event));
    const { table, kms } = aws.commands.counts();
    const bytes = await checkedBytes({ name, scenario: asked, keys: [key], urls: aws.commands.urls() }, answer);
    expect([table, kms, bytes]).toEqual(EXPECTED[name]);
  },
);
