/** The network as a capture shows it: the director's ports, and the MAC addresses of all other stations. */
import {
  ETHERNET_HEADER_BYTES,
  type Ipv4Address,
  METHOD,
  mac,
  UNSPECIFIED,
  type VirtualService,
} from '../../../director/index.ts';
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { UNKNOWN_MAC } from '../../../lab/captures/files/link-layer.ts';
import { formatAddress } from '../../../lab/captures/format.ts';
import { CaptureError, type DecodedCapture } from '../../../lab/captures/read-capture.ts';
import type { RouteEntry } from '../../../lab/memory/route-table.ts';
import { macOf } from '../network.ts';
import { DEFAULT_MTU_BYTES, type GivenPort } from './network-options.ts';

const PORTS_HINT = 'say which ports are the director’s: --port NAME,MAC,ADDRESS/LENGTH';

export interface DerivedNetwork {
  readonly ports: readonly GivenPort[];
  /** To servers behind another port than the first. */
  readonly routes: readonly RouteEntry[];
}

/**
 * Finds the director in a capture: it is the station that receives the packets for the services.
 *
 * @throws CaptureError if the capture does not show it, or not clearly.
 */
export function deriveNetwork(capture: DecodedCapture, services: readonly VirtualService[]): DerivedNetwork {
  const vips = new Set(services.filter(({ mark }) => mark === 0).map(({ address }) => address as number));
  const requests = capture.packets.filter(
    ({ ip, destinationMac }) =>
      ip !== undefined && vips.has(ip.destination) && destinationMac !== UNKNOWN_MAC,
  );
  // Under DR the packets that the director forwards are still for the service, so only the first one tells who it is.
  const clientSide = requests[0]?.destinationMac;
  if (clientSide === undefined) {
    throw new CaptureError(`${capture.file}: no frame is for a service of the rules; ${PORTS_HINT}`);
  }
  const stray = requests.find(
    ({ sourceMac, destinationMac }) => sourceMac !== clientSide && destinationMac !== clientSide,
  );
  if (stray !== undefined) {
    throw new CaptureError(
      `${capture.file}: frames for the services go to ${clientSide} and, frame ${stray.frame}, to ` +
        `${stray.destinationMac}; ${PORTS_HINT}`,
    );
  }
  const replies = capture.packets.filter(
    (packet) =>
      ![clientSide, UNKNOWN_MAC].includes(packet.destinationMac) &&
      packet.sourceMac !== clientSide &&
      isNatReply(packet, services),
  );
  const serverSide = replies[0]?.destinationMac;
  const macs = serverSide === undefined ? [clientSide] : [clientSide, serverSide];
  const [vip = UNSPECIFIED] = services.map(({ address }) => address);
  return {
    ports: macs.map((station, index) => ({
      name: `port${index + 1}`,
      mac: mac(station),
      linkHeaderBytes: ETHERNET_HEADER_BYTES,
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

/** A packet from a server under NAT, on its way to the client through the director. */
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

/** The address that a station announces as its own by ARP. */
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

/** MAC addresses by IP address, for a director that asks by ARP. */
export class CapturedStations {
  readonly #known = new Map<string, string>();
  /** Addresses that the director asked for and the capture does not show. */
  readonly unknown = new Set<string>();

  /** @param ownMacs MAC addresses of the director. */
  learn({ packets }: DecodedCapture, ownMacs: ReadonlySet<string>): void {
    for (const { ip, arp, sourceMac, destinationMac } of packets) {
      const isOwn = ownMacs.has(sourceMac);
      if (arp !== undefined && !isOwn) this.#known.set(formatAddress(arp.senderIp), sourceMac);
      if (ip === undefined) continue;
      // A packet that a router has forwarded carries the router's MAC address, and answers go back there.
      const [address, station] = isOwn ? [ip.destination, destinationMac] : [ip.source, sourceMac];
      const text = formatAddress(address);
      if (station !== UNKNOWN_MAC && !this.#known.has(text)) this.#known.set(text, station);
    }
  }

  /** An unknown station gets a made-up MAC address: 02:00 and the four bytes of its IP address. */
  get(address: string): string {
    const known = this.#known.get(address);
    if (known !== undefined) return known;
    this.unknown.add(address);
    return macOf(address);
  }
}
