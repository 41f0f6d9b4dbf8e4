import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ipv4 } from '../../../../director/index.ts';
import { serverRule, serviceRule } from './arbitrary-rules.ts';
import { Session } from './session.ts';

/**
 * Whether a list of these services has an order. ipvsadm subtracts IPv4 addresses in 32 bits, which wraps around: of some
 * that lie more than half of all addresses apart, each may come before the next, and the order follows from the one before.
 */
function hasOneOrder(names: readonly string[]): boolean {
  const addresses = names
    .flatMap((name) => / (\d+\.\d+\.\d+\.\d+):/.exec(name)?.[1] ?? [])
    .map((text) => ipv4(text) | 0);
  return Math.max(...addresses) - Math.min(...addresses) < 2 ** 31;
}

/** The same lines, for lists without an order of their own. */
function inAnyOrder(text: string): string {
  return text.split('\n').toSorted().join('\n');
}

test('what was saved and restored is saved as the same again, and shown as the same', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(serviceRule, fc.array(serverRule, { maxLength: 5 })), { maxLength: 12 }),
      async (rules) => {
        const first = new Session();
        for (const [service, servers] of rules) {
          await first.run(`-A ${service.name} -s ${service.scheduler}${service.options}`);
          for (const server of servers) {
            const address = server.isIpv6
              ? `[${server.ipv6}]:${server.port}`
              : `${server.ipv4}:${server.port}`;
            // Some are refused: a family that does not go with the method, a server that is there already.
            await first.run(`-a ${service.name} -r ${address} ${server.method} -w ${server.weight}`);
          }
        }
        const { stdout: saved } = await first.run('-Sn');
        const second = new Session();
        expect(await second.run('-R', saved)).toEqual({ rc: 0, stdout: '', stderr: '' });
        const shown = hasOneOrder(rules.map(([{ name }]) => name)) ? (text: string) => text : inAnyOrder;
        expect(shown((await second.run('-Sn')).stdout)).toBe(shown(saved));
        for (const format of ['-Ln', '-Ln --tun-info', '-Ln --persistent-conn']) {
          expect(shown((await second.run(format)).stdout)).toBe(shown((await first.run(format)).stdout));
        }
      },
    ),
    { numRuns: 150 },
  );
});

test('rules are saved with names where there are names, and restored from them', async () => {
  const names = {
    hostAddress: async (name: string) => (name === 'vip.example' ? '10.99.0.1' : undefined),
    hostName: async (address: string) => (address === '10.99.0.1' ? 'vip.example' : undefined),
    servicePort: async (name: string) => (name === 'http' ? 80 : undefined),
    serviceName: async (port: number) => (port === 80 ? 'http' : undefined),
  };
  const session = new Session();
  await session.must('-A -t 10.99.0.1:80 -s rr', '-a -t 10.99.0.1:80 -r 10.0.2.11 -m');
  const { stdout } = await session.run('-S', '', names);
  expect(stdout).toBe('-A -t vip.example:http -s rr\n-a -t vip.example:http -r 10.0.2.11:http -m -w 1\n');
  const restored = new Session();
  await restored.run('-R', stdout, names);
  expect((await restored.run('-Sn')).stdout).toBe((await session.run('-Sn')).stdout);
});
