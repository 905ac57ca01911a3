import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Run, RunAnswer, TraceStep } from "../../../local/playground/messages.ts";
import { engine, played } from "./a-played-example.ts";
import { asked, changed, EXAMPLES } from "./examples-to-play.ts";
import { readTokenClaims } from "./read-token-claims.ts";

const PHYSICIAN = "a physician in the clinic she chose";
const CLERK = "a clerk has no licence and writes no charts, and the employer is sealed for billing alone";
const MACHINE = "a machine gets the clinic it works for, and its limit";
const clinic = (situation: string, change: Partial<Run> = {}) => played("clinic-eu", situation, change);
const clinicMap = EXAMPLES.get("clinic-eu")?.map ?? "";

const classes = (token: RunAnswer["accessToken"]) =>
  Object.fromEntries((token?.claims ?? []).map((claim) => [claim.name, `${claim.class}, ${claim.from}`]));

describe("what everybody reads", () => {
  test("each claim says its class and who put it there, and the token is the one that holds them", async () => {
    const { outcome, profile, event, accessToken, idToken } = await clinic(PHYSICIAN);
    expect({ outcome, profile }).toEqual({ outcome: { state: "issued", unsafe: false }, profile: "clinician" });
    expect(event).toEqual({ events: "V3", grant: "user", refresh: false, clientId: "web1" });
    expect(classes(accessToken)).toMatchObject({
      clinic_id: "open, map",
      staff_ref: "open, map",
      cmv: "open, map",
      scope: "open, cognito",
      sealed_care_api: "sealed, envelope",
    });
    expect(classes(idToken)).toMatchObject({ email: "pii, attribute", profession: "open, map", sub: "open, cognito" });
    const claims = Object.fromEntries((accessToken?.claims ?? []).map(({ name, value }) => [name, value]));
    expect(readTokenClaims(accessToken?.raw ?? "")).toEqual(claims);
    const { all = 0, header = 0, payload = 0, signature = 0 } = accessToken?.bytes ?? {};
    expect([all, all]).toEqual([accessToken?.raw.length, header + payload + signature + 2]);
    const shares = (accessToken?.claims ?? []).reduce((sum, { bytes }) => sum + bytes, 0);
    expect(Math.abs(shares - payload)).toBeLessThan(30);
  });

  test("a resource server opens its own envelope and no other, and KMS is told what for", async () => {
    const { readers } = await clinic(CLERK);
    const context = { "claimseal:aud": "billing-api", "claimseal:pool": "eu-central-1_Example01", "claimseal:v": "1" };
    expect(readers.map(({ resourceServer, opened }) => [resourceServer, opened?.map(({ name }) => name)])).toEqual([
      ["care-api", ["legal_name", "licence_no", "blood_type"]],
      ["billing-api", ["legal_name", "employer"]],
    ]);
    expect(readers[1]?.opened).toContainEqual({ name: "employer", value: "Muster GmbH", class: "pii" });
    const key = "arn:aws:kms:eu-west-1:111122223333:key/billing";
    expect(readers[1]?.kmsCalls).toEqual([
      { by: "trigger", operation: "GenerateDataKey", key, context, result: "ok" },
      { by: "reader", operation: "Decrypt", key, context, result: "ok" },
    ]);
  });

  test("a reader of several partitions tries their keys, and the trace says which partition chose table and key", async () => {
    const { readers, traces } = await played("spending-by-region", "a buyer in the US");
    expect(readers[0]?.opened).toContainEqual({ name: "card_holder", value: "SAM STATES", class: "pii" });
    expect(readers[0]?.kmsCalls.map(({ by, key, result }) => [by, key.split(":")[3], result])).toEqual([
      ["trigger", "us-east-1", "ok"],
      ["reader", "eu-central-1", "wrong key"],
      ["reader", "us-east-1", "ok"],
    ]);
    const steps = traces.find(({ claim }) => claim === "card_holder")?.steps.map(({ name, text }) => [name, text]);
    expect(steps).toEqual(
      expect.arrayContaining([
        ["person.region", ""],
        ["partition.table", ""],
        ["card", "table cards-us, row found"],
      ]),
    );
  });

  test("a reader without a scope in the token is refused, and asks KMS for nothing", async () => {
    const { readers } = await clinic(PHYSICIAN);
    expect(readers[1]).toMatchObject({ opened: null, refused: { code: "SCOPE_MISSING" } });
    expect(readers[1]?.kmsCalls.filter(({ by }) => by === "reader")).toEqual([]);
  });

  test("what the map takes out is named, claims and scopes alike", async () => {
    const { removed } = await clinic(PHYSICIAN);
    expect(removed).toMatchObject({
      scopesAdded: ["care-api/chart.read", "care-api/chart.write"],
      scopesRemoved: ["openid", "profile", "email"],
      dropped: [],
    });
  });

  test("the record is the function's own, without a value", async () => {
    const { record } = await clinic(PHYSICIAN);
    expect(record).toMatchObject({ outcome: "issued", profile: "clinician", calls: { dynamodb: 1, kms: 2 } });
    expect(JSON.stringify(record)).not.toMatch(/Testmann|48213377|x\.example/);
  });

  test.for([
    ["asymmetric", ["GetPublicKey", "DeriveSharedSecret"]],
    ["direct", ["Encrypt", "Decrypt"]],
  ] as const)("an envelope of mode %s is opened by what that mode asks of KMS", async ([mode, operations]) => {
    const map = changed(
      clinicMap,
      '"${env:CARE_KEY_ARN}", region: eu-central-1, mode: envelope',
      `"\${env:CARE_KEY_ARN}", region: eu-central-1, mode: ${mode}`,
    );
    const { readers } = await clinic(PHYSICIAN, { map });
    expect(readers[0]?.opened).toContainEqual({ name: "licence_no", value: "DE-48213377", class: "pii" });
    expect(readers[0]?.kmsCalls.map(({ operation }) => operation)).toEqual(operations);
  });
});

