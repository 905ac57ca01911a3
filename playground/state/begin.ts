import { linkIn } from "./address.ts";
import type { PageAction } from "./page-state.ts";
import { type Server, ServerError } from "./server.ts";

/** What the page begins with: the examples of its server, and the link in its address. */
export async function begin(server: Pick<Server, "start">): Promise<PageAction> {
  try {
    const start = await server.start();
    const link = await linkIn(location.href, start);
    const notice =
      link === null && location.hash.length > 1
        ? "The link in the address cannot be read: this is the first example."
        : "";
    return { do: "start", start, link, notice };
  } catch (error) {
    return troubleOf(error);
  }
}

/** Why there is no answer, as something that happened to the page. */
export function troubleOf(error: unknown): PageAction {
  if (!(error instanceof ServerError)) throw error;
  return { do: "trouble", kind: error.kind, message: error.message };
}
