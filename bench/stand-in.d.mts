export type Commands = {
  readonly urls: () => { readonly tableUrl: string; readonly kmsUrl: string };
  readonly rows: (table: { readonly name: string; readonly rows: readonly unknown[] }) => void;
  readonly createKey: (wanted: object) => string;
  readonly kms: (request: {
    readonly target: string;
    readonly body: object;
  }) => Promise<{ readonly CiphertextBlob?: string }>;
  readonly counts: () => { readonly table: number; readonly kms: number };
  readonly forget: () => void;
};
export function standIn(manner: {
  readonly tableMs: number;
  readonly kmsMs: number;
}): Promise<{ readonly commands: Commands; readonly stop: () => Promise<unknown> }>;