describe("what a thief reads", () => {
  test("of a map that leaks nothing, every private value was looked for and none was found", async () => {
    const { thief, accessToken } = await clinic(PHYSICIAN);
    expect(thief?.scan.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        "user.email",
        "staff.licenceNo (row 1)",
        "staff.bloodType (row 1)",
        "partners.dutyPhone",
      ]),
    );
    expect(thief?.scan.filter(({ found }) => found !== null)).toEqual([]);
    expect(thief).toMatchObject({ leaks: 0, userInfo: null, getUser: null });
    expect(thief?.reads).toEqual(accessToken?.claims);
  });

  test("a leak is an error of the check with the value's way, and turns up in the token with its path", async () => {
    const sealed = "licence_no: { value: staff.licenceNo, sealFor: [care-api], effect: informs }";
    const map = changed(clinicMap, sealed, "licence_no: { value: staff.licenceNo, to: [access], effect: informs }");
    const { diagnostics, outcome, thief, accessToken } = await clinic(PHYSICIAN, { map });
    expect(diagnostics).toEqual([
      expect.objectContaining({
        text: "map",
        code: "CS401",
        severity: "error",
        flow: ["staff.licenceNo", "claims.licence_no.value", "access token (clear)"],
      }),
    ]);
    const line = map.split("\n").findIndex((each) => each.includes("licence_no:"));
    const { from, to } = diagnostics[0] ?? {};
    expect(from?.line).toBe(line + 1);
    expect(map.split("\n")[line]?.slice((from?.column ?? 1) - 1, (to?.column ?? 1) - 1)).toBe("staff.licenceNo");
    expect(outcome).toEqual({ state: "issued", unsafe: true });
    expect(classes(accessToken)).toMatchObject({ licence_no: "pii, map" });
    expect(thief?.leaks).toBe(1);
    expect(thief?.scan.find(({ found }) => found)).toMatchObject({
      path: "staff.licenceNo (row 1)",
      found: { claim: "licence_no", encoding: "raw", signedFor: false },
      at: { text: "rows" },
    });
  });

  const HEX = Buffer.from("o@x.io.x").toString("hex");
  test("a private value that an open attribute holds as well is found, encoded or not", async () => {
    const rows = JSON.stringify({
      memberships: [{ person: "PERSON#u2", org: "ORG#acme", name: HEX, role: "viewer" }],
    });
    const { thief } = await played("org-roles", "a viewer administers nothing", {
      rows,
      event: changed(
        asked("org-roles", "a viewer administers nothing").event,
        '"sub": "u2"',
        '"sub": "u2",\n "email": "o@x.io.x"',
      ),
    });
    expect(thief?.scan).toContainEqual(
      expect.objectContaining({
        path: "user.email",
        found: { claim: "orgs", encoding: "hex", signedFor: false },
      }),
    );
  });

  test("what somebody signed for is found, and counts for no leak", async () => {
    const signed =
      "declassify: { of: [user.email], through: lowerAscii, to: open, reason: shown to all, approvedBy: a@x.example }";
    const map = changed(
      clinicMap,
      "    scopes:\n      - { add: [care-api/chart.read] }",
      `      contact: { value: user.email.lowerAscii(), to: [access], effect: informs, ${signed} }\n    scopes:\n      - { add: [care-api/chart.read] }`,
    );
    const { thief, outcome, diagnostics } = await clinic(PHYSICIAN, { map });
    expect({ outcome, errors: diagnostics.filter(({ severity }) => severity === "error") }).toEqual({
      outcome: { state: "issued", unsafe: false },
      errors: [],
    });
    expect(thief?.leaks).toBe(0);
    expect(thief?.scan).toContainEqual(
      expect.objectContaining({ path: "user.email", found: { claim: "contact", encoding: "raw", signedFor: true } }),
    );
  });

  test("a signature in a claim set that the profile does not use covers nothing of it", async () => {
    const set = `
claimSets:
  shown:
    claims:
      licence_no:
        value: user.email.lowerAscii()
        to: [access]
        effect: informs
        declassify: { of: [user.email], through: lowerAscii, to: open, reason: shown to all, approvedBy: a@x.example }
`;
    const sealed = "licence_no: { value: staff.licenceNo, sealFor: [care-api], effect: informs }";
    const map =
      changed(clinicMap, sealed, "licence_no: { value: staff.licenceNo, to: [access], effect: informs }") + set;
    const { thief, outcome } = await clinic(PHYSICIAN, { map });
    expect({ outcome, leaks: thief?.leaks }).toEqual({ outcome: { state: "issued", unsafe: true }, leaks: 1 });
  });

  test("groups that are private are found in the access token, however short they are", async () => {
    const event = changed(
      asked("clinic-eu", PHYSICIAN).event,
      '"groupsToOverride": []',
      '"groupsToOverride": ["ward-3", "isolation-ward"]',
    );
    const { thief, accessToken } = await clinic(PHYSICIAN, {
      map: clinicMap.replace("groups: strip", "groups: keep"),
      event,
    });
    expect(classes(accessToken)).toMatchObject({ "cognito:groups": "pii, cognito" });
    const found = { claim: "cognito:groups", encoding: "raw", signedFor: false };
    expect(thief?.scan.flatMap(({ path, how, found: hit }) => (path === "user.groups" ? [[how, hit]] : []))).toEqual([
      ["short", found],
      ["encodings", found],
    ]);
    expect(thief?.leaks).toBe(2);
  });

  test.for(["constructor", "__proto__"])("a table named %s is one without rows", async (table) => {
    const run = asked("clinic-eu", PHYSICIAN);
    const { PARTNER_TABLE = "" } = (JSON.parse(run.setting) as { env: Record<string, string> }).env;
    const setting = changed(run.setting, `"PARTNER_TABLE": "${PARTNER_TABLE}"`, `"PARTNER_TABLE": "${table}"`);
    const { thief, outcome } = await clinic(PHYSICIAN, { setting });
    expect(outcome).toEqual({ state: "issued", unsafe: false });
    expect(thief?.scan.filter(({ path }) => path.startsWith("partners."))).toEqual([]);
  });

  test("who keeps the self-service scopes shows the profile to the bearer", async () => {
    const { thief } = await played(
      "moved-trigger",
      "the app gets what it always got, and the mail address only sealed",
    );
    expect(thief?.userInfo).toContain("email");
    expect(thief?.getUser).toBeNull();
  });
});

