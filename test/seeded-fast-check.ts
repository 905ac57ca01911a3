import fc from "../node_modules/fast-check/lib/fast-check.js";

/**
 * What tests get as `fast-check`: the same, with the same runs each time. Whether a change lands is to depend on the
 * change; `CLAIMSEAL_SEED=N` tries others, and `CLAIMSEAL_SEED=random` whatever comes.
 */
const wanted = process.env["CLAIMSEAL_SEED"] ?? "20261130";
if (wanted !== "random") fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(wanted) });

export * from "../node_modules/fast-check/lib/fast-check.js";
export default fc;
