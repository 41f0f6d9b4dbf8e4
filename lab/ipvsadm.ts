/** Runs `ipvsadm` in this process, on tables here or in a director that runs as another process. */
import {
  type IpvsadmEnvironment,
  type IpvsBackend,
  type NameResolver,
  runIpvsadm,
} from '../director/index.ts';

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
  return (words, stdin = '') =>
    outputOf((environment) => runIpvsadm(words, environment), {
      stdin: async () => stdin,
      resolver: NAMELESS,
      argv0: 'ipvsadm',
      open: async () => kernel,
    });
}

/** What `ipvsadm`, `ipvsadm-save` or `ipvsadm-restore` prints. */
export async function outputOf(
  run: (environment: IpvsadmEnvironment) => Promise<number>,
  environment: Omit<IpvsadmEnvironment, 'stdout' | 'stderr'>,
): Promise<Output> {
  let stdout = '';
  let stderr = '';
  const exitCode = await run({
    ...environment,
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { exitCode, stdout, stderr };
}
