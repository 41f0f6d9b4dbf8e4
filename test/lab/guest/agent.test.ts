import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { GuestAgent } from '../../../lab/guest/agent.ts';

const encoded = (text: string) => `=${Buffer.from(text).toString('base64')}`;

function pair() {
  const asked = new PassThrough({ encoding: 'utf8' });
  const said = new PassThrough();
  return { agent: new GuestAgent(asked, said), asked, said };
}

it('a script goes in as one line, and comes out with exit code and both outputs, in whatever pieces', async () => {
  const { agent, asked, said } = pair();
  const output = agent.run('echo a\nprintf "b\\n" >&2\nexit 3', 5_000);
  const [request] = await once(asked, 'data');
  expect(request).toBe('1 run echo a\\nprintf "b\\\\n" >&2\\nexit 3\n');
  said.write(`1 3 ${encoded('a\n').slice(0, 2)}`);
  said.write(`${encoded('a\n').slice(2)} ${encoded('b\n')}\n`);
  expect(await output).toEqual({ exitCode: 3, stdout: 'a\n', stderr: 'b\n' });
});

it('answers find their questions, and what is not answered in time is said', async () => {
  const { agent, asked, said } = pair();
  const [first, second] = [agent.answers(60_000), agent.answers(1)];
  await once(asked, 'data');
  expect(await second).toBe(false);
  said.write('2 0 = =\n1 0 = =\n');
  expect(await first).toBe(true);
});

it('says how many frames its cards have received', async () => {
  const { agent, asked, said } = pair();
  const received = agent.received(5_000);
  const [request] = await once(asked, 'data');
  expect(request).toBe('1 received\n');
  said.write('1 1234 = =\n');
  expect(await received).toBe(1234);
});
