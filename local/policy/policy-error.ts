/** What reading a policy throws. The message names the element and what is wrong with it, never what stands in it. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
}
