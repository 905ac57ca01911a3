/** One client per region, made when it is first needed and kept for the life of the process. */
export function perRegion<T>(make: (region: string | undefined) => T): (region: string | undefined) => T {
  const made = new Map<string | undefined, T>();
  return (region) => {
    const known = made.get(region) ?? make(region);
    made.set(region, known);
    return known;
  };
}
