/** What went wrong, in the words it came with: the pool's, the trigger's or the API's. */
export function textOf(error: unknown): string {
  return error instanceof Error && error.message !== "" ? error.message : "Something went wrong.";
}
