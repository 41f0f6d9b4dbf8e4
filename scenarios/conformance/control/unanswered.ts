/** What whoever asks is told where there is no answer, or another one than was asked for. */

import type { ControlClient } from '../../../director/index.ts';
import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { contract } from '../../kit/requirement.ts';
import { refusalText } from './refusal-text.ts';

const PLACE = 'a director in memory';
/** More than go in one request: the answers of two are put together. */
const OPERATIONS = 301;
const QUESTIONS = Array.from({ length: OPERATIONS }, () => ({ do: 'get-info' }) as const);

function unreachable(reason: string): string {
  return `cannot reach the director: ${reason} (${PLACE})`;
}

const NOBODY = unreachable('none is running in this network namespace');
const CLOSED = unreachable('it closed the connection without an answer');

function failure(code: string): Error {
  return Object.assign(new Error(`connect ${code}`), { code });
}

type Ask = (client: ControlClient) => Promise<unknown>;
const one: Ask = (client) => client.settings();
const two: Ask = (client) => client.ipvs(QUESTIONS);

/** What becomes of a connection, what is asked, and what is said. */
const ENDINGS: Readonly<
  Record<string, readonly [answers: string, error: Error | undefined, ask: Ask, said: string]>
> = {
  'no socket': ['', failure('ENOENT'), one, NOBODY],
  'nobody at the socket': ['', failure('ECONNREFUSED'), one, NOBODY],
  'not allowed': ['', failure('EACCES'), one, unreachable('connect EACCES')],
  'no answer': ['', undefined, one, CLOSED],
  'part of an answer': ['{"ok":true,"result":{}}', undefined, one, CLOSED],
  'an answer': ['{"ok":true,"result":7}\n', undefined, one, '7'],
  'an answer in part and another': ['{"ok":true,"result":7}\n{"ok":', undefined, one, '7'],
  'a refusal': ['{"ok":false,"error":"not today"}\n', undefined, one, 'not today'],
  'one answer to two requests': ['{"ok":true,"result":[1]}\n', undefined, two, CLOSED],
  'two answers': ['{"ok":true,"result":[1,2]}\n{"ok":true,"result":[3]}\n', undefined, two, '[1,2,3]'],
  'an answer and a refusal': ['{"ok":true,"result":[1]}\n{"ok":false,"error":"no"}\n', undefined, two, 'no'],
  'nothing asked': ['', failure('ENOENT'), (client) => client.ipvs([]), '[]'],
};

export const unanswered: readonly PacketCase[] = [
  packetCase({
    name: 'control/unanswered',
    title: 'Where a director does not answer, it is said why, and where it was looked for',
    requirement:
      'Whoever asks a director is told that none is running, that it is out of reach and why, that it closed the connection early, or what it refuses; several requests are answered as one; and where nothing is asked, nobody has to answer.',
    sources: [contract('the control socket')],
    // The same in every mode.
    modes: modesWhere(({ rewritesAddresses }) => rewritesAddresses),
    virtualTime: true,
    play: async ({ director }) => {
      const said: Record<string, readonly [string, string]> = {};
      for (const [name, [answers, error, ask, expected]] of Object.entries(ENDINGS)) {
        const client = director.control?.clientOf(answers, error);
        let answer: unknown;
        const text = await refusalText(async () => {
          answer = client && (await ask(client));
        });
        said[name] = [expected, text === 'done' ? JSON.stringify(answer) : text];
      }
      return said;
    },
    check: (_seen, said) =>
      outcome(
        Object.keys(said).length,
        counted(Object.keys(said).length, 'connection'),
        expectValues('Whoever asks is not told what has become of it.', said),
      ),
  }),
];
