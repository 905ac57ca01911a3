/** A cell; one in quotes is there even where it is empty. */
export type Cell = { readonly text: string; readonly isQuoted: boolean };

const CELL = /(?:"([^"]*(?:""[^"]*)*)"|([^",]*))(,|$)/y;

/** The cells of a record of comma-separated values (RFC 4180), which is one record; null where it is none. */
export function cellsOf(record: string): readonly Cell[] | null {
  const cells: Cell[] = [];
  for (let at = 0; ; ) {
    CELL.lastIndex = at;
    const [whole, quoted, plain = "", end] = CELL.exec(record) ?? [];
    if (whole === undefined) return null;
    cells.push(
      quoted === undefined ? { text: plain, isQuoted: false } : { text: quoted.replaceAll('""', '"'), isQuoted: true },
    );
    if (end === "") return cells;
    at += whole.length;
  }
}
