/**
 * What is long and folded away: written out, it would make the page several times as large. It is packed into one script
 * element, and put into its place when its fold is opened for the first time.
 */
import { deflateRawSync } from 'node:zlib';
import { html, Markup } from './markup.ts';

/** The packets of a case: index of its drawing or −1, markup of its ladder, its capture in hexadecimal digits or ''. */
type PackedFlow = readonly [drawing: number, ladder: string, pcap: string];

export interface Packed {
  /** Markup of folds, by number. */
  readonly folds: string[];
  /** Markup of each drawing, once. */
  readonly drawings: string[];
  /** By id of the case. */
  readonly flows: Record<string, PackedFlow>;
}

interface WithPacked {
  readonly packed: Packed;
}

export function nothingPacked(): Packed {
  return { folds: [], drawings: [], flows: {} };
}

/** A place for content that is put there when the fold around it is opened. */
export function packedAway({ packed }: WithPacked, content: Markup): Markup {
  const number = packed.folds.push(content.text) - 1;
  return html`<div data-packed="${number}"><p class="quiet">A script shows this when it is opened.</p></div>`;
}

/** All that was packed, as JSON, deflated (RFC 1951), in base64; nothing where nothing was. */
export function packedScript({ packed }: WithPacked): Markup | undefined {
  const { folds, flows } = packed;
  if (folds.length + Object.keys(flows).length === 0) return undefined;
  const deflated = deflateRawSync(JSON.stringify(packed), { level: 9 }).toString('base64');
  return new Markup(`<script type="text/plain" id="packed">${deflated}</script>`);
}
