/**
 * What shows in a director that runs as a process alone, as cases: that flows become the kernel’s and what that one then
 * sends, what outlasts a restart, and what its commands say.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import type { RunningState } from '../../../director/index.ts';
import { pattern } from '../../../lab/frames/index.ts';
import { ALL_MODES, MODES } from '../../../lab/modes.ts';
import { until } from '../../../lab/netns/until.ts';
import { expectValues, outcome } from '../../../scenarios/kit/expecting/expect.ts';
import { expectReplies, expectRequests, onTheWayTo } from '../../../scenarios/kit/expecting/forwarded.ts';
import { type PacketCase, packetCase } from '../../../scenarios/kit/packet-case.ts';
import { send } from '../../../scenarios/kit/sending/send.ts';
import { ClientFlow, ReplyFlow } from '../../../scenarios/kit/sending/standard-flows.ts';
import { Service } from '../../../scenarios/kit/service.ts';
import type { Stage } from '../../../scenarios/kit/stage.ts';
import { addStandardService } from '../../../scenarios/kit/standard-service.ts';
import { aged, routed } from './age-cases.ts';
import type { Life } from './life.ts';

/** More than a flow goes the slow way. */
const SLOW = 12;
const FAST = 40;
const LEARNT_WITHIN_MS = 2_000;
const COMMAND_MS = 10_000;
const COMMON = {
  modes: ALL_MODES,
  sources: [{ kind: 'contract', where: 'how a director lives and ends' }],
} as const;

const stateOf = async ({ director }: Stage) => (await director.snapshot()) as RunningState;

/** Flows of TCP and UDP, both ways where replies pass the director: first the slow way, then the fast one. */
const flows = packetCase({
  ...COMMON,
  name: 'running/fast-path',
  title: 'What is established is forwarded in the kernel, as the director would',
  requirement:
    'Every packet of a flow that the fast path has is what the core would have sent, and is counted.',
  play: async (stage) => {
    await addStandardService(stage);
    const flow = new ClientFlow(stage);
    const replies = new ReplyFlow(stage, flow);
    const { repliesPassDirector } = MODES[stage.mode];
    let [requests, answers] = [0, 0];
    const both = async (count: number, size: (i: number) => number) => {
      const parts = Array.from({ length: count }, (_, i) => ({ payload: pattern(size(i), i) }));
      const there = parts.flatMap((part) => [flow.segment({}, part), flow.datagram({}, part)]);
      await send(stage, stage.client, there);
      requests += there.length;
      if (!repliesPassDirector) return;
      const back = parts.flatMap((part) => [replies.segment({}, part), replies.datagram({}, part)]);
      await send(stage, stage.servers[0], back);
      answers += back.length;
    };
    await send(stage, stage.client, [flow.syn()]);
    requests++;
    await both(SLOW, () => 20);
    const wanted = repliesPassDirector ? 4 : 2;
    const learnt = async () => {
      const { fastPath } = (await stateOf(stage)).process;
      return fastPath.flows === wanted ? wanted : undefined;
    };
    const isLearnt = await until(learnt, { limitMs: LEARNT_WITHIN_MS });
    await both(FAST, (i) => i * 30);
    const { services, totals, process, connections } = await stateOf(stage);
    return {
      requests,
      answers,
      shown: {
        'flows that the kernel has': [wanted, isLearnt],
        'packets in': [requests, totals.inPackets],
        'packets out': [answers, totals.outPackets],
        'packets of services': [requests, services.reduce((sum, { inPackets }) => sum + inPackets, 0)],
        connections: [2, connections.length],
        'frames lost': [0, process.lostFrames],
      } as const,
    };
  },
  check: (seen, { requests, answers, shown }) =>
    outcome(
      requests + answers,
      'packets before and after the kernel has their flows',
      expectRequests(seen, requests),
      answers === 0 ? [] : expectReplies(seen, answers),
      expectValues('What the director says of its flows is not what passed.', shown),
    ),
});

function restarted({ running }: Life): PacketCase {
  return packetCase({
    ...COMMON,
    name: 'running/restart',
    title: 'A connection outlasts a restart',
    requirement: 'Rules, settings and connections are those of the process before, and go on.',
    play: async (stage) => {
      const service = await Service.add(stage, { options: ['-p', '60'] });
      await stage.director.set('sloppy_tcp', 1);
      for (let i = 0; i < 4; i++) service.open(service.client(0, i + 1));
      await stage.settle();
      const known = async () => {
        const { services, connections, totals } = await stateOf(stage);
        const listed = connections.map((one) => JSON.stringify({ ...one, expiresInMs: 0 }));
        return JSON.stringify([services, totals, listed.sort()]);
      };
      const before = await known();
      await running.replace?.();
      const after = await known();
      for (let i = 0; i < 4; i++) service.segment(service.client(0, i + 1), 'PA');
      await stage.settle();
      return { before, after, later: await stateOf(stage), port: service.port };
    },
    check: (seen, { before, after, later }) => {
      return outcome(
        seen.toServers.length,
        'packets before and after a restart',
        expectValues('The next process does not know what the one before knew.', {
          'services, totals and connections': [before, after],
          'connections and templates later': [8, later.connections.length],
        }),
        expectValues('A connection does not go on.', {
          'packets to servers': [12, seen.toServers.length],
          'rs1, rs2, rs3': ['3 3 6', [1, 2, 3].map((rs) => onTheWayTo(seen, rs).length).join(' ')],
        }),
      );
    },
  });
}