describe("where a claim comes from", () => {
  const words = ({ kind, name, state, value }: TraceStep): string =>
    [kind, name, state, ...(value === undefined ? [] : [JSON.stringify(value)])].join(" | ");

  test("each step is named in its order, from the event to every reader", async () => {
    const { traces } = await clinic(PHYSICIAN);
    const trace = traces.find(({ claim }) => claim === "blood_type");
    expect(trace).toMatchObject({ class: "sensitive", effect: "informs", at: { text: "map" } });
    expect(trace?.steps.map(words)).toEqual([
      'event | user.sub | present | "u1"',
      "source | staff | present",
      'attribute | staff.bloodType | present | "0+"',
      'attribute | staff.profession | present | "physician"',
      'condition | staff.profession == "physician" | known | true',
      'value | staff.bloodType | known | "0+"',
      "outcome | care-api | sealed",
    ]);
  });

  test("a condition is as private as what it reads, whatever the claim is", async () => {
    const map = changed(
      clinicMap,
      "licence_no: { value: staff.licenceNo, sealFor: [care-api]",
      'licence_no: { value: staff.profession, when: staff.bloodType == "0+", sealFor: [care-api]',
    );
    const { traces } = await clinic(PHYSICIAN, { map });
    const steps = traces.find(({ claim }) => claim === "licence_no")?.steps ?? [];
    expect(
      steps.flatMap(({ kind, class: how }) => (kind === "condition" || kind === "value" ? [[kind, how]] : [])),
    ).toEqual([
      ["condition", "sensitive"],
      ["value", "open"],
    ]);
  });

  test("every step that is written somewhere leads there", async () => {
    const run = asked("clinic-eu", PHYSICIAN);
    const { traces } = await clinic(PHYSICIAN);
    const clinicId = traces.find(({ claim }) => claim === "clinic_id");
    const read = (place: TraceStep["inMap"]): string | undefined =>
      place === null
        ? undefined
        : run[place.text].split("\n")[place.from.line - 1]?.slice(place.from.column - 1, place.to.column - 1);
    const places = clinicId?.steps.map(({ name, inMap, inData }) => [name, read(inMap), read(inData)]);
    expect(places).toEqual([
      ["client.metadata.clinic", "client.metadata.clinic", '"c7"'],
      ["user.sub", undefined, '"u1"'],
      ["staff", "staff", "{"],
      ["staff.clinicIds", "clinicIds", "["],
      ["tenant.id", "tenant", undefined],
      ["tenant.id", "value", undefined],
      ["access token", "to", undefined],
      ["ID token", "to", undefined],
    ]);
  });

  test("several rows show what each of them holds", async () => {
    const { traces } = await played("org-roles", "every membership that has not ended, in the order of names");
    const steps = traces.find(({ claim }) => claim === "orgs")?.steps ?? [];
    expect(steps.map(words)).toContain('attribute | memberships.name | present | ["acme","globex","initech"]');
  });
});

