import { type Core, LocalBackend } from '../../director/index.ts';

import { type Ipvsadm, ipvsadmOn } from '../ipvsadm.ts';

/**
 * `ipvsadm` on the tables of a core in this process.
 *
 * @param now The clock that the core is given.
 */
export function ipvsadmOf(core: Core, now: () => number): Ipvsadm {
  const change = (apply: () => void) => {
    try {
      apply();
    } finally {
      core.rulesChanged();
    }
  };
  return ipvsadmOn(new LocalBackend({ state: core.state, now, change }));
}
