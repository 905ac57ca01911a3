import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkClaimMap } from "../../../claims/check.ts";
import { planDigest } from "../../../claims/digest.ts";
import type { Expr, Plan } from "../../../claims/plan.ts";
import { claimCatalogue } from "../../../claims/reports/claim-catalogue.ts";
import { aClaim, aPlan, aProfile } from "../a-plan.ts";

const clinic = checkClaimMap(readFileSync("test/claims/maps/specification.claims.yaml", "utf8")).plan as Plan;

/** The cells of the tables under a heading, headings of columns left out. */
function rowsUnder(catalogue: string, heading: string): readonly (readonly string[])[] {
  const [, after = ""] = catalogue.split(`## ${heading}\n`);
  const lines = (after.split(/^## /m)[0] ?? "").split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map(cellsOf);
}

/** As GitHub Flavored Markdown cuts them: a backslash takes the next sign with it, whatever it is. */
function cellsOf(line: string): readonly string[] {
  const cells = [...line.matchAll(/((?:\\[^\w\s]|[^|])*)\|/g)].map(([, cell = ""]) => cell.trim());
  return cells.slice(1);
}

const ref = (...path: readonly [string, ...string[]]): Expr => ({ op: "ref", ref: path });

test("a privacy officer finds each kind of personal data with its purpose and its recipients", () => {
  expect(rowsUnder(claimCatalogue(clinic), "Personal data")).toContainEqual([
    "`staff.legalName`",
    "pii",
    "signature under reports and invoices",
    "source `staff`",
    "care-api: `legal_name`, sealed<br>billing-api: `legal_name`, sealed",
  ]);
  expect(rowsUnder(claimCatalogue(clinic), "Personal data")).toContainEqual([
    "`staff.licenceNo`",
    "pii",
    "national medical register id",
    "source `staff`",
    "every API: `staff_ref`, in the clear, declassified<br>care-api: `licence_no`, sealed",
  ]);
});

test("data that only decide are told with what they decide, and data nobody gets with nobody", () => {
  const isSet: Expr = { op: "has", ref: ["staff", "phone"] };
  const profile = aProfile({
    idToken: { unchanged: true },
    groups: { access: "keep", id: "strip" },
    refuse: [{ when: isSet, code: "HAS_PHONE" }],
    claims: [aClaim("role", ref("staff", "role"), { when: isSet, class: "pii", to: [], sealFor: ["care-api"] })],
    scopes: [{ add: ["care/read"], remove: [], when: isSet }],
  });
  const plan = aPlan({ profiles: [profile] });
  expect(rowsUnder(claimCatalogue(plan), "Personal data")).toEqual([
    ["`user.email`", "pii", "", "Cognito", "the client: `email`, in the ID token as Cognito puts it there"],
    ["`user.groups`", "pii", "", "Cognito", "every API: `cognito:groups`"],
    [
      "`staff.phone`",
      "pii",
      "",
      "source `staff`",
      "care-api: `role`, sealed, which it decides<br>decides scopes `care/read`<br>decides `MAP_HAS_PHONE`",
    ],
  ]);
  const unused = rowsUnder(claimCatalogue(aPlan()), "Personal data");
  expect(unused).toContainEqual(["`staff.phone`", "pii", "", "source `staff`", "nobody"]);
});

test("each reader has a table of its own, with type, class, effect, value, condition, purpose and size", () => {
  const catalogue = claimCatalogue(clinic);
  expect(rowsUnder(catalogue, "What the client reads").map(([claim]) => claim)).toEqual([
    "`clinic_id`",
    "`profession`",
  ]);
  expect(rowsUnder(catalogue, "What every API reads").map(([claim]) => claim)).toEqual([
    "`clinic_id`",
    "`profession`",
    "`staff_ref`",
  ]);
  expect(rowsUnder(catalogue, "What care-api alone opens")).toContainEqual([
    "`blood_type`",
    "clinician",
    '`"0-" \\| "0+" \\| "A-" \\| "A+"`',
    "sensitive",
    "operator",
    "informs",
    "`staff.bloodType`",
    '`staff.profession == "physician"`',
    "`staff.bloodType`, `staff.profession`",
    "exposure protocol",
    "4",
  ]);
  expect(catalogue).toContain(
    "under the key `${env:CARE_KEY_ARN}` in `eu-central-1` for the audience `care-api`. It is opened by `arn:aws:iam::111122223333:role/care-api`.",
  );
});

test("scopes, refusals, sources and signatures are told, and the digest of the plan they are told of", () => {
  const catalogue = claimCatalogue(clinic);
  expect(rowsUnder(catalogue, "Scopes")).toContainEqual([
    "`care-api/chart.write`",
    "is added",
    '`staff.profession in ["physician", "nurse"]`',
    "clinician",
  ]);
  expect(rowsUnder(catalogue, "Who is refused")).toEqual([
    ["`MAP_SUSPENDED`", "`staff.suspended`", "clinician"],
    ["`CLAIM_REQUIRED`", "unknown: `clinic_id`, `profession`", "clinician"],
    ["`SOURCE_MISSING`", "no row: `staff`", "all that need it"],
    ["`SOURCE_UNAVAILABLE`", "cannot be read: `staff`", "all that need it"],
    ["`SOURCE_INVALID`", "no key can be built, or there are too many rows: `staff`", "all that need it"],
    ["`TENANT_REFUSED`", "the tenant asked for is not one of those allowed", "all that need it"],
    ["`USERNAME_PERSONAL`", "the username may be personal", "for people"],
  ]);
  expect(rowsUnder(catalogue, "Where values come from")[0]?.slice(0, 4)).toEqual([
    "`staff`",
    "a row of `${env:STAFF_TABLE}` by `pk = STAFF#{user.sub}` in `eu-central-1`, read consistently",
    "operator",
    "`eu-central-1`, `eu-west-1`",
  ]);
  expect(rowsUnder(catalogue, "What somebody signed for")).toEqual([
    [
      "`declassify`",
      "`profiles.clinician.claims.staff_ref.declassify`",
      "joins in logs without the number",
      "dpo@example.eu",
      "without end",
    ],
  ]);
  expect(catalogue).toContain(planDigest(clinic));
});

test("sizes are told in the worst case, beside what the map allows", () => {
  const [clinician] = clinic.profiles;
  expect(rowsUnder(claimCatalogue(clinic), "Who gets a token")).toEqual([
    [
      "clinician",
      "people",
      "`${env:CLINIC_WEB_CLIENT}`",
      `${clinician?.maxBytes.access} bytes`,
      `${clinician?.maxBytes.id} bytes`,
    ],
  ]);
  expect(claimCatalogue(clinic)).toContain(
    "The map allows an access token 5000 bytes and an ID token 3000; a larger one",
  );
  const machines = aProfile({ grants: ["client_credentials"], clients: ["*"], maxBytes: { access: null, id: null } });
  expect(rowsUnder(claimCatalogue(aPlan({ profiles: [machines] })), "Who gets a token")).toEqual([
    ["people", "machines", "every app client", "unbounded", "has none"],
  ]);
});

test("queries, hooks, partitions and other functions are described as what they are", () => {
  const source = aPlan().sources["staff"] as Plan["sources"][string];
  const { trust, attributes } = source;
  const plan = aPlan({
    sources: {
      memberships: {
        kind: "query",
        table: "members",
        index: "byPerson",
        key: { pk: [{ ref: ["user", "sub"] }] },
        beginsWith: { sk: ["ORG#"] },
        order: "ascending",
        limit: 20,
        onMore: "cut",
        consistent: false,
        trust,
        onMissing: "empty",
        onError: "unknown",
        attributes,
      },
      risk: { kind: "custom", hook: "score", trust, onMissing: "empty", onError: { stale: 60 }, attributes },
      legacy: { kind: "chain", function: "arn:aws:lambda:x", trust, onMissing: "empty", onError: "deny", attributes },
    },
    partition: { by: ref("memberships"), values: { eu: { suffix: "eu" } } },
  });
  expect(rowsUnder(claimCatalogue(plan), "Where values come from").map((cells) => cells.slice(0, 6))).toEqual([
    [
      "`memberships`",
      "up to 20 rows of `members` by `pk = {user.sub}`, index `byPerson`, beginning with `sk = ORG#` (more are cut)",
      "operator",
      "any region",
      "no rows",
      "its values are unknown",
    ],
    ["`risk`", "the hook `score`", "operator", "any region", "an empty row", "a row of up to 60 s ago, or it refuses"],
    [
      "`legacy`",
      "the function `arn:aws:lambda:x`",
      "operator",
      "any region",
      "an empty row",
      "refuses, `SOURCE_UNAVAILABLE`",
    ],
    ["partition", "gives"],
    ["---", "---"],
    ["`eu`", "`suffix = eu`"],
  ]);
});

test("words of a map cannot leave their cell, format, link or hide, whatever they are", () => {
  const evil = fc.stringMatching(/^[a|`*_<>[\]()\\\n\r\u202e\u2028#&-]{0,20}$/);
  fc.assert(
    fc.property(evil, evil, (reason, text) => {
      const profile = aProfile({
        name: reason,
        claims: [aClaim("claim", { op: "string", value: text }, { when: { op: "has", ref: ["staff", text] } })],
      });
      const attributes = { phone: { type: "string", class: "pii", purpose: reason } } as const;
      const plan = aPlan({
        profiles: [profile],
        sources: { staff: { ...(aPlan().sources["staff"] as Plan["sources"][string]), attributes } },
        approvals: [{ path: ["profiles", text], what: "idToken", reason, approvedBy: reason }],
      });
      const catalogue = claimCatalogue(plan);
      expect(catalogue).not.toMatch(/[\u202e\u2028\r]/);
      for (const lines of catalogue
        .trimEnd()
        .split("\n\n")
        .filter((block) => block.startsWith("|"))) {
        const widths = lines.split("\n").map((line) => cellsOf(line).length);
        expect(new Set(widths).size).toBe(1);
      }
    }),
    { numRuns: 300 },
  );
});
