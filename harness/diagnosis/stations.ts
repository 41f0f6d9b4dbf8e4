/** Which MAC addresses are whose, where nobody has said so: read off the captures. */
import { TCP } from '../../lab/frames/index.ts';
import { type Exchange, exchangeAt } from './exchange.ts';
import type { Site, SiteServer } from './site.ts';

const SYN = 0x02;
const ACK = 0x10;

/** A real server’s own: told, or those that packets for it were addressed to, or that it sent from its RIP. */
export function macsOfServer(site: Site, server: SiteServer): Set<string> {
  if (server.macs !== undefined) return new Set(server.macs);
  const packets = server.captures.flatMap((capture) => capture.packets);
  return new Set([
    ...(exchangeAt(site, server)?.requests ?? []).map(({ destinationMac }) => destinationMac),
    ...packets.filter(({ ip }) => ip?.source === server.rip).map(({ sourceMac }) => sourceMac),
  ]);
}

/** The director’s own: told, or those of a station in its capture that both got requests and sent them on. */
export function macsOfDirector({ director, vip, services }: Site): Set<string> {
  if (director.macs !== undefined) return new Set(director.macs);
  const packets = director.captures.flatMap((capture) => capture.packets);
  const receivers = packets
    .filter(
      ({ ip, inner }) =>
        inner === undefined &&
        ip?.destination === vip &&
        services.some(
          ({ protocol, virtualPort }) => protocol === ip.protocol && virtualPort === ip.destinationPort,
        ),
    )
    .map(({ destinationMac }) => destinationMac);
  const senders = new Set(packets.map(({ sourceMac }) => sourceMac));
  return new Set(receivers.filter((mac) => senders.has(mac)));
}

/** True where some TCP connection got beyond its SYN: then the replies reach the client. */
export function replyReachesClient({ requests }: Exchange): boolean {
  return requests.some(({ payload }) => {
    const flags = payload?.protocol === TCP ? payload.tcpFlags : 0;
    return (flags & ACK) !== 0 && (flags & SYN) === 0;
  });
}
