/**
 * What a director has to do with the machine that it runs on: programs there that are clients, what the kernel’s neighbour table
 * says, and networks all of whose addresses are the machine’s.
 */

import { ipFrame, ipText, readUdp, UDP, udpPacket } from '../../../lab/frames/index.ts';
import type { LabHost } from '../../../lab/index.ts';
import { ALL_MODES } from '../../../lab/modes.ts';
import { until } from '../../../lab/netns/until.ts';
import { expectValues, outcome } from '../../../scenarios/kit/expecting/expect.ts';
import { packetIn } from '../../../scenarios/kit/expecting/forwarded.ts';
import { type PacketCase, packetCase } from '../../../scenarios/kit/packet-case.ts';
import { Service } from '../../../scenarios/kit/service.ts';
import type { Life } from './life.ts';

const COMMON = {
  modes: ALL_MODES,
  sources: [{ kind: 'contract', where: 'how a director lives and ends' }],
} as const;

const LIMIT_MS = 10_000;
const KNOWN_WITHIN_MS = 5_000;
/** A program that asks a server by UDP, and prints what that answers, or that it did not. */
const ASK = `
const socket = require('node:dgram').createSocket('udp4');
const [port, address, text] = process.argv.slice(1);
const late = setTimeout(() => socket.close(), 2_000);
socket.on('message', (answer) => { console.log(String(answer)); clearTimeout(late); socket.close(); });
socket.connect(Number(port), address, () => socket.send(text));
`;

/** A program on the director’s own machine is a client like others. */
function localClient({ host }: Life): PacketCase {
  return packetCase({
    ...COMMON,
    name: 'running/local-client',
    title: 'A program on the director’s machine is served',
    requirement:
      'What a program there asks of a virtual service goes to a real server, with its checksum complete, and the program gets the answer.',
    play: async (stage) => {
      const service = await Service.add(stage, { protocol: 'udp', servers: [{}] });
      const requests: { readonly text: string; readonly isRight: boolean }[] = [];
      const [server] = stage.servers;
      server.answer((packet) => {
        if (packet[9] !== UDP) return [];
        const { ip, sourcePort, destinationPort, payload, isChecksumRight } = readUdp(packet);
        const text = new TextDecoder().decode(payload);
        requests.push({ text, isRight: isChecksumRight });
        const ends = { source: ip.destination, destination: ip.source };
        const ports = { sourcePort: destinationPort, destinationPort: sourcePort };
        return [udpPacket(ends, { ...ports, payload: new TextEncoder().encode(`${text}?`) })];
      });
      const answers: string[] = [];
      for (const text of ['hello', 'hello again', 'x'.repeat(1_200)]) {
        const words = ['-e', ASK, String(service.port), stage.vip, text];
        const { stdout } = await host.run(process.execPath, words, { timeout: LIMIT_MS });
        answers.push(stdout);
      }
      return { requests, answers };
    },
    check: (_seen, { requests, answers }) =>
      outcome(
        requests.length,
        'requests of a program on the director’s machine',
        expectValues('A program on the director’s machine is not served.', {
          'requests with a right checksum': [3, requests.filter(({ isRight }) => isRight).length],
          answers: [requests.map(({ text }) => `${text}?`).join(' '), answers.join(' ')],
        }),
      ),
  });
}

/** Entries of the kernel’s neighbour table for which nobody needs to be asked. */
const VOUCHED = ['nud permanent', 'nud noarp', 'nud stale extern_learn'];

