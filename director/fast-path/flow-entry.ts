/** A connection's row as the entry of one of its flows: what its packets look like, and what becomes of them. */
import { METHOD_MASK } from '../connections/flags.ts';
import type { ConnectionTable } from '../connections/table.ts';
import type { NextHop } from '../network/next-hop.ts';
import { METHOD } from '../services/forwarding-method.ts';
import { SIDE, type Side } from '../shortcut.ts';
import { fold } from '../wire/checksum.ts';
import { FLOW, KEY, KIND } from './layout.ts';

/** What a TTL that is one less changes in a checksum: the inverted old word and the new one. */
const ONE_HOP = 0xfeff;

/** Writes what a flow is found by. */
export function writeKey(key: DataView, table: ConnectionTable, row: number, side: Side): void {
  const clientAddress = table.clientAddress[row] as number;
  const clientPort = table.clientPort[row] as number;
  if (side === SIDE.client) {
    writeEnds(key, KEY, clientAddress, table.virtualAddress[row] as number);
    writePorts(key, KEY.ports, clientPort, table.virtualPort[row] as number);
  } else {
    writeEnds(key, KEY, table.serverAddress[row] as number, clientAddress);
    writePorts(key, KEY.ports, table.serverPort[row] as number, clientPort);
  }
  key.setUint32(KEY.protocol, table.protocol[row] as number, true);
}

/** Writes what follows from the connection and its way alone. */
export function writeRewriting(
  flow: DataView,
  table: ConnectionTable,
  row: number,
  side: Side,
  nextHop: NextHop,
): void {
  const method = (table.flags[row] as number) & METHOD_MASK;
  const clientAddress = table.clientAddress[row] as number;
  const clientPort = table.clientPort[row] as number;
  const virtualAddress = table.virtualAddress[row] as number;
  const virtualPort = table.virtualPort[row] as number;
  const serverAddress = table.serverAddress[row] as number;
  const serverPort = table.serverPort[row] as number;
  if (method !== METHOD.masquerade) {
    const isTunnelled = method === METHOD.tunnel;
    writeEnds(
      flow,
      FLOW,
      isTunnelled ? nextHop.source : clientAddress,
      isTunnelled ? serverAddress : virtualAddress,
    );
    writePorts(flow, FLOW.ports, clientPort, virtualPort);
    writeDeltas(flow, 0, 0);
    flow.setUint16(FLOW.kind, isTunnelled ? KIND.tunnelled : KIND.asIs, true);
    return;
  }
  if (side === SIDE.client) {
    writeEnds(flow, FLOW, clientAddress, serverAddress);
    writePorts(flow, FLOW.ports, clientPort, serverPort);
    writeDeltas(flow, change32(virtualAddress, serverAddress), change16(virtualPort, serverPort));
  } else {
    writeEnds(flow, FLOW, virtualAddress, clientAddress);
    writePorts(flow, FLOW.ports, virtualPort, clientPort);
    writeDeltas(flow, change32(serverAddress, virtualAddress), change16(serverPort, virtualPort));
  }
  flow.setUint16(FLOW.kind, KIND.rewritten, true);
}

function writeEnds(view: DataView, at: typeof KEY | typeof FLOW, source: number, destination: number): void {
  view.setInt32(at.source, source, false);
  view.setInt32(at.destination, destination, false);
}

function writePorts(view: DataView, at: number, source: number, destination: number): void {
  view.setUint16(at, source, false);
  view.setUint16(at + 2, destination, false);
}

/** Sums are of words as they stand in the packet. */
function writeDeltas(flow: DataView, addresses: number, ports: number): void {
  flow.setUint16(FLOW.ipDelta, fold(addresses + ONE_HOP), false);
  flow.setUint16(FLOW.addressDelta, fold(addresses), false);
  flow.setUint16(FLOW.portDelta, ports, false);
}

function change16(from: number, to: number): number {
  return fold((~from & 0xffff) + to);
}

function change32(from: number, to: number): number {
  return fold((~(from >>> 16) & 0xffff) + (~from & 0xffff) + (to >>> 16) + (to & 0xffff));
}
