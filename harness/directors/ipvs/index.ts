/** The kernel's own IPVS: natively where this machine's kernel has it, else in a guest. */
import { USUAL_KERNEL } from '../../../lab/guest/packages.ts';
import type { DirectorUnderTest } from '../director-under-test.ts';
import { ipvsInGuest } from './in-guest.ts';
import { ipvsNatively } from './native.ts';
import { nativeIpvs } from './native-support.ts';

export { ipvsReference } from './native.ts';

const guest = ipvsInGuest(USUAL_KERNEL);

/** The guest, until it has been looked for in this machine's kernel (`asFound`), and where another kernel is asked for. */
export const ipvs: DirectorUnderTest = {
  ...guest,
  asFound: async () => {
    const found = await nativeIpvs();
    if (!('why' in found)) return ipvsNatively(found);
    return (await guest.unavailable()) === undefined ? ((await guest.asFound?.()) ?? guest) : guest;
  },
  unavailable: async () => {
    const found = await nativeIpvs();
    if (!('why' in found)) return undefined;
    const why = await guest.unavailable();
    return why === undefined ? undefined : `${why}; and natively: ${found.why}`;
  },
};
