import { ok } from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as immediate } from 'node:timers/promises';
import * as fc from 'fast-check';
import type { Request } from '../../../director/control/protocol.ts';
import { ControlServer } from '../../../director/control/server.ts';
import { Turns } from '../../../director/control/turns.ts';
import { linesOf } from '../../../director/lines.ts';
import { parseMark } from '../../../director/services/marks.ts';
import { VirtualDirector } from '../../../lab/memory/virtual-director.ts';
import { smallNetwork } from '../../director/fixtures/small-network.ts';
import type { FuzzTarget } from '../target.ts';

const text = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '7',
    '10.0.0.0/8',
    'sloppy_tcp=1',
    '__proto__=1',
    '-A -t 10.99.0.1:80 -s rr',
    '\u0000',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const anything = fc.oneof(text, fc.integer(), fc.double(), fc.boolean(), fc.constant(null));
const name = fc.oneof(
  fc.record({
    protocol: fc.constantFrom('TCP', 'UDP', 'SCTP', 'tcp', ''),
    address: fc.constantFrom('10.99.0.1', '::1', '999.1.1.1', ''),
    port: fc.constantFrom(0, 80, 65_535, 65_536, -1, 1.5),
  }),
  fc.record({ mark: fc.constantFrom(0, 1, 4_294_967_295, 4_294_967_296), isIpv6: fc.boolean() }),
  anything,
);
const settings = fc.record({
  scheduler: fc.constantFrom('rr', 'wlc', 'none', ''),
  flags: fc.constantFrom(0, 1, 2_147_483_647),
  persistenceSeconds: fc.constantFrom(0, 300),
  netmask: fc.constantFrom(-1, 0, 128),
  engine: fc.constantFrom('', 'sip'),
});
const serverSettings = fc.record({
  method: fc.constantFrom('masq', 'droute', 'tunnel', 'x', 0),
  weight: fc.constantFrom(0, 1, 65_535, -1),
  upperThreshold: fc.constantFrom(0, 1),
  lowerThreshold: fc.constantFrom(0, 1),
  tunnel: fc.record({ type: fc.nat(3), port: fc.constantFrom(0, 6080), checksum: fc.nat(3) }),
});
const operation = fc.record(
  {
    do: fc.constantFrom(
      ...'add-service edit-service delete-service flush add-server edit-server zero list-services list-connections x'.split(
        ' ',
      ),
    ),
    service: name,
    server: name,
    settings: fc.oneof(settings, serverSettings),
    from: fc.constantFrom(0, 1, 2_147_483_647, -1),
  },
  { requiredKeys: ['do'] },
);
const request = fc.record(
  {
    version: fc.constantFrom(1, 1, 1, 0, '1'),
    method: fc.constantFrom('snapshot', 'apply', 'mark', 'get', 'set', 'ipvs', 'settle', 'x'),
    connections: anything,
    rules: text,
    dst: text,
    proto: text,
    dport: text,
    set: text,
    setting: text,
    operations: fc.oneof(anything, fc.array(operation, { maxLength: 3 })),
  },
  { requiredKeys: ['version', 'method'] },
);
const line = fc.oneof(
  { weight: 4, arbitrary: request.map((one) => JSON.stringify(one)) },
  { weight: 1, arbitrary: fc.json() },
  {
    weight: 1,
    arbitrary: fc.string({ unit: 'binary', maxLength: 40 }).map((one) => one.replaceAll('\n', ' ')),
  },
  { weight: 1, arbitrary: fc.nat(20_000).map((deep) => '['.repeat(deep)) },
);

const LONGEST_ANSWER = 1 << 20;

/** Every line gets an answer, which says whether it was carried out; the next one is heard then. */
export const controlSocket: FuzzTarget<readonly string[]> = {
  name: 'control-socket',
  takes: 'requests to a running director',
  inputs: fc.array(line, { minLength: 1, maxLength: 12 }),
  async check(lines) {
    const folder = await mkdtemp(join(tmpdir(), 'lvs-lab-fuzz-'));
    const path = join(folder, 'socket');
    const director = new VirtualDirector({ network: smallNetwork() });
    const turns = new Turns({ now: () => performance.now(), letPacketsPass: () => immediate() });
    const server = await ControlServer.listen(path, turns, (asked) => answerOf(director, asked));
    const connection = createConnection(path);
    try {
      await once(connection, 'connect');
      connection.write(lines.map((one) => `${one}\n`).join(''));
      let answers = 0;
      for await (const answer of linesOf(connection, LONGEST_ANSWER)) {
        const { ok: isDone, error } = JSON.parse(answer);
        ok(typeof isDone === 'boolean' && (isDone || typeof error === 'string'), `answers ${answer}`);
        answers++;
        if (answers === lines.length) break;
      }
      ok(answers === lines.length, `${answers} answers to ${lines.length} requests`);
    } finally {
      connection.destroy();
      server.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

function answerOf(director: VirtualDirector, asked: Request): unknown {
  switch (asked.method) {
    case 'snapshot':
      return director.snapshot();
    case 'ipvs':
      return director.kernel.perform(asked.operations);
    case 'apply':
      return director.rules(asked.rules) ?? {};
    case 'mark':
      return director.core.state.marks.set(parseMark(asked)) ?? {};
    case 'set': {
      const [setting = '', value] = asked.setting.split('=');
      return director.set(setting, Number(value)) ?? {};
    }
    default:
      return {};
  }
}
