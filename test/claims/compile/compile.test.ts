import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkClaimMap } from "../../../claims/check.ts";
import { planDigest } from "../../../claims/digest.ts";
import type { Expr, Plan } from "../../../claims/plan.ts";
import { mapWith, soundMap } from "../a-map-text.ts";
import { WHOLE } from "../map-files.ts";

const ref = (...steps: [string, ...string[]]): Expr => ({ op: "ref", ref: steps });

function plan(text: string): Plan {
  const { plan: compiled, findings } = checkClaimMap(text);
  if (compiled === null) throw new Error(findings.map(({ code, message }) => `${code} ${message}`).join("\n"));
  return compiled;
}

describe("a plan", () => {
  test("is the map with its expressions as trees, and with what follows from it", () => {
    const expected: Plan = {
      v: 1,
      name: "clinic",
      revision: "1",
      events: "V3",
      usernames: "opaque",
      inputs: {
        user: { email: { type: "string", class: "pii", maxLength: 60, purpose: "shown", trust: "user" } },
        metadata: {},
      },
      patterns: [],
      sources: {
        staff: {
          kind: "row",
          trust: "operator",
          table: "staff",
          key: { pk: ["STAFF#", { ref: ["user", "sub"] }] },
          // Nobody wrote it: the row holds a sensitive attribute.
          consistent: true,
          onMissing: "deny",
          onError: "deny",
          attributes: {
            role: { type: "string", class: "open", values: ["nurse", "physician"] },
            level: { type: "int", class: "open" },
            phone: { type: "string", class: "pii", maxLength: 20, purpose: "called" },
            blood: { type: "string", class: "sensitive", maxLength: 3, purpose: "protocol" },
          },
        },
        partner: {
          kind: "row",
          trust: "operator",
          table: "partner",
          key: { pk: [{ ref: ["client", "id"] }] },
          consistent: false,
          onMissing: "deny",
          onError: "deny",
          attributes: { tier: { type: "int", class: "open" } },
        },
      },
      resourceServers: {
        "care-api": {
          identifier: "care",
          scopes: ["read", "write"],
          readers: ["arn:aws:iam::111122223333:role/care"],
          claim: "sealed_care_api",
          seal: { key: "${env:CARE_KEY}", region: "eu-central-1", mode: "envelope" },
        },
      },
      profiles: [
        {
          name: "people",
          grants: ["user"],
          clients: ["web1"],
          idToken: { keep: ["email"] },
          groups: { access: "strip", id: "strip" },
          selfServiceScopes: "strip",
          refuse: [],
          claims: [
            {
              name: "role",
              value: ref("staff", "role"),
              to: ["access", "id"],
              sealFor: [],
              effect: "grants",
              required: false,
              type: "string",
              class: "open",
              trust: "operator",
              maxBytes: 11,
            },
            {
              name: "level",
              value: ref("staff", "level"),
              to: ["access"],
              sealFor: [],
              effect: "restricts",
              required: false,
              type: "int",
              class: "open",
              trust: "operator",
              maxBytes: 17,
            },
            {
              name: "phone",
              value: ref("staff", "phone"),
              to: [],
              sealFor: ["care-api"],
              effect: "informs",
              required: false,
              type: "string",
              class: "pii",
              trust: "operator",
              maxBytes: 22,
            },
            {
              name: "blood",
              value: ref("staff", "blood"),
              to: [],
              sealFor: ["care-api"],
              effect: "informs",
              required: false,
              type: "string",
              class: "sensitive",
              trust: "operator",
              maxBytes: 5,
            },
          ],
          scopes: [
            { add: ["care/read"], remove: [] },
            {
              add: ["care/write"],
              remove: [],
              when: { op: "==", left: ref("staff", "role"), right: { op: "string", value: "physician" } },
            },
          ],
          // {"sub":"<36>","iat":<10>} is 63 bytes, ,"phone":"<20>" 31 and ,"blood":"<3>" 14: 108, so 128.
          envelopes: [{ resourceServer: "care-api", claims: ["phone", "blood"], padTo: 128 }],
          maxBytes: { access: 2854, id: 1537 },
          reads: [{ staff: ["role", "level", "phone", "blood"] }],
          needs: { tenant: false, partition: false, pseudonyms: false },
        },
        {
          name: "machines",
          grants: ["client_credentials"],
          clients: ["job1"],
          idToken: { keep: [] },
          groups: { access: "strip", id: "strip" },
          selfServiceScopes: "strip",
          refuse: [],
          claims: [
            {
              name: "tier",
              value: ref("partner", "tier"),
              to: ["access"],
              sealFor: [],
              effect: "grants",
              required: false,
              type: "int",
              class: "open",
              trust: "operator",
              maxBytes: 17,
            },
          ],
          scopes: [],
          envelopes: [],
          maxBytes: { access: 1855, id: 0 },
          reads: [{ partner: ["tier"] }],
          needs: { tenant: false, partition: false, pseudonyms: false },
        },
      ],
      unmatched: "deny",
      limits: { accessToken: 5000, idToken: 3000, onOversize: "deny" },
      approvals: [],
    };
    expect(plan(soundMap)).toEqual(expected);
  });

  test("is plain JSON", () => {
    const compiled = plan(soundMap);
    expect(JSON.parse(JSON.stringify(compiled))).toEqual(compiled);
  });

  test("keeps what the map chose in place of the strict choice", () => {
    const text = mapWith(
      ["groups: strip", "groups: { access: strip, id: keep }"],
      ["selfServiceScopes: strip", "selfServiceScopes: { keep: { reason: why, approvedBy: who } }"],
      ["limits:", "unmatched: { untouched: { reason: why, approvedBy: who } }\nlimits:"],
      ["idToken: 3000 }", "idToken: 9000, onOversize: drop }"],
      ["table: partner, key", "table: partner, consistent: true, region: eu-west-1, key"],
    );
    const { profiles, unmatched, limits, sources } = plan(text);
    expect(profiles[0]).toMatchObject({ groups: { access: "strip", id: "keep" }, selfServiceScopes: "keep" });
    expect(unmatched).toBe("untouched");
    expect(limits).toEqual({ accessToken: 5000, idToken: 9000, onOversize: "drop" });
    expect(sources["partner"]).toMatchObject({ consistent: true, region: "eu-west-1" });
  });

  test("reads what a condition reads, and nothing for a claim of literals", () => {
    const text = mapWith(
      [
        "value: partner.tier, to: [access], effect: grants",
        "value: '1', when: has(partner.tier), to: [access], effect: grants",
      ],
      ["value: staff.level, to: [access]", "value: '5', to: [access]"],
    );
    const [people, machines] = plan(text).profiles;
    expect(people?.reads).toEqual([{ staff: ["role", "phone", "blood"] }]);
    expect(machines?.claims[0]).toMatchObject({
      value: { op: "int", value: "1" },
      when: { op: "has", ref: ["partner", "tier"] },
    });
    expect(machines?.reads).toEqual([{ partner: ["tier"] }]);
  });

  test("declares the groups where an expression reads them unlisted", () => {
    const text = mapWith(
      ["value: staff.phone,", "value: \"user.groups.join(',')\","],
      ["value: staff.blood,", "value: staff.phone,"],
    );
    expect(plan(text).inputs.user).toMatchObject({ groups: { type: { list: "string" }, class: "pii" } });
    expect(plan(soundMap).inputs.user).not.toHaveProperty("groups");
  });

  test("pads an envelope only where something sensitive is inside or decides", () => {
    const blood = "{ value: staff.blood, sealFor: [care-api], effect: informs }";
    expect(plan(mapWith([`      blood: ${blood}\n`, ""])).profiles[0]?.envelopes).toEqual([
      { resourceServer: "care-api", claims: ["phone"] },
    ]);
    const decided = mapWith([
      blood,
      "{ value: staff.phone, sealFor: [care-api], effect: informs, when: has(staff.blood) }",
    ]);
    expect(plan(decided).profiles[0]?.envelopes).toEqual([
      { resourceServer: "care-api", claims: ["phone", "blood"], padTo: 128 },
    ]);
  });

  test("pads every envelope where claims are dropped by size: what is sealed must not decide which", () => {
    const dropping = ["onOversize: deny", "onOversize: drop"].map((choice) =>
      mapWith(
        ["      blood: { value: staff.blood, sealFor: [care-api], effect: informs }\n", ""],
        ["idToken: 3000 }", `idToken: 3000, ${choice} }`],
      ),
    );
    expect(dropping.map((text) => plan(text).profiles[0]?.envelopes[0]?.padTo)).toEqual([undefined, 128]);
    const unbounded = dropping.map((text) => checkClaimMap(text.replace(", maxLength: 20", "")).findings);
    expect(unbounded.map((found) => found.map(({ code, level, message }) => [code, level, message]))).toEqual([
      [
        ["CS801", "warning", "nothing reads the private `staff.blood`"],
        ["CS601", "warning", "nothing bounds `staff.phone`"],
      ],
      [
        ["CS801", "warning", "nothing reads the private `staff.blood`"],
        ["CS603", "error", "nothing bounds `staff.phone`, in an envelope that `onOversize: drop` keeps at one length"],
      ],
    ]);
  });

  test("asks for bounds where any of a claim's envelopes has one length", () => {
    const second = `  audit:
    identifier: audit
    scopes: [read]
    seal: { key: "\${env:AUDIT_KEY}" }
    readers: ["arn:aws:iam::111122223333:role/audit"]
`;
    const text = mapWith(
      ["profiles:", `${second}profiles:`],
      [", maxLength: 20", ""],
      ["value: staff.phone, sealFor: [care-api]", "value: staff.phone, sealFor: [care-api, audit]"],
    );
    expect(checkClaimMap(text).findings.map(({ code }) => code)).toEqual(["CS603"]);
  });

  test("leaves room for the longest client id where machines get an envelope", () => {
    const text = mapWith(
      ["tier: { type: int, class: open }", 'tier: { type: string, class: sensitive, maxLength: 3, purpose: "test" }'],
      [
        "value: partner.tier, to: [access], effect: grants",
        "value: partner.tier, sealFor: [care-api], effect: informs",
      ],
    );
    // {"sub":"<128>","iat":<10>} is 155 bytes and ,"tier":"<3>" 13: 168, so 192.
    expect(plan(text).profiles[1]?.envelopes).toEqual([{ resourceServer: "care-api", claims: ["tier"], padTo: 192 }]);
  });
});

