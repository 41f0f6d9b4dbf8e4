/**
 * What shows in a director that runs as a process alone, as cases: that flows become the kernel’s and what that one then
 * sends, what outlasts a restart, and what its commands say.
 */
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
import { commandCases } from './command-cases.ts';
import type { Life } from './life.ts';
import { machineCases } from './machine-cases.ts';
import { newRules } from './rule-cases.ts';

/** More than a flow goes the slow way. */
const SLOW = 12;
const FAST = 40;
const LEARNT_WITHIN_MS = 10_000;
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

export function lifeCases(life: Life): readonly PacketCase[] {
  return [
    flows,
    aged(life),
    routed(life),
    restarted(life),
    ...machineCases(life),
    ...commandCases(life),
    newRules(life),
  ];
}
