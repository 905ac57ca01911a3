import { httpAuthorizer, restAuthorizer } from "claimseal/api-gateway";

/** What integrations and access logs may see: clear claims, by name. A sealed one is never passed on. */
const context = ["clinic_id"];

/** The authorizer of a REST API, of type TOKEN or REQUEST. */
export const rest = (opener) => restAuthorizer(opener, { context });

/** The authorizer of an HTTP API, with simple responses. */
export const http = (opener) => httpAuthorizer(opener, { context });
