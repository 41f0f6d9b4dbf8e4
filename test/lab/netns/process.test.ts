import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bringUp, type Lab, LabError, type LabHost, topologies } from '../../../lab/index.ts';
import { describeAsRoot } from '../../root.ts';
import { expectNothingLeft, temporaryRunDirectory } from '../fixtures/traces.ts';

describeAsRoot('programs on a host', () => {
  let directory: Awaited<ReturnType<typeof temporaryRunDirectory>>;
  let lab: Lab;
  let host: LabHost;

  beforeAll(async () => {
    directory = await temporaryRunDirectory();
    lab = await bringUp(topologies.nat({ servers: 1 }), { runDirectory: directory.path });
    host = lab.host('rs1');
  });

  afterAll(async () => {
    await lab[Symbol.asyncDispose]();
    await directory[Symbol.asyncDispose]();
  });

  const shell = (name: string, script: string, options = {}) =>
    host.start(name, 'sh', ['-c', script], options);

  it('run in the host’s namespace, without a shell', async () => {
    const { stdout } = await host.run('ip', ['-4', '-oneline', 'address', 'show', 'dev', 'eth0']);
    expect(stdout).toContain('10.0.2.11/24');
    expect((await host.run('echo', ['$HOME; reboot'])).stdout).toBe('$HOME; reboot');
  });

  it('reject with exit code and output, unless told not to', async () => {
    await expect(host.run('sh', ['-c', 'echo oh >&2; exit 3'])).rejects.toMatchObject({
      exitCode: 3,
      stderr: 'oh',
    });
    expect((await host.run('false', [], { reject: false })).exitCode).toBe(1);
  });

  it('are ready when they say so, and write to a log file of their own', async () => {
    const started = await shell('talker', 'echo out; echo err >&2; echo ready; exec sleep 1000', {
      ready: /^ready$/m,
    });
    expect(started.alive).toBe(true);
    expect(started.logFile).toBe(`${directory.path}/logs/rs1-talker.log`);
    // The command stands first, so that a log tells what it is the log of.
    const [command, ...said] = (await readFile(started.logFile, 'utf8')).split('\n');
    expect(command).toMatch(/^\$ ip netns exec \S+ sh -c echo out/);
    expect(said).toEqual(['out', 'err', 'ready', '']);
    expect(await started.output()).toBe('out\nerr\nready\n');
    expect(await started.stop()).toEqual({ exitCode: undefined, signal: 'SIGTERM' });
  });

  it('are ready when a probe says so', async () => {
    let asked = 0;
    const started = await shell('probed', 'exec sleep 1000', { ready: () => ++asked >= 3 });
    expect(asked).toBe(3);
    await started.stop();
  });

  it('do not count as ready for what an earlier one of that name wrote', async () => {
    const first = await shell('again', 'echo ready; exec sleep 1000', { ready: /^ready$/m });
    await first.stop();
    await expect(shell('again', 'exit 0', { ready: /^ready$/m })).rejects.toThrow(
      /again on rs1 ended with exit code 0/,
    );
  });

  it('are reported with exit code and the end of the log when they end before they are ready', async () => {
    const early = shell('early', 'echo cannot bind >&2; exit 7', { ready: /ready/ });
    await expect(early).rejects.toThrow(LabError);
    await expect(early).rejects.toThrow(
      /early on rs1 ended with exit code 7 before it was ready.*cannot bind/s,
    );
    await expect(host.start('absent', 'no-such-program', [], { ready: /^ready$/m })).rejects.toThrow(
      /no-such-program/,
    );
  });

  it('are ended and reported when they do not get ready in time', async () => {
    await expect(
      shell('slow', 'echo $$; exec sleep 1000', { ready: /never/, readyTimeoutMs: 200 }),
    ).rejects.toThrow(/slow on rs1 was not ready after 200 ms: it wrote no line that matches \/never\/\. /);
    const pid = Number((await readFile(`${directory.path}/logs/rs1-slow.log`, 'utf8')).trim());
    const { stdout } = await host.run('ip', ['netns', 'pids', host.namespace]);
    expect(stdout.split('\n')).not.toContain(`${pid}`);
  });

  it('tell when they crash', async () => {
    const crashing = await shell('crashing', 'echo ready; exec sleep 1000', { ready: /ready/ });
    process.kill(crashing.pid, 'SIGSEGV');
    expect(await crashing.exited).toEqual({ exitCode: undefined, signal: 'SIGSEGV' });
    expect(crashing.alive).toBe(false);
    expect(await crashing.stop()).toEqual({ exitCode: undefined, signal: 'SIGSEGV' });
  });

  it('are killed if they do not heed SIGTERM', async () => {
    const deaf = await shell('deaf', 'trap "" TERM; echo ready; while :; do sleep 0.05; done', {
      ready: /ready/,
      graceMs: 100,
    });
    expect(await deaf.stop()).toEqual({ exitCode: undefined, signal: 'SIGKILL' });
  });

  it('end with the lab, children of children too', async () => {
    const own = await bringUp(topologies.nat({ servers: 1 }), { runDirectory: `${directory.path}/own` });
    const parent = await own
      .host('client')
      .start('parent', 'sh', ['-c', 'setsid sh -c "echo $$; trap : TERM; sleep 1000" & wait'], {
        ready: /^\d+$/m,
      });
    const child = Number((await parent.output()).trim());
    await own[Symbol.asyncDispose]();
    await expectNothingLeft(own.id, [parent.pid, child]);
  });
});
