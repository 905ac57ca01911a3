import { expect, test } from "vitest";
import * as forms from "../../../claims/shape/forms.ts";
import type { Form } from "../../../claims/shape/shape.ts";

/** Matches nothing and everything fails with it: a form that is not there. */
const NEVER = /$^x/;
const FORMS: { readonly [name: string]: Form } = { ...forms };

/** The key of RFC 7518, appendix C, as KMS would answer it. */
const POINT =
  "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEweNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF/PxMR7yWcI74CVK1P40lVf5yuEHtBFiGKLHTeKWUk5UA7JyQ==";

const TAKEN: { readonly [form in keyof typeof forms]: readonly string[] } = {
  REGION: ["eu-central-1", "us-gov-west-1", "ap-southeast-2", "us-iso-east-1", "eusc-de-east-1"],
  TABLE: ["staff", "prod.staff_table-1"],
  KMS_KEY: [
    "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/mrk-1234abcd",
    "arn:aws:kms:eu-central-1:111122223333:alias/care/api",
    "alias/care",
  ],
  SEAL_KEY: ["arn:aws:kms:eu-central-1:111122223333:key/mrk-1234abcd", "alias/care", POINT],
  PUBLIC_KEY: [POINT],
  ROLE: ["arn:aws:iam::111122223333:role/care-api", "arn:aws-cn:iam::111122223333:role/service/care+x@y"],
  CLIENT: ["1example23456789", "web1", "*"],
  IDENTIFIER: ["care-api", "https://care.example.com", "api://x/y"],
  SCOPE_NAME: ["chart.read", "read", "a:b"],
  SCOPE: ["care-api/chart.read", "https://care.example.com/chart.read", "openid"],
  MAP_NAME: ["clinic-eu", "a", "b2b_saas.v2"],
  REVISION: ["2026-11-22.1", "1", "2026-11-22T10:00:00+01"],
  INPUT: ["user.email", "user.custom:employer", "user.groups", "client.metadata.clinic", "client.metadata.a.b"],
  ATTRIBUTE: ["pk", "a b", "für"],
  FUNCTION: [
    "arn:aws:lambda:eu-central-1:111122223333:function:pre-token",
    "arn:aws:lambda:eu-central-1:111122223333:function:pre-token:live",
    "arn:aws:lambda:eu-central-1:111122223333:function:pre-token:$LATEST",
  ],
  SENT: ["email", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"],
  PROVIDER: ["CorporateSaml", "LoginWithAmazon", "Werk 2", "für"],
  INDEX: ["by-person", "GSI1"],
  HOOK: ["entitlements", "_x1"],
  DURATION: ["60s", "5m", "1h"],
  DATE: ["2027-06-30", "2027-12-01"],
  REFUSAL_CODE: ["SUSPENDED", "A1_B"],
  NAME: ["shared", "_a", "isNurse2"],
};

const REFUSED: { readonly [form in keyof typeof forms]: readonly string[] } = {
  REGION: ["", "eu", "EU-central-1", "eu-central-1a", "eu-central-1 ", "europe"],
  TABLE: ["", "ab", "staff table", "arn:aws:dynamodb:eu-central-1:111122223333:table/staff", "x".repeat(256)],
  KMS_KEY: [
    "",
    "1234abcd-12ab-34cd-56ef-1234567890ab",
    "arn:aws:kms:eu-central-1:1111:key/x",
    "arn:aws:kms::111122223333:key/x",
    "arn:aws:iam::111122223333:role/x",
    "alias/",
    "care",
  ],
  SEAL_KEY: ["", "care", POINT.slice(0, -2), `${POINT} arn:aws:kms:eu-central-1:111122223333:key/x`],
  PUBLIC_KEY: [
    "",
    "alias/care",
    POINT.slice(0, -2),
    POINT.replace("AQcDQgAE", "AQcDQgAD"),
    POINT.replace("Q==", "R=="),
  ],
  ROLE: ["", "care-api", "arn:aws:iam::111122223333:user/anna", "arn:aws:iam::111122223333:root", "*"],
  CLIENT: ["", "web 1", "**", "web-1", "x".repeat(129)],
  IDENTIFIER: ["", "care api", 'care"api', "care\\api", "für"],
  SCOPE_NAME: ["", "chart read", "care/read", "für"],
  SCOPE: ["", "care read", "care\tread", '"', "\\"],
  MAP_NAME: ["", "clinic@eu", "clinic eu", "-x", "x".repeat(65)],
  REVISION: ["", "2026 11", "a@b", ".1"],
  INPUT: ["", "email", "user.", "user", "client.id", "client.metadata.", "request.scopes", "user.a b"],
  SENT: ["", "x".repeat(256)],
  PROVIDER: ["", "x".repeat(33)],
  ATTRIBUTE: ["", "x".repeat(256)],
  FUNCTION: [
    "",
    "pre-token",
    "arn:aws:lambda:eu-central-1:111122223333:layer:x",
    "arn:aws:lambda:eu-central-1:1:function:x",
  ],
  INDEX: ["", "ab", "by person"],
  HOOK: ["", "1x", "a-b", "a.b", "x".repeat(65)],
  DURATION: ["", "60", "0s", "1.5h", "1d", "-1s"],
  DATE: ["", "2027-13-01", "2027-06-32", "30.06.2027", "2027-6-3"],
  REFUSAL_CODE: ["", "suspended", "1A", "A-B", "A".repeat(41)],
  NAME: ["", "a-b", "1a", "a b", "ä"],
};

test.for(Object.entries(TAKEN))("%s takes what AWS and the language take", ([form, texts]) => {
  for (const text of texts) expect(text).toMatch(FORMS[form]?.pattern ?? NEVER);
});

test.for(Object.entries(REFUSED))("%s refuses what would fail later", ([form, texts]) => {
  for (const text of texts) expect(text).not.toMatch(FORMS[form]?.pattern ?? NEVER);
});
