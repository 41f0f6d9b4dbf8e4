import { deepStrictEqual, ok } from 'node:assert/strict';
import * as fc from 'fast-check';
import { parseRules, RuleError } from '../../../director/index.ts';
import { VirtualDirector } from '../../../lab/memory/virtual-director.ts';
import { smallNetwork } from '../../director/fixtures/small-network.ts';
import type { FuzzTarget } from '../target.ts';

const OPTIONS =
  '-A -E -D -a -e -d -C -Z -t -u -f -s -p -M -r -g -i -m -w -x -y -o -b -6 --sctp-service --pe --tun-type --tun-port --set -';
const VALUES =
  '10.99.0.1:80 10.0.2.11:8080 10.0.2.12 [::1]:80 [::1] 80 0 -1 65535 65536 4294967295 7 rr wrr lblc mh sh mh-port gue gre ' +
  '255.255.255.0 64 constructor __proto__ 10.99.0.1:domain "10.0.0.1:80" #';

const word = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...OPTIONS.split(' ')) },
  { weight: 4, arbitrary: fc.constantFrom(...VALUES.split(' ')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
);
const add = fc
  .tuple(
    fc.constantFrom('-t', '-u', '--sctp-service'),
    fc.constantFrom('10.99.0.1:80', '10.99.0.1:0'),
    fc.array(word, { maxLength: 3 }),
  )
  .map(([option, address, more]) => ['-A', option, address, ...more].join(' '));
const line = fc.oneof(
  add,
  fc.array(word, { maxLength: 8 }).map((words) => words.join(' ')),
);

/** Rules are carried out, or refused with the line that is wrong; what is listed then is a way to say the same. */
export const rules: FuzzTarget<string> = {
  name: 'rules',
  takes: 'files of rules, as ipvsadm -R reads them',
  inputs: fc
    .tuple(fc.array(line, { maxLength: 8 }), fc.constantFrom('\n', '\r\n', '\n\n'))
    .map(([lines, end]) => lines.join(end)),
  async check(text) {
    const director = directorHere();
    try {
      parseRules(text, 'the rules');
      director.rules(text);
    } catch (error) {
      ok(error instanceof RuleError, `an error that nobody thought of: ${error}`);
    }
    const saved = await savedOf(director);
    const again = directorHere();
    again.rules(saved);
    deepStrictEqual(await savedOf(again), saved, 'what is saved does not say the same');
  },
};

function directorHere(): VirtualDirector {
  return new VirtualDirector({ network: smallNetwork() });
}

async function savedOf(director: VirtualDirector): Promise<string> {
  const { exitCode, stdout } = await director.ipvsadm(['-S', '-n']);
  ok(exitCode === 0, `ipvsadm -S ended with ${exitCode}`);
  return stdout;
}
