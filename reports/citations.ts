/** The sources of a case, taken apart: what each of them refers to, so that a report can lead there. */

/** A piece of the text of a source. Nothing to lead to where it has neither `key` nor `href`. */
export interface CitationPiece {
  readonly text: string;
  /** By which the result's `sources` has what is cited: `article: dr-arp`, `kernel: §5.2`. */
  readonly key?: string;
  /** Where the RFC is. */
  readonly href?: string;
}

/** @param source As in a case: `article: nat-reply; kernel: NAT: TTL, §5.1, §5.2; RFC 791 §3.1`. */
export function citationsIn(source: string): CitationPiece[] {
  return source
    .split('; ')
    .flatMap((one, index) => [...(index > 0 ? [{ text: '; ' }] : []), ...piecesOf(one)]);
}

/** The keys of all that is cited in these sources, in order, each once. */
export function citedKeys(sources: Iterable<string>): string[] {
  const pieces = [...new Set(sources)].flatMap(citationsIn);
  return [...new Set(pieces.flatMap(({ key }) => key ?? []))].toSorted(
    new Intl.Collator('en', { numeric: true }).compare,
  );
}

function piecesOf(one: string): CitationPiece[] {
  if (one.startsWith('article: ')) return [{ text: one, key: one }];
  const rfc = /^RFC (\d+)(?: §([\d.]+))?$/.exec(one);
  if (rfc !== null) {
    const section = rfc[2] === undefined ? '' : `#section-${rfc[2]}`;
    return [{ text: one, href: `https://www.rfc-editor.org/rfc/rfc${rfc[1]}${section}` }];
  }
  if (!one.startsWith('kernel: ')) return [{ text: one }];
  return one
    .split(/(§\d+(?:\.\d+)*)/)
    .filter((text) => text !== '')
    .map((text) => (text.startsWith('§') ? { text, key: `kernel: ${text}` } : { text }));
}
