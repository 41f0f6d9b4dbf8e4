/** The packets that a transcript describes, in words, as the traffic between its commands. */

import type { Endpoint } from './frames.ts';
import { serverAddress } from './network.ts';

export type TrafficPacket =
  /** From a client to the UDP service. */
  | { readonly kind: 'datagram'; readonly client: Endpoint; readonly ipBytes: number }
  /** From a server of the UDP service to a client. */
  | { readonly kind: 'answer'; readonly server: string; readonly client: Endpoint; readonly ipBytes: number }
  /** From a client to the TCP service. */
  | { readonly kind: 'syn'; readonly client: Endpoint };

interface Phrase {
  readonly form: RegExp;
  /** @param before The packets of earlier phrases. */
  packets(words: readonly string[], before: readonly TrafficPacket[]): TrafficPacket[];
}

const ANY_CLIENT = '10.8.0.1';
const ANY_PORT = 5000;

const PHRASES: readonly Phrase[] = [
  {
    form: /^(\d+) UDP datagrams \((\S+) ports (\d+)-(\d+), (\d+) bytes of IP each\)$/,
    packets: ([count, address = '', firstPort, , ipBytes]) =>
      times(count, (i) => ({
        kind: 'datagram',
        client: { address, port: Number(firstPort) + i },
        ipBytes: Number(ipBytes),
      })),
  },
  {
    form: /^(\d+) UDP datagrams of (\d+) bytes of IP in one connection$/,
    packets: ([count, ipBytes]) =>
      times(count, () => ({
        kind: 'datagram',
        client: { address: ANY_CLIENT, port: ANY_PORT },
        ipBytes: Number(ipBytes),
      })),
  },
  {
    form: /^(\d+) answers of (\d+) bytes from rs(\d+) to the even ports$/,
    packets: ([count, ipBytes, server], before) =>
      before
        .filter(({ kind, client }) => kind === 'datagram' && client.port % 2 === 0)
        .slice(0, Number(count))
        .map(({ client }) => ({
          kind: 'answer',
          server: serverAddress(Number(server)),
          client,
          ipBytes: Number(ipBytes),
        })),
  },
  {
    form: /^(\d+) TCP SYNs \(40 bytes\) from (\d+\.\d+\.\d+)\.(\d+)-\d+ port (\d+)$/,
    packets: ([count, network, first, port]) =>
      times(count, (i) => ({
        kind: 'syn',
        client: { address: `${network}.${Number(first) + i}`, port: Number(port) },
      })),
  },
];

/** The packets in order; undefined if the description leaves open what was sent. */
export function packetsOf(text: string): TrafficPacket[] | undefined {
  const packets: TrafficPacket[] = [];
  for (const part of text.split(';')) {
    const made = packetsOfPhrase(part.trim(), packets);
    if (made === undefined) return undefined;
    packets.push(...made);
  }
  return packets;
}

function packetsOfPhrase(text: string, before: readonly TrafficPacket[]): TrafficPacket[] | undefined {
  for (const { form, packets } of PHRASES) {
    const match = form.exec(text);
    if (match !== null) return packets(match.slice(1), before);
  }
  return undefined;
}

function times(count: string | undefined, make: (index: number) => TrafficPacket): TrafficPacket[] {
  return Array.from({ length: Number(count) }, (_, i) => make(i));
}
