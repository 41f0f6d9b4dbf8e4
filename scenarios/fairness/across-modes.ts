/**
 * Whether a scheduler must decide alike in all modes. The director sees what clients send in every mode, and what servers
 * send in NAT only, so a mode makes a difference where only a server says that a connection has ended, and only to
 * schedulers that compare how many connections are active. The reasons stand here, each once.
 */
import { MODES, type Mode } from '../../lab/modes.ts';
import { schedulerFacts } from '../models/schedulers.ts';
import type { AcrossModesRule, Contender } from './scenario.ts';

/** For situations in which clients end their connections, at the latest when their server does. */
export function alikeInEveryMode(): AcrossModesRule {
  return {
    mustBeAlike: true,
    reason:
      'Each client ends its connection itself, or at once when its server does, so the director sees the same of it in ' +
      'every mode, and addresses that are hashed are the same or chosen to hash alike.',
  };
}

/** For situations in which servers end connections. @param reason Why those that compare loads need not decide alike. */
export function alikeWithoutLoad(reason: string): (contender: Contender) => AcrossModesRule {
  return ({ scheduler }) =>
    schedulerFacts(scheduler).load === 'none'
      ? {
          mustBeAlike: true,
          reason:
            'It compares no load, so what the director does not see of connections in DR and TUN changes no decision.',
        }
      : { mustBeAlike: false, reason };
}

/** Modes in which the director sees the same packets of a connection: they decide alike, whatever the others do. */
export function modesThatSeeTheSame(modes: readonly Mode[]): Mode[][] {
  return [...Map.groupBy(modes, (mode) => MODES[mode].repliesPassDirector).values()];
}
