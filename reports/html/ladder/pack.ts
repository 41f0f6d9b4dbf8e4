import { deflateRawSync } from 'node:zlib';
import type { CaseResult } from '../../result.ts';
import { caseId } from '../ids.ts';
import { Markup } from '../markup.ts';
import type { Page } from '../page.ts';
import { flowView, smallPcap } from './flow-view.ts';

/** Captures put into the page altogether; of further ones there are links. */
const MOST_PCAP_BYTES = 3_000_000;

interface Packed {
  /** Markup of each drawing, once. */
  readonly drawings: string[];
  /** By id of the case: index of its drawing or −1, markup of its ladder, its capture in hexadecimal digits or ''. */
  readonly cases: Record<string, readonly [drawing: number, ladder: string, pcap: string]>;
}

/**
 * Packets of these cases, which the script shows when one of them is opened: as JSON, deflated (RFC 1951), in base64.
 * Written out they would be many times as large. Captures are in hexadecimal digits because the same bytes then give
 * the same digits, which deflate finds again.
 */
export function packedFlows(page: Page, items: readonly CaseResult[]): Markup {
  const packed: Packed = { drawings: [], cases: {} };
  const indexOf = new Map<string, number>();
  let left = MOST_PCAP_BYTES;
  for (const item of items) {
    if (item.flow === undefined) continue;
    const pcap = smallPcap(page, item.flow);
    const fits = pcap !== undefined && pcap.length <= left;
    if (fits) left -= pcap.length;
    const { drawing, ladder } = flowView(page, item, item.flow);
    packed.cases[caseId(page, item)] = [
      drawing ? drawingIndex(drawing.text) : -1,
      ladder.text,
      fits ? Buffer.from(pcap).toString('hex') : '',
    ];
  }
  const deflated = deflateRawSync(JSON.stringify(packed), { level: 9 }).toString('base64');
  return new Markup(`<script type="text/plain" id="packed-flows">${deflated}</script>`);

  function drawingIndex(markup: string): number {
    const known = indexOf.get(markup);
    if (known !== undefined) return known;
    indexOf.set(markup, packed.drawings.length);
    return packed.drawings.push(markup) - 1;
  }
}
