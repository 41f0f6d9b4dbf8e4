import { readdir, readFile } from 'node:fs/promises';
import { expect, it, onTestFinished } from 'vitest';
import { sitesOf } from '../../../harness/diagnosis/captured-sites.ts';
import { diagnose } from '../../../harness/diagnosis/diagnose.ts';
import { readCapture } from '../../../lab/captures/read-capture.ts';
import { FAULTS } from '../../../lab/index.ts';
import { readResult } from '../../../reports/read-result.ts';
import { temporaryRunDirectory } from '../../lab/fixtures/traces.ts';
import { describeAsRoot } from '../../root.ts';
import { lvsLabHere } from '../command-line.ts';

/** On the wire these look like silence, whatever the reason of it is. */
const NEEDS_FACTS: Readonly<Record<string, string>> = {
  'dr-vip-missing': 'silent-server',
  'tun-rp-filter': 'silent-server',
};
/** Nobody asked for the VIP on the servers’ segment, so nothing was announced yet. */
const SEEN_BY_FACTS_ALONE = ['tun-vip-announced'];

/** What captures and rules alone tell, as an operator would give them who cannot ask the hosts. */
async function fromOutside(session: string): Promise<Set<string>> {
  const names = (await readdir(`${session}/captures`)).filter((name) => /-eth[01]\.pcap$/.test(name));
  const rules = await readFile(`${session}/rules`, 'utf8');
  const rips = [...new Set([...rules.matchAll(/-r ([\d.]+):/g)].map(([, rip = '']) => rip))];
  const captures = await Promise.all(
    names.map((name) => {
      const [host = '', port = ''] = name.replace('.pcap', '').split('-');
      const server = /^rs(\d)$/.exec(host);
      const known = server === null ? host : (rips[Number(server[1]) - 1] ?? host);
      return readCapture({ host: known, interface: port, file: `${session}/captures/${name}` });
    }),
  );
  const sites = sitesOf({ rules, rulesName: 'rules', captures, facts: new Map(), capturedAt: 'link' });
  return new Set(sites.flatMap(diagnose).map(({ id }) => id));
}

describeAsRoot('a network with a mistake in it', () => {
  it.each(Object.entries(FAULTS))(
    'is found, named and can be mended: %s',
    async (name, { diagnosis, mode }) => {
      const { path, [Symbol.asyncDispose]: remove } = await temporaryRunDirectory();
      onTestFinished(remove);
      const args = ['--break', name, '--servers', '2', '--duration', '300ms', '--out', path];
      const { exitCode } = await lvsLabHere('bench', ...args);
      expect(exitCode).toBe(1);
      const { sessions, verdict } = await readResult(`${path}/latest/result.json`);
      expect(sessions.map((session) => session.mode)).toEqual([mode]);
      const found = sessions.flatMap(({ misconfigurations }) => misconfigurations);
      expect(new Set(found.map(({ id }) => id))).toEqual(new Set([diagnosis]));
      for (const { message, cure, host, findings } of found) {
        expect(verdict.reasons).toContain(message);
        expect(message).toContain(host);
        expect(cure.length).toBeGreaterThan(0);
        expect(findings.length).toBeGreaterThan(0);
      }
      expect(await fromOutside(`${path}/latest/${mode}-rr`)).toEqual(
        new Set(SEEN_BY_FACTS_ALONE.includes(name) ? [] : [NEEDS_FACTS[name] ?? diagnosis]),
      );
    },
  );
});
