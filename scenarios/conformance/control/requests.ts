/** What the control socket understands, and what it refuses. */

import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { contract } from '../../kit/requirement.ts';
import type { Stage } from '../../kit/stage.ts';
import { REQUEST_VALUES, WHOLE_REQUESTS, withOneTooMany, withValue } from './request-values.ts';

const VERSION = 1;
const NOT_UNDERSTOOD = 'request not understood';
/** What is no request, and no JSON. */
const NO_JSON = ['', '{', 'get', '{"version":1,"method":"get"}}', "{'version':1}"];
const NO_REQUESTS = ['null', '[]', '7', '"get"', '{}', '{"version":1}', '{"method":"get"}'];

/** What is answered to a line. */
function kindOf(answer: string | undefined): string {
  if (answer === undefined) return 'no answer';
  const { ok, error } = JSON.parse(answer) as { readonly ok: boolean; readonly error?: string };
  if (ok) return 'understood';
  return error?.startsWith(NOT_UNDERSTOOD) === true ? NOT_UNDERSTOOD : 'refused';
}

/** One line for each, and what becomes of it. A director in memory is no process: what is about that is refused. */
function askedFor(): Map<string, string> {
  const lineOf = (request: unknown) => JSON.stringify({ version: VERSION, ...(request as object) });
  const expected = new Map<string, string>();
  for (const { request, path, understood, refused } of REQUEST_VALUES) {
    const isOfProcess = ['handover', 'inheritance'].includes(String(request.method));
    for (const value of understood) {
      expected.set(lineOf(withValue(request, path, value)), isOfProcess ? 'refused' : 'understood');
    }
    for (const value of refused) expected.set(lineOf(withValue(request, path, value)), NOT_UNDERSTOOD);
  }
  for (const request of WHOLE_REQUESTS) {
    for (const larger of withOneTooMany(request)) expected.set(lineOf(larger), NOT_UNDERSTOOD);
  }
  for (const line of NO_REQUESTS) expected.set(line, NOT_UNDERSTOOD);
  for (const line of NO_JSON) expected.set(line, 'refused');
  return expected;
}

async function listed({ director }: Stage): Promise<string> {
  const lists = ['-Sn', '-Ln --nosort --thresholds', '-L --timeout', '-L --daemon'];
  const texts: string[] = [];
  for (const list of lists) texts.push(await director.ipvsadm(...list.split(' ')));
  return texts.join('');
}

export const requests: readonly PacketCase[] = [
  packetCase({
    name: 'control/requests',
    title: 'The control socket takes what its protocol has, and nothing else',
    requirement:
      'Each line is a request of its own: one that is no JSON, that has a value out of its range, of another kind, missing or unknown is refused as a whole and changes nothing; all are answered, each with a line, in their order.',
    sources: [contract('the control socket')],
    // Read alike in every mode.
    modes: modesWhere(({ rewritesAddresses }) => rewritesAddresses),
    virtualTime: true,
    play: async (stage) => {
      const { director, vip, servers, method } = stage;
      await director.rules(
        `-A -t ${vip}:80 -s wlc -p 77`,
        `-a -t ${vip}:80 -r ${servers[0].address}:80 ${method} -w 3 -x 9 -y 2`,
      );
      const before = await listed(stage);
      const expected = [...askedFor()];
      const answers = await director.control?.say(expected.map(([line]) => `${line}\n`).join(''));
      // What has no end is no line.
      const unfinished = await director.control?.say('{"version":1,"method":"get"}');
      return { expected, answers, unfinished, before, after: await listed(stage) };
    },
    check: (_seen, { expected, answers, unfinished, before, after }) =>
      outcome(
        expected.length,
        counted(expected.length, 'request'),
        expectValues(
          'A request is not answered as it should be.',
          Object.fromEntries(
            expected.map(([line, kind], i) => [line, [kind, kindOf(answers?.[i])] as const]),
          ),
        ),
        expectValues('There are answers to what nobody asked, or requests have changed something.', {
          'answers in all': [expected.length, answers?.length],
          'answers to what is no line': [0, unfinished?.length],
          lists: [before, after],
        }),
      ),
  }),
];
