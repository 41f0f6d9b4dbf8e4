/** A large body up to a server and one down from it, by curl, with digests on both ends. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { bodyOf } from '../../lab/index.ts';
import type { Transfer } from '../../scenarios/kit/session/observed-traffic.ts';
import type { TrafficContext } from './context.ts';

/** In seconds, for each body. */
const TIME_LIMIT = '30';

const digestAnswer = z.object({ bytes: z.int(), sha256: z.string() });

export async function runTransfer({ lab, client, service, load }: TrafficContext): Promise<Transfer> {
  const { bodyBytes } = load;
  const directory = join(lab.runDirectory, 'client');
  await mkdir(directory, { recursive: true });
  const [upload, download] = [join(directory, 'upload.bin'), join(directory, 'download.bin')];
  const sent = bodyOf(bodyBytes);
  await writeFile(upload, sent.bytes);
  const base = `http://${service.vipText}:${service.httpPort}`;
  const started = performance.now();

  const post = ['-sS', '--fail-with-body', '-m', TIME_LIMIT, '-H', 'Expect:', '--data-binary', `@${upload}`];
  const posted = await client.run('curl', [...post, `${base}/digest`], { reject: false });
  const received = digestAnswer.safeParse(posted.exitCode === 0 ? JSON.parse(posted.stdout) : undefined);

  const get = ['-sS', '--fail', '-m', TIME_LIMIT, '-o', download, '-D', '-'];
  const got = await client.run('curl', [...get, `${base}/bytes?size=${bodyBytes}`], { reject: false });
  const fetched = got.exitCode === 0 ? await readFile(download) : Buffer.alloc(0);
  const announced = /^x-body-sha256: ([0-9a-f]{64})/im.exec(got.stdout)?.[1] ?? 'no digest announced';
  await Promise.all([rm(upload), rm(download, { force: true })]);

  const receivedBytes = received.data?.bytes ?? 0;
  return {
    summary: {
      id: 'transfer',
      title: `${bodyBytes / 1024} KiB up and down`,
      command: `curl --data-binary @upload.bin ${base}/digest; curl ${base}/bytes?size=${bodyBytes}`,
      requests: 2,
      errors: (received.success ? 0 : 1) + (got.exitCode === 0 ? 0 : 1),
      durationMs: performance.now() - started,
      bytes: receivedBytes + fetched.length,
    },
    transfers: [
      {
        direction: 'upload',
        sentBytes: bodyBytes,
        receivedBytes,
        sentSha256: sent.sha256,
        receivedSha256: received.data?.sha256 ?? failureOf(posted.stderr),
      },
      {
        direction: 'download',
        sentBytes: bodyBytes,
        receivedBytes: fetched.length,
        sentSha256: announced,
        receivedSha256:
          got.exitCode === 0 ? createHash('sha256').update(fetched).digest('hex') : failureOf(got.stderr),
      },
    ],
  };
}

function failureOf(stderr: string): string {
  return `none: ${stderr.trim().split('\n').at(-1) ?? 'curl failed'}`;
}
