/** Flows by what their packets look like, and frames of them. */
import { KEY, KEY_BYTES } from '../../../director/fast-path/layout.ts';
import { ipv4 } from '../../../director/wire/addresses.ts';
import { ACK, ipFrame, tcpPacket, udpPacket } from '../../../lab/frames/index.ts';

export const VIP = '10.99.0.1';
export const OWN_MAC = '02:00:00:00:00:01';

export interface Kind {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  readonly serverPort: number;
  readonly option: '-m' | '-g' | '-i';
}

export interface Flow extends Kind {
  readonly client: string;
  readonly clientPort: number;
  readonly server: string;
}

/** A frame, and what is known of it beforehand. */
export interface Case {
  readonly name: string;
  readonly frame: Uint8Array;
  readonly flow: Flow;
  readonly isReply: boolean;
  /** What must become of it; `ends`: it is left to the director, and its flow with it. Else what the core sends decides. */
  readonly expected: 'taken' | 'left' | 'ends' | 'as the core';
  readonly segmentBytes: number;
  readonly mark: number;
}

export type Random = () => number;

export interface Drawn {
  readonly flags: number;
  readonly ttl: number;
  readonly tos: number;
  readonly id: number;
  readonly dontFragment: boolean;
  readonly moreFragments?: boolean;
  readonly offsetBytes?: number;
  readonly ipOptions?: readonly number[];
  readonly sequence: number;
  readonly options: readonly number[];
  readonly payload: Uint8Array;
  readonly checksum?: number;
}

export const QUIET: Drawn = {
  flags: ACK,
  ttl: 64,
  tos: 0,
  id: 1,
  dontFragment: true,
  sequence: 1,
  options: [],
  payload: new Uint8Array(0),
};

/** A flow's key. */
export function keyOf(flow: Flow, isReply = false): Uint8Array {
  const { client, clientPort, server, serverPort, port, protocol } = flow;
  const key = new DataView(new ArrayBuffer(KEY_BYTES));
  key.setInt32(KEY.source, ipv4(isReply ? server : client), false);
  key.setInt32(KEY.destination, ipv4(isReply ? client : VIP), false);
  key.setUint16(KEY.ports, isReply ? serverPort : clientPort, false);
  key.setUint16(KEY.ports + 2, isReply ? clientPort : port, false);
  key.setUint32(KEY.protocol, protocol === 'tcp' ? 6 : 17, true);
  return new Uint8Array(key.buffer);
}

export function plainFrame(flow: Flow, isReply: boolean, flags: number): Uint8Array {
  return frameOf(flow, isReply, { ...QUIET, flags });
}

export function frameOf(flow: Flow, isReply: boolean, drawn: Drawn): Uint8Array {
  const { ttl, tos, id, dontFragment, moreFragments = false, offsetBytes = 0, ipOptions = [] } = drawn;
  const ip = {
    source: isReply ? flow.server : flow.client,
    destination: isReply ? flow.client : VIP,
    ttl,
    tos,
    id,
    dontFragment,
    moreFragments,
    offsetBytes,
    options: ipOptions,
  };
  const ports = isReply
    ? { sourcePort: flow.serverPort, destinationPort: flow.clientPort }
    : { sourcePort: flow.clientPort, destinationPort: flow.port };
  const { flags, sequence, options, payload, checksum } = drawn;
  const common = { ...ports, payload, ...(checksum !== undefined && { checksum }) };
  const packet =
    flow.protocol === 'tcp' ? tcpPacket(ip, { ...common, flags, sequence, options }) : udpPacket(ip, common);
  return ipFrame('02:00:00:00:01:63', OWN_MAC, packet);
}
