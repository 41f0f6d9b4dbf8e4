import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PacketsBeside } from '../../../harness/conformance/beside/packets-beside.ts';
import { CONVERSATION_INDEX, selectedPacketCases } from '../../../harness/conformance/catalogue.ts';
import { type ModePlan, playPlans } from '../../../harness/conformance/play-plans.ts';
import { ownDirector } from '../../../harness/directors/index.ts';
import type { Mode } from '../../../lab/index.ts';
import type { CaseResult } from '../../../reports/result.ts';

const plan = (mode: Mode): ModePlan => ({
  ...{ mode, lab: 'memory', director: ownDirector, seed: 1, scenarios: [] },
  cases: selectedPacketCases(mode, [`${mode}/request`]),
  conversationIndex: CONVERSATION_INDEX,
});
const plans = [plan('nat'), plan('tun')];

function listener(resultDirectory: string) {
  const told: { at: number; result: Omit<CaseResult, 'durationMs'> }[] = [];
  const context = {
    resultDirectory,
    step: () => undefined,
    played: (at: number, { durationMs: _, ...result }: CaseResult) => void told.push({ at, result }),
    isOver: () => false,
  };
  return { told, context };
}

describe('packet cases that are played in a process of their own', () => {
  it('come to the same results as in this one', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'lvs-lab-beside-'));
    const here = listener(folder.path);
    await Promise.all(playPlans(plans, here.context));
    const there = listener(folder.path);
    await using beside = new PacketsBeside(plans, 1, folder.path);
    await Promise.all(beside.play(plans, there.context));
    expect(there.told.length).toBe(plans.flatMap(({ cases }) => cases).length);
    expect(there.told).toEqual(here.told);
  });

  it('are an error where the process is lost', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'lvs-lab-beside-'));
    const beside = new PacketsBeside(plans, 1, folder.path);
    const ended = beside.play(plans, listener(folder.path).context);
    await beside[Symbol.asyncDispose]();
    const outcomes = await Promise.allSettled(ended);
    expect(outcomes.at(-1)).toMatchObject({
      status: 'rejected',
      reason: { message: expect.stringMatching(/plays cases packet by packet was lost: it ended with/) },
    });
  });
});
