import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Session } from './session.ts';

/** What the tables should hold: servers by service, newest first. */
class Model {
  readonly services = new Map<string, { settings: string; servers: Map<string, string> }>();

  /** The exit code that a command should have. */
  apply({ command, service, server, settings }: Step): number {
    const known = this.services.get(service);
    switch (command) {
      case '-C':
        this.services.clear();
        return 0;
      case '-A':
        if (known !== undefined) return 255;
        this.services.set(service, { settings: settings.service, servers: new Map() });
        return 0;
      case '-E':
        if (known === undefined) return 255;
        known.settings = settings.service;
        return 0;
      case '-D':
        return this.services.delete(service) ? 0 : 255;
      case '-a':
        if (known === undefined || known.servers.has(server)) return 255;
        known.servers = new Map([[server, settings.server], ...known.servers]);
        return 0;
      case '-e':
        if (!known?.servers.has(server)) return 255;
        known.servers.set(server, settings.server);
        return 0;
      case '-d':
        return known?.servers.delete(server) ? 0 : 255;
    }
  }
}

const SERVERS = ['10.0.2.11:8080', '10.0.2.12:8080', '10.0.2.11:8081', '10.0.2.13:8080'];
/** What stands for them where the service is IPv6. */
const IPV6_SERVERS = ['[fc00::1]:8080', '[fc00::2]:8080', '[fc00::1]:8081', '[fc00::3]:8080'];

interface Step {
  readonly command: '-A' | '-E' | '-D' | '-a' | '-e' | '-d' | '-C';
  readonly service: string;
  readonly server: string;
  readonly settings: { readonly service: string; readonly server: string };
}

const step: fc.Arbitrary<Step> = fc.record({
  command: fc.constantFrom('-A', '-A', '-A', '-E', '-D', '-a', '-a', '-a', '-a', '-e', '-d', '-C'),
  service: fc.constantFrom(
    '-t 10.99.0.1:80',
    '-u 10.99.0.1:80',
    '-t 10.99.0.2:80',
    '-f 7',
    '-f 7 -6',
    '-t [2001:db8::1]:80',
  ),
  server: fc.constantFrom(...SERVERS),
  settings: fc.record({
    service: fc.constantFrom('-s rr', '-s wrr', '-s sh -b sh-port', '-s wlc -p 60'),
    server: fc.constantFrom('-m -w 1', '-m -w 0', '-m -w 7 -x 9 -y 4'),
  }),
});

function words({ command, service, server, settings }: Step): string {
  if (command === '-C') return command;
  if (command === '-A' || command === '-E') return `${command} ${service} ${settings.service}`;
  if (command === '-D') return `${command} ${service}`;
  const address = isIpv6(service) ? IPV6_SERVERS[SERVERS.indexOf(server)] : server;
  return `${command} ${service} -r ${address}${command === '-d' ? '' : ` ${settings.server}`}`;
}

function isIpv6(service: string): boolean {
  return service.includes('[') || service.endsWith('-6');
}

test('any commands leave in the tables what they should, and in its order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.boolean(), async (steps, atOnce) => {
      const session = new Session();
      const model = new Model();
      const expected = steps.map((one) => model.apply(one));
      if (atOnce) {
        await session.run('-R', steps.map(words).join('\n'));
        expect(session.refusedLines).toEqual(expected.flatMap((rc, i) => (rc === 0 ? [] : [i + 1])));
      } else {
        for (const [i, one] of steps.entries()) expect((await session.run(words(one))).rc).toBe(expected[i]);
      }
      for (const [service, { settings, servers }] of model.services) {
        const listed = await session.must(`-L -n --nosort ${service}`);
        const [, , head = '', ...rows] = listed.trimEnd().split('\n');
        expect(head).toContain(` ${settings.split(' ')[1]}`);
        expect(rows.map((row) => row.split(/\s+/)[3])).toEqual([...servers].map(() => 'Masq'));
        const weights = Array.from(servers.values(), (server) => /-w (\d+)/.exec(server)?.[1]);
        expect(rows.map((row) => row.split(/\s+/)[4])).toEqual(weights);
      }
      const everything = await session.must('-Sn');
      const saved = everything.split('\n').filter((line) => line.startsWith('-A'));
      expect(saved).toHaveLength(model.services.size);
    }),
    { numRuns: 150 },
  );
});
