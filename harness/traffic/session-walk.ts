/** A visitor whose session lives in the store while every request is a new connection, to whichever server. */
import { z } from 'zod';
import type { SessionWalk } from '../../scenarios/kit/session/observed-traffic.ts';
import type { TrafficContext } from './context.ts';
import { curlJson } from './curl-json.ts';

/** Requests for each real server. */
const ROUNDS = 2;

const sessionAnswer = z.object({ server: z.string(), count: z.int() });

export async function runSessionWalk({ client, service, session }: TrafficContext): Promise<SessionWalk> {
  const url = `http://${service.vipText}:${service.httpPort}/session?id=${session}`;
  const requests = ROUNDS * service.servers.length;
  const answers: z.infer<typeof sessionAnswer>[] = [];
  let bytes = 0;
  const started = performance.now();
  for (let i = 0; i < requests; i++) {
    const answer = await curlJson(client, url);
    bytes += answer.bytes;
    const parsed = sessionAnswer.safeParse(answer.body);
    if (!parsed.success) break;
    answers.push(parsed.data);
  }
  return {
    summary: {
      id: 'session',
      title: `${requests} requests of one session`,
      command: `curl '${url}'`,
      requests,
      // After one failure the count is lost, and each further request could take its whole time limit.
      errors: requests - answers.length,
      durationMs: performance.now() - started,
      bytes,
    },
    answers,
  };
}
