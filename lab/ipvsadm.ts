/** Runs `ipvsadm` in this process, on tables here or in a director that runs as another process. */
import { type IpvsBackend, type NameResolver, runIpvsadm } from '../director/index.ts';

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

export function ipvsadmOn(kernel: IpvsBackend): Ipvsadm {
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
