/** What is written with ipvsadm decides, and nothing else. */
import { expectFields, expectValues, outcome } from '../../harness/packets/expect.ts';
import { type PacketCase, packetCase } from '../../harness/packets/packet-case.ts';
import type { Stage } from '../../harness/packets/stage.ts';
import { ALL_MODES, article, kernel } from '../../harness/requirement.ts';
import type { Mode } from '../../lab/index.ts';
import { arrivalsOf, byClient, endpoint } from '../play/arrivals.ts';
import { arrivalCase } from '../play/cases.ts';
import { Journal, judgeArrivals } from '../play/journal.ts';
import { Service } from '../play/service.ts';

const FORWARD: Readonly<Record<Mode, string>> = { nat: 'Masq', dr: 'Route', tun: 'Tunnel' };
const LANGUAGE = [article('rules'), kernel('ipvsadm: grammar, §7.1')];

/** The text of a refusal, or undefined if there was none. */
async function refusalOf(stage: Stage, line: string): Promise<string | undefined> {
  try {
    await stage.director.rules(line);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export const rules: readonly PacketCase[] = [
  arrivalCase(
    {
      name: 'rules/match',
      title: 'Protocol, address and port must all be the rule’s',
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
  packetCase({
    name: 'rules/list',
    title: 'ipvsadm -Ln shows what is set',
    requirement:
      'The list shows each service with scheduler, flags, persistence and netmask, and each server with forwarding method, weight and connections, sorted by address and port.',
    sources: [kernel('ipvsadm: listing formats, §7.3')],
    modes: ALL_MODES,
    play: async (stage) => {
      const { director, vip, servers, method, mode } = stage;
      const [rs1, rs2, rs3] = servers.map(({ address }) => address) as [string, string, string];
      await director.rules(
        `-A -t ${vip}:443 -s sh -p 500 -M 255.255.255.0 -b sh-port,sh-fallback`,
        `-a -t ${vip}:443 -r ${rs3}:443 ${method} -w 5`,
        `-a -t ${vip}:443 -r ${rs1}:443 ${method}`,
        `-A -u ${vip}:53 -s rr -o`,
        `-A -t ${vip}:80`,
        `-a -t ${vip}:80 -r ${rs2}:80 ${method} -w 0 -x 9 -y 3`,
      );
      const row = (address: string, weight: number) =>
        `  -> ${address.padEnd(28)} ${FORWARD[mode].padEnd(7)} ${String(weight).padEnd(6)} ${'0'.padEnd(10)} ${'0'.padEnd(10)}`;
      const expected = [
        'IP Virtual Server version 1.2.1 (size=4096)',
        'Prot LocalAddress:Port Scheduler Flags',
        '  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn',
        `TCP  ${vip}:80 wlc`,
        row(`${rs2}:80`, 0),
        `TCP  ${vip}:443 sh (sh-fallback,sh-port) persistent 500 mask 255.255.255.0`,
        row(`${rs1}:443`, 1),
        row(`${rs3}:443`, 5),
        `UDP  ${vip}:53 rr ops`,
        '',
      ];
      return { listed: (await director.ipvsadm('-Ln')).split('\n'), expected };
    },
    check: (_seen, { listed, expected }) =>
      outcome(
        expected.length,
        `${expected.length} lines of a list`,
        Array.from({ length: Math.max(listed.length, expected.length) }, (_, i) => i).flatMap((i) =>
          expectValues('The list does not show what was set.', {
            [`line ${i + 1}`]: [expected[i] ?? 'no line', listed[i] ?? 'no line'],
          }),
        ),
      ),
  }),
  packetCase({
    name: 'rules/list-order',
    title: 'The list is sorted, the scheduler’s order is not',
    requirement:
      'Servers stand in the scheduler’s list with the newest first, which -L --nosort shows; -L sorts them by address and so hides whose turn is next.',
    sources: [kernel('schedulers: list order, §2.1'), kernel('ipvsadm: listing formats, §7.3')],
    modes: ALL_MODES,
    play: async (stage) => {
      const service = await Service.add(stage, { servers: [{}] });
      await service.addServer(2);
      await service.addServer(1);
      const journal = new Journal(service);
      await journal.open('rs2 rs3 rs1 rs2', 'the server added last is first.');
      const order = async (...options: string[]) => {
        const list = await stage.director.ipvsadm('-Ln', ...service.key, ...options);
        return stage.servers
          .map(({ name, address }) => ({ name, at: list.indexOf(`-> ${address}:`) }))
          .sort((a, b) => a.at - b.at)
          .map(({ name }) => name)
          .join(' ');
      };
      return { entries: journal.entries, sorted: await order(), unsorted: await order('--nosort') };
    },
    check: (seen, { entries, sorted, unsorted }) =>
      outcome(
        entries.length + 2,
        `${entries.length} connections and two lists`,
        judgeArrivals(seen, entries),
        expectValues('The lists are not in the order in which they should be.', {
          '-L': ['rs1 rs2 rs3', sorted],
          '-L --nosort': ['rs2 rs3 rs1', unsorted],
        }),
      ),
  }),
  packetCase({
    name: 'rules/refused',
    title: 'A refused change changes nothing',
    requirement:
      'What ipvsadm or IPVS refuses (a service or server that exists or does not, an unknown scheduler, thresholds that contradict each other, flags of another scheduler) is named, and rules, turns and connections stay as they were.',
    sources: [...LANGUAGE, kernel('ipvsadm: errors, §7.2')],
    modes: ALL_MODES,
    play: async (stage) => {
      const service = await Service.add(stage, { servers: [{ weight: 1 }, { weight: 2 }, { weight: 3 }] });
      const journal = new Journal(service);
      await journal.open('rs3', 'round robin.');
      const { vip, method } = stage;
      const key = service.key.join(' ');
      const server = `-r ${service.serverAddress(1)}`;
      const nobody = `-t ${vip}:${service.port + 1}`;
      const lines: Readonly<Record<string, string>> = {
        [`-A ${key} -s wlc`]: 'Service already exists',
        [`-a ${key} ${server} ${method} -w 9`]: 'Destination already exists',
        [`-e ${key} -r ${vip}:1 ${method} -w 9`]: 'No such destination',
        [`-d ${key} -r ${vip}:1`]: 'No such destination',
        [`-E ${nobody} -s wlc`]: 'No such service',
        [`-D ${nobody}`]: 'No such service',
        [`-a ${nobody} ${server} ${method}`]: 'Service not defined',
        [`-E ${key} -s fastest`]: 'Scheduler or persistence engine not found',
        [`-e ${key} ${server} ${method} -w 9 -x 2 -y 3`]: 'Numerical result out of range',
        [`-a ${key} -r 224.0.0.1:80 ${method}`]:
          'Invalid operation.  Possibly wrong module version, address not unicast, ...',
        [`-e ${key} ${server} ${method} -w -1`]: 'illegal weight specified',
        [`-E ${key} -s rr -b sh-port`]: "incompatible scheduler flag `sh-port'",
        [`-E ${key} -s rr -o`]: 'One-Packet Scheduling is only for UDP virtual services',
        [`-A -t ${vip}:0 -s rr`]: 'Zero port specified for non-persistent service',
      };
      const before = await stage.director.ipvsadm('-Sn');
      const refusals: { line: string; expected: string; text: string | undefined; isUnchanged: boolean }[] =
        [];
      for (const [line, expected] of Object.entries(lines)) {
        const text = await refusalOf(stage, line);
        refusals.push({
          line,
          expected,
          text,
          isUnchanged: (await stage.director.ipvsadm('-Sn')) === before,
        });
      }
      await journal.open('rs2 rs1 rs3', 'no turn was lost.');
      return { entries: journal.entries, refusals };
    },
    check: (seen, { entries, refusals }) =>
      outcome(
        refusals.length,
        `${refusals.length} refused lines, ${entries.length} connections around them`,
        judgeArrivals(seen, entries),
        refusals.flatMap(({ line, expected, text, isUnchanged }) =>
          expectValues(`ipvsadm ${line} is not dealt with as it should be.`, {
            refusal: [expected, text?.includes(expected) ? expected : text],
            'rules afterwards': ['as before', isUnchanged ? 'as before' : 'changed'],
          }),
        ),
      ),
  }),
  packetCase({
    name: 'rules/edit-replaces',
    title: 'An edit sets everything, also what it does not name',
    requirement:
      'Editing a server or service gives every option that is left out its default: a server edited without -w has weight 1 and without -m or -i is reached by direct routing, a service edited without -s is scheduled by wlc and without -p no longer persistent.',
    sources: LANGUAGE,
    modes: ALL_MODES,
    play: async (stage) => {
      const setup = {
        scheduler: 'rr',
        options: ['-p', '90', '-M', '255.255.255.0'],
        servers: [{ weight: 7, options: ['-x', '5', '-y', '2'] }],
      };
      const service = await Service.add(stage, setup);
      await service.edit('-p', '60');
      const persistent = await stage.director.ipvsadm('-Ln', ...service.key);
      await service.edit();
      await stage.director.rules(['-e', ...service.key, '-r', service.serverAddress(0)].join(' '));
      const list = await stage.director.ipvsadm('-Ln', ...service.key);
      const thresholds = await stage.director.ipvsadm('-Ln', '--thresholds', ...service.key);
      const [server] = await service.listedServers();
      const rowOf = (text: string, beginning: string) =>
        text
          .split('\n')
          .find((line) => line.trim().startsWith(beginning))
          ?.trim()
          .split(/\s+/) ?? [];
      return {
        persistent: rowOf(persistent, 'TCP').slice(2).join(' '),
        service: rowOf(list, 'TCP').slice(2).join(' '),
        weight: server?.weight,
        forward: server?.forward,
        thresholds: rowOf(thresholds, `-> ${service.serverAddress(0)}`)
          .slice(2, 4)
          .join(' '),
      };
    },
    check: (_seen, { persistent, service, weight, forward, thresholds }) =>
      outcome(
        5,
        'a service and a server after an edit',
        expectValues('The edit left something as it was.', {
          'service after -E -p 60': ['wlc persistent 60', persistent],
          'service after -E': ['wlc', service],
          weight: [1, weight],
          'forwarding method': ['Route', forward],
          thresholds: ['0 0', thresholds],
        }),
      ),
  }),
  packetCase({
    name: 'rules/method-per-server',
    title: 'Each server has a forwarding method of its own',
    requirement:
      'The forwarding method belongs to the server, not to the service: one service can reach one server by NAT, the next by direct routing and the third through a tunnel, and an edit changes new connections only.',
    sources: [article('rules'), kernel('connections: entry, §3.1')],
    modes: ['nat', 'dr'],
    play: async (stage) => {
      const { director, servers } = stage;
      const service = await Service.add(stage, { servers: [] });
      const line = (command: string, i: number, method: string) =>
        [command, ...service.key, '-r', `${servers[i]!.address}:${service.port}`, method].join(' ');
      await director.rules(line('-a', 0, '-m'), line('-a', 1, '-g'), line('-a', 2, '-i'));
      const clients = [service.client(0), service.client(1), service.client(2), service.client(3)] as const;
      for (const client of clients.slice(0, 3)) service.open(client);
      await stage.settle();
      await director.rules(line('-e', 2, '-m'));
      service.segment(clients[0], 'PA');
      service.segment(clients[3], 'S');
      await stage.settle();
      return { clients: clients.map(endpoint), rips: servers.map(({ address }) => address) };
    },
    check: (seen, { clients, rips }) => {
      const arrivals = byClient(arrivalsOf(seen));
      const [tunnelled = [], routed = [], rewritten = [], later = []] = clients.map((client) =>
        arrivals.get(client),
      );
      const all = [...tunnelled, ...routed, ...rewritten, ...later];
      return outcome(
        all.length,
        `${all.length} packets at three servers`,
        expectValues('Not all packets arrived.', {
          'at rs3, through the tunnel': [3, tunnelled.filter(({ server }) => server === 'rs3').length],
          'at rs2, by direct routing': [2, routed.filter(({ server }) => server === 'rs2').length],
          'at rs1, by NAT': [2, rewritten.filter(({ server }) => server === 'rs1').length],
          'at rs3, by NAT': [1, later.filter(({ server }) => server === 'rs3').length],
        }),
        tunnelled.flatMap(({ packet }) =>
          expectFields(packet, 'This connection goes through a tunnel.', {
            'outer IP destination': rips[2]!,
            'IP destination': seen.vip,
          }),
        ),
        routed.flatMap(({ packet }) =>
          expectFields(packet, 'This connection goes by direct routing.', { 'IP destination': seen.vip }),
        ),
        rewritten.flatMap(({ packet }) =>
          expectFields(packet, 'This connection goes by NAT.', { 'IP destination': rips[0]! }),
        ),
        later.flatMap(({ packet }) =>
          expectFields(packet, 'This connection began after the edit: it goes by NAT.', {
            'IP destination': rips[2]!,
          }),
        ),
      );
    },
  }),
  packetCase({
    name: 'rules/save-restore',
    title: 'What is saved can be restored',
    requirement:
      'ipvsadm -S writes the rules in its own language; given back to ipvsadm -R they make the same rules, only that thresholds are not saved.',
    sources: [...LANGUAGE, kernel('ipvsadm: save, §7.3')],
    modes: ALL_MODES,
    play: async (stage) => {
      const { director, vip, servers, method } = stage;
      await director.rules(
        `-A -t ${vip}:80 -s wrr`,
        ...servers.map(({ address }, i) => `-a -t ${vip}:80 -r ${address}:80 ${method} -w ${i + 1}`),
        `-A -u ${vip}:53 -s sh -p 60 -M 255.255.0.0 -b sh-fallback`,
        `-a -u ${vip}:53 -r ${servers[0].address}:53 ${method} -w 4`,
      );
      const saved = await director.ipvsadm('-Sn');
      await director.ipvsadm('-C');
      const cleared = await director.ipvsadm('-Sn');
      for (const line of saved.trim().split('\n')) await refusalOf(stage, line);
      return { saved, cleared, restored: await director.ipvsadm('-Sn') };
    },
    check: (_seen, { saved, cleared, restored }) =>
      outcome(
        saved.trim().split('\n').length,
        `${saved.trim().split('\n').length} lines saved and restored`,
        expectValues('The rules are not what was saved.', {
          'lines saved': [6, saved.trim().split('\n').length],
          'after -C': ['', cleared],
          restored: [saved, restored],
        }),
      ),
  }),
  packetCase({
    name: 'rules/server-port',
    title: 'Only NAT can change the port',
    requirement:
      'A NAT server may listen on another port than the service; direct routing and tunnelling leave the packet as it is, so ipvsadm sets such a server’s port to the service’s, whatever is given.',
    sources: LANGUAGE,
    modes: ALL_MODES,
    play: async (stage) => {
      const service = await Service.add(stage, { servers: [] });
      const rip = stage.servers[0].address;
      const given = service.port + 7;
      await stage.director.rules(['-a', ...service.key, '-r', `${rip}:${given}`, stage.method].join(' '));
      const port = stage.mode === 'nat' ? given : service.port;
      const journal = new Journal(service);
      journal.expect(service.segment(journal.newClient(), 'S'), 'rs1', 'it is the only server.', port);
      await stage.settle();
      const [server] = await service.listedServers();
      return { entries: journal.entries, expected: `${rip}:${port}`, listed: server?.address };
    },
    check: (seen, { entries, expected, listed }) =>
      outcome(
        entries.length + 1,
        'one connection and a list',
        judgeArrivals(seen, entries),
        expectValues('The server is not listed with the port that it is reached on.', {
          server: [expected, listed],
        }),
      ),
  }),
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
