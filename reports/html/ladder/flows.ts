import { size } from '../../format.ts';
import type { CaseResult, LadderFlow, SessionTopology } from '../../result.ts';
import { pathCaption } from '../drawing/legend.ts';
import type { Step } from '../drawing/steps.ts';
import { drawing } from '../drawing/svg.ts';
import { caseId } from '../ids.ts';
import { html, type Markup } from '../markup.ts';
import { fileHref, type Page, scroller } from '../page.ts';
import { ladder } from './ladder.ts';
import { ladderSteps, topologyFor } from './steps.ts';

/** Captures up to this size are put into the page itself. */
const MOST_BYTES_OF_ONE = 16 * 1024;

/** The packets of a case: where they went on a drawing of the network, one after another, and as a capture. */
export interface FlowView {
  /** The same for cases whose packets took the same ways. */
  readonly drawing: Markup | undefined;
  readonly ladder: Markup;
}

export function flowView(page: Page, item: CaseResult, flow: LadderFlow, pcap?: Uint8Array): FlowView {
  const { sessions, packetNetworks = [] } = page.result;
  const topology = topologyFor([...packetNetworks, ...sessions], item.mode, flow);
  const { steps, stepOf } = topology
    ? ladderSteps(flow, topology)
    : { steps: [], stepOf: new Map<never, never>() };
  return {
    drawing: topology && steps.length > 0 ? wayOfCase(topology, steps) : undefined,
    ladder: html`${ladder(item, flow, stepOf)}${pcapLink(page, item.id, flow.pcap, pcap)}`,
  };
}

function wayOfCase(topology: SessionTopology, steps: readonly Step[]): Markup {
  const title = `The ways that the packets took in ${topology.title}`;
  return html`<figure class="way-of-case">${scroller(title, drawing({ ...topology, title }, steps))}
<figcaption>${pathCaption(steps, 'Paths of this case’s packets, numbered as below.')}</figcaption></figure>`;
}

/** The cut capture of a case, if it lies beside the result and is small enough to be put into the page. */
export function smallPcap(page: Page, { pcap }: Pick<LadderFlow, 'pcap'>): Uint8Array | undefined {
  const bytes = page.read(pcap);
  return bytes !== undefined && bytes.length <= MOST_BYTES_OF_ONE ? bytes : undefined;
}

/** @param title What the downloaded file is named after. @param bytes The capture, where it stands in the page itself. */
export function pcapLink(page: Page, title: string, pcap: string, bytes: Uint8Array | undefined): Markup {
  const name = `${title.replace(/[^\w-]+/g, '-')}.pcap`;
  const href = bytes
    ? `data:application/vnd.tcpdump.pcap;base64,${Buffer.from(bytes).toString('base64')}`
    : fileHref(page, pcap);
  return html`<p class="pcap"><a class="download" download="${name}" href="${href}">Download the capture</a> <span class="quiet">${pcap}${bytes ? `, ${size(bytes.length)}` : undefined}</span></p>`;
}

/** Captures put into the page altogether; of further ones there are links. */
const MOST_BYTES_OF_ALL = 3_000_000;

/**
 * Packs the packets of these cases, which the script shows when one of them is opened. Captures are in hexadecimal digits
 * because the same bytes then give the same digits, which deflate finds again.
 */
export function packFlows(page: Page, items: readonly CaseResult[]): void {
  const { drawings, flows } = page.packed;
  const indexOf = new Map<string, number>();
  let left = MOST_BYTES_OF_ALL;
  for (const item of items) {
    if (item.flow === undefined) continue;
    const pcap = smallPcap(page, item.flow);
    const fits = pcap !== undefined && pcap.length <= left;
    if (fits) left -= pcap.length;
    const { drawing, ladder } = flowView(page, item, item.flow);
    flows[caseId(page, item)] = [
      drawing ? drawingIndex(drawing.text) : -1,
      ladder.text,
      fits ? Buffer.from(pcap).toString('hex') : '',
    ];
  }

  function drawingIndex(markup: string): number {
    const known = indexOf.get(markup);
    if (known !== undefined) return known;
    indexOf.set(markup, drawings.length);
    return drawings.push(markup) - 1;
  }
}
