import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DirectorUnderTest } from '../../../harness/directors/director-under-test.ts';
import { externalDirector } from '../../../harness/directors/external/index.ts';
import { ipvsInGuest } from '../../../harness/directors/ipvs/in-guest.ts';
import { nftDirector } from '../../../harness/directors/nft/index.ts';
import { tsDirector } from '../../../harness/directors/ts/index.ts';
import { faultsIn, runFaults } from '../../../harness/faults/run.ts';
import { USUAL_KERNEL } from '../../../lab/guest/packages.ts';
import { LabError, listLabs } from '../../../lab/index.ts';
import { fault as faultSchema } from '../../../reports/result-fault.ts';
import { FAULT_NAMES, type FaultName } from '../../../scenarios/faults/model.ts';
import { temporaryRunDirectory } from '../../lab/fixtures/traces.ts';
import { describeAsRoot } from '../../root.ts';

/** One that takes no setting, and so keeps its default. */
const deaf: DirectorUnderTest = {
  ...tsDirector,
  name: 'deaf',
  start: async (...args) => ({ ...(await tsDirector.start(...args)), set: async () => undefined }),
};
/** One whose weights cannot be changed. */
const stubborn: DirectorUnderTest = {
  ...tsDirector,
  name: 'stubborn',
  async start(...args) {
    const running = await tsDirector.start(...args);
    return {
      ...running,
      apply: async (rules) => {
        if (rules.some((rule) => rule.startsWith('-e'))) throw new LabError('no weight is ever changed');
        await running.apply?.(rules);
      },
    };
  },
};
const absent: DirectorUnderTest = { ...tsDirector, name: 'absent', unavailable: async () => 'not installed' };

const kernels = ipvsInGuest(USUAL_KERNEL);
const whyNoGuest = await kernels.unavailable();

const PATIENCE_MS = 180_000;

describeAsRoot('faults', () => {
  let directory: Awaited<ReturnType<typeof temporaryRunDirectory>>;
  beforeAll(async () => {
    directory = await temporaryRunDirectory();
  });
  afterAll(() => directory[Symbol.asyncDispose]());

  const play = async (
    director: DirectorUnderTest,
    faults: readonly FaultName[],
    modes: readonly ('nat' | 'dr' | 'tun')[] = ['nat'],
  ) => {
    const found = await runFaults({
      ...{ modes, faults, seed: 1, directors: [director] },
      outDirectory: directory.path,
      step: () => undefined,
      // What is never answered is waited for in vain.
      ...(director === tsDirector || director === kernels ? {} : { recoveryMs: 2_000 }),
    });
    for (const one of found) faultSchema.parse(one);
    return found;
  };
  const brief = (found: Awaited<ReturnType<typeof play>>) =>
    found.map(({ id, status, reason }) => [id, status, reason]);

  it(
    'do in every mode what IPVS promises',
    async () => {
      const found = await play(tsDirector, ['weight-0', 'delete-expire'], ['nat', 'dr', 'tun']);
      expect(found).toHaveLength(2 * 3 * 4);
      expect(brief(found).filter(([, status]) => status !== 'passed')).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'show a director that breaks a promise',
    async () => {
      const found = await play(deaf, ['delete-expire']);
      expect(found.map(({ traffic, status }) => [traffic, status])).toEqual([
        ['idle', 'failed'],
        ['bulk', 'failed'],
        ['udp', 'failed'],
        ['new', 'passed'],
      ]);
      expect(found[0]).toMatchObject({
        affected: { silent: 2 },
        reason: 'idle TCP: 2 of 2 connections got no answer; promised: they are reset',
      });
    },
    PATIENCE_MS,
  );

  it(
    'that could not be made are told with the reason, and the next one is made',
    async () => {
      const found = await play(stubborn, ['weight-0', 'delete-expire']);
      expect(brief(found.filter(({ fault }) => fault === 'weight-0'))).toEqual(
        ['idle', 'bulk', 'udp', 'new'].map((traffic) => [
          `faults/weight-0/nat/${traffic}`,
          'error',
          'no weight is ever changed',
        ]),
      );
      expect(brief(found.filter(({ status }) => status === 'passed'))).toHaveLength(4);
    },
    PATIENCE_MS,
  );

  it(
    'are unsupported by a director that has not got the means for them, and judged where it has',
    async () => {
      const found = await play(nftDirector, ['weight-0', 'delete-expire', 'director-kill']);
      const of = (name: FaultName) => found.filter(({ fault }) => fault === name);
      expect(brief(of('weight-0')).map(([, status]) => status)).toEqual(Array(4).fill('passed'));
      for (const { status, isUnsupported, reason } of of('delete-expire')) {
        expect([status, isUnsupported]).toEqual(['skipped', true]);
        expect(reason).toContain('nft does not declare settings');
      }
      expect(of('director-kill').map(({ reason }) => reason)).toEqual(
        Array(4).fill('unsupported: nft has no process that can be sent signals'),
      );
    },
    PATIENCE_MS,
  );

  it.skipIf(whyNoGuest !== undefined)(
    `are made around the kernel’s IPVS in a guest, but for those of a process${whyNoGuest === undefined ? '' : ` (${whyNoGuest})`}`,
    async () => {
      const found = await play(kernels, ['server-new-mac', 'interface-flap', 'director-restart'], ['dr']);
      const of = (name: FaultName) => brief(found.filter(({ fault }) => fault === name));
      const passed = Array(4).fill(expect.arrayContaining(['passed']));
      expect(of('server-new-mac')).toEqual(passed);
      expect(of('interface-flap')).toEqual(passed);
      expect(of('director-restart').map(([, , reason]) => reason)).toEqual(
        Array(4).fill('unsupported: ipvs has no process or program that can end while its kernel goes on'),
      );
    },
    PATIENCE_MS,
  );

  it(
    'show what a proxy of TCP alone does, beside flows that it does not balance',
    async () => {
      const example = await externalDirector('examples/directors/haproxy.json');
      const found = await play(example, ['director-restart']);
      expect(found.map(({ traffic, status, director }) => [traffic, status, director])).toEqual([
        ['idle', 'failed', example.name],
        ['bulk', 'failed', example.name],
        ['udp', 'skipped', example.name],
        ['new', expect.stringMatching(/passed|failed/), example.name],
      ]);
      expect(found[2]).toMatchObject({ isUnsupported: true });
    },
    PATIENCE_MS,
  );

  it('are skipped for a director that cannot run here', async () => {
    const found = await play(absent, ['weight-0'], ['tun']);
    expect(found.map(({ status, reason }) => [status, reason])).toEqual(
      Array.from({ length: 4 }, () => ['skipped', 'not installed']),
    );
  });

  it('leave nothing behind', async () => {
    const own = (await listLabs()).filter(({ runDirectory }) => runDirectory.startsWith(directory.path));
    expect(own).toEqual([]);
  });
});

it('are all made unless a few are enough', () => {
  expect(faultsIn('default')).toEqual(FAULT_NAMES);
  expect(faultsIn('full')).toEqual(FAULT_NAMES);
  expect(faultsIn('quick').length).toBeLessThan(FAULT_NAMES.length);
});
