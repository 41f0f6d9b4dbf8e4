/**
 * A director that is reset has forgotten its connections: with one that keeps them, what a case sees would depend on the
 * cases before it.
 */
import type { DecodedPacket } from '../../lab/captures/decoded-packet.ts';
import { expectNothing, expectValues, outcome } from '../../scenarios/kit/expecting/expect.ts';
import { type PacketCase, packetCase } from '../../scenarios/kit/packet-case.ts';
import { type Client, Service } from '../../scenarios/kit/service.ts';
import { UnjudgedError } from '../../scenarios/kit/unjudged-error.ts';
import { counted } from '../../statistics/number-text.ts';
import type { DirectorUnderTest } from '../directors/director-under-test.ts';
import type { PlannedCase } from './planned-case.ts';

const PROTOCOLS = {
  tcp: {
    connection: 'TCP connection',
    open: async (service: Service, client: Client) => {
      service.segment(client, 'S');
      await service.stage.settle();
      service.reply(0, client, 'SA');
      await service.stage.settle();
      service.segment(client, 'A');
    },
    goOn: (service: Service, client: Client) => service.segment(client, 'PA'),
    begin: (service: Service, client: Client) => service.segment(client, 'S'),
    /** Packets of the client with which a connection is opened. */
    opening: 2,
  },
  udp: {
    connection: 'flow of datagrams',
    open: async (service: Service, client: Client) => {
      service.datagram(client);
    },
    goOn: (service: Service, client: Client) => service.datagram(client),
    begin: (service: Service, client: Client) => service.datagram(client),
    opening: 1,
  },
} as const;

type Protocol = keyof typeof PROTOCOLS;

export function resetCases({ declared }: DirectorUnderTest): Omit<PlannedCase, 'index'>[] {
  const { modes, schedulers } = declared;
  const [scheduler = 'rr'] = Object.keys(schedulers);
  return (['tcp', 'udp'] as const).map((protocol) => ({
    one: resetCase(protocol, modes, scheduler),
    needs: ['family/ipv4', `protocol/${protocol}`, `scheduler/${scheduler}`, 'end-to-end'],
  }));
}

/** rs1 stays in the rules with weight 0: it gets what belongs to an old connection, and nothing else. */
function resetCase(protocol: Protocol, modes: PacketCase['modes'], scheduler: string): PacketCase {
  const { connection, open, goOn, begin, opening } = PROTOCOLS[protocol];
  return packetCase({
    name: `reset/${protocol}`,
    title: `A reset forgets a ${connection}`,
    requirement: `After a reset the director knows no connection: with rules in which rs1 has weight 0, what belongs to a ${connection} that rs1 had before does not go to rs1, and a new one goes to rs2.`,
    sources: [{ kind: 'contract', where: 'reset' }],
    modes,
    play: async (stage) => {
      const { director } = stage;
      if (director.reset === undefined) throw new UnjudgedError('This director cannot be reset.');
      const before = await Service.add(stage, { protocol, scheduler, servers: [{}] });
      const [old, fresh] = [before.client(0), before.client(1)];
      await open(before, old);
      await stage.settle();
      await director.reset();
      const after = await Service.add(stage, { protocol, scheduler, servers: [{ weight: 0 }, {}] });
      goOn(after, old);
      await stage.settle();
      begin(after, fresh);
      return { old: old.port, fresh: fresh.port };
    },
    check: (seen, { old, fresh }) => {
      const from = (host: string, port: number) => seen.at(host).filter((one) => sourcePort(one) === port);
      const atFirst = from('rs1', old);
      const examined = atFirst.length + seen.at('rs2').length;
      return outcome(
        examined,
        `${counted(examined, 'packet')} that rs1 and rs2 got`,
        expectValues(`The ${connection} did not reach rs1 before the reset.`, {
          packets: [opening, Math.min(atFirst.length, opening)],
        }),
        expectNothing(
          atFirst.slice(opening),
          `A packet of a ${connection} from before the reset went to its old server.`,
        ),
        expectValues(`A new ${connection} did not reach rs2 after the reset.`, {
          packets: [1, from('rs2', fresh).length],
        }),
      );
    },
  });
}

function sourcePort({ ip, inner }: DecodedPacket): number | undefined {
  return (inner ?? ip)?.sourcePort;
}
