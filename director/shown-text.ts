/** Names and words from elsewhere (files, the network, other programs), as they may be shown to a person. */

/**
 * What moves a cursor, colours a screen or turns the direction of reading: controls (ECMA-48, C0 and C1) but line ends and
 * tabs, separators of lines that not everything takes for one, and bidirectional controls (UAX #9).
 */
const STEERING = /(?!\n|\t)[\p{Control}\p{Bidi_Control}\u2028\u2029\p{Surrogate}]/gu;
const HARMLESS = /^[\n\t -~]*$/;

/**
 * Text that a terminal shows and does not obey: an escape character is seen as `\u001b`. JSON stays the same JSON, since
 * it writes characters in this way too.
 */
export function printable(text: string): string {
  if (HARMLESS.test(text)) return text;
  return text
    .replaceAll('\r\n', '\n')
    .replace(STEERING, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A value as JSON for people and programs, of which nothing steers a terminal. */
export function printableJson(value: unknown): string {
  return printable(`${JSON.stringify(value, null, 2)}\n`);
}

/** One word of a command that somebody may copy into a shell (POSIX.1-2017, 2.2.2): quoted where it needs to be. */
export function shellWord(text: string): string {
  return /^[\w%+,./:=@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
