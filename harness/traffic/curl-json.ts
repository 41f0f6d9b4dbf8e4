/** One request by curl on a connection of its own. */
import type { LabHost } from '../../lab/index.ts';

export interface CurlAnswer {
  /** Body and status; absent if nobody answered. */
  readonly body?: unknown;
  readonly bytes: number;
  /** What curl said went wrong; null if it got an answer with a status below 400. */
  readonly problem: string | null;
}

export async function curlJson(client: LabHost, url: string, timeoutMs = 5_000): Promise<CurlAnswer> {
  const args = ['-sS', '--fail-with-body', '-m', String(timeoutMs / 1000), url];
  const { stdout, stderr, exitCode } = await client.run('curl', args, { reject: false });
  if (exitCode !== 0) return { bytes: stdout.length, problem: `${stderr.trim()} ${stdout}`.trim() };
  try {
    return { body: JSON.parse(stdout), bytes: stdout.length, problem: null };
  } catch {
    return { bytes: stdout.length, problem: `answer is not JSON: ${stdout.slice(0, 80)}` };
  }
}
