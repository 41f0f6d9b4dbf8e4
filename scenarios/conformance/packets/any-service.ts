/** Services by mark, by port, of every port, and FTP: what is theirs, and what is not. */

import { ACK, ICMP, SYN, TCP } from '../../../lab/frames/index.ts';
import { ALL_MODES, modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectPackets, expectValues, outcome } from '../../kit/expecting/expect.ts';
import { packetIn } from '../../kit/expecting/forwarded.ts';
import { oneHopOn, withSource } from '../../kit/expecting/rewritten-packet.ts';
import { packetCase } from '../../kit/packet-case.ts';
import { article, kernel } from '../../kit/requirement.ts';
import { Flow } from '../../kit/sending/flow.ts';
import { send } from '../../kit/sending/send.ts';
import { chunks } from '../connections/sctp-events.ts';

const MARK = 71;
const MARKED_PORT = 7100;
const FIXED_PORT = 7101;
const ANY_PORT = 7102;
const FTP_PORT = 21;
const CLIENT_PORT = 30_000;

export const repliesOfAnyService = packetCase({
  name: 'reply/any-service',
  title: 'Whatever service a server is behind, its replies are the VIP’s alone',
  requirement:
    'Replies of the servers of a service by port, by mark, of every port and of FTP with its data ports leave once, from the VIP and the port that the client asked for; the machine’s own routing sends no second copy with the server’s address.',
  sources: [article('nat-reply'), kernel('hooks: LOCAL_IN for requests, FORWARD for replies, §1.1')],
  modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
  play: async (stage) => {
    const { director, vip, servers, method } = stage;
    const { address } = servers[0];
    await director.mark(vip, MARK, MARKED_PORT);
    await director.rules(
      ...[`-A -f ${MARK} -s rr`, `-a -f ${MARK} -r ${address}:0 ${method}`],
      ...['-t', '-u', '--sctp-service'].flatMap((protocol) => [
        `-A ${protocol} ${vip}:${FIXED_PORT} -s rr`,
        `-a ${protocol} ${vip}:${FIXED_PORT} -r ${address}:${FIXED_PORT} ${method}`,
      ]),
      ...[
        `-A -t ${vip}:${FTP_PORT} -s rr -p 60`,
        `-a -t ${vip}:${FTP_PORT} -r ${address}:${FTP_PORT} ${method}`,
      ],
      ...[`-A -t ${vip}:0 -s rr -p 60`, `-a -t ${vip}:0 -r ${address}:0 ${method}`],
    );
    const ports = [MARKED_PORT, FIXED_PORT, FTP_PORT, 20, 50_021, ANY_PORT, 1, 65_535];
    const asked = ports.map((port, i) => {
      const client = { source: stage.clientAddress(1), sourcePort: CLIENT_PORT + i };
      const request = new Flow({ ...client, destination: vip, destinationPort: port });
      const ends = { destination: client.source, destinationPort: client.sourcePort };
      return { port, request, reply: new Flow({ ...ends, source: address, sourcePort: port }) };
    });
    const fixed = asked[1]!;
    const init = chunks('i');
    const requests = [
      ...asked.map(({ request }) => request.syn()),
      ...[fixed.request.datagram(), fixed.request.sctp(init)],
    ];
    await send(stage, stage.client, requests);
    const answers = [
      ...asked.map(({ port, reply }) => ({ port, packet: reply.segment({}, { flags: SYN | ACK }) })),
      ...[fixed.reply.datagram(), fixed.reply.sctp(chunks('ia'))].map((packet) => ({
        port: FIXED_PORT,
        packet,
      })),
    ];
    await send(
      stage,
      servers[0],
      answers.map(({ packet }) => packet),
    );
    return answers;
  },
  check: (seen, answers) =>
    outcome(
      answers.length,
      `${counted(answers.length, 'reply', 'replies')} of four kinds of services`,
      expectPackets(
        seen.toClients,
        answers.map(({ port, packet }) => withSource(oneHopOn(packet), { address: seen.vip, port })),
        { what: 'the reply as the VIP’s' },
      ),
    ),
});

export const ftpWithoutServers = packetCase({
  name: 'ftp/passive-data-without-server',
  title: 'Without servers only FTP’s own port is answered for',
  requirement:
    'Where a persistent FTP service has no server, a client of port 21 is told so (port unreachable); what is for its data ports is left to the director’s own stack, on which nobody listens.',
  sources: [kernel('scheduling: no destination, §1.3')],
  modes: ALL_MODES,
  play: async (stage) => {
    const { vip } = stage;
    await stage.director.rules(`-A -t ${vip}:${FTP_PORT} -s rr -p 60`);
    const ports = [FTP_PORT, 20, 1024, 50_021];
    const packets = ports.map((port, i) =>
      new Flow({
        ...{ source: stage.clientAddress(1 + i), sourcePort: CLIENT_PORT },
        ...{ destination: vip, destinationPort: port },
      }).syn(),
    );
    await send(stage, stage.client, packets);
    return ports.length;
  },
  check: (seen, sent) =>
    outcome(
      sent,
      `${counted(sent, 'SYN')} to a service without servers`,
      expectValues('They were not answered as they should be.', {
        'protocols of the answers': [
          [ICMP, TCP, TCP, TCP].join(' '),
          seen.toClients.map((packet) => packetIn(packet)[9]).join(' '),
        ],
      }),
    ),
});
