/**
 * Which packets at the director are the clients’ side, and which the servers’.
 *
 * NAT has an interface for each. DR and TUN have one. In DR each server is a station of its own there, so MAC addresses
 * tell; in TUN the router brings and takes everything, so (outer) addresses do. Besides, what comes from the VIP is a
 * server’s, and what is sent on to the VIP or inside a tunnel is for a server, whatever else is wrong with it.
 */

import type { DecodedPacket } from '../../lab/captures/decoded-packet.ts';
import { ipText, Prefix } from '../../lab/frames/index.ts';
import type { Host, Topology } from '../../lab/index.ts';
import { MODES } from '../../lab/modes.ts';

interface DirectorSides {
  readonly fromClients: readonly DecodedPacket[];
  readonly toClients: readonly DecodedPacket[];
  readonly fromServers: readonly DecodedPacket[];
  readonly toServers: readonly DecodedPacket[];
}

export function directorSides(
  topology: Topology,
  received: readonly DecodedPacket[],
  sent: readonly DecodedPacket[],
): DirectorSides {
  const { fromServer, toServer } = rulesOf(topology);
  return {
    fromClients: received.filter((packet) => !fromServer(packet)),
    fromServers: received.filter(fromServer),
    toClients: sent.filter((packet) => !toServer(packet)),
    toServers: sent.filter(toServer),
  };
}

type Rule = (packet: DecodedPacket) => boolean;

function rulesOf({ name, hosts, switches, vip, dip }: Topology): { fromServer: Rule; toServer: Rule } {
  const servers = hosts.filter(({ role }) => role === 'server');
  if (MODES[name].repliesPassDirector) {
    const port = hosts
      .find(({ role }) => role === 'director')
      ?.interfaces.find((one) => one.switch === servers[0]?.interfaces[0]?.switch)?.name;
    const isThere: Rule = ({ place }) => place.interface === port;
    return { fromServer: isThere, toServer: isThere };
  }
  if (MODES[name].serversOnLink) {
    const macs = new Set(servers.flatMap(({ interfaces }) => interfaces.map(({ mac }) => mac)));
    return {
      fromServer: (packet) => macs.has(packet.sourceMac) || source(packet) === vip,
      toServer: (packet) => macs.has(packet.destinationMac) || destination(packet) === vip,
    };
  }
  const segmentOf = (host: Host | undefined) => {
    const segment = switches.find((one) => one.name === host?.interfaces[0]?.switch);
    return new Prefix(segment?.subnet ?? 'default');
  };
  const there = segmentOf(servers[0]);
  const here = segmentOf(hosts.find(({ role }) => role === 'director'));
  // The router tells DIP, the tunnel’s own end, what became of its packets.
  const isAboutTunnel: Rule = (packet) => destination(packet) === dip && here.holds(source(packet));
  return {
    fromServer: (packet) => there.holds(source(packet)) || source(packet) === vip || isAboutTunnel(packet),
    toServer: (packet) => packet.inner !== undefined || there.holds(destination(packet)),
  };
}

/** Read from the bytes, so that a packet with a header that is wrong is sorted too. */
function source({ bytes }: DecodedPacket): string {
  return addressAt(bytes, 26);
}

function destination({ bytes }: DecodedPacket): string {
  return addressAt(bytes, 30);
}

/** A frame that is too short has no address, and so belongs to no host. */
function addressAt(bytes: Uint8Array, at: number): string {
  return bytes.length < at + 4 ? NO_ADDRESS : ipText(bytes, at);
}

const NO_ADDRESS = '0.0.0.0';
