/** What becomes of a frame that the core has looked at. */
export const VERDICT = {
  /** Not the director's business: the local stack sees its own copy anyway. */
  pass: 0,
  /** The director had claimed the frame, but it belongs to the local stack: hand it there. */
  deliver: 1,
  /** Rewritten in place; send it out of `packet.port`. */
  transmit: 2,
  /** Ends here. `core.drops` counts the reasons. */
  drop: 3,
  /** The core keeps or has answered it; nothing is left to do. */
  taken: 4,
} as const;

export type FrameVerdict = (typeof VERDICT)[keyof typeof VERDICT];
