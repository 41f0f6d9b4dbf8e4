/** Brings one connection into each state and lets one more event happen to it, and reads what ipvsadm then shows. */

import { MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { endpoint } from '../../kit/arrivals.ts';
import { outcome } from '../../kit/expecting/expect.ts';
import type { Finding } from '../../kit/finding.ts';
import { finding } from '../../kit/finding.ts';
import type { ListedConnection, ListedServer } from '../../kit/ipvsadm-lists.ts';
import type { Seen } from '../../kit/packet-case.ts';
import type { Client, Service } from '../../kit/service.ts';
import type { CheckResult } from '../../kit/session-case.ts';
import type { Stage } from '../../kit/stage.ts';
import {
  nextState,
  type StateMachine,
  type StateStep,
  stepsOf,
  waysToStates,
} from '../../models/state-tables.ts';

/** A connection that was brought into `from` and had `last` happen to it there. */
interface DrivenConnection {
  readonly client: Client;
  readonly way: readonly StateStep[];
  readonly from: string;
  readonly last: StateStep;
}

interface StatesRun {
  readonly driven: readonly DrivenConnection[];
  readonly listed: readonly ListedConnection[];
  readonly server: ListedServer | undefined;
  /** Real time between the last events and the list. */
  readonly listedAfterMs: number;
}

/** Packets that are sent at once. */
const BURST = 200;

/** Sends what makes a step: a segment or packet of the client, or of the server rs1. */
type SendStep = (service: Service, client: Client, step: StateStep) => void;

/**
 * @param service With rs1 as its only server.
 * @param states Which states to begin from; all that can be reached unless given.
 */
export async function driveStates(
  service: Service,
  machine: StateMachine,
  send: SendStep,
  states?: readonly string[],
): Promise<StatesRun> {
  const { stage } = service;
  const seesReplies = MODES[stage.mode].repliesPassDirector;
  const driven: DrivenConnection[] = [];
  for (const [from, way] of waysToStates(machine, seesReplies)) {
    if (states !== undefined && !states.includes(from)) continue;
    for (const last of stepsOf(machine, seesReplies)) {
      driven.push({ client: service.client(driven.length), way, from, last });
    }
  }
  await service.meetServers();
  // All ways end together, so that short-lived states need not wait for connections with longer ways.
  const longest = Math.max(...driven.map(({ way }) => way.length));
  const sendStep = (client: Client, step: StateStep | undefined) =>
    step === undefined ? [] : [() => send(service, client, step)];
  for (let i = -longest; i < 0; i++) {
    await sendAll(
      stage,
      driven.flatMap(({ client, way }) => sendStep(client, way.at(i))),
    );
  }
  const since = performance.now();
  await sendAll(
    stage,
    driven.flatMap(({ client, last }) => sendStep(client, last)),
  );
  const listed = await service.connections();
  const [server] = await service.listedServers();
  return { driven, listed, server, listedAfterMs: performance.now() - since };
}

async function sendAll(stage: Stage, sends: readonly (() => void)[]): Promise<void> {
  for (let at = 0; at < sends.length; at += BURST) {
    for (const send of sends.slice(at, at + BURST)) send();
    await stage.settle();
  }
}

/** Compares every connection’s state and remaining time, and the server’s counts, with the tables. */
export function judgeStates(seen: Seen, run: StatesRun, machine: StateMachine): CheckResult {
  const seesReplies = MODES[seen.mode].repliesPassDirector;
  const { driven, listed, server, listedAfterMs } = run;
  const findings: Finding[] = [];
  let active = 0;
  for (const one of driven) {
    const facts = machine.facts[nextState(machine, one.from, one.last, seesReplies)]!;
    if (facts.isActive) active++;
    const row = listed.find(({ client }) => client === endpoint(one.client));
    // The list leaves fractions of a second out.
    const leastS = facts.timeoutS - 1 - listedAfterMs / 1000;
    const isRight =
      row?.state === facts.name && row.expiresS <= facts.timeoutS && row.expiresS >= Math.floor(leastS);
    if (isRight) continue;
    const way = [...one.way, one.last].map(({ side, event }) => `${side} ${event}`).join(', ');
    findings.push(
      finding(
        `${endpoint(one.client)} in ${machine.facts[one.from]!.name}, then ${one.last.side} ${one.last.event} (all: ${way}).`,
        [
          { field: 'state', expected: facts.name, seen: row?.state ?? 'no connection' },
          {
            field: 'expires',
            expected: `in ${facts.timeoutS} s`,
            seen: row === undefined ? '' : `in ${row.expiresS} s`,
          },
        ],
      ),
    );
  }
  const counts = `${active} active, ${driven.length - active} inactive`;
  const seenCounts =
    server === undefined ? 'no server' : `${server.active} active, ${server.inactive} inactive`;
  if (counts !== seenCounts) {
    findings.push(
      finding('ipvsadm does not count the connections as their states say.', [
        { field: 'connections of rs1', expected: counts, seen: seenCounts },
      ]),
    );
  }
  return outcome(
    driven.length,
    `${counted(driven.length, 'connection')}, each in a known state with one event more`,
    findings,
  );
}