function neighbours({ host }: Life): PacketCase {
  return packetCase({
    ...COMMON,
    name: 'running/neighbours',
    title: 'The director goes by the kernel’s neighbours that somebody vouches for',
    requirement:
      'A server whose MAC address is set, needs no ARP or was learned elsewhere gets its packets there at once, wherever that is changed to; once the entry is gone, or is one of the kernel’s own, ARP is asked.',
    play: async (stage) => {
      const far = stage.servers[0].address.replace(/\d+$/, '99');
      const device = await deviceTo(host, far);
      const macs = stage.servers.slice(0, 2).map(({ mac }) => mac);
      const service = await Service.add(stage, { protocol: 'udp', servers: [{ address: far }] });
      let clients = 0;
      const tell = async (words: string) => {
        await host.run('ip', ['neigh', ...words.split(' '), 'dev', device]);
        await stage.settle();
        service.datagram(service.client(clients++));
        await stage.settle();
      };
      try {
        for (const kind of VOUCHED) {
          for (const mac of macs) await tell(`replace ${far} lladdr ${mac} ${kind}`);
        }
        await tell(`del ${far}`);
        await tell(`replace ${far} lladdr ${macs[0]} nud stale`);
      } finally {
        await host.run('ip', ['neigh', 'del', far, 'dev', device], { reject: false });
      }
      return { macs, clients };
    },
    check: (seen, { macs, clients }) => {
      const ways = seen.toServers.map(({ destinationMac }) => macs.indexOf(destinationMac) + 1);
      return outcome(
        clients,
        'datagrams for a server that does not answer ARP',
        expectValues('The way is not the one that the kernel’s neighbours say.', {
          'by way of rs1 and rs2 in turn, and then of nobody': [
            VOUCHED.map(() => '1 2').join(' '),
            ways.join(' '),
          ],
        }),
      );
    },
  });
}

async function deviceTo(host: LabHost, address: string): Promise<string> {
  const { stdout } = await host.run('ip', ['-json', 'route', 'get', address]);
  return (JSON.parse(stdout) as { dev: string }[])[0]?.dev ?? '';
}

const OWN_NETWORK = '10.252.0.0/24';
const OWN_ADDRESS = '10.252.0.7';
const OTHER_ADDRESS = '10.252.0.8';

/** All addresses of a network are the machine’s (AnyIP). */
function ownNetwork({ host }: Life): PacketCase {
  return packetCase({
    ...COMMON,
    name: 'running/own-network',
    title: 'A service may have any address of a network that is the machine’s own',
    requirement:
      'Where all addresses of a network are local (ip route add local), a service at one of them is balanced, both ways; at the others the machine’s own stack answers.',
    play: async (stage) => {
      await host.run('ip', ['route', 'add', 'local', OWN_NETWORK, 'dev', 'lo']);
      const [server] = stage.servers;
      const service = `${OWN_ADDRESS}:7001`;
      const clients = [1, 2].map((n) => stage.clientAddress(n));
      try {
        await stage.director.rules(`-A -u ${service} -s rr`, `-a -u ${service} -r ${server.address}:7001 -m`);
        // It looks at the network anew once the kernel has told that something has changed.
        const isKnown = async () =>
          (await stage.director.snapshot()).warnings.length === 0 ? true : undefined;
        await until(isKnown, { limitMs: KNOWN_WITHIN_MS });
        const { warnings } = await stage.director.snapshot();
        for (const [i, destination] of [OWN_ADDRESS, OTHER_ADDRESS].entries()) {
          const packet = udpPacket(
            { source: clients[i]!, destination },
            { sourcePort: 20_000, destinationPort: 7001 },
          );
          const [port] = stage.client.spec.interfaces;
          stage.client.sendFrame(port!.name, ipFrame(stage.client.mac, stage.director.clientSideMac, packet));
        }
        await stage.settle();
        server.send(
          udpPacket(
            { source: server.address, destination: clients[0]! },
            { sourcePort: 7001, destinationPort: 20_000 },
          ),
        );
        await stage.settle();
        return { warnings };
      } finally {
        await host.run('ip', ['route', 'del', 'local', OWN_NETWORK, 'dev', 'lo']);
      }
    },
    check: (seen, { warnings }) =>
      outcome(
        seen.fromClients.length,
        'packets for a network that is the machine’s own',
        expectValues('Addresses of a local network are not the machine’s.', {
          'requests that reach the server': [1, seen.toServers.length],
          'what the clients get, from which address': [
            `${OTHER_ADDRESS} ${OWN_ADDRESS}`,
            seen.toClients.map((packet) => ipText(packetIn(packet), 12)).join(' '),
          ],
          warnings: ['', warnings.join('; ')],
        }),
      ),
  });
}

export function machineCases(life: Life): readonly PacketCase[] {
  return [localClient(life), neighbours(life), ownNetwork(life)];
}
