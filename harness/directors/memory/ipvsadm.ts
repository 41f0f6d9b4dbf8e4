/** Runs `ipvsadm` in this process, on the tables of a core in this process. */
import { CoreKernel } from '../../../director/control/ipvsadm/kernel/core-kernel.ts';
import type { NameResolver } from '../../../director/control/ipvsadm/name-resolver.ts';
import { runIpvsadm } from '../../../director/control/ipvsadm/run.ts';
import type { Core } from '../../../director/index.ts';

export interface Output {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export type Ipvsadm = (words: readonly string[], stdin?: string) => Promise<Output>;

/** Nothing has a name: what is printed must not depend on the machine’s name service. */
const NAMELESS: NameResolver = {
  hostAddress: async () => undefined,
  hostName: async () => undefined,
  servicePort: async () => undefined,
  serviceName: async () => undefined,
};

/** @param now The clock that the core is given. */
export function ipvsadmOf(core: Core, now: () => number): Ipvsadm {
  const kernel = new CoreKernel({
    state: core.state,
    now,
    change: (apply) => {
      try {
        apply();
      } finally {
        core.rulesChanged();
      }
    },
  });
  return async (words, stdin = '') => {
    let stdout = '';
    let stderr = '';
    const exitCode = await runIpvsadm(words, {
      stdin: async () => stdin,
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: (text) => (stderr += text) },
      resolver: NAMELESS,
      argv0: 'ipvsadm',
      open: async () => kernel,
    });
    return { exitCode, stdout, stderr };
  };
}
