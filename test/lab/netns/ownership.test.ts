import { readlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, it, onTestFinished } from 'vitest';
import { bringUp, listLabs, reapDeadRuns, removeLab, topologies } from '../../../lab/index.ts';
import { until } from '../../../lab/netns/until.ts';
import { describeAsRoot } from '../../root.ts';
import { expectNothingLeft, namespaceNames, temporaryRunDirectory } from '../fixtures/traces.ts';

const HOLD = fileURLToPath(new URL('../fixtures/hold-lab.ts', import.meta.url));

/** Another process that has a lab up; resolves when it does. */
async function holder(runDirectory: string, ...more: string[]) {
  const child = execa(process.execPath, [HOLD, runDirectory, ...more], { reject: false, cleanup: false });
  onTestFinished(() => void child.kill('SIGTERM'));
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  const report = await until(() => /^\{.*\}$/m.exec(said)?.[0], { limitMs: 20_000 });
  if (report === undefined) throw new Error(`no lab came up: ${said}${(await child).stderr}`);
  const { id, pids } = JSON.parse(report) as { id: string; pids: number[] };
  return { child, id, pids };
}

describeAsRoot('who owns a lab', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('takes its lab down on %s', async (signal) => {
    await using directory = await temporaryRunDirectory();
    const { child, id, pids } = await holder(directory.path);
    child.kill(signal);
    expect((await child).exitCode).toBe(130);
    await expectNothingLeft(id, pids);
  });

  it('brings up no other lab once a signal is ending it', async () => {
    await using directory = await temporaryRunDirectory();
    const { child } = await holder(directory.path, 'reopen');
    child.kill('SIGINT');
    const { exitCode, stderr } = await child;
    expect(exitCode).toBe(130);
    expect(stderr).toContain('No lab is brought up after SIGINT.');
    expect((await listLabs()).filter(({ pid }) => pid === child.pid)).toEqual([]);
  });

  it('takes down a lab that is half up when the signal comes', async () => {
    await using directory = await temporaryRunDirectory();
    const child = execa(process.execPath, [HOLD, directory.path], { reject: false, cleanup: false });
    const own = await until(
      async () =>
        (await listLabs()).find(({ pid, namespaces }) => pid === child.pid && namespaces.length > 0),
      { limitMs: 10_000, everyMs: 1 },
    );
    child.kill('SIGTERM');
    expect((await child).exitCode).toBe(130);
    await expectNothingLeft(own!.id);
  });

  it('leaves a lab behind on SIGKILL, which whoever comes next takes down', async () => {
    await using directory = await temporaryRunDirectory();
    const { child, id, pids } = await holder(directory.path);
    expect(await namespaceNames()).toContain(`lvs${id}-rs1`);
    child.kill('SIGKILL');
    await child;
    // Several at once: they do not trip over each other.
    await Promise.all([reapDeadRuns(), reapDeadRuns(), reapDeadRuns()]);
    await expectNothingLeft(id, pids);
  });

  it('is not reaped while it lives, nor removed by others', async () => {
    await using directory = await temporaryRunDirectory();
    const { child, id, pids } = await holder(directory.path);
    await reapDeadRuns();
    expect(await namespaceNames()).toContain(`lvs${id}-rs1`);
    await expect(removeLab(id)).rejects.toThrow(new RegExp(`in use by process ${child.pid}`));
    child.kill('SIGTERM');
    await child;
    await expectNothingLeft(id, pids);
  });

  it('leaves up a lab that is kept, with what runs in it, until it is removed', async () => {
    await using directory = await temporaryRunDirectory();
    const { child, id, pids } = await holder(directory.path, 'keep');
    expect((await child).exitCode).toBe(0);
    await reapDeadRuns();
    const summary = (await listLabs()).find((lab) => lab.id === id);
    expect(summary).toMatchObject({ kept: true, ownerAlive: false, topology: 'dr' });
    expect(summary?.namespaces).toContain(`lvs${id}-client`);
    // A program is in its namespace a little after it was started.
    const pidsIn = async (namespace: string) => (await execa('ip', ['netns', 'pids', namespace])).stdout;
    await expect.poll(() => pidsIn(`lvs${id}-director`)).toBe(`${pids[1]}`);
    await removeLab(id);
    await expectNothingLeft(id, pids);
  });

  it('says which labs there are when asked to remove one that is not', async () => {
    await expect(removeLab('f00')).rejects.toThrow(/no lab f00/);
  });

  it('ends processes that have moved to another namespace', async () => {
    await using directory = await temporaryRunDirectory();
    const lab = await bringUp(topologies.nat({ servers: 1 }), { runDirectory: directory.path });
    const ownNamespace = readlinkSync('/proc/self/ns/net');
    const moved = await lab
      .host('rs1')
      .start(
        'moved',
        'nsenter',
        [`--net=/proc/${process.pid}/ns/net`, 'sh', '-c', 'echo moved; exec sleep 1000'],
        {
          ready: /^moved$/m,
        },
      );
    expect(readlinkSync(`/proc/${moved.pid}/ns/net`)).toBe(ownNamespace);
    await lab[Symbol.asyncDispose]();
    await expectNothingLeft(lab.id, [moved.pid]);
  });
});
