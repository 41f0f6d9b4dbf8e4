/**
 * A conversation of scripted clients and servers: enough of everything that the cases which are judged from the traffic of
 * a whole session can be judged from it too, as far as captures and counters tell.
 */
import type { DirectorSnapshot } from '../../director/index.ts';
import { addressOf } from '../../lab/captures/format.ts';
import type { DecodedCapture } from '../../lab/captures/read-capture.ts';
import { pattern, udpPacket } from '../../lab/frames/index.ts';
import { TcpClient, tcpServer, together, udpEcho } from '../../lab/stations/index.ts';
import type { PacketCase, Seen } from '../../scenarios/kit/packet-case.ts';
import { Evidence } from '../../scenarios/kit/session/evidence.ts';
import { type ServiceUnderTest, serviceUnderTest } from '../../scenarios/kit/session/service-under-test.ts';
import type { Stage } from '../../scenarios/kit/stage.ts';
import { UnsupportedError } from '../../scenarios/kit/unsupported-error.ts';

export const CONVERSATION_SCHEDULER = 'rr';

const CONNECTIONS = 12;
const REQUEST_BYTES = [17, 400, 1400];
const UDP_FLOWS = 6;
/** The last one fills an Ethernet frame, so that it fits into no tunnel. */
const DATAGRAM_BYTES = [24, 700, 1472];
const FIRST_PORT = 40_000;

export interface Conversed {
  readonly service: ServiceUnderTest;
  readonly director: DirectorSnapshot | undefined;
}

export const conversation: Pick<PacketCase<Conversed>, 'play'> = {
  async play(stage) {
    const service = {
      ...serviceUnderTest(stage.topology, CONVERSATION_SCHEDULER, [1], {
        hasUdp: stage.director.offers('protocol/udp'),
      }),
      cip: addressOf(stage.clientAddress()),
    };
    await stage.director.rules(...service.rules);
    for (const server of stage.servers) {
      server.answer(
        together(tcpServer({ port: service.httpServerPort }), udpEcho({ port: service.udpServerPort })),
      );
    }
    await connections(stage, service);
    if (service.hasUdp) await datagrams(stage, service);
    return { service, director: await snapshotOf(stage) };
  },
};

/** A director that does not count has none. */
async function snapshotOf({ director }: Stage): Promise<DirectorSnapshot | undefined> {
  try {
    return await director.snapshot();
  } catch (error) {
    if (error instanceof UnsupportedError) return undefined;
    throw error;
  }
}

/** Connections that are open at the same time, used in turns and closed. */
async function connections(stage: Stage, service: ServiceUnderTest): Promise<void> {
  const clients = Array.from(
    { length: CONNECTIONS },
    (_, i) =>
      new TcpClient(stage.client, {
        source: stage.clientAddress(),
        sourcePort: FIRST_PORT + i,
        destination: stage.vip,
        destinationPort: service.httpPort,
      }),
  );
  for (const client of clients) await client.open();
  for (const bytes of REQUEST_BYTES) {
    for (const client of clients) await client.send(pattern(bytes));
  }
  for (const client of clients) await client.close();
  await stage.settle();
}

async function datagrams(stage: Stage, { udpPort }: ServiceUnderTest): Promise<void> {
  for (const [round, bytes] of DATAGRAM_BYTES.entries()) {
    for (let flow = 0; flow < UDP_FLOWS; flow++) {
      const id = 1 + round * UDP_FLOWS + flow;
      stage.client.send(
        udpPacket(
          { source: stage.clientAddress(), destination: stage.vip, id, dontFragment: true },
          { sourcePort: FIRST_PORT + flow, destinationPort: udpPort, payload: pattern(bytes) },
        ),
      );
    }
    await stage.settle();
  }
}

/** What is known of a conversation, in the form in which sessions are judged. */
export function evidenceOf(seen: Seen, { service, director }: Conversed): Evidence {
  const captures = seen.topology.hosts.flatMap(({ name, interfaces }) =>
    interfaces.map((port) => captureOf(seen, name, port.name)),
  );
  const { topology } = seen;
  return new Evidence({ scheduler: CONVERSATION_SCHEDULER, topology, service, captures, director });
}

function captureOf(seen: Seen, host: string, port: string): DecodedCapture {
  const packets = [...seen.on(host, port), ...seen.arp(host, port)].sort((a, b) => a.frame - b.frame);
  return { host, interface: port, file: packets[0]?.place.file ?? '', packets };
}
