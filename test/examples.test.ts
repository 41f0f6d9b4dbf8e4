import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { describeAsRoot } from './root.ts';

/** `examples/three-namespaces.sh` has a test of its own beside those of ipvsadm. */
const example = (name: string) => fileURLToPath(new URL(`../examples/${name}`, import.meta.url));

describeAsRoot('an example', () => {
  it('dr-lab.ts shares six requests out among three servers and shows frames with the director’s MAC', async () => {
    const { stdout } = await execa(process.execPath, [example('dr-lab.ts')]);
    const answers = stdout.split('\n').filter((line) => line.startsWith('{'));
    expect(answers.toSorted()).toEqual(
      ['rs1', 'rs1', 'rs2', 'rs2', 'rs3', 'rs3'].map((server) => `{"server":"${server}"}`),
    );
    expect(stdout).toMatch(
      /^02:00:0a:00:02:01 → 02:00:0a:00:02:0b {2}TCP 10\.0\.1\.2:\d+ > 10\.0\.2\.100:80 \[S\]/m,
    );
  });

  it('uploads.sh measures an upload beside plain forwarding', async () => {
    const { stdout } = await execa(example('uploads.sh'), ['0.2', '1', 'bridge'], { timeout: 60_000 });
    expect(stdout).toMatch(/^bridge( +[1-9]\d*){2} +\d+\.\d\d$/m);
  }, 60_000);

  it('diagnose.sh names the ARP mistake and its cure', async () => {
    const { stdout } = await execa(example('diagnose.sh'), { timeout: 60_000 });
    expect(stdout).toMatch(/^vip-announced: /m);
    expect(stdout).toContain('net.ipv4.conf.all.arp_ignore=1');
  }, 60_000);
});