describe("the digest of a compiled map", () => {
  const blocks = soundMap.split(/^(?=\S)/m);

  test("does not depend on the order of the map's own keys", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(blocks, { minLength: blocks.length }), (shuffled) => {
        expect(planDigest(plan(shuffled.join("")))).toBe(planDigest(plan(soundMap)));
      }),
      { numRuns: 20 },
    );
  });

  test("changes with what the map says", () => {
    expect(planDigest(plan(mapWith(["effect: restricts", "effect: informs"])))).not.toBe(planDigest(plan(soundMap)));
  });
});

describe("the plan of a map that uses the whole language", () => {
  const whole = plan(WHOLE);
  const [web, phone] = whole.profiles;

  test("reads in waves: keys, tenant and partition after what they are built from", () => {
    expect(web?.reads).toEqual([
      {
        memberships: ["org", "role"],
        contacts: ["newsletter"],
        entitlements: ["plan"],
        legacy: ["theme"],
        staff: ["clinicIds", "licenceNo", "suspended", "level", "mayGrant", "address"],
      },
    ]);
    expect(web?.needs).toEqual({ tenant: true, partition: true, pseudonyms: true });
    expect(phone?.reads).toEqual([{ staff: ["clinicIds", "suspended", "mayGrant"] }]);
    expect(phone?.needs).toEqual({ tenant: true, partition: true, pseudonyms: false });
  });

  test("has no definitions and no claim sets: they are written where they are used", () => {
    expect(JSON.stringify(whole)).not.toContain('"def"');
    expect(web?.claims.map(({ name }) => name)).toEqual([
      "orgs",
      "plan",
      "theme",
      "newsletter",
      "level",
      "address",
      "wish",
      "staff_ref",
      "tenant_id",
    ]);
    expect(phone?.claims.map(({ name }) => name)).toEqual(["tenant_id"]);
    expect(web?.refuse.map(({ code }) => code)).toEqual(["SCORE", "SUSPENDED"]);
    expect(web?.scopes).toHaveLength(3);
    expect(web?.scopes.at(-1)).toMatchObject({ add: [], remove: [], only: ref("staff", "mayGrant") });
  });

  test("says of every claim how private and how trusted it is where it goes, what was signed for considered", () => {
    const standing = Object.fromEntries(web?.claims.map((claim) => [claim.name, [claim.class, claim.trust]]) ?? []);
    expect(standing).toEqual({
      orgs: ["open", "operator"],
      plan: ["open", "operator"],
      theme: ["open", "operator"],
      newsletter: ["open", "user"],
      level: ["open", "operator"],
      address: ["pii", "operator"],
      wish: ["open", "operator"],
      staff_ref: ["open", "operator"],
      tenant_id: ["open", "operator"],
    });
    expect(whole.approvals.map(({ path, what, until }) => [what, path.slice(1, 4).join("."), until])).toEqual([
      ["keyDeclassify", "contacts.keyDeclassify", undefined],
      ["idToken", "web.idToken", undefined],
      ["endorse", "web.claims.wish", undefined],
      ["declassify", "web.claims.staff_ref", "2099-12-31"],
      ["idToken", "phone.idToken", undefined],
    ]);
  });

  test("lists every pattern once, those of fields too", () => {
    expect(whole.patterns).toEqual(["ORG#[a-z0-9]+", "[^@]+@[^@]+", "[a-z]+"]);
  });

  test("keeps how sources are read, and what stands in for a claim", () => {
    expect(whole.sources["memberships"]).toMatchObject({
      kind: "query",
      index: "by-person",
      beginsWith: { org: ["ORG#"] },
      order: "descending",
      limit: 20,
      onMore: "cut",
      onError: "unknown",
    });
    expect(whole.sources["contacts"]).toMatchObject({ kind: "row", onError: { stale: 60 } });
    expect(whole.sources["entitlements"]).toMatchObject({ kind: "custom", hook: "entitlements" });
    expect(whole.sources["legacy"]).toMatchObject({ kind: "chain" });
    expect(web?.claims.find(({ name }) => name === "level")).toMatchObject({ otherwise: 0 });
    expect(web?.groups).toEqual({ access: "strip", id: "keep", filter: "native" });
    expect(phone?.groups).toEqual({ access: "keep", id: "keep", filter: ref("staff", "mayGrant") });
    expect(web?.idToken).toEqual({ drop: ["email"] });
    expect(phone?.idToken).toEqual({ unchanged: true });
    // {"sub":"<36>","iat":<10>,"client_id":"web1"} and the address: all of it, whatever is inside.
    expect(web?.envelopes).toEqual([{ resourceServer: "care", claims: ["address"], padTo: 256 }]);
  });

  test("keeps how each resource server is sealed for, lengths of time as seconds", () => {
    expect(whole.resourceServers["care"]?.seal).toEqual({
      key: "{partition.key}",
      region: "{partition.region}",
      mode: "envelope",
      bindClient: true,
      dataKey: { maxAgeSeconds: 1_800, maxTokens: 65_536 },
    });
    expect(whole.resourceServers["lab"]?.seal).toEqual({
      key: "${env:LAB_KEY_ARN}",
      mode: "asymmetric",
      publicKey: expect.stringMatching(/^MFkw.{120}$/),
    });
  });
});
