/** Warnings in the log: each is said when it comes up, and again only if it had gone meanwhile. */
export class WarningLog {
  readonly #log: (text: string) => void;
  #standing: ReadonlySet<string> = new Set();

  constructor(log: (text: string) => void) {
    this.#log = log;
  }

  /** @param warnings All that hold now. */
  update(warnings: readonly string[]): void {
    for (const text of warnings) if (!this.#standing.has(text)) this.#log(`warning: ${text}`);
    this.#standing = new Set(warnings);
  }
}
