/** Rules decide what is balanced, from the next packet on. */

import { arrivalCase } from '../../kit/arrival-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { article, kernel } from '../../kit/requirement.ts';
import { refusalOf } from '../../kit/stage.ts';

const LANGUAGE = [article('rules'), kernel('ipvsadm: grammar, §7.1')];

export const match: readonly PacketCase[] = [
  arrivalCase(
    {
      name: 'rules/match',
      title: 'Protocol, address and port must all match the rule',
      requirement:
        'IPVS takes a packet only if protocol, destination address and destination port are those of a rule; to everything else it is no load balancer, even on the same address.',
      sources: [article('input'), article('user-space'), kernel('input: service look-up, §1.3')],
    },
    {},
    async (journal, service, stage) => {
      const { port } = service;
      const client = () => journal.newClient();
      journal.expect(service.segment(client(), 'S'), 'rs3', 'it is what the rule says.');
      journal.expect(service.segment(client(), 'S', { port: port - 1 }), undefined, 'no rule has this port.');
      journal.expect(service.segment(client(), 'S', { port: port + 1 }), undefined, 'no rule has this port.');
      journal.expect(service.datagram(client()), undefined, 'no rule has this protocol.');
      journal.expect(
        service.segment(client(), 'S', { address: stage.dip }),
        undefined,
        'no rule has this address.',
      );
      journal.expect(service.segment(client(), 'S'), 'rs2', 'it is what the rule says.');
    },
  ),
  arrivalCase(
    {
      name: 'rules/changed-at-once',
      title: 'A rule counts from the next packet on',
      requirement:
        'A service that is added takes the very next packet, and once it is deleted it takes no new connection any more; IPVS holds rules and connections apart.',
      sources: LANGUAGE,
    },
    {},
    async (journal, service, stage) => {
      const { director, vip, servers, method } = stage;
      const port = service.port + 1;
      const connect = async (server: string | undefined, why: string) => {
        journal.expect(service.segment(journal.newClient(), 'S', { port }), server, why);
        await stage.settle();
      };
      await connect(undefined, 'there is no such service yet.');
      await director.rules(`-A -t ${vip}:${port} -s rr`);
      await connect(undefined, 'the service has no server yet.');
      await director.rules(`-a -t ${vip}:${port} -r ${servers[0].address}:${port} ${method}`);
      await connect('rs1', 'the service has its first server.');
      await director.rules(`-a -t ${vip}:${port} -r ${servers[1].address}:${port} ${method}`);
      await connect('rs2', 'the new server stands at the head of the list.');
      await director.rules(`-d -t ${vip}:${port} -r ${servers[1].address}:${port}`);
      await connect('rs1', 'the second server is deleted.');
      await director.rules(`-D -t ${vip}:${port}`);
      await connect(undefined, 'the service is deleted.');
      await journal.open('rs3', 'the other service is as it was.');
    },
  ),
  arrivalCase(
    {
      name: 'rules/cleared',
      title: 'Without rules there is no load balancer',
      requirement:
        'ipvsadm -C takes all services away: packets of their connections go to the director’s own stack, and when the rules are there again the connections go on.',
      sources: LANGUAGE,
    },
    {},
    async (journal, service, stage) => {
      const { director, servers, method } = stage;
      const [client] = await journal.open('rs3', 'round robin.');
      await director.ipvsadm('-C');
      journal.expect(service.segment(client!, 'PA'), undefined, 'there are no rules.');
      journal.expect(service.segment(journal.newClient(), 'S'), undefined, 'there are no rules.');
      await stage.settle();
      const lines = servers.map(
        ({ address }) => `-a -t ${service.address} -r ${address}:${service.port} ${method}`,
      );
      for (const line of [`-A -t ${service.address} -s rr`, ...lines]) await refusalOf(stage, line);
      journal.expect(service.segment(client!, 'PA'), 'rs3', 'its server is back.');
      await journal.open('rs3', 'round robin begins anew.');
    },
  ),
];
