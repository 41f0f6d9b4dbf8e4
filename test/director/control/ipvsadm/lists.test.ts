import { describe, expect, test } from 'vitest';
import type { Answer, ListedService } from '../../../../director/control/ipvsadm/backend/answers.ts';
import type { Operation } from '../../../../director/control/ipvsadm/backend/operations.ts';
import { largeNumber } from '../../../../director/control/ipvsadm/list-services.ts';
import { Session } from './session.ts';

test.each([
  [0, '        0', '        0'],
  [99_999_999, ' 99999999', ' 99999999'],
  [100_000_000, '  100000K', ' 100000000'],
  [123_456_789, '  123456K', ' 123456789'],
  [999_999_999, '  999999K', ' 999999999'],
  [1_000_000_000, '    1000M', ' 1000000000'],
  [99_999_999_999, '   99999M', ' 99999999999'],
  [1_234_567_890_123, '    1234G', ' 1234567890123'],
  [999_999_999_999_999, '     999T', ' 999999999999999'],
])('%i is written %j, in full %j', (value, short, exact) => {
  expect(largeNumber(value, false)).toBe(short);
  expect(largeNumber(value, true)).toBe(exact);
});

test('addresses are ordered by their difference in 32 bits, which wraps around', async () => {
  const session = new Session();
  await session.must('-A -t 10.0.0.1:80 -s rr', '-A -t 207.175.44.110:80 -s rr', '-A -t 10.0.0.1:79 -s rr');
  expect(await session.must('-Sn')).toBe(
    '-A -t 207.175.44.110:80 -s rr\n-A -t 10.0.0.1:79 -s rr\n-A -t 10.0.0.1:80 -s rr\n',
  );
});

test('services are ordered by mark, family, protocol, address and port; unsorted by the kernel’s hash', async () => {
  const session = new Session();
  const names = [
    '-f 2',
    '-f 1 -6',
    '-f 1',
    '--sctp-service 10.0.0.1:1',
    '-u 10.0.0.1:1',
    '-t [::1]:1',
    '-t 10.0.0.2:1',
  ];
  await session.must(...names.map((name) => `-A ${name} -s rr`), '-A -t 10.0.0.1:2 -s rr');
  const sorted = [
    '-t 10.0.0.1:2',
    '-t 10.0.0.2:1',
    '-u 10.0.0.1:1',
    '--sctp-service 10.0.0.1:1',
    '-t [::1]:1',
    '-f 1',
    '-f 1 -6',
    '-f 2',
  ];
  expect(await session.must('-Sn')).toBe(sorted.map((name) => `-A ${name} -s rr\n`).join(''));
  const [, , , ...rows] = (await session.must('-Ln --nosort')).trimEnd().split('\n');
  expect(rows.slice(-3)).toEqual(['FWM  1 rr', 'FWM  1 IPv6 rr', 'FWM  2 rr']);
});

test('servers stand newest first where they are not sorted', async () => {
  const session = new Session();
  await session.must('-A -f 1 -s rr', ...[12, 11, 13].map((i) => `-a -f 1 -r 10.0.2.${i} -m`));
  const order = (text: string) => Array.from(text.matchAll(/10\.0\.2\.(\d+)/g), ([, last]) => last);
  expect(order(await session.must('-Ln'))).toEqual(['11', '12', '13']);
  expect(order(await session.must('-Ln --nosort'))).toEqual(['13', '11', '12']);
});

describe('counters and rates', () => {
  const traffic = {
    counters: [123_456_789, 99_999_999, 100_000_000, 1_234_567_890_123, 999_999_999_999_999],
    rates: [123_456_789, 10, 8, 123_456_789, 630],
  } as const;
  const service: ListedService = {
    protocol: 'tcp',
    address: '10.0.0.1',
    port: 443,
    scheduler: 'rr',
    flags: 0,
    persistenceSeconds: 0,
    netmask: -1,
    engine: '',
    traffic,
    servers: [
      {
        address: '172.16.0.2',
        port: 8080,
        method: 0,
        weight: 1,
        upperThreshold: 100,
        lowerThreshold: 80,
        tunnel: { type: 0, port: 0, checksum: 0 },
        active: 1,
        inactive: 2,
        persistent: 3,
        traffic,
      },
    ],
  };
  const kernel = {
    callAll: async (operations: readonly Operation[]): Promise<Answer[]> =>
      operations.map((one) =>
        one.do === 'list-services' ? { services: [service] } : { version: 0x10201, tableSize: 4096 },
      ),
  };

  async function rows(command: string) {
    const { stdout } = await new Session(kernel).run(command);
    return stdout.split('\n').slice(3, 5);
  }

  test('are shortened', async () => {
    expect(await rows('-Ln --stats')).toEqual([
      'TCP  10.0.0.1:443                  123456K 99999999  100000K    1234G     999T',
      '  -> 172.16.0.2:8080               123456K 99999999  100000K    1234G     999T',
    ]);
  });

  test('of servers only bytes are, where rates are listed', async () => {
    expect(await rows('-Ln --rate')).toEqual([
      'TCP  10.0.0.1:443                  123456K       10        8  123456K      630',
      '  -> 172.16.0.2:8080              123456789       10        8  123456K      630',
    ]);
  });

  test('thresholds and templates have columns of their own', async () => {
    expect((await rows('-Ln --thresholds'))[1]).toBe(
      '  -> 172.16.0.2:8080              100        80         1          2         ',
    );
    expect((await rows('-Ln --persistent-conn'))[1]).toBe(
      '  -> 172.16.0.2:8080              1         3           1          2         ',
    );
  });
});

test('names of IPv4 services are cut to 33 characters, of IPv4 servers to 28, those of IPv6 are not', async () => {
  const session = new Session();
  const long = { hostName: async () => 'a-host-with-a-rather-long-name.example.com' };
  await session.must('-A -t 10.0.0.1:80 -s rr', '-a -t 10.0.0.1:80 -r 10.0.2.1 -m', '-A -t [::1]:80 -s rr');
  const { stdout } = await session.run('-L', '', {
    hostAddress: async () => undefined,
    servicePort: async () => undefined,
    serviceName: async () => undefined,
    ...long,
  });
  expect(stdout.split('\n').slice(3)).toEqual([
    'TCP  a-host-with-a-rather-long-na rr',
    '  -> a-host-with-a-rather-long-na Masq    1      0          0         ',
    'TCP  [a-host-with-a-rather-long-name.example.com]:80 rr',
    '',
  ]);
});
