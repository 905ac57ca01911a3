// What tokens hold, by the claim map clinic-dashboard@2026-11-30.1. Made by `claimseal types`: do not edit.

/** Scopes a token can have, beside Cognito's own. */
export type Scope = "care-api/chart.read" | "billing-api/invoice.read";

/** Claims of the access token in the clear, by the profile that made the token. */
export type AccessClaimsByProfile = {
  /** Profile dashboard: people. */
  readonly dashboard: {
    /** open, grants, required */
    readonly clinic_id: string;
    /** open, grants, required */
    readonly role: "lead" | "physician" | "clerk";
    /** The claim map */
    readonly cmv: `clinic-dashboard@${string}`;
    readonly sub: string;
    readonly iat: number;
    readonly exp: number;
  };
};

/** Claims of the access token in the clear. */
export type AccessClaims = AccessClaimsByProfile[keyof AccessClaimsByProfile];

/** Claims of the ID token, which is for the client and goes to no API, by the profile that made the token. */
export type IdClaimsByProfile = {
  /** Profile dashboard: people. */
  readonly dashboard: {
    /** open, grants, required */
    readonly clinic_id: string;
    /** open, grants, required */
    readonly role: "lead" | "physician" | "clerk";
    /** open, informs */
    readonly clinics?: readonly string[];
    /** pii, as Cognito has it; shown to the person */
    readonly email?: string;
    /** pii, as Cognito has it; shown to the person */
    readonly name?: string;
    /** Groups of the user pool */
    readonly "cognito:groups"?: readonly string[];
    readonly sub: string;
    readonly iat: number;
    readonly exp: number;
  };
};

/** Claims of the ID token, which is for the client and goes to no API. */
export type IdClaims = IdClaimsByProfile[keyof IdClaimsByProfile];
