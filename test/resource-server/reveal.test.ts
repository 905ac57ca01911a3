import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { RevealRecord } from "../../resource-server/reveal-record.ts";
import { accessToken, service, sub } from "./service.ts";

async function opened(onReveal: (record: RevealRecord) => void) {
  const { opener, envelope } = service({ onReveal });
  const jti = randomUUID();
  return { jti, auth: await opener.open(accessToken({ jti, sealed_care_api: envelope() })) };
}

describe("each reveal", () => {
  test("is told, with who, which claim and why", async () => {
    const records: RevealRecord[] = [];
    const { auth, jti } = await opened((record) => records.push(record));
    expect(records).toEqual([]);
    auth.sealed["licence_no"]?.reveal({ reason: "signature under a report" });
    auth.sealed["blood_type"]?.reveal();
    const [first, second] = records;
    expect(first).toEqual({
      ts: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      resourceServer: "care-api",
      claim: "licence_no",
      subject: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/),
      tokenId: jti,
      reason: "signature under a report",
    });
    expect(second).toMatchObject({ claim: "blood_type", reason: null, subject: first?.subject });
  });

  test("is told without a value, and without the subject itself", async () => {
    const records: RevealRecord[] = [];
    const { auth } = await opened((record) => records.push(record));
    auth.revealAll({ reason: "export" });
    // The token's id is random, and may hold any three letters.
    const told = JSON.stringify(records.map((record) => ({ ...record, tokenId: null })));
    expect(told).not.toMatch(/DE-48213377|clinicweb|c42/);
    expect(JSON.stringify(records)).not.toContain(sub);
  });

  test("fails where it cannot be told: no value is given that no record names", async () => {
    const { auth } = await opened(() => {
      throw new Error("the log is full");
    });
    expect(() => auth.sealed["licence_no"]?.reveal()).toThrow(new Error("the log is full"));
    expect(() => auth.revealAll()).toThrow(new Error("the log is full"));
  });
});

describe("all values at once", () => {
  test("are a plain object, made only when asked for, one record for each claim", async () => {
    const records: RevealRecord[] = [];
    const { auth } = await opened((record) => records.push(record));
    expect(JSON.stringify(auth)).not.toContain("DE-48213377");
    expect(auth.revealAll({ reason: "export" })).toEqual({ licence_no: "DE-48213377", blood_type: null });
    expect(records.map(({ claim, reason }) => [claim, reason])).toEqual([
      ["licence_no", "export"],
      ["blood_type", "export"],
    ]);
  });

  test("of a token without an envelope are none", async () => {
    const { opener } = service({ seal: null });
    expect((await opener.open(accessToken())).revealAll()).toEqual({});
  });
});