function commands({ host, program }: Life): PacketCase {
  const say = async (...words: string[]) => {
    const { exitCode, stdout, stderr } = await host.run(process.execPath, [program, ...words], {
      reject: false,
      timeout: COMMAND_MS,
    });
    return `${exitCode} ${stdout}${stderr}`;
  };
  return packetCase({
    ...COMMON,
    name: 'running/commands',
    title: 'Commands of the director say and do what they are for',
    requirement:
      'status shows what there is, set changes a setting that get shows, a wrong one changes nothing.',
    play: async (stage) => {
      const service = await Service.add(stage, {});
      service.open(service.client());
      await stage.settle();
      const [status, set, wrong] = await Promise.all([
        say('status'),
        say('set', 'sloppy_tcp=1', 'nat_icmp_send=1'),
        say('set', 'sloppy_tcp=x'),
      ]);
      const [get, marked, unknown, json] = await Promise.all([
        say('get', 'sloppy_tcp', 'nat_icmp_send'),
        say('mark', '--dst', stage.vip, '--dport', '4321', '--set', '7'),
        say('nothing'),
        say('status', '--json'),
      ]);
      const told = JSON.parse(json.slice(2)) as RunningState;
      return {
        status: status.replace(/pid \d+, for \d+ s/, 'pid N, for N s').split('\n'),
        shown: {
          'set NAME=VALUE': ['0 ', set],
          'get NAME': ['0 nat_icmp_send = 1\nsloppy_tcp = 1', get],
          'set with a wrong value, exit code': ['2', wrong.slice(0, 1)],
          'no such command, exit code': ['2', unknown.slice(0, 1)],
          mark: ['0 ', marked],
          'status --json: services, servers, connections': [
            '1 3 1',
            [told.services.length, told.services[0]?.servers.length, told.connections.length].join(' '),
          ],
        } as const,
      };
    },
    check: (_seen, { status, shown }) =>
      outcome(
        7,
        'seven commands',
        expectValues('A command does not answer as it should.', {
          ...shown,
          status: [
            '0 running   pid N, for N s, on PORTS | rules     1 virtual services, 3 real servers | now       1 connections',
            status
              .slice(0, 3)
              .join(' | ')
              .replace(/ on [a-z0-9 ]+ \|/, ' on PORTS |'),
          ],
          'status, so far': ['so far    1 connections, 2 packets in, 0 out', status[4]],
        }),
      ),
  });
}

/** Ends it: nothing can be played after that. @returns what is not as it should be then. */
export async function endedBy({ host, running, program }: Life): Promise<string | undefined> {
  const { exitCode, stderr } = await host.run(process.execPath, [program, 'stop'], {
    reject: false,
    timeout: COMMAND_MS,
  });
  if (exitCode !== 0) return `stop ends with ${exitCode}: ${stderr}`;
  const waiting = new AbortController();
  const late = delay(COMMAND_MS, undefined, { signal: waiting.signal });
  const how = await Promise.race([running.ended, late.catch(() => undefined)]);
  waiting.abort();
  if (how === undefined) return 'it does not end when it is told to';
  const left = async () => {
    const tables = await host.run('nft', ['list', 'tables']);
    const pids = await execa('ip', ['netns', 'pids', host.namespace]);
    const links = await host.run('ip', ['-o', 'link']);
    const names = links.stdout.split('\n').map((line) => line.split(': ')[1]?.replace(/@.*/, ''));
    const others = names.filter(
      (name) => name !== 'lo' && !host.spec.interfaces.some((own) => own.name === name),
    );
    return [tables.stdout, pids.stdout, ...others].filter((text) => text !== '').join('; ');
  };
  const isClean = async () => ((await left()) === '' ? true : undefined);
  if ((await until(isClean, { limitMs: LEARNT_WITHIN_MS, everyMs: 50 })) === true) return undefined;
  return `it leaves behind: ${await left()}`;
}

export function lifeCases(life: Life): readonly PacketCase[] {
  return [flows, aged(life), routed(life), restarted(life), commands(life)];
}
