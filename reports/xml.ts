/** Text that is safe in XML and in HTML. */

/**
 * Text with U+FFFD for every character that XML 1.0 (section 2.2) forbids even as a reference, lone surrogates
 * included. HTML allows hardly more.
 */
export function allowedCharacters(text: string): string {
  return text.toWellFormed().replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For content and for quoted attributes alike. */
export function escaped(text: string): string {
  return allowedCharacters(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '\ufffd');
}
