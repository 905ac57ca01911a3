import type { Start } from "../../local/playground/messages.ts";
import { packFragment, unpackFragment } from "./fragment.ts";
import { type Link, linkOf, readLink } from "./link.ts";
import type { PageState } from "./page-state.ts";

/** The link that an address holds; null for an address without one, or with one that cannot be read. */
export async function linkIn(address: string, start: Start): Promise<Link | null> {
  return readLink(await unpackFragment(new URL(address).hash.slice(1)), start);
}

/** A moment without a key: an address that changes with every one is slow, and browsers count such changes. */
const STILL_MS = 300;

/**
 * Writes what is in the editors into the address; what holds a real token is taken out of it at once. Returns what
 * stops it, for when there is something newer to write.
 */
export function keepLink(state: PageState): () => void {
  if (state.start === null) return () => undefined;
  const link = linkOf(state);
  if (link === null) {
    history.replaceState(null, "", `${location.pathname}${location.search}`);
    return () => undefined;
  }
  let isStale = false;
  const write = async (): Promise<void> => {
    const fragment = await packFragment(link);
    if (!isStale) history.replaceState(null, "", `#${fragment}`);
  };
  const later = setTimeout(() => void write(), STILL_MS);
  return () => {
    isStale = true;
    clearTimeout(later);
  };
}