describe("what goes wrong", () => {
  test.for([
    ["a table that is down", { staff: "unavailable" }, "SOURCE_UNAVAILABLE"],
    ["a source that never answers", { staff: "stall" }, "SOURCE_UNAVAILABLE"],
    ["a row that is not there", { staff: "missing" }, "SOURCE_MISSING"],
    ["a value that breaks its declaration", { "staff.profession": "invalid" }, "CLAIM_REQUIRED"],
  ] as const)("%s refuses the token, and the trace says how far it went", async ([, faults, code]) => {
    const { outcome, traces, readers, accessToken, thief } = await clinic(PHYSICIAN, { faults });
    expect(outcome).toMatchObject({ state: "refused", code, text: expect.stringContaining(`(${code})`) });
    expect({ accessToken, thief }).toEqual({ accessToken: null, thief: null });
    expect(readers.map(({ refused }) => refused?.code)).toEqual(["NO_TOKEN", "NO_TOKEN"]);
    const profession = traces.find(({ claim }) => claim === "profession")?.steps;
    expect(profession?.filter(({ kind }) => kind === "outcome").map(({ state }) => state)).toEqual([
      "refused",
      "refused",
    ]);
  });

  test.for([
    ["throttled", "KEY_UNAVAILABLE"],
    ["denied", "KEY_ACCESS_DENIED"],
  ])("KMS that is %s leaves an envelope out at sign-in, and refuses a reader", async ([fault = "", code = ""]) => {
    const atSignIn = await clinic(PHYSICIAN, { faults: { "seal.care-api": fault } });
    expect(atSignIn.accessToken?.claims.map(({ name }) => name)).not.toContain("sealed_care_api");
    expect(atSignIn.readers[0]).toMatchObject({ opened: [], kmsCalls: [{ by: "trigger", result: fault }] });
    const atReader = await clinic(PHYSICIAN, { faults: { "open.care-api": fault } });
    expect(atReader.readers[0]).toMatchObject({ opened: null, refused: { code } });
    expect(atReader.readers[0]?.kmsCalls.at(-1)).toMatchObject({ by: "reader", operation: "Decrypt", result: fault });
  });

  test("what can be switched on is named by its part, and a fault of another map changes nothing", async () => {
    const { faults, outcome } = await clinic(PHYSICIAN, { faults: { "nobody.here": "absent", staff: "throttled" } });
    expect(outcome).toMatchObject({ state: "issued" });
    expect(faults.map(({ part }) => part)).toEqual(
      expect.arrayContaining(["staff", "staff.licenceNo", "seal.care-api", "open.care-api", "pseudonyms"]),
    );
    expect(faults.find(({ part }) => part === "open.care-api")?.faults.map(({ name }) => name)).toEqual([
      "throttled",
      "denied",
    ]);
  });

  test.for([
    ["a map that is no YAML", { map: "*" }, "map", "CS101"],
    [
      "a map with a name that is not there",
      { map: changed(clinicMap, "value: staff.profession,", "value: staff.proffesion,") },
      "map",
      "CS303",
    ],
    ["an event that is no JSON", { event: "{\n  nothing" }, "event", "PLAYGROUND"],
    [
      "rows that are nested without end",
      { rows: `{ "staff": [{ "pk": ${"[".repeat(50_000)}${"]".repeat(50_000)} }] }` },
      "rows",
      "PLAYGROUND",
    ],
    ["rows with a text that does not end", { rows: `"${'\\\\"'.repeat(300_000)}` }, "rows", "PLAYGROUND"],
    ["rows that are none", { rows: '{ "staff": 5 }' }, "rows", "PLAYGROUND"],
    ["a clock that is none", { setting: '{ "clock": "noon" }' }, "setting", "PLAYGROUND"],
    ["a variable that is missing", { setting: "{}" }, "setting", "PLAYGROUND"],
  ] as const)("%s has a diagnostic with its place, and nothing runs", async ([, change, text, code]) => {
    const { diagnostics, outcome, references, readers } = await clinic(PHYSICIAN, change);
    expect(diagnostics.filter(({ severity }) => severity === "error")[0]).toMatchObject({
      text,
      code,
      from: { line: expect.any(Number) },
      remedy: expect.stringMatching(/\S/),
    });
    expect(outcome).toEqual({ state: "none", because: `there are errors in: ${text}` });
    // Completion and readers stay while anything but the map is wrong.
    expect(text === "map" || references.length > 10).toBe(true);
    expect(readers.map(({ refused }) => refused?.code)).toEqual(text === "map" ? [] : ["NO_TOKEN", "NO_TOKEN"]);
  });

  test("what is no event of Cognito's is refused as the function would refuse it, and says so at its place", async () => {
    const { diagnostics, outcome, record } = await clinic(PHYSICIAN, { event: '{ "version": 9 }' });
    expect(outcome).toMatchObject({ state: "refused", code: "EVENT_MALFORMED" });
    expect(diagnostics).toEqual([expect.objectContaining({ text: "event", severity: "error" })]);
    expect(record).toMatchObject({ outcome: "refused", code: "EVENT_MALFORMED" });
  });

  test("rows that no source can ask for are a warning, and everything runs", async () => {
    const { diagnostics, outcome } = await clinic(PHYSICIAN, { rows: '{ "stuff": [] }' });
    expect(diagnostics).toEqual([
      expect.objectContaining({ text: "rows", severity: "warning", remedy: "Write `staff`." }),
    ]);
    expect(outcome).toMatchObject({ state: "refused", code: "SOURCE_MISSING" });
  });

  test("whatever is sent, there is an answer", async () => {
    const run = asked("clinic-eu", PHYSICIAN);
    const lines = (text: string) => fc.subarray(text.split("\n")).map((kept) => kept.join("\n"));
    const json = fc.json({ maxDepth: 3 });
    const cut = (text: string) => fc.nat(text.length).map((at) => text.slice(0, at) + text.slice(at + 1));
    const texts = fc.record({
      map: fc.oneof(lines(run.map), cut(run.map), fc.string(), json),
      event: fc.oneof(cut(run.event), json, fc.constant(run.event)),
      rows: fc.oneof(cut(run.rows), json, fc.constant(run.rows)),
      setting: fc.oneof(cut(run.setting), json, fc.constant(run.setting)),
      faults: fc.dictionary(
        fc.constantFrom("staff", "staff.clinicIds", "seal.care-api", "open", "__proto__"),
        fc.constantFrom("late", "absent", "denied", ""),
      ),
    });
    await fc.assert(
      fc.asyncProperty(texts, async (body) => {
        const answer = (await engine({ what: "run", body })) as RunAnswer;
        expect(["issued", "refused", "none"]).toContain(answer.outcome.state);
        const hasError = answer.diagnostics.some(({ severity }) => severity === "error");
        expect(answer.outcome.state !== "none" || hasError).toBe(true);
      }),
      { numRuns: 15 },
    );
  });
});

