/** The commit of the repository in whose tree a run was started, for its result. */
import { spawnSync } from 'node:child_process';

/** Undefined where there is no repository, no commit yet, or no git. */
export function currentCommit(): string | undefined {
  // Root often runs in the folder of somebody else. That is safe here: `rev-parse` runs nothing that a repository names.
  const asked = spawnSync('git', ['-c', 'safe.directory=*', 'rev-parse', '--verify', '--quiet', 'HEAD'], {
    encoding: 'utf8',
  });
  const commit = asked.stdout?.trim() ?? '';
  return asked.status === 0 && /^[0-9a-f]{40,64}$/.test(commit) ? commit : undefined;
}
