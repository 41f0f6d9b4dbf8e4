/** Rules of a file, which a director goes on with in the place of another one. */
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunningState } from '../../../director/index.ts';
import { ALL_MODES } from '../../../lab/modes.ts';
import { expectValues, outcome } from '../../../scenarios/kit/expecting/expect.ts';
import { onTheWayTo } from '../../../scenarios/kit/expecting/forwarded.ts';
import { type PacketCase, packetCase } from '../../../scenarios/kit/packet-case.ts';
import { Service } from '../../../scenarios/kit/service.ts';
import type { Life } from './life.ts';

const READY_MS = 20_000;
const STEADY_PORT = 84;
/** A client that goes on meanwhile. */
const DATAGRAM_MS = 5;
const LIMITED = { reject: false, timeout: READY_MS } as const;

/** A file of rules that is not what the director before had. */
export function newRules({ host, programs, logFile }: Life): PacketCase {
  return packetCase({
    name: 'running/rules',
    title: 'A director that takes another one’s place follows the rules that it is given',
    requirement:
      'What is there and stays keeps its connections and counters, whatever else is changed of it; what the rules do not name goes; the rest is added. A line that is no rule is named, and no director starts, nor does a second one beside the first.',
    modes: ALL_MODES,
    sources: [{ kind: 'contract', where: 'how a director lives and ends' }],
    play: async (stage) => {
      const { vip, method, servers } = stage;
      const kept = await Service.add(stage, { servers: [{}, {}] });
      const gone = await Service.add(stage, { port: 82, servers: [{}] });
      for (let i = 0; i < 4; i++) kept.open(kept.client(i));
      gone.open(gone.client(9));
      await stage.settle();
      const file = join(dirname(logFile), 'rules-of-another');
      const [one, , three] = servers;
      const service = kept.key.join(' ');
      const rules = [
        `-A -u ${vip}:${STEADY_PORT} -s rr`,
        `-a -u ${vip}:${STEADY_PORT} -r ${one.address}:${STEADY_PORT} ${method}`,
        '# What stays, and what is new.',
        '',
        `ipvsadm -A ${service} -s wlc`,
        ` -a ${service} -r ${kept.serverAddress(0)} ${method} -w 5`,
        `-a ${service} -r ${three.address}:80 ${method}`,
        `-A -u ${vip}:83 -s rr`,
        `-a -u ${vip}:83 -r ${one.address}:83 ${method}`,
      ];
      const start = async (lines: readonly string[], ...words: string[]) => {
        await writeFile(file, `${lines.join('\n')}\n`);
        return [programs.director, '--rules', file, '--background', '--replace', ...words];
      };
      const end = async (words: readonly string[]) => {
        const { exitCode, stderr } = await host.run(process.execPath, words, LIMITED);
        return `${exitCode} ${stderr.replace(/ \(process \d+\)/, '')}`;
      };
      const steady = await Service.add(stage, { protocol: 'udp', port: STEADY_PORT, servers: [{}] });
      let datagrams = 0;
      const [refused, second] = await Promise.all([
        end(await start([...rules, '-A -t 10.0.0.1'])),
        end([programs.director]),
      ]);
      // What comes meanwhile waits.
      steady.datagram(steady.client(9));
      await stage.settle();
      datagrams++;
      let isReady = false;
      const ready = host
        .start('director-again', process.execPath, await start(rules), {
          ready: /^ready: /m,
          readyTimeoutMs: READY_MS,
        })
        .finally(() => (isReady = true));
      while (!isReady) {
        steady.datagram(steady.client(9));
        datagrams++;
        await delay(DATAGRAM_MS);
      }
      await ready;
      await stage.settle();
      const { services, connections, process: running } = (await stage.director.snapshot()) as RunningState;
      for (let i = 0; i < 4; i++) kept.segment(kept.client(i), 'PA');
      await stage.settle();
      return {
        refused,
        second,
        services: services
          .map(({ protocol, scheduler, connections: count, servers: of }) =>
            [protocol, scheduler, count, ...of.map(({ address, weight }) => `${address}=${weight}`)].join(
              ' ',
            ),
          )
          .sort(),
        expected: [
          `TCP wlc 4 ${three.address}:80=1 ${kept.serverAddress(0)}=5`,
          `UDP rr 0 ${one.address}:83=1`,
          `UDP rr 1 ${one.address}:${STEADY_PORT}=1`,
        ].sort(),
        connections: connections.length,
        place: `${file}, line 10`,
        datagrams,
        isRevived: running.isRevived,
      };
    },
    check: (seen, { refused, second, services, expected, connections, place, isRevived, datagrams }) =>
      outcome(
        seen.fromClients.length,
        'packets before and after',
        expectValues('The director does not follow its rules.', {
          services: [expected.join(' | '), services.join(' | ')],
          'connections that are known': [6, connections],
          'revived, it says': ['false', String(isRevived)],
          'of a second one that is to take no place': [
            '3 lvs-lab director: a director is running in this network namespace already; "lvs-lab director stop" ends it',
            second,
          ],
          'of a line that is refused': [
            `2 lvs-lab director: ${place}: Zero port specified for non-persistent service\n  -A -t 10.0.0.1`,
            refused,
          ],
          // Two of four connections have a server that is gone, and another one its service.
          'packets to rs1 and rs2': [
            `${8 + datagrams} 4`,
            [1, 2].map((rs) => onTheWayTo(seen, rs).length).join(' '),
          ],
        }),
      ),
  });
}
