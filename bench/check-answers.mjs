// No figure of a handler whose answer does not hold what it should: every contender's token is opened as its service
// would open it before anything is measured.
import { assertOpens, READERS, readerConfig } from "./readers.mjs";
import { accessClaims, personalBytes, signer } from "./tokens.mjs";

/** Nothing personal is in these, by their own account. */
const WITHOUT = ["floor", "bare"];

const pool = signer();

/** Bytes that sealing adds to a contender's token, once the token has been opened; null where nothing is sealed. */
export async function checkedBytes({ name, scenario, keys, urls }, answer) {
  if (WITHOUT.includes(name)) return null;
  const { names, personal } = scenario;
  const claims = accessClaims(answer);
  const text = JSON.stringify(claims);
  if (Object.values(personal).some((value) => text.includes(value))) throw new Error(`${name} seals nothing`);
  const read = READERS[name.split(",")[0]](readerConfig(scenario, keys, pool.jwks, urls));
  await assertOpens(name, read, pool.sign(claims), personal);
  return personalBytes(claims, (claim) => /^sealed_|^cmv$/.test(claim) || names.some((each) => claim.startsWith(each)));
}
