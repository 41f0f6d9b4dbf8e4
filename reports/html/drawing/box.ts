import { columnsOf, cut } from '../../columns.ts';
import type { ShownHost } from './columns.ts';

/** Everything in a drawing is set in one fixed-width face, so that the room a text takes is known without a browser. */
const FONT_SIZE = 12;
/** Advance of the widest usual fixed-width faces is 0.6 to 0.605 em. */
const COLUMN_WIDTH = FONT_SIZE * 0.612;
export const LINE_HEIGHT = 17;
/** Distance between lines of a path that run beside each other: numbered badges of both must fit. */
export const LANE = 20;
export const HEADER = 30;
export const PADDING = 12;
/** Room between an interface's name and its addresses. */
const NAME_GAP = 10;
/** Width of the tag that marks the VIP, with the room before it. */
export const VIP_TAG = 36;
const LONGEST_TEXT = 44;

export function textWidth(text: string): number {
  return columnsOf(text) * COLUMN_WIDTH;
}

/** Text short enough for a box. */
export function shortened(text: string): string {
  return cut(text, LONGEST_TEXT);
}

/** A host as a box: a header with its name, and a row for each interface and for what it holds on `lo`. */
export interface Box {
  readonly host: ShownHost;
  readonly width: number;
  readonly height: number;
  /** Where addresses start, from the left edge. */
  readonly addressX: number;
  readonly rows: readonly Row[];
}

export interface Row {
  readonly interface: string;
  readonly addresses: readonly { readonly text: string; readonly isVip: boolean }[];
  /** Index into the host's interfaces; absent for `lo`. */
  readonly port?: number;
  readonly top: number;
  readonly height: number;
}

/** `lanes` says how many lines of the path go through an interface: its row must be high enough for them. */
export function boxOf(host: ShownHost, vip: string, lanes: (interfaceName: string) => number): Box {
  const addressesOf = (addresses: readonly string[]) =>
    addresses.map((text) => ({ text: shortened(text), isVip: text.split('/')[0] === vip }));
  const contents = [
    ...host.interfaces.map(({ name, addresses }, port) => ({
      interface: name,
      addresses: addressesOf(addresses),
      port,
    })),
    ...(host.loopback.length > 0 ? [{ interface: 'lo', addresses: addressesOf(host.loopback) }] : []),
  ];
  let top = HEADER;
  const rows = contents.map((content) => {
    const textHeight = Math.max(1, content.addresses.length) * LINE_HEIGHT + 9;
    const laneHeight = 'port' in content ? lanes(content.interface) * LANE + 10 : 0;
    const row: Row = {
      ...content,
      interface: shortened(content.interface),
      top,
      height: Math.max(textHeight, laneHeight),
    };
    top += row.height;
    return row;
  });
  const nameWidth = Math.max(0, ...rows.map((row) => textWidth(row.interface)));
  const addressX = PADDING + nameWidth + NAME_GAP;
  const addressWidth = (address: Row['addresses'][number]) =>
    textWidth(address.text) + (address.isVip ? VIP_TAG : 0);
  const widest = Math.max(0, ...rows.flatMap((row) => row.addresses.map(addressWidth)));
  const header = textWidth(shortened(host.name)) + textWidth(roleText(host)) + 2 * PADDING + 14;
  return { host, width: Math.max(header, addressX + widest + PADDING), height: top + 4, addressX, rows };
}

/** The role, unless the name says it already. */
export function roleText({ role, name, stands }: ShownHost): string {
  if (stands !== undefined) return 'servers';
  return name === role ? '' : role;
}

/** Height at which the cable of an interface leaves a box whose top is at `top`. */
export function portYOf(box: Box, port: number, top: number): number {
  const row = box.rows.find((candidate) => candidate.port === port);
  return row ? top + row.top + row.height / 2 : top;
}
