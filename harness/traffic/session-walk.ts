/** A visitor whose session lives in the store while every request is a new connection, to whichever server. */
import { z } from 'zod';
import type { TrafficContext } from './context.ts';
import { curlJson } from './curl-json.ts';
import type { SessionWalk } from './observed.ts';

/** Requests for each real server. */
const ROUNDS = 4;

const sessionAnswer = z.object({ server: z.string(), count: z.int() });

export async function runSessionWalk({ client, service, seed }: TrafficContext): Promise<SessionWalk> {
  const url = `http://${service.vipText}:${service.httpPort}/session?id=visitor-${seed}`;
  const requests = ROUNDS * service.servers.length;
  const answers: z.infer<typeof sessionAnswer>[] = [];
  let errors = 0;
  let bytes = 0;
  const started = performance.now();
  for (let i = 0; i < requests; i++) {
    const answer = await curlJson(client, url);
    bytes += answer.bytes;
    const parsed = sessionAnswer.safeParse(answer.body);
    if (parsed.success) answers.push(parsed.data);
    else errors++;
  }
  return {
    summary: {
      id: 'session',
      title: `${requests} requests of one session`,
      command: `curl '${url}'`,
      requests,
      errors,
      durationMs: performance.now() - started,
      bytes,
    },
    answers,
  };
}
