/** The director's ports as a capture shows them: whoever gets the packets for the services is the director. */
import {
  type Ipv4Address,
  METHOD,
  mac,
  type RouteEntry,
  UNSPECIFIED,
  type VirtualService,
} from '../../../director/index.ts';

import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { CaptureError, type DecodedCapture } from '../../../lab/captures/read-capture.ts';
import { DEFAULT_MTU_BYTES, type GivenPort } from './network-options.ts';

const NAME_THEM = 'say which ports are the director’s: --port NAME,MAC,ADDRESS/LENGTH';

export interface DerivedNetwork {
  readonly ports: readonly GivenPort[];
  /** The way to servers behind another port than the first. */
  readonly routes: readonly RouteEntry[];
}

/** @throws CaptureError if the capture does not show it, or not clearly. */
export function deriveNetwork(capture: DecodedCapture, services: readonly VirtualService[]): DerivedNetwork {
  const vips = new Set(services.filter(({ mark }) => mark === 0).map(({ address }) => address as number));
  const requests = capture.packets.filter(({ ip }) => ip !== undefined && vips.has(ip.destination));
  // The director sends packets on that are for a service still (DR), so the first one tells who it is.
  const clientSide = requests[0]?.destinationMac;
  if (clientSide === undefined) {
    throw new CaptureError(`${capture.file}: no frame is for a service of the rules; ${NAME_THEM}`);
  }
  const stray = requests.find(
    ({ sourceMac, destinationMac }) => sourceMac !== clientSide && destinationMac !== clientSide,
  );
  if (stray !== undefined) {
    throw new CaptureError(
      `${capture.file}: frames for the services go to ${clientSide} and, frame ${stray.frame}, to ` +
        `${stray.destinationMac}; ${NAME_THEM}`,
    );
  }
  const replies = capture.packets.filter(
    (packet) =>
      packet.sourceMac !== clientSide && packet.destinationMac !== clientSide && isNatReply(packet, services),
  );
  const serverSide = replies[0]?.destinationMac;
  const macs = serverSide === undefined ? [clientSide] : [clientSide, serverSide];
  const [vip = UNSPECIFIED] = services.map(({ address }) => address);
  return {
    ports: macs.map((station, index) => ({
      name: `port${index + 1}`,
      mac: mac(station),
      mtuBytes: DEFAULT_MTU_BYTES,
      addresses: [{ address: ownAddress(capture, station, vips) ?? vip, prefixLength: 32 }],
    })),
    routes: [...new Set(replies.map(({ ip }) => ip?.source as Ipv4Address))].map((network) => ({
      network,
      prefixLength: 32,
      port: macs.length,
      metric: 0,
    })),
  };
}

/** A packet from a server that is forwarded to by NAT. Its way to the client leads through the director. */
function isNatReply({ ip }: DecodedPacket, services: readonly VirtualService[]): boolean {
  if (ip === undefined) return false;
  return services.some(
    ({ protocol, destinations }) =>
      protocol === ip.protocol &&
      destinations.some(
        ({ method, address, port }) =>
          method === METHOD.masquerade &&
          address === ip.source &&
          (port === 0 || !ip.hasPorts || port === ip.sourcePort),
      ),
  );
}

/** The address that a station gives as its own in ARP. */
function ownAddress(
  { packets }: DecodedCapture,
  station: string,
  vips: ReadonlySet<number>,
): Ipv4Address | undefined {
  const told = packets.find(
    ({ arp, sourceMac }) => arp !== undefined && sourceMac === station && !vips.has(arp.senderIp),
  );
  return told?.arp?.senderIp as Ipv4Address | undefined;
}
