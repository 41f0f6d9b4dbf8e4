/** Sorts the packets of all captures into flows. */
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import type { IpLayer } from '../../../lab/captures/ip-layer.ts';
import { MODES } from '../../../lab/modes.ts';
import { hostsOf, type Site, type SiteService } from '../site.ts';
import { emptyLeg, type Flow, flowKey, type Leg } from './flow.ts';

type Form = Exclude<keyof Leg, 'host'>;

interface Sorted {
  readonly form: Form;
  readonly service: SiteService;
  readonly port: number;
  readonly client: number;
  readonly clientPort: number;
}

interface OpenFlow extends Flow {
  readonly legs: Map<string, Leg>;
}

export function flowsOf(site: Site): Flow[] {
  const flows = new Map<string, OpenFlow>();
  const rips = new Set(site.servers.map(({ rip }) => rip));
  for (const { host, captures } of hostsOf(site)) {
    for (const { packets } of captures) {
      for (const packet of packets) {
        const sorted = sortedIn(site, rips, packet);
        if (sorted === undefined) continue;
        const { form, service, port, client, clientPort } = sorted;
        const key = flowKey(client, clientPort, service.protocol, port);
        let flow = flows.get(key);
        if (flow === undefined) {
          flow = { client, clientPort, port, service, legs: new Map() };
          flows.set(key, flow);
        }
        let leg = flow.legs.get(host);
        if (leg === undefined) {
          leg = emptyLeg(host);
          flow.legs.set(host, leg);
        }
        leg[form].push(packet);
      }
    }
  }
  return [...flows.values()];
}

/** Undefined for a packet that is none of the site’s services. */
function sortedIn(site: Site, rips: ReadonlySet<number>, packet: DecodedPacket): Sorted | undefined {
  const { ip, inner } = packet;
  if (ip === undefined) return undefined;
  if (inner !== undefined) {
    const isOurs = MODES[site.mode].encapsulates && rips.has(ip.destination) && inner.hasPorts;
    return isOurs && inner.destination === site.vip
      ? request(site, inner, 'forwarded', 'virtualPort')
      : undefined;
  }
  if (!ip.hasPorts) return undefined;
  if (ip.destination === site.vip) return request(site, ip, 'asked', 'virtualPort');
  if (ip.source === site.vip) return reply(site, ip, 'answered', 'virtualPort');
  const side = MODES[site.mode].rewritesAddresses ? 'serverPort' : 'virtualPort';
  if (rips.has(ip.destination) && MODES[site.mode].rewritesAddresses) {
    const sorted = request(site, ip, 'forwarded', side);
    if (sorted !== undefined) return sorted;
  }
  return rips.has(ip.source) ? reply(site, ip, 'returned', side) : undefined;
}

type Side = 'virtualPort' | 'serverPort';

function request(site: Site, said: IpLayer, form: Form, side: Side): Sorted | undefined {
  const service = serviceAt(site, said.protocol, side, said.destinationPort);
  if (service === undefined) return undefined;
  const port = service.virtualPort || said.destinationPort;
  return { form, service, port, client: said.source, clientPort: said.sourcePort };
}

function reply(site: Site, said: IpLayer, form: Form, side: Side): Sorted | undefined {
  const service = serviceAt(site, said.protocol, side, said.sourcePort);
  if (service === undefined) return undefined;
  const port = service.virtualPort || said.sourcePort;
  return { form, service, port, client: said.destination, clientPort: said.destinationPort };
}

/** The service of exactly this port before one of every port. */
function serviceAt({ services }: Site, protocol: number, side: Side, port: number): SiteService | undefined {
  const candidates = services.filter((service) => service.protocol === protocol);
  return (
    candidates.find((service) => service[side] === port) ?? candidates.find((service) => service[side] === 0)
  );
}
