import { expect, test } from "vitest";
import type { PlanResourceServer, PlanSource } from "../../claims/plan.ts";
import { keyRegions, tableRegions } from "../../triggers/client-regions.ts";

const source = (read: object): PlanSource =>
  ({ trust: "operator", onMissing: "deny", onError: "deny", attributes: {}, ...read }) as PlanSource;

const server = (seal?: object): PlanResourceServer =>
  ({ identifier: "care", scopes: [], readers: [], claim: "sealed_care", ...(seal && { seal }) }) as PlanResourceServer;

test("tables are in the function's own region, in those a plan names, and in no region of a partition", () => {
  const sources = {
    own: source({ kind: "row", table: "a" }),
    another: source({ kind: "query", table: "b", region: "eu-west-1" }),
    again: source({ kind: "row", table: "c", region: "eu-west-1" }),
    partitioned: source({ kind: "row", table: "d", region: "{partition.region}" }),
    hook: source({ kind: "custom", hook: "hr" }),
    chained: source({ kind: "chain", function: "arn:aws:lambda:eu-north-1:111122223333:function:old" }),
  };
  expect([...tableRegions({ sources })]).toEqual([undefined, "eu-west-1"]);
});

test("keys are where envelopes are sealed and pseudonyms made, but for public keys that the plan holds", () => {
  const resourceServers = {
    plain: server(),
    own: server({ key: "key-1", mode: "envelope" }),
    another: server({ key: "key-2", mode: "direct", region: "eu-west-1" }),
    partitioned: server({ key: "key-3", mode: "envelope", region: "{partition.region}" }),
    asked: server({ key: "key-4", mode: "asymmetric", region: "eu-south-1" }),
    pinned: server({ key: "key-5", mode: "asymmetric", region: "eu-south-2", publicKey: "MFkw" }),
  };
  expect([...keyRegions({ resourceServers })]).toEqual([undefined, "eu-west-1", "eu-south-1"]);
  expect([...keyRegions({ resourceServers, pseudonyms: { key: "key-6", region: "eu-north-1" } })]).toEqual([
    undefined,
    "eu-west-1",
    "eu-south-1",
    "eu-north-1",
  ]);
});

test("a plan that reads no table and seals nothing needs no client", () => {
  expect([tableRegions({ sources: {} }).size, keyRegions({ resourceServers: { plain: server() } }).size]).toEqual([
    0, 0,
  ]);
});
