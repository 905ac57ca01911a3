/** The text of `llms.txt`: the map of the documentation, its paths from the root and its subheadings left out. */
export declare function llmsText(map: string, about: { readonly name: string; readonly description: string }): string;
