import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ControlClient } from '../../../../director/control/client.ts';
import { ControlSocketBackend } from '../../../../director/control/ipvsadm/backend/control-socket-backend.ts';
import { LazyBackend } from '../../../../director/control/ipvsadm/backend/lazy-backend.ts';
import { LocalBackend } from '../../../../director/control/ipvsadm/backend/local-backend.ts';
import { ControlServer } from '../../../../director/control/server.ts';
import { Turns } from '../../../../director/control/turns.ts';
import { NETWORK } from '../../../../harness/replay/network.ts';
import { VirtualDirector } from '../../../../lab/memory/virtual-director.ts';
import { Session } from './session.ts';

let folder: string;
let path: string;
let server: ControlServer;
/** What happened in turn: packets passed, or so many operations were carried out together. */
let events: ('packets pass' | number)[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'control-'));
  path = join(folder, 'socket');
  events = [];
  const { core } = new VirtualDirector({ network: NETWORK });
  const kernel = new LocalBackend({
    state: core.state,
    now: () => 0,
    change: (apply) => {
      apply();
      core.rulesChanged();
    },
  });
  const turns = new Turns({ now: () => 0, letPacketsPass: async () => void events.push('packets pass') });
  server = await ControlServer.listen(path, turns, (request) => {
    if (request.method !== 'ipvs') return {};
    events.push(request.operations.length);
    return kernel.perform(request.operations);
  });
});

afterEach(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

function remote() {
  return new ControlSocketBackend(new ControlClient(path));
}

test('rules, refusals and lists go over the control socket', async () => {
  const session = new Session(remote());
  await session.must('-A -t 10.99.0.1:80 -s rr', '-a -t 10.99.0.1:80 -r 10.0.2.11 -m');
  expect(await session.must('-Sn')).toBe(
    '-A -t 10.99.0.1:80 -s rr\n-a -t 10.99.0.1:80 -r 10.0.2.11:80 -m -w 1\n',
  );
  expect(await session.run('-A -t 10.99.0.1:80')).toMatchObject({
    rc: 255,
    stderr: 'Service already exists\n',
  });
});

test('more rules than fit a page are restored in small requests, and all are listed', async () => {
  const session = new Session(remote());
  const lines = Array.from({ length: 3_000 }, (_, i) => {
    const service = `-t 10.50.${i >> 8}.${i & 255}:80`;
    return `-A ${service} -s rr\n-a ${service} -r 10.0.2.11:80 -m -w ${i}\n`;
  });
  expect(await session.run('-R', lines.join(''))).toEqual({ rc: 0, stdout: '', stderr: '' });
  const changes = events.filter((event) => event !== 'packets pass');
  expect(changes).toEqual(Array.from({ length: 20 }, () => 300));
  expect(events.flatMap((event, i) => (event === 300 ? [events[i - 1]] : []))).toEqual(
    Array.from({ length: 20 }, () => 'packets pass'),
  );
  expect(
    (await session.must('-Sn'))
      .split('\n')
      .filter((line) => line !== '')
      .sort(),
  ).toEqual(lines.join('').trimEnd().split('\n').sort());
});

test.each([
  ['no version', { method: 'ipvs', operations: [{ do: 'flush' }] }],
  ['another version', { version: 2, method: 'ipvs', operations: [{ do: 'flush' }] }],
  [
    'one bad operation among good ones',
    { version: 1, method: 'ipvs', operations: [{ do: 'flush' }, { do: 'nothing' }] },
  ],
  [
    'an address that is none',
    {
      version: 1,
      method: 'ipvs',
      operations: [
        { do: 'flush' },
        { do: 'delete-service', service: { protocol: 'tcp', address: '10.0.0', port: 1 } },
      ],
    },
  ],
  ['a field too many', { version: 1, method: 'ipvs', operations: [{ do: 'flush', really: true }] }],
])('a request with %s is answered with an error, and changes nothing', async (_what, request) => {
  const session = new Session(remote());
  await session.must('-A -t 10.99.0.1:80 -s rr');
  const connection = createConnection(path);
  connection.end(`${JSON.stringify(request)}\n`);
  expect(JSON.parse(await text(connection))).toMatchObject({
    ok: false,
    error: expect.stringMatching(/^request/),
  });
  expect(await session.must('-Sn')).toBe('-A -t 10.99.0.1:80 -s rr\n');
});

test('without a director questions are answered as by an empty one, and the first command starts one', async () => {
  let started = 0;
  const session = new Session(
    new LazyBackend(async () => {
      started++;
      return remote();
    }),
  );
  const empty = new Session();
  for (const question of ['', '-Ln', '-Lnc', '-L --timeout', '-L --daemon', '-Sn', '-Ln --stats']) {
    expect(await session.run(question)).toEqual(await empty.run(question));
  }
  expect((await session.run('-Ln -t 10.99.0.1:80')).rc).toBe(1);
  expect(started).toBe(0);
  await session.must('-A -t 10.99.0.1:80 -s rr');
  await session.must('-A -t 10.99.0.1:81 -s rr');
  expect(started).toBe(1);
  expect(await session.must('-Sn')).toContain(':81');
});

test('a director that is gone is said in one line', async () => {
  const session = new Session(new ControlSocketBackend(new ControlClient(join(folder, 'nothing'))));
  const { rc, stderr } = await session.run('-Ln');
  expect(rc).toBe(1);
  expect(stderr).toMatch(/^ipvsadm: cannot reach the director: [^\n]*\n$/);
});
