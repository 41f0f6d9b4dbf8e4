import { execa } from 'execa';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { shellInNamespace } from '../../../harness/environment/namespace-trial.ts';
import { probe } from '../../../harness/environment/probe.ts';
import { requirements, requirementsFor } from '../../../harness/environment/requirements.ts';
import { describeAsRoot } from '../../root.ts';

const ENVIRONMENT = new URL('../../../harness/environment', import.meta.url);

afterEach(() => void vi.unstubAllEnvs());

const named = (name: string) => requirements.filter((requirement) => requirement.name === name);

describe('probe', () => {
  it('answers every requirement, in the order of the table, with a detail', async () => {
    const probed = await probe(requirements);
    expect(probed.map(({ requirement }) => requirement)).toEqual(requirements);
    for (const { detail } of probed) expect(detail).not.toBe('');
  });

  it('finds the Node that runs it', async () => {
    const [node] = await probe(named('node'));
    expect(node).toMatchObject({ present: true, detail: expect.stringContaining(process.version) });
  });

  it('does not call a kernel feature absent when the tool to try it is', async () => {
    vi.stubEnv('PATH', '/nowhere');
    const [rings] = await probe(named('packet rings'));
    expect(rings).toMatchObject({
      present: false,
      untried: true,
      detail: expect.stringContaining('unshare'),
    });
  });
});

describeAsRoot('probing the kernel', () => {
  it('tells what the system said about what it does not have', async () => {
    const outcome = await shellInNamespace('ip link add name a type nosuchdevice');
    expect(outcome.present).toBe(false);
    expect(outcome.detail).toMatch(/unknown|not supported|type/i);
  });

  it('tries every step: an early failure is not covered by a later success', async () => {
    expect(await shellInNamespace('ip link set dev absent up; true')).toMatchObject({ present: false });
  });

  it('finds all that a bench needs here, and leaves no interface behind', async () => {
    const program = `
      import { execFileSync } from 'node:child_process';
      import { probe } from '${ENVIRONMENT}/probe.ts';
      import { requirementsFor } from '${ENVIRONMENT}/requirements.ts';
      const links = () => execFileSync('ip', ['-o', 'link']).toString();
      const before = links();
      const probed = await probe(requirementsFor('bench'));
      const absent = probed.filter(({ present }) => !present).map(({ detail }) => detail);
      console.log(JSON.stringify({ before, after: links(), absent, count: probed.length }));`;
    const node = [process.execPath, '--input-type=module', '--eval', program];
    const run = await execa('unshare', ['--net', '--', ...node]);
    const { before, after, absent, count } = JSON.parse(run.stdout);
    expect(absent).toEqual([]);
    expect(count).toBe(requirementsFor('bench').length);
    expect(after).toEqual(before);
  });
});
