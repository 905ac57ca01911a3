/** One number of AWS's, where it was found and whether AWS's own page was read for it. */
export type Figure = {
  readonly value: number;
  readonly unit: string;
  readonly what: string;
  /** Where to look it up. */
  readonly source: string;
  /** The day it was looked up. */
  readonly seen: string;
  /** `page`: it stands on that page. `reported`: others say so, and the page was not read. */
  readonly checked: "page" | "reported";
  readonly note?: string;
};

const SEEN = "2026-11-30";
const COGNITO_QUOTAS = "https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html";
const LAMBDA_QUOTAS = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html";
const KMS_QUOTAS = "https://docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html";
const COGNITO_PRICES = "https://aws.amazon.com/cognito/pricing/";
const LAMBDA_PRICES = "https://aws.amazon.com/lambda/pricing/";
const KMS_PRICES = "https://aws.amazon.com/kms/pricing/";
const LOGS_PRICES = "https://aws.amazon.com/cloudwatch/pricing/";

export type QuotaName =
  | "userAuthentication"
  | "userFederation"
  | "clientAuthentication"
  | "lambdaConcurrency"
  | "lambdaScaling"
  | "dynamoTable"
  | "kmsSymmetric"
  | "kmsEcc";

/** Defaults of one account in one Region. */
export const QUOTAS: { readonly [name in QuotaName]: Figure } = {
  userAuthentication: {
    value: 120,
    unit: "a second",
    what: "Cognito, `UserAuthentication`: sign-ins and refreshes",
    source: COGNITO_QUOTAS,
    seen: SEEN,
    checked: "page",
    note: "can be raised, at a price; a second factor in managed login counts as one more; codes are redeemed under an equal allowance of their own",
  },
  userFederation: {
    value: 25,
    unit: "a second",
    what: "Cognito, `UserFederation`: sign-ins by an identity provider",
    source: COGNITO_QUOTAS,
    seen: SEEN,
    checked: "page",
    note: "can be raised",
  },
  clientAuthentication: {
    value: 150,
    unit: "a second",
    what: "Cognito, `ClientAuthentication`: tokens for machines",
    source: COGNITO_QUOTAS,
    seen: SEEN,
    checked: "page",
    note: "cannot be raised",
  },
  lambdaConcurrency: {
    value: 1_000,
    unit: "at once",
    what: "Lambda, concurrent executions of all functions",
    source: LAMBDA_QUOTAS,
    seen: SEEN,
    checked: "page",
    note: "new accounts have fewer; can be raised",
  },
  lambdaScaling: {
    value: 1_000,
    unit: "in ten seconds",
    what: "Lambda, environments one function may add",
    source: "https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html",
    seen: SEEN,
    checked: "page",
  },
  dynamoTable: {
    value: 40_000,
    unit: "units a second",
    what: "DynamoDB, reads of one table on demand",
    source: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html",
    seen: SEEN,
    checked: "page",
    note: "can be raised; one partition gives 3,000",
  },
  kmsSymmetric: {
    value: 10_000,
    unit: "a second",
    what: "KMS, symmetric operations of everything in the account",
    source: KMS_QUOTAS,
    seen: SEEN,
    checked: "page",
    note: "20,000 in six Regions, 100,000 in three; can be raised",
  },
  kmsEcc: {
    value: 1_000,
    unit: "a second",
    what: "KMS, operations with elliptic curves, `DeriveSharedSecret` among them",
    source: KMS_QUOTAS,
    seen: SEEN,
    checked: "page",
    note: "an example further down that page has 300; can be raised",
  },
};

export type PriceName =
  | "cognitoUser"
  | "cognitoMachineTokens"
  | "lambdaRequests"
  | "lambdaGbSecond"
  | "dynamoReads"
  | "kmsRequests"
  | "kmsKey"
  | "logs"
  | "metric";

/** Users of a month that Cognito asks nothing for. */
export const FREE_USERS: Figure = {
  value: 10_000,
  unit: "a month",
  what: "Cognito Essentials, users free of charge",
  source: COGNITO_PRICES,
  seen: SEEN,
  checked: "reported",
};

/** US dollars, in US East (N. Virginia), without free allowances and discounts. */
export const PRICES: { readonly [name in PriceName]: Figure } = {
  cognitoUser: {
    value: 0.015,
    unit: "per user and month",
    what: "Cognito Essentials, active users",
    source: COGNITO_PRICES,
    seen: SEEN,
    checked: "reported",
    note: "people from SAML and OIDC providers: the same, and 50 of them free",
  },
  cognitoMachineTokens: {
    value: 2.25,
    unit: "per 1,000 tokens",
    what: "Cognito, tokens for machines, first step",
    source: COGNITO_PRICES,
    seen: SEEN,
    checked: "reported",
    note: "beside a price for every app client and month",
  },
  lambdaRequests: {
    value: 0.2,
    unit: "per million",
    what: "Lambda, invocations",
    source: LAMBDA_PRICES,
    seen: SEEN,
    checked: "reported",
  },
  lambdaGbSecond: {
    value: 0.0000133334,
    unit: "per GB-second",
    what: "Lambda, arm64, first step",
    source: LAMBDA_PRICES,
    seen: SEEN,
    checked: "reported",
  },
  dynamoReads: {
    value: 0.125,
    unit: "per million units",
    what: "DynamoDB, reads on demand",
    source: "https://aws.amazon.com/dynamodb/pricing/on-demand/",
    seen: SEEN,
    checked: "reported",
  },
  kmsRequests: {
    value: 0.03,
    unit: "per 10,000",
    what: "KMS, symmetric operations",
    source: KMS_PRICES,
    seen: SEEN,
    checked: "reported",
  },
  kmsKey: {
    value: 1,
    unit: "per key and month",
    what: "KMS, a key",
    source: KMS_PRICES,
    seen: SEEN,
    checked: "page",
    note: "rotated material costs as much again",
  },
  logs: {
    value: 0.5,
    unit: "per GB",
    what: "CloudWatch Logs, what is written",
    source: LOGS_PRICES,
    seen: SEEN,
    checked: "reported",
    note: "less from 10 TB a month",
  },
  metric: {
    value: 0.3,
    unit: "per metric and month",
    what: "CloudWatch, metrics of one's own",
    source: LOGS_PRICES,
    seen: SEEN,
    checked: "reported",
  },
};
