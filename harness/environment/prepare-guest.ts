/** The guest with the kernel's own IPVS, made beforehand, so that a run finds it ready. */
import { guestImage } from '../../lab/guest/image.ts';
import { USUAL_KERNEL } from '../../lab/guest/packages.ts';
import { LabError } from '../../lab/index.ts';
import { aptUpdate } from './apt.ts';
import { isFullRoot } from './rights.ts';

/**
 * Fetches its packages and makes its image, where that is not there yet.
 *
 * @returns its kernel's release.
 * @throws LabError where the packages cannot be had.
 */
export async function prepareGuest(): Promise<string> {
  try {
    return (await guestImage(USUAL_KERNEL)).release;
  } catch (error) {
    if (!(error instanceof LabError) || !isFullRoot()) throw error;
    // Package lists may be absent or out of date.
    await aptUpdate();
    return (await guestImage(USUAL_KERNEL)).release;
  }
}
