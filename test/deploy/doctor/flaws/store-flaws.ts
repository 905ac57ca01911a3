import { ACCOUNT } from "../../a-deployment.ts";
import { type Doc, policyText } from "../a-clean-pool.ts";
import { at, type Flaw, set } from "./flaw.ts";
import { allow } from "./key-flaws.ts";

const staff = (pool: Doc): Doc => at(pool, "tables", 0);

export const STORE_FLAWS: readonly Flaw[] = [
  {
    code: "DR601",
    name: "a resource server that is not there",
    place: "resourceServers.billing-api",
    says: "the pool has none with the identifier billing-api",
    spoil: (pool) => (pool["resourceServers"] as Doc[]).pop(),
  },
  {
    code: "DR602",
    name: "a scope that is not there",
    place: "resourceServers.care-api.Scopes",
    says: "it lacks chart.write, result.write",
    spoil: (pool) => set(at(pool, "resourceServers", 0), { Scopes: [{ ScopeName: "chart.read" }] }),
  },
  {
    code: "DR801",
    name: "a table that is not there",
    place: "tables.staff",
    says: "no such table",
    spoil: (pool) => set(staff(pool), { table: null }),
  },
  {
    code: "DR801",
    name: "a table that cannot be read",
    place: "tables.staff.TableStatus",
    says: "ARCHIVED",
    spoil: (pool) => set(at(staff(pool), "table"), { TableStatus: "ARCHIVED" }),
  },
  {
    code: "DR802",
    name: "a table that cannot be restored",
    place: "tables.staff.continuousBackups",
    says: "off",
    spoil: (pool) =>
      set(staff(pool), {
        continuousBackups: { PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: "DISABLED" } },
      }),
  },
  {
    code: "DR803",
    name: "a table by another key",
    place: "tables.staff.KeySchema",
    says: "its key is pk and sk; the map's is pk",
    spoil: (pool) =>
      set(at(staff(pool), "table"), {
        KeySchema: [
          { AttributeName: "pk", KeyType: "HASH" },
          { AttributeName: "sk", KeyType: "RANGE" },
        ],
      }),
  },
  {
    code: "DR803",
    name: "a table whose key is a number",
    place: "tables.staff.KeySchema",
    says: "pk is not of type S",
    spoil: (pool) =>
      set(at(staff(pool), "table"), { AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "N" }] }),
  },
  {
    code: "DR804",
    name: "another account that writes",
    place: "tables.staff.policy.Added",
    says: "it lets whoever account 444455556666 lets write",
    spoil: (pool) =>
      set(staff(pool), {
        policy: policyText(
          allow("dynamodb:*Item", "arn:aws:iam::444455556666:root"),
          allow("dynamodb:PutItem", `arn:aws:iam::${ACCOUNT}:root`),
        ),
      }),
  },
];
