/** A request to a port of the VIP that belongs to no virtual service: the director's own host serves it. */
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Lab } from '../../lab/index.ts';
import type { LocalRequest } from '../../scenarios/kit/session/observed-traffic.ts';
import type { ServiceUnderTest } from '../../scenarios/kit/session/service-under-test.ts';
import type { TrafficContext } from './context.ts';
import { curlJson } from './curl-json.ts';

const SERVER = fileURLToPath(new URL('../../lab/servers/http-server.ts', import.meta.url));

/** Starts the listener on the director's machine, beside the director. */
export async function startLocalListener(
  lab: Lab,
  service: Pick<ServiceUnderTest, 'localPort'>,
): Promise<void> {
  const args = [SERVER, '--name', 'director', '--port', String(service.localPort)];
  await lab.host('director').start('local-http', process.execPath, args, { ready: /^ready: /m });
}

export async function runLocalRequest({ client, service }: TrafficContext): Promise<LocalRequest> {
  const url = `http://${service.vipText}:${service.localPort}/`;
  const started = performance.now();
  const { body, bytes, problem } = await curlJson(client, url);
  const named = z.object({ server: z.string() }).safeParse(body);
  return {
    summary: {
      id: 'local',
      title: 'A port without a rule',
      command: `curl ${url}`,
      requests: 1,
      errors: problem === null ? 0 : 1,
      durationMs: performance.now() - started,
      bytes,
    },
    answeredBy: named.success ? named.data.server : null,
    problem,
  };
}
