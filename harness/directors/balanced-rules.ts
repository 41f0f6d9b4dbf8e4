/** Services that are balanced, as rules. */
import type { Mode } from '../../lab/index.ts';
import { MODES } from '../../lab/modes.ts';
import type { BalancedService } from './director-under-test.ts';

/** In the language of `ipvsadm -R`; every server in turn. */
export function rulesFor(mode: Mode, services: readonly BalancedService[]): string[] {
  return services.flatMap(({ protocol, address, port, scheduler, servers }) => {
    const service = `-${protocol[0]} ${address}:${port}`;
    return [
      `-A ${service} -s ${scheduler}`,
      ...servers.map(
        (server) => `-a ${service} -r ${server.address}:${server.port} ${MODES[mode].ipvsadmOption} -w 1`,
      ),
    ];
  });
}
