/** In place of interfaces that a fast path's programs are attached to: who has it runs the programs by itself. */
import type { FastPathOptions } from '../../../director/fast-path/fast-path.ts';

type Attachments = FastPathOptions['attachments'];

/** @param follow Told of the kernel's part, once there is one. */
export function attachedNowhere(follow: Attachments['follow']): Attachments {
  return {
    canForward: () => true,
    describe: () => 'nowhere',
    review: () => false,
    follow,
    detach: () => undefined,
    letGo: () => undefined,
    links: [],
  };
}