describe("other versions and grants", () => {
  const run = asked("clinic-eu", PHYSICIAN);
  const turned = async (to: object, body: Run = run): Promise<Run> => ({
    ...body,
    ...((await engine({ what: "turn", body: { ...body, to } })) as Pick<Run, "map" | "event">),
  });
  const answerTo = async (body: Run) => (await engine({ what: "run", body })) as RunAnswer;

  test("a machine in place of a person gets what the map has for machines", async () => {
    const { event, idToken, thief, readers } = await clinic(MACHINE);
    expect({ event, idToken }).toMatchObject({ event: { grant: "client_credentials" }, idToken: null });
    expect(thief).toMatchObject({ userInfo: null, getUser: null });
    expect(readers[0]?.opened).toEqual([{ name: "duty_phone", value: "+49 30 5550100", class: "pii" }]);
    const machine = await answerTo(await turned({ grant: "client_credentials" }));
    expect(machine).toMatchObject({
      event: { grant: "client_credentials", clientId: "lab1" },
      profile: "laboratory",
      outcome: { state: "issued" },
    });
    const person = await answerTo(await turned({ grant: "user" }, asked("clinic-eu", MACHINE)));
    expect(person).toMatchObject({ event: { grant: "user", clientId: "web1" }, profile: "clinician" });
  });

  test("a refresh is one, and turns back into a sign-in", async () => {
    const refresh = await turned({ refresh: true });
    expect(await answerTo(refresh)).toMatchObject({ event: { refresh: true }, outcome: { state: "issued" } });
    expect(await answerTo(await turned({ refresh: false }, refresh))).toMatchObject({ event: { refresh: false } });
  });

  test("another version changes map and event, and V1, which has no access token of its own, is told of by the check", async () => {
    const owner = asked("b2b-saas", "an owner opens one of her companies on the web");
    const v3 = await turned({ events: "V3" }, owner);
    expect(v3.map).toBe(changed(owner.map, "events: V2", "events: V3"));
    expect(JSON.parse(v3.event)).toMatchObject({ version: "3", request: { scopes: ["openid", "projects/admin"] } });
    expect(await answerTo(v3)).toMatchObject({ event: { events: "V3" }, outcome: { state: "issued" } });
    const v1 = await turned({ events: "V1" });
    expect(JSON.parse(v1.event)).toMatchObject({ version: "1", response: { claimsOverrideDetails: null } });
    expect(JSON.parse(v1.event)).not.toMatchObject({ request: { scopes: expect.anything() } });
    const { outcome, diagnostics } = await answerTo(v1);
    expect(outcome).toMatchObject({ state: "none" });
    expect(diagnostics.filter(({ severity }) => severity === "error")[0]).toMatchObject({ text: "map" });
  });

  test("a map for V1 issues ID tokens, and the access token is Cognito's own", async () => {
    const map = `
version: 1
name: old
revision: "1"
pool: { events: V1, usernames: any }
inputs:
  user.custom:lang: { type: string, class: open, maxLength: 8 }
profiles:
  app:
    match: { grants: [user], clients: [web1] }
    idToken: { keep: [] }
    groups: strip
    claims:
      lang: { value: 'user["custom:lang"]', to: [id] }
`;
    const event = changed((await turned({ events: "V1" })).event, '"email": "a@x.example"', '"custom:lang": "de"');
    const answer = await answerTo({ map, event, rows: "{}", setting: "{}", faults: {} });
    expect(answer).toMatchObject({ outcome: { state: "issued", unsafe: false }, event: { events: "V1" } });
    expect(classes(answer.idToken)).toMatchObject({ lang: "open, map" });
    expect(classes(answer.accessToken)).toMatchObject({ username: "open, cognito" });
  });

  test("what cannot be read is turned no further than it can be", async () => {
    const broken = { ...run, event: "{", map: "name: x" };
    expect(await engine({ what: "turn", body: { ...broken, to: { events: "V1", refresh: true } } })).toMatchObject({
      map: "name: x",
      event: "{",
    });
  });
});
