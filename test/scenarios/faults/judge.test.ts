import { describe, expect, it } from 'vitest';
import { judgeFault } from '../../../scenarios/faults/judge.ts';
import { FAULT_MODELS, FAULT_NAMES, promiseOf } from '../../../scenarios/faults/model.ts';
import {
  type Fate,
  type ObservedConnection,
  TRAFFIC_KINDS,
  type TrafficKind,
} from '../../../scenarios/faults/observation.ts';

const FATES: readonly Fate[] = ['kept', 'moved', 'reset', 'closed', 'silent'];

const seen = (
  server: string | undefined,
  fate: Fate,
  traffic: TrafficKind = 'bulk',
  more: Partial<ObservedConnection> = {},
): ObservedConnection => ({
  traffic,
  ...(server !== undefined && { server }),
  fate,
  lost: 0,
  silenceMs: 10,
  ...more,
});

describe('what becomes of traffic across a fault', () => {
  it.each(FAULT_NAMES.flatMap((fault) => TRAFFIC_KINDS.map((traffic) => [fault, traffic] as const)))(
    '%s, %s: what is promised passes, and everything else fails',
    (fault, traffic) => {
      const { fates } = promiseOf(fault, traffic);
      for (const fate of FATES) {
        const { status } = judgeFault(fault, traffic, 'rs1', [
          seen('rs1', fate, traffic),
          seen('rs2', 'kept', traffic),
        ]);
        expect([fate, status]).toEqual([fate, fates.includes(fate) ? 'passed' : 'failed']);
      }
    },
  );

  it('harms no connection of another server, whatever becomes of those of the server that fails', () => {
    const outcome = judgeFault('delete-expire', 'bulk', 'rs1', [seen('rs1', 'reset'), seen('rs2', 'reset')]);
    expect(outcome).toMatchObject({
      status: 'failed',
      affected: { reset: 1 },
      others: { connections: 1, harmed: 1 },
      reason: 'bulk TCP: 1 of 1 connection of other servers were reset or refused',
    });
  });

  it('is about all connections where the director fails', () => {
    const outcome = judgeFault('director-kill', 'bulk', 'rs1', [seen('rs1', 'kept'), seen('rs2', 'reset')]);
    expect(outcome).toMatchObject({
      status: 'failed',
      affected: { kept: 1, reset: 1 },
      others: { connections: 0, harmed: 0 },
      reason: 'bulk TCP: 1 of 2 connections were reset or refused; promised: they go on',
    });
  });

  it('takes a new connection that nobody answered for one to the server that fails', () => {
    const unanswered = [seen(undefined, 'silent', 'new'), seen('rs2', 'kept', 'new')];
    expect(judgeFault('server-power-off', 'new', 'rs1', unanswered).status).toBe('passed');
    expect(judgeFault('weight-0', 'new', 'rs1', unanswered).status).toBe('failed');
  });

  it('counts loss and silence of connections that had to go on, and of no other', () => {
    const outcome = judgeFault('server-crash', 'udp', 'rs1', [
      seen('rs1', 'silent', 'udp', { lost: 40, silenceMs: 5_000 }),
      seen('rs2', 'kept', 'udp', { lost: 2, silenceMs: 70 }),
      seen('rs3', 'kept', 'udp', { lost: 1, silenceMs: 120 }),
      seen('rs3', 'reset', 'bulk', { lost: 9 }),
    ]);
    expect(outcome).toMatchObject({ status: 'passed', lost: 3, silenceMs: 120 });
  });

  it('does not hold where no connection met the fault', () => {
    expect(judgeFault('weight-0', 'idle', 'rs1', [seen('rs2', 'kept', 'idle')])).toMatchObject({
      status: 'error',
      reason: 'idle TCP: no connection was affected by the fault',
    });
    expect(judgeFault('weight-0', 'new', 'rs1', [])).toMatchObject({
      status: 'error',
      reason: 'new connections: no connection was made',
    });
  });
});

describe('the table of faults', () => {
  it('promises that nothing is lost whatever happens to the director', () => {
    for (const { hits, promises } of Object.values(FAULT_MODELS)) {
      if (hits === 'director') expect(new Set(Object.values(promises))).toEqual(new Set(['kept']));
    }
  });

  it('has some of each kind in a quick run', () => {
    const quick = Object.values(FAULT_MODELS).filter(({ isInQuick }) => isInQuick);
    expect(new Set(quick.map(({ hits }) => hits))).toEqual(new Set(['server', 'director']));
    expect(quick.length).toBeLessThan(FAULT_NAMES.length);
  });
});
